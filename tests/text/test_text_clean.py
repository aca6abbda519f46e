"""Cleaning: golden cases in cleaning.txt, and the laws that hold for every text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.model import Article, Change
from corpus.text.clean import (
    Cleaned,
    clean_article,
    clean_line,
    clean_text,
    clean_url,
    describe,
    restore,
)

GOLDEN = Path(__file__).with_name("cleaning.txt")
SIGNS = str.maketrans({"¶": "\n", "⍽": "\xa0", "␣": " ", "⇥": "\t"})
KEYS = {"in", "out", "rules", "title", "markup", "field", "heads"}


class Case(NamedTuple):
    line: int
    given: dict[str, str]

    def text(self, key: str) -> str:
        """Return the text that `key` shows, its signs turned into what they stand for."""
        shown = re.sub(r"\{(.)\}", r"\1", self.given[key]).translate(SIGNS)
        return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match.group(1), 16)), shown)


def read_cases() -> list[Case]:
    cases = []
    case: dict[str, str] = {}
    for number, line in enumerate([*GOLDEN.read_text("utf-8").splitlines(), ""], 1):
        if line.startswith("#"):
            continue
        if line:
            key, _, value = line.partition(" ")
            assert key in KEYS, f"{GOLDEN.name}:{number}: {key}"
            case[key] = value.strip(" ")
        elif case:
            cases.append(Case(number - len(case), case))
            case = {}
    return cases


def cleaned(case: Case) -> Cleaned:
    field = case.given.get("field", "text")
    if field == "url":
        text, changes = clean_url(case.text("in"))
    elif field == "title":
        text, changes = clean_line(case.text("in"), "title")
    else:
        title, markup = case.given.get("title", ""), case.given.get("markup", "plain")
        return clean_text(case.text("in"), title=title, markup=markup)
    return Cleaned(text, (), changes)


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: f"line {case.line}")
def test_golden_case(case: Case) -> None:
    result = cleaned(case)
    assert result.text == case.text("out" if "out" in case.given else "in")
    if "rules" in case.given:
        rules = list(dict.fromkeys(change.rule for change in result.changes))
        assert rules == case.given["rules"].split()
    if "heads" in case.given:
        assert [str(number) for number in result.headings] == case.given["heads"].split()
    field = case.given.get("field", "text")
    assert restore(result.text, result.changes, field) == case.text("in")


# Laws -----------------------------------------------------------------------------------------

LAW = settings(deadline=None)
CHARACTERS = st.characters()  # lone surrogates too
SNIPPETS = st.sampled_from(
    """<p> </p> <br> <h2> </h2> <script> </script> <!-- --> <b> </b> &nbsp; &amp; &lt;p&gt; &#0;
    &shy; &#x2028; Сергей Cергей ХХI сo c a К с Заголовок — «Да» ». кто- то рассмат- риваемый # ##
    ### *a* **b** _c_ `d` [e](f) ![g](h) > - 1. *** --- === | |a|b| ``` ~~~ \\* \\ http:// . , ! ? …
    и\u0306 е\u0308 а\u0301 e\u0301 \u0301 \u0316 \u0450 \u00ad ¬ \u200b \u0019 \u0000 \u0085 \u2028
    \ud800 \udc00 \U0001f3bf \u1100 \u1161 \u212b ﬁ""".split()
)
WHITE = st.sampled_from(
    [" ", "  ", "\n", "\n\n", " \n", "\n ", "\t", "\xa0", "\r\n", "\r", "\x0c", ""]
)
MESSES = st.lists(st.one_of(SNIPPETS, WHITE, CHARACTERS), max_size=40).map("".join)
TEXTS = st.one_of(MESSES, st.text(CHARACTERS))
MARKUPS = st.sampled_from(["plain", "headings", "markdown"])


@LAW
@given(TEXTS, st.one_of(st.just("Заголовок"), MESSES), MARKUPS)
@example("\r\n\n\r", "", "plain")
@example("##\n\n##\n\n# Заголовок", "Заголовок", "markdown")
def test_a_text_is_restored_from_its_changes(text: str, title: str, markup: str) -> None:
    result = clean_text(text, title=title, markup=markup)
    assert restore(result.text, result.changes, "text") == text


@LAW
@given(TEXTS)
def test_a_line_is_restored_and_is_one_line(text: str) -> None:
    line, changes = clean_line(text, "lead")
    assert restore(line, changes, "lead") == text
    assert re.search(r"\s\s|[^\S ]|\A\s|\s\Z", line) is None


@LAW
@given(TEXTS)
def test_a_url_is_restored(text: str) -> None:
    url, changes = clean_url(text)
    assert restore(url, changes, "url") == text


@LAW
@given(TEXTS, MARKUPS)
def test_paragraphs_are_parted_by_one_blank_line_and_headings_are_among_them(
    text: str, markup: str
) -> None:
    result = clean_text(text, markup=markup)
    paragraphs = result.text.split("\n\n") if result.text else []
    assert all(paragraph == paragraph.strip() != "" for paragraph in paragraphs)
    assert "\n" not in "".join(paragraphs)
    assert list(result.headings) == sorted(set(result.headings))
    assert all(number < len(paragraphs) for number in result.headings)


@LAW
@given(TEXTS)
def test_no_control_invisible_or_half_character_is_left(text: str) -> None:
    left = clean_text(text).text
    assert (
        re.search("[\x00-\x09\x0b-\x1f\x7f-\xa0\xad\u200b-\u200f\ufeff\ud800-\udfff]", left) is None
    )


@LAW
@given(TEXTS)
def test_changes_of_other_fields_are_left_alone(text: str) -> None:
    changes = (Change("x", "lead", 0, "лишнее", ""), *clean_text(text).changes)
    assert restore(clean_text(text).text, changes, "text") == text


@LAW
@given(st.text("абв \n\xa0\u0301<>&", max_size=30), st.lists(MESSES, max_size=3))
def test_every_field_of_an_article_is_restored(text: str, names: list[str]) -> None:
    article = Article(
        text=text, title=text[::-1], lead=text * 2, source=text, url=text, authors=tuple(names)
    )
    result = clean_article(article)
    for field in ("text", "title", "lead", "source", "url"):
        assert restore(getattr(result, field), result.changes, field) == getattr(article, field)
    for number, name in enumerate(names):
        assert restore(result.authors[number], result.changes, f"authors.{number}") == name


# Passes, articles, sums -----------------------------------------------------------------------


def test_two_passes_of_one_rule_are_undone_one_after_the_other() -> None:
    changes = (
        Change("r", "text", 1, "xyz", "b"),
        Change("r", "text", 2, "b", "cc"),
        Change("r", "text", 0, "ab", "d"),
    )
    assert restore("dcc", changes, "text") == "axyzb"


def test_deletions_at_one_place_come_back_in_order() -> None:
    changes = (Change("r", "text", 1, "1", ""), Change("r", "text", 1, "2", ""))
    assert restore("аб", changes, "text") == "а12б"


def test_an_article_keeps_what_came_in() -> None:
    article = Article(
        id="7",
        title=" Снег\xa0в мае ",
        text="Снег в мае\n\nПохолодало.\nЧто дальше\nСиноптики обещают снег, ветер и мороз до"
        " самого конца следующей недели, а потом тепло.",
        tags=("погoда", "май"),
        authors=("Cергей Иванов",),
        url="https://a.examplehttps://a.example/1",
    )
    result = clean_article(article)
    assert result.title == "Снег в мае"
    assert result.paragraphs[:2] == ("Похолодало.", "Что дальше")
    assert result.headings == (1,)
    assert result.raw == article.text
    assert (result.tags, result.authors) == (("погода", "май"), ("Сергей Иванов",))
    assert (result.id, result.url) == ("7", "https://a.example/1")
    assert {change.field for change in result.changes} == {
        "title", "text", "tags.0", "authors.0", "url"
    }  # fmt: skip


def test_a_source_of_its_own_stays_the_raw_text() -> None:
    assert clean_article(Article(text="Текст", raw="<p>Текст</p>")).raw == "<p>Текст</p>"


def test_cleaning_a_cleaned_article_changes_nothing() -> None:
    article = Article(
        title="Снег в мае", text="Снег в мае\n\nВ пятницу  похолодало, и\xa0это надолго."
    )
    once = clean_article(article)
    assert clean_article(once) == once


def test_changes_are_summed_up_with_samples() -> None:
    changes = clean_text("Cергей и Cеул, и  снова  Cеул").changes
    spaces, words = describe(changes, samples=2)
    assert (spaces.rule, spaces.field, spaces.times) == ("space", "text", 2)
    assert spaces.samples == (("  ", " "),)
    assert (words.rule, words.times) == ("look-alike", 3)
    assert words.samples == (("Cергей", "Сергей"), ("Cеул", "Сеул"))
    assert describe(()) == []


@pytest.mark.parametrize(
    "unit",
    [
        "<", "<p ", "<!--", "<script>", "<script></style>", "&", "&amp;", "- ", "-\n", " ", "\n",
        " \n ", "a", "aя", "a я ", "[", "[a](", "*", "*a ", " _a_", "`", "`a", "|", "# \n", "> ",
        "\\", "¬ ", "\u0316\u0301", "\ud800", "http://", ".  ", "Заголовок\n\n", "строка одна\n",
    ],
)  # fmt: skip
def test_long_runs_take_no_more_than_linear_time(unit: str) -> None:
    text = unit * (40_000 // len(unit))  # with the square of it, this test would not end
    for markup in ("plain", "markdown"):
        result = clean_text(text, title="Заголовок", markup=markup)
        assert restore(result.text, result.changes, "text") == text
    clean_line(text, "title")
    clean_url(text)
