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
DAYS_AGO = {"today": 0, "сегодня": 0, "yesterday": 1, "вчера": 1, "позавчера": 2}

_GAP, _QUARTER = "[-._ ]?", "(?:q|кв|квартал)"
# Each shape is tried on a whole bound, without case.
SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"(?P<year>[0-9]{4})",
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
        r"(?P<year>[0-9]{4})[-./](?P<month>[0-9]{1,2})",
        r"(?P<year>[0-9]{4})[-./](?P<month>[0-9]{1,2})[-./](?P<day>[0-9]{1,2})",
        r"(?P<month>[0-9]{1,2})[-./](?P<year>[0-9]{4})",
        r"(?P<day>[0-9]{1,2})[-./](?P<month>[0-9]{1,2})[-./](?P<year>[0-9]{4})",
        rf"(?P<year>[0-9]{{4}}){_GAP}{_QUARTER}{_GAP}(?P<quarter>[1-4])",
        rf"(?:(?P<quarter>[1-4]){_GAP}{_QUARTER}|q(?P<q>[1-4])){_GAP}(?P<year>[0-9]{{4}})",
        rf"(?P<year>[0-9]{{4}}){_GAP}w(?P<week>[0-9]{{1,2}})",
        rf"(?:(?P<day>[0-9]{{1,2}}){_GAP})?(?P<name>[^\W\d_]+){_GAP}(?P<year>[0-9]{{4}})",
        rf"(?P<year>[0-9]{{4}}){_GAP}(?P<name>[^\W\d_]+)",
    )
)
RANGE = re.compile(r"\s*(?:\.{2,3}|…|–|—|\s-\s)\s*|(?<=\S)\s+по\s+")
# What may stand around a date and says nothing: the word for year, the time of a time stamp.
_FROM = re.compile(r"=|с\s+|со\s+", re.I)
_IDLE = re.compile(
    r"(?<=[0-9])(?:\s?(?:г\.?|год[ау]?)|t[0-9]{1,2}:[0-9:.]+(?:z|[+-][0-9:]+)?)$", re.I
)
_APART = re.compile(r"[-./_ ]+")
SIGN = re.compile(r">=|<=|[<>≥≤]")


class Span(NamedTuple):
    """The first and the last day of a year, a month or a day."""

    first: dt.date
    last: dt.date


def _month_numbers() -> dict[str, int]:
    """Return every name of a month people type: three cases, short ones, English ones."""
    russian = "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"
    english = (
        "january february march april may june july august september october november december"
    )
    numbers = {"сент": 9, "нояб": 11, "sept": 9}
    for names in (russian, english):
        for place, name in enumerate(names.split(), 1):
            numbers[name] = numbers[name[:3]] = place
    for place, name in enumerate(russian.split(), 1):
        stem = name if name[-1] == "т" else name[:-1]
        numbers[stem + ("а" if name[-1] == "т" else "я")] = numbers[stem + "е"] = place
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
    if since := _FROM.match(text):
        place, text = place + since.end(), text[since.end() :]
    if dots := RANGE.search(text):
        return _range(text, dots, place, today)
    return _hyphened(text, place, today) or Date(*_span(text, place, today))


def _hyphened(text: str, place: int, today: dt.date | None) -> Date | None:
    """Return the range of two dates that a hyphen parts, None unless it is clear which does."""
    if _is_date(text):
        return None
    hyphens = [found for found in re.finditer("-", text) if 0 < found.start() < len(text) - 1]
    parting = [h for h in hyphens if _are_dates(text[: h.start()], text[h.end() :])]
    return _range(text, parting[0], place, today) if len(parting) == 1 else None


def _are_dates(left: str, right: str) -> bool:
    return all(map(_is_date, _completed(left, right)))


def _is_date(text: str) -> bool:
    return text.lower() in DAYS_AGO or any(shape.fullmatch(_bare(text)) for shape in SHAPES)


def _bare(text: str) -> str:
    """Return a date without what says nothing, in small letters."""
    return _IDLE.sub("", text.strip()).lower()


def _completed(left: str, right: str) -> tuple[str, str]:
    """Return both ends of a range in full: 2024-01..06, 1..9 мая 2024, январь-март-2024."""
    first, last = _APART.split(left), _APART.split(right)
    if left and right and not _is_date(right) and len(last) < len(first):
        right = left[: len(left) - len("-".join(first[-len(last) :]))] + right
    elif left and right and not _is_date(left) and len(first) < len(last):
        left += right[len("-".join(last[: len(first)])) :]
    return left, right


def _range(text: str, dots: re.Match[str], place: int, today: dt.date | None) -> Date:
    left, right = _completed(text[: dots.start()], text[dots.end() :])
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
        if found := shape.fullmatch(_bare(text)):
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
    quarter, week = parts.get("quarter") or parts.get("q"), parts.get("week")
    month = MONTHS[name] if name else int(parts.get("month") or 1)
    day = parts.get("day")
    try:
        if quarter:
            month = 3 * int(quarter)
            return Span(dt.date(year, month - 2, 1), _last(year, month))
        if week:
            first = dt.date.fromisocalendar(year, int(week), 1)
            return Span(first, first + dt.timedelta(days=6))
        if not name and not parts.get("month"):
            return Span(dt.date(year, 1, 1), dt.date(year, 12, 31))
        if day is None:
            return Span(dt.date(year, month, 1), _last(year, month))
        return Span(dt.date(year, month, int(day)), dt.date(year, month, int(day)))
    except (ValueError, OverflowError):
        hint = "Write day.month.year or year-month-day: date:24.10.2024, date:2024-10-24"
        raise Fault(place, f"There is no such date: {text}", hint) from None


def _last(year: int, month: int) -> dt.date:
    return dt.date(year, month, monthrange(year, month)[1])


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
