"""Text on a terminal: wrapped on words, coloured without a colour that runs on."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from corpus.cli.hits import hit_text
from corpus.cli.output import Screen
from corpus.model import Hit, Snippet
from corpus.render import columns_of, terminal, wrapped

RED = "\x1b[1;31m"
BOLD = "\x1b[1m"
OFF = "\x1b[0m"


@st.composite
def snippets(draw: st.DrawFn) -> Snippet:
    pieces = draw(st.lists(st.text("абв \x1b\u202e日*\n", min_size=1), max_size=6))
    spans, place = [], 0
    for number, piece in enumerate(pieces):
        if number % 2:
            spans.append((place, place + len(piece)))
        place += len(piece)
    return Snippet("".join(pieces), tuple(spans))


def test_words_found_are_red_and_bold_and_titles_bold() -> None:
    snippet = Snippet("Новый мост открыт", ((6, 10),))
    assert terminal(snippet, colour=True) == [f"Новый {RED}мост{OFF} открыт"]
    title = [f"{BOLD}Новый {OFF}{RED}мост{OFF}{BOLD} открыт{OFF}"]
    assert terminal(snippet, colour=True, bold=True) == title
    assert terminal(snippet, bold=True) == ["Новый **мост** открыт"]


def test_colour_ends_with_the_line_and_goes_on_in_the_next() -> None:
    snippet = Snippet("личные темы дня", ((0, 11),))
    lines = terminal(snippet, width=8, colour=True)
    assert lines == [f"{RED}личные{OFF}", f"{RED}темы{OFF} дня"]


def test_nothing_is_wrapped_without_a_width() -> None:
    text = "слово " * 500
    assert wrapped(text, None) == [text]


def test_wide_characters_count_twice_and_combining_ones_not() -> None:
    assert wrapped("日本 本日", 8) == ["日本", "本日"]
    assert wrapped("и\u0306 и\u0306 и\u0306", 5) == ["и\u0306 и\u0306 и\u0306"]


@given(st.text("абв 日"), st.integers(1, 30))
def test_wrapping_loses_nothing_and_keeps_to_the_width(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert " ".join(lines) == text
    assert all(columns_of(line) <= width or " " not in line.strip() for line in lines)


@given(snippets(), st.one_of(st.none(), st.integers(5, 40)))
def test_colour_changes_nothing_but_the_colour(snippet: Snippet, width: int | None) -> None:
    bare = terminal(Snippet(snippet.text), width=width)
    coloured = terminal(snippet, width=width, colour=True, bold=True)
    plain = [re.sub(r"\x1b\[[\d;]*m", "", line) for line in coloured]
    assert plain == bare
    for line in coloured:
        codes = re.findall(r"\x1b\[[\d;]*m", line)
        assert all((code == OFF) == bool(n % 2) for n, code in enumerate(codes))
        assert len(codes) % 2 == 0


def test_a_hit_hangs_its_number_out() -> None:
    hit = Hit(
        rank=7,
        id="a1",
        score=1.0,
        title="",
        date=None,
        source="Газета",
        url="",
        snippet=Snippet("Новый мост открыли вчера", ((6, 10),)),
    )
    assert hit_text(hit, Screen(width=24), 2) == (
        " 7. (no title)\n    Газета · a1\n    Новый **мост**\n    открыли вчера\n"
    )
