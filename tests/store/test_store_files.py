"""Files written whole or not at all, and the lock that keeps writers apart."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import corpus
from corpus import Article, Corpus, CorpusError
from corpus.errors import LockedError
from corpus.store import files

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(corpus.__file__).parents[1])}
HOLD = """
import sys
from pathlib import Path
from corpus.store import files
with files.lock(Path(sys.argv[1]), purpose="corpus add", wait=0):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(small: Corpus) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock of `small` until its input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(small.data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    with process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "file"

    def half(file: object) -> None:
        file.write(b"half")  # type: ignore[attr-defined]
        raise ZeroDivisionError

    for before in (None, b"old"):
        if before:
            path.write_bytes(before)
        with pytest.raises(ZeroDivisionError):
            files.write_whole(path, half)
        assert [p.name for p in tmp_path.iterdir()] == (["file"] if before else [])
        assert not before or path.read_bytes() == before


@pytest.mark.parametrize(
    ("number", "message", "hint"),
    [
        (errno.ENOSPC, "no room left", "make room and run the same command again"),
        (errno.EFBIG, "no room left", "make room"),
        (errno.EACCES, "no permission", "owner"),
        (errno.EROFS, "no permission", "owner"),
        (errno.EIO, "could not write", ""),
    ],
)
def test_what_the_system_says_becomes_what_to_do(
    tmp_path: Path, number: int, message: str, hint: str
) -> None:
    def refuse(_: object) -> None:
        raise OSError(number, os.strerror(number))

    with pytest.raises(CorpusError, match=message) as caught:
        files.write_whole(tmp_path / "file", refuse)
    assert hint in caught.value.hint
    assert str(tmp_path / "file") in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_a_held_lock_times_out_and_names_the_holder(
    small: Corpus, holder: subprocess.Popen[str]
) -> None:
    said: list[str] = []
    with (
        pytest.raises(LockedError) as caught,
        files.lock(small.data, purpose="corpus add", wait=0.3, say=said.append),
    ):
        pass
    for text in (caught.value.message, *said):
        assert f"corpus add (process {holder.pid}, since " in text
    assert len(said) == 1
    assert "wait until it has finished" in caught.value.hint


def test_a_lock_is_free_when_its_holder_is_killed(
    small: Corpus, holder: subprocess.Popen[str]
) -> None:
    holder.kill()
    holder.wait()
    with files.lock(small.data, purpose="corpus add", wait=0):
        assert f'"pid": {os.getpid()}' in (small.data / ".lock").read_text()
    assert (small.data / ".lock").read_text() == ""


def test_a_search_does_not_wait_for_a_writer(small: Corpus, holder: subprocess.Popen[str]) -> None:
    assert Corpus(small.root).search("мост").total == 2


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"pid": 1}'])
def test_an_unreadable_name_of_the_holder_is_no_crash(tmp_path: Path, content: bytes) -> None:
    with files.lock(tmp_path, purpose="corpus add", wait=0):
        (tmp_path / ".lock").write_bytes(content)
        with (
            pytest.raises(LockedError, match="did not say its name"),
            files.lock(tmp_path, purpose="corpus add", wait=0),
        ):
            pass


def test_the_lock_is_let_go_when_the_work_fails(small: Corpus) -> None:
    with pytest.raises(CorpusError):
        small.remove("нет такого")
    small.add(Article(id="после", text="Мост."))
    assert len(small) == 5
