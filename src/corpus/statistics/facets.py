"""Facets: how many articles each source, author, tag, month … has, and how many a query matches."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.fields import field_named
from corpus.pictures import bars
from corpus.results.result import Table
from corpus.scope import Scope
from corpus.search import query_tree
from corpus.statistics.fields import held, left_out
from corpus.statistics.ordering import descending_by_name
from corpus.statistics.selection import COUNTS, NOUNS, UNITS, check_unit, settings, size_in


def facets(scope: Scope, by: str, query: str = "", *, unit: str = "article") -> Table:
    """Count articles by a metadata field, the value with most of them first.

    Columns <by>, `articles` and `share` of all articles of the scope; with a query `articles` are
    those that it matches, `of` all that have the value, and `share` is of these. An article with
    several values counts for each of them. Any query will do, also one that names no words. With
    unit="story" the column is `stories`: versions of one article count once under each value, and
    of periods only under that of the first one.
    """
    by = field_named(by)
    check_unit(unit, UNITS[1:])
    field = scope.field(by)
    of = held(scope, by, scope.mask, unit)
    articles = held(scope, by, _matching(scope, query), unit) if query.strip() else of
    total = of if query.strip() else np.full(len(of), size_in(scope, unit))
    names = pa.array(field.values, pa.string())
    order = descending_by_name(articles, names)
    # A month may have but later versions of stories.
    order = order[of[order] > 0]
    data = {
        by: names.take(order),
        NOUNS[unit]: pa.array(articles[order]),
        "share": pa.array((articles / np.maximum(total, 1))[order]),
    }
    if query.strip():
        data["of"] = pa.array(of[order])
    said = settings(f"by {by}", "unit story" if unit == "story" else "", left_out(scope, by))
    return Table(
        pa.table(data),
        scope.provenance(query, counts=COUNTS[unit], settings=said),
        picture=bars.frequencies,
    )


def _matching(scope: Scope, query: str) -> NDArray[np.bool_]:
    """Return which rows a query matches."""
    return scope.mask & scope.state.matching(query_tree(query))
