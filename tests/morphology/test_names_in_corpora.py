"""Lemmas decided by the whole corpus: counted, searched, exported, and the same however it grew."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from decided import columns_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import Article, Corpus
from corpus.cli.commands import cli
from corpus.columns.files import read_contents

Make = Callable[..., Corpus]

TEXTS = {
    "one": ("Отчёт", "Вчера отчёт Росвеста обсуждал Лаффетти. Ему помог глава Росвеста."),
    "two": ("Прогноз", "Сегодня Росвест ждёт роста. Об этом сказал Лаффетти, а не Брудок."),
    "three": ("Спор", "Письмо Росвесту отправил Лаффетти. Тренера Брудка оно удивило."),
    "four": ("Итог", "Спор с Росвестом закончил Лаффетти, игру выиграл Брудок."),
    "five": ("Матч", "Команду Брудка хвалил сам Лаффетти. Игроки с Брудком согласны."),
    "six": ("Семья", "К сцене вышла Тяпушкина. Роль Тяпушкиной удалась, Тяпушкину хвалили."),
}
WORDS = {
    "росвест": ({"one", "two", "three", "four"}, "Росвест Росвеста росвесту росвестом Росвесте"),
    "лаффетти": ({"one", "two", "three", "four", "five"}, "Лаффетти лаффетти"),
    "брудок": ({"two", "three", "four", "five"}, "Брудок Брудка брудком"),
    "тяпушкина": ({"six"}, "Тяпушкина Тяпушкиной тяпушкину Тяпушкин"),
}


def article(name: str) -> Article:
    return Article(id=name, title=TEXTS[name][0], text=TEXTS[name][1])


@pytest.fixture
def names(make: Make) -> Corpus:
    return make(**TEXTS)


@pytest.mark.parametrize("lemma", WORDS)
def test_any_form_finds_all_articles_with_any_form(names: Corpus, lemma: str) -> None:
    articles, forms = WORDS[lemma]
    for form in forms.split():
        assert {hit.id for hit in names.search(form)} == articles, form


def test_a_hit_explains_itself_by_the_final_lemma(names: Corpus) -> None:
    (hit,) = (hit for hit in names.search("росвестом") if hit.id == "one")
    (row,) = hit.explain().to_arrow().to_pylist()
    assert (row["lemma"], row["matches"], row["forms"]) == ("росвест", 2, "Росвеста 2")


@pytest.mark.parametrize("lemma", WORDS)
def test_all_forms_are_counted_as_one_lemma(names: Corpus, lemma: str) -> None:
    counted = dict(
        zip(*names.frequencies(by="lemma").to_arrow().select(["lemma", "frequency"]), strict=True)
    )
    counted = {word.as_py(): times.as_py() for word, times in counted.items()}
    stem = lemma[:4]
    assert {word for word in counted if word.startswith(stem)} == {lemma}
    text = " ".join(text for _, text in TEXTS.values()).lower()
    assert counted[lemma] == text.count(stem)


def test_a_corpus_knows_the_lemmas_it_has_decided_on(names: Corpus) -> None:
    for lemma, (_, forms) in WORDS.items():
        if lemma != "тяпушкина":
            assert names.lemma(forms.split()[0])[0].lemma == lemma
    assert names.lemma("лаффетти")[0].lemma == "лаффетти"
    assert names.lemma("стали")[0].lemma == "стать"


def test_the_command_asks_the_corpus(names: Corpus) -> None:
    command = ["--root", str(names.root), "lemma", "лаффетти", "--format", "tsv"]
    lines = CliRunner().invoke(cli, command).stdout.splitlines()
    assert lines[1].split("\t")[:2] == ["лаффетти", "лаффетти"]


def test_exports_have_the_final_lemmas(names: Corpus, tmp_path: Path) -> None:
    tokens = pq.read_table(names.to_parquet(tmp_path / "out") / "tokens.parquet").to_pylist()
    found = {row["lemma"] for row in tokens if row["form"].startswith(("Росв", "Лафф", "Бруд"))}
    assert found == {"росвест", "лаффетти", "брудок"}
    for path in (names.to_conllu(tmp_path / "a.conllu"), names.to_vertical(tmp_path / "a.vert")):
        lines = [line.split("\t") for line in path.read_text().splitlines()]
        words = [line for line in lines if any(cell.startswith("Росв") for cell in line[:2])]
        assert {line[2 if path.suffix == ".conllu" else 1] for line in words if len(line) > 2} == {
            "росвест"
        }
    part = names.subcorpus(ids=["four"])
    rows = pq.read_table(part.to_parquet(tmp_path / "part") / "tokens.parquet").to_pylist()
    assert "росвест" in {row["lemma"] for row in rows}


def test_the_table_of_tokens_keeps_what_the_sentence_said(names: Corpus) -> None:
    assert columns_of(names).renamed
    readme = (names.data / "README.md").read_text()
    assert "all articles together" in readme


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 10**6))
def test_the_way_a_corpus_came_about_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    chance = random.Random(seed)
    grown = Corpus.create(tmp_path_factory.mktemp("grown"))
    there: set[str] = set()
    for _ in range(chance.randint(2, 7)):
        some = chance.sample(sorted(TEXTS), chance.randint(1, 4))
        if there and chance.random() < 0.3:
            gone = chance.sample(sorted(there), chance.randint(1, len(there)))
            grown.remove(gone)
            there -= set(gone)
        elif there and chance.random() < 0.2:
            grown.rebuild()
        else:
            grown.add([article(name) for name in some])
            there |= set(some)
    at_once = Corpus.create(tmp_path_factory.mktemp("at_once"))
    at_once.add([article(name) for name in sorted(there)])
    if there:
        assert columns_of(grown).renamed == columns_of(at_once).renamed
        assert grown.check() == []


def test_names_are_decided_anew_when_articles_go(names: Corpus) -> None:
    assert "росвест" in columns_of(names).renamed.values()
    names.remove(["one", "two", "three", "four", "five"])
    assert "росвест" not in columns_of(names).renamed.values()


def test_a_corpus_without_unknown_words(small: Corpus) -> None:
    columns = columns_of(small)
    assert columns.final is None
    assert columns.renamed == {}
    assert small.lemma("мосту")[0].lemma == "мост"


def test_hostile_words_do_no_harm(names: Corpus) -> None:
    before = columns_of(names).renamed
    text = " ".join(
        (
            *("Ы" * 100_000, "Роcвест", "Росвест1", "РОСВЕСТ", "росвест-", "-Росвест", "Ъ", "Ёё"),
            *("Росвест-Росвест-Росвест", "Щ\u0301ука", "İстанбул", "ꙮ", "Ҳисор"),
        )
    )
    names.add(Article(id="hostile", text=f"Вот {text}."))
    after = columns_of(names).renamed
    assert before.items() <= after.items()
    assert names.check() == []


def test_damage_is_named_and_mended(names: Corpus) -> None:
    folder = next((names.root / "index").glob("g*/columns"))
    contents = read_contents(folder)
    assert contents is not None
    for name in ("renamed", "outside"):
        path = contents.path(folder, name)
        data = path.read_bytes()
        path.unlink()
        path.write_bytes(b"\x7f" * len(data))
        assert any(str(path) in finding.text for finding in Corpus(names.root).check())
        path.unlink()
        path.write_bytes(data)
    assert Corpus(names.root).check() == []
    path = contents.path(folder, "renamed")
    path.unlink()
    path.write_bytes(b"\x7f" * contents.kept["renamed"].size)
    fresh = Corpus(names.root)
    fresh.rebuild()
    assert {hit.id for hit in fresh.search("росвестом")} == WORDS["росвест"][0]
