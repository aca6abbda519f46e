"""Results as files: what is read back is what was written."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Corpus, CorpusError
from corpus.results import files
from corpus.results.hits import Hits
from corpus.results.provenance import Provenance
from corpus.results.result import Table

TEXT = st.text(max_size=12) | st.sampled_from(
    [
        "=1+1",
        "@SUM(A1)",
        "-1",
        "https://x.ru",
        "a\r\nb",
        "\r",
        ";,\t",
        '"',
        "_x000D_",
        "\ufffe",
        " ",
    ]
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "слово, часть": TEXT,
            "ipm": st.none() | st.floats(-1e300, 1e300),
            "f": st.none() | st.integers(-(2**53), 2**53),
            "date": st.none() | st.dates(dt.date(1900, 3, 1)),
        }
    ),
    max_size=5,
)
SCHEMA = pa.schema(
    [
        ("слово, часть", pa.string()),
        ("ipm", pa.float64()),
        ("f", pa.int64()),
        ("date", pa.date32()),
    ]
)


def table_of(rows: list[dict[str, Any]], provenance: Provenance) -> Table:
    return Table(pa.Table.from_pylist(rows, SCHEMA), provenance)


def texts(rows: list[dict[str, Any]]) -> list[list[str]]:
    return [["" if row[n] is None else str(row[n]) for n in SCHEMA.names] for row in rows]


@settings(deadline=None, max_examples=50)
@given(rows=ROWS)
def test_parquet_csv_and_json_lines_come_back(
    provenance: Provenance, rows: list[dict[str, Any]]
) -> None:
    table = table_of(rows, provenance)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f"
        table.to_parquet(path)
        back = pq.read_table(path)
        assert back.to_pylist() == rows
        raw = {k.decode(): v.decode() for k, v in back.schema.metadata.items()}
        assert Provenance.from_metadata(raw) == provenance
        table.to_jsonl(path)
        lines = path.read_text(encoding="utf-8").split("\n")
        plain = [{**row, "date": row["date"] and row["date"].isoformat()} for row in rows]
        assert [json.loads(line) for line in lines[:-1]] == plain
        for excel, encoding, delimiter in ((False, "utf-8", ","), (True, "utf-8-sig", ";")):
            table.to_csv(path, excel=excel)
            with path.open(encoding=encoding, newline="") as file:
                head, *body = csv.reader(file, delimiter=delimiter)
            assert head == SCHEMA.names
            if excel:
                body = [[a, b.replace(",", "."), c, d] for a, b, c, d in body]
            assert body == texts(rows)


def test_csv_for_excel(provenance: Provenance, tmp_path: Path) -> None:
    data = pa.table({"слово": ["мост; река", "=1+1"], "ipm": [12.5, None]})
    table, path = Table(data, provenance), tmp_path / "f.csv"
    table.to_csv(path, excel=True)
    assert path.read_bytes() == '\ufeffслово;ipm\n"мост; река";12,5\n=1+1;\n'.encode()
    table.to_csv(path, bom=True)
    assert path.read_bytes() == "\ufeffслово,ipm\nмост; река,12.5\n=1+1,\n".encode()
    table.to_csv(path, delimiter="\t")
    assert path.read_text(encoding="utf-8") == "слово\tipm\nмост; река\t12.5\n=1+1\t\n"
    with pytest.raises(CorpusError, match="cannot part columns"):
        table.to_csv(path, delimiter="::")
    with pytest.raises(CorpusError, match="could not write"):
        table.to_csv(tmp_path / "нет" / "f.csv")
    Table(pa.table({"слово": ["", None, "а"]}), provenance).to_csv(path)
    assert path.read_text(encoding="utf-8") == 'слово\n""\n""\nа\n'


def test_json_has_no_nan(provenance: Provenance, tmp_path: Path) -> None:
    data = pa.table({"a": [math.nan, math.inf, 0.1 + 0.2]})
    Table(data, provenance).to_jsonl(tmp_path / "f")
    assert (tmp_path / "f").read_text().split() == [
        *('{"a":', "null}", '{"a":', "null}", '{"a":', "0.30000000000000004}")
    ]


# Excel


_NAMES = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def sheet(path: Path, number: int) -> list[list[Any]]:
    """Return the cells of a sheet: text, numbers, or None for what is empty."""
    with zipfile.ZipFile(path) as book:
        root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    assert not root.findall(".//m:f", _NAMES), "a formula"
    assert not root.findall(".//m:hyperlink", _NAMES), "a link"
    return [[_value(cell) for cell in row] for row in root.findall(".//m:row", _NAMES)]


def _value(cell: ElementTree.Element) -> Any:
    if cell.get("t") == "inlineStr":
        return cell.findtext("m:is/m:t", "", _NAMES)
    value = cell.findtext("m:v", None, _NAMES)
    return None if value is None else float(value)


@settings(deadline=None, max_examples=50)
@given(rows=ROWS)
def test_excel_gets_text_as_text_and_numbers_as_numbers(
    provenance: Provenance, rows: list[dict[str, Any]]
) -> None:
    pytest.importorskip("xlsxwriter")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f.xlsx"
        table_of(rows, provenance).to_xlsx(path)
        head, *body = sheet(path, 1)
        facts = dict(sheet(path, 2))
    assert head == SCHEMA.names
    assert facts == provenance.to_metadata()
    for cells, row in zip(body, rows, strict=True):
        word, *rest = (row[n] for n in SCHEMA.names if row[n] is not None)
        assert cells[0] == word or any(c < " " or c in "\ufffe\uffff_" for c in word)
        days = [
            float((v - dt.date(1899, 12, 30)).days) if isinstance(v, dt.date) else float(v)
            for v in rest
        ]
        assert cells[1:] == pytest.approx(days, rel=1e-14)


def test_what_excel_cannot_hold_is_said(provenance: Provenance, tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    path = tmp_path / "f.xlsx"
    columns = {
        "text": ["я" * 40_000, "😀" * 20_000],
        "old": [dt.date(1812, 9, 7), dt.date(2024, 1, 2)],
        "zone": pa.array([dt.datetime(2024, 1, 2, tzinfo=dt.UTC)] * 2, pa.timestamp("s", "UTC")),
        "large": [2**60, 1],
        "ll": [math.inf, math.nan],
        "tags": [["а", "б"], None],
    }
    Table(pa.table(columns), provenance, notes=["3 left out"]).to_xlsx(path)
    _, first, second = sheet(path, 1)
    assert first[0] == "я" * 32_766 + "…"
    assert second[0] == "😀" * 16_383 + "…"
    assert first[1:] == ["1812-09-07", "2024-01-02T00:00:00+00:00", str(2**60), "inf", "а; б"]
    facts = dict(sheet(path, 2))
    assert facts["cut"].startswith("2 cells")
    assert facts["note 1"] == "3 left out"
    with pytest.raises(CorpusError, match="holds 1 048 575 rows, the result has 1 048 576"):
        files.write_xlsx(path, ["a"], [], files.EXCEL_ROWS, {})


def test_what_is_missing_can_be_installed(
    provenance: Provenance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Table(pa.table({"a": [1]}), provenance)
    for name, act in (
        ("xlsxwriter", lambda: table.to_xlsx(tmp_path / "f")),
        ("pandas", table.to_pandas),
        ("polars", table.to_polars),
    ):
        monkeypatch.setitem(sys.modules, name, None)
        with pytest.raises(CorpusError, match=f"{name} is not installed") as caught:
            act()
        assert caught.value.hint == "pip install 'corpus[notebook]'"
    assert not list(tmp_path.iterdir())


# Hits


def test_hits_sort_and_filter_and_leave(small: Corpus, tmp_path: Path) -> None:
    hits = small.search("мост OR река", limit=None)
    assert hits.sort("date").ids == ["bridge", "ferry", "steel"]
    assert hits.sort("-date").ids == ["steel", "ferry", "bridge"]
    assert sorted(hits.sort("title")["title"].tolist()) == hits.sort("title")["title"].tolist()
    kept = hits.filter(id=["steel", "bridge"])
    assert (kept.total, len(kept), type(kept)) == (2, 2, Hits)
    assert kept.facets("source").to_arrow().to_pylist()[0]["articles"] == 2
    assert hits.facets("source").to_arrow().to_pylist()[0]["articles"] == 3
    assert [hit.snippet for hit in kept] == [h.snippet for h in hits if h.id != "ferry"]
    assert hits.filter(lambda hit: "сталь" in hit.snippet.text).ids == ["steel"]
    assert hits.filter(hits.to_pandas()["id"] == "ferry").ids == ["ferry"]
    assert kept.provenance.settings == "rows kept: id = steel | bridge"
    assert hits.provenance.settings == ""
    assert hits.sort("date")[:2].ids == ["bridge", "ferry"]
    with pytest.raises(CorpusError, match="no column 'snipet'"):
        hits.sort("snipet")
    kept.save("двое")
    again = small.load("двое")
    assert (again.ids, again.total, again.provenance) == (kept.ids, 2, kept.provenance)
    kept.to_csv(tmp_path / "f.csv")
    assert (tmp_path / "f.csv").read_text(encoding="utf-8").count("\n") == 3


def test_partial_hits_stay_partial(small: Corpus) -> None:
    hits = small.search("паром ёлка")
    assert (hits.total, hits.partial) == (0, 3)
    kept = hits.filter(id="tree")
    assert (kept.total, kept.partial, kept.ids) == (0, 1, ["tree"])


def test_hits_saved_by_an_older_version_load(small: Corpus) -> None:
    hits = small.search("мост", limit=None)
    path = hits.save("мосты")
    table = pq.read_table(path)
    new = {b"subcorpus", b"counts", b"settings"}
    assert new <= set(table.schema.metadata)
    older = {k: v for k, v in table.schema.metadata.items() if k not in new}
    pq.write_table(table.replace_schema_metadata(older), path)
    again = small.load("мосты")
    assert again.provenance == hits.provenance
    assert [hit.snippet for hit in again] == [hit.snippet for hit in hits]
