"""Small operations on arrays of tokens and stretches."""

from __future__ import annotations

import numpy as np

from corpus.arrow import unique_sorted
from corpus.columns.columns import Numbers

_SHIFT = 32


def united(parts: list[Numbers]) -> Numbers:
    """Return the numbers of some ascending arrays, ascending, each once."""
    parts = [part for part in parts if len(part)] or parts[:1]
    if len(parts) == 1:
        return parts[0]
    every = np.concatenate(parts)
    # A stable sort takes what is in order already as a whole: this is a merge.
    every.sort(kind="stable")
    return unique_sorted(every)


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
