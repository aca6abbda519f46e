"""Tests on single tokens: a table over the codes of a column, and what is made of several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, reduce
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.arrow import ragged, stable_order
from corpus.columns.columns import Numbers

Mask = NDArray[np.bool_]

# So few codes are looked for one by one: quicker than a table for each token.
_FEW = 3
# Tokens are looked through so many times; who asks more often has the tokens of each code listed,
# which takes as long as looking ten times.
_BY_LOOKING = 4
# Where more than one in so many tokens is found, looking is quicker than a list.
_RARE = 6


class Test(Protocol):
    """A condition on one token."""

    most: int
    """No more tokens than that meet it."""

    def at(self, tokens: Numbers) -> Mask:
        """Return which of some tokens meet it."""

    def places(self) -> Numbers:
        """Return all tokens that meet it, ascending."""

    def inverted(self) -> Test:
        """Return the test that the others meet."""


class Column:
    """The codes of all tokens in one respect, and how many tokens have each."""

    def __init__(self, name: str, codes: NDArray[Any], size: int) -> None:
        self.name = name
        self.codes = codes
        self.size = size
        self._counts: Numbers | None = None
        self._asked = 0

    @property
    def counts(self) -> Numbers:
        if self._counts is None:
            self._counts = np.bincount(self.codes, minlength=self.size)
        return self._counts

    def places(self, table: Mask, most: int) -> Numbers:
        """Return the tokens, `most` of them, whose codes have a true value in a table."""
        # Codes that no token has need not be looked for.
        wanted = np.flatnonzero(table & (self.counts > 0))
        if not len(wanted):
            return np.zeros(0, np.int64)
        self._asked += 1
        if self._asked > _BY_LOOKING and _RARE * most < len(self.codes):
            return self._listed(wanted)
        if len(wanted) <= _FEW:
            codes = wanted.astype(self.codes.dtype)
            return np.flatnonzero(reduce(np.logical_or, (self.codes == code for code in codes)))
        return np.flatnonzero(table[self.codes])

    def _listed(self, wanted: Numbers) -> Numbers:
        """Return the tokens of some codes by the list of the tokens of each."""
        order, starts = self._lists
        if len(wanted) == 1:
            return order[starts[wanted[0]] : starts[wanted[0] + 1]].astype(np.int64)
        found = order[ragged(starts[wanted], self.counts[wanted])]
        found.sort()
        return found.astype(np.int64)

    @cached_property
    def _lists(self) -> tuple[NDArray[np.uint32], Numbers]:
        """The tokens of each code, one code after the other, and where each begins."""
        starts = np.zeros(self.size + 1, np.int64)
        np.cumsum(self.counts, out=starts[1:])
        return stable_order(self.codes, self.size).astype(np.uint32), starts


class Every:
    """Any token at all."""

    def __init__(self, size: int) -> None:
        self.most = size

    def at(self, tokens: Numbers) -> Mask:
        return np.ones(len(tokens), bool)

    def places(self) -> Numbers:
        return np.arange(self.most)

    def inverted(self) -> Test:
        return Never(self.most)


class Never:
    """No token."""

    def __init__(self, size: int) -> None:
        self.most, self._size = 0, size

    def at(self, tokens: Numbers) -> Mask:
        return np.zeros(len(tokens), bool)

    def places(self) -> Numbers:
        return np.zeros(0, np.int64)

    def inverted(self) -> Test:
        return Every(self._size)


class Coded:
    """Tokens whose code in a column has a true value in a table."""

    def __init__(self, column: Column, table: Mask) -> None:
        self.column, self.table = column, table
        self.most = int(column.counts[table].sum())

    def at(self, tokens: Numbers) -> Mask:
        found: Mask = self.table[self.column.codes[tokens]]
        return found

    def places(self) -> Numbers:
        return self.column.places(self.table, self.most)

    def inverted(self) -> Test:
        return Coded(self.column, ~self.table)


class Both:
    """All of several tests on different columns."""

    def __init__(self, tests: Sequence[Test]) -> None:
        self.tests = sorted(tests, key=lambda test: test.most)
        self.most = self.tests[0].most

    def at(self, tokens: Numbers) -> Mask:
        found = self.tests[0].at(tokens)
        for test in self.tests[1:]:
            there = np.flatnonzero(found)
            found[there] = test.at(tokens[there])
        return found

    def places(self) -> Numbers:
        found = self.tests[0].places()
        for test in self.tests[1:]:
            found = found[test.at(found)]
        return found

    def inverted(self) -> Test:
        return any_of([test.inverted() for test in self.tests])


class Either:
    """Any of several tests on different columns."""

    def __init__(self, tests: Sequence[Test], size: int) -> None:
        self.tests = sorted(tests, key=lambda test: -test.most)
        self.most = min(size, sum(test.most for test in tests))
        self._size = size

    def at(self, tokens: Numbers) -> Mask:
        found = self.tests[0].at(tokens)
        for test in self.tests[1:]:
            rest = np.flatnonzero(~found)
            found[rest] = test.at(tokens[rest])
        return found

    def places(self) -> Numbers:
        mark = np.zeros(self._size, bool)
        for test in self.tests:
            mark[test.places()] = True
        return np.flatnonzero(mark)

    def inverted(self) -> Test:
        return all_of([test.inverted() for test in self.tests])


def all_of(tests: Iterable[Test]) -> Test:
    """Return the test that asks for all of some; tables over one column become one."""
    opened = [t for test in tests for t in (test.tests if isinstance(test, Both) else [test])]
    joined = _joined(opened, np.logical_and)
    wanted = [test for test in joined if not isinstance(test, Every)]
    never = [test for test in wanted if isinstance(test, Never)]
    if never or not wanted:
        return never[0] if never else joined[0]
    return wanted[0] if len(wanted) == 1 else Both(wanted)


def any_of(tests: Iterable[Test]) -> Test:
    """Return the test that asks for any of some; tables over one column become one."""
    opened = [t for test in tests for t in (test.tests if isinstance(test, Either) else [test])]
    joined = _joined(opened, np.logical_or)
    wanted = [test for test in joined if test.most] or joined[:1]
    every = [test for test in wanted if isinstance(test, Every)]
    if every:
        return every[0]
    size = max(len(t.column.codes) for t in _leaves(wanted))
    return wanted[0] if len(wanted) == 1 else Either(wanted, size)


def _joined(tests: Sequence[Test], join: Callable[..., Any]) -> list[Test]:
    by_column: dict[str, Coded] = {}
    others: list[Test] = []
    for test in tests:
        if not isinstance(test, Coded):
            others.append(test)
        elif test.column.name in by_column:
            known = by_column[test.column.name]
            by_column[test.column.name] = Coded(test.column, join(known.table, test.table))
        else:
            by_column[test.column.name] = test
    return [*by_column.values(), *others]


def _leaves(tests: Iterable[Test]) -> Iterable[Coded]:
    for test in tests:
        if isinstance(test, Coded):
            yield test
        elif isinstance(test, (Both, Either)):
            yield from _leaves(test.tests)
