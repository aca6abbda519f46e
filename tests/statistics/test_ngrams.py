"""N-grams of a real corpus against the naive ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import naive_statistics
import numpy as np
import pytest
from counted_corpora import corpus_of, some_articles, tokens_of
from naive_corpus import Article as Tokens

from corpus import Article, Corpus, CorpusError
from corpus.statistics import runs
from corpus.text.fold import fold

SLOTS: dict[int, list[Any]] = {
    1: [("NOUN",), ({"lemma": "река"},)],
    2: [(None, "NOUN"), ("NOUN", {"lemma": "мост"}), ({"form": "реки", "pos": "NOUN"}, None)],
    3: [(None, "NOUN", None), ("NOUN", None, {"lemma": "стать"})],
}


@pytest.fixture(scope="module", params=range(2))
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Random corpora; tests must not change them."""
    return corpus_of(some_articles(request.param), tmp_path_factory.mktemp("random"))


def assert_same(table: Any, articles: list[Tokens], *asked: Any, minimum: int) -> None:
    expected = {
        " ".join(words): tuple(row)
        for words, row in naive_statistics.ngrams(articles, *asked).items()
        if row.frequency >= minimum
    }
    rows = {row["ngram"]: (row["frequency"], row["ipm"], row["articles"]) for row in table}
    assert rows == {words: pytest.approx(row) for words, row in expected.items()}
    order = [(-row["frequency"], dictionary_order(row["ngram"])) for row in table]
    assert order == sorted(order)
    assert [row["rank"] for row in table] == list(range(1, len(table) + 1))


def dictionary_order(ngram: str) -> list[tuple[str, str]]:
    """Return what puts n-grams in Russian order, word by word."""
    return [(fold(word), word) for word in ngram.split()]


@pytest.mark.parametrize("n", [1, 2, 3, 5, 9])
@pytest.mark.parametrize("by", ["lemma", "form", "pos", "tag"])
def test_runs_are_counted_as_one_by_one(corpus: Corpus, n: int, by: str) -> None:
    for part in (corpus, corpus.subcorpus("мост"), corpus.subcorpus(source="А")):
        articles = tokens_of(part)
        for minimum in (1, 2, 4):
            assert_same(part.ngrams(n, by=by, minimum=minimum), articles, n, by, minimum=minimum)


@pytest.mark.parametrize(("n", "slots"), [(n, slots) for n in SLOTS for slots in SLOTS[n]])
def test_slots_say_what_may_stand_where(corpus: Corpus, n: int, slots: Any) -> None:
    articles = tokens_of(corpus)
    for minimum in (1, 2):
        found = corpus.ngrams(n, slots=slots, minimum=minimum)
        assert_same(found, articles, n, "lemma", slots, minimum=minimum)


def test_numbers_too_large_to_be_packed(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large corpora are sorted another way, with the same result."""
    expected = corpus.ngrams(3, minimum=1).to_arrow()
    monkeypatch.setattr(runs, "ROOM", 8)
    assert corpus.ngrams(3, minimum=1).to_arrow().equals(expected)


def test_a_part_and_its_complement_are_the_whole(corpus: Corpus) -> None:
    part = corpus.subcorpus("река")
    sums: dict[str, int] = {}
    for row in (*part.ngrams(2, minimum=1), *(~part).ngrams(2, minimum=1)):
        sums[row["ngram"]] = sums.get(row["ngram"], 0) + row["frequency"]
    whole = corpus.ngrams(2, minimum=1)
    assert sums == {row["ngram"]: row["frequency"] for row in whole}


def test_single_words_are_the_frequency_list(corpus: Corpus) -> None:
    columns = ["rank", "frequency", "ipm", "articles"]
    one = corpus.ngrams(1, by="form", minimum=1).to_arrow()
    other = corpus.frequencies(by="form").to_arrow()
    assert one.select(columns).equals(other.select(columns))
    assert one.column("ngram").equals(other.column("form"))


def test_runs_lead_over_commas_and_sentences_but_not_out_of_a_zone(
    make: Callable[..., Corpus],
) -> None:
    corpus = make(a=("Мост", "Река, паром. Завод стоит."), b=("Театр", "Площадь."))
    forms = {row["ngram"] for row in corpus.ngrams(2, by="form", minimum=1)}
    assert forms == {"река паром", "паром завод", "завод стоит"}


def test_slots_do_not_mind_case_or_yo(make: Callable[..., Corpus]) -> None:
    corpus = make(a=("", "Новая ёлка. Новая Елка. Новая елка."))
    for value in ("ёлка", "Елка", ["ЕЛКА", "мост"]):
        found = corpus.ngrams(2, by="form", slots=(None, {"form": value}), minimum=1)
        assert [(r["ngram"], r["frequency"]) for r in found] == [
            ("новая елка", 2),
            ("новая ёлка", 1),
        ]
    assert not len(corpus.ngrams(2, slots=(None, {"lemma": "нет"}), minimum=1))
    assert not len(corpus.ngrams(2, slots=("INTJ", None), minimum=1))


def test_provenance(sample: Corpus) -> None:
    slots = ("ADJ", {"lemma": ["мост", "река"], "pos": "NOUN"})
    made = sample.ngrams(2, slots=slots, minimum=1).provenance
    assert (
        made.settings
        == '2-grams by lemma · slots [pos="ADJ"] [lemma="мост|река" & pos="NOUN"] · minimum 1'
    )


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ({"n": 0}, "from 1 to 9"),
        ({"n": 10}, "from 1 to 9"),
        ({"by": "source"}, "lemma, form, pos, tag"),
        ({"slots": ("NOUN",)}, "give each word one"),
        ({"slots": "NOUN NOUN"}, "give each word one"),
        ({"slots": ("NUON", None)}, "NOUN"),
        ({"slots": ({"word": "мост"}, None)}, "lemma, form, pos"),
        ({"slots": ({}, None)}, "lemma, form, pos"),
        ({"minimum": -1}, "number"),
    ],
)
def test_what_cannot_be_counted(sample: Corpus, asked: dict[str, Any], hint: str) -> None:
    with pytest.raises(CorpusError) as error:
        sample.ngrams(**asked)
    assert hint in error.value.hint


def test_nothing_to_count(make: Callable[..., Corpus]) -> None:
    corpus = make(a=("", "Мост."))
    for n in (2, 9):
        assert corpus.ngrams(n).to_arrow().num_rows == 0
    corpus.remove(["a"])
    corpus.add([Article(id="b", text="— !")])
    for n in (1, 2, 9):
        assert corpus.ngrams(n, minimum=1).to_arrow().column_names == [
            *("rank", "ngram", "frequency", "ipm", "articles")
        ]
    assert np.isfinite(corpus.ngrams(1).to_arrow().column("ipm").to_numpy()).all()
