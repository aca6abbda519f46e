"""What counts by metadata field share: sums by value, and what is left out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpus.arrow import changes
from corpus.columns.columns import Numbers
from corpus.periods import PERIODS
from corpus.render import counted
from corpus.scope import Field, Scope


def sums(field: Field, values: Numbers) -> Numbers:
    """Return the sum of what the rows of each value of a field have; values are by row."""
    # Sums are exact as floats up to 2⁵³.
    found = np.bincount(field.code, weights=values[field.row], minlength=len(field.values))
    return found.astype(np.int64)


def held(scope: Scope, by: str, mask: NDArray[np.bool_], unit: str) -> Numbers:
    """Return how many articles, or stories, of each value of a field are among some rows.

    A story counts once under each value that any of its versions has; under a period it does where
    its first version lies, whichever of them is among the rows.
    """
    field = scope.field(by)
    if unit == "article":
        return sums(field, mask.astype(np.int64))
    if by in PERIODS:
        return sums(field, any_version(scope, mask).astype(np.int64))
    here = mask[field.row]
    codes = max(1, len(field.values))
    key = np.sort(scope.story[field.row[here]] * codes + field.code[here])
    return np.bincount(key[changes(key)] % codes, minlength=len(field.values))


def any_version(scope: Scope, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows are first versions of stories of which any version is among some rows."""
    here = scope.rows[mask[scope.rows]]
    found = np.zeros(len(mask), bool)
    found[scope.first_versions[scope.story[here]]] = True
    return found


def left_out(scope: Scope, by: str) -> str:
    """Return what a provenance says of the articles that are in no period; nothing if all are."""
    if by not in PERIODS:
        return ""
    undated = scope.articles - len(scope.field("year").row)
    return f"{counted(undated, 'article')} without a date left out" if undated else ""
