"""Tables as text: CSV and TSV, one record at a time, each with the line it starts on."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from corpus.model import Article, Failure
from corpus.sources.archives import Member
from corpus.sources.limits import MAX_CHARS
from corpus.sources.records import ALIASES, Item, Place, read_records
from corpus.sources.streams import Line, read_lines

DELIMITERS = (",", ";", "\t", "|")
MAX_FIELD = 2 * MAX_CHARS
_EXCEL_HINT = re.compile(r'"?sep=(.)"?\s*\Z', re.IGNORECASE)
REASONS: tuple[tuple[str, str], ...] = (
    ("unexpected end of data", "a quote is opened and never closed"),
    ("expected after", "a quote within a quoted field is not doubled"),
    ("field larger than", f"a field longer than {MAX_FIELD:,} characters, or an open quote"),
    ("new-line character", "a line ends with CR alone"),
)
"""What the csv module complains of, and how we say it."""


class Row(NamedTuple):
    """The fields of one record and the number of its first line; `problem` if it has none."""

    line: int
    fields: list[str]
    problem: str = ""


def read_csv(member: Member, place: Place) -> Iterator[Article | Failure]:
    """Yield the articles of a table whose delimiter its header shows."""
    with member.open() as stream:
        yield from parse_csv(read_lines(stream), place)


def read_tsv(member: Member, place: Place) -> Iterator[Article | Failure]:
    """Yield the articles of a table of fields parted by tabs."""
    with member.open() as stream:
        yield from parse_csv(read_lines(stream), place, "\t")


def parse_csv(
    lines: Iterable[Line], place: Place, delimiter: str = ""
) -> Iterator[Article | Failure]:
    """Yield an article, or the reason why there is none, for each row below the header."""
    lines = _from_header(iter(lines))
    first = next(lines, None)
    if first is None:
        return
    if hint := _EXCEL_HINT.match(first.text):
        delimiter, lines = hint[1], _from_header(lines)
    else:
        delimiter = delimiter or sniff_delimiter(first.text, place.mapping)
        lines = chain((first,), lines)
    rows = split_rows(lines, delimiter)
    header = next(rows, None)
    if header is None:
        return
    if header.problem:
        yield Failure(f"{place.path}:{header.line}", f"the header: {header.problem}")
        return
    columns = column_names(header.fields)
    yield from read_records((_item(row, columns, place.path) for row in rows), place)


def sniff_delimiter(header: str, mapping: Mapping[str, str] | None = None) -> str:
    """Return the delimiter that parts `header` into the most names we know, or the most names."""
    known = set(chain.from_iterable(ALIASES.values())) | set((mapping or {}).values())
    known = {name.casefold() for name in known}

    def merit(delimiter: str) -> tuple[int, int]:
        names = [name.strip(' "\r\n').casefold() for name in header.split(delimiter)]
        return sum(name in known for name in names), len(names)

    return max(DELIMITERS, key=merit)


def column_names(header: list[str]) -> list[str]:
    """Return names that differ from each other: an empty one is numbered, a repeated one too."""
    names: list[str] = []
    for number, field in enumerate(header, 1):
        name = field.strip() or f"column {number}"
        while name in names:
            name += f" {number}"
        names.append(name)
    return names


def split_rows(lines: Iterable[Line], delimiter: str) -> Iterator[Row]:
    """Yield the rows of a table, none of them blank.

    After a row that cannot be parsed reading goes on with the line below its first one, so that
    a quote that is never closed costs one row and not the rest of the file.
    """
    # The limit is the csv module's own and can only be set for all of it: it is never lowered.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_FIELD))
    again: deque[Line] = deque()
    rest = iter(lines)
    while True:
        taken: list[Line] = []
        try:
            fields = next(csv.reader(_texts(again, rest, taken), delimiter=delimiter, strict=True))
        except StopIteration:
            return
        except csv.Error as error:
            again.extendleft(reversed(taken[1:]))
            yield _unparsed(taken[0], delimiter, str(error))
            continue
        damaged = next((line.problem for line in taken if line.problem), "")
        if fields or damaged:
            yield Row(taken[0].number, fields, damaged)


def _texts(again: deque[Line], rest: Iterator[Line], taken: list[Line]) -> Iterator[str]:
    """Yield the text of the next lines, and keep in `taken` which ones were asked for."""
    while line := again.popleft() if again else next(rest, None):
        taken.append(line)
        yield line.text


def _unparsed(line: Line, delimiter: str, complaint: str) -> Row:
    """Return a row for a line with stray quotes: with tabs between fields they are just quotes."""
    if delimiter == "\t" and not line.problem:
        return Row(line.number, line.text.rstrip("\r\n").split("\t"))
    said = next((reason for sign, reason in REASONS if sign in complaint), complaint)
    return Row(line.number, [], line.problem or said)


def _item(row: Row, columns: list[str], path: str) -> Item:
    origin = f"{path}:{row.line}"
    if row.problem:
        return Item(origin, row.problem)
    if len(row.fields) != len(columns):
        fields = "field" if len(row.fields) == 1 else "fields"
        return Item(
            origin, f"line {row.line}: {len(row.fields)} {fields}, the header has {len(columns)}"
        )
    return Item(origin, dict(zip(columns, row.fields, strict=True)))


def _from_header(lines: Iterator[Line]) -> Iterator[Line]:
    """Yield `lines` from the first that is not blank."""
    for line in lines:
        if line.problem or line.text.strip():
            yield line
            yield from lines
