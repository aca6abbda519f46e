"""Records of named fields: which column is what, and what its values mean."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import CorpusError
from corpus.model import Article, Failure
from corpus.sources import ALIASES, Place, read
from corpus.sources.limits import MAX_CHARS
from corpus.sources.records import Item, checked_mapping, host, read_records
from corpus.sources.values import Notes, phrases, tidy, tidy_record

TODAY = dt.date(2026, 6, 1)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
SURE = {"text": "Мост через реку открыли."}


def one(record: dict[str, Any], **place: Any) -> Article | Failure:
    (found,) = read_records([Item("dump:1", record)], Place("dump", today=TODAY, **place))
    return found


def article(record: dict[str, Any], **place: Any) -> Article:
    found = one(SURE | record, **place)
    assert isinstance(found, Article), found
    return found


def refusal(record: dict[str, Any], **place: Any) -> str:
    found = one(record, **place)
    assert isinstance(found, Failure), found
    return found.reason


@pytest.mark.parametrize(
    ("name", "column"), [(name, column) for name in ALIASES for column in ALIASES[name]]
)
def test_every_usual_name_is_understood_in_any_case(name: str, column: str) -> None:
    value = "24.10.2024" if name == "date" else "слово"
    expected: dict[str, Any] = {"date": dt.date(2024, 10, 24)}
    expected |= dict.fromkeys(("tags", "authors"), ("слово",))
    for written in (column, column.upper(), f" {column.title()} "):
        record = {written: value} if name == "text" else SURE | {written: value}
        found = one(record)
        assert isinstance(found, Article)
        assert getattr(found, name) == expected.get(name, "слово")


def test_the_first_name_that_holds_something_wins_and_the_others_are_kept() -> None:
    found = article({"title": " ", "headline": "Мост", "name": "Имя"})
    assert found.title == "Мост"
    assert found.record == {"title": " ", "headline": "Мост", "name": "Имя"}


def test_the_record_keeps_everything_but_the_text() -> None:
    found = article({"views": 5, "topic": "город", "date": "24.10.2024", "nested": {"а": [1]}})
    assert found.record == {
        "views": 5,
        "topic": "город",
        "date": "24.10.2024",
        "nested": {"а": [1]},
    }
    assert found.tags == ()
    assert found.origin == "dump:1"


def test_a_mapping_overrides_the_usual_names() -> None:
    mapping = {"title": "Kicker", "text": "lead"}
    found = one({"title": "Рубрика", "kicker": "Мост", "lead": "Текст"}, mapping=mapping)
    assert isinstance(found, Article)
    assert (found.title, found.text, found.lead) == ("Мост", "Текст", "")


def test_a_mapped_column_that_no_record_has_fails_each_of_them() -> None:
    items = [Item(f"dump:{line}", SURE | {"title": "Мост"}) for line in (1, 2)]
    found = list(read_records(items, Place("dump", mapping={"title": "headlin"})))
    reason = "no column 'headlin' (columns present: text, title)"
    assert found == [Failure("dump:1", reason), Failure("dump:2", reason)]


def test_a_mapped_column_that_some_records_lack_is_empty_in_those() -> None:
    items = [Item("dump:1", SURE), Item("dump:2", SURE | {"kicker": "Мост"}), Item("dump:3", SURE)]
    found = list(read_records(items, Place("dump", mapping={"title": "kicker"})))
    assert [item.title for item in found if isinstance(item, Article)] == ["", "Мост", ""]


def test_a_mapping_to_a_field_we_lack_says_which_there_are() -> None:
    with pytest.raises(CorpusError, match="there is no field 'headline': the fields are title"):
        checked_mapping({"headline": "title"})


@pytest.mark.parametrize("empty", [None, "", " \n\t", "\u200b\ufeff", [], ["", " "], float("nan")])
def test_a_record_without_text_names_its_columns(empty: Any) -> None:
    reason = refusal({"id": 1, "text": empty})
    assert reason == "no text: 'text' is empty (columns present: id, text)"


def test_a_record_without_a_text_column_names_its_columns() -> None:
    assert refusal({"id": 1, "headline": "а"}) == "no text (columns present: id, headline)"
    assert refusal({}) == "no text (columns present: none)"


def test_many_columns_are_not_all_named() -> None:
    reason = refusal({f"column{number}": 1 for number in range(500)})
    assert reason.endswith("column19, …)")


@pytest.mark.parametrize("value", [5, True, {"a": 1}, [1, 2], [{"a": 1}]])
def test_a_text_that_is_no_text_is_refused(value: Any) -> None:
    assert refusal({"text": value}) == "the text is not a string (columns present: text)"


def test_a_list_of_paragraphs_is_a_text() -> None:
    assert article({"text": ["Первый.", "Второй."]}).text == "Первый.\n\nВторой."


def test_an_article_may_be_so_long_and_no_longer() -> None:
    assert article({"text": "а" * MAX_CHARS})
    assert refusal({"text": "а" * (MAX_CHARS + 1)}) == "longer than 5,000,000 characters"


@pytest.mark.parametrize(
    ("value", "id"),
    [("a-1", "a-1"), (" a ", "a"), (17, "17"), (17.0, "17"), (None, ""), ("", ""), (-3, "-3")],
)
def test_an_id_is_a_string(value: Any, id: str) -> None:
    assert article({"id": value}).id == id


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("a\nb", "the id 'a\\nb' holds control characters"),
        ("a\x00", "the id 'a\\x00' holds control characters"),
        ("a" * 201, "the id is longer than 200 characters"),
        (10**250, "the id is longer than 200 characters"),
        (True, "the id is neither a string nor a whole number"),
        (1.5, "the id is neither a string nor a whole number"),
        ({"$oid": "1"}, "the id is neither a string nor a whole number"),
    ],
)
def test_an_id_that_cannot_be_one_fails_the_record(value: Any, why: str) -> None:
    assert refusal(SURE | {"id": value}) == why


def test_an_impossible_date_is_left_empty_and_never_guessed() -> None:
    found = article({"date": "31.02.2024", "url": "https://a.example/2024/10/24/"})
    assert found.date is None
    assert found.problems == ("date '31.02.2024' is impossible: left empty",)


def test_the_file_name_and_then_the_address_tell_a_date_that_nothing_states() -> None:
    url = "https://a.example/2024/10/24/x"
    assert article({"url": url}).date == dt.date(2024, 10, 24)
    assert article({"url": url}, name="2024-10-25-x.md").date == dt.date(2024, 10, 25)
    assert article({"url": url, "date": "26.10.2024"}, name="2024-10-25.md").date == dt.date(
        2024, 10, 26
    )


def test_a_column_called_time_counts_when_there_is_no_date() -> None:
    assert article({"time": "2024-10-24 12:30"}).date == dt.date(2024, 10, 24)
    found = article({"time": "12:30", "url": "https://a.example/2024/10/24/x"})
    assert (found.date, found.time) == (dt.date(2024, 10, 24), "12:30")
    assert article({"date": "24.10.2024", "time": "2020-01-01"}).date == dt.date(2024, 10, 24)


def test_seconds_since_1970_are_a_date() -> None:
    for value in (1729765800, 1729765800.0, "1729765800", 1729765800123):
        assert article({"date": value}).date == dt.date(2024, 10, 24)


@pytest.mark.parametrize(
    ("place", "record", "source"),
    [
        ({"source": "Сказано", "folder": "Папка"}, {"source": "Запись"}, "Сказано"),
        ({"folder": "Папка"}, {"source": "Запись"}, "Запись"),
        ({"folder": "Папка"}, {"url": "https://www.host.example/"}, "Папка"),
        ({}, {"url": "https://www.host.example/"}, "host.example"),
        ({}, {"source": {"name": "Имя"}}, "Имя"),
        ({}, {}, ""),
    ],
)
def test_the_source_is_what_is_nearest(
    place: dict[str, str], record: dict[str, Any], source: str
) -> None:
    assert article(record, **place).source == source


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.lenta.example/a", "lenta.example"),
        ("https://amp.ng.example/?p=http://www.ng.example/2018-03-05/a.html", "ng.example"),
        ("газета.example/a", ""),
        ("https://[broken", ""),
        ("", ""),
    ],
)
def test_the_host_is_that_of_the_inner_address(url: str, name: str) -> None:
    assert host(url) == name


@pytest.mark.parametrize(
    ("value", "tags"),
    [
        (["мост", " река ", "мост", ""], ("мост", "река")),
        ("мост, река", ("мост", "река")),
        ("мост; река, озеро", ("мост", "река, озеро")),
        ("мост|река", ("мост", "река")),
        ('["мост", "река, озеро"]', ("мост", "река, озеро")),
        ("['мост', 'река']", ("мост", "река")),
        ("[]", ()),
        ("[мост]", ("[мост]",)),
        ([{"name": "мост"}, {"title": "река"}], ("мост", "река")),
        (["две\nстроки"], ("две строки",)),
        (5, ("5",)),
        (None, ()),
    ],
)
def test_tags_are_a_list_however_written(value: Any, tags: tuple[str, ...]) -> None:
    assert phrases(value, "tags", Notes()) == tags


def test_what_is_no_string_is_left_empty_and_told() -> None:
    found = article({"title": ["а", "б"], "url": True, "tags": [["а", "б"], "в"]})
    assert (found.title, found.url, found.tags) == ("", "", ("в",))
    assert sorted(found.problems) == [
        "tags is not a string: left empty",
        "title is not a string: left empty",
        "url is not a string: left empty",
    ]


def test_halves_of_characters_are_replaced_and_told() -> None:
    found = article({"text": "мо\ud800ст", "title": "а\udfff", "x": {"\udc00": ["\ud83d"]}})
    assert (found.text, found.title) == ("мо\ufffdст", "а\ufffd")
    assert found.record["x"] == {"\ufffd": ["\ufffd"]}
    assert found.problems == ("characters that are no valid Unicode: replaced by U+FFFD",)


def test_what_is_nested_without_end_is_left_out_and_told() -> None:
    deep: Any = []
    for _ in range(500):
        deep = [deep]
    found = article({"deep": deep})
    assert found.record == {}
    assert found.problems == ("'deep' is nested more than 50 deep: left out",)


@given(st.dictionaries(st.text(st.characters()), JSON, max_size=5))
def test_any_record_becomes_what_json_can_hold(record: dict[str, Any]) -> None:
    kept = json.dumps(tidy_record(record, Notes()), allow_nan=False, ensure_ascii=False)
    kept.encode("utf-8")


@given(st.dictionaries(st.sampled_from([c for a in ALIASES.values() for c in a]), JSON))
def test_any_values_in_the_usual_columns_give_an_article_or_a_reason(
    record: dict[str, Any],
) -> None:
    found = one(record)
    assert isinstance(found, Article) or "could not be read" not in found.reason


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (dt.datetime(2024, 10, 24, 12, 30), "2024-10-24T12:30:00"),
        (dt.date(2024, 10, 24), "2024-10-24"),
        (float("inf"), None),
        (b"\xd0\xbc", "м"),
        (b"\xff\x00", "ff00"),
        ((1, 2), [1, 2]),
        (dt.timedelta(1), "1 day, 0:00:00"),
    ],
)
def test_values_that_json_lacks_are_written_out(value: Any, kept: Any) -> None:
    assert tidy(value, Notes()) == kept


def test_a_title_full_of_spaces_takes_no_time() -> None:
    assert article({"title": "Мост" + " " * 500_000 + "\n\t через\u2028реку"}).title.endswith(
        "через реку"
    )


def test_a_title_or_a_lead_may_not_be_longer_than_an_article() -> None:
    for name in ("title", "lead"):
        long = SURE | {name: "щ" * (MAX_CHARS + 1)}
        assert refusal(long) == "longer than 5,000,000 characters"


def test_a_lead_stands_for_a_text_that_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = ['{"id": "1", "summary": "Кратко о мосте.", "text": ""}', '{"id": "2", "text": ""}']
    path.write_text("\n".join(rows), encoding="utf-8")
    first, second = read([path])
    assert isinstance(first, Article)
    assert (first.text, first.lead) == ("Кратко о мосте.", "")
    assert first.problems == ("'text' is empty: the lead was taken for the text",)
    assert isinstance(second, Failure)
