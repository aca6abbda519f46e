"""Words with endings that no dictionary has: golden rows, and words of the treebanks by shape."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from real import real

from corpus.morphology import endings
from corpus.morphology.analyser import Analyser
from corpus.morphology.features import feature_dict
from corpus.text.fold import fold
from corpus.text.tokens import PIECE

ANALYSER = Analyser()
ROWS = [
    line.split()
    for line in Path(__file__).with_name("endings.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("form", "lemma", "pos", "told"), ROWS)
def test_a_word_is_found_under_the_lemma_of_its_kind(
    form: str, lemma: str, pos: str, told: str
) -> None:
    found = ANALYSER.form(form)
    assert (found.lemma, found.pos) == (lemma, pos)
    ours = feature_dict(found.tag, found.pos, found.lemma)
    assert told == "_" or dict(pair.split("=") for pair in told.split("|")).items() <= ours.items()


@pytest.mark.parametrize("form", [form for form, *_ in ROWS])
def test_a_word_with_an_ending_is_one_token(form: str) -> None:
    assert PIECE.findall(form) == [form]


@pytest.mark.parametrize("word", ["cвета", "Рoccии", "а", "ёж", "км2", "2014г", "ЦК-", "'а", "X"])
def test_other_words_have_no_such_shape(word: str) -> None:
    assert endings.by_shape(word) is None


@pytest.mark.parametrize(
    ("typed", "form"), [("хх", "ХХ"), ("spacex", "SpaceX'а"), ("т-72а", "Т-72А"), ("озхо", "ОЗХО")]
)
def test_what_is_typed_in_small_letters_finds_it(typed: str, form: str) -> None:
    assert fold(ANALYSER.form(form).lemma) in ANALYSER.candidates(typed)


NAMES = st.from_regex(r"[a-zA-Z]{3,12}", fullmatch=True)


@given(NAMES, st.sampled_from("'’-"), st.sampled_from(["а", "у", "ом", "е", "ы", "ов", "ами"]))
def test_all_forms_of_a_name_have_the_lemma_of_the_name(name: str, mark: str, ending: str) -> None:
    assert ANALYSER.form(name + mark + ending).lemma == name.lower()


@given(st.integers(1, 10**6), st.sampled_from("й го му м я ю е х ми ая ое ые".split()))
def test_all_forms_of_an_ordinal_have_one_lemma(number: int, ending: str) -> None:
    wanted = str(number) if ending == "х" and number in (2, 3, 4) else f"{number}-й"
    assert ANALYSER.form(f"{number}-{ending}").lemma == wanted


SHAPES = {
    "hyphen": re.compile(r"[А-Яа-яЁё]+(?:-[А-Яа-яЁё]+)+"),
    "capitals": re.compile(r"[А-ЯЁ]{2,}"),
    "capitals with an ending": re.compile(r"[А-ЯЁ]{2,}[а-яё]{1,3}"),
    "number with letters": re.compile(r"\d+[-а-яё]+"),
}


def gold() -> Iterator[tuple[str, str]]:
    for name in ("ru_gsd-ud-dev", "ru_taiga-ud-dev", "ru_taiga26-ud-train"):
        with gzip.open(real(f"morphology/{name}.conllu.gz"), "rt", encoding="utf-8") as file:
            for line in file:
                columns = line.split("\t")
                if len(columns) == 10 and columns[0].isdigit():
                    yield columns[1], columns[2]


def test_words_of_the_treebanks_by_shape() -> None:
    """The gold has 1920-е, 4-х and 30-ть as lemmas of their own, and expands кол-во and ЗП."""
    right: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    for form, lemma in gold():
        for name, shape in SHAPES.items():
            if shape.fullmatch(form):
                all_of[name] += 1
                right[name] += fold(ANALYSER.form(form).lemma) == fold(lemma)
    least = {"hyphen": 0.92, "capitals": 0.93, "capitals with an ending": 0.9}
    for name, share in {**least, "number with letters": 0.6}.items():
        assert right[name] / all_of[name] > share, (name, right[name], all_of[name])
