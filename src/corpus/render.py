"""Records to text: tables for people, lines for machines."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from corpus.model import Hit, Snippet

Record = Mapping[str, Any]


def grouped(number: int) -> str:
    """Return a number with its thousands apart: 1 234."""
    return f"{number:,}".replace(",", " ")


def counted(number: int, noun: str) -> str:
    """Return a number with what it counts: 1 article, 1 234 articles, 2 stories."""
    many = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{grouped(number)} {noun if number == 1 else many}"


def plain(value: Any) -> Any:
    """Return a value as JSON has it: dates as ISO text, tuples as lists, no NaN."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return str(value)


def jsonl(records: Iterable[Record]) -> str:
    """Return one JSON object a line, Cyrillic as it is; nothing for no records."""
    return "".join(json.dumps(plain(r), ensure_ascii=False) + "\n" for r in records)


def json_text(value: Any) -> str:
    """Return a value as indented JSON, Cyrillic as it is."""
    return json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n"


def delimited(records: Iterable[Record], columns: Sequence[str], delimiter: str = ",") -> str:
    """Return CSV or TSV with a header, also for no records; lists are joined by `; `."""
    return "".join(delimited_lines(records, columns, delimiter))


def delimited_lines(
    records: Iterable[Record], columns: Sequence[str], delimiter: str = ",", decimal: str = "."
) -> Iterator[str]:
    """Yield the lines of CSV or TSV, the header first.

    A line ends in a line feed alone. What is missing, or not a number, is left empty.
    """
    # The csv module leaves carriage returns without quotes where lines end in line feeds.
    special = re.compile(f'[\r\n"{re.escape(delimiter)}]')

    def field(value: Any) -> str:
        text = str(cell(value))
        if isinstance(value, float):
            text = text.replace(".", decimal)
        return '"' + text.replace('"', '""') + '"' if special.search(text) else text

    yield delimiter.join(map(field, columns)) + "\n"
    for record in records:
        # A line with nothing on it would be no row.
        yield (delimiter.join([field(record[name]) for name in columns]) or '""') + "\n"


def cell(value: Any) -> Any:
    """Return a value for one cell of a table: text, a number, or "" for nothing and for NaN."""
    if isinstance(value, float) and math.isinf(value):
        return str(value)
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(item, (list, dict)) for item in value)
    ):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "; ".join("" if item is None else str(item) for item in value)
    return value


def table(records: Sequence[Record], columns: Sequence[str]) -> str:
    """Return records as an aligned text table, nothing cut off."""
    rows = [[visible(str(cell(record[name]))) for name in columns] for record in records]
    numeric = [
        all(isinstance(record[name], (int, float)) for record in records) and bool(records)
        for name in columns
    ]
    return aligned([list(map(str, columns)), *rows], numeric)


def aligned(rows: Sequence[Sequence[str]], numeric: Sequence[bool]) -> str:
    """Return rows of text, one of them at least, as columns; numbers stand on the right."""
    widths = [max(columns_of(row[n]) for row in rows) for n in range(len(numeric))]
    lines = []
    for row in rows:
        cells = [
            " " * (widths[n] - columns_of(text)) + text if numeric[n] else _padded(text, widths[n])
            for n, text in enumerate(row)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def clipped(text: str, longest: int) -> str:
    """Return a text of at most `longest` characters, the last of them `…` where it was longer."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


# What nearly all texts are made of: one column each, harmless. Others are looked at one by one.
_PLAIN = re.compile(
    r"[\n -~\u00a0-\u00ac\u00ae-\u02af\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2116]*"
)


def visible(text: str) -> str:
    """Return a text that cannot steer a terminal: control and direction marks become visible."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(c if _harmless(c) else f"\\u{ord(c):04x}" for c in text)


# Controls, formats, surrogates, private characters, and what breaks lines besides line feeds.
_STEERING = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def _harmless(character: str) -> bool:
    return character == "\n" or unicodedata.category(character) not in _STEERING


def columns_of(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if _PLAIN.fullmatch(text):
        return len(text)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    marks = sum(unicodedata.combining(c) != 0 for c in text)
    return len(text) + wide - marks


def _padded(text: str, width: int) -> str:
    return text + " " * (width - columns_of(text))


def facts(hit: Hit) -> str:
    """Return source, date and id of a hit as one line, and how many reprints stand behind it."""
    behind = f"+{counted(len(hit.reprints), 'reprint')}" if hit.reprints else ""
    return " · ".join(str(fact) for fact in (hit.source, hit.date, hit.id, behind) if fact)


# So wide is the context that a plain concordance shows on each side.
_KWIC_WIDTH = 45


def kwic(records: Sequence[Record]) -> str:
    """Return lines of a concordance as text, the matches one below the other."""
    rows = [
        [visible(r[name].replace("\n", " ")) for name in ("before", "match", "after")]
        for r in records
    ]
    middle = max((columns_of(match) for _, match, _ in rows), default=0)
    lines = []
    for (before, match, after), record in zip(rows, records, strict=True):
        left = clipped(before[::-1], _KWIC_WIDTH)[::-1]
        left = " " * (_KWIC_WIDTH - columns_of(left)) + left
        right = _padded(clipped(after, _KWIC_WIDTH), _KWIC_WIDTH)
        lines.append(f"{left}  {_padded(match, middle)}  {right}  {visible(record['article'])}")
    return "\n".join(lines)


def write_parquet(table: pa.Table, path: Path, metadata: Mapping[str, str]) -> None:
    """Write an Arrow table to Parquet whole or not at all, with provenance in its metadata."""
    import pyarrow.parquet as pq

    from corpus.store.files import write_whole

    known = table.schema.metadata or {}
    table = table.replace_schema_metadata({**known, **metadata})
    write_whole(path, lambda file: pq.write_table(table, file, compression="zstd"))


# Terminals: while lines are broken, what was found stands between two marks of no width. `visible`
# leaves no control characters in a text, so no text can hold these marks.
_ON, _OFF = "\x01", "\x02"
_UNMARKED = str.maketrans("", "", _ON + _OFF)
# What grep uses: red is readable on dark and on light, and bold tells where red is not seen.
_FOUND, _BOLD, _FAINT, _RESET = "\x1b[1;31m", "\x1b[1m", "\x1b[2m", "\x1b[0m"


def terminal(
    snippet: Snippet, *, width: int | None = None, colour: bool = False, bold: bool = False
) -> list[str]:
    """Return a snippet as lines of at most `width` columns, the words found coloured or in `**`."""
    pieces, place = [], 0
    for start, stop in snippet.spans:
        pieces += [snippet.text[place:start], _ON, snippet.text[start:stop], _OFF]
        place = stop
    pieces.append(snippet.text[place:])
    marked = "".join(p if p in (_ON, _OFF) else visible(p.replace("\n", " ")) for p in pieces)
    if not colour:
        return wrapped(marked.replace(_ON, "**").replace(_OFF, "**"), width)
    return _coloured(wrapped(marked, width), _BOLD if bold else "")


def greyed(line: str) -> str:
    """Return a line as terminals show what is of less weight."""
    return f"{_FAINT}{line}{_RESET}" if line else line


def wrapped(text: str, width: int | None) -> list[str]:
    """Return a text as lines of at most `width` columns, broken at spaces; None breaks nothing."""
    if width is None:
        return [text]
    lines, room = [""], width
    for number, word in enumerate(text.split(" ")):
        size = columns_of(word.translate(_UNMARKED))
        if number and room < size + 1:
            lines.append(word)
            room = width - size
        else:
            lines[-1] += f" {word}" if number else word
            room -= size + (number > 0)
    return lines


def _coloured(lines: Sequence[str], usual: str) -> list[str]:
    """Return lines with colours for the marks; no colour reaches over the end of a line."""
    done, inside = [], False
    for line in lines:
        runs = []
        for run in re.split(f"([{_ON}{_OFF}])", line):
            if run in (_ON, _OFF):
                inside = run == _ON
            else:
                style = _FOUND if inside else usual
                runs.append(f"{style}{run}{_RESET}" if style and run else run)
        done.append("".join(runs))
    return done
