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

    words: list[NDArray[Any]]
    """Codes of the first word of each, of the second …"""
    frequency: Numbers
    articles: Numbers
    """In how many articles each stands."""

    def taken(self, places: Numbers) -> Runs:
        """Return those at some places."""
        words = [codes[places] for codes in self.words]
        return Runs(words, self.frequency[places], self.articles[places])


def counted(
    of: Attribute, start: Numbers, n: int, row: NDArray[np.int32], minimum: int = 1
) -> Runs:
    """Count the runs of n words that start at some words; rarer ones than `minimum` are left out.

    `row` is that of each word of the columns.
    """
    # A run is told by its last word and a number for the words before it.
    key, example = of.code[start].astype(np.int64), None
    for place in range(1, n):
        if place > 1:
            # Where the beginning is too rare already, no longer run is frequent.
            key, start, example = _numbered(*in_order(key, start), minimum)
        key *= len(of.values)
        key += of.code[place:][start]
    key, owner = in_order(key, row[start])
    bounds, frequency = _groups(key)
    kept = frequency >= minimum
    if not kept.all():
        owner = owner[np.repeat(kept, frequency)]
        key, frequency = key[bounds[kept]], frequency[kept]
        bounds = np.cumsum(frequency) - frequency
    else:
        key = key[bounds]
    return Runs(_words(of, key, n, example), frequency, _changes(owner, bounds))


def _words(of: Attribute, key: Numbers, n: int, example: Numbers | None) -> list[NDArray[Any]]:
    """Return the words of runs; `example` has a place of each beginning where it has a number."""
    if n == 1:
        return [key]
    before, last = np.divmod(key, len(of.values))
    return [*([before] if example is None else codes_at(of, example[before], n - 1)), last]


def _changes(owner: NDArray[Any], bounds: Numbers) -> Numbers:
    """Return how many owners each group has; equal ones stand together in a group."""
    if not len(bounds):
        return np.zeros(0, np.int64)
    fresh = np.ones(len(owner), np.int32)
    np.not_equal(owner[1:], owner[:-1], out=fresh[1:], casting="unsafe")
    fresh[bounds] = 1
    return np.add.reduceat(fresh, bounds, dtype=np.int64)


def _numbered(key: Numbers, start: Numbers, minimum: int) -> tuple[Numbers, Numbers, Numbers]:
    """Return sorted keys without gaps between them, frequent ones alone, and a place of each."""
    bounds, frequency = _groups(key)
    kept = frequency >= minimum
    example = start[bounds[kept]]
    start = start[np.repeat(kept, frequency)]
    return np.repeat(np.arange(len(example)), frequency[kept]), start, example


def in_order(key: Numbers, place: NDArray[Any]) -> tuple[Numbers, NDArray[Any]]:
    """Return keys in order, and places in order under each; the array of keys is used up."""
    if not len(key):
        return key, place
    bits = int(place.max()).bit_length()
    if int(key.max()).bit_length() + bits > ROOM:
        order = np.lexsort((place, key))
        return key[order], place[order]
    # Both in one number: numpy sorts numbers far quicker than it finds their order.
    packed = key << bits
    packed |= place
    packed.sort()
    np.right_shift(packed, bits, out=key)
    packed &= (1 << bits) - 1
    return key, packed


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


def codes_at(of: Attribute, start: Numbers, n: int) -> list[NDArray[Any]]:
    """Return the codes of the words from each of some on: of the first, of the second …"""
    return [of.code[start + place] for place in range(n)]


def texts(of: Attribute, words: list[NDArray[Any]]) -> pa.StringArray:
    """Return runs as text, words given by the codes of the first of each, of the second …"""
    values = [of.values.take(codes) for codes in words]
    joined = pc.binary_join_element_wise(*values, pa.scalar(" ", pa.large_string()))
    return joined.cast(pa.string())
