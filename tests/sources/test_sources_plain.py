"""Plain text, Markdown, and the front matter of both."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Article, Failure
from corpus.sources import Place, parse_markdown, parse_plain
from corpus.sources.frontmatter import split_front
from corpus.sources.plain import first_heading, split_title

PLACE = Place("a.txt")
FRONT = """---
title: "Мост: открытие"
date: 2024-10-24
author: Анна Смирнова
tags: [мост, река]
rubric: Город
---

Первый абзац.

Второй абзац.
"""


def plain(text: str, place: Place = PLACE) -> Article:
    (found,) = parse_plain(text, place)
    assert isinstance(found, Article), found
    return found


def markdown(text: str, place: Place = PLACE) -> Article:
    (found,) = parse_markdown(text, place)
    assert isinstance(found, Article), found
    return found


def test_the_first_line_is_the_title_and_its_repetition_stays() -> None:
    found = plain("Мост открыли\n\nМост открыли\n\nПодзаголовок\n\nТекст.\n")
    assert found.title == "Мост открыли"
    assert found.text == "Мост открыли\n\nПодзаголовок\n\nТекст."
    assert (found.markup, found.raw, found.record, found.origin) == ("plain", "", {}, "a.txt")


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("\n\n  Заголовок  \r\nТекст", "Заголовок", "Текст"),
        ("Заголовок\rТекст", "Заголовок", "Текст"),
        ("Одна строка и всё", "", "Одна строка и всё"),
        ("Одна строка и всё\n\n", "", "Одна строка и всё\n\n"),
        ("щ" * 300 + "\nТекст", "", "щ" * 300 + "\nТекст"),
        ("щ" * 299 + "\nТекст", "щ" * 299, "Текст"),
    ],
)
def test_a_short_line_above_others_is_the_title(text: str, title: str, body: str) -> None:
    assert split_title(text) == (title, body)


@pytest.mark.parametrize("read", [parse_plain, parse_markdown])
def test_front_matter_is_honoured(read: type) -> None:
    (found,) = read(FRONT, PLACE)
    assert found.title == "Мост: открытие"
    assert found.date == dt.date(2024, 10, 24)
    assert found.authors == ("Анна Смирнова",)
    assert found.tags == ("мост", "река")
    assert found.text == "Первый абзац.\n\nВторой абзац."
    assert found.record["rubric"] == "Город"
    assert found.record["date"] == "2024-10-24"


def test_front_matter_without_a_title_leaves_it_to_the_first_line() -> None:
    found = plain("---\nauthor: Анна\n---\nМост открыли\n\nТекст.")
    assert (found.title, found.authors, found.text) == ("Мост открыли", ("Анна",), "Текст.")


def test_toml_front_matter_is_honoured() -> None:
    found = markdown('+++\ntitle = "Мост"\ndate = 2024-10-24T12:30:00+03:00\n+++\nТекст.')
    assert (found.title, found.date, found.time) == (
        "Мост",
        dt.date(2024, 10, 24),
        "12:30:00+03:00",
    )
    assert found.record["date"] == "2024-10-24T12:30:00+03:00"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_front_matter_may_have_any_line_ends(end: str) -> None:
    assert plain(FRONT.replace("\n", end)).title == "Мост: открытие"


@pytest.mark.parametrize(
    "block",
    [
        "---\ntitle: [мост\n---\n",
        "---\ntitle: Мост: открытие: да\n---\n",
        "---\na: &x 1\nb: *x\n---\n",
        "---\n" + "a: {" * 3000 + "\n---\n",
        "---\ntitle: x\n",
        "---\na: " + "щ" * 70_000 + "\n---\n",
        "+++\ntitle = \n+++\n",
        "---\n? [a, b]\n: c\n---\n",
    ],
    ids=["bracket", "colon", "alias", "deep", "open", "long", "toml", "key"],
)
def test_front_matter_that_cannot_be_read_stays_in_the_text(block: str) -> None:
    found = plain(block + "\nЗаголовок\n\nТекст статьи.")
    assert found.text.endswith("Текст статьи.")
    assert "---" in found.text + found.title or "+++" in found.text + found.title
    assert len(found.problems) == 1
    assert found.problems[0].startswith("front matter is not understood and left in the text: ")


def test_a_rule_above_the_text_is_no_front_matter() -> None:
    text = "---\nПросто слова между линейками\n---\nТекст."
    assert split_front(text) == ({}, text, "")


def test_yaml_builds_nothing_but_strings_and_lists() -> None:
    front = split_front(
        "---\ndate: 2024-10-24\nn: 1\nyes: true\nobject: !!python/name:os.x y\n---\n"
    )
    assert front.fields == {"date": "2024-10-24", "n": "1", "yes": "true", "object": "y"}


def test_the_first_heading_is_the_title_and_the_body_stays_markdown() -> None:
    found = markdown(
        "Лид.\n\n# **Мост** [через реку](x) #\n\nТекст *с* [ссылкой](y).\n\n## Глава\n"
    )
    assert found.title == "Мост через реку"
    assert (
        found.text == "Лид.\n\n# **Мост** [через реку](x) #\n\nТекст *с* [ссылкой](y).\n\n## Глава"
    )
    assert found.markup == "markdown"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("```\n# код\n```\n# Заголовок", "Заголовок"),
        ("~~~~\n# код\n~~~\n# код\n~~~~\n# Заголовок", "Заголовок"),
        ("## Второй\n#без пробела\n", ""),
        ("    # код\n", ""),
        ("#\tЗаголовок ##", "Заголовок"),
        ("# Язык C#", "Язык C#"),
        ("", ""),
    ],
)
def test_only_a_heading_of_the_first_level_is_a_title(text: str, title: str) -> None:
    assert first_heading(text) == title


def test_a_title_in_front_matter_wins_over_the_heading() -> None:
    assert markdown("---\ntitle: Один\n---\n# Другой\n\nТекст").title == "Один"


@pytest.mark.parametrize("text", ["", " \n\n", "\ufeff", "---\ntitle: x\n---\n\n"])
def test_a_file_without_text_is_a_failure(text: str) -> None:
    assert list(parse_plain(text, PLACE)) == [Failure("a.txt", "no text")]
    assert list(parse_markdown(text, PLACE)) == [Failure("a.txt", "no text")]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_word_of_a_text_is_lost(text: str) -> None:
    for found in parse_plain(text, PLACE):
        if isinstance(found, Article) and not found.record:
            assert f"{found.title} {found.text}".split() == text.split()


@given(st.text(st.sampled_from("---\n+ :[]{}&*!a\"'#|>-мост\t "), max_size=60))
def test_any_front_matter_gives_an_article_or_a_reason(block: str) -> None:
    for text in (f"---\n{block}\n---\nТекст", f"+++\n{block}\n+++\nТекст"):
        (found,) = parse_markdown(text, PLACE)
        assert isinstance(found, Article | Failure)


def test_a_title_under_another_name_in_front_matter_leaves_the_first_line() -> None:
    found = plain("---\nЗаголовок: Мост\n---\nПервая строка\n\nТекст.")
    assert (found.title, found.text) == ("Мост", "Первая строка\n\nТекст.")


@pytest.mark.parametrize(
    "line", ["# " + "**a " * 300_000, "# " + "[" * 999_999, "# " + " " * 10**6]
)
def test_a_heading_without_end_is_no_title_and_takes_no_time(line: str) -> None:
    assert markdown(f"{line}x\n\nТекст.").title == ""
