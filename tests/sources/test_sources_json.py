"""JSON in its three shapes: an object a line, an array, an object."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Article, Failure
from corpus.sources import Line, Place, numbered, parse_json, parse_jsonl
from corpus.sources.jsonsplit import Value, split_values

PLACE = Place("dump")
OBJECTS = st.lists(
    st.dictionaries(
        st.text(st.sampled_from('а"\\[]{},:\n'), max_size=5),
        st.text(st.sampled_from('а"\\[]{},:\n'), max_size=20) | st.lists(st.integers(), max_size=2),
        max_size=3,
    ),
    min_size=1,
    max_size=6,
)


def cut(text: str, size: int) -> list[str]:
    return [text[place : place + size] for place in range(0, len(text), size)]


def jsonl(text: str, place: Place = PLACE) -> list[Article | Failure]:
    return list(parse_jsonl(numbered(text.splitlines(keepends=True)), place))


def whole(text: str, place: Place = PLACE) -> list[Article | Failure]:
    return list(parse_json(cut(text, 7), place))


def shown(found: list[Article | Failure]) -> list[tuple[str, str]]:
    return [
        (item.origin, item.text) if isinstance(item, Article) else (item.path, item.reason)
        for item in found
    ]


def test_each_line_is_an_article_and_blank_lines_are_none() -> None:
    assert shown(jsonl('{"text": "раз"}\n\n  \n{"text": "два"}')) == [
        ("dump:1", "раз"),
        ("dump:4", "два"),
    ]


def test_a_broken_line_fails_alone_wherever_it_is() -> None:
    lines = ['{"text": "слово"}\n'] * 10_000
    lines[6_999] = '{"text": "слово"\n'
    found = jsonl("".join(lines))
    assert len(found) == 10_000
    (failure,) = [item for item in found if isinstance(item, Failure)]
    assert failure.path == "dump:7000"
    assert failure.reason.startswith("broken JSON: ")


def test_a_line_that_could_not_be_decoded_fails_alone() -> None:
    lines = [Line(1, '{"text": "\ufffd"}', "line 1: not UTF-8"), Line(2, '{"text": "два"}')]
    assert shown(list(parse_jsonl(lines, PLACE))) == [
        ("dump:1", "line 1: not UTF-8"),
        ("dump:2", "два"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[1, 2]", "not a JSON object but a list"),
        ('"слово"', "not a JSON object but a string"),
        ("12", "not a JSON object but a number"),
        ("NaN", "not a JSON object but a number"),
        ("null", "not a JSON object but null"),
        ("true", "not a JSON object but a truth value"),
        ("слово", "broken JSON: Expecting value at character 1"),
        ("[" * 200_000, "broken JSON: nested too deep"),
        ('{"text": "а", "n": ' + "9" * 5000 + "}", "broken JSON: Exceeds the limit"),
    ],
    ids=["list", "string", "number", "nan", "null", "bool", "word", "deep", "huge"],
)
def test_a_line_that_is_no_object_is_told(line: str, reason: str) -> None:
    ((_, found),) = shown(jsonl(line))
    assert found.startswith(reason)


def test_odd_but_sound_json_is_taken() -> None:
    (found,) = jsonl('{"text": "раз\ttab", "text": "два", "n": NaN, "i": -Infinity, "f": 1e999}')
    assert isinstance(found, Article)
    assert found.text == "два"
    assert found.record == {"n": None, "i": None, "f": None}


def test_half_a_character_in_an_escape_is_replaced_and_told() -> None:
    (found,) = jsonl(r'{"text": "мост \ud83d река", "title": "\ud83d\ude00"}')
    assert isinstance(found, Article)
    assert (found.text, found.title) == ("мост \ufffd река", "\U0001f600")
    assert found.problems == ("characters that are no valid Unicode: replaced by U+FFFD",)


def test_an_array_gives_its_objects() -> None:
    assert shown(whole('[{"text": "раз"}, {"text": ""}, 5, {"text": "три"}]')) == [
        ("dump#1", "раз"),
        ("dump#2", "no text: 'text' is empty (columns present: text)"),
        ("dump#3", "broken JSON: no object but '5'"),
        ("dump#4", "три"),
    ]


def test_one_object_is_one_article() -> None:
    text = '{"text": "раз", "images": [{"text": "подпись"}]}'
    assert shown(whole(text)) == [("dump", "раз")]


@pytest.mark.parametrize("key", ["articles", "content", "данные"])
def test_an_object_with_one_list_of_objects_gives_those(key: str) -> None:
    text = json.dumps({"status": "ok", "ids": [1], key: [{"text": "раз"}, {"text": "два"}, 3]})
    assert shown(whole(text)) == [
        ("dump#1", "раз"),
        ("dump#2", "два"),
        ("dump#3", "not a JSON object"),
    ]


def test_an_object_with_two_lists_is_not_guessed() -> None:
    text = '{"a": [{"text": "раз"}], "b": [{"text": "два"}]}'
    assert shown(whole(text)) == [("dump", "no text (columns present: a, b)")]


def test_objects_that_follow_each_other_are_read_too() -> None:
    assert shown(whole('{"text": "раз"}\n{"text": "два"}')) == [
        ("dump#1", "раз"),
        ("dump#2", "два"),
    ]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ('[{"text": "раз"}, {"text": "дв', "broken JSON: it ends before its last bracket"),
        ('[{"text": "раз"}', "broken JSON: it ends before its last bracket"),
        ('[{"text": "раз"}] и ещё', "broken JSON: no object but 'и ещё'"),
        ('[{"text": "раз"}}]', "broken JSON: no object but '}'"),
        ('[{"text": "раз"}, {"text": два}]', "broken JSON: Expecting value at character 10"),
    ],
)
def test_what_comes_before_a_break_is_kept(text: str, last: str) -> None:
    assert shown(whole(text)) == [("dump#1", "раз"), ("dump#2", last)]


@pytest.mark.parametrize("text", ["слово", "]", "12", '"строка"'])
def test_what_is_no_json_is_told(text: str) -> None:
    ((_, reason),) = shown(whole(text))
    assert reason.startswith("broken JSON: no object but ")


@given(OBJECTS, st.integers(min_value=1, max_value=40), st.booleans())
def test_values_come_whole_however_the_text_is_cut(
    objects: list[dict[str, Any]], size: int, array: bool
) -> None:
    texts = [json.dumps(item, ensure_ascii=False) for item in objects]
    text = f"[{', '.join(texts)}]\n" if array else "\n".join(texts)
    assert list(split_values(cut(text, size))) == [Value(item) for item in texts]


@given(OBJECTS, st.integers(min_value=1, max_value=40))
def test_a_list_in_an_object_that_is_too_long_is_taken_out(
    objects: list[dict[str, Any]], size: int
) -> None:
    filling = json.dumps({"a": 1, "list": [1, 2], "deep": {"x": []}})[:-1]
    texts = [json.dumps(item, ensure_ascii=False) for item in objects]
    text = f'{filling}, "articles": [{", ".join(texts)}], "end": []}}'
    longest = len(filling) + 30 + max(map(len, texts))
    found = [value.text for value in split_values(cut(text, size), longest)]
    assert found in (texts, [text])
    assert found == texts or len(text) <= 2 * longest + size


def test_a_value_that_is_too_long_is_passed_over() -> None:
    text = json.dumps([{"a": 1}, {"a": "щ" * 500}, {"a": 2}], ensure_ascii=False)
    assert list(split_values(cut(text, 30), longest=100)) == [
        Value('{"a": 1}'),
        Value("", "a JSON value longer than 100 characters"),
        Value('{"a": 2}'),
    ]


def test_a_long_object_gives_its_first_list_of_objects() -> None:
    records = [{"text": f"Запись {number}"} for number in range(50)]
    text = json.dumps({"n": [1], "articles": records, "end": 1}, ensure_ascii=False)
    found = list(split_values(cut(text, 64), longest=300))
    assert [json.loads(value.text) for value in found] == records


@given(st.text(st.sampled_from('{}[]",\\: ant1')), st.integers(min_value=1, max_value=9))
def test_any_text_gives_values_or_complaints(text: str, size: int) -> None:
    for longest in (3, 1000):
        for value in split_values(cut(text, size), longest):
            assert bool(value.text) != bool(value.problem)
