"""Records to text: tables for people, lines for machines, HTML for notebooks; all escaped."""

from __future__ import annotations

import csv
import datetime as dt
import html as markup
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from corpus.model import Hit, Snippet

Record = Mapping[str, Any]


def grouped(number: int) -> str:
    """Return a number with its thousands apart: 1 234."""
    return f"{number:,}".replace(",", " ")


def plain(value: Any) -> Any:
    """Return a value as JSON has it: dates as ISO text, tuples as lists."""
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def jsonl(records: Iterable[Record]) -> str:
    """Return one JSON object a line, Cyrillic as it is; nothing for no records."""
    return "".join(json.dumps(plain(r), ensure_ascii=False) + "\n" for r in records)


def json_text(value: Any) -> str:
    """Return a value as indented JSON, Cyrillic as it is."""
    return json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n"


def delimited(records: Iterable[Record], columns: Sequence[str], delimiter: str = ",") -> str:
    """Return CSV or TSV with a header, also for no records; lists are joined by `; `."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(record[name]) for name in columns] for record in records)
    return out.getvalue()


def _cell(value: Any) -> Any:
    value = plain(value)
    if value is None:
        return ""
    return "; ".join(map(str, value)) if isinstance(value, list) else value


def table(records: Sequence[Record], columns: Sequence[str]) -> str:
    """Return records as an aligned text table, nothing cut off."""
    rows = [[str(name) for name in columns]]
    rows += [[visible(str(_cell(record[name]))) for name in columns] for record in records]
    widths = [max(_width(row[n]) for row in rows) for n in range(len(columns))]
    numeric = [
        all(isinstance(record[name], (int, float)) for record in records) and bool(records)
        for name in columns
    ]
    lines = []
    for row in rows:
        cells = [
            " " * (widths[n] - _width(cell)) + cell if numeric[n] else _padded(cell, widths[n])
            for n, cell in enumerate(row)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def visible(text: str) -> str:
    """Return a text that cannot steer a terminal: control and direction marks become visible."""
    return "".join(c if _harmless(c) else f"\\u{ord(c):04x}" for c in text)


def _harmless(character: str) -> bool:
    return character == "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co")


def _width(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    marks = sum(unicodedata.combining(c) != 0 for c in text)
    return len(text) + wide - marks


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


# Semantic tags only, no colours, so that dark and untrusted notebooks stay readable.
# The two classes keep MathJax away from "$5 … $6".
_OPEN = '<div class="corpus tex2jax_ignore mathjax_ignore" lang="ru">'


def html(records: Sequence[Record], columns: Sequence[str], caption: str, footer: str) -> str:
    """Return records as an HTML table with a caption and a line below it."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(_cell(r[name])))}</td>" for name in columns) + "</tr>"
        for r in records
    )
    return (
        f"{_OPEN}<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table><p><small>{escape(footer)}</small></p></div>"
    )


def line_html(title: str, text: str) -> str:
    """Return a name and what is said of it as HTML."""
    return f"{_OPEN}<p><strong>{escape(title)}</strong><br>{escape(text)}</p></div>"


def hits_html(hits: Sequence[Hit], caption: str, footer: str) -> str:
    """Return hits as a numbered list: title, facts, snippet with the words found marked."""
    items = "".join(
        f'<li value="{hit.rank}"><strong>{marked_html(hit.heading)}</strong><br>'
        f"<small>{escape(facts(hit))}</small><br>{marked_html(hit.snippet)}</li>"
        for hit in hits
    )
    return (
        f"{_OPEN}<p>{escape(caption)}</p><ol>{items}</ol>"
        f"<p><small>{escape(footer)}</small></p></div>"
    )


# So wide is the context that a plain concordance shows on each side.
_KWIC_WIDTH = 45


def kwic(records: Sequence[Record]) -> str:
    """Return lines of a concordance as text, the matches one below the other."""
    rows = [[visible(str(r[name])) for name in ("before", "match", "after")] for r in records]
    middle = max((_width(match) for _, match, _ in rows), default=0)
    lines = []
    for (before, match, after), record in zip(rows, records, strict=True):
        left = _clipped(before[::-1], _KWIC_WIDTH)[::-1]
        left = " " * (_KWIC_WIDTH - _width(left)) + left
        right = _padded(_clipped(after, _KWIC_WIDTH), _KWIC_WIDTH)
        lines.append(f"{left}  {_padded(match, middle)}  {right}  {visible(record['article'])}")
    return "\n".join(lines)


def _clipped(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def kwic_html(records: Sequence[Record], caption: str, footer: str) -> str:
    """Return lines of a concordance as an HTML table, the matches one below the other."""
    body = "".join(
        f'<tr><td style="text-align: right">{escape(r["before"])}</td>'
        f'<td style="text-align: center"><mark>{escape(r["match"])}</mark></td>'
        f'<td style="text-align: left">{escape(r["after"])}</td>'
        f'<td style="text-align: left"><small>{escape(facts_of(r))}</small></td></tr>'
        for r in records
    )
    return (
        f"{_OPEN}<table><caption>{escape(caption)}</caption><tbody>{body}</tbody></table>"
        f"<p><small>{escape(footer)}</small></p></div>"
    )


def facts_of(record: Record) -> str:
    """Return source, date and id of a line of a concordance."""
    known = (record["source"], record["date"], record["article"])
    return " · ".join(str(fact) for fact in known if fact)


def reading_html(title: Snippet, lead: Snippet, text: Snippet, *, facts: str) -> str:
    """Return an article as HTML, what was found marked, its paragraph first of all."""
    blocks = [part for part in (lead, *paragraphs(text)) if part.text]
    found = [marked_html(part) for part in blocks if part.spans]
    place = f"<blockquote>{found[0]}</blockquote>" if found else ""
    whole = "".join(f"<p>{marked_html(part)}</p>" for part in blocks)
    return (
        f"{_OPEN}<p><strong>{marked_html(title)}</strong><br><small>{escape(facts)}</small></p>"
        f"{place}<details><summary>Весь текст</summary>{whole}</details></div>"
    )


def paragraphs(text: Snippet) -> list[Snippet]:
    """Return the paragraphs of a text, each with the stretches that lie in it."""
    from corpus.model import Snippet

    found, first = [], 0
    for part in text.text.split("\n\n"):
        stop = first + len(part)
        spans = tuple(
            (max(a, first) - first, min(b, stop) - first)
            for a, b in text.spans
            if a < stop and b > first
        )
        found.append(Snippet(part, spans))
        first = stop + 2
    return found


def facts(hit: Hit) -> str:
    """Return source, date and id of a hit as one line."""
    return " · ".join(str(fact) for fact in (hit.source, hit.date, hit.id) if fact)


def marked_html(snippet: Snippet) -> str:
    """Return a snippet as HTML, what the query found in <mark>."""
    pieces, place = [], 0
    for start, stop in snippet.spans:
        pieces.append(escape(snippet.text[place:start]))
        pieces.append(f"<mark>{escape(snippet.text[start:stop])}</mark>")
        place = stop
    return "".join([*pieces, escape(snippet.text[place:])])


def escape(text: str) -> str:
    """Return a text that HTML shows as it is, direction marks and controls made visible."""
    return markup.escape(visible(text))


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
_FOUND, _BOLD, _RESET = "\x1b[1;31m", "\x1b[1m", "\x1b[0m"


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


def wrapped(text: str, width: int | None) -> list[str]:
    """Return a text as lines of at most `width` columns, broken at spaces; None breaks nothing."""
    if width is None:
        return [text]
    lines, room = [""], width
    for number, word in enumerate(text.split(" ")):
        size = _width(word.translate(_UNMARKED))
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
