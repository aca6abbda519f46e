"""Results as files: CSV, JSON lines and Excel, whole or not at all."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from corpus import render
from corpus.errors import CorpusError
from corpus.store.files import write_whole

Records = Iterable[Mapping[str, Any]]

_BOM = "\ufeff"
# What a sheet of Excel holds.
EXCEL_ROWS = 1_048_576
EXCEL_CHARACTERS = 32_767
_EXACT = 2**53
_LARGEST = 9.99e307
_FIRST_DAY = dt.date(1900, 3, 1)
_WIDEST = 60


def library(name: str) -> Any:
    """Return a library that the extra `notebook` brings; CorpusError if it is not there."""
    try:
        return import_module(name)
    except ImportError as error:
        raise CorpusError(f"{name} is not installed", "pip install 'corpus[notebook]'") from error


def write_csv(
    path: Path, columns: Sequence[str], records: Records, *, delimiter: str, decimal: str, bom: bool
) -> None:
    """Write records as delimited text in UTF-8, with a header also for none."""
    if len(delimiter) != 1 or delimiter in '"\r\n' or delimiter == decimal:
        raise CorpusError(f"{delimiter!r} cannot part columns", 'use ",", ";" or "\\t"')
    lines = render.delimited_lines(records, columns, delimiter, decimal)
    _write_text(path, _with_bom(lines) if bom else lines)


def _with_bom(lines: Iterable[str]) -> Iterator[str]:
    yield _BOM
    yield from lines


def write_jsonl(path: Path, records: Records) -> None:
    """Write one JSON object a line, Cyrillic as it is."""
    _write_text(path, (render.jsonl([record]) for record in records))


def _write_text(path: Path, pieces: Iterable[str]) -> None:
    def write(file: IO[bytes]) -> None:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        text.writelines(pieces)
        # Flushed, and the file left open for whoever opened it.
        text.detach()

    write_whole(path, write)


def write_xlsx(
    path: Path, columns: Sequence[str], records: Records, size: int, facts: Mapping[str, str]
) -> None:
    """Write records to an Excel file, with what they rest on on a second sheet.

    Text is text, also when it begins with `=`; nothing in the file is a formula or a link.
    """
    if size >= EXCEL_ROWS:
        rows = render.grouped(EXCEL_ROWS - 1)
        raise CorpusError(
            f"a sheet of Excel holds {rows} rows, the result has {render.grouped(size)}",
            "use to_csv(path) or to_parquet(path), or cut it: result[:1000]",
        )
    excel = library("xlsxwriter")

    def write(file: IO[bytes]) -> None:
        with excel.Workbook(file, {"constant_memory": True}) as book:
            sheet = _Sheet(book, "result")
            sheet.head(columns)
            for record in records:
                sheet.row([record[name] for name in columns])
            sheet.finish()
            said = dict(facts)
            if sheet.cut:
                said["cut"] = f"{sheet.cut} cells were longer than Excel holds, and end in …"
            about = _Sheet(book, "provenance")
            for fact in said.items():
                about.row(list(fact))
            about.finish()

    write_whole(path, write)


class _Sheet:
    """A sheet that is written row by row, and its columns made as wide as what is in them."""

    def __init__(self, book: Any, name: str) -> None:
        self._sheet = book.add_worksheet(name)
        self._bold = book.add_format({"bold": True})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._rows = 0
        self._widths: dict[int, int] = {}
        self.cut = 0

    def head(self, columns: Sequence[str]) -> None:
        """Write the names of the columns, which stay in sight."""
        for place, name in enumerate(columns):
            self._text(place, name, self._bold)
        self._rows += 1
        self._sheet.freeze_panes(1, 0)

    def row(self, values: Sequence[Any]) -> None:
        """Write the next row."""
        for place, value in enumerate(values):
            if value is not None:
                self._write(place, value)
        self._rows += 1

    def _write(self, place: int, value: Any) -> None:
        if isinstance(value, bool):
            self._sheet.write_boolean(self._rows, place, value)
        elif isinstance(value, (int, float)) and _is_excel_number(value):
            self._sheet.write_number(self._rows, place, value)
        elif isinstance(value, dt.date) and _is_excel_date(value):
            form = self._moment if isinstance(value, dt.datetime) else self._day
            self._sheet.write_datetime(self._rows, place, value, form)
            self._widths[place] = max(20, self._widths.get(place, 0))
        else:
            self._text(place, str(render.cell(value)))

    def _text(self, place: int, text: str, form: Any = None) -> None:
        short = _fitting(text)
        self.cut += short is not text
        self._sheet.write_string(self._rows, place, short, form)
        self._widths[place] = max(self._widths.get(place, 0), min(len(short), _WIDEST))

    def finish(self) -> None:
        """Make the columns as wide as what is in them."""
        for place, width in self._widths.items():
            self._sheet.set_column(place, place, max(8, width + 2))


def _is_excel_number(value: int | float) -> bool:
    """Return whether Excel has the number: all of its numbers are floats below 1e308."""
    return abs(value) <= (_EXACT if isinstance(value, int) else _LARGEST)


def _is_excel_date(value: dt.date) -> bool:
    """Return whether Excel has the date: since March 1900, without a time zone."""
    if isinstance(value, dt.datetime):
        return value.tzinfo is None and value.date() >= _FIRST_DAY
    return value >= _FIRST_DAY


def _fitting(text: str) -> str:
    """Return a text that a cell of Excel holds, which counts in UTF-16."""
    if len(text) <= EXCEL_CHARACTERS // 2:
        return text
    coded = text.encode("utf-16-le", "replace")
    if len(coded) <= 2 * EXCEL_CHARACTERS:
        return text
    return coded[: 2 * (EXCEL_CHARACTERS - 1)].decode("utf-16-le", "ignore") + "…"
