"""Citations: lines as ГОСТ Р 7.0.5-2008 has them, and BibTeX that any text leaves whole."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from hostile import articles, words
from hypothesis import given
from hypothesis import strategies as st

from corpus import Article, CorpusError
from corpus.citation import key

SEEN = dt.date(2024, 11, 1)
FULL = Article(
    id="sv-1",
    title="Мост открыт",
    text="Мост.",
    source="Северный вестник",
    authors=("Ефим Карачаров", "Анна Горшенина"),
    url="https://www.vestnik.example/most?a=1&b=2",
    date=dt.date(2024, 10, 5),
)

GOST = [
    (
        {},
        "Ефим Карачаров, Анна Горшенина. Мост открыт // Северный вестник. 05.10.2024. "
        "URL: https://www.vestnik.example/most?a=1&b=2 (дата обращения: 01.11.2024).",
    ),
    ({"authors": (), "url": ""}, "Мост открыт // Северный вестник. 05.10.2024."),
    ({"authors": (), "url": "", "source": "", "date": None}, "Мост открыт."),
    ({"authors": ("Петров А. А.",), "url": "", "title": "Что делать?", "source": "", "date": None},
     "Петров А. А. Что делать?"),
    ({"authors": ("А", "Б", "В", "Г"), "url": "", "date": None, "title": "Конец."},
     "А [и др.]. Конец // Северный вестник."),
    ({"authors": (), "title": "", "date": None, "source": "", "url": "http://www.a.example/ x"},
     "[Без заголовка] // a.example. URL: http://www.a.example/%20x (дата обращения: 01.11.2024)."),
    ({"authors": (), "title": "Ждём\n весну...", "url": "", "date": dt.date(914, 1, 2)},
     "Ждём весну... // Северный вестник. 02.01.0914."),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "line"), GOST)
def test_a_line_is_as_the_standard_has_it(fields: dict[str, object], line: str) -> None:
    assert replace(FULL, **fields).citation(accessed=SEEN) == line  # type: ignore[arg-type]


def test_bibtex_has_what_is_known() -> None:
    assert FULL.citation("bibtex", accessed=SEEN) == (
        "@online{sv-1,\n"
        "  author = {Ефим Карачаров and Анна Горшенина},\n"
        "  title = {Мост открыт},\n"
        "  organization = {Северный вестник},\n"
        "  date = {2024-10-05},\n"
        "  url = {https://www.vestnik.example/most?a=1&b=2},\n"
        "  urldate = {2024-11-01},\n"
        "  langid = {russian}\n"
        "}"
    )
    bare = Article(id="sv-2", text="Мост.", title="Мост").citation("bibtex")
    assert bare == "@online{sv-2,\n  title = {Мост},\n  langid = {russian}\n}"


def test_special_characters_are_escaped() -> None:
    odd = replace(FULL, title=r"50 % {A_b} & C\d #1 $5 ~ ^", authors=("Иван and Ко", "Я"))
    entry = odd.citation("bibtex")
    assert r"title = {50 \% \textbraceleft{}A\_b\textbraceright{} \& C\textbackslash{}d" in entry
    assert r"\#1 \$5 \textasciitilde{} \textasciicircum{}}" in entry
    assert "author = {{Иван and Ко} and Я}" in entry


def test_without_a_day_of_access_it_is_that_of_adding() -> None:
    added = replace(FULL, added_at=dt.datetime(2025, 3, 4, 23, tzinfo=dt.UTC))
    assert added.citation().endswith("(дата обращения: 04.03.2025).")
    assert "urldate = {2025-03-04}" in added.citation("bibtex")
    assert "дата обращения" not in FULL.citation()


def test_an_unknown_style_names_those_there_are() -> None:
    with pytest.raises(CorpusError, match="no style of citations 'apa'") as caught:
        FULL.citation("apa")
    assert caught.value.hint == "there are: gost, bibtex"


@given(articles())
def test_any_article_can_be_cited(article: Article) -> None:
    line = article.citation(accessed=SEEN)
    assert line
    assert line.splitlines() == [line]
    entry = article.citation("bibtex", accessed=SEEN)
    first, *fields, last = entry.split("\n")
    assert entry.splitlines() == [first, *fields, last]
    assert re.fullmatch(r"@online\{[A-Za-z0-9:._+-]+,", first)
    assert last == "}"
    for field in fields:
        found = re.fullmatch(r"  [a-z]+ = \{(.+)\},?", field)
        assert found, field
        value = found[1]
        depth = 0
        for character in value:
            depth += {"{": 1, "}": -1}.get(character, 0)
            assert depth >= 0, field
        assert depth == 0
        if not field.startswith("  url = "):
            assert not re.search(r"(?<!\\)[#$%&_~^]", value)


@given(st.lists(words | st.text(max_size=8), unique=True))
def test_keys_are_ascii_stable_and_unique(ids: list[str]) -> None:
    keys = [key(name) for name in ids]
    assert keys == [key(name) for name in ids]
    assert len(set(keys)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9:._+-]+", name) for name in keys)


@pytest.mark.parametrize(
    ("article_id", "start"),
    [
        ("a3c1a6b5d08e0714", "a3c1a6b5d08e0714"),
        ("новости/2024: Щука", "novosti-2024:-Shchuka-"),
        ("семья", "semia-"),
        ("中", "article-"),
        ("", "article-"),
    ],
)
def test_keys_are_in_latin_letters(article_id: str, start: str) -> None:
    assert key(article_id).startswith(start)
    assert (key(article_id) == article_id) == (start == article_id)
