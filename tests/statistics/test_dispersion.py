"""Dispersion in real corpora: against the naive one, and what must hold of any."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import naive_statistics as naive
import pytest
from made_corpora import Read, made
from naive_corpus import find

from corpus import Article, Corpus, CorpusError

NAMES = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "year": "%Y"}
MEASURES = ("frequency", "parts", "range", "d", "dp", "dp_norm", "d2")


def labels(read: Read, by: str) -> list[str | None]:
    if by == "article":
        return [facts["id"] for facts in read.facts]
    if by == "source":
        return [facts["source"] or None for facts in read.facts]
    return [facts["date"].strftime(NAMES[by]) if facts["date"] else None for facts in read.facts]


def known(values: Any) -> list[Any]:
    """Return values with nothing in place of what is not a number."""
    return [None if value != value else pytest.approx(value, abs=1e-9) for value in values]


@pytest.mark.parametrize("by", ["article", "source", *NAMES])
def test_agrees_with_the_naive_dispersion(some: tuple[Corpus, Read], by: str) -> None:
    corpus, read = some
    own = labels(read, by)
    wanted = {"мост": ("мост",), '"мост река"': ("мост", "река"), "пингвин": ("пингвин",)}
    found = corpus.dispersion(list(wanted), by=by)
    assert [row["query"] for row in found] == list(wanted)
    kept = [number for number, label in enumerate(own) if label is not None]
    articles = [read.articles[number] for number in kept]
    for row, words in zip(found, wanted.values(), strict=True):
        expected = naive.dispersion(read.articles, find(read.articles, *words), own)
        assert [row[name] for name in MEASURES] == known(getattr(expected, m) for m in MEASURES)
        assert row["arf"] == pytest.approx(naive.arf(articles, find(articles, *words)))
        assert row["ipm"] == pytest.approx(1e6 * row["frequency"] / naive.size(articles))
    assert bool(found.notes) == (len(kept) < len(own))


@pytest.mark.parametrize("by", ["article", "source", "author", "month"])
def test_parts_are_those_that_were_measured(some: tuple[Corpus, Read], by: str) -> None:
    corpus, read = some
    found = corpus.dispersion(["мост", "река"], by=by)
    for row in found:
        own = [part for part in found.parts if part["query"] == row["query"]]
        assert len(own) == row["parts"]
        assert sum(part["frequency"] > 0 for part in own) == row["range"]
        assert all(part["words"] > 0 for part in own)
        names = [part["part"] for part in own]
        if by == "article":
            order = [facts["id"] for facts in read.facts]
            assert names == [name for name in order if name in set(names)]
        else:
            assert names == sorted(names, key=lambda name: name.lower().replace("ё", "е"))
        if by != "author":
            assert sum(part["frequency"] for part in own) == row["frequency"]


def test_an_article_of_two_authors_is_in_the_part_of_each(tmp_path: Path) -> None:
    corpus = made(
        tmp_path,
        [
            Article(id="a", text="Мост, река и мост.", authors=("Ёлкина", "Ершов")),
            Article(id="b", text="Паром стоит.", authors=("Ершов",)),
            Article(id="c", text="Ещё один мост."),
        ],
    )
    found = corpus.dispersion("мост", by="author")
    (row,) = found
    assert (row["frequency"], row["parts"], row["range"]) == (2, 2, 2)
    shown = [(part["part"], part["words"], part["frequency"]) for part in found.parts]
    assert shown == [("Ёлкина", 4, 2), ("Ершов", 6, 2)]
    assert found.notes == ("1 article without a known author left out",)


def test_each_measure_keeps_to_its_bounds(some: tuple[Corpus, Read]) -> None:
    corpus, _ = some
    words = ["мост", "река", "паром", "завод", "театр", "площадь", "открыть"]
    for row in corpus.dispersion(words):
        assert 0 <= row["range"] <= row["parts"]
        assert all(0 <= row[name] <= 1 for name in ("d", "dp", "dp_norm", "d2"))
        assert 0 < row["arf"] <= row["frequency"] + 1e-9


def test_a_part_of_a_corpus_is_measured_as_a_corpus(some: tuple[Corpus, Read]) -> None:
    corpus, read = some
    part = corpus.subcorpus(source="Газета")
    own = [facts["source"] == "Газета" for facts in read.facts]
    articles = [one for one, here in zip(read.articles, own, strict=True) if here]
    (row,) = part.dispersion("мост")
    expected = naive.dispersion(articles, find(articles, "мост"), range(len(articles)))
    assert [row[name] for name in MEASURES] == known(getattr(expected, name) for name in MEASURES)
    assert row["arf"] == pytest.approx(naive.arf(articles, find(articles, "мост")))


def test_nothing_depends_on_how_articles_were_added(alike: list[Corpus]) -> None:
    tables = []
    for by in ("article", "author", "source", "month"):
        for found in (corpus.dispersion(["мост", "театр"], by=by) for corpus in alike):
            tables.append((by, list(found), list(found.parts)))
    for place in range(0, len(tables), len(alike)):
        assert all(table == tables[place] for table in tables[place : place + len(alike)])


def test_what_cannot_be_measured_is_missing(tmp_path: Path) -> None:
    empty = Corpus.create(tmp_path / "empty")
    (row,) = empty.dispersion("мост")
    assert (row["frequency"], row["parts"], row["range"], row["arf"]) == (0, 0, 0, 0)
    assert all(row[name] is None for name in ("ipm", "d", "dp", "dp_norm", "d2"))
    assert len(empty.dispersion("мост", by="month").parts) == 0
    alone = made(tmp_path / "alone", [Article(id="a", text="Мост и мост.")])
    (row,) = alone.dispersion("мост")
    assert (row["dp"], row["d"], row["d2"]) == (0, None, None)
    (row,) = alone.dispersion("мост", by="year")
    assert (row["frequency"], row["parts"]) == (0, 0)


def test_what_is_not_known_is_named(small: Corpus) -> None:
    with pytest.raises(
        CorpusError, match="article, story, source, author, tag, day, week, month, year"
    ):
        small.dispersion("мост", by="outlet")
    with pytest.raises(CorpusError, match="no query"):
        small.dispersion([])
