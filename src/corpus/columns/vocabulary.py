"""Distinct strings under codes that never change: forms, lemmas, tags, parts of speech."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus import arrow
from corpus.text.fold import ALIKE


class Vocabulary:
    """Strings by code; a code is the place of a string, in the order in which they came."""

    def __init__(self, strings: pa.LargeStringArray) -> None:
        self.strings = strings

    @classmethod
    def from_buffers(cls, offsets: Any, data: Any) -> Vocabulary:
        """Return the vocabulary whose strings stand one after the other in `data`.

        ValueError, or an error of pyarrow's, if the offsets lead out of the data.
        """
        count = max(0, len(offsets) // 8 - 1)
        if not count:
            return cls(pa.array([], pa.large_string()))
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
        strings = pa.Array.from_buffers(pa.large_string(), count, buffers)
        # Offsets that lead out of the data would end the process.
        strings.validate(full=True)
        return cls(strings)

    def __len__(self) -> int:
        return len(self.strings)

    def __getitem__(self, code: int) -> str:
        return str(self.strings[code].as_py())

    def take(self, codes: NDArray[Any]) -> pa.LargeStringArray:
        """Return the strings of codes."""
        return self.strings.take(arrow.from_numbers(codes))

    def list(self, codes: NDArray[Any]) -> list[str]:
        """Return the strings of codes as a list."""
        return list(self.take(codes).to_pylist())

    def code(self, value: str) -> int:
        """Return the code of a string, -1 if it is not there."""
        return int(self.codes(arrow.strings([value]))[0])

    def codes(self, values: pa.Array) -> NDArray[np.int64]:
        """Return the code of each of some strings, -1 for those that are not there."""
        found = pc.index_in(values.cast(pa.large_string()), value_set=self.strings)
        return np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)

    @cached_property
    def ranks(self) -> NDArray[np.int32]:
        """The place of each string in Russian order; those that fold to the same share one."""
        keys = self.folded.dictionary_encode()
        order = arrow.numbers(pc.sort_indices(keys.dictionary))
        places = np.empty(len(order), np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        found: NDArray[np.int32] = places[arrow.numbers(keys.indices)]
        return found

    @cached_property
    def lowered(self) -> tuple[NDArray[np.int64], Vocabulary]:
        """For each code that of its string in small letters, and the vocabulary of those."""
        encoded = pc.utf8_lower(self.strings).dictionary_encode()
        codes = np.asarray(encoded.indices.to_numpy(), np.int64)
        return codes, Vocabulary(encoded.dictionary)

    @cached_property
    def folded(self) -> pa.LargeStringArray:
        """What each string is looked up under, see `corpus.text.fold`."""
        return folded(self.strings)

    @cached_property
    def collated(self) -> tuple[NDArray[np.int32], Vocabulary]:
        """For each code its place in Russian order, and the vocabulary in that order.

        The order of `text.collation`; what differs by case or ё alone is in order of characters.
        """
        keys = pa.table({"folded": self.folded, "string": self.strings})
        order = pc.sort_indices(keys, [("folded", "ascending"), ("string", "ascending")])
        places = np.empty(len(self), np.int32)
        places[arrow.numbers(order)] = np.arange(len(self), dtype=np.int32)
        return places, Vocabulary(self.strings.take(order))


def folded(strings: pa.Array) -> pa.Array:
    """Return what `corpus.text.fold.fold` makes of each of some strings."""
    strings = pc.utf8_lower(strings)
    for written, counted in ALIKE:
        strings = pc.replace_substring(strings, written, counted)
    return strings


class Growing:
    """A vocabulary that new strings are added to, behind those of `base`."""

    def __init__(self, base: Vocabulary) -> None:
        self._base = base
        self._seen: dict[str, int] = {}
        self._looked_up = 0
        self._letters = int(pc.sum(pc.binary_length(base.strings)).as_py() or 0)
        self._size = len(base)

    def __len__(self) -> int:
        return self._size

    def codes(self, values: list[str]) -> tuple[NDArray[np.int64], list[str]]:
        """Return the codes of distinct strings, and those of them that are new, in their order."""
        seen = self._seen
        unseen = [value for value in values if value not in seen]
        if unseen and len(self._base):
            self._look_up(unseen)
        new = [value for value in unseen if value not in seen]
        seen |= zip(new, range(self._size, self._size + len(new)), strict=True)
        self._size += len(new)
        return np.fromiter(map(seen.__getitem__, values), np.int64, count=len(values)), new

    def _look_up(self, unseen: list[str]) -> None:
        """Take in the codes that the base has for strings that were never met."""
        self._looked_up += 1
        if self._looked_up == 1:
            known = self._base.codes(pa.array(unseen, pa.large_string())).tolist()
            self._seen |= {v: code for v, code in zip(unseen, known, strict=True) if code >= 0}
        elif self._looked_up == 2:
            # Each time Arrow makes a hash table of the whole base: from now on there is one.
            self._seen |= zip(self._base.strings.to_pylist(), range(len(self._base)), strict=True)

    def stored(self, new: list[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return what new strings add to the files: their letters, and where each string ends."""
        encoded = [value.encode() for value in new]
        ends = self._letters + np.cumsum([len(data) for data in encoded], dtype=np.int64)
        # The offsets of Arrow begin with one more, for the start of the first string.
        first = [] if self._letters or len(self._base) or self._size > len(new) else [0]
        self._letters = int(ends[-1])
        return np.frombuffer(b"".join(encoded), np.uint8), np.append(first, ends).astype(np.int64)
