"""The sorted terms of one field in one segment: looked up, by prefix, by pattern, by distance."""

from __future__ import annotations

import fnmatch
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus import arrow

Places = NDArray[np.int64]
Pause = Callable[[], None]

_STRIDE = 16
_MOST_RANGES = 1 << 12
_WILD = re.compile(r"[*?]+")
_BITS = np.unpackbits(np.arange(1 << 16, dtype=np.uint16).view(np.uint8).reshape(-1, 2), axis=1)
_POPCOUNT = _BITS.sum(axis=1, dtype=np.uint8)


# Terms that a pattern is tried on between two looks at the clock.
_AT_ONCE = 1000
_RE2_AT_ONCE = 1 << 15


def _go_on() -> None:
    """Let a long search go on."""


class Terms:
    """Byte strings in ascending order, as one block of bytes and where each of them starts."""

    def __init__(self, array: pa.BinaryArray) -> None:
        self._array = array
        _, starts, data = array.buffers()
        self.starts: NDArray[np.int32] = _view(starts, np.int32)[
            array.offset : array.offset + len(array) + 1
        ]
        self.data: NDArray[np.uint8] = _view(data, np.uint8)
        self._starts = viewed(self.starts)
        self._data = viewed(self.data)
        self._ranges: dict[bytes, tuple[int, int]] = {}

    @classmethod
    def of(cls, values: Sequence[bytes]) -> Terms:
        """Return terms of byte strings that are in order already."""
        return cls(pa.array(values, pa.binary()))

    @property
    def array(self) -> pa.BinaryArray:
        """The terms as an Arrow array."""
        return self._array

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> bytes:
        return self._data[self._starts[number] : self._starts[number + 1]].tobytes()

    def at(self, numbers: Sequence[int]) -> list[bytes]:
        """Return several terms by their numbers."""
        starts, data = self._starts, self._data
        return [data[starts[number] : starts[number + 1]].tobytes() for number in numbers]

    def __iter__(self) -> Iterator[bytes]:
        return (self[number] for number in range(len(self)))

    def place(self, term: bytes) -> int:
        """Return the number of the first term that is not less than `term`."""
        block = bisect_left(self._signposts, term)
        first = max(0, (block - 1) * _STRIDE)
        return bisect_left(self, term, first, min(len(self), block * _STRIDE))

    @cached_property
    def _signposts(self) -> list[bytes]:
        """Every 16th term, as objects: most of a search by halves goes over these."""
        return [self[number] for number in range(0, len(self), _STRIDE)]

    def find(self, term: bytes) -> int:
        """Return the number of a term, -1 if it is not there."""
        number = self.place(term)
        return number if number < len(self) and self[number] == term else -1

    def with_prefix(self, prefix: bytes) -> tuple[int, int]:
        """Return the range of the terms that start with a prefix: they stand side by side."""
        known = self._ranges.get(prefix)
        if known is None:
            if len(self._ranges) >= _MOST_RANGES:
                self._ranges.clear()
            known = self._ranges[prefix] = self._with_prefix(prefix)
        return known

    def _with_prefix(self, prefix: bytes) -> tuple[int, int]:
        if not prefix:
            return 0, len(self)
        first = self.place(prefix)
        rest = prefix.rstrip(b"\xff")
        after = rest[:-1] + bytes([rest[-1] + 1]) if rest else b""
        return first, self.place(after) if after else len(self)

    def like(self, pattern: str, pause: Pause = _go_on) -> Places:
        """Return the terms that a pattern with `*` and `?` matches whole; no other sign is wild.

        `pause` is called now and then, and may raise.
        """
        pieces = _WILD.split(pattern)
        wild = _WILD.findall(pattern)
        head, tail = pieces[0].encode(), pieces[-1].encode() if wild else b""
        first, last = self.with_prefix(head)
        fits = self._sizes[first:last] >= sum(len(piece.encode()) for piece in pieces)
        found = self._ending_in(first, fits, tail)
        if len(pieces) == 2 and "?" not in wild[0]:
            return found
        middle = max(pieces[1:-1], key=len, default="")
        if middle and len(found) > 1000:
            found = np.intersect1d(found, self._holding(middle.encode()), assume_unique=True)
        # translate() makes a pattern of * and ? that cannot run away.
        shape = re.compile(fnmatch.translate(pattern.replace("[", "[[]")))
        return self._matching(found, shape, pause)

    def matching(self, pattern: str, prefix: bytes = b"", pause: Pause = _go_on) -> Places:
        """Return the terms at whose start a regular expression matches."""
        found = np.arange(*self.with_prefix(prefix), dtype=np.int64)
        return self._matching(found, re.compile(pattern), pause)

    def described(self, expression: str, pause: Pause = _go_on) -> Places:
        """Return the terms in which an expression of RE2's is found; broken letters are in none.

        RE2 takes a time that grows with the text alone; `pause` is called now and then all the
        same.
        """
        found = [np.zeros(0, np.int64)]
        for first in range(0, len(self), _RE2_AT_ONCE):
            pause()
            block = self._array.slice(first, _RE2_AT_ONCE)
            try:
                strings = block.cast(pa.string())
            except pa.ArrowInvalid:
                texts = [term.as_py().decode("utf-8", "replace") for term in block]
                strings = arrow.strings(texts)
            mask = arrow.numbers(pc.match_substring_regex(strings, expression))
            found.append(np.flatnonzero(mask) + first)
        return np.concatenate(found)

    def _matching(self, places: Places, shape: re.Pattern[str], pause: Pause) -> Places:
        match = shape.match
        kept: list[int] = []
        for first in range(0, len(places), _AT_ONCE):
            pause()
            block = places[first : first + _AT_ONCE].tolist()
            kept += [n for n in block if match(self[n].decode("utf-8", "replace"))]
        return np.array(kept, np.int64)

    @cached_property
    def _sizes(self) -> NDArray[np.int32]:
        return np.diff(self.starts)

    def _ending_in(self, first: int, fits: NDArray[np.bool_], tail: bytes) -> Places:
        """Return the terms from `first` on that fit and end in some bytes."""
        last_bytes = self._tails[first : first + len(fits)]
        known = min(len(tail), 4)
        if known:
            wanted = int.from_bytes(tail[-known:], "big")
            fits &= (last_bytes & np.uint32((1 << 8 * known) - 1)) == wanted
        places = np.flatnonzero(fits) + first
        for back in range(5, len(tail) + 1):
            places = places[self.data[self.starts[places + 1] - back] == tail[-back]]
        return places

    @cached_property
    def _tails(self) -> NDArray[np.uint32]:
        """The last four bytes of each term as a number; what a short one lacks is 0."""
        ends, found = self.starts[1:], np.zeros(len(self), np.uint32)
        for back in range(1, 5):
            long = self._sizes >= back
            byte = self.data[np.where(long, ends - back, 0)].astype(np.uint32)
            found |= np.where(long, byte << np.uint32(8 * (back - 1)), np.uint32(0))
        return found

    def _holding(self, piece: bytes) -> Places:
        """Return the terms that hold some bytes."""
        at = np.array([m.start() for m in re.finditer(re.escape(piece), self._data)], np.int32)
        owner = np.searchsorted(self.starts, at, "right") - 1
        inside = at + len(piece) <= self.starts[owner + 1]
        return np.unique(owner[inside]).astype(np.int64)

    # By edit distance

    def near(self, word: str, distance: int, prefix: int = 0) -> Places:
        """Return the terms within an edit distance (insert, delete, replace) of a word.

        They share its first `prefix` characters.
        """
        if prefix >= len(word):
            prefix = len(word)
        first, last = self.with_prefix(word[:prefix].encode())
        sizes = self._letters[first:last]
        close = np.abs(sizes - len(word)) <= distance
        # Each edit takes one letter away or brings one, or both.
        differ = _bits(self._signatures[first:last] ^ _signature(word))
        places = np.flatnonzero(close & (differ <= 2 * distance)) + first
        found = [
            own[_within(self._block(own, size), word, distance)]
            for size in range(max(0, len(word) - distance), len(word) + distance + 1)
            if len(own := places[self._letters[places] == size])
        ]
        return np.sort(np.concatenate(found)) if found else places[:0]

    def _block(self, places: Places, size: int) -> NDArray[np.uint32]:
        """Return terms of one length as rows of code points."""
        starts = self._point_starts[places]
        return np.asarray(self._points[starts[:, None] + np.arange(size)])

    @cached_property
    def _points(self) -> NDArray[np.uint32]:
        text = self.data[: int(self.starts[-1])].tobytes().decode("utf-8", "replace")
        return np.frombuffer(text.encode("utf-32-le"), "<u4")

    @cached_property
    def _point_starts(self) -> NDArray[np.int64]:
        # A character starts at every byte that does not go on with one.
        starting = (self.data[: int(self.starts[-1])] & 0xC0) != 0x80
        before = np.concatenate(([0], np.cumsum(starting)))
        return np.asarray(before[self.starts], np.int64)

    @cached_property
    def _letters(self) -> NDArray[np.int64]:
        """Number of characters of each term."""
        return np.diff(self._point_starts)

    @cached_property
    def _signatures(self) -> NDArray[np.uint64]:
        """Which letters each term has, one bit a letter (of two letters that share one, either)."""
        bits = np.uint64(1) << (self._points & 63).astype(np.uint64)
        starts = self._point_starts[:-1]
        if not len(starts):
            return np.zeros(0, np.uint64)
        found = np.bitwise_or.reduceat(np.append(bits, np.uint64(0)), starts)
        return np.where(self._letters > 0, found, np.uint64(0))


def viewed(array: NDArray[Any]) -> memoryview:
    """Return an array's numbers as Python's own, which single look-ups are quicker with."""
    return memoryview(array)  # type: ignore[arg-type]


def _view(buffer: pa.Buffer | None, kind: type) -> NDArray[Any]:
    return np.frombuffer(buffer, kind) if buffer is not None and buffer.size else np.zeros(1, kind)


def _signature(word: str) -> np.uint64:
    found = 0
    for letter in word:
        found |= 1 << (ord(letter) & 63)
    return np.uint64(found)


def _bits(values: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """Return the number of bits set in each value."""
    if hasattr(np, "bitwise_count"):
        return np.asarray(np.bitwise_count(values))
    return np.asarray(_POPCOUNT[values.view(np.uint16).reshape(-1, 4)].sum(axis=1, dtype=np.uint8))


def _within(rows: NDArray[np.uint32], word: str, distance: int) -> NDArray[np.bool_]:
    """Return which rows of characters, all of one length, lie within a distance of a word."""
    letters = np.frombuffer(word.encode("utf-32-le"), "<u4")
    if distance == 1:
        common = min(rows.shape[1], len(letters))
        head = _common(rows[:, :common] == letters[:common])
        tail = _common((rows[:, ::-1][:, :common]) == letters[::-1][:common])
        return np.asarray(head + tail >= max(rows.shape[1], len(letters)) - 1)
    steps = np.arange(rows.shape[1] + 1)
    before = np.tile(steps, (len(rows), 1))
    for number, letter in enumerate(letters, 1):
        replaced = before[:, :-1] + (rows != letter)
        now = np.empty_like(before)
        now[:, 0] = number
        np.minimum(replaced, before[:, 1:] + 1, out=now[:, 1:])
        # Letters inserted one after the other: a running minimum instead of a loop.
        before = np.minimum.accumulate(now - steps, axis=1) + steps
    return np.asarray(before[:, -1] <= distance)


def _common(equal: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many places of each row are equal before the first that is not."""
    return np.asarray(np.logical_and.accumulate(equal, axis=1).sum(axis=1))
