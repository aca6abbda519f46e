"""The formulas on random corpora, held against those written for single numbers.

What the naive statistics themselves count is worked out by hand here, on two short articles.
"""

from __future__ import annotations

import math

import naive_corpus
import naive_measures as plain
import naive_statistics as naive
import naive_windows
import numpy as np
import pytest
from naive_corpus import Token, find, some_corpus

from corpus.statistics import spread
from corpus.statistics.catalogue import COLLOCATION, KEYNESS, Company, Comparison
from corpus.statistics.intervals import clumping, count_interval, ipm_interval, share_interval
from corpus.statistics.spread import PartCounts

SEEDS = range(12)


def article(text: str) -> list[Token]:
    """Return the tokens of a text: `|` ends a zone, `.` a sentence; capital letters are verbs."""
    tokens, sentence, zones = [], 0, ["title", "text"]
    for mark in text.split():
        if mark == "|":
            zones, sentence = zones[1:], sentence + 1
        else:
            pos = "PUNCT" if mark in ".," else "VERB" if mark.isupper() else "NOUN"
            low = mark.lower()
            tokens.append(Token(low, low, pos, pos, mark not in ".,", sentence, zones[0]))
            sentence += mark == "."
    return tokens


TWO = [article("а б | а , б в . а а г Д . в"), article("| б а")]
"""Words of the first: а б · а б в / а а г Д / в; of the second: б а."""


def test_words_and_frequencies_by_hand() -> None:
    assert naive_corpus.size(TWO) == 12
    found = naive.frequencies(TWO)
    assert found["а"] == (5, 5e6 / 12, 2)
    assert found["д"] == (1, 1e6 / 12, 1)
    assert "," not in found
    assert naive.frequencies(TWO, "pos") == {
        "NOUN": (11, 11e6 / 12, 2),
        "VERB": (1, 1e6 / 12, 1),
    }
    assert set(naive.frequencies(TWO, pos=("VERB", "X"))) == {"д"}
    assert naive.parts_of_speech(TWO) == {**dict.fromkeys("абвг", "NOUN"), "д": "VERB"}
    by_source = naive.frequencies_by_field(TWO, [["РБК"], ["РБК", "ТАСС"]], find(TWO, "г"))
    assert by_source == {"РБК": (1, 12, 1e6 / 12, 1), "ТАСС": (0, 2, 0, 0)}


def test_a_token_table_becomes_articles() -> None:
    columns = ("article", "form", "lemma", "pos", "tag", "sentence", "zone")
    rows = [
        (7, "Путин", "путин", "PROPN", "NOUN,nomn", 0, "title"),
        (7, "!", "!", "PUNCT", "PNCT", 0, "title"),
        (9, "ЕЩЁ", "ещё", "ADV", "ADVB", 0, "text"),
    ]
    found = naive_corpus.from_rows(dict(zip(columns, row, strict=True)) for row in rows)
    assert [[token.form for token in one] for one in found] == [["путин", "!"], ["ещё"]]
    assert naive_corpus.size(found) == 2


def test_ngrams_by_hand() -> None:
    found = naive.ngrams(TWO, 2)
    counts = {"".join(key): row.frequency for key, row in found.items()}
    # Over a comma and a full stop, not from the title to the text.
    assert counts == {"аб": 2, "бв": 1, "ва": 1, "аа": 1, "аг": 1, "гд": 1, "дв": 1, "ба": 1}
    assert set(naive.ngrams(TWO, 2, slots=(None, "VERB"))) == {("г", "д")}
    assert set(naive.ngrams(TWO, 2, slots=("NOUN", {"lemma": "а"}))) == {
        ("в", "а"),
        ("а", "а"),
        ("б", "а"),
    }


def test_windows_by_hand() -> None:
    found = naive_windows.windows(TWO, find(TWO, "б"), (1, 2))
    # Places 0, 2, 3 (the node between them left out), 4, 5; and 1 of the second article.
    assert (found.nodes, found.window, found.total) == (3, 5, 9)
    assert found.joint == {"а": 4, "в": 1}
    sentence = naive_windows.windows(TWO, find(TWO, "г"), "sentence")
    assert sentence.joint == {"а": 2, "д": 1}
    verbs = naive_windows.windows(TWO, find(TWO, "г"), "sentence", pos="VERB")
    assert verbs.joint == {"д": 1}
    assert (verbs.window, verbs.total) == (sentence.window, sentence.total)
    phrase = naive_windows.windows(TWO, find(TWO, "а", "а"), (0, 1))
    assert phrase.joint == {"г": 1}
    assert (phrase.frequency["а"], phrase.outside["а"]) == (5, 3)


def test_the_rest_by_hand() -> None:
    assert find(TWO, "а", "б") == [[(0, 2), (2, 4)], []]
    assert naive.arf(TWO, find(TWO, "г")) == pytest.approx(1)
    grown = naive.vocabulary_growth(TWO, [2, 5, 100])
    assert grown == [(2, 2, 2), (5, 3, 1), (12, 5, 2)]
    queries = {word: find(TWO, word) for word in "аг"}
    assert naive_windows.network(TWO, queries) == {("а", "г"): (1, 4, 1)}
    assert naive_windows.network(TWO, queries, "article") == {("а", "г"): (1, 2, 1)}
    assert naive_windows.network_in_windows(TWO, queries, 1) == {("а", "г"): 1}
    assert naive_windows.network_in_windows(TWO, {**queries, "д": find(TWO, "д")}, 1) == {
        ("а", "г"): 1,
        ("а", "д"): 0,
        ("г", "д"): 1,
    }
    months = naive.timeline(TWO, find(TWO, "в"), ["2024-01", None])
    assert list(months) == ["2024-01"]
    assert months["2024-01"][:3] == (2, 10, 200_000)
    assert months["2024-01"].articles_total == 1


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("window", [(2, 2), (0, 3), (5, 5), "sentence"])
def test_association(seed: int, window: tuple[int, int] | str) -> None:
    articles = some_corpus(seed)
    matches = find(articles, "б") if seed % 3 else find(articles, "а", "б")
    counted = naive_windows.windows(articles, matches, window)
    usual = naive_windows.collocates(articles, matches, window)
    keys = list(usual)
    for key in keys:
        assert 0 < counted.joint[key] <= counted.outside[key] <= counted.frequency[key]
    company = Company(
        np.array([counted.joint[key] for key in keys], dtype=np.int64),
        counted.nodes,
        np.array([counted.frequency[key] for key in keys], dtype=np.int64),
        counted.window,
        np.array([counted.outside[key] for key in keys], dtype=np.int64),
        counted.total,
    )
    assert company.expected == pytest.approx([usual[key].expected for key in keys])
    for name, measure in COLLOCATION.items():
        values = [usual[key].measures[name] for key in keys]
        assert measure.of(company) == pytest.approx(values, nan_ok=True, abs=1e-9), name


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("unit", ["token", "article"])
def test_keyness(seed: int, unit: str) -> None:
    articles = some_corpus(seed)
    here, there = naive_corpus.split(articles, lambda number: number % 3 == 0)
    usual = naive.keywords(here, there, unit=unit)
    sizes = [naive_corpus.size(part) if unit == "token" else len(part) for part in (here, there)]
    comparison = Comparison(
        np.array([row.frequency for row in usual.values()]),
        np.array([row.reference_frequency for row in usual.values()]),
        *sizes,
    )
    for name, measure in KEYNESS.items():
        values = [row.measures[name] for row in usual.values()]
        assert measure.of(comparison) == pytest.approx(values, nan_ok=True, abs=1e-9), name


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("parts", [1, 3, 12])
def test_dispersion(seed: int, parts: int) -> None:
    articles = some_corpus(seed)
    labels = [number % parts for number in range(len(articles))]
    words = "абвгдежя"
    usual = [naive.dispersion(articles, find(articles, word), labels) for word in words]
    rows = [
        [
            sum(len(m) for m, part in zip(find(articles, word), labels, strict=True) if part == p)
            for p in range(parts)
        ]
        for word in words
    ]
    sizes = [naive_corpus.size(articles[part::parts]) for part in range(parts)]
    counts = PartCounts.of(rows, sizes)
    for name, function in SPREAD.items():
        values = [getattr(row, name) for row in usual]
        assert function(counts) == pytest.approx(values, nan_ok=True, abs=1e-9), name
    assert counts.parts == usual[0].parts


SPREAD = {
    "range": spread.part_range,
    "d": spread.juilland_d,
    "dp": spread.gries_dp,
    "dp_norm": spread.dp_norm,
    "d2": spread.carroll_d2,
}


@pytest.mark.parametrize("seed", SEEDS)
def test_average_reduced_frequency(seed: int) -> None:
    articles = some_corpus(seed)
    words = [word.lemma for one in articles for word in naive_corpus.words_of(one)]
    for lemma in "абвгдежя":
        places = [place for place, word in enumerate(words) if word == lemma]
        found = spread.average_reduced_frequency(places, len(words))
        assert found == pytest.approx(naive.arf(articles, find(articles, lemma)))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("groups", [1, 4, 12])
def test_intervals_of_a_timeline(seed: int, groups: int) -> None:
    articles = some_corpus(seed)
    matches = find(articles, "в")
    months = [number % groups for number in range(len(articles))]
    usual = naive.timeline(articles, matches, months)
    counts = np.array([len(spans) for spans in matches])
    words = np.array([len(naive_corpus.words_of(one)) for one in articles])
    phi = clumping(counts, words, np.array(months), groups)
    rows = [usual[month] for month in range(groups)]
    low, high = ipm_interval([row.frequency for row in rows], [row.words for row in rows], phi)
    assert low == pytest.approx([row.low for row in rows], nan_ok=True)
    assert high == pytest.approx([row.high for row in rows], nan_ok=True)
    low, high = share_interval([row.articles for row in rows], [row.articles_total for row in rows])
    assert low == pytest.approx([row.share_low for row in rows], abs=1e-12)
    assert high == pytest.approx([row.share_high for row in rows], abs=1e-12)


@pytest.mark.parametrize("count", [0, 0.2, 0.5, 1, 1.5, 7, 42.42, 100])
def test_count_intervals(count: float) -> None:
    ends = [float(end) for end in count_interval(count)]
    assert ends == pytest.approx(plain.count_interval(count), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("count", [100.5, 150, 1000, 20_000])
def test_large_count_intervals_are_off_by_less_than_two_thousandths(count: float) -> None:
    for end, exact in zip(count_interval(count), plain.count_interval(count), strict=True):
        assert abs(float(end) - exact) < 0.002
        assert not math.isnan(exact)
