"""Values as people read them: short, and numbers alike within a column. Data are never altered."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from corpus.render import cell, clipped, grouped, visible

# Columns of numbers that are names and not amounts: 2024, not 2 024.
_NAMES = frozenset({"year", "article", "position"})
# Above this, a number of digits tells nobody anything.
_LARGE = 1e15


class Grid(NamedTuple):
    """Rows of text, column names first, and which columns are numbers."""

    columns: list[str]
    rows: list[list[str]]
    numeric: list[bool]


def grid(records: Sequence[Mapping[str, Any]], columns: Sequence[str], longest: int) -> Grid:
    """Return records as text; what is longer than `longest` characters ends in `…`."""
    values = {name: [record[name] for record in records] for name in columns}
    numeric = [is_numeric(values[name]) for name in columns]
    texts = [
        _numbers(values[name], name) if number else [_text(v, longest) for v in values[name]]
        for name, number in zip(columns, numeric, strict=True)
    ]
    names = [clipped(visible(name).replace("\n", " "), longest) for name in columns]
    return Grid(names, [list(row) for row in zip(*texts, strict=True)], numeric)


def is_numeric(values: Sequence[Any]) -> bool:
    """Return whether values are numbers, some missing perhaps but not all."""
    given = [value for value in values if value is not None]
    return bool(given) and all(type(value) in (int, float) for value in given)


def _numbers(values: Sequence[int | float | None], name: str) -> list[str]:
    decimals = _decimals([v for v in values if isinstance(v, float) and math.isfinite(v)])
    return [_number(value, name, decimals) for value in values]


def _decimals(values: Sequence[float]) -> int:
    """Return how many decimals a column gets: the larger its numbers, the fewer."""
    largest = max(map(abs, values), default=0.0)
    return 1 if largest >= 100 else 2 if largest >= 1 else 3


def _number(value: int | float | None, name: str, decimals: int) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value) if name in _NAMES else grouped(value)
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else str(value)
    if abs(value) >= _LARGE:
        return f"{value:.4g}"
    if value and abs(value) < 10**-decimals:
        return f"{value:.2g}"
    return f"{value:,.{decimals}f}".replace(",", " ")


def _text(value: Any, longest: int) -> str:
    if isinstance(value, str):
        # Before anything else is done to it: it may be a whole book.
        value = value[: longest + 1]
    text = clipped(str(cell(value)), longest)
    return clipped(visible(text.replace("\n", " ")), longest)
