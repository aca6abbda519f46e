"""Counts of words, and the order of results, held against plain Python."""

from __future__ import annotations

from pathlib import Path

import naive_statistics
import numpy as np
import pyarrow as pa
import pytest
from counted_articles import articles_of, some_articles

from corpus import Corpus
from corpus.columns import attributes
from corpus.columns.vocabulary import folded
from corpus.errors import CorpusError
from corpus.statistics.ordering import alphabetical, descending_by_name, order
from corpus.statistics.words import WITH_PART, attribute, word_counts
from corpus.text.fold import fold


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    made = Corpus.create(tmp_path)
    made.add(some_articles(5))
    return made


@pytest.mark.parametrize("rows", [1, 3, 1 << 13])
@pytest.mark.parametrize("parts", [(), ("NOUN", "ADP")])
@pytest.mark.parametrize("by", ["lemma", "form", "pos", "tag"])
def test_words_articles_and_parts_of_speech_are_counted(
    corpus: Corpus, by: str, parts: tuple[str, ...], rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attributes, "_MOST_ROWS", rows)
    for counted in (corpus, corpus.subcorpus(source="Газета"), corpus.subcorpus(ids=[])):
        scope = counted._scope()
        articles = articles_of(scope)
        usual = naive_statistics.frequencies(articles, by, parts or None)
        found, of = word_counts(scope, by, parts=parts), attribute(scope, by)
        names = of.values.strings.to_pylist()
        keys = [name.lower() for name in names] if by in WITH_PART else names
        for counts, place in ((found.frequency, 0), (found.articles, 2)):
            counts_by_name = {k: n for k, n in zip(keys, counts.tolist(), strict=True) if n}
            assert counts_by_name == {key: row[place] for key, row in usual.items()}
        pos = attribute(scope, "pos").values.list(found.part)
        own = dict(zip(keys, pos, strict=True))
        usual_parts = naive_statistics.parts_of_speech(articles, by, parts or None)
        assert {key: own[key] for key in usual} == usual_parts


@pytest.mark.parametrize("by", ["lemma", "form", "pos", "tag"])
def test_codes_are_in_the_order_of_words(corpus: Corpus, by: str) -> None:
    names = attribute(corpus._scope(), by).values.strings
    assert alphabetical(names).tolist() == list(range(len(names)))


def test_words_are_not_counted_by_anything_else(corpus: Corpus) -> None:
    with pytest.raises(CorpusError) as caught:
        word_counts(corpus._scope(), "lema")
    assert "lemma" in str(caught.value.hint)


def test_what_was_counted_is_kept_until_much_else_was(corpus: Corpus) -> None:
    scope = corpus.subcorpus(source="Газета")._scope()
    first = word_counts(scope, "lemma")
    for n in range(100):
        assert scope.once(n, lambda n=n: n) == n
        assert word_counts(scope, "lemma") is first
    assert scope.once(0, lambda: "anew") == "anew"


def test_the_order_of_words() -> None:
    words = ["яма", "ель", "Ёлка", "елка", "ёлка", "стать", "сталь", "Zoo", "10"]
    found = [words[n] for n in alphabetical(pa.array(words))]
    assert found == sorted(words, key=lambda word: (fold(word), word))
    frequency = np.array([1, 2, 1, 1, 2, 3, 3, 1, 1])
    found = [words[n] for n in descending_by_name(frequency, pa.array(words))]
    assert found == ["сталь", "стать", "ёлка", "ель", "10", "Zoo", "Ёлка", "елка", "яма"]


def test_arrays_fold_as_words_do() -> None:
    words = ["Ёлка", "ёлка", "Д’Артаньян", "кто‑то", "кто-то", "США", "Straße", ""]
    assert folded(pa.array(words)).to_pylist() == [fold(word) for word in words]


def test_ties_are_broken_by_frequency_then_by_place() -> None:
    values = np.array([1.0, np.nan, 3.0, 1.0 + 1e-16, -np.inf, 1.0, np.inf, np.nan])
    frequency = np.array([5, 1, 1, 5, 9, 7, 2, 1])
    assert order(values, frequency).tolist() == [6, 2, 5, 0, 3, 4, 1, 7]
    assert order(np.zeros(0), np.zeros(0, int)).tolist() == []
    # Rounding in the last digit is no difference, whatever the size of the values.
    for value in (1e-9, 1.0, 12345.678, 1e12):
        pair = np.array([value, np.nextafter(value, np.inf)])
        assert order(pair, np.ones(2)).tolist() == [0, 1]
