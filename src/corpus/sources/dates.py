"""Dates as newspapers write them, read without guessing.

A date is taken as the source states it: no time zone is applied, day and month are never
swapped, and what is incomplete or impossible is left empty with a note that says so.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple
from urllib.parse import urlsplit

FIRST_YEAR = 1500
FIRST_URL_YEAR = 1900


class Stated(NamedTuple):
    """What a text says of a date; `problem` is "" when all of it was understood."""

    date: dt.date | None = None
    time: str = ""
    problem: str = ""


_MONTHS: tuple[tuple[int, str], ...] = (
    (1, "января январь янв january jan"),
    (2, "февраля февраль фев февр february feb"),
    (3, "марта март мар march mar"),
    (4, "апреля апрель апр april apr"),
    (5, "мая май may"),
    (6, "июня июнь июн june jun"),
    (7, "июля июль июл july jul"),
    (8, "августа август авг august aug"),
    (9, "сентября сентябрь сен сент september sep sept"),
    (10, "октября октябрь окт october oct"),
    (11, "ноября ноябрь ноя нояб november nov"),
    (12, "декабря декабрь дек december dec"),
)
MONTHS = {name: number for number, names in _MONTHS for name in names.split()}
_DAYS = (
    "понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс "
    "monday tuesday wednesday thursday friday saturday sunday mon tues tue wed thurs thur thu "
    "fri sat sun"
)

_TIME = r"(?P<time>\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,9})?)"
_ZONE = (
    r"(?:\s?(?P<zone>z|utc|gmt|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?|мск|msk))?"
    r"(?:\s?\([a-zа-я ]+\))?"
)
_CLOCK = rf"{_TIME}(?:\s?(?P<half>am|pm))?{_ZONE}"
_AFTER = rf"(?:(?:t|,?\s*(?:в|at|-|–|—|\|)?\s*){_CLOCK}(?:\s?ч\.?)?)?"
_MONTH = r"(?P<month>[a-zа-я]+)\.?"
_YEAR = r"(?P<year>\d{4})(?:\s?(?:года|год|г)\b\.?)?"
_DAY = r"(?P<day>\d{1,2})"


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(r"\d", "[0-9]") + r"\Z")


RULES: tuple[re.Pattern[str], ...] = (
    _rule(rf"(?P<year>\d{{4}})(?P<sep>[-./])(?P<month>\d{{1,2}})(?P=sep){_DAY}{_AFTER}"),
    _rule(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"),
    _rule(
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})t?(?P<time>\d{4}(?:\d{2})?)"
        rf"(?:\.\d{{1,9}})?{_ZONE}"
    ),
    _rule(rf"{_DAY}(?P<sep>[-./])(?P<month>\d{{1,2}})(?P=sep){_YEAR}{_AFTER}"),
    _rule(rf"{_DAY}(?:-го|st|nd|rd|th)?\s?(?:of )?{_MONTH},?\s?{_YEAR}{_AFTER}"),
    _rule(rf"{_MONTH}\s?{_DAY}(?:st|nd|rd|th)?,?\s{_YEAR}{_AFTER}"),
    _rule(rf"{_MONTH}\s{_DAY}\s{_TIME}{_ZONE}\s(?P<year>\d{{4}})"),
    _rule(rf"{_CLOCK},?\s(?:[-–—|]\s)?{_DAY}\s{_MONTH}\s{_YEAR}"),
    _rule(rf"{_CLOCK},?\s(?:[-–—|]\s)?{_DAY}(?P<sep>[-./])(?P<month>\d{{1,2}})(?P=sep){_YEAR}"),
)
UNCLEAR: tuple[tuple[re.Pattern[str], str], ...] = (
    (_rule(rf"\d{{1,2}}[-./]\d{{1,2}}[-./]\d{{2}}{_AFTER}"), "has a year of two digits"),
    (_rule(rf"\d{{1,2}}\s{_MONTH}\s\d{{2}}{_AFTER}"), "has a year of two digits"),
    (_rule(r"\d{4}(?:[-./]\d{1,2})?(?:\s?(?:года|год|г)\.?)?"), "is incomplete"),
    (_rule(r"\d{1,2}[-./]\d{4}"), "is incomplete"),
    (_rule(rf"[a-zа-я]+\.?,?\s{_YEAR}"), "is incomplete"),
    (_rule(rf"\d{{1,2}}\s[a-zа-я]+\.?{_AFTER}"), "is incomplete"),
)
_WEEKDAY = re.compile(rf"\A(?:{'|'.join(_DAYS.split())})\b\.?,?\s*")
_UNIX = _rule(r"(\d{10})(\d{3})?(?:\.\d{1,9})?")
_ONLY_TIME = _rule(_CLOCK)
_IN_URL = re.compile(
    r"(?<![^/_.-])(?P<year>[0-9]{4})"
    r"(?:(?P<sep>[-/_.])(?=[0-9]{1,2}[-/_.])|(?=[0-9]{4}(?![^/_.-])))"
    r"(?P<month>[0-9]{1,2})(?(sep)(?P=sep))(?P<day>[0-9]{1,2})(?![^/_.-])"
)
_4, _2 = "[0-9]{4}", "[0-9]{2}"
_IN_NAME: tuple[re.Pattern[str], ...] = (
    re.compile(rf"(?P<year>{_4})(?P<sep>[-_.]?)(?P<month>{_2})(?P=sep)(?P<day>{_2})(?![0-9])"),
    re.compile(rf"(?P<day>{_2})(?P<sep>[-_.])(?P<month>{_2})(?P=sep)(?P<year>{_4})(?![0-9])"),
)


def parse_date(text: str, today: dt.date | None = None) -> Stated:
    """Return the day and the time of day that `text` states.

    Years from 1500 to the one after `today` are possible. A wrong time leaves the date standing.
    """
    plain = " ".join(text.split()).lower().rstrip(" ,;") if len(text) < 200 else text[:200]
    if not text.strip():
        return Stated()
    if unix := _UNIX.match(plain):
        return _moment(unix, text, today)
    if clock := _ONLY_TIME.match(plain):
        return Stated(None, *_time(clock, text))
    dated = _WEEKDAY.sub("", plain)
    for rule in RULES:
        if (match := rule.match(dated)) and (month := _month(match["month"])) is not None:
            return _day(match, month, text, today)
    why = next((why for rule, why in UNCLEAR if rule.match(dated)), "is not understood")
    return Stated(problem=_left("date", text, why))


def date_in_url(url: str, today: dt.date | None = None) -> dt.date | None:
    """Return the date in the path of `url`, as in `/2024/10/24/` or `/20241024/`, if it has one."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    found = (_valid(match, today) for match in _IN_URL.finditer(path))
    return next((day for day in found if day and day.year >= FIRST_URL_YEAR), None)


def date_in_name(name: str, today: dt.date | None = None) -> dt.date | None:
    """Return the date that the file name `name` begins with, if it does."""
    found = (_valid(match, today) for rule in _IN_NAME if (match := rule.match(name)))
    return next((day for day in found if day), None)


def _day(match: re.Match[str], month: int, text: str, today: dt.date | None) -> Stated:
    day = _calendar(int(match["year"]), month, int(match["day"]), today)
    if day is None:
        return Stated(problem=_left("date", text, "is impossible"))
    return Stated(day, *_time(match, text))


def _moment(match: re.Match[str], text: str, today: dt.date | None) -> Stated:
    """Return the UTC day and time of a count of seconds, or milliseconds, since 1970."""
    moment = dt.datetime.fromtimestamp(int(match[1]), dt.UTC)
    if not _possible(moment.year, today):
        return Stated(problem=_left("date", text, "is impossible"))
    return Stated(moment.date(), moment.strftime("%H:%M:%SZ"))


def _time(match: re.Match[str], text: str) -> tuple[str, str]:
    """Return the time in `match` as `HH:MM[:SS][offset]`, and a problem if there is none such."""
    groups = match.groupdict()
    if not groups.get("time"):
        return "", ""
    parts = _clock_parts(groups["time"])
    hour = _hour(int(parts[0]), groups.get("half") or "")
    offset = _offset(groups.get("zone") or "")
    if hour > 23 or any(int(part) > 59 for part in parts[1:]) or offset is None:
        return "", _left("time", text, "is impossible")
    return ":".join([f"{hour:02}", *parts[1:]]) + offset, ""


def _clock_parts(time: str) -> list[str]:
    """Return hours, minutes and perhaps seconds of `12:30:59.5` or `123059`."""
    whole = re.split("[.,]", time)[0]
    return whole.split(":") if ":" in whole else re.findall("..", whole)


def _hour(hour: int, half: str) -> int:
    """Return the hour of the day for one of the clock's `am` or `pm` half."""
    if not half:
        return hour
    return 99 if not 1 <= hour <= 12 else hour % 12 + 12 * (half == "pm")


def _offset(zone: str) -> str | None:
    """Return `zone` as `Z` or `+HH:MM`; Moscow time, whose offset has changed, is left out."""
    if zone in ("", "мск", "msk"):
        return ""
    figures = re.sub("utc|gmt|:|z", "", zone)
    if not figures:
        return "Z"
    hours, minutes = (figures[1:-2], figures[-2:]) if len(figures) > 3 else (figures[1:], "00")
    possible = int(hours) <= 14 and int(minutes) <= 59
    return f"{figures[0]}{hours:0>2}:{minutes}" if possible else None


def _month(month: str) -> int | None:
    return int(month) if month.isdecimal() else MONTHS.get(month)


def _valid(match: re.Match[str], today: dt.date | None) -> dt.date | None:
    return _calendar(int(match["year"]), int(match["month"]), int(match["day"]), today)


def _calendar(year: int, month: int, day: int, today: dt.date | None) -> dt.date | None:
    """Return the date if the calendar has it and a newspaper can be of that year."""
    try:
        return dt.date(year, month, day) if _possible(year, today) else None
    except ValueError:
        return None


def _possible(year: int, today: dt.date | None) -> bool:
    return FIRST_YEAR <= year <= (today or dt.date.today()).year + 1


def _left(what: str, text: str, why: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text[:60].strip())
    return f"{what} '{shown}' {why}: left empty"
