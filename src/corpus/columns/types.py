"""Types: what words are told apart by when they are compared, a code for each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus import arrow
from corpus.columns.attributes import ATTRIBUTES, distinct_pairs
from corpus.columns.columns import Columns, Numbers
from corpus.columns.vocabulary import folded

PAIRED = ("lemma", "form")
"""What is told apart by part of speech too: the noun `стать` is not the verb."""
KINDS = ATTRIBUTES


class Types:
    """The types of one kind that the words of some columns are of.

    `by` is lemma, form (in small letters), pos or tag. A code is the place of a type among all in
    Russian order, those of one name by part of speech: so what is sorted by code does not depend
    on the order in which articles came. Types that only removed articles have are among them.
    """

    def __init__(self, columns: Columns, by: str) -> None:
        self._row = columns.word_row
        attribute, pos = columns.attribute(by), columns.attribute("pos")
        self._names, self._parts = attribute.values, pos.values
        parts = len(pos.values) if by in PAIRED else 1
        size = len(attribute.values) * parts
        pairs: NDArray[Any] = attribute.code.astype(np.int32 if size < 1 << 31 else np.int64)
        if by in PAIRED:
            pairs = pairs * pairs.dtype.type(parts) + pos.code
        # Codes of those pairs alone that occur, without gaps.
        used = np.zeros(size, bool)
        used[pairs] = True
        code = np.cumsum(used, dtype=np.int32) - 1
        self.code: NDArray[np.int32] = code[pairs]
        """The type of each word."""
        self._name, self._part = np.divmod(np.flatnonzero(used), max(1, parts))

    def __len__(self) -> int:
        return len(self._name)

    def names(self, types: NDArray[Any]) -> pa.Array:
        """Return the lemma, form, part of speech or tag of some types."""
        return self._names.take(self._name[types]).cast(pa.string())

    def parts(self, types: NDArray[Any]) -> pa.Array:
        """Return the part of speech of some types; for lemmas and forms alone."""
        return self._parts.take(self._part[types]).cast(pa.string())

    def of_parts(self, parts: Sequence[str]) -> NDArray[np.bool_]:
        """Return which types are of some parts of speech; for lemmas and forms alone."""
        return np.isin(self._part, self._parts.codes(arrow.strings(parts)))

    def named(self, name: str, among: Numbers) -> Numbers:
        """Return those of some types that have a name, one for each part of speech."""
        is_named = arrow.numbers(pc.equal(self.names(among), name))
        return np.asarray(among[is_named])

    @cached_property
    def held(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Every row and type that go together, each pair once: what articles are counted by."""
        return distinct_pairs(self._row, self.code, len(self))


def word_ranks(names: pa.Array, parts: pa.Array | None = None) -> Numbers:
    """Return the place of each of some words among them, in the order that codes of types have."""
    keys = {"folded": folded(names), "name": names}
    if parts is not None:
        keys |= {"folded part": folded(parts), "part": parts}
    order = pc.sort_indices(pa.table(keys), sort_keys=[(key, "ascending") for key in keys])
    places = np.empty(len(names), np.int64)
    places[arrow.numbers(order)] = np.arange(len(names))
    return places
