"""Periods: the names of days, weeks, months and years, and which come between two of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

PERIODS = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "year": "%Y"}
"""Periods and the form of their names: 2024-03-05, 2024-W10, 2024-03, 2024."""

_MOST = 4000
"""So many periods are listed without a gap: days of eleven years."""


def without_gaps(names: Sequence[str], by: str) -> tuple[list[str], bool]:
    """Return the periods from the first of some to the last, and whether those between are there.

    Where thousands lie between, because of one article of 1905, only those given are returned,
    in order.
    """
    known = sorted(names)
    if not known:
        return [], True
    first, last = _number(known[0], by), _number(known[-1], by)
    if last - first >= _MOST:
        return known, False
    return [_name(number, by) for number in range(first, last + 1)], True


def _number(name: str, by: str) -> int:
    """Return a number that is one more for the next period."""
    year, _, rest = name.partition("-")
    if by == "year":
        return int(year)
    if by == "month":
        return int(year) * 12 + int(rest) - 1
    if by == "week":
        return dt.date.fromisocalendar(int(year), int(rest[1:]), 1).toordinal() // 7
    return dt.date.fromisoformat(name).toordinal()


def _name(number: int, by: str) -> str:
    if by == "year":
        return f"{number:04}"
    if by == "month":
        return f"{number // 12:04}-{number % 12 + 1:02}"
    if by == "week":
        # Day 1 was a Monday, so that week n begins on day 7n + 1.
        year, week, _ = dt.date.fromordinal(number * 7 + 1).isocalendar()
        return f"{year:04}-W{week:02}"
    return dt.date.fromordinal(number).isoformat()
