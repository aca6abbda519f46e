"""Words in their sentences: invented ones, any strings; nothing but the sentence counts."""

from __future__ import annotations

import hashlib
import random
from importlib import resources

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Analyser
from corpus.morphology import context
from corpus.morphology.analyser import MODEL_VERSION
from corpus.text.fold import fold

ANALYSER = Analyser()

# The words in question are marked: form/lemma/part of speech.
SENTENCES = """
Мы нашли/найти/VERB ключ под лестницей .
Они стали/стать/VERB жить в новом доме .
Мост построен из стали/сталь/NOUN .
Мы желаем вам счастья/счастье/NOUN и здоровья .
Это мой/мой/DET дом .
На полке стоят три тома/том/NOUN стихов .
Жаркое/жаркий/ADJ лето прошло быстро .
Стекло/стекло/NOUN разбилось на кухне .
После/после/ADP обеда мы пошли домой .
Его душа/душа/NOUN болит .
Хорошие вести/весть/NOUN пришли/прийти/VERB утром/утро/NOUN .
Есть/быть/VERB ли у вас вода ?
Он сказал , что/что/SCONJ придёт позже/позже/ADV .
Я не знаю , о чём/что/PRON ты думаешь .
Мы говорили о том/то/PRON , что/что/SCONJ было вчера .
Дом стоял у самой/самый/ADJ воды .
Во/во/ADP дворе росла крупнейшая/крупнейший/ADJ липа .
Анна Сергеевна/сергеевна/PROPN ушла .
Он бежал быстро/быстро/ADV .
Завод дал 5 тыс./тысяча/NOUN тонн .
Листы из стали/сталь/NOUN везут на завод .
Пирог поставили в печь/печь/NOUN .
Мэр Алевтина Ветрова/ветрова/PROPN поручила проверить мост .
Мэра Алевтину Ветрову/ветрова/PROPN узнали не все .
« Мост открыт » , — сказала Ветрова/ветрова/PROPN .
Дом Ивана Ветрова/ветров/PROPN стоит у реки .
О доме у Ветрова/ветров/PROPN говорили долго .
Дарина Снеткова/снеткова/PROPN выиграла гонку .
"""


@pytest.mark.parametrize("line", SENTENCES.strip().splitlines())
def test_the_sentence_decides(line: str) -> None:
    marked = [token.split("/") if len(token) > 1 else [token] for token in line.split()]
    found = ANALYSER.analyse([parts[0] for parts in marked])
    wanted = [tuple(parts) for parts in marked if len(parts) == 3]
    got = [
        (a.form, a.lemma, a.pos) for a, parts in zip(found, marked, strict=True) if len(parts) == 3
    ]
    assert got == wanted


YO = """
Её дом стоит у реки .
Я вижу её каждый день .
Всё хорошо .
Мы всё знаем .
Всё время шёл дождь .
Он всё ещё ждёт её письма .
Всё это было давно .
Всё , что ты сказал , правда .
Моё мнение иное .
В нём живут все мои друзья .
"""


@pytest.mark.parametrize("line", YO.strip().splitlines())
def test_a_lemma_does_not_hang_on_yo(line: str) -> None:
    with_yo = ANALYSER.analyse(line.split())
    without = ANALYSER.analyse(line.replace("ё", "е").replace("Ё", "Е").split())
    assert [(fold(a.lemma), a.pos) for a in with_yo] == [(fold(a.lemma), a.pos) for a in without]


def test_what_an_analysis_says() -> None:
    found = ANALYSER.analyse("Мост построен из стали .".split())[3]
    assert found.lemma == found.alternatives[0] == "сталь"
    assert "стать" in found.alternatives
    assert found.tag == "NOUN,inan,femn sing,gent"
    assert "Case=Gen" in found.feats
    assert found.start is None


def test_a_text_in_sentences_with_offsets() -> None:
    text = "Мост построен из стали. Они стали жить  здесь.\n\nЁлка — зелёная!"
    found = ANALYSER.text(text)
    assert [s[-1].form for s in found] == [".", ".", "!"]
    assert all(text[a.start : a.stop] == a.form for sentence in found for a in sentence)
    assert [a.lemma for sentence in found for a in sentence if a.form == "стали"] == [
        "сталь",
        "стать",
    ]
    assert ANALYSER.text("") == []
    assert ANALYSER.text(" \n\n ") == []


def test_a_text_is_not_a_sentence() -> None:
    with pytest.raises(TypeError, match="list of tokens"):
        ANALYSER.analyse("Мост")


def test_no_tokens_no_analyses() -> None:
    assert ANALYSER.analyse([]) == []
    assert list(ANALYSER.sentences([[], ["да"], []])) == [[], ANALYSER.analyse(["да"]), []]
    assert list(ANALYSER.sentences([])) == []


ODD = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", " ", "a b", "не знаю", "😀", "#дом", "@имя", "#", "А.", "...", "т.е.", "Ё"]
    ),
    st.text(alphabet="абвстоЁё-.№1a'", max_size=8),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ODD, max_size=12))
def test_any_strings_have_analyses(tokens: list[str]) -> None:
    found = ANALYSER.analyse(tokens)
    assert [a.form for a in found] == tokens
    assert all(a.alternatives[0] == a.lemma for a in found)


WORDS = "стали сталь мой его все что нашли том Том тома Путин , . « в на 5 дом белых".split()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=9), max_size=12), st.randoms())
def test_a_decision_depends_on_its_sentence_only(
    sentences: list[list[str]], chance: random.Random
) -> None:
    alone = {tuple(s): ANALYSER.analyse(s) for s in sentences}
    chance.shuffle(sentences)
    assert list(ANALYSER.sentences(sentences)) == [alone[tuple(s)] for s in sentences]


def test_blocks_are_whole_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = [["Они", "стали", "жить", "."], ["Из", "стали"], ["."]] * 7
    whole = list(ANALYSER.sentences(sentences))
    for size in (1, 2, 5, 8):
        monkeypatch.setattr(context, "_BLOCK", size)
        assert list(ANALYSER.sentences(sentences)) == whole
    monkeypatch.setattr(context, "_BLOCK", 3)
    starts = np.array([True, False, True, False, False, False, True, True])
    assert [(b.start, b.stop) for b in context.blocks(starts)] == [(0, 2), (2, 6), (6, 8)]


def test_a_few_words_are_read_as_many_are(monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = [["Они", "стали", "жить", "."], ["Из", "стали"], ["Мой", "руки", "мылом", "!"]] * 3
    monkeypatch.setattr(context, "_ENOUGH", 1 << 30)
    few = list(ANALYSER.sentences(sentences))
    monkeypatch.setattr(context, "_ENOUGH", 0)
    assert list(ANALYSER.sentences(sentences)) == few


def test_the_model_that_ships_is_the_version_that_is_recorded() -> None:
    data = resources.files("corpus.morphology").joinpath("model", context.FILE).read_bytes()
    model = context.unpack(data)
    assert context.pack(model) == data
    assert model.header["version"] == MODEL_VERSION
    assert model.header["licence"] == "CC BY-SA 4.0"
    assert hashlib.sha256(data).hexdigest() == CHECKSUM, "another model needs another version"


CHECKSUM = "1103e0ac17cfff8d00d29d2802f40d3e5ae38714e5336148ef958f42d4730e2f"
"""Of the model; whoever changes it raises MODEL_VERSION."""
