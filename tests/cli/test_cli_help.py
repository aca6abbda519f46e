"""Every command explains itself, and explaining is quick."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from typing import Any

import click
import pytest

from corpus import Corpus
from corpus.cli.articles import _mapping
from corpus.cli.commands import cli
from corpus.cli.options import Verb
from corpus.cli.searching import FACETS, SORTS
from corpus.search import SORTS as LIBRARY_SORTS
from corpus.sources import ALIASES
from corpus.version import __version__

VERBS = [
    *("init", "add", "remove", "rebuild", "search"),
    *("kwic", "freq", "ngrams", "collocates", "keywords", "dispersion", "timeline"),
    *("show", "lemma", "export", "info", "check"),
]
HEAVY = ("numpy", "pyarrow", "whoosh", "pymorphy3", "yaml", "pandas")


def test_commands_stand_in_the_order_in_which_one_meets_them(run: Any) -> None:
    listed = re.findall(r"^  (\w+) {2,}", run("-h").stdout.partition("Commands:")[2], re.M)
    assert listed == VERBS == list(cli.commands)


@pytest.mark.parametrize("name", VERBS)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_command_has_help_with_an_example(run: Any, name: str, flag: str) -> None:
    help_text = run(name, flag).stdout
    command = cli.commands[name]
    assert isinstance(command, Verb)
    assert command.help
    assert f"  corpus {name}" in help_text or f"corpus --root мой-корпус {name}" in help_text
    for option in ("--root", "--quiet", "--debug"):
        assert option in help_text


@pytest.mark.parametrize("name", VERBS)
def test_no_short_help_is_cut_off(run: Any, name: str) -> None:
    listed = run("-h").stdout.partition("Commands:")[2]
    (line,) = re.findall(rf"^  {name} .*", listed, re.M)
    assert line.endswith(".")
    assert not line.endswith("...")


def test_some_example_of_every_family_is_russian(run: Any) -> None:
    for name in ("init", "add", "search", "lemma", "remove", "show", "export", "info", "check"):
        assert re.search(r"corpus .*[а-яё]", run(name, "-h").stdout), name


@pytest.mark.parametrize("name", VERBS)
def test_every_option_has_help(name: str) -> None:
    options = [p for p in cli.commands[name].params if isinstance(p, click.Option)]
    assert all(option.help for option in options)


@pytest.mark.parametrize("name", VERBS)
def test_examples_parse(name: str) -> None:
    command = cli.commands[name]
    lines = re.findall(rf"corpus (?:--root \S+ )?{name} ?([^|&\n]*)", command.epilog or "")
    assert lines
    for line in lines:
        files = ("статья.txt", "частоты.csv", "соседи.csv", "темы.csv")
        args = [arg for arg in shlex.split(line) if not arg.endswith(files)]
        args = [arg for arg in args if arg != "-o"]
        command.make_context(name, args or [], resilient_parsing=False)


def test_choices_are_those_of_the_library(run: Any) -> None:
    assert SORTS == LIBRARY_SORTS
    context = click.Context(cli)
    parameter = click.Option(["--map"])
    assert len(_mapping(context, parameter, tuple(f"{name}=x" for name in ALIASES))) == 9
    assert all(name in run("add", "-h").stdout for name in ALIASES)
    assert set(FACETS) == {"source", "author", "tag", "year", "month"}


def test_version_is_the_package_s(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("--version").stdout == f"corpus {__version__}\n"
    monkeypatch.setenv("CORPUS_VERSION", "1")
    assert run("-h").stdout.startswith("Usage: corpus")


@pytest.mark.parametrize("args", [["-h"], ["search", "-h"], ["keywords", "-h"], ["--version"]])
def test_help_loads_nothing_heavy(args: list[str]) -> None:
    script = (
        "import sys\n"
        "from corpus.cli import main\n"
        f"sys.argv = ['corpus', *{args!r}]\n"
        "try:\n    main()\n"
        f"finally:\n    print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stderr == "[]\n"


def test_commands_load_no_pandas(sample: Corpus) -> None:
    script = (
        "import sys\n"
        "from corpus.cli import main\n"
        f"sys.argv = ['corpus', 'search', '--root', {str(sample.root)!r}, 'мост']\n"
        "try:\n    main()\n"
        "finally:\n    print('pandas' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stdout.endswith("False\n")
    assert "мост" in done.stdout
