"""init, add, remove, rebuild, export, info, check."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from corpus import Corpus
from corpus.cli.articles import details, facts_text, findings_text, summary
from corpus.model import Failure, Finding
from corpus.receipt import Receipt


@pytest.fixture
def inbox(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty corpus, the current folder; returned is a folder of two articles beside it."""
    news = tmp_path / "новости"
    news.mkdir()
    (news / "мост.txt").write_text("Мост открыли\n\nМэр открыл мост через реку.", "utf-8")
    (news / "паром.txt").write_text("Паром ушёл\n\nПаром стоял у моста весь год.", "utf-8")
    root = tmp_path / "корпус"
    run("init", root)
    monkeypatch.chdir(root)
    return news


def test_init_makes_a_corpus_and_says_what_next(run: Any, tmp_path: Path) -> None:
    result = run("init", tmp_path / "мой корпус")
    assert (tmp_path / "мой корпус" / "corpus_data" / "articles").is_dir()
    assert result.stdout.startswith("made an empty corpus in ")
    assert "corpus --root '" in result.stderr
    assert "already" in run("init", tmp_path / "мой корпус").stdout
    assert run("-q", "init", tmp_path / "третий").stderr == ""


def test_init_without_a_folder_means_here_or_the_root(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "next: corpus add" in run("init").stderr
    assert (tmp_path / "corpus_data").is_dir()
    run("--root", tmp_path / "b", "init")
    assert (tmp_path / "b" / "corpus_data").is_dir()


def test_add_counts_and_adding_again_changes_nothing(run: Any, inbox: Path) -> None:
    assert run("add", inbox).stdout == "2 added, 0 identical, 0 changed, 0 failed\n"
    again = "nothing new: all 2 articles were in the corpus already\n"
    assert run("add", inbox).stdout == again
    assert run("search", "мост", "--count").stdout == "2\n"


def test_add_prints_its_receipt_as_json(run: Any, inbox: Path) -> None:
    receipt = json.loads(run("add", inbox, "--format", "json").stdout)
    assert receipt["counts"]["added"] == len(receipt["added"]) == 2


def test_add_goes_on_after_a_failure_and_exits_with_1(run: Any, inbox: Path) -> None:
    result = run("add", inbox / "мост.txt", inbox / "нет.txt", code=1)
    assert result.stdout.startswith("1 added, 0 identical, 0 changed, 1 failed\nfailed:\n")
    assert "нет.txt: no such file or folder" in result.stdout
    receipt = json.loads(run("add", inbox / "нет.txt", "--format", "json", code=1).stdout)
    assert receipt["failed"][0]["reason"] == "no such file or folder"


def test_add_reads_stdin_with_source_and_map(run: Any, inbox: Path) -> None:
    line = json.dumps({"headline": "Река", "text": "Река встала."}, ensure_ascii=False)
    run("add", "-", "--source", "Газета", "--map", "title=headline", input=line.encode())
    (hit,) = json.loads(run("search", "река", "--format", "json").stdout)
    assert (hit["title"], hit["source"]) == ("Река", "Газета")


@pytest.mark.parametrize(
    ("value", "message"),
    [("titel=x", "the fields are: title"), ("title", "FIELD=COLUMN"), ("=x", "FIELD=COLUMN")],
)
def test_a_wrong_map_names_the_fields(run: Any, inbox: Path, value: str, message: str) -> None:
    result = run("add", inbox, "--map", value, code=2)
    assert message in result.stderr


def test_remove_takes_ids_from_arguments_and_stdin(run: Any, inbox: Path) -> None:
    run("add", inbox)
    first, second = (json.loads(line)["id"] for line in _found(run))
    assert run("remove", first).stdout == "1 removed\n"
    assert run("remove", "-", input=f"{second}\n\n").stdout == "1 removed\n"
    result = run("remove", "zzz", code=1)
    assert result.stderr == "Error: no article with id zzz\nHint: corpus search shows ids\n"


def _found(run: Any) -> list[str]:
    lines: list[str] = run("search", "мост", "--format", "jsonl").stdout.splitlines()
    return lines


def test_rebuild_reports_what_vanished_and_prunes_it(run: Any, inbox: Path) -> None:
    own = Corpus().inbox / "сталь.txt"
    own.write_text("Сталь\n\nСталь подорожала.", "utf-8")
    assert run("rebuild").stdout.startswith("1 added")
    own.unlink()
    result = run("rebuild").stdout
    assert "the file of 1 article is gone from the inbox:" in result
    assert "to drop: corpus rebuild --prune" in result
    assert run("search", "сталь", "--count").stdout == "1\n"
    assert "dropped" in run("rebuild", "--prune").stdout
    assert run("search", "сталь", "--count").stdout == "0\n"


def test_export_prints_what_it_wrote(run: Any, inbox: Path, tmp_path: Path) -> None:
    run("add", inbox)
    paths = [Path(line) for line in run("export", tmp_path / "out").stdout.splitlines()]
    assert [path.name for path in paths][-1] == "README.md"
    assert all(path.is_file() for path in paths)
    assert sorted(paths) == sorted((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    ("form", "names"),
    [("conllu", ["мосты.conllu"]), ("vert", ["мосты.vert", "мосты.registry"])],
)
def test_export_to_one_file(
    run: Any, inbox: Path, tmp_path: Path, form: str, names: list[str]
) -> None:
    run("add", inbox)
    result = run("export", tmp_path / "new" / names[0], "--format", form)
    paths = [Path(line) for line in result.stdout.splitlines()]
    assert paths == [tmp_path / "new" / name for name in names]
    assert all(path.stat().st_size for path in paths)
    refused = run("export", tmp_path / names[0], code=2)
    assert f"for a file add --format {form}" in refused.stderr
    assert "is a folder" in run("export", tmp_path, "--format", form, code=1).stderr


def test_info_says_what_there_is(run: Any, inbox: Path) -> None:
    run("add", inbox)
    facts = json.loads(run("info", "--format", "json").stdout)
    assert facts["articles"] == 2
    assert re.search("^articles +2$", run("info").stdout, re.M)


def test_check_finds_nothing_then_damage(run: Any, inbox: Path) -> None:
    run("add", inbox)
    assert run("check").stdout == "everything is in order\n"
    assert run("check", "--format", "json").stdout == "[]\n"
    (part,) = Corpus().data.rglob("tokens-*.parquet")
    part.write_bytes(part.read_bytes()[:-8])
    result = run("check", code=1)
    assert f"{part.name} is damaged" in result.stdout
    assert "corpus rebuild" in result.stdout
    (finding,) = json.loads(run("check", "--format", "json", code=1).stdout)
    assert finding["serious"]


def test_notes_alone_are_no_error() -> None:
    shown = findings_text([Finding(False, "индекса нет", "corpus rebuild"), Finding(True, "x", "")])
    assert shown == "damage: x\nnote: индекса нет\n  corpus rebuild\n"


def test_a_terminal_gets_the_first_failures_and_problems_only() -> None:
    receipt = Receipt(
        failed=tuple(Failure(f"f{n}", "пусто") for n in range(25)),
        problems=tuple((f"p{n}", "дата") for n in range(21)),
    )
    assert "  … and 5 more: --format json shows all" in details(receipt, 20)
    assert "  … and 1 more: --format json shows all" in details(receipt, 20)
    assert len(details(receipt)) == 1 + 25 + 1 + 21


@pytest.mark.parametrize(
    ("receipt", "line"),
    [
        (Receipt(identical=("a",)), "nothing new: the article was in the corpus already"),
        (Receipt(identical=("a",), added=("b",)), "1 added, 1 identical, 0 changed, 0 failed"),
        (Receipt(), "0 added, 0 identical, 0 changed, 0 failed"),
    ],
)
def test_summary_says_when_there_is_nothing_new(receipt: Receipt, line: str) -> None:
    assert summary(receipt) == line


def test_near_duplicates_are_named_with_what_they_repeat() -> None:
    pairs = (("a", "b"), ("c", "b"))
    lines = details(Receipt(near_duplicate=pairs, same_text=frozenset("c")))
    assert lines[1:] == ["  a: repeats b", "  c: has the text of b"]
    many = tuple((f"n{number}", "b") for number in range(300))
    assert details(Receipt(near_duplicate=many))[-1] == "  … and 280 more: --format json shows all"


def test_facts_of_many_values_stand_below_each_other() -> None:
    shown = facts_text({"sources": {"RT": 1234, "": 1}, "first_date": None})
    assert shown == "sources     RT: 1 234\n            (none): 1\nfirst date  (none)\n"
