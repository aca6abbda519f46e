"""Lemmas of single forms: golden rows, names in all their cases, and the lexicon's order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.morphology import parallel
from corpus.morphology.analyser import Analyser
from corpus.morphology.lexicon import Lexicon
from corpus.morphology.parses import Parses
from corpus.store import parts
from corpus.text.fold import fold

ANALYSER = Analyser()

GOLDEN = """
стали        стать       VERB
сталью       сталь       NOUN
есть         быть        AUX
нём          он          PRON
нем          он          PRON
тем          то          PRON
все          весь        DET
зимой        зима        NOUN
деньгами     деньги      NOUN
счастья      счастье     NOUN
Путину       путин       PROPN
Москвы       москва      PROPN
Митчелл      митчелл     PROPN
Гуцаева      гуцаев      PROPN
Снеткова     снеткова    PROPN
Снеткову     снетков     PROPN
Майерса      майерса     PROPN
основном     основной    ADJ
10-го        10-й        ADJ
2024         2024        NUM
1,8          1,8         NUM
XXI          XXI         ADJ
SpaceX       spacex      X
,            ,           PUNCT
%            %           SYM
"""


@pytest.mark.parametrize("row", GOLDEN.strip().splitlines(), ids=lambda row: row.split()[0])
def test_lemma_and_part_of_speech(row: str) -> None:
    form, lemma, pos = row.split()
    entry = ANALYSER.form(form)
    assert (entry.lemma, entry.pos) == (lemma, pos)


def test_an_ambiguous_word_brings_all_its_lemmas() -> None:
    assert set(ANALYSER.candidates("стали")) >= {"стать", "сталь"}
    assert ANALYSER.form("стали").alternatives == ("стать", "сталь")


def test_unknown_words_get_no_invented_yo() -> None:
    assert "ё" not in ANALYSER.form("Майерса").lemma
    assert ANALYSER.form("Майёрса").form == "Майёрса"


@pytest.mark.parametrize("name", ["Саламатин", "Росстат", "Путин", "Снеткова", "Гуцаев", "Илон"])
def test_a_name_is_found_in_every_case_form(name: str) -> None:
    wanted = set(ANALYSER.candidates(name.lower()))
    parses = ANALYSER._morph.parse(name)
    stem = fold(name)[:-1]
    lexeme = {p.word for p in parses[0].lexeme if "plur" not in p.tag and p.word.startswith(stem)}
    for form in lexeme:
        lemma = fold(ANALYSER.form(form.capitalize()).lemma)
        assert lemma in wanted, (form, lemma, wanted)


def test_candidates_are_folded_and_hold_the_word_itself() -> None:
    assert "елка" in ANALYSER.candidates("Ёлка")
    assert ANALYSER.candidates("за́мок")[0] == "замок"


@given(st.text(min_size=1, max_size=30))
def test_any_form_has_an_analysis(form: str) -> None:
    entry = ANALYSER.form(form)
    assert entry.form == form
    assert entry.lemma
    assert entry.alternatives[0] == entry.lemma
    assert ANALYSER.candidates(form)


# Known and not, ambiguous, with е for ё, initials, compounds, prefixes, unheard of.
WORDS = """
    стали еще ещё елка берег замок все всё печь А я Ъ т до из-за кто-нибудь по-русски Путину
    Снеткова премьер-министра сверхмыслящий наилучшего зазырить бутявками Кунейтры чёрно-зелёных МВД
    ОПЕК Иванов иванова шла мой моём большей второе лошадьми 10-го A1 VPN-соединение
""".split()


@pytest.mark.parametrize("word", WORDS)
def test_the_short_way_to_a_word_leads_where_pymorphy3_leads(word: str) -> None:
    found = ANALYSER._parses.of(word)
    wanted = ANALYSER._morph.parse(word)
    assert [(p.normal_form, p.tag.text, p.tag.part) for p in found] == [
        (p.normal_form, str(p.tag), str(p.tag.POS or "")) for p in wanted
    ]
    assert found[0].known == wanted[0].is_known


def test_a_dictionary_kept_otherwise_is_asked_the_long_way() -> None:
    class Other:
        parse = ANALYSER._morph.parse

    parses = Parses(Other())  # type: ignore[arg-type]
    assert ANALYSER._parses.has_short_way
    assert not parses.has_short_way
    assert [p.normal_form for p in parses.of("стали")] == ["стать"] + ["сталь"] * 5


def test_processes_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    forms = [f"слово{n}" for n in range(50)] + ["стали", "Путину", ",", "10-го"]
    alone = parallel.analyse_all(forms, ANALYSER)
    assert alone.forms == forms
    assert alone.likeliest(alone.lemmas)[-4:] == ["стать", "путин", ",", "10-й"]
    monkeypatch.setattr(parallel, "ENOUGH", 4)
    monkeypatch.setattr(parallel, "_BLOCK", 7)
    seen: list[int] = []
    shared = parallel.analyse_all(forms, ANALYSER, lambda done, total: seen.append(done))
    for mine, theirs in zip(shared, alone, strict=True):
        assert list(mine) == list(theirs)
    assert seen[-1] == len(forms)


def test_the_lexicon_codes_forms_once_in_order() -> None:
    lexicon = Lexicon(ANALYSER)
    for form in ("стали", "Путину", "стали", "сталь"):
        lexicon.pieces.form_code(form)
    assert lexicon.update().forms == ["стали", "Путину", "сталь"]
    assert lexicon.update().forms == []
    lemma, pos, _ = lexicon.arrays()
    assert [list(lexicon.lemmas)[code] for code in lemma] == ["стать", "путин", "сталь"]
    assert len(lexicon) == len(pos) == 3


def test_a_lexicon_kept_on_disk_is_the_same() -> None:
    lexicon, again = Lexicon(ANALYSER), Lexicon()
    for form in ("стали", "Путину", ",", "сталь"):
        lexicon.pieces.form_code(form)
    again.load(*parts.analyses(parts.lexicon_table(lexicon.update())))
    assert again.pieces.forms == lexicon.pieces.forms
    tokens, starts = np.array([0, 1, 2, 3], np.int32), np.array([True, False, False, True])
    for mine, theirs in zip(
        again.chosen(tokens, starts), lexicon.chosen(tokens, starts), strict=True
    ):
        assert mine.tolist() == theirs.tolist()
    assert "_morph" not in vars(again.analyser)


def test_letters_without_a_name_stop_nobody() -> None:
    found = Analyser().form("Мост\U00017000")
    assert (found.lemma, found.pos) == ("мост\U00017000", "X")
    assert "мост\U00017000" in Analyser().candidates("мост\U00017000")
