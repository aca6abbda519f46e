"""Networks of real corpora of random articles, held against the naive count, and their laws."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import Any

import naive_corpus
import naive_windows
import pytest
from counted_articles import articles_of, some_articles, spans_of

from corpus import Corpus
from corpus.counting import Counting
from corpus.errors import CorpusError
from corpus.statistics import measures

QUERIES = ["мост", '"новый мост"', "река NEAR/6 город", "стали", "весь", "синхрофазотрон"]
COLUMNS = [
    *("source", "target", "joint", "frequency_source", "frequency_target"),
    *("log_dice", "expected", "log_likelihood"),
]


@pytest.fixture(scope="module", params=range(3))
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A corpus from which articles were removed."""
    made = Corpus.create(tmp_path_factory.mktemp("random"))
    made.add(some_articles(request.param))
    made._scope()
    made.remove(["n03", "n07"])
    return made


@pytest.fixture(params=["whole", "part"])
def counted(request: pytest.FixtureRequest, corpus: Corpus) -> Counting:
    return corpus if request.param == "whole" else corpus.subcorpus(source=["Газета", "ТАСС"])


def naively(
    counted: Counting,
) -> tuple[naive_corpus.Corpus, dict[str, naive_corpus.Matches]]:
    scope = counted._scope()
    articles = articles_of(scope)
    return articles, {q: spans_of(scope, scope.matches(q), articles) for q in QUERIES}


@pytest.mark.parametrize("unit", ["sentence", "article"])
def test_units_are_those_of_the_naive_count(counted: Counting, unit: Any) -> None:
    articles, matches = naively(counted)
    usual = naive_windows.network(articles, matches, unit)
    rows = {(row["source"], row["target"]): row for row in counted.network(QUERIES, window=unit)}
    found = {
        pair: (row["joint"], row["frequency_source"], row["frequency_target"])
        for pair, row in rows.items()
    }
    assert found == {pair: counts for pair, counts in usual.items() if counts[0]}
    total = len(articles)
    if unit == "sentence":
        total = sum(len({t.sentence for t in naive_corpus.words_of(one)}) for one in articles)
    for (joint, a, b), row in zip(found.values(), rows.values(), strict=True):
        assert row["expected"] == pytest.approx(a * b / total)
        assert row["log_dice"] == pytest.approx(measures.log_dice(joint, a, b))
        cells = measures.window_cells(joint, a, b, total)
        assert row["log_likelihood"] == pytest.approx(measures.log_likelihood(cells))


@pytest.mark.parametrize("distance", [1, 2, 5, 40])
def test_windows_are_those_of_the_naive_count(counted: Counting, distance: int) -> None:
    articles, matches = naively(counted)
    usual = naive_windows.network_in_windows(articles, matches, distance)
    rows = list(counted.network(QUERIES, window=(distance, distance)))
    found = {(row["source"], row["target"]): row["joint"] for row in rows}
    assert found == {pair: joint for pair, joint in usual.items() if joint}
    for row in rows:
        for side in ("source", "target"):
            many = sum(map(len, matches[row[side]]))
            assert row["joint"] <= row[f"frequency_{side}"] == many
        assert row["log_dice"] <= 14
        assert (row["expected"], row["log_likelihood"]) == (None, None)


@pytest.mark.parametrize("window", ["sentence", "article", (4, 4)])
def test_the_order_of_queries_turns_edges_round_and_changes_nothing(
    counted: Counting, window: Any
) -> None:
    def counts(queries: list[str]) -> dict[frozenset[str], tuple[Any, ...]]:
        return {
            frozenset((row["source"], row["target"])): (
                row["joint"],
                row["log_dice"],
                row["log_likelihood"],
                {row["source"]: row["frequency_source"], row["target"]: row["frequency_target"]},
            )
            for row in counted.network(queries, window=window)
        }

    assert counts(QUERIES) == counts(QUERIES[::-1])


def test_nothing_depends_on_how_articles_came_in(tmp_path: Path) -> None:
    articles = some_articles(1)
    once, often = Corpus.create(tmp_path / "once"), Corpus.create(tmp_path / "often")
    once.add(articles)
    shuffled = random.Random(1).sample(articles, len(articles))
    for first in range(0, len(shuffled), 3):
        often.add(shuffled[first : first + 3])
        often._scope()
    for window in ("sentence", "article", (4, 4)):
        one, other = (list(corpus.network(QUERIES, window=window)) for corpus in (once, often))
        assert one == other


def test_edges_are_ordered_and_bounded_below(corpus: Corpus) -> None:
    rows = list(corpus.network(QUERIES))
    keys = [(-row["log_dice"], -row["joint"]) for row in rows]
    assert keys == sorted(keys)
    few = list(corpus.network(QUERIES, minimum=3))
    assert few == [row for row in rows if row["joint"] >= 3]


def test_what_is_named_twice_is_one(corpus: Corpus) -> None:
    table = corpus.network(["мост", "река", " мост"])
    assert {(row["source"], row["target"]) for row in table} == {("мост", "река")}


def test_windows_do_not_reach_into_the_next_article(make: Any) -> None:
    corpus = make(a=("Дом", "Мост."), b=("Река", "Мост и дом."))
    found = corpus.network(["мост", "река"], window=(1000, 1000))
    assert [(row["joint"], row["frequency_source"]) for row in found] == [(1, 2)]
    # The last word of the first article stands right before the title of the second.
    assert len(corpus.network(["дом", "река"], window=(1, 1))) == 0


def test_nothing_found_is_an_empty_table(corpus: Corpus) -> None:
    for counted in (corpus, corpus.subcorpus(ids=[])):
        for window in ("sentence", "article", (3, 3)):
            table = counted.network(["синхрофазотрон", "мост"], window=window)
            assert len(table) == 0
            assert table.to_arrow().column_names == COLUMNS


@pytest.mark.parametrize("window", [(2, 3), 5, "paragraph", (0, 0), None])
def test_windows_that_make_no_sense(corpus: Corpus, window: Any) -> None:
    with pytest.raises(CorpusError, match="no window") as caught:
        corpus.network(["мост", "река"], window=window)
    assert '"article"' in str(caught.value.hint)


@pytest.mark.parametrize("unit", ["sentence", "article"])
def test_an_edge_opens_its_lines(counted: Counting, unit: Any) -> None:
    articles, matches = naively(counted)
    found = counted.network(QUERIES, window=unit)
    for one, other in itertools.permutations(QUERIES, 2):
        wanted = 0
        for article, spans, others in zip(articles, matches[one], matches[other], strict=True):
            words = naive_corpus.words_of(article)
            near = {words[place].sentence for place in naive_corpus.covered(others)}
            for start, stop in spans:
                own = {word.sentence for word in words[start:stop]}
                wanted += bool(others) if unit == "article" else bool(own & near)
        lines = found.concordance(one, other)
        assert len(lines) == wanted
        assert f"with {other} in one {unit}" in lines.provenance.settings


@pytest.mark.parametrize("distance", [1, 5])
def test_an_edge_of_windows_opens_its_lines(counted: Counting, distance: int) -> None:
    found = counted.network(QUERIES, window=(distance, distance))
    for row in found:
        pair = row["source"], row["target"]
        lines = found.concordance(*pair), found.concordance(*pair[::-1])
        assert min(map(len, lines)) == row["joint"]
    assert "with река in the window 5 left, 5 right" in (
        counted.network(["мост", "река"], window=(5, 5))
        .concordance("мост", "река")
        .provenance.settings
    )


def test_lines_of_an_edge_are_those_near_the_other(make: Any) -> None:
    corpus = make(a=("Дом", "Мост и река. Мост один."), b=("Мост", "Дальше, через дом, река."))
    found = corpus.network(["мост", "река"])
    assert [line.after for line in found.concordance("мост", "река")] == ["и река. Мост один."]
    assert len(corpus.network(["мост", "река"], window="article").concordance("мост", "река")) == 3
    assert len(corpus.network(["мост", "нет"]).concordance("мост", "нет")) == 0
    with pytest.raises(CorpusError, match="'дом' is not in the network") as caught:
        found.concordance("мост", "дом")
    assert caught.value.hint == "name two of: мост, река"


def test_fewer_than_two_queries_make_no_network(corpus: Corpus) -> None:
    for queries in ([], ["мост"], ["мост", "мост "]):
        with pytest.raises(CorpusError, match="two queries"):
            corpus.network(queries)


def test_provenance_says_what_was_counted(corpus: Corpus) -> None:
    said = corpus.network(["мост", "река"], window="article", minimum=2).provenance
    assert said.counts == "articles"
    assert said.settings == "queries: мост, река · in one article · minimum 2"
    assert "sentences" in corpus.network(["мост", "река"]).provenance.counts
    near = corpus.network(["мост", "река"], window=(5, 5)).provenance
    assert "window 5 left, 5 right" in near.settings
