from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import QueryError
from corpus.query import Date, parse, parse_date

DAYS = st.dates(dt.date(1, 1, 2), dt.date(9999, 12, 30))
OCTOBER = Date(dt.date(2024, 10, 1), dt.date(2024, 10, 31))


@pytest.mark.parametrize(
    "text",
    [
        *("2024-10", "10.2024", "10/2024", "10-2024", "октябрь-2024", "Октября 2024", "окт2024"),
        *("2024.октябрь", "OCT-2024", "октябре 2024", "октябрь 2024 г.", "=2024-10"),
    ],
)
def test_a_month_is_understood_in_every_form(text: str) -> None:
    assert parse_date(text) == OCTOBER


def test_every_month_has_its_russian_names() -> None:
    names = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
    for number, name in enumerate(names.split(), 1):
        assert parse_date(f"3-{name}-2024") == parse_date(f"2024-{number}-03")
        assert parse_date(f"{name[:3]}-2024") == parse_date(f"2024-{number}")


@pytest.mark.parametrize(
    "text",
    [
        *("2024-10-24", "2024.10.24", "2024/10/24", "20241024", "24.10.2024", "24/10/2024"),
        *("24-10-2024", "24 октября 2024", "24-октября-2024 года", "2024-10-24T09:30:00+03:00"),
        "24.10.2024г.",
    ],
)
def test_a_day_is_understood_in_every_form(text: str) -> None:
    assert parse_date(text) == Date(dt.date(2024, 10, 24), dt.date(2024, 10, 24))


@pytest.mark.parametrize("text", ["2024-Q3", "2024q3", "Q3-2024", "3-квартал-2024", "3кв2024"])
def test_a_quarter_is_understood_in_every_form(text: str) -> None:
    assert parse_date(text) == Date(dt.date(2024, 7, 1), dt.date(2024, 9, 30))


def test_a_week_is_that_of_iso() -> None:
    assert parse_date("2024-W01") == Date(dt.date(2024, 1, 1), dt.date(2024, 1, 7))


@pytest.mark.parametrize(
    "text",
    [
        *("2024-05-01..2024-06-30", "2024-05..06", "2024-05-2024-06", "2024-05—2024-06"),
        *("май-июнь-2024", "май..июнь 2024", "1 мая — 30 июня 2024", "с мая по июнь 2024"),
        *("01.05.2024-30.06.2024", "1.05..30.06.2024", "2024-05 - 2024-06", "2024-05-01..06-30"),
    ],
)
def test_a_range_is_understood_in_every_form(text: str) -> None:
    assert parse_date(text) == Date(dt.date(2024, 5, 1), dt.date(2024, 6, 30))


def test_ranges_of_days_and_years_may_leave_out_what_both_ends_share() -> None:
    days = Date(dt.date(2024, 5, 1), dt.date(2024, 5, 9))
    assert parse_date("1..9 мая 2024") == parse_date("1-9.05.2024") == days
    assert parse_date("2024-05-01..09") == parse_date("с 1 по 9 мая 2024") == days
    assert parse_date("2023-2024") == Date(dt.date(2023, 1, 1), dt.date(2024, 12, 31))
    today = dt.date(2024, 10, 24)
    assert parse_date("2024-10..сегодня", today=today) == Date(dt.date(2024, 10, 1), today)


@given(DAYS)
def test_comparisons_leave_out_or_keep_the_day_itself(day: dt.date) -> None:
    one = dt.timedelta(days=1)
    assert parse_date(f">={day}") == Date(first=day)
    assert parse_date(f">{day}") == Date(first=day + one)
    assert parse_date(f"<={day}") == Date(last=day)
    assert parse_date(f"<{day}") == Date(last=day - one)


@given(st.none() | DAYS, st.none() | DAYS)
def test_a_date_prints_as_a_query_with_the_same_bounds(
    first: dt.date | None, last: dt.date | None
) -> None:
    if first and last and first > last:
        first, last = last, first
    date = Date(first, last, missing=not (first or last))
    assert parse(str(date)) == date


@pytest.mark.parametrize("text", ["2024", "2023-02", "2024-02", "2024-02-29", "none"])
def test_a_whole_period_prints_as_it_is_typed(text: str) -> None:
    assert str(parse_date(text)) == f"date:{text}"


def test_today_is_the_day_given_or_the_day_it_is() -> None:
    day = dt.date(2024, 3, 1)
    assert parse("date:вчера", today=day) == Date(dt.date(2024, 2, 29), dt.date(2024, 2, 29))
    before = dt.date.today()
    found = parse_date("today")
    assert found.first is not None
    assert before <= found.first <= dt.date.today()


def test_parse_date_says_what_is_wrong_with_a_value_by_itself() -> None:
    with pytest.raises(QueryError, match="no such date: 2024-02-30") as caught:
        parse_date("2024-02-30")
    assert (caught.value.query, caught.value.place) == ("2024-02-30", 0)


@given(st.text("0123456789.-/<>=≤ октябряnone…–", max_size=14))
def test_any_value_is_a_date_or_an_error(text: str) -> None:
    try:
        date = parse_date(text)
    except QueryError:
        return
    assert date.missing or date.first or date.last
    assert not (date.first and date.last) or date.first <= date.last


def test_a_date_without_bounds_that_is_not_missing_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="bound"):
        Date()
    with pytest.raises(ValueError, match="bound"):
        Date(dt.date(2024, 1, 1), missing=True)
