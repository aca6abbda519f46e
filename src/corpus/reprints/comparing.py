"""Comparing: how many shingles two articles share, and what that makes of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from corpus.reprints.candidates import Mask, Pairs
from corpus.reprints.sketches import Numbers, Shingles

SAME = 0.7
"""From this Jaccard index on two articles are versions of one."""
SHARES = 0.5
"""From this part of the smaller on they share text."""
# Pairs whose articles are looked at together.
_PORTION = 4_000


def shared(pairs: Pairs, shingles_of: Callable[[Numbers], Shingles]) -> Numbers:
    """Return how many shingles each pair has in common.

    `shingles_of` gives those of some articles, which are told by ascending places.
    """
    found = np.zeros(len(pairs.a), np.int64)
    order = np.argsort(pairs.a, kind="stable")
    for first in range(0, len(order), _PORTION):
        portion = order[first : first + _PORTION]
        a, b = pairs.a[portion], pairs.b[portion]
        articles = np.unique(np.concatenate([a, b]))
        sets = shingles_of(articles)
        sides = (articles.searchsorted(side).tolist() for side in (a, b))
        found[portion] = [_common(sets, *pair) for pair in zip(*sides, strict=True)]
    return found


def _common(sets: Shingles, one: int, other: int) -> int:
    both = np.concatenate([sets.of(one), sets.of(other)])
    both.sort(kind="stable")
    return int(np.count_nonzero(both[1:] == both[:-1]))


Shares = NDArray[np.float64]


def jaccard(common: Numbers, one: Numbers, other: Numbers) -> Shares:
    """Return what two articles share of all that they have: |A ∩ B| / |A ∪ B|."""
    return np.asarray(common / np.maximum(one + other - common, 1), np.float64)


def containment(common: Numbers, one: Numbers, other: Numbers) -> Shares:
    """Return what two articles share of all that the smaller one has."""
    return np.asarray(common / np.maximum(np.minimum(one, other), 1), np.float64)


def are_same(common: Numbers, one: Numbers, other: Numbers) -> Mask:
    """Return which pairs are versions of one article."""
    return np.asarray(jaccard(common, one, other) >= SAME)


def share_text(common: Numbers, one: Numbers, other: Numbers) -> Mask:
    """Return which pairs share text, versions of one article among them."""
    return np.asarray(containment(common, one, other) >= SHARES) | are_same(common, one, other)
