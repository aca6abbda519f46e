"""Articles counted by what is known of them: facets and timelines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

# What articles can be counted by, and the column that tells it.
FACETS = {"source": "source", "author": "authors", "tag": "tags", "year": "date", "month": "date"}
PERIODS = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "year": "%Y"}


def count_by(column: pa.ChunkedArray, by: str) -> pa.Table:
    """Return columns `by`, `articles` and `share` of all articles, the most frequent first."""
    values = _facet_values(column, by)
    counted = pc.value_counts(values).to_pylist() if len(values) else []
    rows = sorted(counted, key=lambda row: (-row["counts"], row["values"] or ""))
    size = max(1, len(column))
    data = {
        by: pa.array([row["values"] or "" for row in rows], pa.string()),
        "articles": pa.array([row["counts"] for row in rows], pa.int64()),
        "share": pa.array([row["counts"] / size for row in rows], pa.float64()),
    }
    return pa.table(data)


def _facet_values(column: pa.ChunkedArray, by: str) -> pa.ChunkedArray:
    if by in PERIODS:
        return pc.strftime(column, format=PERIODS[by]).drop_null()
    return column if by == "source" else pc.list_flatten(column)


def count_over_time(dates: pa.ChunkedArray, by: str) -> pa.Table:
    """Return columns `period` and `articles` in order of time; dates that are null count nowhere.

    Months and years with none are included.
    """
    # Day by day first: a period's name is worked out for days, not for articles.
    days = dates.drop_null().value_counts()
    known = days.field("values").to_pylist()
    counts: dict[str, int] = dict.fromkeys(_all_periods(known, by), 0)
    for date, count in zip(known, days.field("counts").to_pylist(), strict=True):
        name = date.strftime(PERIODS[by])
        counts[name] = counts.get(name, 0) + count
    names = sorted(counts)
    data = {
        "period": pa.array(names, pa.string()),
        "articles": pa.array([counts[name] for name in names], pa.int64()),
    }
    return pa.table(data)


def _all_periods(dates: Sequence[dt.date], by: str) -> list[str]:
    """Return every month or year between the first date and the last, so that gaps show."""
    if not dates or by not in ("month", "year"):
        return []
    first, last = min(dates), max(dates)
    if by == "year":
        return [str(year) for year in range(first.year, last.year + 1)]
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{month // 12}-{month % 12 + 1:02}" for month in months]
