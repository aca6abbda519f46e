"""`read`: every source as one stream, and nothing that stops it."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real import real

from corpus.errors import CorpusError
from corpus.model import Article, Failure
from corpus.sources import list_files, read
from corpus.sources.files import PAGES, TABLES
from corpus.sources.reader import READERS
from corpus.sources.sniff import sniff

Write = Callable[[str, "str | bytes"], Path]
TEXT = "Мост открыли\n\nСегодня в городе открыли мост через реку."
ROW = '{"title": "Мост", "text": "Сегодня открыли мост."}\n'
SUFFIXES = sorted({*READERS, ".zip", ".log", "", *(f"{suffix}.gz" for suffix in READERS)})


def origins(found: list[Article | Failure]) -> list[str]:
    return [item.origin if isinstance(item, Article) else item.path for item in found]


def give(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_every_suffix_has_its_reader() -> None:
    assert set(READERS) == PAGES | TABLES


def test_a_folder_is_read_in_order_with_origins_from_the_root(tmp_path: Path, write: Write) -> None:
    write("b/c.jsonl", ROW * 2)
    write("a.txt", TEXT)
    write("b/d.md.gz", "# Мост\n\nТекст.")
    write("b/e.png", b"\x89PNG")
    found = list(read([tmp_path], root=tmp_path))
    assert origins(found) == ["a.txt", "b/c.jsonl:1", "b/c.jsonl:2", "b/d.md.gz"]
    assert origins(list(read([tmp_path]))) == [f"{tmp_path.as_posix()}/{o}" for o in origins(found)]


def test_folders_below_the_added_one_or_the_root_name_the_source(
    tmp_path: Path, write: Write
) -> None:
    path = write("Вестник/a.txt", TEXT)
    write("Вестник/2024/b.txt", TEXT)

    def sources(*paths: Path, **options: Any) -> list[str]:
        return [item.source for item in read(paths, **options) if isinstance(item, Article)]

    assert sorted(sources(tmp_path)) == ["Вестник", "Вестник"]
    assert sources(path) == [""]
    assert sources(path, root=tmp_path) == ["Вестник"]
    assert sources(path, root=tmp_path, source="Иное") == ["Иное"]


def test_articles_pass_as_they_are() -> None:
    article = Article(text="Текст")
    assert list(read([article])) == [article]
    assert list(read(article)) == [article]


def test_one_path_alone_is_taken_for_a_list_of_it(write: Write) -> None:
    path = write("a.txt", TEXT)
    assert len(list(read(path))) == len(list(read(str(path)))) == 1


def test_a_file_with_an_unknown_name_is_read_when_it_is_named(tmp_path: Path, write: Write) -> None:
    paths = [write("a.log", TEXT), write("b", ROW), write("c.gz", ROW), write("d.pdf", b"%PDF-1.7")]
    found = list(read(paths, root=tmp_path))
    assert origins(found) == ["a.log", "b:1", "c.gz:1", "d.pdf"]
    assert found[-1] == Failure("d.pdf", "binary file (PDF)")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "empty file"),
        ("a.txt", b" \n ", "no text"),
        ("a.md", b"\x7fELF\x00", "binary file (ELF program)"),
        ("a.jsonl", b"\n\n", "no records in it"),
        ("a.json", b"[]", "no records in it"),
        ("a.csv", b"title,text\n", "no records in it"),
        ("a.jsonl", bytes(1000), "binary file (it holds NUL bytes)"),
        ("a.zip.gz", b"PK", "a zip file inside a gzip file: unpack it first"),
        ("a.txt", b"a" * 20_000_001, "longer than 5,000,000 characters"),
    ],
)
def test_a_file_without_an_article_says_why(
    tmp_path: Path, write: Write, name: str, data: bytes, reason: str
) -> None:
    assert list(read([write(name, data)], root=tmp_path)) == [Failure(name, reason)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_says_so(tmp_path: Path, write: Write) -> None:
    write("a.txt", TEXT).chmod(0)
    assert list(read([tmp_path], root=tmp_path)) == [Failure("a.txt", "no permission to read it")]


def test_a_file_that_vanishes_is_a_failure(tmp_path: Path, write: Write) -> None:
    write("a.txt", TEXT)
    path = write("b.txt", TEXT)
    found = read([tmp_path], root=tmp_path)
    assert isinstance(next(found), Article)
    path.unlink()
    assert list(found) == [Failure("b.txt", "no such file or folder")]


def test_one_bad_source_never_stops_the_others(tmp_path: Path, write: Write) -> None:
    os.mkfifo(tmp_path / "b.txt")
    write("a.zip", b"PK\x03\x04nothing")
    write("c.txt", b"")
    write("d.jsonl", "{broken\n" + ROW)
    found = list(read([tmp_path, tmp_path / "missing", tmp_path / "d.jsonl"], root=tmp_path))
    assert origins(found) == [
        *("a.zip", "b.txt", "c.txt", "d.jsonl:1", "d.jsonl:2"),
        *("missing", "d.jsonl:1", "d.jsonl:2"),
    ]


def test_each_file_is_told_when_it_is_done(tmp_path: Path, write: Write) -> None:
    write("a.txt", TEXT)
    write("b.jsonl", ROW * 3)
    write("c.txt", b"")
    done: list[str] = []
    list(read([tmp_path], files_done=done.append))
    assert done == [str(path) for path in list_files([tmp_path])]


def test_a_mapping_is_checked_before_anything_is_read() -> None:
    with pytest.raises(CorpusError):
        read(["missing"], mapping={"headline": "title"})


def test_a_mapping_does_not_touch_files_that_are_one_article(write: Write) -> None:
    found = list(read([write("a.txt", TEXT)], mapping={"title": "headline"}))
    assert [item.title for item in found if isinstance(item, Article)] == ["Мост открыли"]


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (ROW.encode(), ".jsonl"),
        (json.dumps({"text": "а"}, indent=1).encode(), ".json"),
        (f"[{ROW}]".encode(), ".json"),
        (b"title,text\n", ".csv"),
        (b"title\ttext\n", ".tsv"),
        ("заголовок;текст\n".encode("cp1251"), ".csv"),
        (b"\xef\xbb\xbf<!DOCTYPE html><p>", ".html"),
        (b'<?xml version="1.0"?>\n<html>', ".html"),
        (b"<!-- saved -->\n<HTML>", ".html"),
        (b"PAR1", ".parquet"),
        (TEXT.encode(), ".txt"),
        ("Мост, река: текст".encode(), ".txt"),
        ("[Москва] Мост открыли".encode(), ".txt"),
        ("{Мост} открыли".encode(), ".txt"),
        (b"", ".txt"),
    ],
)
def test_a_format_without_a_name_is_seen(data: bytes, suffix: str) -> None:
    assert sniff(data) == suffix


def test_standard_input_is_read_whatever_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, ROW.encode() * 2)
    assert origins(list(read(["-"]))) == ["-:1", "-:2"]
    give(monkeypatch, TEXT.encode("cp1251"))
    (found,) = read(["-"], source="Вестник")
    assert isinstance(found, Article)
    assert (found.title, found.source, found.origin) == ("Мост открыли", "Вестник", "-")
    give(monkeypatch, b"")
    assert list(read(["-"])) == [Failure("-", "empty file")]
    monkeypatch.setattr(sys, "stdin", None)
    assert list(read(["-"])) == [Failure("-", "standard input is closed")]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    rows = 1500
    row = json.dumps({"text": "Слово о мосте через реку. " * 400}, ensure_ascii=False)
    array = tmp_path / "a.json"
    array.write_text(f"[{','.join([row] * rows)}]", encoding="utf-8")
    lines = tmp_path / "a.jsonl"
    lines.write_text(f"{row}\n" * rows, encoding="utf-8")
    table = tmp_path / "a.csv"
    table.write_text("text,n\n" + f"{'Слово о мосте через реку. ' * 400},1\n" * rows)
    for path in (array, lines, table):
        tracemalloc.start()
        assert sum(1 for _ in read([path])) == rows
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < path.stat().st_size / 6, path


@settings(max_examples=150, deadline=None)
@given(
    data=st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8")),
    suffix=st.sampled_from(SUFFIXES),
    packed=st.booleans(),
)
def test_no_bytes_under_any_name_raise(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str, packed: bool
) -> None:
    path = tmp_path_factory.mktemp("any") / f"a{suffix}"
    path.write_bytes(gzip.compress(data) if packed and suffix.endswith(".gz") else data)
    found = list(read([path]))
    assert found
    assert all(isinstance(item, Article | Failure) for item in found)


@settings(max_examples=100, deadline=None)
@given(place=st.integers(min_value=0, max_value=10_000), value=st.integers(0, 255))
def test_no_damaged_archive_raises(
    tmp_path_factory: pytest.TempPathFactory, place: int, value: int
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("а.txt", TEXT)
        archive.writestr("b.jsonl.gz", gzip.compress(ROW.encode() * 5))
    data = bytearray(buffer.getvalue())
    data[place % len(data)] = value
    path = tmp_path_factory.mktemp("any") / "a.zip"
    path.write_bytes(data)
    assert all(isinstance(item, Article | Failure) for item in read([path]))


def test_real_news_is_read_whole() -> None:
    found = list(read([real("news"), real("seed/seed_article.txt")]))
    failures = [item for item in found if isinstance(item, Failure)]
    assert len(found) > 5_400
    assert all(failure.reason.startswith("no text") for failure in failures)
    assert len(failures) < 10
