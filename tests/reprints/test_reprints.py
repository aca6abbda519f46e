"""Reprints as pure functions: against all pairs, and laws that hold for whatever articles."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Sequence

import naive_reprints as naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.reprints import candidates as tables
from corpus.reprints import comparing
from corpus.reprints.candidates import Pairs, candidates
from corpus.reprints.groups import groups
from corpus.reprints.sketches import (
    EIGHTH,
    LEAST,
    Shingles,
    shingles,
    sketches,
    starts,
    word_hashes,
)

VOCABULARY = [f"слово{n}" for n in range(300)]


def sets_of(articles: Sequence[Sequence[str]]) -> Shingles:
    words = word_hashes(word for words in articles for word in words)
    return shingles(words, starts(np.array([len(words) for words in articles], np.int64)))


def picked(found: Shingles, rows: np.ndarray) -> Shingles:
    pieces = [found.of(row) for row in rows.tolist()]
    sizes = np.array([len(piece) for piece in pieces], np.int64)
    return Shingles(np.concatenate([found.hash[:0], *pieces]), starts(sizes))


def found_in(articles: Sequence[Sequence[str]]) -> dict[tuple[int, int], int]:
    """Return the pairs found, and how many shingles they share; no two articles are the same."""
    found = sets_of(articles)
    own = sketches(found)
    every = np.ones(len(articles), bool)
    pairs = candidates(own, every, every)
    common = comparing.shared(pairs, lambda rows: picked(found, rows))
    rows = zip(pairs.a.tolist(), pairs.b.tolist(), common.tolist(), strict=True)
    return {(a, b): times for a, b, times in rows}


def same_in(articles: Sequence[Sequence[str]]) -> set[tuple[int, int]]:
    sizes = [len(naive.shingles(words)) for words in articles]
    return {
        (a, b)
        for (a, b), times in found_in(articles).items()
        if comparing.are_same(*(np.array([n]) for n in (times, sizes[a], sizes[b])))[0]
    }


def edited(chance: random.Random, words: list[str]) -> list[str]:
    """Return another version: a few words replaced, the end cut, or something put before it."""
    words = list(words)
    for _ in range(chance.randint(0, 3)):
        words[chance.randrange(len(words))] = chance.choice(VOCABULARY)
    words = words[: len(words) - chance.choice((0, 0, len(words) // 10, len(words) // 2))]
    return chance.choices(VOCABULARY, k=chance.choice((0, 0, 4, 60))) + words


def versions(seed: int) -> list[list[str]]:
    """Return articles of all lengths, many of them versions of others, no two the same."""
    chance = random.Random(seed)
    articles = [chance.choices(VOCABULARY, k=chance.choice((3, 7, 20, 80, 400))) for _ in range(12)]
    while len(articles) < 50:
        articles.append(edited(chance, chance.choice(articles)))
    kinds = {frozenset(naive.shingles(words)): words for words in articles}
    return list(kinds.values())


@pytest.mark.parametrize("seed", range(12))
def test_the_same_pairs_as_all_with_all(seed: int) -> None:
    articles = versions(seed)
    assert same_in(articles) == naive.same(articles)


def test_shared_shingles_are_counted_exactly_and_few_links_are_missed() -> None:
    wanted, met = 0, 0
    for seed in range(20):
        articles = versions(seed)
        sets = [naive.shingles(words) for words in articles]
        found = found_in(articles)
        assert all(times == len(sets[a] & sets[b]) for (a, b), times in found.items())
        # Of the shortest ones a sketch may hold nothing that a long article keeps.
        links = {
            (a, b)
            for (a, b), (_, contained) in naive.alike(articles).items()
            if contained >= 0.5 and min(len(sets[a]), len(sets[b])) >= 60
        }
        wanted, met = wanted + len(links), met + len(links & set(found))
    assert wanted > 200
    assert met >= 0.97 * wanted


@pytest.mark.parametrize("seed", range(4))
def test_groups_are_those_of_all_with_all(seed: int) -> None:
    articles = versions(seed)
    pairs = naive.same(articles)
    array = np.array(sorted(pairs), np.int64).reshape(-1, 2)
    found = groups(Pairs(array[:, 0], array[:, 1]), len(articles))
    assert found.tolist() == naive.groups(pairs, len(articles))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=60))
def test_groups_follow_pairs_however_long_the_way(pairs: list[tuple[int, int]]) -> None:
    array = np.array(pairs, np.int64).reshape(-1, 2)
    found = groups(Pairs(array.min(axis=1), array.max(axis=1)), 31)
    assert found.tolist() == naive.groups(set(pairs), 31)


def test_a_long_chain_is_one_group() -> None:
    places = np.random.default_rng(5).permutation(5_000)
    found = groups(Pairs(places[1:], places[:-1]), 5_000)
    assert not found.any()


words = st.lists(st.sampled_from(VOCABULARY[:9]), max_size=40)


@settings(deadline=None)
@given(st.lists(words, max_size=8))
def test_shingles_are_the_distinct_runs_of_five_words(articles: list[list[str]]) -> None:
    found = sets_of(articles)
    sizes = [len(naive.shingles(words)) for words in articles]
    assert np.diff(found.start).tolist() == sizes
    own = [found.of(n) for n in range(len(articles))]
    assert all((piece[1:] > piece[:-1]).all() for piece in own)
    for words, piece in zip(articles, own, strict=True):
        assert (sets_of([words]).hash == piece).all()


@settings(deadline=None)
@given(st.lists(words, min_size=1, max_size=8))
def test_a_sketch_is_the_lowest_eighth_and_at_least_sixteen(articles: list[list[str]]) -> None:
    found = sets_of(articles)
    kept = sketches(found)
    for place in range(len(articles)):
        own = found.of(place).tolist()
        wanted = [h for n, h in enumerate(own) if h < int(EIGHTH) or n < LEAST]
        assert kept.hash[kept.start[place] : kept.start[place + 1]].tolist() == wanted
        assert kept.shingles[place] == len(own)


@settings(deadline=None)
@given(words, words)
def test_fingerprints_are_equal_where_the_shingles_are(one: list[str], other: list[str]) -> None:
    prints = sketches(sets_of([one, other])).print
    assert (prints[0] == prints[1]) == (naive.shingles(one) == naive.shingles(other))


def test_about_an_eighth_is_kept() -> None:
    chance = random.Random(1)
    kept = sketches(sets_of([chance.choices(VOCABULARY, k=40_000)]))
    assert len(kept.hash) / kept.shingles[0] == pytest.approx(1 / 8, rel=0.05)


def test_hashes_depend_on_words_alone() -> None:
    """Not on the process either; these are what another computer has found."""
    code = (
        "from corpus.reprints.sketches import *; import numpy as np;"
        "w = word_hashes('мост через реку открыт вчера снова'.split());"
        "print(shingles(w, np.array([0, 6])).hash.tolist())"
    )
    for seed in ("0", "7"):
        run = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.strip() == "[7715504852670648277, 12480436879299743390]"


def many(copies: int) -> list[list[str]]:
    """Return articles that share a long text, each with words of its own behind it."""
    chance = random.Random(3)
    body = chance.choices(VOCABULARY, k=200)
    return [body + chance.choices(VOCABULARY, k=12) for _ in range(copies)]


def test_a_text_that_very_many_print_is_one_group_and_pairs_stay_few() -> None:
    articles = many(180)
    pairs = same_in(articles)
    assert len(pairs) < 55 * 180
    array = np.array(sorted(pairs), np.int64)
    assert not groups(Pairs(array[:, 0], array[:, 1]), 180).any()


def test_pairs_do_not_depend_on_the_order_even_of_what_very_many_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tables, "MOST", 5)
    articles = many(30) + versions(2)
    order = list(range(len(articles)))
    random.Random(4).shuffle(order)
    turned = {
        tuple(sorted((order[a], order[b]))): times
        for (a, b), times in found_in([articles[n] for n in order]).items()
    }
    assert turned == found_in(articles)


def test_portions_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = many(30) + versions(6)
    wanted = found_in(articles)
    monkeypatch.setattr(tables, "_PORTION", 50)
    monkeypatch.setattr(comparing, "_PORTION", 7)
    assert found_in(articles) == wanted


@pytest.mark.parametrize("seed", range(6))
def test_candidates_of_those_that_come_and_go_are_all_that_changes(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Whatever came or went, pairs of all others stay what they were."""
    monkeypatch.setattr(tables, "MOST", 4)
    articles = many(16) + versions(seed)
    own = sketches(sets_of(articles))
    chance = np.random.default_rng(seed)
    before, now = (chance.random(len(articles)) < 0.8 for _ in range(2))
    concerned = (before ^ now) | tables.displaced(own, before, now)

    def pairs(among: np.ndarray, chosen: np.ndarray) -> set[tuple[int, int]]:
        found = candidates(own, among, chosen)
        return set(zip(found.a.tolist(), found.b.tolist(), strict=True))

    every = np.ones(len(articles), bool)
    stay = {(a, b) for a, b in pairs(before, every) if not (concerned[a] or concerned[b])}
    assert stay | pairs(now, concerned) == pairs(now, every)
    assert concerned.sum() < len(articles)
