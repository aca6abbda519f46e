"""The page about the index's files says what they hold."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from whoosh import fields
from whoosh.filedb.filestore import FileStorage

import corpus.index
from corpus.index.engine import ArrowIndex
from corpus.index.invert import Articles
from corpus.index.schema import Values, Words
from corpus.index.segment import MOST_POSITIONS
from corpus.index.texts import packed

PAGE = Path(corpus.index.__file__).with_name("README.md").read_text(encoding="utf-8")
DOCUMENTS = re.findall(r"^\| \d \| \d \| ([а-я ]+) \|$", PAGE, re.M)
SAID = PAGE.partition("```text\n\n")[2].partition("\n")[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The index of the page's three articles."""
    words = [document.split() for document in DOCUMENTS]
    flat = [word for own in words for word in own]
    known = sorted(set(flat), reverse=True)
    sizes = np.array(list(map(len, words)))
    schema = fields.Schema(text=Words(), id=Values())
    writer = ArrowIndex.create(FileStorage(str(tmp_path)), schema).writer()
    writer.add_articles(
        Articles(
            words=sizes,
            streams={
                "lemma": (np.array([known.index(w) for w in flat]), [w.encode() for w in known])
            },
            fields={"text": ("lemma", np.ones(len(flat), bool))},
            values={"id": [[b"a"], [b"b"], [b"c"]]},
            columns={"article": pa.array([7, 8, 9])},
            starts={"sentences": np.cumsum(sizes) - sizes},
            texts=packed([f"\n{SAID}".encode(), b"", b""]),
        )
    )
    writer.commit()
    return tmp_path


def value(column: str) -> list[str]:
    """Return what the page says that a column holds."""
    row = re.search(rf"^\| `{re.escape(column)}` \| (.*) \|$", PAGE, re.M)
    assert row, column
    return re.sub("[`·]", " ", row[1].rpartition(" | ")[0]).replace("|", " ").split()


def test_the_numbers_on_the_page_are_those_in_the_files(folder: Path) -> None:
    assert len(DOCUMENTS) == 3
    postings = pa.ipc.open_file(next(folder.glob("*.postings.arrow"))).read_all()
    text = {row["field"]: row for row in postings.to_pylist()}["text"]
    assert value("terms") == [term.decode() for term in text["terms"]]
    for column in ("first_posting", "documents", "counts", "first_position", "positions"):
        assert list(map(int, value(column))) == text[column], column
    table = pa.ipc.open_file(next(folder.glob("*.documents.arrow"))).read_all()
    for column in ("base", "length.text", "column.article", "starts.sentences"):
        assert value(column) == list(map(str, table.column(column).to_pylist())), column
    assert (table.schema.metadata[b"format"], table.schema.metadata[b"positions"]) == (b"1", b"8")
    assert f"{MOST_POSITIONS:,}" in PAGE


def test_a_stranger_can_read_the_index_from_the_page(folder: Path) -> None:
    contents = json.loads(max(folder.glob("_MAIN_*.toc")).read_text())
    known = contents.pop("sha256")
    plain = json.dumps(contents, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(plain.encode()).hexdigest() == known
    (segment,) = contents["segments"]
    for ending, (size, checksum) in segment["files"].items():
        data = (folder / f"MAIN_{segment['name']}{ending}").read_bytes()
        assert (len(data), zlib.crc32(data)) == (size, checksum)
    base = pa.ipc.open_file(next(folder.glob("*.documents.arrow"))).read_all()["base"].to_pylist()
    rows = pa.ipc.open_file(next(folder.glob("*.postings.arrow"))).read_all().to_pylist()
    (text,) = (row for row in rows if row["field"] == "text")
    found: dict[int, dict[int, str]] = {}
    for number, term in enumerate(text["terms"]):
        first, last = text["first_position"][number : number + 2]
        for position in text["positions"][first:last]:
            document = max(n for n, start in enumerate(base) if start <= position)
            found.setdefault(document, {})[position - base[document]] = term.decode()
    assert [" ".join(own[n] for n in sorted(own)) for _, own in sorted(found.items())] == DOCUMENTS


def test_a_stranger_can_read_what_an_article_says(folder: Path) -> None:
    table = pa.ipc.open_file(next(folder.glob("*.texts.arrow"))).read_all()
    first, *others = table.to_pylist()
    size = zlib.crc32(first["size"].to_bytes(4, "little"))
    assert zlib.crc32(first["data"], size) == first["crc32"]
    title, paragraph = (
        pa.decompress(first["data"], first["size"], "zstd").to_pybytes().decode().split("\n")
    )
    assert (title, paragraph) == ("", "3Мост открыли. Мост!")
    assert [row["size"] for row in others] == [0, 0]


def test_every_module_stands_on_the_page() -> None:
    modules = {path.stem for path in Path(corpus.index.__file__).parent.glob("*.py")}
    table = PAGE.partition("## Which module does what?")[2]
    assert set(re.findall(r"`(\w+)`", table)) >= modules - {"__init__"}
