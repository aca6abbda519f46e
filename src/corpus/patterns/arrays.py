"""Small operations on arrays of tokens and stretches."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.columns.columns import Numbers

_SHIFT = 32


def unique_sorted(values: NDArray[Any]) -> NDArray[Any]:
    """Return the distinct values of an ascending array."""
    if len(values) < 2:
        return values
    fresh = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=fresh[1:])
    return values[fresh]


def united(parts: list[Numbers]) -> Numbers:
    """Return the numbers of some ascending arrays, ascending, each once."""
    parts = [part for part in parts if len(part)] or parts[:1]
    if len(parts) == 1:
        return parts[0]
    every = np.concatenate(parts)
    # A stable sort takes what is in order already as a whole: this is a merge.
    every.sort(kind="stable")
    return unique_sorted(every)


def ragged(starts: Numbers, counts: Numbers) -> Numbers:
    """Return the numbers of several ranges one after the other, each by its start and length."""
    shift = starts - (np.cumsum(counts) - counts)
    places: Numbers = np.repeat(shift, counts)
    places += np.arange(len(places))
    return places


def stable_order(codes: NDArray[Any], size: int) -> Numbers:
    """Return the order that sorts codes below `size`, equal ones staying as they are.

    By digits of 16 bits: numpy sorts those by counting, in linear time.
    """
    order = np.argsort(codes.astype(np.uint16), kind="stable")
    for shift in range(16, int(size).bit_length(), 16):
        digits = (codes >> shift).astype(np.uint16)[order]
        order = order[np.argsort(digits, kind="stable")]
    return order


def outermost(first: Numbers, stop: Numbers) -> tuple[Numbers, Numbers]:
    """Return the stretches that lie in no other one, each once, in order."""
    keys = (first << _SHIFT) | ((1 << _SHIFT) - 1 - stop)
    keys.sort()
    first, stop = keys >> _SHIFT, (1 << _SHIFT) - 1 - (keys & ((1 << _SHIFT) - 1))
    kept = np.ones(len(keys), bool)
    kept[1:] = stop[1:] > np.maximum.accumulate(stop)[:-1]
    return first[kept], stop[kept]


def innermost(first: Numbers, stop: Numbers) -> tuple[Numbers, Numbers]:
    """Return the stretches in which no other one lies, each once, in order."""
    keys = (first << _SHIFT) | stop
    keys.sort()
    first, stop = keys >> _SHIFT, keys & ((1 << _SHIFT) - 1)
    kept = np.ones(len(keys), bool)
    kept[:-1] = stop[:-1] < np.minimum.accumulate(stop[::-1])[::-1][1:]
    # Of those that begin alike, the shortest stands first: what follows it is longer.
    kept[1:] &= first[1:] != first[:-1]
    return first[kept], stop[kept]
