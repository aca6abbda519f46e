"""What goes wrong is told in two lines, with an exit code to rely on."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from corpus.cli.group import INTERRUPTED, exit_code, wants_colour
from corpus.cli.options import Session
from corpus.cli.output import ClosedPipe
from corpus.errors import CorpusError


def failing(error: BaseException) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (CorpusError("нет корпуса", "corpus init"), 1, "Error: нет корпуса\nHint: corpus init\n"),
        (CorpusError("нет корпуса"), 1, "Error: нет корпуса\n"),
        (KeyboardInterrupt(), 130, f"{INTERRUPTED}\n"),
        (click.Abort(), 130, f"{INTERRUPTED}\n"),
        (ClosedPipe(), 0, ""),
        (MemoryError(), 1, "Error: there is not enough memory for this\n"),
        (
            PermissionError(errno.EACCES, "Permission denied", "x"),
            1,
            "Error: Permission denied: x\n",
        ),
        (CorpusError("плохой \x1b[31m путь"), 1, "Error: плохой \\u001b[31m путь\n"),
    ],
)
def test_errors_have_words_and_codes(
    capsys: pytest.CaptureFixture[str], error: BaseException, code: int, told: str
) -> None:
    assert exit_code(failing(error), Session()) == code
    assert capsys.readouterr().err == told


def test_the_unexpected_is_one_line_and_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(failing(ValueError("a\nb")), Session(quiet=True)) == 1
    message, hint = capsys.readouterr().err.splitlines()
    assert message == "Error: ValueError: a b (internal)"
    assert "--debug" in hint


def test_an_end_of_file_is_no_interruption(capsys: pytest.CaptureFixture[str]) -> None:
    abort = click.Abort()
    abort.__cause__ = EOFError("cut short")
    assert exit_code(failing(abort), Session()) == 1
    assert "cut short (internal)" in capsys.readouterr().err


def test_debug_shows_where(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(failing(CorpusError("нет")), Session(debug=True)) == 1
    told = capsys.readouterr().err
    assert told.startswith("Traceback")
    assert told.endswith("Error: нет\n")


def test_no_corpus_is_an_error_with_a_command(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "Hint: corpus init" in run("info", code=1).stderr
    assert "Traceback" in run("info", "--debug", code=1).stderr
    assert "Traceback" in run("--debug", "info", code=1).stderr
    assert (
        f"no corpus in {tmp_path / 'нет'}" in run("--root", tmp_path / "нет", "info", code=1).stderr
    )


def test_root_after_the_command_wins_over_before_over_the_environment(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b", "c", "."):
        run("init", tmp_path / name)

    def root(*args: str) -> Path:
        return Path(json.loads(run(*args, "--format", "json").stdout)["root"])

    assert root("info") == tmp_path
    monkeypatch.setenv("CORPUS_ROOT", "a")
    assert root("info") == tmp_path / "a"
    assert root("--root", "b", "info") == tmp_path / "b"
    assert root("--root", "b", "info", "--root", "c") == tmp_path / "c"


def test_options_come_from_the_environment(run: Any, sample: Any) -> None:
    result = run("search", "вода", "--root", sample.root, env={"CORPUS_SEARCH_LIMIT": "2"})
    assert "; 2 shown" in result.stdout


def test_a_query_without_a_command_is_shown_how(run: Any) -> None:
    assert "Hint: corpus search илон маск" in run("илон", "маск", code=2).stderr
    assert "No such command" in run("serach", code=2).stderr


@pytest.mark.parametrize(
    ("environment", "answer"),
    [
        ({}, None),
        ({"NO_COLOR": ""}, None),
        ({"NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        ({"TERM": "xterm"}, None),
    ],
)
def test_colour_follows_the_environment(environment: dict[str, str], answer: bool | None) -> None:
    assert wants_colour(environment) is answer
