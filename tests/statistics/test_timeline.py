"""Timelines of real corpora: against the naive ones, and what must hold of any."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import naive_statistics as naive
import pytest
from made_corpora import Read, made, some_articles
from naive_corpus import find

from corpus import Article, Corpus, CorpusError, pictures
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


def opened(timeline: Any) -> tuple[list[int], list[tuple[Any, ...]]]:
    """Return how many lines each point of a picture has, and the lines that it shows."""
    lines = timeline._behind(timeline.to_arrow())
    rows = lines.lines.select(["point", "article", "position", "match"]).to_pylist()
    return lines.found.tolist(), [tuple(row.values()) for row in rows]


@pytest.mark.parametrize("unit", ["token", "article"])
@pytest.mark.parametrize(
    ("query", "more"),
    [
        ("мост", {}),
        ('"мост река"', {}),
        (["мост", "река", '"мост река"'], {}),
        ("мост", {"split": "source"}),
        ("мост -паром", {"split": "author"}),
    ],
)
@pytest.mark.parametrize("by", ["year", "month"])
def test_a_picture_shows_lines_that_its_points_open(
    some: tuple[Corpus, Read], query: Any, more: Any, by: str, unit: Any
) -> None:
    corpus, _ = some
    for part in (corpus, corpus.subcorpus(source=["Газета", "Ведомости"])):
        timeline = part.timeline(query, by=by, unit=unit, **more)
        found, shown = opened(timeline)
        assert len(found) == len(timeline)
        for point, row in enumerate(timeline):
            line = row[timeline.series] if timeline.series else None
            lines = timeline.concordance(row["period"], line)
            assert found[point] == len(lines)
            places = [(2 * n + 1) * len(lines) // 10 for n in range(5)]
            own = list(lines) if len(lines) < 5 else [lines[n] for n in places]
            assert [rest for p, *rest in shown if p == point] == [
                [line.id, line.position, line.match] for line in own
            ]


def test_a_picture_shows_lines_of_the_rows_that_are_left(some: tuple[Corpus, Read]) -> None:
    corpus, _ = some
    timeline = corpus.timeline(["мост", "река"], by="year")
    found, shown = opened(timeline)
    turned = timeline[::-1]
    last = len(timeline) - 1
    assert opened(turned)[0] == found[::-1]
    assert sorted(opened(turned)[1]) == sorted((last - point, *rest) for point, *rest in shown)
    alone = timeline.filter(query="река")
    assert opened(alone)[0] == found[-len(alone) :]
    assert "vconcat" in alone.plot().on_screen
    assert "vconcat" not in timeline.select("period", "ipm").plot(series="").on_screen


def test_of_many_points_those_with_the_most_lines_show_some(
    some: tuple[Corpus, Read], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, _ = some
    timeline = corpus.timeline("мост", by="day")
    found, shown = opened(timeline)
    most = [point for point in range(len(found)) if found[point]]
    assert len(shown) > 2 * len(most)
    monkeypatch.setattr("corpus.statistics.behind._ALL", 2 * len(most) + 1)
    few = Counter(point for point, *_ in opened(timeline)[1])
    assert few == {point: min(2, found[point]) for point in most}
    monkeypatch.setattr("corpus.statistics.behind._ALL", 2)
    points = [point for point, *_ in opened(timeline)[1]]
    assert points == sorted(sorted(most, key=lambda point: -found[point])[:2])


def test_a_picture_has_no_lines_where_there_are_none(small: Corpus) -> None:
    timeline = small.timeline("source:Газета", unit="article")
    assert "vconcat" not in timeline.plot().on_screen
    assert len(opened(small.timeline("пингвин"))[1]) == 0
    assert "vconcat" in small.timeline("пингвин").plot().on_screen
    plain = pictures.timeline(small.timeline("мост").to_arrow())
    assert "vconcat" not in plain.on_screen


def test_a_picture_says_what_it_said_without_lines(small: Corpus) -> None:
    timeline = small.timeline("мост")
    said = {"series": "", "title": "мост", "footer": str(timeline.provenance)}
    assert timeline.plot().spec == pictures.timeline(timeline.to_arrow(), **said).spec


def test_a_picture_outlives_a_change_of_the_corpus(tmp_path: Path) -> None:
    corpus = made(tmp_path / "a", some_articles(3))
    timeline = corpus.timeline("мост", by="year")
    before = opened(timeline)
    corpus.remove(["a000", "a005"])
    corpus.rebuild()
    corpus.timeline("мост")
    assert opened(timeline) == before
    shutil.rmtree(corpus.root)
    assert opened(timeline) == before


def test_lines_of_articles_without_a_source_are_named_by_nothing(
    some: tuple[Corpus, Read],
) -> None:
    corpus, _ = some
    timeline = corpus.timeline("мост", by="year", split="source")
    row = next(row for row in timeline if row["source"] == "" and row["frequency"])
    assert len(timeline.concordance(row["period"], "")) == row["frequency"]
    assert len(timeline.concordance(row["period"])) > row["frequency"]


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
    assert repr(timeline).count("without a date") == 1


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
