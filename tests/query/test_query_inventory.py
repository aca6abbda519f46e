"""The names that a query may use are those of the dictionary and of the tables of features."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.morphology import closed, features
from corpus.query import parse
from corpus.query.expressions import re2
from corpus.query.inventory import (
    CATEGORIES,
    FEATURES,
    GRAMMEMES,
    PARTS,
    TAGS,
    UPOS,
    ZONES,
    advice,
    impossible,
)
from corpus.text.fold import fold

# Names of groups in the dictionary, which no tag holds.
GROUPS = "ANim ASpc CAse GNdr INvl MOod NMbr PErs POST TEns TRns VOic".split()


def test_the_grammemes_are_those_of_the_dictionary() -> None:
    pymorphy3 = pytest.importorskip("pymorphy3")
    known = pymorphy3.MorphAnalyzer().TagClass.KNOWN_GRAMMEMES
    assert sorted(TAGS) == sorted(known - set(GROUPS))


def test_the_parts_of_speech_are_those_that_words_get() -> None:
    assert {*closed.UPOS.values(), *(pos for pos, *_ in closed.WORDS)} <= set(UPOS)
    # NOUN, VERB and INTJ mean the same in both.
    assert set(closed.UPOS) - set(UPOS) <= set(PARTS)


def test_the_features_and_their_values_are_those_of_the_tables() -> None:
    known: dict[str, set[str]] = {"Voice": {"Act", "Mid"}}
    for _, name, value, _ in features.TABLE:
        known.setdefault(name, set()).add(value)
    for name, value, *_ in closed.FEATURES:
        known.setdefault(name, set()).update([value] if value else [])
    assert {name: set(values) for name, values in FEATURES.items()} == known


def test_zones_are_those_of_tokens() -> None:
    assert set(ZONES) == set(pytest.importorskip("corpus.text.tokens").ZONES)


@pytest.mark.parametrize("tag", [*GRAMMEMES, *PARTS])
def test_every_grammeme_has_plain_words(tag: str) -> None:
    from corpus.query import explain

    said = explain(parse(f'[tag="{tag}" & lemma="мост"]'))
    assert "whose tag" not in said


def test_what_can_be_is_no_error_and_what_cannot_has_a_hint() -> None:
    can = [("pos", "prep"), ("tag", "ABLT"), ("tag", "NOUN,inan,masc sing,ablt"), ("lemma", "щщщ")]
    can += [("feats", "Case=Ins"), ("feats", "_"), ("pos", "N.*"), ("heading", "YES")]
    assert [impossible(*one) for one in can] == [None] * len(can)
    assert impossible("feats", "Case=Ins|Number=Sing", literal=True) is None
    assert impossible("feats", "Case=Ins|Number=Dual", literal=True)
    assert impossible("pos", "N.", literal=True)


def test_a_hint_names_the_nearest_and_all_if_they_are_few() -> None:
    assert advice("lema", ["form", "lemma"], "Attributes") == (
        "Did you mean lemma? Attributes: form, lemma"
    )
    assert len(advice("abl", TAGS, "Grammemes")) < 200
    assert "README" in advice("abl", TAGS, "Grammemes")
    assert len(CATEGORIES) == 9


def test_names_may_have_any_case_and_cyrillic_letters_that_look_latin() -> None:
    plain = parse('[pos="NOUN"] within <s/>')
    assert parse('[РОS="NOUN"] WITHIN <С/>') == parse('[роs="NOUN"] within <с/>') == plain


@pytest.mark.parametrize(
    ("expression", "matching", "other"),
    [
        (r"\w+", "мост ё café x2", "а-б ."),
        (r"[\w-]+", "кто-то мост", ". 'а"),
        (r"\W", ". — №", "а 1"),
        (r"[^\w]", ".", "ы"),
        ("[[:alpha:]]+", "мост bridge", "5 ."),
        ("[[:upper:]].*", "мост Мост", ". 5"),
        ("(?-i)[[:upper:]].*", "Мост Ёж", "мост ёж"),
        ("(?-i)Мост", "Мост", "мост МОСТ"),
        ("МОСТ", "мост Мост МОСТ", "моста"),
        ("ёлка", "елка Елка", "белка"),
        ("[а-ё]+", "ель елка", "bridge"),
        ("[а-яё]+", "ель елка", "bridge"),
        ("а|б", "а б", "аб ба"),
        (r"\pL{4}", "мост", "мосты"),
        ("[]а]", "] а", "б"),
        (r"[\]а]", "] а", "б"),
        ("д’.*", "д'Артаньян", "дом"),
        ("кто‑то", "кто-то", "кто"),
        ("[а‑я]", "а - я", "б"),
    ],
)
def test_expressions_know_every_alphabet_and_match_whole_values(
    expression: str, matching: str, other: str
) -> None:
    assert parse(f'[form="{expression}"]')
    # As a dictionary has them: е for ё, case kept.
    for text, expected in ((matching, True), (other, False)):
        values = [_alike(word) for word in text.split()]
        found = pc.match_substring_regex(pa.array(values), re2(expression)).to_pylist()
        assert found == [expected] * len(values)


def _alike(word: str) -> str:
    return word.translate(str.maketrans("ёЁ’‑", "еЕ'-"))


@given(st.text(".*+?()[]{}|\\^$абё/\"'-", min_size=1, max_size=8), st.text("аб.*", max_size=4))
def test_a_literal_matches_itself_alone(text: str, other: str) -> None:
    folded = fold(text)
    found = pc.match_substring_regex(pa.array([folded, fold(other)]), re2(text, literal=True))
    assert found.to_pylist() == [True, fold(other) == folded]
