"""Frequencies of a real corpus against the naive ones, and the laws that they keep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import naive_statistics
import pytest
from counted_corpora import corpus_of, some_articles, spans_of, tokens_of
from naive_corpus import words_of

from corpus import Article, Corpus, CorpusError
from corpus.counting import Counting
from corpus.scope import PERIODS
from corpus.text.collation import ranks

QUERIES = ("мост", '"мост река"~3', "стали NEAR/4 в", "=моста", "дом*")


@pytest.fixture(scope="module", params=range(3))
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Random corpora; tests must not change them."""
    return corpus_of(some_articles(request.param), tmp_path_factory.mktemp("random"))


def rows_of(table: Any, name: str) -> dict[str, tuple[int, float, int]]:
    return {
        row[name]: (row["frequency"], pytest.approx(row["ipm"]), row["articles"]) for row in table
    }


@pytest.mark.parametrize("by", ["lemma", "form", "pos", "tag"])
def test_words_are_counted_as_one_by_one(corpus: Corpus, by: str) -> None:
    for part in (corpus, corpus.subcorpus(source="А"), ~corpus.subcorpus("мост")):
        articles = tokens_of(part)
        for pos in (None, "NOUN", ["ADJ", "verb"]):
            wanted = {pos} if isinstance(pos, str) else {p.upper() for p in pos or ()}
            each = [
                [(n, n + 1) for n, w in enumerate(words_of(a)) if not wanted or w.pos in wanted]
                for a in articles
            ]
            expected = naive_statistics.match_frequencies(articles, each, by)
            table = part.frequencies(by=by, pos=pos)
            assert rows_of(table, by) == {key[0]: tuple(row) for key, row in expected.items()}
            if by == "lemma":
                parts = naive_statistics.parts_of_speech(articles, pos=sorted(wanted) or None)
                assert {row["lemma"]: row["pos"] for row in table} == parts


@pytest.mark.parametrize("query", QUERIES)
def test_matches_are_counted_as_one_by_one(corpus: Corpus, query: str) -> None:
    for part in (corpus, corpus.subcorpus(source="Б")):
        articles, spans = tokens_of(part), spans_of(part, query)
        for by in ("lemma", "form", "pos", "tag"):
            expected = naive_statistics.match_frequencies(articles, spans, by)
            table = part.frequencies(query, by=by)
            assert rows_of(table, by) == {" ".join(k): tuple(row) for k, row in expected.items()}
        kept = [
            [s for s in own if all(w.pos == "NOUN" for w in words_of(article)[slice(*s)])]
            for article, own in zip(articles, spans, strict=True)
        ]
        expected = naive_statistics.match_frequencies(articles, kept, "lemma")
        table = part.frequencies(query, pos="NOUN")
        assert rows_of(table, "lemma") == {" ".join(k): tuple(r) for k, r in expected.items()}
        assert {row["pos"] for row in table} <= {" ".join(["NOUN"] * n) for n in range(1, 9)}
        by_source = part.frequencies(query, by="source", pos="NOUN")
        assert sum(row["frequency"] for row in by_source) == sum(map(len, kept))


def labels_of(counting: Counting, by: str) -> list[list[str]]:
    labels = []
    for article in counting.articles():  # type: ignore[attr-defined]
        if by in PERIODS:
            labels.append([article["date"].strftime(PERIODS[by])] if article["date"] else [])
        else:
            labels.append(article["tags"] if by == "tags" else [article["source"]])
    return labels


@pytest.mark.parametrize("by", ["source", "tags", "day", "week", "month", "year"])
def test_fields_are_counted_as_one_by_one(corpus: Corpus, by: str) -> None:
    for part in (corpus, corpus.subcorpus("мост")):
        articles, labels = tokens_of(part), labels_of(part, by)
        for query in ("", *QUERIES):
            spans = spans_of(part, query) if query else None
            expected = naive_statistics.frequencies_by_field(articles, labels, spans)
            table = part.frequencies(query, by=by)
            assert table.to_arrow().column_names == [by, "frequency", "words", "ipm", "articles"]
            found = {
                row[by]: (row["frequency"], row["words"], row["ipm"], row["articles"])
                for row in table
            }
            assert found == {k: pytest.approx(tuple(row)) for k, row in expected.items()}


def test_an_author_named_twice_counts_once(tmp_path: Path) -> None:
    articles = [
        Article(id="a", text="Мост и река.", authors=("Анна", "Анна", "Борис")),
        Article(id="b", text="Мост.", authors=("Борис",)),
    ]
    found = list(corpus_of(articles, tmp_path).frequencies("мост", by="author"))
    assert [tuple(row.values())[:3] for row in found] == [("Борис", 2, 4), ("Анна", 1, 3)]


def test_laws(corpus: Corpus) -> None:
    half = corpus.subcorpus("река")
    for by in ("lemma", "form", "pos", "tag"):
        whole = corpus.frequencies(by=by)
        assert sum(row["ipm"] for row in whole) == pytest.approx(1e6)
        assert sum(row["frequency"] for row in whole) == corpus.info()["words"]
        # A part and its complement are the whole.
        sums: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
        for row in (*half.frequencies(by=by), *(~half).frequencies(by=by)):
            f, a = sums[row[by]]
            sums[row[by]] = f + row["frequency"], a + row["articles"]
        assert sums == {row[by]: (row["frequency"], row["articles"]) for row in whole}
        # Order: by frequency, then as Russian words stand in a dictionary.
        rows = list(whole)
        keys = list(zip((-r["frequency"] for r in rows), ranks([r[by] for r in rows]), strict=True))
        assert keys == sorted(keys)
        assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
        # A minimum cuts the same list.
        assert list(corpus.frequencies(by=by, minimum=3)) == [r for r in rows if r["frequency"] > 2]


@pytest.fixture(params=["bit by bit", "in another order", "after removing", "rebuilt"])
def otherwise(request: pytest.FixtureRequest) -> Callable[[list[Article], Path], Corpus]:
    """Ways to come to the same corpus."""

    def build(articles: list[Article], root: Path) -> Corpus:
        corpus = Corpus.create(root)
        if request.param == "one by one":
            for first in range(0, len(articles), 4):
                corpus.add(articles[first : first + 4])
        elif request.param == "in another order":
            corpus.add(articles[10:][::-1])
            corpus.frequencies(by="form")
            corpus.add(articles[:10])
        else:
            corpus.add(articles)
            gone = [article.id for article in articles[3:9]]
            corpus.remove(gone)
            corpus.frequencies(by="form")
            corpus.add(articles[3:9])
        if request.param == "rebuilt":
            corpus.rebuild()
        return corpus

    return build


def test_nothing_depends_on_how_articles_came(
    otherwise: Callable[[list[Article], Path], Corpus], tmp_path: Path
) -> None:
    articles = some_articles(11)
    one, other = (
        corpus_of(articles, tmp_path / "one"),
        otherwise(articles, tmp_path / "other"),
    )
    asked: list[Callable[[Counting], Any]] = [
        lambda c: c.frequencies(),
        lambda c: c.frequencies(by="form"),
        lambda c: c.frequencies(by="form", case=True),
        lambda c: c.frequencies("мост*", by="form"),
        lambda c: c.frequencies('"мост река"~3', by="lemma"),
        lambda c: c.frequencies("мост", by="month"),
        lambda c: c.frequencies(by="tags"),
        lambda c: c.ngrams(2, minimum=1),
        lambda c: c.ngrams(3, by="form", minimum=1, case=True),
        lambda c: c.ngrams(2, slots=("ADJ", None), minimum=1),
        lambda c: c.vocabulary(by="form", points=7),
        lambda c: c.vocabulary(points=7).figures,
        lambda c: c.facets("month", "мост"),
    ]
    for ask in asked:
        for part in (lambda c: c, lambda c: c.subcorpus("стали")):
            assert ask(part(one)).to_arrow().equals(ask(part(other)).to_arrow())


def test_words_of_removed_articles_are_gone(tmp_path: Path) -> None:
    articles = some_articles(5)
    corpus = corpus_of(articles, tmp_path / "all")
    corpus.remove([article.id for article in articles[:9]])
    rest = corpus_of(articles[9:], tmp_path / "rest")
    assert corpus.frequencies(by="form").to_arrow().equals(rest.frequencies(by="form").to_arrow())
    assert corpus.ngrams(2).to_arrow().equals(rest.ngrams(2).to_arrow())


def test_forms_keep_their_letters_only_if_asked(small: Corpus) -> None:
    forms = {row["form"] for row in small.frequencies(by="form")}
    assert "ёлка" in forms
    assert "елка" in forms
    assert "Ёлка" not in forms
    cased = {row["form"]: row["frequency"] for row in small.frequencies(by="form", case=True)}
    assert cased["Ёлка"] == 1
    assert cased["Мост"] == 2


def test_what_matches_are_made_of(small: Corpus) -> None:
    forms = small.frequencies("мост", by="form")
    assert [(row["form"], row["frequency"]) for row in forms] == [("мост", 3), ("моста", 1)]
    (pair,) = small.frequencies('"висячий мост"')
    assert (pair["lemma"], pair["pos"], pair["frequency"]) == ("висячий мост", "ADJ NOUN", 1)
    assert not len(small.frequencies("ничего"))
    assert (
        small.frequencies("ничего").to_arrow().schema
        == forms.to_arrow()
        .rename_columns(["rank", "lemma", *forms.to_arrow().column_names[2:]])
        .schema
    )


def test_provenance(small: Corpus) -> None:
    made = small.frequencies("мост", by="form", pos="noun", minimum=2).provenance
    assert made.query == "мост"
    assert made.settings == "by form · pos NOUN · minimum 2"
    assert made.counts == "words, punctuation not counted"
    made = small.subcorpus("мост", name="мосты").frequencies(by="source").provenance
    assert made.subcorpus == "мосты"
    assert made.counts == "words of the articles of each source, punctuation not counted"


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ({"by": "word"}, "lemma, form, pos, tag, tags, source, author, day, week, month, year"),
        ({"pos": "NUON"}, "NOUN"),
        ({"minimum": -1}, "number"),
        ({"query": "source:Газета"}, "give a word"),
    ],
)
def test_what_cannot_be_counted(sample: Corpus, asked: dict[str, Any], hint: str) -> None:
    with pytest.raises(CorpusError) as error:
        sample.frequencies(**asked)
    assert hint in error.value.hint


def test_nothing_to_count(tmp_path: Path, small: Corpus) -> None:
    empty = Corpus.create(tmp_path / "empty")
    none = small.subcorpus(ids=[])
    for corpus in (empty, none):
        for by in ("lemma", "form", "pos", "tag", "source", "tags", "month"):
            assert not len(corpus.frequencies(by=by))
            assert not len(corpus.frequencies("мост", by=by))
        assert not len(corpus.frequencies(pos="NOUN"))
    wordless = Corpus.create(tmp_path / "wordless")
    wordless.add([Article(id="a", text="— … !", source="Газета")])
    assert not len(wordless.frequencies())
    (row,) = wordless.frequencies(by="source")
    assert row == {"source": "Газета", "frequency": 0, "words": 0, "ipm": 0.0, "articles": 1}
