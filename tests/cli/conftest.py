"""Running the command line: inside this process, and as a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import corpus
from corpus.cli.commands import cli

Run = Callable[..., Result]
Shell = Callable[..., "subprocess.CompletedProcess[bytes]"]
SOURCES = Path(corpus.__file__).parents[1]
STEERING = ("NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS", "PYTHONIOENCODING")


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n in STEERING or n.startswith("CORPUS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(SOURCES), *filter(None, sys.path)]))


@pytest.fixture
def run() -> Run:
    """Return a function that runs `corpus …` in this process."""
    try:
        runner = CliRunner(mix_stderr=False)  # type: ignore[call-arg]
    except TypeError:
        runner = CliRunner()

    def invoke(*args: object, code: int = 0, **options: object) -> Result:
        result = runner.invoke(cli, [str(arg) for arg in args], prog_name="corpus", **options)  # type: ignore[arg-type]
        assert result.exit_code == code, (result.stdout, result.stderr)
        return result

    return invoke


@pytest.fixture
def shell() -> Shell:
    """Return a function that runs a line of a shell in which `corpus` is the command line."""

    def invoke(line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        command = re.sub(r"(^|\| )corpus ", rf'\1"{sys.executable}" -m corpus ', line)
        return subprocess.run(
            ["bash", "-c", f"set -o pipefail; {command}"],
            capture_output=True,
            env={**os.environ, **environment},
            check=False,
        )

    return invoke
