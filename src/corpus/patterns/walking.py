"""Walks over the tokens, part by part of a pattern, for all places at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from corpus.arrow import ragged, unique_sorted
from corpus.columns.columns import Numbers
from corpus.limits import Budget
from corpus.patterns.arrays import innermost, outermost
from corpus.patterns.attributes import Attributes
from corpus.patterns.conditions import Mask
from corpus.patterns.fronts import Front, begun, merged, news, settled
from corpus.patterns.ground import Cuts, Extents, Ground
from corpus.patterns.shapes import is_gap, labels_of
from corpus.query.patterns import (
    Choice,
    Containing,
    Edge,
    Region,
    Repeat,
    Series,
    Stretch,
    TokenPattern,
    Within,
)

# Walks at once; a block of origins with more is divided.
_MOST_WALKS = 1 << 21
# A gap of so many lengths keeps them apart until the next part has thinned them out.
_APART = 16

Fronts = list[Front]
Find = Callable[[Stretch, bool], Extents]
"""Finds the stretches of a part, the longest, or the shortest if true."""


class TooManyError(Exception):
    """There are too many walks to go on with all of them at once."""


class Setting(NamedTuple):
    """What walks need to know."""

    attributes: Attributes
    ground: Ground
    cuts: Cuts
    budget: Budget
    find: Find
    labels: tuple[str, ...] = ()
    exact: bool = False


class Walker:
    """Leads walks through a pattern."""

    def __init__(self, setting: Setting) -> None:
        self._set = setting
        self._most = _MOST_WALKS // (1 + len(setting.labels))
        self._ways: dict[type[Any], Callable[[Any, Fronts], Fronts]] = {
            TokenPattern: self._token,
            Edge: self._edge,
            Region: self._region,
            Series: self._series,
            Choice: self._choice,
            Repeat: self._repeat,
            Within: self._filtered,
            Containing: self._filtered,
        }

    def walk(self, node: Stretch, fronts: Fronts) -> Fronts:
        """Return how far walks come through a part of a pattern; TooManyError if they are."""
        self._set.budget.check()
        fronts = [front for front in fronts if len(front.keys)]
        if not fronts:
            return []
        return self._ways[type(node)](node, self._bounded(fronts))

    def _merged(self, fronts: Fronts) -> Front:
        return merged(fronts, self._set.exact)

    # One place further, or none

    def _token(self, node: TokenPattern, fronts: Fronts) -> Fronts:
        test = self._set.attributes.test(node.condition, self._set.budget)
        return [self._stepped(front, test.at, node.label) for front in fronts]

    def _stepped(
        self, front: Front, fits: Callable[[Numbers], Mask] | None = None, label: str = ""
    ) -> Front:
        """Return the walks when they have gone over a token that fits."""
        places = front.places
        front = front.where(np.flatnonzero((places & 1) == 0))
        tokens = front.places >> 1
        if fits is not None:
            kept = np.flatnonzero(fits(tokens))
            front, tokens = front.where(kept), tokens[kept]
        moved = front.moved(self._set.cuts.behind(tokens + 1))
        if not label:
            return moved
        number = self._set.labels.index(label)
        labels = [*moved.labels]
        labels[number] = tokens
        return Front(moved.keys, tuple(labels))

    def _edge(self, node: Edge, fronts: Fronts) -> Fronts:
        is_edge = partial(self._set.ground.is_edge, node.structure, node.closing)
        return [front.where(is_edge(front.places)) for front in fronts]

    def _region(self, node: Region, fronts: Fronts) -> Fronts:
        extents, cuts = self._set.ground.extents(node.structure), self._set.cuts
        found = []
        for front in fronts:
            front = front.where((front.places & 1) == 0)
            tokens = front.places >> 1
            place = extents.first.searchsorted(tokens)
            there = extents.first.take(place, mode="clip") == tokens if len(extents.first) else []
            kept = np.flatnonzero(there)
            stops = extents.stop[place[kept]]
            whole = stops <= cuts.next(tokens[kept])
            found.append(front.where(kept[whole]).moved(cuts.behind(stops[whole])))
        return found

    # Several parts

    def _series(self, node: Series, fronts: Fronts) -> Fronts:
        for item in node.items:
            fronts = self.walk(item, fronts)
        return fronts

    def _choice(self, node: Choice, fronts: Fronts) -> Fronts:
        found = [front for item in node.items for front in self.walk(item, fronts)]
        return found if len(found) <= _APART else [self._merged(found)]

    def _repeat(self, node: Repeat, fronts: Fronts) -> Fronts:
        if is_gap(node):
            return self._gap(node.least, node.most, fronts)
        now = self._merged(fronts)
        for _ in range(node.least):
            now = self._once(node.item, now)
        if node.least == node.most or not len(now.keys):
            return [now]
        if now.labels:
            return [self._merged(self._each(node, now))]
        known = now
        for _ in range(node.most - node.least):
            now = news(self._once(node.item, now), known, self._set.exact)
            if not len(now.keys):
                break
            known = self._merged([known, now])
        return [known]

    def _once(self, node: Stretch, front: Front) -> Front:
        found = self.walk(node, [front])
        return self._merged(found) if found else front.where(slice(0))

    def _each(self, node: Repeat, now: Front) -> Fronts:
        found = [now]
        for _ in range(node.most - node.least):
            before, now = now, self._once(node.item, now)
            if not len(now.keys) or _same(before, now):
                break
            found.append(now)
            if len(found) > _APART:
                found = self._bounded([self._merged(found)])
        return found

    def _bounded(self, fronts: Fronts) -> Fronts:
        """Return walks, if they are many, made one where they are alike; TooManyError if still."""
        if sum(len(front.keys) for front in fronts) <= self._most:
            return fronts
        # Walks with labels are hardly ever alike, and take long to compare.
        if self._set.labels or len((found := self._merged(fronts)).keys) > self._most:
            raise TooManyError
        return [found]

    # Gaps

    def _gap(self, least: int, most: int, fronts: Fronts) -> Fronts:
        """Go over tokens whatever they are."""
        if most - least > _APART:
            return self._wide_gap(least, most, self._merged(fronts))
        found: Fronts = []
        for number in range(most + 1):
            if number:
                fronts = [self._stepped(front) for front in fronts]
            if number >= least:
                found += fronts
        return found if len(found) <= 2 * _APART else [self._merged(found)]

    def _wide_gap(self, least: int, most: int, front: Front) -> Fronts:
        """Go over tokens in steps twice as long each time; who comes to one place is one walk."""
        found, reach = self._shifted(front, least), 0
        while reach < most - least and len(found.keys):
            self._set.budget.check()
            step = min(reach + 1, most - least - reach)
            further = self._shifted(found, step)
            if not len(further.keys):
                break
            found = self._merged(self._bounded([found, further]))
            reach += step
        return [found]

    def _shifted(self, front: Front, tokens: int) -> Front:
        if not tokens:
            return front
        front = front.where((front.places & 1) == 0)
        start = front.places >> 1
        kept = start + tokens <= self._set.cuts.next(start)
        return front.where(kept).moved(self._set.cuts.behind(start[kept] + tokens))

    # What lies in something, or holds something

    def _filtered(self, node: Within | Containing, fronts: Fronts) -> Fronts:
        """Walk through the item alone from every place reached; keep the walks that are allowed."""
        front = self._merged(fronts)
        labels = labels_of(node.item)
        entries = unique_sorted(front.places)
        own = Walker(self._set._replace(exact=True, labels=labels))
        found = own.walk(node.item, [begun(entries, len(labels))])
        if not found:
            return []
        walks = merged(found, True)
        walks = walks.where(Filter(node, self._set).holds(walks.origins, walks.places))
        return [self._joined(front, walks, labels)]

    def _joined(self, front: Front, walks: Front, labels: tuple[str, ...]) -> Front:
        """Return the walks of a front, gone on by the walks that begin where they are."""
        order = np.argsort(walks.origins, kind="stable")
        walks = walks.where(order)
        starts = walks.origins.searchsorted(front.places)
        counts = walks.origins.searchsorted(front.places, "right") - starts
        if int(counts.sum()) > self._most:
            raise TooManyError
        ahead = ragged(starts, counts)
        behind = np.repeat(np.arange(len(counts)), counts)
        own = dict(zip(labels, walks.where(ahead).labels, strict=True))
        kept = front.where(behind)
        bound = []
        for name, tokens in zip(self._set.labels, kept.labels, strict=True):
            new = own.get(name)
            bound.append(tokens if new is None else np.where(new >= 0, new, tokens))
        moved = Front(kept.keys, tuple(bound)).moved(walks.places[ahead])
        return settled(moved, self._set.exact)


def _same(one: Front, other: Front) -> bool:
    pairs = zip((one.keys, *one.labels), (other.keys, *other.labels), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


class Filter:
    """What `within` and `containing` ask of a stretch, by the places where it starts and ends."""

    def __init__(self, node: Within | Containing, setting: Setting) -> None:
        self.negated = node.negated
        self.is_within = isinstance(node, Within)
        self._ground = setting.ground
        found = _others(node, setting)
        self._first = 2 * found.first
        self._stop = setting.ground.zones.behind(found.stop)

    @property
    def keeps_longer(self) -> bool:
        """Whether a longer stretch is kept wherever a shorter one in it is."""
        return self.is_within == self.negated

    def holds(self, starts: Numbers, stops: Numbers) -> Mask:
        """Return which stretches fulfil it."""
        starts, stops = self._ground.canonical(starts), self._ground.canonical(stops)
        inside = self._within(starts, stops) if self.is_within else self._containing(starts, stops)
        return ~inside if self.negated else inside

    def _within(self, starts: Numbers, stops: Numbers) -> Mask:
        if not len(self._first):
            return np.zeros(len(starts), bool)
        reach = np.maximum.accumulate(self._stop)
        place = self._first.searchsorted(starts, "right") - 1
        found: Mask = (place >= 0) & (stops <= reach[np.maximum(place, 0)])
        return found

    def _containing(self, starts: Numbers, stops: Numbers) -> Mask:
        if not len(self._first):
            return np.zeros(len(starts), bool)
        nearest = np.minimum.accumulate(self._stop[::-1])[::-1]
        place = self._first.searchsorted(starts)
        there = place < len(nearest)
        found: Mask = there & (nearest[np.minimum(place, len(nearest) - 1)] <= stops)
        return found


def _others(node: Within | Containing, setting: Setting) -> Extents:
    """Return the stretches that a filter looks at."""
    if isinstance(node, Containing):
        return setting.find(node.inner, True)
    if isinstance(node.region, Region):
        # A whole article, though it has several zones.
        return setting.ground.extents(node.region.structure)
    return setting.find(node.region, False)


def reduced(first: Numbers, stop: Numbers, shortest: bool) -> Extents:
    """Return the stretches that lie in no other one, or in which no other one lies."""
    return Extents(*(innermost if shortest else outermost)(first, stop))
