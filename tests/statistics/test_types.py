"""What words are told apart by, and the order of results, held against plain Python."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from counted_articles import articles_of, some_articles

from corpus import Corpus
from corpus.columns import attributes, types
from corpus.columns.vocabulary import folded
from corpus.errors import CorpusError
from corpus.statistics.ordering import order
from corpus.text.fold import fold


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    made = Corpus.create(tmp_path)
    made.add(some_articles(5))
    return made


@pytest.mark.parametrize("rows", [1, 3, 1 << 13])
@pytest.mark.parametrize("by", ["lemma", "form", "pos", "tag"])
def test_words_and_articles_are_counted(
    corpus: Corpus, by: str, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attributes, "_MOST_ROWS", rows)
    for counted in (corpus, corpus.subcorpus(source="Газета"), corpus.subcorpus(ids=[])):
        scope = counted._scope()
        words: Counter[object] = Counter()
        articles: Counter[object] = Counter()
        for article in articles_of(scope):
            own = [
                (getattr(w, by), w.pos) if by in types.PAIRED else getattr(w, by)
                for w in article
                if w.is_word
            ]
            words.update(own)
            articles.update(set(own))
        kind = scope.state.types(by)
        every = np.arange(len(kind))
        names = kind.names(every).to_pylist()
        if by in types.PAIRED:
            keys = list(zip(map(str.lower, names), kind.parts(every).to_pylist(), strict=True))
        else:
            keys = names
        for counts, usual in ((scope.counts(by), words), (scope.article_counts(by), articles)):
            assert {k: n for k, n in zip(keys, counts.tolist(), strict=True) if n} == usual


@pytest.mark.parametrize("by", ["lemma", "form", "pos", "tag"])
def test_codes_are_in_the_order_of_words(corpus: Corpus, by: str) -> None:
    kind = corpus._scope().state.types(by)
    every = np.arange(len(kind))
    parts = kind.parts(every) if by in types.PAIRED else None
    assert types.word_ranks(kind.names(every), parts).tolist() == every.tolist()


def test_words_are_not_counted_by_anything_else(corpus: Corpus) -> None:
    with pytest.raises(CorpusError) as caught:
        corpus._scope().state.types("lema")
    assert "lemma" in str(caught.value.hint)


def test_the_order_of_words() -> None:
    words = ["яма", "ель", "Ёлка", "елка", "ёлка", "стать", "стать", "Zoo", "10"]
    parts = ["NOUN"] * 5 + ["VERB", "NOUN", "X", "NUM"]
    places = types.word_ranks(pa.array(words), pa.array(parts))
    found = [(words[n], parts[n]) for n in np.argsort(places)]
    assert found == sorted(zip(words, parts, strict=True), key=lambda w: (fold(w[0]), *w))
    assert sorted(places) == list(range(len(words)))


def test_arrays_fold_as_words_do() -> None:
    words = ["Ёлка", "ёлка", "Д’Артаньян", "кто‑то", "кто-то", "США", "Straße", ""]
    assert folded(pa.array(words)).to_pylist() == [fold(word) for word in words]


def test_ties_are_broken_by_frequency_then_by_rank() -> None:
    values = np.array([1.0, np.nan, 3.0, 1.0 + 1e-16, -np.inf, 1.0, np.inf, np.nan])
    frequency = np.array([5, 1, 1, 5, 9, 7, 2, 1])
    ranks = np.array([7, 0, 6, 1, 5, 4, 3, 2])
    assert order(values, frequency, lambda n: ranks[n]).tolist() == [6, 2, 5, 3, 0, 4, 1, 7]
    assert order(np.zeros(0), np.zeros(0, int), lambda n: n).tolist() == []
    # Rounding in the last digit is no difference, whatever the size of the values.
    for value in (1e-9, 1.0, 12345.678, 1e12):
        pair = np.array([value, np.nextafter(value, np.inf)])
        assert order(pair, np.ones(2), lambda n: np.array([0, 1])[n]).tolist() == [0, 1]
