"""Parquet files."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.model import Article, Failure
from corpus.sources import read


def stored(path: Path, columns: dict[str, Any]) -> Path:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    data = buffer.getvalue()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize("name", ["a.parquet", "a.PARQUET", "a.parquet.gz"])
def test_rows_are_articles(tmp_path: Path, name: str) -> None:
    columns = {"id": list(range(500)), "text": [f"Статья {n} о реке." for n in range(500)]}
    found = list(read([stored(tmp_path / name, columns)], root=tmp_path))
    assert [item.id for item in found if isinstance(item, Article)] == [str(n) for n in range(500)]
    assert isinstance(found[2], Article)
    assert found[2].origin == f"{name}#3"


def test_values_of_every_type_are_kept_as_json(tmp_path: Path) -> None:
    nano = pa.array([1729765800123456789], pa.timestamp("ns"))
    columns = {
        "text": pa.array(["Текст."]).dictionary_encode(),
        "date": pa.array([dt.datetime(2024, 10, 24, 12, 30)]),
        "day": pa.array([dt.date(2024, 10, 24)]),
        "nano": nano,
        "tags": [["мост", "река"]],
        "struct": [{"а": dt.date(2024, 1, 1)}],
        "money": pa.array([1], pa.decimal128(10, 2)),
        "binary": [b"\xff"],
        "map": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())),
        "empty": pa.nulls(1),
        "nan": [float("nan")],
    }
    (found,) = read([stored(tmp_path / "a.parquet", columns)])
    assert isinstance(found, Article), found
    assert (found.date, found.time) == (dt.date(2024, 10, 24), "12:30:00")
    assert found.tags == ("мост", "река")
    assert json.loads(json.dumps(found.record)) == {
        "date": "2024-10-24T12:30:00",
        "day": "2024-10-24",
        "nano": "2024-10-24T10:30:00.123456",
        "tags": ["мост", "река"],
        "struct": {"а": "2024-01-01"},
        "money": "1.00",
        "binary": "ff",
        "map": [["k", 1]],
        "empty": None,
        "nan": None,
    }


def test_a_string_that_is_no_utf8_fails_its_row_alone(tmp_path: Path) -> None:
    texts = pa.array([b"one", b"\xff\xfe", b"three"], pa.binary())
    column = pa.StringArray.from_buffers(3, *texts.buffers()[1:])
    found = list(read([stored(tmp_path / "a.parquet", {"text": column})], root=tmp_path))
    assert [getattr(item, "text", "") for item in found] == ["one", "", "three"]
    assert isinstance(found[1], Failure)
    assert found[1].path == "a.parquet#2"
    assert found[1].reason.startswith("a value cannot be read: ")


def test_numbers_of_ids_stay_whole_where_some_are_missing(tmp_path: Path) -> None:
    columns = {"id": [1.0, float("nan")], "text": ["а", "б"]}
    found = list(read([stored(tmp_path / "a.parquet", columns)]))
    assert [item.id for item in found if isinstance(item, Article)] == ["1", ""]


@pytest.mark.parametrize("data", [b"PAR1", b"PAR1" + bytes(100) + b"PAR1", b"no parquet at all"])
def test_what_is_no_parquet_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(data)
    (found,) = read([path], root=tmp_path)
    assert isinstance(found, Failure)
    assert found.path == "a.parquet"
    assert found.reason.startswith("Parquet file is damaged: ")


def test_rows_before_damage_are_kept_or_the_file_is_refused(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.parquet", {"text": [f"Статья {n}" for n in range(5000)]})
    data = bytearray(path.read_bytes())
    data[200:400] = bytes(200)
    path.write_bytes(data)
    found = list(read([path]))
    assert isinstance(found[-1], Failure)
