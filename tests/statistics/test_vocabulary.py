"""Growth of vocabularies and figures of their richness, against naive ones; facets."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import naive_statistics
import pytest
from counted_corpora import corpus_of, some_articles, tokens_of
from naive_corpus import words_of

from corpus import Article, Corpus, CorpusError
from corpus.counting import Counting
from corpus.statistics import vocabulary


@pytest.fixture(scope="module", params=range(2))
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Random corpora; tests must not change them."""
    return corpus_of(some_articles(request.param, 40), tmp_path_factory.mktemp("random"))


def words(part: Counting, by: str) -> list[str]:
    return [getattr(word, by) for article in tokens_of(part) for word in words_of(article)]


@pytest.mark.parametrize("by", ["lemma", "form", "pos"])
@pytest.mark.parametrize("points", [1, 7, 50, 100_000])
def test_growth_is_what_the_first_words_hold(corpus: Corpus, by: str, points: int) -> None:
    for part in (corpus, corpus.subcorpus("мост")):
        found = part.vocabulary(by=by, points=points)
        rows = list(found)
        size = len(words(part, by))
        assert len(rows) == min(points, size)
        assert rows[-1]["words"] == size
        if points < 1000:
            at = [row["words"] for row in rows]
            expected = naive_statistics.vocabulary_growth(tokens_of(part), at, by)
            assert [(r["words"], r["types"], r["hapaxes"]) for r in rows] == expected
        assert all(row["ttr"] == row["types"] / row["words"] for row in rows)
        (figures,) = found.figures
        assert {n: figures[n] for n in ("words", "types", "hapaxes", "ttr")} == {
            n: rows[-1][n] for n in ("words", "types", "hapaxes", "ttr")
        }


@pytest.mark.parametrize("stretch", [1, 10, 64, 10_000])
def test_figures(corpus: Corpus, stretch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "STRETCH", stretch)
    for part in (corpus, corpus.subcorpus(source="А")):
        read = words(part, "lemma")
        n, counts = len(read), Counter(read)
        v, once = len(counts), sum(f == 1 for f in counts.values())
        (figures,) = part.vocabulary().figures
        expected = {
            "guiraud": v / math.sqrt(n),
            "herdan": math.log(v) / math.log(n),
            "yule_k": 1e4 * (sum(f * f for f in counts.values()) - n) / n**2,
            "hapax_share": once / v,
            "productivity": once / n,
            "sttr": mean_ttr(read, range(0, n - stretch + 1, stretch), stretch),
            "mattr": mean_ttr(read, range(n - stretch + 1), stretch),
        }
        assert {name: figures[name] for name in expected} == pytest.approx(expected)


def mean_ttr(read: list[str], starts: range, stretch: int) -> float | None:
    if not starts:
        return None
    return sum(len(set(read[s : s + stretch])) for s in starts) / stretch / len(starts)


def test_heaps_law_is_found_where_it_holds() -> None:
    """Types that grow by the law exactly give its two numbers back."""
    import numpy as np

    at = np.array([100, 400, 2500, 10_000])
    types = (3 * np.sqrt(at)).astype(np.int64)
    assert vocabulary._heaps(at, types) == pytest.approx((3, 0.5))


def test_few_words_and_none(make: Callable[..., Corpus]) -> None:
    corpus = make(a=("", "Мост."))
    (row,) = corpus.vocabulary()
    assert row == {"words": 1, "types": 1, "hapaxes": 1, "ttr": 1.0, "heaps": None}
    (figures,) = corpus.vocabulary().figures
    assert figures["herdan"] is None
    assert figures["sttr"] is None
    assert figures["guiraud"] == 1
    corpus.remove(["a"])
    assert not len(corpus.vocabulary())
    (figures,) = corpus.vocabulary().figures
    assert figures["words"] == figures["types"] == figures["hapaxes"] == 0
    assert figures["ttr"] is None


@pytest.mark.parametrize("asked", [{"points": 0}, {"by": "source"}])
def test_what_cannot_be_measured(sample: Corpus, asked: dict[str, object]) -> None:
    with pytest.raises(CorpusError):
        sample.vocabulary(**asked)


def test_facets(make: Callable[..., Corpus]) -> None:
    corpus = make(x=("", "Пусто."))
    corpus.remove(["x"])
    corpus.add(
        [
            Article(id="a", text="Мост.", source="Ёж", tags=("река", "мост", "мост")),
            Article(id="b", text="Мост и мост.", source="Еж", tags=("мост",)),
            Article(id="c", text="Дом.", source="Газета"),
            Article(id="d", text="Дом, мост.", source="Газета", tags=("Река",)),
        ]
    )
    rows = [tuple(row.values()) for row in corpus.facets("source")]
    assert rows == [("Газета", 2, 0.5), ("Ёж", 1, 0.25), ("Еж", 1, 0.25)]
    rows = [tuple(row.values()) for row in corpus.facets("tag")]
    assert rows == [("мост", 2, 0.5), ("Река", 1, 0.25), ("река", 1, 0.25)]
    # What a search finds is counted alike.
    for by in ("tag", "source", "author", "week", "year"):
        hits = corpus.search("мост OR дом", limit=0)
        assert list(hits.facets(by)) == list(corpus.facets(by))
    found = corpus.facets("source", "мост")
    assert found.to_arrow().column_names == ["source", "articles", "share", "of"]
    rows = [tuple(row.values()) for row in found]
    assert rows == [("Газета", 1, 0.5, 2), ("Ёж", 1, 1.0, 1), ("Еж", 1, 1.0, 1)]
    # Also by a query that names no words; values without a match stand last.
    rows = [tuple(row.values()) for row in corpus.facets("source", "source:Газета")]
    assert rows == [("Газета", 2, 1.0, 2), ("Ёж", 0, 0.0, 1), ("Еж", 0, 0.0, 1)]
    part = corpus.subcorpus("дом")
    assert [tuple(row.values()) for row in part.facets("source", "мост")] == [("Газета", 1, 0.5, 2)]
    months = corpus.facets("month")
    assert not len(months)
    assert months.provenance.settings == "by month · 4 articles without a date left out"
    assert months.provenance.counts == "articles"
    with pytest.raises(CorpusError) as error:
        corpus.facets("lemma")
    assert "source, author, tag" in error.value.hint
