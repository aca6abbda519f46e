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
from corpus.statistics.fields import sums
from corpus.statistics.selection import settings
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

BY = ("article", *FIELDS)

_MEASURES = {"d": juilland_d, "dp": gries_dp, "dp_norm": dp_norm, "d2": carroll_d2}


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


def dispersion(scope: Scope, queries: Iterable[str], *, by: str = "article") -> Dispersion:
    """Return how evenly each of some queries is spread over articles, sources or periods.

    Articles of which that is not known (no date, no source) are left out of everything, and their
    number is said. An article of several authors or tags is in the part of each.
    """
    by = field_named(by)
    if by not in BY:
        raise CorpusError(f"no parts by {by!r}", f"use one of: {', '.join(BY)}")
    queries = list(dict.fromkeys(queries))
    if not queries:
        raise CorpusError("no query", "give a query or several")
    parts = _by_article(scope) if by == "article" else _by_field(scope, by)
    known = scope if by == "article" else scope.within(_mask(parts.row, scope), scope.name)
    matches = [known.matches(query) for query in queries]
    counts = _counts(matches, parts, len(known.mask))
    left_out = scope.articles - known.articles
    what = f"a known {'date' if by in PERIODS else by}"
    note = f"{counted(left_out, 'article')} without {what} left out" if left_out else ""
    return Dispersion(
        _measured(queries, matches, counts, known),
        scope.provenance(queries, settings=settings(f"parts by {by}", note)),
        parts=lambda: _listed(queries, counts, parts),
        by=by,
        note=note,
    )


def _by_article(scope: Scope) -> _Parts:
    rows = scope.rows[scope.row_words[scope.rows] > 0]

    def names() -> list[str]:
        return list(scope.metadata(rows, ["id"]).column(0).to_pylist())

    return _Parts(rows, np.arange(len(rows)), scope.row_words[rows], names)


def _by_field(scope: Scope, by: str) -> _Parts:
    """Return a part for each value of a field that is known and has words."""
    field = scope.field(by)
    sizes = sums(field, scope.row_words)
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


def _measured(
    queries: list[str], matches: Sequence[Matches], counts: PartCounts, scope: Scope
) -> pa.Table:
    frequency = np.array([len(found.row) for found in matches])
    measures = {name: measure(counts) for name, measure in _MEASURES.items()}
    positions = (_positions(found, scope) for found in matches)
    arf = [average_reduced_frequency(own, scope.words) for own in positions]
    columns = {
        "query": arrow.strings(queries),
        "frequency": arrow.from_numbers(frequency),
        "ipm": arrow.known(1e6 * frequency / (scope.words or np.nan)),
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


def _listed(queries: list[str], counts: PartCounts, parts: _Parts) -> pa.Table:
    """Return a row for each query and part, also where it is not found."""
    frequency = np.zeros((len(queries), len(parts.sizes)), np.int64)
    frequency[counts.item, counts.part] = counts.count
    names = parts.names()
    columns = {
        "query": arrow.strings([query for query in queries for _ in names]),
        "part": arrow.strings(names * len(queries)),
        "words": arrow.from_numbers(np.tile(parts.sizes, len(queries))),
        "frequency": arrow.from_numbers(frequency.ravel()),
        "ipm": arrow.from_numbers((1e6 * frequency / parts.sizes).ravel()),
    }
    return pa.table(columns)
