"""What counts by metadata field share: sums by value, and what is left out."""

from __future__ import annotations

import numpy as np

from corpus.columns.columns import Numbers
from corpus.periods import PERIODS
from corpus.render import counted
from corpus.scope import Field, Scope


def sums(field: Field, values: Numbers) -> Numbers:
    """Return the sum of what the rows of each value of a field have; values are by row."""
    # Sums are exact as floats up to 2⁵³.
    found = np.bincount(field.code, weights=values[field.row], minlength=len(field.values))
    return found.astype(np.int64)


def left_out(scope: Scope, by: str) -> str:
    """Return what a provenance says of the articles that are in no period; nothing if all are."""
    if by not in PERIODS:
        return ""
    undated = scope.articles - len(scope.field("year").row)
    return f"{counted(undated, 'article')} without a date left out" if undated else ""
