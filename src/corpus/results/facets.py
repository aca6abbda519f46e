"""Articles counted by what is known of them: facets and timelines.

Where stories are counted, a column `story` tells which articles are versions of one.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from corpus.fields import FIELDS, LISTS
from corpus.periods import PERIODS, without_gaps
from corpus.text.fold import fold

NOUNS = {"article": "articles", "story": "stories"}
"""What can be counted, and the column that holds how many there are."""


def count_by(rows: pa.Table, by: str, noun: str = "articles") -> pa.Table:
    """Return columns `by`, `articles` and `share` of all articles, the most frequent first.

    With stories their column is named so, and a story counts once under each value.
    """
    values, every = _facet_values(rows, by)
    counted = pc.value_counts(values).to_pylist() if len(values) else []
    ordered = sorted(counted, key=lambda row: (-row["counts"], *_in_order(row["values"] or "")))
    size = max(1, every)
    data = {
        by: pa.array([row["values"] or "" for row in ordered], pa.string()),
        noun: pa.array([row["counts"] for row in ordered], pa.int64()),
        "share": pa.array([row["counts"] / size for row in ordered], pa.float64()),
    }
    return pa.table(data)


def _in_order(value: str) -> tuple[str, str]:
    """Return what sorts values as Russian words."""
    return fold(value), value


def _facet_values(rows: pa.Table, by: str) -> tuple[pa.ChunkedArray, int]:
    """Return a value for each article, or story, that has it; and how many of these there are."""
    if by in PERIODS:
        dates = dates_of(rows)
        return pc.strftime(dates, format=PERIODS[by]).drop_null(), len(dates)
    column = rows.column(FIELDS[by])
    if "story" not in rows.column_names:
        return _distinct(column.combine_chunks()) if by in LISTS else column, len(rows)
    story = rows.column("story")
    if by in LISTS:
        lists = column.combine_chunks()
        story, column = story.take(pc.list_parent_indices(lists)), pc.list_flatten(lists)
    pairs = pa.table({"story": story, "value": column})
    values = pairs.group_by(["story", "value"]).aggregate([]).column("value")
    return values, len(rows.column("story").unique())


def _distinct(lists: pa.ListArray) -> pa.ChunkedArray:
    """Return the values of lists, each once a list."""
    pairs = {"list": pc.list_parent_indices(lists), "value": pc.list_flatten(lists)}
    return pa.table(pairs).group_by(["list", "value"]).aggregate([]).column("value")


def dates_of(rows: pa.Table) -> pa.ChunkedArray:
    """Return the date of each article, or that of the earliest version of each story."""
    if "story" not in rows.column_names:
        return rows.column("date")
    return rows.group_by("story").aggregate([("date", "min")]).column("date_min")


def count_over_time(dates: pa.ChunkedArray, by: str, noun: str = "articles") -> pa.Table:
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
        noun: pa.array([counts.get(name, 0) for name in names], pa.int64()),
    }
    return pa.table(data)
