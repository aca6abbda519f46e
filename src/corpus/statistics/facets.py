"""Facets: how many articles each source, author, tag, month … has, and how many a query matches."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from corpus.columns.columns import Numbers
from corpus.fields import field_named
from corpus.pictures import bars
from corpus.results.result import Table
from corpus.scope import ARTICLES, Scope
from corpus.search import query_tree
from corpus.statistics.fields import left_out, sums
from corpus.statistics.ordering import descending_by_name
from corpus.statistics.selection import settings


def facets(scope: Scope, by: str, query: str = "") -> Table:
    """Count articles by a metadata field, the value with most of them first.

    Columns <by>, `articles` and `share` of all articles of the scope; with a query `articles` are
    those that it matches, `of` all that have the value, and `share` is of these. An article with
    several values counts for each of them. Any query will do, also one that names no words.
    """
    by = field_named(by)
    field = scope.field(by)
    rows = len(scope.mask)
    of = sums(field, np.ones(rows, np.int64))
    articles = sums(field, _matching(scope, query)) if query.strip() else of
    total = of if query.strip() else np.full(len(of), scope.articles)
    names = pa.array(field.values, pa.string())
    order = descending_by_name(articles, names)
    data = {
        by: names.take(order),
        "articles": pa.array(articles[order]),
        "share": pa.array((articles / np.maximum(total, 1))[order]),
    }
    if query.strip():
        data["of"] = pa.array(of[order])
    said = settings(f"by {by}", left_out(scope, by))
    return Table(
        pa.table(data),
        scope.provenance(query, counts=ARTICLES, settings=said),
        picture=bars.frequencies,
    )


def _matching(scope: Scope, query: str) -> Numbers:
    """Return 1 for each row that a query matches."""
    return (scope.mask & scope.state.matching(query_tree(query))).astype(np.int64)
