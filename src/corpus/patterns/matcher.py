"""The stretches of tokens that patterns find: what is asked of this package."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.columns.columns import Columns, Numbers
from corpus.limits import Budget
from corpus.patterns import shapes
from corpus.patterns.attributes import Attributes
from corpus.patterns.comparing import fulfilled
from corpus.patterns.fronts import Front, begun, merged
from corpus.patterns.ground import Cuts, Extents, Ground
from corpus.patterns.reaching import Reaching
from corpus.patterns.walking import Filter, Setting, TooManyError, Walker, reduced
from corpus.query.patterns import (
    Condition,
    Containing,
    Edge,
    Pattern,
    Region,
    Stretch,
    TokenPattern,
    Within,
)
from corpus.text.tokens import ZONES

Mask = NDArray[np.bool_]

# Origins from which walks begin together; the fewer, the more walks each can become.
_BLOCK = 1 << 20
_SMALL_BLOCK = 1 << 17


class Stretches(NamedTuple):
    """Stretches of tokens, in the order of the columns; none lies in another.

    From the first token to the one before `stop`; tokens are numbered through all articles.
    """

    first: Numbers
    stop: Numbers


class _Task(NamedTuple):
    """A stretch without the filters around it, and what they ask."""

    node: Stretch
    cuts: Cuts
    filters: list[Filter]
    inside: list[Extents]
    """Structures in which a match must begin."""
    where: Condition | None
    shortest: bool


class Matcher:
    """Finds patterns in the articles of some rows."""

    def __init__(self, columns: Columns, rows: Mask | None = None) -> None:
        self._columns = columns
        self._rows = None if rows is None or rows.all() else rows
        self._attributes = Attributes(columns)
        self._ground = Ground(columns)

    def find(self, pattern: Pattern, budget: Budget | None = None) -> Stretches:
        """Return everything that a pattern finds; LimitError if that is too much.

        CorpusError if it restricts nothing, or an expression in it is none.
        """
        shapes.checked(pattern)
        budget = budget or Budget()
        kept = shapes.compared_labels(pattern.where)
        node = shapes.simplified(shapes.without_labels(pattern.stretch, kept))
        found = self._find(node, budget, {}, pattern.where)
        return Stretches(*found)

    def count(self, part: Stretch, budget: Budget | None = None) -> int | None:
        """Return how often a part of a pattern is found by itself, a token or an edge how often.

        None if it asks for nothing that could be counted, as a gap does.
        """
        if isinstance(part, TokenPattern):
            places = self._attributes.test(part.condition, budget).places()
            return int(np.count_nonzero(self._alive(places)))
        if isinstance(part, Edge):
            first = self._ground.extents(part.structure).first
            return int(np.count_nonzero(self._alive(first)))
        if not shapes.restricts(part):
            return None
        return len(self.find(Pattern(part), budget).first)

    def _find(
        self,
        node: Stretch,
        budget: Budget,
        known: dict[tuple[Stretch, bool], Extents],
        where: Condition | None = None,
        shortest: bool = False,
    ) -> Extents:
        """Return the longest stretches of a part, or the shortest."""

        def find(inner: Stretch, shortest: bool) -> Extents:
            key = (inner, shortest)
            if key not in known:
                known[key] = self._find(inner, budget, known, shortest=shortest)
            return known[key]

        plain = Setting(self._attributes, self._ground, self._ground.zones, budget, find)
        task = self._task(node, plain, where, shortest)
        return self._done(task, plain._replace(cuts=task.cuts))

    def _task(
        self, node: Stretch, plain: Setting, where: Condition | None, shortest: bool
    ) -> _Task:
        """Take off the filters around a stretch; structures become cuts, which cost nothing."""
        cutting, filters, inside = set(), [], []
        while isinstance(node, (Within, Containing)):
            if isinstance(node, Within) and not node.negated and isinstance(node.region, Region):
                structure = node.region.structure
                if structure in ("s", "p"):
                    cutting.add(structure)
                elif structure in ZONES:
                    inside.append(self._ground.extents(structure))
            else:
                filters.append(Filter(node, plain))
            node = node.item
        cuts = self._ground.cuts(frozenset(cutting)) if cutting else plain.cuts
        return _Task(node, cuts, filters, inside, where, shortest)

    def _done(self, task: _Task, setting: Setting) -> Extents:
        exact = task.shortest or not all(item.keeps_longer for item in task.filters)
        labels = shapes.labels_of(task.node)
        setting = setting._replace(labels=labels, exact=exact)
        starts = self._starts(task, setting)
        step = _SMALL_BLOCK if exact or labels else _BLOCK
        found: list[Extents] = []
        total = 0
        ahead = [starts[n : n + step] for n in range(0, len(starts), step)][::-1]
        while ahead:
            block = ahead.pop()
            try:
                found.append(self._walked(task, setting, block))
            except TooManyError:
                if len(block) < 2:
                    raise setting.budget.too_many() from None
                half = len(block) // 2
                ahead += [block[half:], block[:half]]
                continue
            total += len(found[-1].first)
            setting.budget.count(total)
        if len(found) == 1:
            return found[0]
        none = Extents(*(np.zeros(0, np.int64) for _ in Extents._fields))
        first, stop = map(np.concatenate, zip(none, *found, strict=True))
        return reduced(first, stop, task.shortest)

    def _starts(self, task: _Task, setting: Setting) -> Numbers:
        reaching = Reaching(self._attributes, self._ground, task.cuts, setting.budget)
        starts = reaching.starts(task.node)
        starts = starts[(starts & 1) == 0]
        for extents in task.inside:
            tokens = starts >> 1
            place = extents.first.searchsorted(tokens, "right") - 1
            inside = (place >= 0) & (tokens < np.append(extents.stop, 0)[place])
            starts = starts[inside]
        found: Numbers = starts[self._alive(starts >> 1)]
        return found

    def _alive(self, tokens: Numbers) -> Mask:
        """Return which tokens stand in articles that are searched."""
        if self._rows is None:
            return np.ones(len(tokens), bool)
        row = self._columns.first_token.searchsorted(tokens, "right") - 1
        return self._rows[row]

    def _walked(self, task: _Task, setting: Setting, starts: Numbers) -> Extents:
        """Return the stretches that start at some places."""
        fronts = Walker(setting).walk(task.node, [begun(starts, len(setting.labels))])
        front = merged(fronts, setting.exact) if fronts else begun(starts[:0], len(setting.labels))
        tokens = (front.places + 1) >> 1
        front = front.where(tokens > front.origins >> 1)
        for item in task.filters:
            front = front.where(item.holds(front.origins, front.places))
        if task.where is not None:
            front = front.where(self._compared(task.where, setting, front))
        return reduced(front.origins >> 1, (front.places + 1) >> 1, task.shortest)

    def _compared(self, where: Condition, setting: Setting, front: Front) -> Mask:
        tokens: dict[str, Any] = dict(zip(setting.labels, front.labels, strict=True))
        return fulfilled(self._attributes, where, tokens, len(front.keys))
