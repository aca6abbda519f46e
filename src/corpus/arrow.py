"""Between Arrow and numpy, nothing copied that need not be.

`Array.to_numpy`, `pyarrow.array` and `pyarrow.scalar` load pandas where it is installed, to see
whether what they are given comes from there. That takes as long as all else that a first search
does, so whatever lies on the way to it uses these instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_KINDS: dict[pa.DataType, str] = {
    pa.int8(): "i1", pa.int16(): "i2", pa.int32(): "i4", pa.int64(): "i8",
    pa.uint8(): "u1", pa.uint16(): "u2", pa.uint32(): "u4", pa.uint64(): "u8",
    pa.float32(): "f4", pa.float64(): "f8", pa.date32(): "i4",
}  # fmt: skip
_TYPES = {np.dtype(kind): type_ for type_, kind in _KINDS.items() if type_ != pa.date32()}


def numbers(values: pa.Array | pa.ChunkedArray) -> NDArray[Any]:
    """Return numbers without nulls as a numpy array; days of dates, truth values as they are.

    A single chunk is not copied. ValueError if there are nulls, TypeError for other kinds.
    """
    if isinstance(values, pa.ChunkedArray):
        parts = [numbers(chunk) for chunk in values.chunks]
        if len(parts) == 1:
            return parts[0]
        return np.concatenate([np.zeros(0, _kind(values.type)), *parts], dtype=_kind(values.type))
    if values.null_count:
        raise ValueError(f"{values.null_count} values are null")
    start, stop = values.offset, values.offset + len(values)
    if pa.types.is_boolean(values.type):
        packed = np.frombuffer(values.buffers()[1] or b"", np.uint8)
        return np.unpackbits(packed, count=stop, bitorder="little")[start:].astype(bool)
    data = values.buffers()[1]
    return np.frombuffer(data or b"", _kind(values.type), stop)[start:] if stop else _none(values)


def _none(values: pa.Array) -> NDArray[Any]:
    return np.zeros(0, _kind(values.type))


def _kind(type_: pa.DataType) -> np.dtype[Any]:
    if pa.types.is_boolean(type_):
        return np.dtype(bool)
    if type_ not in _KINDS:
        raise TypeError(f"{type_} are no numbers")
    return np.dtype(_KINDS[type_])


def is_null(values: pa.Array) -> NDArray[np.bool_]:
    """Return which values are null."""
    bits = values.buffers()[0] if values.null_count else None
    if bits is None:
        return np.zeros(len(values), bool)
    packed = np.frombuffer(bits, np.uint8)
    stop = values.offset + len(values)
    return ~np.unpackbits(packed, count=stop, bitorder="little")[values.offset :].astype(bool)


def from_numbers(values: NDArray[Any], there: NDArray[np.bool_] | None = None) -> pa.Array:
    """Return a numpy array of numbers as an Arrow array over the same memory.

    `there` says which are there; the others become null.
    """
    values = np.ascontiguousarray(values)
    known = None if there is None or there.all() else _bits(there)
    if values.dtype == bool:
        return pa.Array.from_buffers(pa.bool_(), len(values), [known, _bits(values)])
    type_ = _TYPES.get(values.dtype)
    if type_ is None:
        raise TypeError(f"Arrow knows no numbers of type {values.dtype}")
    return pa.Array.from_buffers(type_, len(values), [known, pa.py_buffer(values)])


def known(values: NDArray[np.float64]) -> pa.Array:
    """Return numbers as an Arrow array, null where they are nan."""
    return from_numbers(values, ~np.isnan(values))


def _bits(values: NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(values, bitorder="little"))


def strings(values: Sequence[str]) -> pa.LargeStringArray:
    """Return strings as an Arrow array; halves of characters become question marks."""
    encoded = [value.encode("utf-8", "replace") for value in values]
    offsets = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(data) for data in encoded], out=offsets[1:])
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.large_string(), len(encoded), buffers)


def changes(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return where a value differs from the one before it; the first always does."""
    fresh = np.ones(len(values), bool)
    fresh[1:] = values[1:] != values[:-1]
    return fresh


def unique_sorted(values: NDArray[Any]) -> NDArray[Any]:
    """Return the distinct values of an ascending array."""
    if len(values) < 2:
        return values
    fresh = np.empty(len(values), bool)
    fresh[0] = True
    np.not_equal(values[1:], values[:-1], out=fresh[1:])
    return values[fresh]


def ragged(starts: NDArray[Any], counts: NDArray[Any]) -> NDArray[np.int64]:
    """Return the numbers of several ranges one after the other, each by its start and length."""
    counts = counts.astype(np.int64, copy=False)
    shift = starts.astype(np.int64, copy=False) - (counts.cumsum() - counts)
    places: NDArray[np.int64] = shift.repeat(counts)
    places += np.arange(len(places))
    return places


def stable_order(codes: NDArray[Any], limit: int) -> NDArray[np.int64]:
    """Return the order that sorts codes below `limit`, equal ones staying as they are.

    Digits of 16 bits from the last to the first: numpy sorts those by counting, in linear time.
    """
    order = np.argsort(codes.astype(np.uint16), kind="stable")
    shift = 16
    while limit > 1 << shift:
        digits = (codes >> shift).astype(np.uint16)[order]
        order = order[np.argsort(digits, kind="stable")]
        shift += 16
    return np.asarray(order)
