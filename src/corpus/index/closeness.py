"""What it adds to a score that neighbouring words of a query stand close together in a text.

Only the best documents are looked at: the places of words are many more than the articles that
hold them. The bonus is never negative, so the others stay behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh import query as whoosh_query

from corpus.index import spans as stretches
from corpus.index.arrays import Floats, Integers
from corpus.index.evaluate import Evaluation, LeafEvaluation
from corpus.index.nodes import Synonyms
from corpus.index.ranking import K1, inverse_frequency

BEST = 50
"""So many documents are looked at."""
ADJACENT, NEAR = 0.2, 0.1
"""What it counts that two words follow each other, and that they stand within a window."""
WINDOW = 8
_B = 0.75
# Of a pasted page, only the pairs that tell most.
_MOST_PAIRS = 32


class Pair(NamedTuple):
    """Two words that stand side by side in a query, and how much they tell."""

    left: Synonyms
    right: Synonyms
    weight: float

    @property
    def text(self) -> str:
        return f"{self.left.word} {self.right.word}"


class Closeness(NamedTuple):
    """How often the words of a pair stand together in each of some documents, and what it adds."""

    pair: Pair
    adjacent: NDArray[np.int64]
    near: NDArray[np.int64]
    for_adjacent: Floats
    for_near: Floats


def bonus(evaluation: Evaluation, query: Any, docs: NDArray[np.int64]) -> Floats:
    """Return what the closeness of a query's words adds to the scores of some documents."""
    total = np.zeros(len(docs))
    pairs = pairs_of(evaluation, query)
    if not pairs or not len(docs):
        return total
    order = np.argsort(docs)
    for leaf in evaluation.leaves:
        low, high = docs[order].searchsorted([leaf.leaf.first, leaf.leaf.first + leaf.size])
        places = order[low:high]
        own = (docs[places] - leaf.leaf.first).astype(np.uint32)
        for found in closeness(leaf, pairs, own):
            total[places] += found.for_adjacent + found.for_near
    return total


def pairs_of(evaluation: Evaluation, query: Any) -> list[Pair]:
    """Return the pairs of neighbouring words of a query; of a long text those that tell most."""
    found = []
    for left, right, boost in _neighbours(query, 1.0):
        if left.lemmas[0] != right.lemmas[0] and (left.telling or right.telling):
            weight = (_idf(evaluation, left) + _idf(evaluation, right)) / 2
            found.append(Pair(left, right, boost * weight))
    return sorted(found, key=lambda pair: -pair.weight)[:_MOST_PAIRS]


def _neighbours(query: Any, boost: float) -> Iterator[tuple[Synonyms, Synonyms, float]]:
    if not isinstance(query, (whoosh_query.And, whoosh_query.Or)):
        return
    boost *= query.boost
    for left, right in pairwise(query.subqueries):
        if all(isinstance(item, Synonyms) and item.lemmas for item in (left, right)):
            yield left, right, boost * min(left.boost, right.boost)
    for item in query.subqueries:
        yield from _neighbours(item, boost)


def _idf(evaluation: Evaluation, word: Synonyms) -> float:
    """Return the idf of the likeliest lemma."""
    likeliest, _ = next(word.alternatives())
    return inverse_frequency(evaluation, likeliest)


def closeness(leaf: LeafEvaluation, pairs: Sequence[Pair], docs: Integers) -> Iterator[Closeness]:
    """Yield how the words of each pair stand in some ascending documents, if they do."""
    if not len(docs):
        return
    lengths = leaf.leaf.lengths("text")[docs] / leaf.whole.snapshot.mean_length("text")
    halves = K1 * (1 - _B + _B * lengths)
    known: dict[int, Integers] = {}
    for pair in pairs:
        left, right = (_places(leaf, word, docs, known) for word in (pair.left, pair.right))
        if len(left) and len(right):
            adjacent, near = _together(leaf, left, right)
            counts = [_counted(leaf, places, docs) for places in (adjacent, near)]
            first, second = (pair.weight * (K1 + 1) * n / (n + halves) for n in counts)
            yield Closeness(pair, counts[0], counts[1], ADJACENT * first, NEAR * second)


def _places(
    leaf: LeafEvaluation, word: Synonyms, docs: Integers, known: dict[int, Integers]
) -> Integers:
    """Return the positions of a word; those in other documents may be among them."""
    if id(word) not in known:
        known[id(word)] = word.locate_in(leaf, docs).first
    return known[id(word)]


def _together(leaf: LeafEvaluation, left: Integers, right: Integers) -> tuple[Integers, Integers]:
    """Return the places on the left whose next word is one on the right, and those near one."""
    after = right.searchsorted(left, "right")
    following = right.take(after, mode="clip")
    before = right.take(np.maximum(after, 1) - 1, mode="clip")
    ahead, behind = (following > left) & (following - left <= WINDOW), before < left
    behind &= left - before <= WINDOW
    starts = leaf.leaf.starts("zones")
    close = np.flatnonzero(ahead | behind)
    zone = stretches.units(starts, left[close])
    ahead[close] &= zone == stretches.units(starts, following[close])
    behind[close] &= zone == stretches.units(starts, before[close])
    return left[ahead & (following - left == 1)], left[ahead | behind]


def _counted(leaf: LeafEvaluation, places: Integers, docs: Integers) -> NDArray[np.int64]:
    """Return how many of some places lie in each of some documents."""
    low, high = places.searchsorted(leaf.base[docs]), places.searchsorted(leaf.ends[docs])
    return np.asarray(high - low)
