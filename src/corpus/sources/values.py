"""Values of a record's fields: made safe to keep, and read as a line, a text or a list."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

MAX_DEPTH = 50
MAX_LIST_CHARS = 10_000
NAMES = ("name", "title", "label")
"""Keys under which an author or a tag given as an object keeps its name."""
SEPARATORS = (";", "|", ",")
_SURROGATES = re.compile("[\ud800-\udfff]+")
_BLANK = re.compile("[\\s\ufeff\u200b-\u200d\u2060\u00ad]*")
_BREAKS = re.compile(r"[\r\n\t\v\f\x85\u2028\u2029]+")
_QUOTED = re.compile("'([^']*)'|\"([^\"]*)\"")
_QUOTED_LIST = re.compile(rf"\[\s*(?:(?:{_QUOTED.pattern})\s*(?:,\s*)?)*\]")


class Notes:
    """What could not be understood, each thing once, in order."""

    def __init__(self, problems: Iterable[str] = ()) -> None:
        self._problems = dict.fromkeys(problems)

    def __iter__(self) -> Iterator[str]:
        return iter(self._problems)

    def add(self, problem: str) -> None:
        """Note `problem` unless it is ""."""
        if problem:
            self._problems[problem] = None


class TooDeep(ValueError):
    """A value nested deeper than anything that is still data."""


def tidy_record(record: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    """Return `record` with values that JSON can hold; note what had to be left out."""
    tidied = {}
    for name, value in record.items():
        try:
            tidied[_whole(str(name), notes)] = tidy(value, notes)
        except TooDeep:
            notes.add(f"{str(name)[:40]!r} is nested more than {MAX_DEPTH} deep: left out")
    return tidied


def tidy(value: Any, notes: Notes, depth: int = 0) -> Any:
    """Return `value` as JSON can hold it: dates in ISO form, no NaN, no half characters."""
    if depth > MAX_DEPTH:
        raise TooDeep
    if isinstance(value, str):
        return _whole(value, notes)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return _text_or_hex(value)
    if isinstance(value, Mapping):
        pairs = ((_whole(str(key), notes), inner) for key, inner in value.items())
        return {key: tidy(inner, notes, depth + 1) for key, inner in pairs}
    if isinstance(value, list | tuple | set | frozenset):
        return [tidy(inner, notes, depth + 1) for inner in value]
    return str(value)


def is_empty(value: Any) -> bool:
    """Return whether a field says nothing: absent, blank, not a number, or an empty list."""
    if isinstance(value, str):
        return _BLANK.fullmatch(value) is not None
    if isinstance(value, float):
        return not math.isfinite(value)
    if isinstance(value, list):
        return all(map(is_empty, value))
    return value is None or value == {}


def plain_text(value: Any) -> str:
    """Return a text, or a list of paragraphs, as one string; "" for what is neither."""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = "\n\n".join(value)
    return value if isinstance(value, str) and not is_empty(value) else ""


def one_line(value: Any, name: str, notes: Notes) -> str:
    """Return a value that has its place on one line; note one that has not."""
    if isinstance(value, dict):
        value = next((value[key] for key in NAMES if value.get(key)), value)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if is_empty(value):
        return ""
    if isinstance(value, bool | list | dict):
        notes.add(f"{name} is not a string: left empty")
        return ""
    return _line(str(value))


def phrases(value: Any, name: str, notes: Notes) -> tuple[str, ...]:
    """Return authors or tags: a list as it is, a string split at `;`, `|` or `,`."""
    if isinstance(value, str):
        listed = _written_list(value)
        value = _split(value) if listed is None else listed
    parts = value if isinstance(value, list) else [value]
    return tuple(filter(None, dict.fromkeys(one_line(part, name, notes) for part in parts)))


def _whole(text: str, notes: Notes) -> str:
    """Return `text` with halves of surrogate pairs, which no file can hold, replaced."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        notes.add("characters that are no valid Unicode: replaced by U+FFFD")
        return _SURROGATES.sub("\ufffd", text)
    return text


def _text_or_hex(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.hex()


def _line(text: str) -> str:
    """Return `text` without line breaks, each of them a space; other spaces stay as they are."""
    return " ".join(filter(None, map(str.strip, _BREAKS.split(text))))


def _split(text: str) -> list[str]:
    separator = next((mark for mark in SEPARATORS if mark in text), None)
    return text.split(separator) if separator else [text]


def _written_list(text: str) -> list[Any] | None:
    """Return the list that a table keeps as the text `["а", "б"]` or `['а', 'б']`, if it is one."""
    text = text.strip()
    if not (text.startswith("[") and text.endswith("]") and len(text) < MAX_LIST_CHARS):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        quoted = _QUOTED.findall(text) if _QUOTED_LIST.fullmatch(text) else None
        return None if quoted is None else [one or other for one, other in quoted]
    return found if isinstance(found, list) else None
