"""Dates: what newspapers write, what cannot be, and the laws that hold for every day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sources.dates import MONTHS, Stated, date_in_name, date_in_url, parse_date

TODAY = dt.date(2026, 6, 1)
DAY = dt.date(2024, 10, 24)
GENITIVE = (
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
)
ENGLISH = (
    "January February March April May June July August September October November December".split()
)

READ = """
2024-10-24                          |
2024-10-24T12:30                    | 12:30
2024-10-24T12:30:59                 | 12:30:59
2024-10-24T12:30:59.123             | 12:30:59
2024-10-24T12:30:59Z                | 12:30:59Z
2024-10-24T12:30:59+03:00           | 12:30:59+03:00
2024-10-24T12:30:59+0300            | 12:30:59+03:00
2024-10-24 12:30:59.000001+03       | 12:30:59+03:00
2024-10-24 12:30:59                 | 12:30:59
2024/10/24                          |
2024.10.24 9:05                     | 09:05
20241024                            |
20241024T123059                     | 12:30:59
20241024123059                      | 12:30:59
24.10.2024                          |
24.10.2024 12:30                    | 12:30
24.10.2024, 12:30                   | 12:30
24.10.2024 в 12:30                  | 12:30
24.10.2024 г.                       |
24/10/2024                          |
24-10-2024                          |
24 октября 2024                     |
24 октября 2024 года                |
24 октября 2024 г.                  |
24 октября 2024г.                   |
24 октября 2024, 12:30              | 12:30
24 октября 2024 года, 12:30         | 12:30
24 октября 2024 в 12:30             | 12:30
24 Октября 2024 12:30 МСК           | 12:30
24 окт 2024                         |
24 окт. 2024, 12:30                 | 12:30
12:30, 24 октября 2024              | 12:30
12:30 24 октября 2024               | 12:30
12:30 24.10.2024                    | 12:30
четверг, 24 октября 2024            |
Чт, 24 окт 2024 12:30:00 +0300      | 12:30:00+03:00
Thu, 24 Oct 2024 12:30:00 +0300     | 12:30:00+03:00
Thu, 24 Oct 2024 12:30:00 GMT       | 12:30:00Z
Thu, 24 Oct 2024 12:30:00 +0300 (MSK) | 12:30:00+03:00
Thu Oct 24 12:30:00 2024            | 12:30:00
Thu Oct 24 12:30:00 +0000 2024      | 12:30:00+00:00
October 24, 2024                    |
October 24th, 2024                  |
Oct. 24, 2024 12:30 PM              | 12:30
Oct 24, 2024, 12:30 am              | 00:30
24 October 2024                     |
24 Oct 2024                         |
1729765800                          | 10:30:00Z
1729765800123                       | 10:30:00Z
1729765800.5                        | 10:30:00Z
"""

LEFT = """
31.02.2024              | is impossible
2024-13-01              | is impossible
2024-00-10              | is impossible
10/24/2024              | is impossible
32 октября 2024         | is impossible
24 октября 1024         | is impossible
24.10.2028              | is impossible
4102444800              | is impossible
24.10.24                | has a year of two digits
24 окт 24               | has a year of two digits
2024-10                 | is incomplete
10.2024                 | is incomplete
2024                    | is incomplete
2024 год                | is incomplete
октябрь 2024            | is incomplete
24 октября              | is incomplete
вчера в 12:30           | is not understood
24 мартобря 2024        | is not understood
12 24 октября           | is not understood
"""


def _table(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.rsplit("|", 1)] for line in text.strip().splitlines()]


@pytest.mark.parametrize(("text", "time"), _table(READ))
def test_a_date_is_read_as_it_is_stated(text: str, time: str) -> None:
    assert parse_date(text, TODAY) == Stated(DAY, time, "")


@pytest.mark.parametrize(("text", "why"), _table(LEFT))
def test_what_is_no_date_is_named_and_left_empty(text: str, why: str) -> None:
    assert parse_date(text, TODAY) == Stated(None, "", f"date '{text}' {why}: left empty")


def test_day_stands_before_month_even_where_both_could_be() -> None:
    assert parse_date("05/04/2024", TODAY).date == dt.date(2024, 4, 5)


def test_the_day_is_not_moved_by_a_time_zone() -> None:
    assert parse_date("2024-10-24T00:30:00+12:00", TODAY).date == DAY


def test_a_wrong_time_leaves_the_date() -> None:
    found = parse_date("24.10.2024 25:99", TODAY)
    assert (found.date, found.time) == (DAY, "")
    assert found.problem == "time '24.10.2024 25:99' is impossible: left empty"


def test_a_time_alone_states_no_date_and_is_no_problem() -> None:
    assert parse_date("12:30", TODAY) == Stated(None, "12:30", "")


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_nothing_states_nothing(text: str) -> None:
    assert parse_date(text, TODAY) == Stated()


def test_next_year_is_possible_and_the_one_after_is_not() -> None:
    assert parse_date("01.01.2027", TODAY).date
    assert parse_date("01.01.2028", TODAY).date is None


def test_without_today_the_clock_of_the_machine_decides() -> None:
    year = dt.date.today().year
    assert parse_date(f"01.01.{year}").date == dt.date(year, 1, 1)
    assert parse_date(f"01.01.{year + 5}").date is None


def test_a_problem_quotes_no_control_characters_and_not_too_much() -> None:
    problem = parse_date("\x1b[31m" + "щ" * 500, TODAY).problem
    assert problem.isprintable()
    assert len(problem) < 120


FORMATS: dict[str, Callable[[dt.date], str]] = {
    "iso": dt.date.isoformat,
    "compact": lambda day: day.strftime("%Y%m%d") if day.year > 999 else "",
    "dotted": lambda day: f"{day.day:02}.{day.month:02}.{day.year}",
    "short dotted": lambda day: f"{day.day}.{day.month}.{day.year}",
    "slashed": lambda day: f"{day.day:02}/{day.month:02}/{day.year}",
    "russian": lambda day: f"{day.day} {GENITIVE[day.month - 1]} {day.year}",
    "russian year": lambda day: f"{day.day} {GENITIVE[day.month - 1].title()} {day.year} года",
    "english": lambda day: f"{ENGLISH[day.month - 1]} {day.day}, {day.year}",
    "mail": lambda day: f"{day.day:02} {ENGLISH[day.month - 1][:3]} {day.year}",
}
DAYS = st.dates(min_value=dt.date(1500, 1, 1), max_value=dt.date(2027, 12, 31))
TIMES = st.times().map(lambda time: time.strftime("%H:%M:%S"))


@pytest.mark.parametrize("name", FORMATS)
@given(day=DAYS, time=TIMES)
def test_every_day_written_in_a_format_is_read_back(name: str, day: dt.date, time: str) -> None:
    text = FORMATS[name](day)
    assert parse_date(text, TODAY) == Stated(day, "", "")
    if name != "compact":
        assert parse_date(f"{text} {time}", TODAY) == Stated(day, time, "")


@given(st.sampled_from(sorted(MONTHS)), DAYS)
def test_every_name_of_a_month_is_understood(name: str, day: dt.date) -> None:
    assert parse_date(f"1 {name} {day.year}", TODAY).date == dt.date(day.year, MONTHS[name], 1)


@given(st.text() | st.text("0123456789.-/: TZоктябряг", max_size=30))
def test_any_text_gives_a_date_or_a_reason(text: str) -> None:
    found = parse_date(text, TODAY)
    assert found.date is None or 1500 <= found.date.year <= 2027
    assert found.date or found.time or found.problem or not text.strip()


IN_URL = """
https://газета.example/2024/10/24/most/          | 2024-10-24
https://газета.example/news/2024-10-24-most.html | 2024-10-24
https://газета.example/20241024/most-19098.html  | 2024-10-24
https://газета.example/a/2024/1/5/x              | 2024-01-05
https://газета.example/x_20241024.html           | 2024-10-24
https://газета.example/2024/10/most              |
https://газета.example/2024/13/24/most           |
https://газета.example/2024/02/31/most           |
https://газета.example/id/120241024              |
https://газета.example/20241024567               |
https://газета.example/?date=2024-10-24          |
https://газета.example/18001024/                 |
https://[broken                                  |
"""


@pytest.mark.parametrize(("url", "day"), _table(IN_URL))
def test_a_date_in_an_address_counts_if_it_is_whole_and_possible(url: str, day: str) -> None:
    assert str(date_in_url(url, TODAY) or "") == day


IN_NAME = """
2024-10-24-most.md      | 2024-10-24
2024_10_24 most.txt     | 2024-10-24
20241024.html           | 2024-10-24
24.10.2024 мост.txt     | 2024-10-24
мост-2024-10-24.txt     |
2024-10.txt             |
202410241.txt           |
2024-02-31.txt          |
"""


@pytest.mark.parametrize(("name", "day"), _table(IN_NAME))
def test_a_file_name_may_begin_with_a_date(name: str, day: str) -> None:
    assert str(date_in_name(name, TODAY) or "") == day
