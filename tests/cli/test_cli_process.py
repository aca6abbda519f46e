"""The command line as a process: pipes, terminals, encodings, interrupts."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from corpus import Corpus
from corpus.cli.group import INTERRUPTED

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")


def at(corpus: Corpus) -> str:
    return f"--root {shlex.quote(str(corpus.root))}"


def test_no_colour_down_a_pipe_unless_forced(shell: Any, sample: Corpus) -> None:
    line = f"corpus search {at(sample)} музей"
    plain = shell(line).stdout
    assert b"\x1b" not in plain
    assert "**музе".encode() in plain
    assert b"\x1b[1;31m" in shell(line, FORCE_COLOR="1").stdout


def test_cyrillic_survives_a_legacy_encoding(shell: Any, sample: Corpus) -> None:
    line = f"corpus search {at(sample)} музей --format jsonl"
    done = shell(line, PYTHONIOENCODING="cp1252", LC_ALL="C")
    assert done.returncode == 0
    assert "музей" in json.loads(done.stdout.splitlines()[0])["title"]


def test_a_name_of_any_bytes_does_not_crash(shell: Any, small: Corpus, tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), b"\xff\xfe.txt")
    with open(path, "wb") as file:
        file.write("Мост\n\nМост открыли.".encode())
    done = shell(f"corpus add {at(small)} {shlex.quote(str(tmp_path))}/*.txt --format json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["counts"]["added"] == 1
    done = shell(f"corpus add {at(small)} {shlex.quote(str(tmp_path))}/$'\\xff'/нет")
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command", ["search {} вода -n all", "search {} вода -n all --format jsonl", "search -h", "-h"]
)
def test_a_closed_pipe_ends_quietly(shell: Any, sample: Corpus, command: str) -> None:
    done = shell(f"corpus {command.format(at(sample))} | true")
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_full_disk_is_one_line(shell: Any, sample: Corpus) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    done = shell(f"corpus search {at(sample)} вода > /dev/full")
    assert done.returncode == 1
    assert done.stderr.decode().startswith("Error: could not write the output: ")
    assert done.stderr.count(b"\n") == 1


def test_closed_streams_are_no_crash(shell: Any, sample: Corpus) -> None:
    assert shell(f"corpus search {at(sample)} вода >&-").returncode == 0
    assert b"\xd0" in shell(f"corpus search {at(sample)} вода 2>&-").stdout


def test_exit_codes(shell: Any) -> None:
    assert shell("corpus lemma мост").returncode == 0
    assert shell("corpus --root /нет/такого info").returncode == 1
    assert shell("corpus search --нет").returncode == 2


def test_a_pipeline_removes_what_a_search_found(shell: Any, small: Corpus) -> None:
    done = shell(
        f"corpus search {at(small)} сталь --format tsv | tail -n +2 | cut -f2 "
        f"| corpus remove {at(small)} -"
    )
    assert (done.returncode, done.stdout) == (0, b"1 removed\n")


def test_a_terminal_gets_colour_and_lines_of_its_width(sample: Corpus) -> None:
    shown = _on_a_terminal(["search", "--root", str(sample.root), "музей"], columns=50)
    assert "\x1b[1;31m" in shown
    bare = [_without_colour(line) for line in shown.splitlines()]
    assert max(map(len, bare)) <= 50
    assert sum(line.startswith("    ") for line in bare) > 4


def test_a_terminal_without_colour_gets_marks(sample: Corpus) -> None:
    args = ["search", "--root", str(sample.root), "музей"]
    shown = _on_a_terminal(args, columns=50, NO_COLOR="1")
    assert "**музе" in shown
    assert max(map(len, shown.splitlines())) <= 50
    assert "\x1b" not in shown


def test_parquet_is_refused_on_a_terminal(sample: Corpus) -> None:
    args = ["search", "--root", str(sample.root), "музей", "--format", "parquet"]
    shown = _on_a_terminal(args, columns=200, code=2)
    assert "-o FILE" in shown


def _without_colour(line: str) -> str:
    for code in ("\x1b[1;31m", "\x1b[1m", "\x1b[0m"):
        line = line.replace(code, "")
    return line


def _on_a_terminal(args: list[str], columns: int, code: int = 0, **environment: str) -> str:
    """Run a command whose stdout and stderr are a terminal; return what it shows."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "corpus", *args],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", **environment},
    )
    os.close(theirs)
    pieces = []
    while True:
        try:
            piece = os.read(ours, 1 << 16)
        except OSError:  # how Linux says that the other side is closed
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(ours)
    assert process.wait() == code
    return b"".join(pieces).decode("utf-8")


def test_an_interrupt_says_that_nothing_is_lost(sample: Corpus) -> None:
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "corpus", "search", "--root", str(sample.root), "-"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Tests that run in a shell's background inherit that Ctrl-C is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stderr
    assert process.stderr.readline() == b"type a query, then Ctrl-D\n"
    process.send_signal(signal.SIGINT)
    shown, told = process.communicate()
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 130
    assert shown == b""
    assert told.decode().strip() == INTERRUPTED
