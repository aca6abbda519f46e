"""Sketches: the few hashes that stand for all runs of words of an article.

A shingle is a run of five words that tell something. Each is hashed to 64 bits that depend on its
words alone, not on codes, runs or computers. Of the hashes an article keeps those in the lowest
eighth of all numbers, at least its sixteen smallest. It is the lowest eighth, and not a remainder,
so that the sketch of a short article and that of a long one are samples of the same: what the
short one keeps beyond the eighth comes next in the same order.

Broder 1997, On the resemblance and containment of documents.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Numbers = NDArray[np.int64]

LENGTH = 5
"""Words of a shingle."""
EIGHTH = np.uint64(1 << 61)
"""Hashes below this are kept."""
LEAST = 16
"""So many are kept of an article, if it has them."""

# Odd numbers without a pattern: the multiplier of a polynomial, and those of the finaliser of
# SplitMix64 (Steele, Lea & Flood 2014).
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


class Shingles(NamedTuple):
    """The distinct shingles of articles, ascending in each; `start` has one more for the end."""

    hash: Hashes
    start: Numbers

    def of(self, place: int) -> Hashes:
        """Return those of one article."""
        return self.hash[self.start[place] : self.start[place + 1]]


class Sketches(NamedTuple):
    """What is kept of articles; `start` has one more for the end, the rest is by article."""

    hash: Hashes
    start: Numbers
    shingles: Numbers
    """How many distinct shingles it has in all."""
    print: Hashes
    """A hash of all of them together: equal where the articles have the same."""


def word_hashes(words: Iterable[str]) -> Hashes:
    """Return 64 bits for each of some words."""
    data = (hashlib.blake2b(word.encode(), digest_size=8).digest() for word in words)
    return np.frombuffer(b"".join(data), "<u8").astype(np.uint64)


def shingles(words: Hashes, start: Numbers) -> Shingles:
    """Return the shingles of articles; `words` are theirs, one article after the other.

    An article of fewer than five words has none.
    """
    if len(words) < LENGTH:
        return Shingles(np.zeros(0, np.uint64), np.zeros(len(start), np.int64))
    runs = len(words) - LENGTH + 1
    hashed = np.zeros(runs, np.uint64)
    for place in range(LENGTH):
        hashed *= _FACTOR
        hashed += words[place : place + runs]
    owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
    inside = owner[:runs] == owner[LENGTH - 1 :]
    return _distinct(_mixed(hashed[inside]), owner[:runs][inside], len(start) - 1)


def _distinct(hashed: Hashes, owner: Numbers, articles: int) -> Shingles:
    """Return the distinct hashes of each article, ascending."""
    order = np.argsort(hashed)
    # Places that fit into 16 bits are sorted digit by digit.
    kind = np.uint16 if articles <= 1 << 16 else np.int64
    order = order[np.argsort(owner[order].astype(kind), kind="stable")]
    hashed, owner = hashed[order], owner[order]
    fresh = np.ones(len(hashed), bool)
    fresh[1:] = (hashed[1:] != hashed[:-1]) | (owner[1:] != owner[:-1])
    return Shingles(hashed[fresh], starts(np.bincount(owner[fresh], minlength=articles)))


def sketches(found: Shingles) -> Sketches:
    """Return what is kept of the shingles of articles."""
    first, sizes = found.start[:-1], np.diff(found.start)
    place = np.arange(len(found.hash)) - np.repeat(first, sizes)
    kept = (found.hash < EIGHTH) | (place < LEAST)
    before = starts(kept)[found.start]
    sums = np.zeros(len(found.hash) + 1, np.uint64)
    np.cumsum(_mixed(found.hash), out=sums[1:])
    prints = _mixed(sums[found.start[1:]] - sums[found.start[:-1]])
    return Sketches(found.hash[kept], before, sizes, prints)


def _mixed(values: Hashes) -> Hashes:
    """Return numbers in whose bits no pattern is left; different ones stay different."""
    values = values.copy()
    for shift, factor in zip((30, 27), _MIX, strict=True):
        values ^= values >> np.uint64(shift)
        values *= factor
    values ^= values >> np.uint64(31)
    return values


def starts(sizes: NDArray[Any]) -> Numbers:
    """Return where runs of some sizes start, and where the last one ends."""
    found = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=found[1:])
    return found
