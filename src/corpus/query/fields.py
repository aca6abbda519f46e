"""The fields of a query: their names, and where a value of one begins and ends."""

from __future__ import annotations

import re
from difflib import get_close_matches

from corpus.query.faults import Fault, short
from corpus.query.inventory import ATTRIBUTE_NAMES
from corpus.query.phrases import CLOSING, closing_quote

SEARCHED = ("title", "text")
FIELDS = {
    **{name: name for name in (*SEARCHED, "source", "author", "tag", "id", "url", "date")},
    "заголовок": "title",
    "текст": "text",
    "источник": "source",
    "автор": "author",
    "тег": "tag",
    "дата": "date",
}
"""Every name a field goes by."""
EXAMPLES = {
    "title": "космос",
    "text": "космос",
    "source": "RT",
    "author": "Иванов",
    "tag": "космос",
    "id": "abc",
    "url": "https://example.org/*",
    "date": "2024-10",
}

EDGE = rf"\s()»{''.join(CLOSING)}"
"""What ends a run of characters, as they stand in a class of a regular expression."""
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_PLAIN_VALUE = re.compile(rf"[^{EDGE}^]+")
_VALUES = {"url": re.compile(r"\S+"), "id": re.compile(r"\S+")}
_BROKEN_RANGE = re.compile(r"\s*\.\.\s+(?=\d)|\s+(?:\.\.|[—–]\s*\d|-\s+\d{4})|\s+(?=TO\s)")
_BROKEN_SIGN = re.compile(r"[<>=≤≥]+\s+(?=\w)")


def unknown_field(name: str, place: int) -> Fault:
    """Return the error for a field that is none."""
    name = short(name)
    near = get_close_matches(name.lower(), FIELDS, 1)
    meant = f"Did you mean {near[0]}:? " if near else ""
    if name.lower() in ATTRIBUTE_NAMES:
        meant = f'Tokens are asked in square brackets: [{name.lower()}="…"]. '
    word = f"If it is a word, put a space after the colon: {name}: …"
    hint = f"{meant}Fields: {', '.join(FIELDS)}. {word}"
    return Fault(place, f"There is no field “{name}”", hint)


def field_value(text: str, start: int, name: str) -> tuple[str, int]:
    """Return the value of a field that starts at `start` and the place after it."""
    opening = text[start]
    if opening == '"' and (quoted := _QUOTED.match(text, start)):
        return quoted[1].replace('""', '"'), quoted.end()
    if opening in CLOSING:
        stop = closing_quote(text, start)
        return text[start + 1 : stop], stop + 1
    if opening == "(":
        hint = f"Repeat the field: ({name}:{EXAMPLES[name]} OR {name}:…)"
        raise Fault(start, f"{name}: takes one value, not a group", hint)
    found = _VALUES.get(name, _PLAIN_VALUE).match(text, start)
    value = found[0] if found else ""
    if name in _VALUES:
        while value.endswith(")") and value.count(")") > value.count("("):
            value = value[:-1]
    else:
        value = value.rstrip(",;")
    if name == "date":
        value = _date_value(text, start, value)
    return value, start + len(value)


def _date_value(text: str, start: int, value: str) -> str:
    """Return a date without the mark that ends a sentence; raise Fault for a range with spaces."""
    if broken := _BROKEN_SIGN.match(text, start):
        hint = f"Write it without spaces: date:{broken[0].strip()}2024-05"
        raise Fault(broken.end(), "There is a space in this date", hint)
    dots = len(value) - len(value.rstrip("."))
    stop = start + len(value) - (dots if dots > 1 else 0)
    if broken := _BROKEN_RANGE.match(text, stop):
        hint = "Write the range without spaces: date:2024-01..2024-06"
        raise Fault(broken.start(), "This range of dates has spaces in it", hint)
    return value.rstrip("?!") if dots != 1 else value[:-1]
