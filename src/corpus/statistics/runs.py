"""Runs of words side by side, told apart and counted."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus.columns.attributes import Attribute
from corpus.columns.columns import Numbers

ROOM = 63
"""Bits of a number that sorting may use."""


class Runs(NamedTuple):
    """Different runs of n words, in Russian order of their words, one after the other."""

    start: Numbers
    """The first word of one place where each stands."""
    frequency: Numbers
    articles: Numbers
    """In how many articles each stands."""


def counted(
    of: Attribute, start: Numbers, n: int, row: NDArray[np.int32], minimum: int = 1
) -> Runs:
    """Count the runs of n words that start at some words; rarer ones than `minimum` are left out.

    `row` is that of each word of the columns.
    """
    key, start = in_order(*_keys(of, start, n, minimum))
    bounds, frequency = _groups(key)
    kept = frequency >= minimum
    if not kept.all():
        start = start[np.repeat(kept, frequency)]
        frequency = frequency[kept]
        bounds = np.cumsum(frequency) - frequency
    # Places of a run ascend, so those of one article stand together.
    owner = row[start]
    fresh = np.ones(len(owner), np.int64)
    np.not_equal(owner[1:], owner[:-1], out=fresh[1:], casting="unsafe")
    fresh[bounds] = 1
    articles = np.add.reduceat(fresh, bounds) if len(bounds) else fresh
    return Runs(start[bounds], frequency, articles)


def _keys(of: Attribute, start: Numbers, n: int, minimum: int) -> tuple[Numbers, Numbers]:
    """Return a number for each run, equal for equal runs and in their order, and where it starts.

    Runs whose beginning is too rare are left out early: no longer run is more frequent.
    """
    key = of.code[start].astype(np.int64)
    for place in range(1, n):
        if place > 1:
            key, start = _ranked(*in_order(key, start), minimum)
        key *= len(of.values)
        key += of.code[start + place]
    return key, start


def _ranked(key: Numbers, start: Numbers, minimum: int) -> tuple[Numbers, Numbers]:
    """Return sorted keys without gaps between them, frequent ones alone."""
    _, frequency = _groups(key)
    kept = frequency >= minimum
    start = start[np.repeat(kept, frequency)]
    return np.repeat(np.arange(kept.sum()), frequency[kept]), start


def in_order(key: Numbers, start: Numbers) -> tuple[Numbers, Numbers]:
    """Return keys in order, and places in order under each of them."""
    if not len(key):
        return key, start
    bits = int(start.max()).bit_length()
    if int(key.max()).bit_length() + bits > ROOM:
        order = np.lexsort((start, key))
        return key[order], start[order]
    # Both in one number: numpy sorts numbers far quicker than it finds their order.
    packed = key << bits
    packed |= start
    packed.sort()
    return packed >> bits, packed & ((1 << bits) - 1)


def _groups(key: NDArray[Any]) -> tuple[Numbers, Numbers]:
    """Return where each value of sorted keys begins, and how often it stands there."""
    fresh = np.ones(len(key), bool)
    np.not_equal(key[1:], key[:-1], out=fresh[1:])
    bounds = np.flatnonzero(fresh)
    return bounds, np.diff(bounds, append=len(key))


def numbered(of: Attribute, start: Numbers, n: int) -> tuple[Numbers, Numbers]:
    """Return a number for the run of n words from each of some on, and a start of each number.

    Equal runs have the same number, from 0 in their order; made for thousands of runs, not for all
    of a corpus.
    """
    number, example = np.zeros(len(start), np.int64), start[:0]
    for place in range(n):
        key = number * len(of.values) + of.code[start + place]
        _, first, number = np.unique(key, return_index=True, return_inverse=True)
        example = start[first]
    return number, example


def texts(of: Attribute, start: Numbers, n: int) -> pa.StringArray:
    """Return the values of n words from each of some on, with blanks between them."""
    words = [of.values.take(of.code[start + place]) for place in range(n)]
    joined = pc.binary_join_element_wise(*words, pa.scalar(" ", pa.large_string()))
    return joined.cast(pa.string())
