"""What may follow `date:`, and the first and last day it means."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable
from typing import NamedTuple

from corpus.query.faults import Fault, short
from corpus.query.tree import Date

FORMS = (
    "Write date:2024, date:2024-10, date:24.10.2024, date:октябрь-2024, date:2024-01..2024-06, "
    "date:>=2024-05 or date:none"
)
MISSING = frozenset({"none", "нет"})
DAYS_AGO = {"today": 0, "сегодня": 0, "yesterday": 1, "вчера": 1}

# Each shape is tried on a whole bound, without case.
SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"(?P<year>[0-9]{4})",
        r"(?P<year>[0-9]{4})[-./](?P<month>[0-9]{1,2})",
        r"(?P<year>[0-9]{4})[-./](?P<month>[0-9]{1,2})[-./](?P<day>[0-9]{1,2})",
        r"(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})",
        r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})",
        r"(?:(?P<day>[0-9]{1,2})[-._ ]?)?(?P<name>[^\W\d_]+)[-._ ]?(?P<year>[0-9]{4})",
        r"(?P<year>[0-9]{4})[-._ ]?(?P<name>[^\W\d_]+)",
    )
)
RANGE = re.compile(r"\.{2,3}|…|–|—")
SIGN = re.compile(r">=|<=|[<>≥≤]")


class Span(NamedTuple):
    """The first and the last day of a year, a month or a day."""

    first: dt.date
    last: dt.date


def _month_numbers() -> dict[str, int]:
    """Return every name of a month people type: nominative, genitive, short, English."""
    russian = "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"
    english = (
        "january february march april may june july august september october november december"
    )
    numbers = {"сент": 9, "нояб": 11, "sept": 9}
    for names in (russian, english):
        for place, name in enumerate(names.split(), 1):
            numbers[name] = numbers[name[:3]] = place
    for place, name in enumerate(russian.split(), 1):
        numbers[name + "а" if name[-1] == "т" else name[:-1] + "я"] = place
    return numbers


MONTHS = _month_numbers()


def parse_date(text: str, *, today: dt.date | None = None) -> Date:
    """Return the dates that the value of `date:` means.

    `today` is the day that сегодня and вчера count from. Raises QueryError.
    """
    try:
        return read_date(text.strip(), 0, today)
    except Fault as fault:
        raise fault.report(text) from None


def read_date(text: str, place: int, today: dt.date | None = None) -> Date:
    """Return the dates that `text`, found at `place` of a query, means; raise Fault."""
    if text.lower() in MISSING:
        return Date(missing=True)
    if sign := SIGN.match(text):
        return SIGNS[sign[0]](_span(text[sign.end() :], place + sign.end(), today), place)
    if dots := RANGE.search(text):
        return _range(text, dots, place, today)
    return Date(*_span(text, place, today))


def _range(text: str, dots: re.Match[str], place: int, today: dt.date | None) -> Date:
    left, right = text[: dots.start()], text[dots.end() :]
    if not left and not right:
        raise Fault(place, "A range of dates needs a date on one side at least", FORMS)
    first = _span(left, place, today).first if left else None
    last = _span(right, place + dots.end(), today).last if right else None
    if first and last and first > last:
        hint = f"Put the earlier date first: date:{right}..{left}"
        raise Fault(place, f"The range of dates is reversed: {first} comes after {last}", hint)
    return Date(first, last)


def _span(text: str, place: int, today: dt.date | None) -> Span:
    if text.lower() in DAYS_AGO:
        day = (today or dt.date.today()) - dt.timedelta(days=DAYS_AGO[text.lower()])
        return Span(day, day)
    for shape in SHAPES:
        if found := shape.fullmatch(text.lower()):
            return _resolve(found.groupdict(), text, place)
    if not text:
        raise Fault(place, "A date is missing here", FORMS)
    raise Fault(place, f"“{short(text)}” is not understood as a date", FORMS)


def _resolve(parts: dict[str, str | None], text: str, place: int) -> Span:
    """Return the days that the named parts of a shape mean; raise Fault if there are none."""
    name = parts.get("name")
    if name and name not in MONTHS:
        hint = "Write date:октябрь-2024 or date:2024-10"
        raise Fault(place, f"“{short(name)}” is not a month", hint)
    year = int(parts["year"] or 0)
    month = MONTHS[name] if name else int(parts.get("month") or 1)
    day = parts.get("day")
    try:
        if not name and not parts.get("month"):
            return Span(dt.date(year, 1, 1), dt.date(year, 12, 31))
        if day is None:
            return Span(dt.date(year, month, 1), dt.date(year, month, monthrange(year, month)[1]))
        return Span(dt.date(year, month, int(day)), dt.date(year, month, int(day)))
    except ValueError:
        hint = "Write day.month.year or year-month-day: date:24.10.2024, date:2024-10-24"
        raise Fault(place, f"There is no such date: {text}", hint) from None


def _from(span: Span, place: int) -> Date:
    return Date(first=span.first)


def _until(span: Span, place: int) -> Date:
    return Date(last=span.last)


def _after(span: Span, place: int) -> Date:
    if span.last == dt.date.max:
        raise Fault(place, f"No date comes after {span.last}", FORMS)
    return Date(first=span.last + dt.timedelta(days=1))


def _before(span: Span, place: int) -> Date:
    if span.first == dt.date.min:
        raise Fault(place, f"No date comes before {span.first}", FORMS)
    return Date(last=span.first - dt.timedelta(days=1))


SIGNS: dict[str, Callable[[Span, int], Date]] = {
    ">=": _from,
    "≥": _from,
    ">": _after,
    "<=": _until,
    "≤": _until,
    "<": _before,
}
