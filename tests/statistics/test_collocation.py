"""Collocates of real corpora of random articles, held against the naive count, and their laws."""

from __future__ import annotations

import itertools
import math
import random
from pathlib import Path
from typing import Any

import naive_corpus
import naive_statistics
import naive_windows
import pytest
from counted_articles import articles_of, some_articles, spans_of
from naive_corpus import is_of

from corpus import Article, Corpus
from corpus.counting import Counting
from corpus.errors import CorpusError
from corpus.statistics.catalogue import COLLOCATION

SEEDS = range(2)
QUERIES = ("мост", '"новый мост"', "мост NEAR/3 река", '"и в"', "стали")
WINDOWS: tuple[Any, ...] = ((5, 5), (0, 3), (2, 0), (1, 40), "sentence")


def corpus_of(folder: Path, articles: list[Article]) -> Corpus:
    corpus = Corpus.create(folder)
    corpus.add(articles)
    return corpus


@pytest.fixture(scope="module", params=SEEDS)
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A corpus from which articles were removed."""
    made = corpus_of(tmp_path_factory.mktemp("random"), some_articles(request.param))
    made._scope()
    made.remove(["n03", "n07"])
    return made


@pytest.fixture(params=["whole", "part"])
def counted(request: pytest.FixtureRequest, corpus: Corpus) -> Counting:
    return corpus if request.param == "whole" else corpus.subcorpus(source=["Газета", "ТАСС"])


def naively(counted: Counting, query: str) -> tuple[naive_corpus.Corpus, naive_corpus.Matches]:
    """Return the articles that are counted, and where the query matches, in plain lists."""
    scope = counted._scope()
    articles = articles_of(scope)
    return articles, spans_of(scope, scope.matches(query), articles)


@pytest.mark.parametrize("pos", [None, ("NOUN", "ADP")])
@pytest.mark.parametrize("by", ["lemma", "form"])
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("query", QUERIES)
def test_counts_and_measures_are_those_of_the_naive_count(
    counted: Counting, query: str, window: Any, by: str, pos: Any
) -> None:
    articles, spans = naively(counted, query)
    usual = naive_windows.collocates(articles, spans, window, by, pos)
    parts = naive_statistics.parts_of_speech(articles, by, pos)
    found = counted.collocates(query, window=window, by=by, pos=pos, minimum=1)
    # The naive corpus is all in small letters, and so are forms; lemmas may not be.
    rows = {row["collocate"].lower(): row for row in found}
    assert len(rows) == len(found)
    assert rows.keys() == usual.keys()
    for key, row in rows.items():
        own = usual[key]
        assert row["pos"] == parts[key]
        assert (row["joint"], row["frequency"]) == (own.joint, own.frequency)
        assert row["expected"] == pytest.approx(own.expected)
        for name in COLLOCATION:
            assert row[name] == pytest.approx(own.measures[name], nan_ok=True, abs=1e-9), name


@pytest.mark.parametrize("measure", COLLOCATION)
def test_rows_are_ordered_by_the_measure(counted: Counting, measure: str) -> None:
    rows = list(counted.collocates("мост", measure=measure, minimum=1))
    values = [-math.inf if math.isnan(row[measure]) else row[measure] for row in rows]
    assert all(a >= b or math.isclose(a, b) for a, b in itertools.pairwise(values))
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))


def test_equal_ones_are_in_the_order_of_frequency_and_alphabet(make: Any) -> None:
    corpus = make(a=("Мост", "Мост ёлка. Мост жук. Мост ель. Мост дом, дом."))
    found = corpus.collocates("мост", window=(0, 1), minimum=1, measure="mi")
    # The house stands twice, so that it is less of a surprise.
    assert [row["collocate"] for row in found] == ["ёлка", "ель", "жук", "дом"]


def test_a_joint_count_never_exceeds_the_frequency(counted: Counting) -> None:
    for window in WINDOWS:
        for row in counted.collocates("мост", window=window, minimum=1):
            assert 0 < row["joint"] <= row["frequency"]


def test_a_minimum_only_leaves_rows_out(counted: Counting) -> None:
    for pos in (None, ["noun", "ADP"]):
        every = {row["collocate"]: row for row in counted.collocates("мост", minimum=1, pos=pos)}
        few = counted.collocates("мост", minimum=4, pos=pos)
        for row in few:
            assert {**row, "rank": 0} == {**every[row["collocate"]], "rank": 0}
        assert len(few) == sum(row["joint"] >= 4 for row in every.values()) > 0


def test_a_lemma_has_one_row_with_the_frequency_of_the_frequency_list(counted: Counting) -> None:
    for pos in (None, "NOUN"):
        usual = {row["lemma"]: row for row in counted.frequencies(pos=pos)}
        for row in counted.collocates("мост", pos=pos, minimum=1):
            own = usual[row["collocate"]]
            assert (row["frequency"], row["pos"]) == (own["frequency"], own["pos"])


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_depends_on_how_articles_came_in(tmp_path: Path, seed: int) -> None:
    articles = some_articles(seed)
    once = corpus_of(tmp_path / "once", articles)
    shuffled = random.Random(seed).sample(articles, len(articles))
    often = Corpus.create(tmp_path / "often")
    for first in range(0, len(shuffled), 3):
        often.add(shuffled[first : first + 3])
        often._scope()
    for measure in ("log_dice", "mi", "delta_p", "log_ratio_low"):
        one, other = (
            list(corpus.collocates("мост", measure=measure, minimum=1)) for corpus in (once, often)
        )
        assert [repr(row) for row in one] == [repr(row) for row in other]


@pytest.mark.parametrize("window", WINDOWS)
def test_a_row_opens_its_lines(counted: Counting, window: Any) -> None:
    found = counted.collocates("мост", window=window, minimum=1)
    nouns = counted.collocates("мост", window=window, minimum=1, pos="NOUN")
    articles, spans = naively(counted, "мост")
    for table, row, asked, pos in [
        *((found, row, None, None) for row in found[:5]),
        *((found, row, row["pos"], row["pos"]) for row in found[:5]),
        *((nouns, row, None, "NOUN") for row in nouns[:2]),
    ]:
        name = row["collocate"].lower()
        lines = table.concordance(row["collocate"], pos=asked)
        wanted = 0
        for article, own in zip(articles, spans, strict=True):
            inside = {place for start, stop in own for place in range(start, stop)}
            words = [token for token in article if token.is_word]
            for span in own:
                (places,) = naive_windows._in_windows([article], [[span]], window)
                near = [words[n] for n in places - inside]
                wanted += any(w.lemma == name and is_of(w, pos) for w in near)
        assert len(lines) == wanted > 0
        assert all(line.match.lower().startswith("мост") for line in lines)


def test_lines_of_what_is_no_collocate_are_an_error(corpus: Corpus) -> None:
    found = corpus.collocates("мост", minimum=1)
    with pytest.raises(CorpusError, match="синхрофазотрон does not stand near мост"):
        found.concordance("синхрофазотрон")
    with pytest.raises(CorpusError, match="part of speech"):
        found.concordance("мост", pos="существительное")


def test_lines_do_not_show_a_collocate_that_stands_in_a_node_alone(make: Any) -> None:
    corpus = make(a=("Дом", "Новый мост стоит. Река. Новый мост через реку, новый берег."))
    found = corpus.collocates('"новый мост"', window=(2, 3), minimum=1)
    assert found.matches == 2
    (row,) = [row for row in found if row["collocate"] == "новый"]
    assert (row["joint"], row["frequency"]) == (1, 3)


def test_nothing_found_is_an_empty_table(corpus: Corpus) -> None:
    for query in ("синхрофазотрон", '"мост мост мост мост мост"'):
        found = corpus.collocates(query)
        assert len(found) == 0
        assert found.to_arrow().column_names[:4] == ["rank", "collocate", "pos", "joint"]


def test_an_empty_part_and_a_word_alone(make: Any) -> None:
    corpus = make(a=("Мост", "Мост."), b=("Река", "Берег."))
    assert len(corpus.collocates("мост", minimum=1)) == 0
    assert len(corpus.collocates("берег", minimum=1)) == 1
    nothing = corpus.subcorpus(ids=[])
    assert len(nothing.collocates("мост", minimum=1)) == 0


def test_the_columns_are_those_promised(corpus: Corpus) -> None:
    table = corpus.collocates("мост", minimum=1).to_arrow()
    assert table.column_names == [
        *("rank", "collocate", "pos", "joint", "frequency", "expected"),
        *COLLOCATION,
    ]


@pytest.mark.parametrize("window", [5, (5,), (0, 0), (-1, 3), (1, 2, 3), "article", (1.5, 2), None])
def test_windows_that_make_no_sense(corpus: Corpus, window: Any) -> None:
    with pytest.raises(CorpusError, match="no window") as caught:
        corpus.collocates("мост", window=window)
    assert "sentence" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"measure": "logdice"}, "log_dice"),
        ({"by": "tag"}, "lemma or form"),
        ({"pos": "GLAGOL"}, "VERB"),
        ({"minimum": -1}, "whole number"),
        ({"minimum": 2.5}, "whole number"),
    ],
)
def test_unknown_settings_name_the_valid_ones(
    corpus: Corpus, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(CorpusError) as caught:
        corpus.collocates("мост", **wrong)
    assert said in f"{caught.value} {caught.value.hint}"


def test_a_query_without_words_is_an_error(corpus: Corpus) -> None:
    with pytest.raises(CorpusError, match="names no words"):
        corpus.collocates("source:ТАСС")


def test_provenance_says_with_what_it_was_counted(corpus: Corpus) -> None:
    found = corpus.collocates("мост", window=(0, 5), measure="mi", minimum=2, pos="NOUN")
    said = found.provenance.settings
    for part in ("window 0 left, 5 right", "measure mi", "minimum 2", "by lemma", "pos NOUN"):
        assert part in said
