"""Attributes: what words are counted by, such as the lemma, as one code for each word."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.columns.vocabulary import Vocabulary

ATTRIBUTES = ("lemma", "form", "pos", "tag")

# Rows whose pairs are sorted at once: some tens of megabytes of ordinary articles.
_MOST_ROWS = 1 << 13


class Attribute:
    """What every word is in one respect, and in which articles each value stands.

    A code is the place of a value among all in Russian order. So what is sorted by code does not
    depend on the order in which articles came. Values that no word has any more are among them.
    """

    def __init__(self, code: NDArray[np.int32], values: Vocabulary, row: NDArray[np.int32]) -> None:
        self.code = code
        """By word."""
        self.values = values
        """By code."""
        self._row = row

    @classmethod
    def of(
        cls,
        raw: NDArray[Any],
        vocabulary: Vocabulary,
        row: NDArray[np.int32],
        becomes: NDArray[np.int32] | None = None,
    ) -> Attribute:
        """Return the attribute whose values have some codes of a vocabulary, word by word.

        `becomes` has for each code that of the value which stands for it.
        """
        places, values = vocabulary.collated
        if becomes is not None:
            places = places[becomes]
        return cls(places[raw], values, row)

    @cached_property
    def held(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Every row and code that stand together, each pair once: for counting articles."""
        return distinct_pairs(self._row, self.code, len(self.values))


def distinct_pairs(
    row: NDArray[Any], code: NDArray[Any], codes: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return each pair of a row and a code once, in order; rows ascend, codes are below `codes`."""
    bits = max(1, int(codes - 1).bit_length())
    kept = [_sorted_pairs(row[part], code[part], bits) for part in _blocks(row, bits)]
    rows, found = zip(*kept, strict=True) if kept else ((), ())
    none = np.zeros(0, np.int32)
    return np.concatenate([none, *rows]), np.concatenate([none, *found])


def _blocks(row: NDArray[Any], bits: int) -> Iterator[slice]:
    """Yield stretches of so few rows that row and code fit into 32 bits together."""
    if not len(row):
        return
    step = min(_MOST_ROWS, 1 << (32 - bits))
    edges = np.arange(int(row[0]), int(row[-1]) + step + 1, step)
    places = row.searchsorted(edges.astype(row.dtype)).tolist()
    yield from (slice(a, b) for a, b in pairwise(places) if a < b)


def _sorted_pairs(
    row: NDArray[Any], code: NDArray[Any], bits: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    low = row[0]
    pairs = (row - low).astype(np.uint32)
    pairs <<= np.uint32(bits)
    pairs |= code.astype(np.uint32)
    # Sorting half as wide numbers is twice as quick.
    pairs.sort()
    fresh = np.ones(len(pairs), bool)
    np.not_equal(pairs[1:], pairs[:-1], out=fresh[1:])
    pairs = pairs[fresh]
    codes = (pairs & np.uint32((1 << bits) - 1)).astype(np.int32)
    return (pairs >> np.uint32(bits)).astype(np.int32) + np.int32(low), codes
