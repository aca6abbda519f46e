"""CSV and TSV."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Article, Failure
from corpus.sources import Line, Place, numbered, parse_csv
from corpus.sources.tabular import MAX_FIELD, column_names, sniff_delimiter, split_rows

PLACE = Place("t.csv")
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


def lines(text: str) -> list[Line]:
    return list(numbered(io.StringIO(text, newline="\n")))


def table(text: str, delimiter: str = "", place: Place = PLACE) -> list[tuple[str, str]]:
    return [
        (item.origin, item.text) if isinstance(item, Article) else (item.path, item.reason)
        for item in parse_csv(lines(text), place, delimiter)
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen_in_the_header(delimiter: str) -> None:
    text = "id,заголовок,текст\n1,Мост,Открыли.\n".replace(",", delimiter)
    (found,) = parse_csv(lines(text), PLACE)
    assert isinstance(found, Article)
    assert (found.id, found.title, found.text) == ("1", "Мост", "Открыли.")
    assert (found.origin, found.record) == ("t.csv:2", {"id": "1", "заголовок": "Мост"})


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("title;text, полный;date", ";"),
        ("title,text;date", ","),
        ("text", ","),
        ('"title","text"\r\n', ","),
        ("a|b|c", "|"),
    ],
)
def test_names_we_know_decide_about_the_delimiter(header: str, delimiter: str) -> None:
    assert sniff_delimiter(header) == delimiter


def test_mapped_names_decide_too() -> None:
    assert sniff_delimiter("a,b;c", {"title": "c", "text": "a,b"}) == ";"


def test_a_hint_for_excel_is_obeyed() -> None:
    assert table("sep=;\ntitle;text\nМост;Раз, два\n") == [("t.csv:3", "Раз, два")]


def test_a_field_may_have_lines_and_the_row_is_where_it_starts() -> None:
    text = 'title,text\n"Мост","Первый.\n\nВторой."\nРека,Третий.\n'
    assert table(text) == [("t.csv:2", "Первый.\n\nВторой."), ("t.csv:5", "Третий.")]


def test_a_ragged_row_is_told_and_the_rest_is_read() -> None:
    text = "title,text,date\nа,Раз,\nб,Два\nв,Три,,\nг,Четыре,\n\n"
    assert table(text) == [
        ("t.csv:2", "Раз"),
        ("t.csv:3", "line 3: 2 fields, the header has 3"),
        ("t.csv:4", "line 4: 4 fields, the header has 3"),
        ("t.csv:5", "Четыре"),
    ]


def test_a_quote_never_closed_costs_one_row() -> None:
    text = 'title,text\nа,Раз\n"б,Два\nв,Три\n' + "г,Четыре\n" * 3
    assert table(text) == [
        ("t.csv:2", "Раз"),
        ("t.csv:3", "a quote is opened and never closed"),
        ("t.csv:4", "Три"),
        *((f"t.csv:{line}", "Четыре") for line in (5, 6, 7)),
    ]


def test_a_quote_never_closed_among_quoted_rows_costs_one_row() -> None:
    text = 'title,text\n"а","Раз\n"б","Два"\n"в","Три"\n'
    assert table(text) == [
        ("t.csv:2", "a quote within a quoted field is not doubled"),
        ("t.csv:3", "Два"),
        ("t.csv:4", "Три"),
    ]


def test_quotes_in_a_table_of_tabs_may_be_just_quotes() -> None:
    assert table('title\ttext\nа\t"Труд" сообщает\n', "\t") == [("t.csv:2", '"Труд" сообщает')]


def test_a_damaged_line_fails_the_row_it_belongs_to() -> None:
    damaged = [
        Line(1, "title,text\n"),
        Line(2, '"а","Раз\n'),
        Line(3, '\ufffd"\n', "line 3: not UTF-8"),
        Line(4, "б,Два\n"),
    ]
    found = list(parse_csv(damaged, PLACE))
    assert found[0] == Failure("t.csv:2", "line 3: not UTF-8")
    assert isinstance(found[1], Article)


def test_nuls_and_long_fields_are_no_trouble() -> None:
    long = "щ" * 300_000
    assert table(f"title,text\nа\0б,{long}\n") == [("t.csv:2", long)]


def test_a_field_without_end_is_told_and_the_rest_is_read() -> None:
    text = 'title,text\nа,"' + "щ" * (MAX_FIELD + 1) + "\nб,Два\n"
    found = table(text)
    assert found[0] == ("t.csv:2", "a field longer than 10,000,000 characters, or an open quote")
    assert found[1] == ("t.csv:3", "Два")


def test_a_column_without_a_name_or_with_one_twice_is_kept() -> None:
    assert column_names(["", " a ", "a", "A", ""]) == ["column 1", "a", "a 3", "A", "column 5"]
    assert len(set(column_names(["a 3", "a", "a"]))) == 3


def test_a_mapped_column_that_is_missing_is_told_for_each_row() -> None:
    place = Place("t.csv", mapping={"title": "headline"})
    reason = "no column 'headline' (columns present: title, text)"
    assert table("title,text\nа,б\nв,г\n", place=place) == [
        ("t.csv:2", reason),
        ("t.csv:3", reason),
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "title,text\n", "title,text\n\n"])
def test_a_table_without_rows_gives_nothing(text: str) -> None:
    assert table(text) == []


@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=8),
    st.sampled_from(",;\t|"),
)
def test_rows_written_are_rows_read(rows: list[list[str]], delimiter: str) -> None:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows(rows)
    found = list(split_rows(lines(written.getvalue()), delimiter))
    assert [row.fields for row in found] == rows


@given(st.text(st.sampled_from('аб",;\n\r\t'), max_size=80), st.sampled_from(",;\t"))
def test_any_text_gives_rows_or_reasons_and_ends(text: str, delimiter: str) -> None:
    for row in split_rows(lines(text), delimiter):
        assert bool(row.fields) != bool(row.problem)
