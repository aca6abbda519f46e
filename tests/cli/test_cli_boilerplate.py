"""Boilerplate on the command line: shown, listed, kept, overruled."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
TAIL = "Подписывайтесь на наш канал, чтобы ничего не пропустить"


@pytest.fixture
def root(tmp_path: Path, run: Run) -> Path:
    """A corpus whose articles share a last line."""
    rows = [
        {"id": f"н{n}", "title": f"Новость {n}", "text": f"Мост {n} открыли.\n\n{TAIL}."}
        for n in range(12)
    ]
    dump = tmp_path / "d.jsonl"
    dump.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    run("init", tmp_path / "c")
    run("--root", tmp_path / "c", "add", dump)
    return tmp_path / "c"


def test_where_there_is_no_colour_it_is_named(root: Path, run: Run) -> None:
    shown = run("--root", root, "show", "н3").stdout
    assert f"\n\nМост 3 открыли.\n\n[boilerplate] {TAIL}.\n" in shown


def test_where_there_is_colour_it_is_pale(
    root: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = run("--root", root, "show", "н3").stdout
    assert f"\x1b[2m{TAIL}.\x1b[0m\n" in shown
    assert "[boilerplate]" not in shown


def test_machines_get_rule_place_and_evidence(root: Path, run: Run) -> None:
    article = json.loads(run("--root", root, "show", "н3", "--format", "json").stdout)
    rule, field, start, stop, times, evidence = article["boilerplate"][0]
    assert (rule, field, article["text"][start:stop], times) == ("repeated", "text", f"{TAIL}.", 12)
    assert evidence == "a line of 12 articles of one source"


def test_info_lists_it(root: Path, run: Run) -> None:
    shown = run("--root", root, "info", "--boilerplate").stdout
    assert [line.split(None, 3)[:3] for line in shown.splitlines()[1:]] == [
        ["repeated", "12", "12"]
    ]
    assert TAIL in shown
    rows = json.loads(run("--root", root, "info", "--boilerplate", "--format", "json").stdout)
    assert [row["line"] for row in rows] == [f"{TAIL}."]
    assert "lines, repeated: 12" in run("--root", root, "info").stdout


def test_it_can_be_kept_and_marked_again(root: Path, run: Run) -> None:
    count = ("--root", root, "search", "--count", "канал")
    assert run(*count).stdout == "0\n"
    run("--root", root, "rebuild", "--keep-boilerplate")
    assert run(*count).stdout == "12\n"
    assert "no boilerplate was found" in run("--root", root, "info", "--boilerplate").stdout
    run("--root", root, "rebuild", "--mark-boilerplate")
    assert run(*count).stdout == "0\n"


def test_single_lines_are_overruled(root: Path, run: Run) -> None:
    run("--root", root, "rebuild", "--keep-line", TAIL, "--drop-line", "Мост 3 открыли")
    assert run("--root", root, "search", "--count", "канал").stdout == "12\n"
    assert run("--root", root, "search", "--count", "открыть").stdout == "11\n"
    assert "told so" in run("--root", root, "show", "н3", "--format", "json").stdout
