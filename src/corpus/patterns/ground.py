"""The ground that patterns walk on: places between tokens, and where structures begin and end.

Between the last token of a zone and the first of the next there are two places, so that nothing
leads from one zone into another: place 2p stands before token p, and 2p − 1 behind the token
before it where something ends there that a pattern must not cross, a cut. Elsewhere only the even
place is there.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.columns.columns import PARAGRAPH, SENTENCE, ZONE, Columns, Numbers
from corpus.text.tokens import ZONES

Mask = NDArray[np.bool_]

# One in so many tokens is looked up in a table of all.
_MANY = 64


class Extents(NamedTuple):
    """Structures of a kind, ascending: their first tokens, and the tokens after their last."""

    first: Numbers
    stop: Numbers


class Cuts:
    """Where stretches must end: before some tokens, and at the end of all."""

    def __init__(self, mark: Mask) -> None:
        self.mark = mark
        """By token, one more for the end."""

    @cached_property
    def tokens(self) -> Numbers:
        """The tokens before which there is a cut, and the end."""
        return np.flatnonzero(self.mark)

    def behind(self, tokens: Numbers) -> Numbers:
        """Return the place reached by whoever comes from before each of some tokens."""
        return 2 * tokens - self.mark[tokens]

    def next(self, tokens: Numbers) -> Numbers:
        """Return the first cut after each of some tokens."""
        if _MANY * len(tokens) < len(self.mark):
            return self.tokens[self.tokens.searchsorted(tokens, "right")]
        return self._next[tokens].astype(np.int64)

    @cached_property
    def _next(self) -> NDArray[np.uint32]:
        """By token the first cut after it: for many tokens quicker than to search."""
        edges = self.tokens.astype(np.uint32)
        return np.repeat(edges, np.diff(self.tokens, prepend=0))


class Ground:
    """The structures of some columns."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self.size = len(columns.form)
        self._marks: dict[tuple[str, bool], Mask] = {}
        self._extents: dict[str, Extents] = {}
        self._cuts: dict[frozenset[str], Cuts] = {}

    @cached_property
    def zones(self) -> Cuts:
        """Cuts at every end of a zone, and so of an article."""
        zone = self._columns.flags & ZONE
        mark = np.ones(self.size + 1, bool)
        np.not_equal(zone[1:], zone[:-1], out=mark[1:-1])
        mark[self._columns.first_token] = True
        return Cuts(mark)

    def cuts(self, structures: frozenset[str]) -> Cuts:
        """Return cuts at every end of a zone, a sentence or a paragraph, as some say."""
        if structures not in self._cuts:
            mark = self.zones.mark.copy()
            for structure in structures:
                mark[self.extents(structure).first] = True
            self._cuts[structures] = Cuts(mark)
        return self._cuts[structures]

    def extents(self, structure: str) -> Extents:
        """Return all structures of a kind; an article without tokens has no place."""
        if structure not in self._extents:
            self._extents[structure] = self._found(structure)
        return self._extents[structure]

    def _found(self, structure: str) -> Extents:
        if structure == "article":
            edges = self._columns.first_token
            there = edges[1:] > edges[:-1]
            return Extents(edges[:-1][there], edges[1:][there])
        if structure in ZONES:
            edges = self.zones.tokens
            first = edges[:-1]
            own = (self._columns.flags[first] & ZONE) == ZONES.index(structure)
            return Extents(first[own], edges[1:][own])
        bit = {"s": SENTENCE, "p": PARAGRAPH}[structure]
        # A zone's end ends them too, whatever the flags say.
        first = np.flatnonzero(((self._columns.flags & bit) != 0) | self.zones.mark[:-1])
        return Extents(first, np.append(first[1:], self.size)[: len(first)])

    def is_edge(self, structure: str, closing: bool, places: Numbers) -> Mask:
        """Return at which of some places a structure begins, or ends."""
        token = (places + 1) >> 1
        is_end = (places & 1).astype(bool)
        # Where zones meet, the one place is an end only, the other a beginning only.
        apart = self.zones.mark[token]
        fits: Mask = (is_end if closing else ~is_end) | ~apart
        fits &= self._mark(structure, closing)[token]
        return fits

    def edges(self, structure: str, closing: bool) -> Numbers:
        """Return the tokens before which a structure begins, or ends."""
        extents = self.extents(structure)
        return extents.stop if closing else extents.first

    def _mark(self, structure: str, closing: bool) -> Mask:
        key = (structure, closing)
        if key not in self._marks:
            mark = np.zeros(self.size + 1, bool)
            mark[self.edges(structure, closing)] = True
            self._marks[key] = mark
        return self._marks[key]

    def canonical(self, places: Numbers) -> Numbers:
        """Return places as they are where only zones make cuts."""
        token = (places + 1) >> 1
        found: Numbers = places + ((places & 1).astype(bool) & ~self.zones.mark[token])
        return found
