"""Reprints found the long way: every article with every other one, as sets of five words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

Words = Sequence[str]


def shingles(words: Words) -> set[tuple[str, ...]]:
    """Return all runs of five words."""
    return {tuple(words[n : n + 5]) for n in range(len(words) - 4)}


def alike(articles: Sequence[Words]) -> dict[tuple[int, int], tuple[float, float]]:
    """Return Jaccard index and containment of each two articles that share anything."""
    sets = [shingles(words) for words in articles]
    found = {}
    for a, b in combinations(range(len(sets)), 2):
        both = len(sets[a] & sets[b])
        if both:
            smaller = min(len(sets[a]), len(sets[b]))
            found[a, b] = both / len(sets[a] | sets[b]), both / smaller
    return found


def same(articles: Sequence[Words]) -> set[tuple[int, int]]:
    """Return the pairs that are versions of one article: two shingles shared, and seven tenths."""
    sets = [shingles(words) for words in articles]
    return {
        (a, b)
        for (a, b), (jaccard, _) in alike(articles).items()
        if jaccard >= 0.7 and len(sets[a] & sets[b]) >= 2
    }


def groups(pairs: set[tuple[int, int]], articles: int) -> list[int]:
    """Return for each article the least one that pairs lead to from it."""
    label: Mapping[int, set[int]] = {n: {n} for n in range(articles)}
    merged = dict(label)
    for a, b in pairs:
        union = merged[a] | merged[b]
        merged |= dict.fromkeys(union, union)
    return [min(merged[n]) for n in range(articles)]
