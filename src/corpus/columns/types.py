"""Types: what words are told apart by when they are counted, a code for each."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus import arrow
from corpus.columns.columns import Columns, Numbers
from corpus.columns.vocabulary import Vocabulary, folded

PAIRED = ("lemma", "form")
"""What is told apart by part of speech too: the noun `стать` is not the verb."""
KINDS = (*PAIRED, "pos", "tag")

# Words that are sorted at once when articles are counted: some tens of megabytes.
_BLOCK = 1 << 22


class Types:
    """The types of one kind that the words of some columns are of.

    `by` is lemma, form (in small letters), pos or tag. Types that only removed articles have are
    among them. Codes are in no order that means anything.
    """

    def __init__(self, columns: Columns, by: str) -> None:
        self._columns = columns
        self.by = by
        values, self._vocabulary = _values(columns, by)
        parts = len(columns.parts) if by in PAIRED else 1
        # Codes of those pairs alone that occur, without gaps.
        size = len(self._vocabulary) * parts
        pairs: NDArray[Any] = values.astype(np.int32 if size < 1 << 31 else np.int64)
        if by in PAIRED:
            pairs = pairs * pairs.dtype.type(parts) + columns.word_pos
        used = np.zeros(size, bool)
        used[pairs] = True
        code = np.cumsum(used, dtype=np.int32) - 1
        self.code: NDArray[np.int32] = code[pairs]
        """The type of each word."""
        self._value, self._part = np.divmod(np.flatnonzero(used), parts)

    def __len__(self) -> int:
        return len(self._value)

    def names(self, types: NDArray[Any]) -> pa.Array:
        """Return the lemma, form, part of speech or tag of some types."""
        return self._vocabulary.take(self._value[types]).cast(pa.string())

    def parts(self, types: NDArray[Any]) -> pa.Array:
        """Return the part of speech of some types; for lemmas and forms alone."""
        return self._columns.parts.take(self._part[types]).cast(pa.string())

    def of_parts(self, parts: Sequence[str]) -> NDArray[np.bool_]:
        """Return which types are of some parts of speech; for lemmas and forms alone."""
        wanted = self._columns.parts.codes(arrow.strings(parts))
        return np.isin(self._part, wanted)

    def named(self, name: str, among: Numbers) -> Numbers:
        """Return those of some types that have a name, one for each part of speech."""
        is_named = arrow.numbers(pc.equal(self.names(among), name))
        return np.asarray(among[is_named])

    @cached_property
    def ranks(self) -> Numbers:
        """The place of each type in the order of Russian words, see `word_ranks`."""
        every = np.arange(len(self))
        return word_ranks(self.names(every), self.parts(every) if self.by in PAIRED else None)

    @cached_property
    def held(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Every row and type that go together, each pair once: what articles are counted by."""
        first, row = self._columns.first_word, self._columns.word_row
        # Whole rows, as many as make a block.
        starts = first.searchsorted(np.arange(0, len(self.code), _BLOCK), "right") - 1
        edges = np.unique(np.append(first[starts], first[-1]))
        found = [
            _distinct(row[start:stop], self.code[start:stop])
            for start, stop in itertools.pairwise(edges)
        ]
        if not found:
            return np.zeros(0, np.int32), np.zeros(0, np.int32)
        rows, types = zip(*found, strict=True)
        return np.concatenate(rows), np.concatenate(types)


def word_ranks(names: pa.Array, parts: pa.Array | None = None) -> Numbers:
    """Return the place of each of some words among them, in the order of Russian words.

    Case does not count, and ё stands where е does; no two share a place unless they are the same:
    what differs in these things alone, or in its part of speech, is put in order by that.
    """
    keys = {"folded": folded(names), "name": names}
    if parts is not None:
        keys["part"] = parts
    order = pc.sort_indices(pa.table(keys), sort_keys=[(key, "ascending") for key in keys])
    places = np.empty(len(names), np.int64)
    places[arrow.numbers(order)] = np.arange(len(names))
    return places


def _values(columns: Columns, by: str) -> tuple[NDArray[Any], Vocabulary]:
    """Return for each word the code of what it is called, and what the codes stand for."""
    if by == "form":
        lowered, vocabulary = columns.forms.lowered
        return lowered[columns.word_form], vocabulary
    if by == "lemma":
        return columns.word_lemma, columns.lemmas
    if by == "pos":
        return columns.word_pos, columns.parts
    return columns.tag[columns.words], columns.tags


def _distinct(
    row: NDArray[np.int32], code: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    pairs = np.sort(row.astype(np.int64) << 32 | code)
    fresh = np.ones(len(pairs), bool)
    fresh[1:] = pairs[1:] != pairs[:-1]
    pairs = pairs[fresh]
    return (pairs >> 32).astype(np.int32), pairs.astype(np.int32)
