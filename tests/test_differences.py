"""Differences between texts: laws that hold for all, and what people see of them."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from corpus import Article, Corpus, CorpusError
from corpus.cli.commands import cli as command
from corpus.differences import GONE, NEW, SAME, Piece, differences, passages

texts = st.lists(
    st.sampled_from(["мост", "река", "и", ",", ".", " ", "\n", "\n\n", "— ", "Путин", "<b>", " "]),
    max_size=40,
).map("".join)


def of_kinds(pieces: list[Piece], *kinds: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind in kinds)


@given(texts, texts)
def test_pieces_give_back_both_texts(before: str, after: str) -> None:
    pieces = differences(before, after)
    assert of_kinds(pieces, SAME, NEW) == after
    assert of_kinds(pieces, SAME, GONE).split() == before.split() or (
        "".join(of_kinds(pieces, SAME, GONE).split()) == "".join(before.split())
    )


@given(texts)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert of_kinds(differences(text, text), SAME) == text
    assert not passages(differences(text, text))


@given(texts, texts)
def test_passages_hold_all_that_differs(before: str, after: str) -> None:
    pieces = differences(before, after)
    shown = [piece for passage in passages(pieces, 10) for piece in passage]
    changed = [piece for piece in pieces if piece.kind != SAME]
    assert [piece for piece in shown if piece.kind != SAME] == changed


def test_words_are_compared_and_not_characters() -> None:
    assert differences("Мост стоил два миллиона.", "Мост стоил три миллиона рублей.") == [
        (SAME, "Мост стоил"),
        (GONE, " два"),
        (NEW, " три"),
        (SAME, " миллиона"),
        (NEW, " рублей"),
        (SAME, "."),
    ]


def test_white_space_makes_no_difference() -> None:
    assert [p.kind for p in differences("а б\nв", "а  б\n\nв")] == [SAME]


def test_long_texts_are_compared_in_no_time() -> None:
    words = [f"слово{n % 700}," for n in range(30_000)]
    other = [*words[:10_000], "новое", *words[10_001:]]
    paragraphs = [
        "\n\n".join(" ".join(w[n : n + 60]) for n in range(0, len(w), 60)) for w in (words, other)
    ]
    pieces = differences(*paragraphs)
    assert of_kinds(pieces, NEW).strip() == "новое"


def _in_paragraphs(words: list[str]) -> str:
    return "\n\n".join(" ".join(words[n : n + 60]) for n in range(0, len(words), 60))


TEXT = (
    "Новый мост через реку Тихую открыли вчера утром. Мэр перерезала ленту, и по мосту прошёл "
    "первый трамвай. Строили его четыре года, и стоил он два миллиарда рублей."
)
HOSTILE = "Если 5 < 7 & <x, то \x1b[31mкрасный \u202eобратно"


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    corpus = Corpus.create(tmp_path / "corpus")
    corpus.add(
        [
            Article(id="a", title="Мост", text=TEXT, date=dt.date(2024, 5, 2)),
            Article(id="b", title="Трамвай", text=f"{TEXT} {HOSTILE}", date=dt.date(2024, 5, 3)),
            Article(id="c", title="Мост", text=TEXT, date=dt.date(2024, 5, 4)),
            Article(id="d", title="Иное", text="Школу закрыли из-за трещин в стенах."),
        ]
    )
    return corpus


def test_versions_tell_the_group_the_first_one_and_how_alike_they_are(corpus: Corpus) -> None:
    found = corpus.versions("b")
    assert (found.first, found.ids) == ("a", ["a", "b", "c"])
    rows = {row["id"]: row for row in found}
    assert rows["b"]["similarity"] == rows["b"]["contained"] == 1
    assert 0.7 <= rows["a"]["similarity"] == rows["c"]["similarity"] < 1
    assert rows["a"]["contained"] == 1
    assert corpus.versions("d").ids == ["d"]


def test_differences_lead_from_the_first_version(corpus: Corpus) -> None:
    (one,) = corpus.versions("b").differences
    assert (one.before, one.after) == ("a", "b")
    assert one.fields["title"] == [(GONE, "Мост"), (NEW, "Трамвай")]
    assert [d.after for d in corpus.versions("a").differences] == ["b", "c"]
    assert not corpus.versions("c").differences[0]
    assert corpus.versions("c").difference("c", "b").before == "b"
    assert not corpus.versions("d").differences
    with pytest.raises(CorpusError, match="no version 'd'"):
        corpus.versions("a").difference("d")
    with pytest.raises(CorpusError, match="no article"):
        corpus.versions("x")


def test_nothing_of_a_text_becomes_markup_or_reaches_a_terminal(corpus: Corpus) -> None:
    (one,) = corpus.versions("b").differences
    page = one._repr_html_()
    assert "<x" not in page
    assert "5 &lt; 7 &amp; &lt;x" in page
    assert "<ins>Трамвай</ins>" in page
    assert "<del>Мост</del>" in page
    shown = CliRunner().invoke(command, ["--root", str(corpus.root), "show", "b", "--versions"])
    for text in (page, repr(one), shown.stdout):
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert "[-Мост-]{+Трамвай+}" in shown.stdout.replace(" ", "")


def test_show_versions_on_the_command_line(corpus: Corpus) -> None:
    def run(*args: str) -> Any:
        return CliRunner().invoke(command, ["--root", str(corpus.root), "show", *args])

    shown = run("c", "--versions")
    assert shown.stdout.startswith("3 versions, the first one a\n")
    assert shown.stdout.endswith("from a to c\nnothing differs\n")
    assert run("d", "--versions").stdout.startswith("1 version, the first one d\n")
    known = json.loads(run("b", "--versions", "--format", "json").stdout)
    assert known["first"] == "a"
    assert [row["id"] for row in known["versions"]] == ["a", "b", "c"]
    assert known["differences"][0]["title"] == [["gone", "Мост"], ["new", "Трамвай"]]
    assert run("b", "--versions", "--raw").exit_code == 2
    assert run("x", "--versions").exit_code == 1


def test_colours_tell_gone_from_new_and_end_where_they_began(corpus: Corpus) -> None:
    args = ["--root", str(corpus.root), "show", "b", "--versions"]
    plain = CliRunner().invoke(command, args).stdout
    shown = CliRunner().invoke(command, args, env={"FORCE_COLOR": "1"}, color=True).stdout
    assert "\x1b[31m[-\x1b[0m\x1b[31mМост\x1b[0m" in shown
    assert "\x1b[1;32mТрамвай\x1b[0m" in shown
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown) == plain
    for line in shown.splitlines():
        assert line.count("\x1b[0m") * 2 == line.count("\x1b[")
