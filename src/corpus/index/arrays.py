"""Small operations on sorted arrays of unsigned 32-bit numbers, the language of this package.

Documents and positions are `uint32` throughout: numpy would otherwise copy whole posting lists to
another type before it looks one number up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.arrow import unique_sorted

Integers = NDArray[np.uint32]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

NONE: Integers = np.zeros(0, np.uint32)

# So few scores are sorted as they are.
_FEW = 128
# Of more, the best of so many groups bound what can be among the best of all.
_GROUPS = 64


def union(arrays: Sequence[Integers], size: int) -> Integers:
    """Return the numbers that stand in any of some arrays, ascending; all are below `size`."""
    arrays = [array for array in arrays if len(array)]
    if len(arrays) < 2:
        return arrays[0] if arrays else NONE
    return distinct(np.concatenate(arrays), size)


def distinct(values: NDArray[Any], size: int) -> Integers:
    """Return the distinct values of an array in any order, ascending; all are below `size`."""
    if 64 * len(values) < size:
        return unique_sorted(np.sort(values)).astype(np.uint32, copy=False)
    return marked(marks(values, size))


def marks(values: NDArray[Any], size: int) -> Mask:
    """Return for each number below `size` whether it is among some values."""
    mark = np.zeros(size, bool)
    # With places of numpy's own kind it is quicker than with those that it must convert.
    mark[values.astype(np.intp, copy=False)] = True
    return mark


def marked(mark: Mask) -> Integers:
    """Return the numbers for which a mask holds, ascending."""
    return mark.nonzero()[0].astype(np.uint32)


def held(docs: Integers, own: Integers, size: int) -> Mask:
    """Return which of some documents stand in an ascending array; all are below `size`.

    By a mark for each document where the arrays are long, else by searching.
    """
    if 16 * len(docs) > len(own) and len(docs) + len(own) > size >> 5:
        return marks(own, size)[docs]
    return contained(docs, own)


def contained(values: NDArray[Any], array: NDArray[Any]) -> Mask:
    """Return for each of some ascending values whether it stands in an ascending array."""
    if not len(array):
        return np.zeros(len(values), bool)
    # What would stand after the end is greater than the last, which stands there instead.
    return np.asarray(array.take(array.searchsorted(values), mode="clip") == values)


def common(values: Integers, array: Integers) -> Integers:
    """Return the numbers that stand in both of two arrays; each has none twice, one is ascending.

    The first is the shorter and need not be in order.
    """
    if len(values) < _FEW or len(array) > 8 * len(values):
        return values[contained(values, array)]
    both = merged([values, array], twice=True)
    found: Integers = both[1:][both[1:] == both[:-1]]
    return found


def merged(arrays: Sequence[Integers], *, twice: bool = False) -> Integers:
    """Return the numbers of some ascending arrays, ascending, each once or as often as there."""
    if len(arrays) == 1:
        return arrays[0]
    arrays = [array for array in arrays if len(array)]
    if len(arrays) < 2:
        return arrays[0] if arrays else NONE
    every = np.concatenate(arrays)
    # A stable sort takes what is in order already as a whole: this is a merge in linear time.
    every.sort(kind="stable")
    return every if twice else unique_sorted(every)


def best(scores: Floats, count: int, numbers: NDArray[Any] | None = None) -> NDArray[np.int64]:
    """Return where the greatest scores stand, the greatest first.

    Equal ones are ordered by `numbers`, or by place.
    """
    size = len(scores)
    if not count:
        return np.zeros(0, np.int64)
    found = None
    if size > max(_FEW, 4 * count):
        width = size // _GROUPS
        if 2 * count < _GROUPS:
            bounds = scores[: width * _GROUPS].reshape(width, _GROUPS).max(axis=0)
        else:
            bounds = scores.copy()
        bounds.partition(len(bounds) - count)
        # At least `count` scores reach this bound.
        found = (scores >= bounds[-count]).nonzero()[0]
        scores = scores[found]
        numbers = None if numbers is None else numbers[found]
    if numbers is None:
        order = (-scores).argsort(kind="stable")[:count]
    else:
        order = np.lexsort((numbers, -scores))[:count]
    return order if found is None else found[order]


def least(values: NDArray[Any], count: int) -> NDArray[np.int64]:
    """Return the places of the `count` least of some distinct values, in their order."""
    if count * 8 > len(values):
        return np.asarray(values.argsort()[:count])
    found = values.argpartition(count)[:count]
    return np.asarray(found[values[found].argsort()])
