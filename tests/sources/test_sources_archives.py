"""Packed files: limits, damage, and what lies inside."""

from __future__ import annotations

import gzip
import json
import random
import zipfile
from pathlib import Path

import pytest

from corpus.model import Article, Failure
from corpus.sources import read

ARTICLE = "Мост открыли\n\nСегодня в городе открыли мост через реку."
RECORDS = [
    {"title": f"Запись {number}", "text": f"Слово {random.Random(number).getrandbits(900)}"}
    for number in range(1, 2001)
]
DUMP = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS).encode()


def zipped(path: Path, members: dict[str, bytes | str], packed: bool = True) -> Path:
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def taken(path: Path) -> tuple[list[Article], list[tuple[str, str]]]:
    """Return the articles, and the failures with their paths cut to the file's name."""
    found = list(read([path], root=path.parent))
    failures = [(item.path, item.reason) for item in found if isinstance(item, Failure)]
    return [item for item in found if isinstance(item, Article)], failures


@pytest.mark.parametrize("name", ["a.txt.gz", "a.TXT.GZ", "a.md.gz"])
def test_a_packed_page_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(ARTICLE.encode()))
    articles, failures = taken(path)
    assert not failures
    assert "открыли мост" in articles[0].text


def test_records_before_a_cut_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl.gz"
    path.write_bytes(gzip.compress(DUMP)[:150_000])
    articles, failures = taken(path)
    assert 100 < len(articles) < 2000
    assert failures == [("dump.jsonl.gz", f"gzip is cut short after {len(articles)} records")]
    assert [article.title for article in articles] == [
        record["title"] for record in RECORDS[: len(articles)]
    ]


def test_a_wrong_checksum_is_told_after_the_records(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(DUMP))
    data[-6] ^= 255
    path = tmp_path / "dump.jsonl.gz"
    path.write_bytes(data)
    articles, failures = taken(path)
    assert len(articles) == 2000
    assert failures == [("dump.jsonl.gz", "gzip has a wrong checksum after 2000 records")]


def test_a_page_that_is_cut_is_no_article(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(ARTICLE.encode())[:-20])
    assert taken(path) == ([], [("a.txt.gz", "gzip is cut short")])


def test_what_is_not_gzip_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(ARTICLE.encode())
    ((_, reason),) = taken(path)[1]
    assert reason.startswith("gzip is damaged: ")


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.csv.gz", "a.json.gz", "a.parquet.gz"])
def test_a_gzip_that_expands_a_thousandfold_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(bytes(40_000_000)))
    articles, failures = taken(path)
    assert not articles
    assert len(failures) == 1
    assert "200-fold" in failures[0][1] or "binary" in failures[0][1]


def test_a_zip_that_expands_a_thousandfold_is_refused_and_its_other_files_are_read(
    tmp_path: Path,
) -> None:
    path = zipped(tmp_path / "a.zip", {"bomb.txt": "а " * 10_000_000, "b.txt": ARTICLE})
    articles, failures = taken(path)
    assert [article.origin for article in articles] == ["a.zip!b.txt"]
    assert failures == [("a.zip!bomb.txt", "expands more than 200-fold: refused")]


def test_a_bomb_within_a_zip_within_gzip_is_counted_through(tmp_path: Path) -> None:
    inner = gzip.compress(b'{"text": "' + b"a" * 30_000_000)
    path = zipped(tmp_path / "a.zip", {"b.jsonl.gz": inner})
    assert taken(path) == (
        [],
        [("a.zip!b.jsonl.gz", "expands more than 200-fold: refused after 0 records")],
    )


def test_a_zip_holds_every_format(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "all.zip",
        {
            "новости/a.txt": ARTICLE,
            "новости/b.md": "# Мост\n\nТекст о мосте.",
            "новости/c.jsonl.gz": gzip.compress(DUMP),
            "новости/d.csv": "title,text\nМост,Текст о мосте.\n",
            "новости/.hidden.txt": "x",
            "__MACOSX/новости/a.txt": "x",
            "новости/picture.png": b"\x89PNG",
        },
    )
    articles, failures = taken(path)
    assert not failures
    assert len(articles) == 2003
    assert articles[0].origin == "all.zip!новости/a.txt"
    assert articles[2].origin == "all.zip!новости/c.jsonl.gz:1"
    assert articles[-1].origin == "all.zip!новости/d.csv:2"


def test_folders_in_a_zip_name_sources_the_one_around_everything_does_not(tmp_path: Path) -> None:
    one = zipped(tmp_path / "one.zip", {"dump/a.txt": ARTICLE, "dump/b.txt": ARTICLE})
    two = zipped(tmp_path / "two.zip", {"Вестник/a.txt": ARTICLE, "Хроника/b.txt": ARTICLE})
    assert [article.source for article in taken(one)[0]] == ["", ""]
    assert [article.source for article in taken(two)[0]] == ["Вестник", "Хроника"]


def test_names_without_a_declared_encoding_are_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"статья.txt": ARTICLE}, packed=False)
    utf8, cp866 = "статья.txt".encode(), "статья.txt".encode("cp866")
    data = path.read_bytes().replace(utf8, b"x" * (len(utf8) - len(cp866)) + cp866)
    for place in (6, data.index(b"PK\x01\x02") + 8):
        data = data[:place] + b"\0\0" + data[place + 2 :]
    path.write_bytes(data)
    (article,) = taken(path)[0]
    assert article.origin.endswith("статья.txt")


def test_members_that_cannot_be_read_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "a.zip",
        {"inner.zip": b"PK", "../../up.txt": ARTICLE, "broken.txt": ARTICLE, "last.txt": ARTICLE},
        packed=False,
    )
    data = bytearray(path.read_bytes())
    data[data.index(b"broken.txt") + len(b"broken.txt") + 4] ^= 255
    path.write_bytes(data)
    articles, failures = taken(path)
    assert [article.origin for article in articles] == ["a.zip!../../up.txt", "a.zip!last.txt"]
    assert failures == [
        ("a.zip!inner.zip", "a zip file inside a zip file: unpack it first"),
        ("a.zip!broken.txt", "zip member has a wrong checksum"),
    ]


def test_an_encrypted_member_is_named(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.txt": ARTICLE})
    data = bytearray(path.read_bytes())
    for place in (6, data.index(b"PK\x01\x02") + 8):
        data[place] |= 1
    path.write_bytes(data)
    reason = "encrypted: unpack it with its password first"
    assert taken(path) == ([], [("a.zip!a.txt", reason)])


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.txt": ARTICLE * 5}, packed=False)
    data = path.read_bytes()
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry, tail = data[start:end], bytearray(data[end:])
    copies = 3
    tail[8:12] = copies.to_bytes(2, "little") * 2
    tail[12:16] = (len(entry) * copies).to_bytes(4, "little")
    path.write_bytes(data[:start] + entry * copies + tail)
    ((where, reason),) = taken(path)[1]
    assert where == "a.zip"
    assert "overlap" in reason


@pytest.mark.parametrize("data", [b"PK\x03\x04 nothing", b"plain words", b"PK\x05\x06" + bytes(10)])
def test_what_is_no_zip_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    ((where, reason),) = taken(path)[1]
    assert where == "a.zip"
    assert reason.startswith("zip file is damaged")


def test_a_zip_without_anything_to_read_says_so(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.png": b"\x89PNG"})
    assert taken(path) == ([], [("a.zip", "no readable files in the zip file")])
