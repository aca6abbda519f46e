"""Articles counted by what is known of them: facets and timelines."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from corpus.fields import LISTS
from corpus.periods import PERIODS, without_gaps
from corpus.text.fold import fold


def count_by(column: pa.ChunkedArray, by: str) -> pa.Table:
    """Return columns `by`, `articles` and `share` of all articles, the most frequent first."""
    values = _facet_values(column, by)
    counted = pc.value_counts(values).to_pylist() if len(values) else []
    rows = sorted(counted, key=lambda row: (-row["counts"], *_in_order(row["values"] or "")))
    size = max(1, len(column))
    data = {
        by: pa.array([row["values"] or "" for row in rows], pa.string()),
        "articles": pa.array([row["counts"] for row in rows], pa.int64()),
        "share": pa.array([row["counts"] / size for row in rows], pa.float64()),
    }
    return pa.table(data)


def _in_order(value: str) -> tuple[str, str]:
    """Return what sorts values as Russian words."""
    return fold(value), value


def _facet_values(column: pa.ChunkedArray, by: str) -> pa.ChunkedArray:
    if by in PERIODS:
        return pc.strftime(column, format=PERIODS[by]).drop_null()
    return _distinct(column.combine_chunks()) if by in LISTS else column


def _distinct(lists: pa.ListArray) -> pa.ChunkedArray:
    """Return the values of lists, each once a list."""
    pairs = {"list": pc.list_parent_indices(lists), "value": pc.list_flatten(lists)}
    return pa.table(pairs).group_by(["list", "value"]).aggregate([]).column("value")


def count_over_time(dates: pa.ChunkedArray, by: str) -> pa.Table:
    """Return columns `period` and `articles` in order of time; dates that are null count nowhere.

    Periods with none are included, unless they are thousands.
    """
    # Day by day first: a period's name is worked out for days, not for articles.
    days = dates.drop_null().value_counts()
    named = pc.strftime(days.field("values"), format=PERIODS[by]).to_pylist()
    counts: dict[str, int] = {}
    for name, count in zip(named, days.field("counts").to_pylist(), strict=True):
        counts[name] = counts.get(name, 0) + count
    names, _ = without_gaps(list(counts), by)
    data = {
        "period": pa.array(names, pa.string()),
        "articles": pa.array([counts.get(name, 0) for name in names], pa.int64()),
    }
    return pa.table(data)
