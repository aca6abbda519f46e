"""Where matches of a pattern can start: worked out from its rarest part backwards.

What is found here may be too much, never too little: a walk forward decides.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from corpus.arrow import unique_sorted
from corpus.columns.columns import Numbers
from corpus.limits import Budget
from corpus.patterns.arrays import united
from corpus.patterns.attributes import Attributes
from corpus.patterns.conditions import Test
from corpus.patterns.ground import Cuts, Ground
from corpus.patterns.shapes import is_gap, nullable
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

_NOTHING: Numbers = np.zeros(0, np.int64)


class Reaching:
    """Finds places from which a part of a pattern may lead on."""

    def __init__(self, attributes: Attributes, ground: Ground, cuts: Cuts, budget: Budget) -> None:
        self._attributes, self._ground, self._cuts = attributes, ground, cuts
        self._budget = budget
        self._ways: dict[type[Any], Callable[[Any, Numbers], Numbers]] = {
            TokenPattern: self._token,
            Edge: self._edge,
            Region: self._region,
            Series: self._series,
            Choice: self._choice,
            Repeat: self._repeat,
            Within: lambda node, places: self.back(node.item, places),
            Containing: lambda node, places: self.back(node.item, places),
        }

    # Starts

    def starts(self, node: Stretch) -> Numbers:
        """Return the places, ascending, where stretches of a part with a token can start."""
        self._budget.check()
        if isinstance(node, TokenPattern):
            places: Numbers = 2 * self._test(node).places()
            return places
        if isinstance(node, Edge):
            return self._edge_places(node)
        if isinstance(node, Region):
            return 2 * self._ground.extents(node.structure).first
        if isinstance(node, Choice):
            return united([self.starts(item) for item in node.items])
        if isinstance(node, Series):
            return self._starts_of_series(node.items)
        return self.starts(node.item)

    def _starts_of_series(self, items: tuple[Stretch, ...]) -> Numbers:
        needed = [n for n, item in enumerate(items) if not nullable(item)]
        if not needed:
            # One of them begins, and those before it hold nothing.
            return united([self.starts(item) for item in items])
        rarest = min(needed, key=lambda n: self.most(items[n]))
        places = self.starts(items[rarest])
        for item in reversed(items[:rarest]):
            places = self.back(item, places)
        return places

    def most(self, node: Stretch) -> int:
        """Return how many starts there are at most, roughly, for an item that holds a token."""
        if isinstance(node, TokenPattern):
            return self._test(node).most
        if isinstance(node, (Edge, Region)):
            return len(self._ground.extents(node.structure).first)
        if isinstance(node, Choice):
            return sum(map(self.most, node.items))
        if isinstance(node, Series):
            needed = [item for item in node.items if not nullable(item)]
            return min(map(self.most, needed or node.items))
        return self.most(node.item)

    def _test(self, node: TokenPattern) -> Test:
        return self._attributes.test(node.condition, self._budget)

    def _edge_places(self, node: Edge) -> Numbers:
        tokens = self._ground.edges(node.structure, node.closing)
        # Where something ends and something begins there are two places.
        places = united([2 * tokens - 1, 2 * tokens])
        token = (places + 1) >> 1
        there = ((places & 1) == 0) | self._cuts.mark[token]
        there &= (places >= 0) & (places < 2 * self._ground.size)
        return self._edge(node, places[there])

    # Backwards

    def back(self, node: Stretch, places: Numbers) -> Numbers:
        """Return the places from which a part can lead to one of some places; all ascend."""
        self._budget.check()
        found: Numbers = self._ways[type(node)](node, places) if len(places) else places
        return found

    def _token(self, node: TokenPattern, places: Numbers) -> Numbers:
        tokens = self._before(places)
        found: Numbers = 2 * tokens[self._test(node).at(tokens)]
        return found

    def _before(self, places: Numbers) -> Numbers:
        """Return the tokens that lead to some places."""
        token = (places + 1) >> 1
        # A token leads to the place behind it, not to one where something begins.
        led = (places & 1).astype(bool) | ~self._cuts.mark[token]
        found: Numbers = token[led] - 1
        return found

    def _edge(self, node: Edge, places: Numbers) -> Numbers:
        found: Numbers = places[self._ground.is_edge(node.structure, node.closing, places)]
        return found

    def _region(self, node: Region, places: Numbers) -> Numbers:
        extents = self._ground.extents(node.structure)
        stops = self._before(places) + 1
        place = extents.stop.searchsorted(stops)
        if not len(extents.stop):
            return _NOTHING
        there = extents.stop.take(place, mode="clip") == stops
        found: Numbers = 2 * extents.first[place[there]]
        return found

    def _series(self, node: Series, places: Numbers) -> Numbers:
        for item in reversed(node.items):
            places = self.back(item, places)
        return places

    def _choice(self, node: Choice, places: Numbers) -> Numbers:
        return united([self.back(item, places) for item in node.items])

    def _repeat(self, node: Repeat, places: Numbers) -> Numbers:
        if is_gap(node):
            return self._gap(node, places)
        once = partial(self.back, node.item)
        for _ in range(node.least):
            places = once(places)
        known, now = places, places
        for _ in range(node.most - node.least):
            now = once(now)
            now = now[~_held(known, now)]
            if not len(now):
                break
            known = united([known, now])
        return known

    def _gap(self, node: Repeat, places: Numbers) -> Numbers:
        found, reach = self._shifted(places, node.least), 0
        while reach < node.most - node.least and len(found):
            self._budget.check()
            step = min(reach + 1, node.most - node.least - reach)
            found = united([found, self._shifted(found, step)])
            reach += step
        return found

    def _shifted(self, places: Numbers, tokens: int) -> Numbers:
        """Return the places so many tokens before."""
        if not tokens:
            return places
        last = self._before(places)
        first = last - (tokens - 1)
        there = first >= 0
        first, last = first[there], last[there]
        # No cut may stand between the first and the last of the tokens.
        return unique_sorted(2 * first[self._cuts.next(first) > last])


def _held(known: Numbers, values: Numbers) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which of some values stand in an ascending array."""
    place = known.searchsorted(values)
    found: np.ndarray[Any, np.dtype[np.bool_]] = known.take(place, mode="clip") == values
    return found
