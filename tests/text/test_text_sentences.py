"""Sentences: golden lines a linguist can read, their laws, and gold boundaries against razdel's."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from gold_sentences import boundaries, paragraphs, score
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Article
from corpus.text.tokens import Pieces, tokenise

GOLDEN = [
    line
    for line in Path(__file__).with_name("sentences.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def starts(text: str) -> list[int]:
    columns = tokenise([Article(text=text)], Pieces())
    first = np.flatnonzero(np.diff(columns.sentence, prepend=-1))
    return [int(start) for start in columns.start[first]]


def sentences(text: str) -> list[str]:
    edges = [*starts(text), len(text)]
    return [text[a:b] for a, b in pairwise(edges)]


@pytest.mark.parametrize("line", GOLDEN)
def test_sentences_start_where_a_reader_says(line: str) -> None:
    text = line.replace(" | ", " ")
    assert " | ".join(part.strip() for part in sentences(text)) == line


@pytest.mark.parametrize("line", GOLDEN)
def test_more_white_space_leaves_sentences_where_they_are(line: str) -> None:
    wanted = [part.split() for part in line.split(" | ")]
    text = line.replace(" | ", " ").replace(" ", " \t")
    assert [part.split() for part in sentences(text)] == wanted


TEXTS = st.text(alphabet='аБВгй г.!?… ()«»"—#@1 \n😍:', max_size=60)


@given(TEXTS | st.text(max_size=80))
def test_sentences_joined_are_the_text(text: str) -> None:
    columns = tokenise([Article(text=text)], Pieces())
    parts = sentences(text)
    before = text[: starts(text)[0]] if parts else text
    assert before + "".join(parts) == text
    assert not before.strip() or not len(columns)
    assert all(part.strip() for part in parts)


@given(TEXTS)
def test_a_sentence_starts_a_paragraph_or_follows_white_space(text: str) -> None:
    for start in starts(text)[1:]:
        assert text[start - 1].isspace()


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_paragraph_is_parted_as_if_it_stood_alone(parts: list[str]) -> None:
    parts = [" ".join(part.split()) for part in parts if part.strip()]
    alone = [sentence.strip() for part in parts for sentence in sentences(part)]
    assert [sentence.strip() for sentence in sentences("\n\n".join(parts))] == alone


# What razdel 0.5 has on the same paragraphs, as `benchmarks/sentences.py` measures it.
RAZDEL = {
    "GramEval2020-RuEval2017-Lenta-news-dev": 1.0,
    "GramEval2020-RuEval2017-social-dev": 0.7660,
    "GramEval2020-SynTagRus-dev": 1.0,
    "MorphoRuEval2017-VK-gold": 0.8892,
    "ru_gsd-ud-dev": 0.9566,
    "ru_taiga-ud-dev": 0.6473,
    "ru_taiga26-ud-train": 0.8426,
}


@pytest.mark.parametrize("name", RAZDEL)
def test_gold_boundaries_are_found_no_worse_than_by_razdel(name: str) -> None:
    found = score(paragraphs(name), lambda text: set(starts(text)[1:]))
    assert found.f1 >= RAZDEL[name] - 5e-5, found


def test_the_boundaries_of_a_paragraph_are_where_its_sentences_start() -> None:
    text, places = boundaries(["Да.", "Нет!", "А"])
    assert text == "Да. Нет! А"
    assert places == {4, 9}
