"""Dispersion: how evenly what queries find is spread over the parts of a corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus import arrow
from corpus.columns.columns import Numbers
from corpus.errors import CorpusError
from corpus.fields import FIELDS, field_named
from corpus.periods import PERIODS
from corpus.pictures import strips
from corpus.render import counted
from corpus.results.provenance import Provenance
from corpus.results.result import Table
from corpus.scope import Matches, Scope
from corpus.search import query_tree
from corpus.statistics.fields import held, sums
from corpus.statistics.selection import COUNTS, NOUNS, Unit, check_unit, settings, size_in
from corpus.statistics.spread import (
    PartCounts,
    average_reduced_frequency,
    carroll_d2,
    dp_norm,
    gries_dp,
    juilland_d,
    part_range,
)
from corpus.text.collation import alphabetical

BY = ("article", "story", *FIELDS)

_MEASURES = {"d": juilland_d, "dp": gries_dp, "dp_norm": dp_norm, "d2": carroll_d2}


_RATES = {"token": (1e6, "ipm"), "article": (1.0, "share"), "story": (1.0, "share")}


class Dispersion(Table):
    """A row a query; `parts` says how often each was found in each part."""

    def __init__(
        self,
        table: pa.Table,
        provenance: Provenance | Callable[[], Provenance],
        *,
        parts: Callable[[], pa.Table],
        by: str,
        note: str = "",
    ) -> None:
        super().__init__(table, provenance, notes=[note] if note else [])
        self.by = by
        self._make_parts = parts

    def _picture(self, **options: Any) -> Any:
        return strips.dispersion(self.parts.to_arrow(), **options)

    @cached_property
    def parts(self) -> Table:
        """A row a query and part: `query`, `part`, `words`, `frequency`, `ipm`.

        Articles come in the order of the corpus, by id; periods in that of time, the rest
        alphabetically.
        """
        return Table(self._make_parts(), lambda: self.provenance)


class _Parts(NamedTuple):
    """A division of articles: which article is in which part; one may be in several, or in none.

    Parts are numbered in the order in which they are shown; each has words.
    """

    row: Numbers
    part: Numbers
    sizes: Numbers
    names: Callable[[], list[str]]


def dispersion(
    scope: Scope, queries: Iterable[str], *, by: str = "article", unit: Unit = "token"
) -> Dispersion:
    """Return how evenly each of some queries is spread over articles, sources or periods.

    Articles of which that is not known (no date, no source) are left out of everything, and their
    number is said. An article of several authors or tags is in the part of each. By story the
    parts are first versions: reprints are left out.

    With unit="article" or "story" what is counted is articles or stories that match, and parts are
    as large as they have articles or stories: `articles` or `stories` and `share` stand in the
    place of `frequency` and `ipm`. A story is in the part of each of its versions, by period in
    that of the first one.
    """
    by = field_named(by)
    if by not in BY:
        raise CorpusError(f"no parts by {by!r}", f"use one of: {', '.join(BY)}")
    check_unit(unit)
    if unit != "token" and by not in FIELDS:
        raise CorpusError(
            f"by {by}, each part would be one {by}", "count by source, month …, or unit token"
        )
    queries = list(dict.fromkeys(queries))
    if not queries:
        raise CorpusError("no query", "give a query or several")
    parts = _by_field(scope, by, unit) if by in FIELDS else _by_article(scope, by)
    known = scope if by == "article" else scope.within(_mask(parts.row, scope), scope.name)
    if unit == "token":
        matches = [known.matches(query) for query in queries]
        counts = _counts(matches, parts, len(known.mask))
        places = [_positions(found, known) for found in matches]
    else:
        masks = [known.mask & known.state.matching(query_tree(query)) for query in queries]
        counts = _of_units(known, by, unit, masks, parts)
        places = [_unit_positions(known, unit, mask) for mask in masks]
    note = _left_out(scope, known, by)
    said = settings(f"parts by {by}", "" if unit == "token" else f"unit {unit}", note)
    return Dispersion(
        _measured(queries, places, counts, size_in(known, unit), unit),
        scope.provenance(queries, counts=COUNTS[unit], settings=said),
        parts=lambda: _listed(queries, counts, parts, unit),
        by=by,
        note=note,
    )


def _left_out(scope: Scope, known: Scope, by: str) -> str:
    """Return what is said of the articles that are in no part, nothing if all are in one."""
    if by == "story":
        reprints = scope.articles - scope.stories
        return f"{counted(reprints, 'reprint')} left out" if reprints else ""
    number = scope.articles - known.articles
    what = f"a known {'date' if by in PERIODS else by}"
    return f"{counted(number, 'article')} without {what} left out" if number else ""


def _by_article(scope: Scope, by: str) -> _Parts:
    """Return a part for each article, or first version, that has words."""
    rows = scope.first_versions if by == "story" else scope.rows
    rows = rows[scope.row_words[rows] > 0]

    def names() -> list[str]:
        return list(scope.metadata(rows, ["id"]).column(0).to_pylist())

    return _Parts(rows, np.arange(len(rows)), scope.row_words[rows], names)


def _by_field(scope: Scope, by: str, unit: Unit) -> _Parts:
    """Return a part for each value of a field that is known and has words, or articles."""
    field = scope.field(by)
    sizes = sums(field, scope.row_words) if unit == "token" else held(scope, by, scope.mask, unit)
    there = {value for value, size in zip(field.values, sizes, strict=True) if value and size}
    values = alphabetical(there)
    places = {value: place for place, value in enumerate(values)}
    part = np.array([places.get(value, -1) for value in field.values], np.int64)
    kept = part[field.code] >= 0
    order = np.flatnonzero(part >= 0)[np.argsort(part[part >= 0])]
    return _Parts(field.row[kept], part[field.code][kept], sizes[order], lambda: values)


def _mask(rows: Numbers, scope: Scope) -> NDArray[np.bool_]:
    mask = np.zeros(len(scope.mask), bool)
    mask[rows] = True
    return mask


def _counts(matches: Sequence[Matches], parts: _Parts, rows: int) -> PartCounts:
    """Return how often each query is found in each part where it is found."""
    item, part, count = [], [], []
    for number, found in enumerate(matches):
        own = np.bincount(parts.part, found.counts(rows)[parts.row], len(parts.sizes))
        part.append(np.flatnonzero(own))
        count.append(own[part[-1]].astype(np.int64))
        item.append(np.full(len(part[-1]), number))
    return PartCounts(
        np.concatenate(item), np.concatenate(part), np.concatenate(count), len(matches), parts.sizes
    )


def _of_units(
    scope: Scope, by: str, unit: Unit, masks: Sequence[NDArray[np.bool_]], parts: _Parts
) -> PartCounts:
    """Return how many articles or stories of each part match each query."""
    values = scope.field(by).values
    places = {value: place for place, value in enumerate(parts.names())}
    rows = np.zeros((len(masks), len(parts.sizes)), np.int64)
    for row, mask in zip(rows, masks, strict=True):
        for value, count in zip(values, held(scope, by, mask, unit).tolist(), strict=True):
            if value in places:
                row[places[value]] = count
    item, part = np.nonzero(rows)
    return PartCounts(item, part, rows[item, part], len(masks), parts.sizes)


def _unit_positions(scope: Scope, unit: Unit, mask: NDArray[np.bool_]) -> Numbers:
    """Return which articles or stories match, those of the scope being counted in order."""
    if unit == "story":
        return np.unique(scope.story[np.flatnonzero(mask)])
    return np.flatnonzero(mask[scope.rows])


def _measured(
    queries: list[str], places: Sequence[Numbers], counts: PartCounts, size: int, unit: Unit
) -> pa.Table:
    frequency = np.array([len(own) for own in places])
    measures = {name: measure(counts) for name, measure in _MEASURES.items()}
    arf = [average_reduced_frequency(own, size) for own in places]
    scale, rate = _RATES[unit]
    columns = {
        "query": arrow.strings(queries),
        NOUNS[unit]: arrow.from_numbers(frequency),
        rate: arrow.known(scale * frequency / (size or np.nan)),
        "parts": arrow.from_numbers(np.full(len(queries), counts.parts)),
        "range": arrow.from_numbers(part_range(counts)),
        **{name: arrow.known(values) for name, values in measures.items()},
        "arf": arrow.from_numbers(np.array(arf)),
    }
    return pa.table(columns)


def _positions(found: Matches, scope: Scope) -> Numbers:
    """Return the word at which each match starts, the articles being read in order."""
    before = scope.words_before - scope.state.columns.first_word[:-1]
    # Punctuation at the very end has no word after it.
    last = max(0, scope.words - 1)
    return np.asarray(np.minimum(before[found.row] + found.word, last))


def _listed(queries: list[str], counts: PartCounts, parts: _Parts, unit: Unit) -> pa.Table:
    """Return a row for each query and part, also where it is not found."""
    frequency = np.zeros((len(queries), len(parts.sizes)), np.int64)
    frequency[counts.item, counts.part] = counts.count
    names = parts.names()
    scale, rate = _RATES[unit]
    size = "words" if unit == "token" else "of"
    columns = {
        "query": arrow.strings([query for query in queries for _ in names]),
        "part": arrow.strings(names * len(queries)),
        size: arrow.from_numbers(np.tile(parts.sizes, len(queries))),
        NOUNS[unit]: arrow.from_numbers(frequency.ravel()),
        rate: arrow.from_numbers((scale * frequency / parts.sizes).ravel()),
    }
    return pa.table(columns)
