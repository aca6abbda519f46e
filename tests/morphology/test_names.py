"""Words outside the dictionary: what the forms seen say of the lemma, and what they do not say."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.morphology.declensions import PATTERNS, lexemes_of
from corpus.morphology.names import Families, Seen, decide, gathered, linked

# What was seen: form, lemma given, how often. What is right stands last.
GOLDEN = """
# A form that ends in a consonant, and its cases.
Росвест росвест 16, Росвеста росвеста 32, Росвесту росвесту 2, Росвестом росвестом 1 = росвест
# The nominative itself need not be met.
Гандолу гандолу 3, Гандолы гандолы 8, Гандолой гандол 4, Гандоле гандоль 2 = гандола
# Only ever one form: it does not decline.
Лаффетти лаффеттить 20 = лаффетти
Шамбле шамбль 12 = шамбле
# A place, where things happen.
Бромзен бромзен 9, Бромзене бромзень 60, Бромзена бромзена 2 = бромзен
# The vowel goes.
Брудок брудок 9, Брудка брудка 11, Брудком брудком 2 = брудок
Мельзавец мельзавец 9, Мельзавца мельзавца 11, Мельзавцу мельзавц 2 = мельзавец
бромзюрок бромзюрка 6, бромзюрки бромзюрк 8, бромзюрка бромзюрка 2 = бромзюрка
# Soft and in й.
Брамзель брамзель 8, Брамзеля брамзеля 6, Брамзелем брамзело 2 = брамзель
Гордуй гордуй 8, Гордуя гордуя 6, Гордуем гордовать 2 = гордуй
# Men of a family, and women of one.
Тяпушкин тяпушкин 9, Тяпушкина тяпушкина 4, Тяпушкиным тяпушкин 2 = тяпушкин
Тяпушкина тяпушкина 9, Тяпушкиной тяпушкина 5, Тяпушкину тяпушкин 2 = тяпушкина
Тяпушкина тяпушкин 9, Тяпушкиной тяпушкино 5, Тяпушкину тяпушкин 2 = тяпушкина
Гурлевская гурлевская 9, Гурлевской гурлевской 5, Гурлевскую гурлевский 2 = гурлевская
# Of one form alone nobody can tell.
Тяпушкина тяпушкин 39 = тяпушкин
# The stress may be on the ending.
Гурдской гурдский 18, Гурдского гурдский 3 = гурдской
# A name in -ина that declines like a noun is none of these.
Картолина картолина 9, Картолины картолин 12, Картолину картолин 3 = картолина
# ё where it is mostly written.
Гнёздин гнёздин 5, Гнездина гнездин 2, Гнёздиным гнёздин 3 = гнёздин
# In small letters only what some sentence said is possible.
майнеров майнеры 6, майнеры майнеры 5, майнера майнер 2, майнер майнер 4 = майнер
"""

# The same, where the lemmas stay what they are.
UNDECIDED = """
# Met too seldom.
Лаффетти лаффеттить 4
Гандолу гандол 1
# Small letters: загуглил would be declined like a noun.
загуглил загуглить 9, загуглила загуглить 5, загуглили загуглить 7
# An abbreviation.
ГРОМВА громва 9, ГРОМВЫ громвы 4
# Syllables.
ска ска 9, ской скай 7
# Different words.
Гурлан гурлан 7, Бромзет бромзет 8
"""


def rows(text: str) -> list[str]:
    return [line for line in text.strip().splitlines() if not line.startswith("#")]


def seen(text: str) -> list[Seen]:
    """Read occurrences, none of them at the start of a sentence."""
    items = (item.split() for item in text.split(","))
    return [Seen(form, lemma, int(times), 0) for form, lemma, times in items]


def nothing(word: str) -> bool:
    """Say that the dictionary has no such word."""
    return False


@pytest.mark.parametrize("row", rows(GOLDEN))
def test_the_forms_seen_decide(row: str) -> None:
    text, _, right = row.rpartition("=")
    given = {item.lemma for item in seen(text)}
    final = decide(seen(text), nothing)
    assert {final.get(lemma, lemma) for lemma in given} == {right.strip()}


@pytest.mark.parametrize("row", rows(UNDECIDED))
def test_little_evidence_changes_nothing(row: str) -> None:
    assert decide(seen(row), nothing) == {}


def test_a_family_of_men_and_women_has_two_lemmas_and_the_sentence_chooses() -> None:
    found = seen(
        "Тяпушкин тяпушкин 3, Тяпушкина тяпушкин 2, Тяпушкина тяпушкина 9, Тяпушкину тяпушкино 2, "
        "Тяпушкиной тяпушкина 4, Тяпушкиной тяпушкиной 2, Тяпушкиным тяпушкин 1"
    )
    assert decide(found, nothing) == {"тяпушкино": "тяпушкин", "тяпушкиной": "тяпушкина"}


def test_sentence_starts_are_no_evidence_of_a_name() -> None:
    inside = [Seen("Лаффетти", "лаффеттить", 20, 0)]
    at_start = [Seen("Лаффетти", "лаффеттить", 20, 20)]
    assert decide(inside, nothing) == {"лаффеттить": "лаффетти"}
    assert decide(at_start, nothing) == {}


def test_a_lemma_of_the_dictionary_stays() -> None:
    found = [Seen("Мостеля", "мост", 8, 0), Seen("Мостель", "мостель", 8, 0)]
    assert decide(found, nothing) == {"мост": "мостель"}
    assert decide(found, "мост".__eq__) == {}


def test_a_lemma_whose_forms_disagree_stays() -> None:
    found = [
        *(Seen("Гурлану", "гурлу", 5, 0), Seen("Гурлан", "гурлан", 9, 0)),
        *(Seen("Бромзету", "гурлу", 5, 0), Seen("Бромзет", "бромзет", 9, 0)),
    ]
    assert decide(found, nothing) == {}


STEMS = ("гурл", "гурлин", "гурлов", "брамз", "брамзе", "шальск")
ENDINGS = sorted({ending for pattern in PATTERNS for ending in pattern.endings})
OCCURRENCES = st.lists(
    st.builds(
        lambda stem, ending, lemma, times, capital: Seen(
            (stem + ending).capitalize() if capital else stem + ending, lemma, times, 0
        ),
        st.sampled_from(STEMS),
        st.sampled_from(ENDINGS),
        st.sampled_from([stem + ending for stem in STEMS for ending in ("", "а", "ий", "ь")]),
        st.integers(1, 30),
        st.booleans(),
    ),
    max_size=12,
)


@given(OCCURRENCES, st.randoms(use_true_random=False))
def test_neither_order_nor_portions_matter(found: list[Seen], chance: random.Random) -> None:
    portions = [part for item in found for part in _halves(item)]
    chance.shuffle(portions)
    assert decide(portions, nothing) == decide(found, nothing)


def _halves(item: Seen) -> Iterable[Seen]:
    half = item.times // 2
    return (item._replace(times=n) for n in (half, item.times - half) if n)


@given(OCCURRENCES)
def test_what_is_linked_can_be_decided_alone(found: list[Seen]) -> None:
    """So one more article has only the words anew that its own compete with."""
    whole = decide(found, nothing)
    forms = gathered(found)
    for form in forms:
        own = {form}
        while True:
            lemmas = {lemma for one in own for lemma in forms[one].lemmas}
            more = linked(forms, own) | {f for f, e in forms.items() if lemmas & set(e.lemmas)}
            if more == own:
                break
            own = more
        part = [item for item in found if item.form.lower() in own]
        alone = decide(part, nothing)
        assert alone == {lemma: whole[lemma] for lemma in lemmas if lemma in whole}


def test_a_form_that_is_gone_still_leads_to_its_rivals() -> None:
    assert linked({"гурлану", "бромзет"}, ["гурлан"]) == {"гурлан", "гурлану"}


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
def test_patterns_are_sound(pattern: object) -> None:
    shares = pattern.endings.values()  # type: ignore[attr-defined]
    assert all(0 < share < 1 for share in shares)
    assert 0.9 < sum(shares) < 1.2


def test_a_form_finds_every_word_that_has_it() -> None:
    assert {word.lemma for word in lexemes_of("гурлану")} >= {"гурлан", "гурлана"}
    for word in lexemes_of("гурлевской"):
        assert "гурлевской" in dict(word.forms())


def test_families_hold_all_lemmas_of_a_word() -> None:
    families = Families({"росвеста": "росвест", "росвесту": "росвест", "Гнездин": "гнёздин"})
    assert families.of("росвесту") == ("росвест", "росвеста", "росвесту")
    assert families.of("росвест") == families.of("росвесту")
    assert families.of("гнездин") == ("гнездин",)
    assert families.of("мост") == ("мост",)
