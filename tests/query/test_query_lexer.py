from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.query import words
from corpus.query.lexer import place_before_tidying, tidy

MARKS = "аБё9 .,-‑'’*?_/\u0301\u00ad\u00a0é«x"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("кто-то темно-синий 10-го COVID-19", ["кто-то", "темно-синий", "10-го", "COVID-19"]),
        ("O'Hara д’Артаньян", ["O'Hara", "д’Артаньян"]),
        ("1,8 24.10.2024 12:30", ["1,8", "24.10.2024", "12", "30"]),
        ("C++ AT&T №5 #тег @имя км/ч", ["C", "AT", "T", "5", "тег", "имя", "км", "ч"]),
        ("слово- -слово --- 'слово'", ["слово", "слово", "слово"]),
    ],
)
def test_words_are_letters_and_digits_joined_by_single_hyphens_and_apostrophes(
    text: str, expected: list[str]
) -> None:
    assert [word for _, word in words(text)] == expected


@given(st.text(MARKS, max_size=30))
def test_words_stand_where_they_say(text: str) -> None:
    assert all(text[start : start + len(word)] == word for start, word in words(text))


@given(st.text(MARKS, max_size=30))
def test_words_of_a_query_are_those_of_a_text(text: str) -> None:
    tokens = pytest.importorskip("corpus.text.tokens")
    assert words(text) == [(found.start(), found[0]) for found in tokens.WORD.finditer(text)]


@given(st.text(MARKS + "\u0300\u0306\u0308\u200bиеЕ", max_size=20))
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(MARKS + "\u0306и", max_size=20))
def test_every_place_of_the_tidied_text_leads_back_into_the_text(text: str) -> None:
    places = [place_before_tidying(text, place) for place in range(len(tidy(text)) + 1)]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)


def test_place_before_tidying_skips_what_was_taken_out() -> None:
    text = "пу\u00adтин и\u0306 (маск"
    assert text[place_before_tidying(text, tidy(text).index("("))] == "("
