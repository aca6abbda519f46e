"""The lines behind the points of a timeline: how many each has, and some of them to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from corpus import arrow
from corpus.columns.columns import Numbers
from corpus.concordance import Concordance
from corpus.scope import Matches, Scope

# So many lines are kept in all: they are a part of the picture, and of the notebook's file.
_ALL = 500


class Articles(NamedTuple):
    """Articles in the order of the corpus: the point of a timeline, and the row, of each."""

    point: Numbers
    row: Numbers


class Behind(NamedTuple):
    """How many lines each point has; some of them, `point` telling whose they are."""

    found: Numbers
    lines: pa.Table


class _Runs(NamedTuple):
    """What a query finds article by article, those of a point one after the other.

    `size` is the number of matches, `first` the place of the first one among all of the query's,
    `stop` the number of those in the runs up to this one.
    """

    point: Numbers
    size: Numbers
    first: Numbers
    stop: Numbers


def behind(
    scope: Scope, queries: Sequence[str], articles: Sequence[Articles], points: int, most: int
) -> Behind:
    """Return the lines behind so many points: at most `most` of each, evenly spaced over it.

    Each query has the articles that its points are made of. Where all points together would have
    too many lines each has fewer; where that is less than one, those with the most lines have one.
    """
    matches = [scope.matches(query) for query in queries]
    runs = [_runs(scope, m, a) for m, a in zip(matches, articles, strict=True)]
    found = np.zeros(points, np.int64)
    for run in runs:
        np.add.at(found, run.point, run.size)
    kept = _kept(found, most)
    tables = []
    for query, match, run in zip(queries, matches, runs, strict=True):
        point, place = _spaced(run, kept)
        lines = Concordance(scope, match.where(place), query).to_arrow()
        tables.append(lines.append_column("point", arrow.from_numbers(point)))
    return Behind(found, pa.concat_tables(tables))


def _runs(scope: Scope, matches: Matches, articles: Articles) -> _Runs:
    counts = matches.counts(len(scope.mask))
    order = scope.state.order
    first = np.zeros(len(counts), np.int64)
    first[order] = np.cumsum(counts[order]) - counts[order]
    there = counts[articles.row] > 0
    point, row = articles.point[there], articles.row[there]
    by_point = np.argsort(point, kind="stable")
    row = row[by_point]
    return _Runs(point[by_point], counts[row], first[row], np.cumsum(counts[row]))


def _kept(found: Numbers, most: int) -> Numbers:
    """Return how many lines of each point are kept."""
    each = _ALL // max(1, int(np.count_nonzero(found)))
    kept = np.minimum(found, min(most, max(1, each)))
    if not each:
        kept[np.argsort(-found, kind="stable")[_ALL:]] = 0
    return kept


def _spaced(runs: _Runs, kept: Numbers) -> tuple[Numbers, Numbers]:
    """Return the point of each line that is kept, and its place among the query's matches."""
    points, first_run = np.unique(runs.point, return_index=True)
    before = (runs.stop - runs.size)[first_run]
    found = np.append(before[1:], runs.stop[-1:]) - before
    size = kept[points]
    which = np.repeat(np.arange(len(points)), size)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(size) - size, size)
    # In the middle of as many equal stretches as there are lines to be kept.
    place = before[which] + (2 * nth + 1) * found[which] // (2 * size[which])
    run = np.searchsorted(runs.stop, place, "right")
    return points[which], runs.first[run] + place - (runs.stop - runs.size)[run]
