"""Which files are meant, in what order, and what is said of those that are none."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from corpus.model import Failure
from corpus.sources import list_files
from corpus.sources.files import folder_name, label, printable

unprivileged = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")


def names(found: list[Path | Failure], top: Path) -> list[str]:
    return [
        item.reason if isinstance(item, Failure) else item.relative_to(top).as_posix()
        for item in found
    ]


def make(top: Path, *paths: str) -> None:
    for path in paths:
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text("x")


def test_a_folder_gives_what_we_can_read_in_order(tmp_path: Path) -> None:
    make(tmp_path, "b.txt", "a/z.md", "a/b/c.jsonl.gz", "c.PARQUET", "d.zip", "e.html")
    make(tmp_path, ".hidden.txt", ".git/x.txt", "a/picture.png", "LICENSE", "dump.gz", "x.docx")
    assert names(list(list_files([tmp_path])), tmp_path) == [
        "a/b/c.jsonl.gz",
        "a/z.md",
        "b.txt",
        "c.PARQUET",
        "d.zip",
        "e.html",
    ]


def test_a_file_named_is_listed_whatever_its_name(tmp_path: Path) -> None:
    make(tmp_path, "notes.log", ".hidden")
    paths = [tmp_path / "notes.log", tmp_path / ".hidden"]
    assert list(list_files(paths)) == paths


def test_standard_input_is_no_file() -> None:
    assert list(list_files(["-"])) == []


def test_patterns_match_files_in_order(tmp_path: Path) -> None:
    make(tmp_path, "b.txt", "a.txt", "c.md", "in/d.txt")
    found = list(list_files([str(tmp_path / "*.txt")]))
    assert names(found, tmp_path) == ["a.txt", "b.txt"]
    found = list(list_files([str(tmp_path / "**/*.txt")]))
    assert names(found, tmp_path) == ["a.txt", "b.txt", "in/d.txt"]


def test_a_file_whose_name_looks_like_a_pattern_is_a_file(tmp_path: Path) -> None:
    make(tmp_path, "a[1].txt", "a1.txt")
    assert names(list(list_files([tmp_path / "a[1].txt"])), tmp_path) == ["a[1].txt"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing.txt", "no such file or folder"),
        ("*.nothing", "no file matches this pattern"),
        ("a\0b", "not a path: it holds a null character"),
        ("x" * 3000, "the path is too long"),
    ],
)
def test_a_path_without_a_file_is_named(tmp_path: Path, name: str, reason: str) -> None:
    (found,) = list_files([f"{tmp_path}/{name}"])
    assert isinstance(found, Failure)
    assert found.reason == reason
    assert found.path.isprintable()


def test_an_empty_path_is_not_the_current_folder() -> None:
    assert list(list_files([""])) == [Failure("", "an empty path")]


def test_pipes_sockets_and_devices_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(tmp_path)
        try:
            server.bind("socket.txt")
        finally:
            os.chdir(here)
        found = list(list_files([tmp_path, "/dev/null"]))
    assert names(found, tmp_path) == [
        "a named pipe, not a file: use - to read from a pipe",
        "a socket, not a file",
        "a device, not a file",
    ]


def test_links_that_lead_nowhere_are_named_and_loops_walked_once(tmp_path: Path) -> None:
    make(tmp_path, "in/a.txt")
    (tmp_path / "in/up").symlink_to("..")
    (tmp_path / "lost.txt").symlink_to("nowhere")
    (tmp_path / "self.txt").symlink_to("self.txt")
    (tmp_path / "unknown").symlink_to("nowhere")
    assert names(list(list_files([tmp_path])), tmp_path) == [
        "a link that leads nowhere",
        "a link that leads back to itself",
        "in/a.txt",
    ]


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    make(tmp_path, "far/a.txt", "near/b.txt")
    (tmp_path / "near/link").symlink_to(tmp_path / "far")
    assert names(list(list_files([tmp_path / "near"])), tmp_path) == [
        "near/b.txt",
        "near/link/a.txt",
    ]


@unprivileged
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    make(tmp_path, "shut/a.txt", "z.txt")
    (tmp_path / "shut").chmod(0)
    try:
        found = names(list(list_files([tmp_path])), tmp_path)
    finally:
        (tmp_path / "shut").chmod(0o700)
    assert found == ["no permission to read it", "z.txt"]


def test_a_path_is_told_from_the_root_or_else_whole(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    inside = tmp_path / "real/a/b.txt"
    assert label(inside, tmp_path / "real") == "a/b.txt"
    assert label(inside, tmp_path / "link") == "a/b.txt"
    assert label(inside, tmp_path / "other") == inside.as_posix()
    assert label(inside) == inside.as_posix()


def test_a_name_that_is_no_utf8_can_be_told() -> None:
    assert printable(os.fsdecode(b"\xec\xee\xf1\xf2.txt")) == "\ufffd\ufffd\ufffd\ufffd.txt"
    assert printable("a\nb\x1b") == "a\ufffdb\ufffd"


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("top/Вестник/a.txt", "Вестник"),
        ("top/x/Вестник/a.txt", "Вестник"),
        ("top/Вестник/2024/a.txt", "Вестник"),
        ("top/2024/a.txt", ""),
        ("top/a.txt", ""),
        ("elsewhere/Вестник/a.txt", ""),
    ],
)
def test_a_folder_below_the_added_one_names_the_source(path: str, source: str) -> None:
    assert folder_name(Path(path), Path("top"), None) == source
    assert folder_name(Path(path), None, Path("top")) == source
    assert folder_name(Path(path)) == ""


def test_a_corpus_below_the_folder_gives_only_its_inbox(tmp_path: Path) -> None:
    data = tmp_path / "corpus_data"
    for name in ("articles/a.txt", "parts/articles-000001.parquet", "results/r.parquet"):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text("Заголовок\n\nТекст.", encoding="utf-8")
    (data / "manifest.json").write_text("{}")
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "CURRENT").write_text("g000001")
    (tmp_path / "index" / "note.txt").write_text("не статья")
    assert list(list_files([tmp_path])) == [data / "articles" / "a.txt"]
