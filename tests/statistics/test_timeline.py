"""Timelines of real corpora: against the naive ones, and what must hold of any."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import naive_statistics as naive
import pytest
from made_corpora import Read, made, some_articles
from naive_corpus import find

from corpus import Article, Corpus, CorpusError
from corpus.periods import without_gaps

NAMES = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "year": "%Y"}


def label(facts: Any, by: str) -> str | None:
    return facts["date"].strftime(NAMES[by]) if facts["date"] else None


@pytest.mark.parametrize("by", NAMES)
def test_agrees_with_the_naive_timeline(some: tuple[Corpus, Read], by: str) -> None:
    corpus, read = some
    labels = [label(facts, by) for facts in read.facts]
    for query, wanted in (("мост", ("мост",)), ('"мост река"', ("мост", "река"))):
        expected = naive.timeline(read.articles, find(read.articles, *wanted), labels)
        found = corpus.timeline(query, by=by)
        shares = corpus.timeline(query, by=by, unit="article")
        assert found.undated == labels.count(None)
        for row, share in zip(found, shares, strict=True):
            moment = expected.pop(row["period"], None)
            if moment is None:
                assert row["words"] == row["articles_total"] == share["articles_total"] == 0
                assert row["ipm"] is row["low"] is share["share"] is share["low"] is None
                continue
            counts = ("frequency", "words", "articles", "articles_total")
            assert [row[name] for name in counts] == [getattr(moment, name) for name in counts]
            assert (share["articles"], share["articles_total"]) == (row["articles"], moment[6])
            if moment.words:
                assert (row["ipm"], row["low"], row["high"]) == pytest.approx(moment[2:5])
            assert (share["share"], share["low"], share["high"]) == pytest.approx(moment[7:])
        assert not expected


@pytest.mark.parametrize("by", NAMES)
def test_every_period_between_the_first_and_the_last_has_a_row(
    some: tuple[Corpus, Read], by: str
) -> None:
    corpus, read = some
    dates = [facts["date"] for facts in read.facts if facts["date"]]
    days = (max(dates) - min(dates)).days
    every = {(min(dates) + dt.timedelta(n)).strftime(NAMES[by]) for n in range(days + 1)}
    assert [row["period"] for row in corpus.timeline("мост", by=by)] == sorted(every)


def test_a_point_opens_its_lines(some: tuple[Corpus, Read]) -> None:
    corpus, _ = some
    timeline = corpus.timeline("мост", by="week")
    for row in timeline:
        lines = timeline.concordance(row["period"])
        assert len(lines) == row["frequency"]
        assert {line.date.strftime(NAMES["week"]) for line in lines if line.date} <= {row["period"]}
    last = timeline.filter(period=row["period"])
    assert len(last.concordance(row["period"])) == last[0]["frequency"]
    assert "date:" in timeline.concordance(row["period"]).provenance.subcorpus


def test_lines_of_several_queries_are_those_of_each(some: tuple[Corpus, Read]) -> None:
    corpus, _ = some
    both = corpus.timeline(["мост", "река", "мост"])
    alone = [{"query": q, **row} for q in ("мост", "река") for row in corpus.timeline(q)]
    assert list(both) == alone
    row = alone[-1]
    assert len(both.concordance(row["period"], "река")) == row["frequency"]
    with pytest.raises(CorpusError, match="name one of: мост, река"):
        both.concordance(row["period"])
    assert both.provenance.query == "мост; река"


@pytest.mark.parametrize("split", ["source", "author"])
def test_lines_by_a_field_are_those_of_subcorpora(some: tuple[Corpus, Read], split: str) -> None:
    corpus, _ = some
    timeline = corpus.timeline("мост", by="year", split=split)
    names = list(dict.fromkeys(row[split] for row in timeline))
    assert names == sorted(names, key=lambda name: name.lower().replace("ё", "е"))
    for name in filter(None, names):
        own = {row["period"]: row for row in timeline if row.pop(split) == name}
        for row in corpus.subcorpus(**{split: name}).timeline("мост", by="year"):
            assert own.pop(row["period"]) == row
            assert len(timeline.concordance(row["period"], name)) == row["frequency"]
        assert not any(row["articles_total"] for row in own.values())


def test_a_timeline_and_that_of_the_rest_add_up(some: tuple[Corpus, Read]) -> None:
    corpus, _ = some
    part = corpus.subcorpus(source="Газета")
    whole = {row["period"]: row for row in corpus.timeline("река")}
    halves = [row for half in (part, ~part) for row in half.timeline("река")]
    for name in ("frequency", "words", "articles", "articles_total"):
        for period, row in whole.items():
            assert sum(t[name] for t in halves if t["period"] == period) == row[name]


def test_nothing_depends_on_how_articles_were_added(alike: list[Corpus]) -> None:
    first, *others = (
        [*c.timeline(["мост", "паром"]), *c.timeline("мост", split="author", unit="article")]
        for c in alike
    )
    assert first
    assert all(other == first for other in others)


def test_what_was_removed_counts_no_more(tmp_path: Path) -> None:
    corpus = made(tmp_path / "a", some_articles(3))
    corpus.timeline("мост")
    corpus.remove(["a000", "a005"])
    fresh = made(tmp_path / "b", [a for a in some_articles(3) if a.id not in ("a000", "a005")])
    assert list(corpus.timeline("мост")) == list(fresh.timeline("мост"))


def test_nothing_to_count_is_no_error(tmp_path: Path) -> None:
    empty = Corpus.create(tmp_path / "empty")
    assert len(empty.timeline("мост")) == len(empty.timeline("мост", split="source")) == 0
    with pytest.raises(CorpusError, match="there are: none"):
        empty.timeline("мост").concordance("2024")
    undated = made(tmp_path / "undated", [Article(id="a", text="Мост.")])
    timeline = undated.timeline("мост", unit="article")
    assert (len(timeline), timeline.undated) == (0, 1)
    assert "1 article without a date" in timeline.provenance.settings
    assert timeline.notes == ("1 article without a date left out",)


def test_a_word_that_occurs_nowhere_may_still_have_been_missed(small: Corpus) -> None:
    (row,) = small.timeline("пингвин")
    assert (row["frequency"], row["ipm"], row["low"]) == (0, 0, 0)
    assert row["high"] == pytest.approx(3.688879 / row["words"] * 1e6)


def test_articles_can_be_asked_for_without_words(small: Corpus) -> None:
    (row,) = small.timeline("source:Газета -паром", unit="article")
    assert (row["articles"], row["articles_total"]) == (2, 4)


def test_what_is_not_known_is_named(small: Corpus) -> None:
    for given, said in (
        ({"by": "decade"}, "day, week, month, year"),
        ({"unit": "byte"}, "token or article"),
        ({"split": "month"}, "source, author, tag"),
    ):
        with pytest.raises(CorpusError, match=said):
            small.timeline("мост", **given)  # type: ignore[arg-type]
    with pytest.raises(CorpusError, match="no query"):
        small.timeline([])
    with pytest.raises(CorpusError, match="several queries"):
        small.timeline(["мост", "река"], split="source")
    with pytest.raises(CorpusError, match="from 2024-01 to 2024-01"):
        small.timeline("мост").concordance("2024")
    with pytest.raises(CorpusError, match="no source 'Ёж'"):
        small.timeline("мост", split="source").concordance("2024-01", "Ёж")


def test_one_article_of_long_ago_does_not_make_thousands_of_rows() -> None:
    names, complete = without_gaps(["2024-05-02", "1905-01-09", "2024-04-30"], "day")
    assert (names, complete) == (["1905-01-09", "2024-04-30", "2024-05-02"], False)
    names, complete = without_gaps(["2021-W02", "2020-W52"], "week")
    assert (names, complete) == (["2020-W52", "2020-W53", "2021-W01", "2021-W02"], True)
    assert without_gaps(["0999", "1001"], "year")[0] == ["0999", "1000", "1001"]
    assert without_gaps([], "day") == ([], True)
