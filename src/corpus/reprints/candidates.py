"""Candidates: the pairs of articles whose sketches share so much that they are worth comparing.

An inverted table leads from each hash to the articles that have it. What stands in very many is a
set phrase, and each of them with each would be too many pairs: of those the fifty with the least
fingerprints stand for all, and a pair counts there if one of the two is among them. Fingerprints
come from the articles' words, so the same articles make the same pairs in whatever order they came.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.reprints.sketches import EIGHTH, Hashes, Numbers, Sketches, starts

MOST = 50
"""So many articles of a hash are paired with all that have it."""
SHARED = 2
"""So many hashes two articles must share at least."""
SHARE = 0.2
"""And so much of what the smaller sketch has in the lowest eighth."""
# Pairs are made and counted in portions of about this size.
_PORTION = 1 << 22

_BITS = 16
_MASK = np.uint64((1 << _BITS) - 1)

Mask = NDArray[np.bool_]
NONE: Numbers = np.zeros(0, np.int64)


class Pairs(NamedTuple):
    """Two articles by place, the lower one first."""

    a: Numbers
    b: Numbers


class _Table(NamedTuple):
    """The inverted table: hashes, and who has them, those of a hash by fingerprint.

    `rank` counts those of a hash from 0.
    """

    hash: Hashes
    article: Numbers
    rank: Numbers


def candidates(sketches: Sketches, among: Mask, chosen: Mask) -> Pairs:
    """Return the pairs of articles that may share much, of which one or both are chosen.

    `among` says which articles there are, no two with the same fingerprint.
    """
    table = _table(sketches, among, _hashes_of(sketches, chosen & among))
    key, times = _counted(table, chosen, len(among))
    a, b = np.divmod(key, max(1, len(among)))
    least = np.maximum(SHARED, SHARE * np.minimum(*_low(sketches, a, b)))
    enough = times >= least
    return Pairs(a[enough], b[enough])


def displaced(sketches: Sketches, before: Mask, now: Mask) -> Mask:
    """Return which articles stand for a hash now and did not before, or the other way round.

    These are concerned when some come and some go, besides those that do.
    """
    concerned = np.zeros(len(now), bool)
    wanted = _hashes_of(sketches, before ^ now)
    # Where there are no more than fifty, before and after, only those that come and go matter.
    sides = [_table(sketches, among, wanted) for among in (before, now)]
    if max(int(side.rank.max(initial=0)) for side in sides) < MOST:
        return concerned
    then, after = (
        np.stack([side.hash.astype(np.uint64), side.article.astype(np.uint64)], axis=1)[
            side.rank < MOST
        ]
        for side in sides
    )
    both, times = np.unique(np.concatenate([then, after]), axis=0, return_counts=True)
    concerned[both[times == 1][:, 1].astype(np.int64)] = True
    return concerned


def _low(sketches: Sketches, *sides: Numbers) -> list[Numbers]:
    """Return how many hashes of each of some articles are in the lowest eighth."""
    articles = np.unique(np.concatenate(sides))
    place, edges = _places(sketches, articles)
    low = starts(sketches.hash[place] < EIGHTH)[edges]
    return [np.diff(low)[articles.searchsorted(side)] for side in sides]


def _places(sketches: Sketches, articles: Numbers) -> tuple[Numbers, Numbers]:
    """Return where the hashes of some articles stand, and where those of each begin in that."""
    first = sketches.start[articles]
    edges = starts(sketches.start[articles + 1] - first)
    place = np.arange(edges[-1]) + np.repeat(first - edges[:-1], np.diff(edges))
    return place, edges


def _hashes_of(sketches: Sketches, articles: Mask) -> Hashes:
    """Return the distinct hashes of some articles, ascending."""
    place, _ = _places(sketches, np.flatnonzero(articles))
    own = np.sort(sketches.hash[place])
    fresh = np.ones(len(own), bool)
    fresh[1:] = own[1:] != own[:-1]
    return own[fresh]


def _table(sketches: Sketches, among: Mask, wanted: Hashes) -> _Table:
    """Return the table of some hashes, ascending, as some articles have them."""
    here = _found(sketches.hash, wanted)
    article = sketches.start.searchsorted(here, "right") - 1
    here, article = here[among[article]], article[among[article]]
    hashed = sketches.hash[here]
    order = np.argsort(sketches.print[article], kind="stable")
    order = order[np.argsort(hashed[order], kind="stable")]
    hashed, article = hashed[order], article[order]
    fresh = np.ones(len(hashed), bool)
    fresh[1:] = hashed[1:] != hashed[:-1]
    at = np.arange(len(hashed))
    return _Table(hashed, article, at - np.maximum.accumulate(np.where(fresh, at, 0)))


def _found(values: Hashes, array: Hashes) -> Numbers:
    """Return the places of the values that stand in an ascending array."""
    if not len(array):
        return NONE
    # Of few hashes, some of their bits rule out nearly all others, without looking for each.
    maybe = np.zeros(1 << _BITS, bool)
    maybe[array & _MASK] = True
    place = np.flatnonzero(maybe[values & _MASK]) if len(array) < 1 << _BITS - 4 else None
    own = values if place is None else values[place]
    there = array.take(array.searchsorted(own), mode="clip") == own
    return np.flatnonzero(there) if place is None else place[there]


def _counted(table: _Table, chosen: Mask, articles: int) -> tuple[Numbers, Numbers]:
    """Return pairs as one number each, ascending, and how many hashes they share."""
    pairs = np.minimum(table.rank, MOST)
    ends = np.cumsum(pairs)
    keys, counts = [NONE], [NONE]
    place, done = 0, 0
    while place < len(pairs):
        stop = max(place + 1, int(np.searchsorted(ends, done + _PORTION, "right")))
        key, count = _of_portion(table, place, stop, chosen, articles)
        keys.append(key)
        counts.append(count)
        place, done = stop, int(ends[stop - 1])
    return _added(np.concatenate(keys), np.concatenate(counts))


def _of_portion(
    table: _Table, place: int, stop: int, chosen: Mask, articles: int
) -> tuple[Numbers, Numbers]:
    """Return the pairs of some entries of the table with those of lower rank."""
    at = np.arange(place, stop)
    times = np.minimum(table.rank[at], MOST)
    left = np.repeat(at, times)
    step = np.arange(len(left)) - np.repeat(np.cumsum(times) - times, times)
    right = left - table.rank[left] + step
    one, other = table.article[left], table.article[right]
    wanted = chosen[one] | chosen[other]
    one, other = one[wanted], other[wanted]
    key = np.minimum(one, other) * articles + np.maximum(one, other)
    return _added(key, np.ones(len(key), np.int64))


def _added(key: Numbers, count: Numbers) -> tuple[Numbers, Numbers]:
    """Return each key once, ascending, with the sum of its counts."""
    order = np.argsort(key)
    key, count = key[order], count[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    return key[first], np.add.reduceat(count, first) if len(first) else NONE
