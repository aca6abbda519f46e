"""Timelines: how often something is said from one day, week, month or year to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus import arrow
from corpus.columns.columns import Numbers
from corpus.concordance import Concordance
from corpus.errors import CorpusError
from corpus.fields import LISTS, field_named
from corpus.periods import PERIODS, without_gaps
from corpus.pictures import curves, panel
from corpus.render import counted
from corpus.results.provenance import Provenance
from corpus.results.result import Table
from corpus.scope import Scope
from corpus.search import query_tree
from corpus.statistics.behind import Articles, Behind, behind
from corpus.statistics.fields import any_version
from corpus.statistics.intervals import clumping, ipm_interval, share_interval
from corpus.statistics.selection import COUNTS, NOUNS, check_unit, settings, size_in
from corpus.text.collation import alphabetical

SPLITS = ("source", *LISTS)


class Timeline(Table):
    """A row a period, in order of time; of several lines one stands after the other.

    `series` names the column that tells lines apart, "" if there is but one. `undated` is the
    number of articles that were left out because they have no date, as the provenance says.
    """

    def __init__(
        self,
        table: pa.Table,
        provenance: Provenance | Callable[[], Provenance],
        *,
        scope: Scope,
        queries: list[str],
        by: str,
        unit: str,
        series: str,
        undated: int,
        points: _Points,
    ) -> None:
        super().__init__(table, provenance)
        self.by = by
        self.unit = unit
        self.series = series
        self.undated = undated
        self._scope = scope
        self._queries = queries
        self._points = points
        self._whole = table

    def _picture(self, **options: Any) -> Any:
        title = ", ".join(self._queries)
        table = self.to_arrow()
        picture = curves.timeline(table, **{"series": self.series, "title": title, **options})
        if self.series and self.series not in table.column_names:
            return picture
        try:
            lines = self._behind(table)
        except CorpusError:
            # A query that names no words finds articles, but no places in them.
            return picture
        names = table.column(self.series).to_pylist() if self.series else []
        return panel.with_lines(picture, lines.lines, lines.found.tolist(), names)

    def _behind(self, table: pa.Table) -> Behind:
        """Return the lines behind rows of this timeline, which are its points."""
        keys = [name for name in (self.series, "period") if name]
        places = {row: place for place, row in enumerate(_records(table, keys))}
        place = np.array([places.get(row, -1) for row in _records(self._whole, keys)], np.int64)
        point = place[self._points.point]
        # Of several queries each has its own points; lines by a field are all of one query.
        query = self._points.point * len(self._queries) // max(1, self._points.points)
        articles = [
            Articles(point[own], self._points.row[own])
            for own in ((query == n) & (point >= 0) for n in range(len(self._queries)))
        ]
        return behind(self._scope, self._queries, articles, len(table), panel.LINES)

    def concordance(
        self,
        period: str,
        line: str | None = None,
        *,
        context: int | Literal["sentence"] = 8,
        sort: str | Sequence[str] = (),
    ) -> Concordance:
        """Return the places that a point stands for: all in one period, as `"2024-03"`.

        Of a timeline of several queries, `line` says which; of one by source, it may name the
        source, as `""` those articles that have none. `context` and `sort` are those of
        `Corpus.concordance`.
        """
        query, scope = self._line(line)
        periods = without_gaps(self._scope.field(self.by).values, self.by)[0]
        if period not in periods:
            there = f"from {periods[0]} to {periods[-1]}" if periods else "none"
            raise CorpusError(f"no {self.by} {period!r} in the timeline", f"there are: {there}")
        part = _having(scope, self.by, period)
        levels = (sort,) if isinstance(sort, str) else tuple(sort)
        return Concordance(part, part.matches(query), query, context=context).sort(*levels)

    def _line(self, line: str | None) -> tuple[str, Scope]:
        """Return the query of a line, and the articles it is about."""
        if self.series in SPLITS:
            scope = self._scope if line is None else _having(self._scope, self.series, line)
            if line is not None and not scope.articles:
                raise CorpusError(f"no {self.series} {line!r} in the timeline")
            return self._queries[0], scope
        query = line or ("" if len(self._queries) > 1 else self._queries[0])
        if query not in self._queries:
            known = ", ".join(self._queries)
            problem = f"no line {line!r}" if line else "the timeline has several lines"
            raise CorpusError(problem, f"name one of: {known}")
        return query, self._scope


def _records(table: pa.Table, keys: list[str]) -> Iterator[tuple[Any, ...]]:
    return zip(*(table.column(name).to_pylist() for name in keys), strict=True)


class _Points(NamedTuple):
    """The articles that each point of a timeline is made of, one after the other."""

    point: Numbers
    row: Numbers
    found: Numbers
    """How often the query is found in the article, or whether it matches it."""
    points: int

    def sums(self, values: NDArray[Any]) -> Numbers:
        """Return the sum of the articles' values at each point."""
        found = np.bincount(self.point, weights=values, minlength=self.points)
        return found.astype(np.int64)


def timeline(
    scope: Scope,
    query: str | Iterable[str],
    *,
    by: str = "month",
    unit: str = "token",
    split: str = "",
) -> Timeline:
    """Count what a query finds in each period; of several queries, or by source, line by line.

    Every period from that of the first article to that of the last has its row, unless there are
    thousands. Where a period has no words, ipm is missing, and not 0.

    With unit="story" versions of one article are one story, in the period of the first of them,
    which matches if any of them does; in lines by a field each value has its own first version.
    """
    queries = [query] if isinstance(query, str) else list(dict.fromkeys(query))
    split = field_named(split)
    _check(queries, by, unit, split)
    periods, complete = without_gaps(scope.field(by).values, by)
    counts = [_counts(scope, text, unit) for text in queries]
    lines, line, row, count = (
        _split(scope, counts[0], split, unit) if split else _compared(scope, queries, counts, unit)
    )
    period = _period_of_row(scope, by, periods)[row]
    dated = period >= 0
    point = line[dated] * len(periods) + period[dated]
    points = _Points(point, row[dated], count[dated], len(lines) * len(periods))
    if unit == "token":
        measured = _frequencies(points, scope.row_words)
    else:
        measured = _shares(points, NOUNS[unit])
    series = split or ("" if isinstance(query, str) else "query")
    every = scope.first_versions if unit == "story" else scope.rows
    undated = len(np.setdiff1d(every, scope.field(by).row))
    unlined = size_in(scope, "story" if unit == "story" else "article") - _told(scope, row, unit)
    return Timeline(
        pa.table(_names(series, lines, periods) | measured),
        scope.provenance(
            queries,
            counts=COUNTS[unit],
            settings=_settings(by, unit, split, complete, undated, unlined),
        ),
        scope=scope,
        queries=queries,
        by=by,
        unit=unit,
        series=series,
        undated=undated,
        points=points,
    )


def _check(queries: Sequence[str], by: str, unit: str, split: str) -> None:
    if by not in PERIODS:
        raise CorpusError(f"no period {by!r}", f"use one of: {', '.join(PERIODS)}")
    check_unit(unit)
    if split and split not in SPLITS:
        raise CorpusError(f"no lines by {split!r}", f"use one of: {', '.join(SPLITS)}")
    if not queries:
        raise CorpusError("no query", "give a query or several")
    if split and len(queries) > 1:
        raise CorpusError(
            f"several queries cannot have a line each {split} as well",
            "give one query, or take subcorpora",
        )


def _counts(scope: Scope, query: str, unit: str) -> Numbers:
    """Return for each row how often the query is found in it, or whether it matches it."""
    if unit != "token":
        return (scope.state.matching(query_tree(query)) & scope.mask).astype(np.int64)
    return scope.matches(query).counts(len(scope.mask))


_Lines = tuple[list[str], Numbers, Numbers, Numbers]
"""The names of lines; then a line, a row and a count for each article of each line."""


def _compared(scope: Scope, queries: list[str], counts: list[Numbers], unit: str) -> _Lines:
    rows = scope.first_versions if unit == "story" else scope.rows
    if unit == "story":
        counts = [any_version(scope, count > 0).astype(np.int64) for count in counts]
    line = np.repeat(np.arange(len(queries)), len(rows))
    row = np.tile(rows, len(queries))
    return queries, line, row, np.concatenate([count[rows] for count in counts])


def _split(scope: Scope, count: Numbers, by: str, unit: str) -> _Lines:
    """Return a line for each value of a field, in alphabetical order."""
    field = scope.field(by)
    names = alphabetical(field.values)
    places = {name: place for place, name in enumerate(names)}
    line = np.array([places[name] for name in field.values], np.int64)[field.code]
    if unit == "story":
        # In the order of the corpus, so that the first of each line and story comes first.
        key = line * max(1, scope.stories) + scope.story[field.row]
        _, first, place = np.unique(key, return_index=True, return_inverse=True)
        found = np.zeros(len(first), np.int64)
        np.maximum.at(found, place, count[field.row])
        return names, line[first], field.row[first], found
    return names, line, field.row, count[field.row]


def _told(scope: Scope, row: Numbers, unit: str) -> int:
    """Return how many articles, or stories, have a line."""
    return len(np.unique(scope.story[row] if unit == "story" else row))


def _period_of_row(scope: Scope, by: str, periods: list[str]) -> Numbers:
    """Return the place of each row's period, -1 for articles without a date."""
    field = scope.field(by)
    places = {name: place for place, name in enumerate(periods)}
    period = np.full(len(scope.mask), -1, np.int64)
    period[field.row] = np.array([places[name] for name in field.values], np.int64)[field.code]
    return period


def _names(series: str, lines: list[str], periods: list[str]) -> dict[str, pa.Array]:
    named = [name for name in lines for _ in periods]
    columns = {series: arrow.strings(named)} if series else {}
    return columns | {"period": arrow.strings(periods * len(lines))}


def _frequencies(points: _Points, row_words: Numbers) -> dict[str, pa.Array]:
    """Return the columns of occurrences."""
    frequency = points.sums(points.found)
    own = row_words[points.row]
    words = points.sums(own)
    there = words > 0
    f, n = frequency[there], words[there]
    phi = clumping(points.found, own, points.point, points.points)
    low, high = ipm_interval(f, n, phi[there])
    return {
        "frequency": arrow.from_numbers(frequency),
        "words": arrow.from_numbers(words),
        "ipm": _where(there, 1e6 * f / n),
        "low": _where(there, low),
        "high": _where(there, high),
        **_articles(points),
    }


def _shares(points: _Points, noun: str) -> dict[str, pa.Array]:
    """Return the columns of articles, or stories."""
    counted = _articles(points, noun)
    articles, total = (arrow.numbers(counted[name]) for name in (noun, f"{noun}_total"))
    there = total > 0
    low, high = share_interval(articles[there], total[there])
    return {
        **counted,
        "share": _where(there, articles[there] / total[there]),
        "low": _where(there, low),
        "high": _where(there, high),
    }


def _where(there: NDArray[np.bool_], values: NDArray[Any]) -> pa.Array:
    """Return a column with values where they are there, and nothing elsewhere."""
    column = np.zeros(len(there))
    column[there] = values
    return arrow.from_numbers(column, there)


def _articles(points: _Points, noun: str = "articles") -> dict[str, pa.Array]:
    total = np.bincount(points.point, minlength=points.points)
    return {
        noun: arrow.from_numbers(points.sums(points.found > 0)),
        f"{noun}_total": arrow.from_numbers(total.astype(np.int64)),
    }


def _settings(by: str, unit: str, split: str, complete: bool, undated: int, unlined: int) -> str:
    noun = "story" if unit == "story" else "article"
    said = [
        f"by {by}",
        f"unit {unit}",
        f"a line each {split}" if split else "",
        f"{counted(unlined, noun)} without {split} in no line" if unlined else "",
        "" if complete else "periods without articles not shown",
        f"{counted(undated, noun)} without a date left out" if undated else "",
        f"95 % intervals, {NOUNS[noun]} as sampling units",
    ]
    return settings(*said)


def _having(scope: Scope, name: str, value: str) -> Scope:
    """Return the articles that have a value of a metadata field."""
    field = scope.field(name)
    mask = np.zeros(len(scope.mask), bool)
    if value in field.values:
        mask[field.row[field.code == field.values.index(value)]] = True
    said = f"{'date' if name in PERIODS else name}:{value}"
    return scope.within(mask, " AND ".join(filter(None, (scope.name, said))))
