"""Quick ways over sorted arrays against the plain ones, at sizes that small indexes never reach."""

from __future__ import annotations

import random

import numpy as np
import pytest

from corpus.index import arrays, spans
from corpus.index.arrays import Integers


def some(pick: random.Random, count: int, below: int) -> Integers:
    """Return so many different numbers, ascending."""
    return np.array(sorted(pick.sample(range(below), count)), np.uint32)


@pytest.mark.parametrize("seed", range(40))
def test_sets_of_numbers(seed: int) -> None:
    pick = random.Random(seed)
    size = pick.choice([50, 3000, 200_000])
    parts = [some(pick, pick.randint(0, min(size, 900)), size) for _ in range(pick.randint(0, 4))]
    every = sorted(set().union(*(part.tolist() for part in parts)))
    assert arrays.union(parts, size).tolist() == every
    assert arrays.merged(parts).tolist() == every
    shuffled = np.array(pick.sample(every, len(every)), np.intp)
    assert arrays.distinct(shuffled, size).tolist() == every
    assert arrays.distinct(shuffled, size).dtype == np.uint32
    one, other = (some(pick, pick.randint(0, n), 3000) for n in (pick.choice([5, 300]), 900))
    both = sorted(set(one.tolist()) & set(other.tolist()))
    assert arrays.common(one, other).tolist() == both
    assert np.flatnonzero(arrays.marks(one, 3000)).tolist() == one.tolist()


@pytest.mark.parametrize("seed", range(40))
def test_best_scores_are_the_head_of_all_in_order(seed: int) -> None:
    pick = random.Random(seed)
    size = pick.choice([0, 1, 7, 129, 500, 5000])
    # Few values, so that many are equal.
    scores = np.array([pick.choice([0.5, 1.0, 1.5, pick.random()]) for _ in range(size)])
    numbers = np.array(pick.sample(range(size), size), np.int64)
    places = range(size)
    for count in (0, 1, 10, 40, 200, size):
        by_place = sorted(places, key=lambda place: (-scores[place], place))[:count]
        by_number = sorted(places, key=lambda place: (-scores[place], numbers[place]))[:count]
        assert arrays.best(scores, count).tolist() == by_place
        assert arrays.best(scores, count, numbers).tolist() == by_number


def walks(parts: list[set[int]], slop: int, base: Integers) -> set[int]:
    """Return the documents with words in order, each at most `slop` after the last."""

    def document(position: int) -> int:
        return int(np.searchsorted(base, position, "right")) - 1

    found = {(position, document(position)) for position in parts[0]}
    for part in parts[1:]:
        found = {
            (after, owner)
            for before, owner in found
            for after in range(before + 1, before + slop + 1)
            if after in part and document(after) == owner
        }
    return {owner for _, owner in found}


@pytest.mark.parametrize("seed", range(60))
def test_words_in_order(seed: int) -> None:
    pick = random.Random(seed)
    sizes = [pick.choice([0, 1, 5, 60, 700]) for _ in range(pick.randint(2, 4))]
    parts = [some(pick, size, 2000) for size in sizes]
    if pick.random() < 0.3:
        # The same word twice.
        parts[-1] = parts[0]
    base = np.array([0, *some(pick, 40, 1999) + 1], np.uint32)
    plain = [set(part.tolist()) for part in parts]
    for slop in (1, 2, 5, 40):
        found = spans.owners_of_walks(parts, slop, base)
        assert np.all(np.diff(found) >= 0)
        assert set(found.tolist()) == walks(plain, slop, base)
    beside = [p for p in sorted(plain[0]) if all(p + n in part for n, part in enumerate(plain))]
    # Each word may be one of several terms.
    split = [[part[::2], part[1::2]] for part in parts]
    assert spans.adjacent([[part] for part in parts]).first.tolist() == beside
    assert spans.adjacent(split).first.tolist() == beside
    whole = [spans.words(part) for part in parts]
    for gaps in (1, 4):
        near = spans.around(split, gaps + len(parts))
        expected, found_near = spans.following(whole, gaps), spans.following(near, gaps)
        assert [a.tolist() for a in found_near] == [a.tolist() for a in expected]
    expected = spans.close(whole[0], whole[1], 3)
    found_near = spans.close(*spans.around(split[:2], 3), 3)  # type: ignore[call-arg]
    assert [a.tolist() for a in found_near] == [a.tolist() for a in expected]


@pytest.mark.parametrize("seed", range(20))
def test_the_least_come_in_order(seed: int) -> None:
    pick = random.Random(seed)
    values = np.array(pick.sample(range(5000), pick.choice([0, 3, 100, 3000])), np.int32)
    count = pick.choice([0, 1, 10, len(values)])
    count = min(count, len(values))
    assert values[arrays.least(values, count)].tolist() == sorted(values.tolist())[:count]
