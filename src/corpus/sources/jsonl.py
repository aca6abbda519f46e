"""JSON: one object a line, or one file that is an object or an array of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from corpus.model import Article, Failure
from corpus.sources.archives import Member
from corpus.sources.jsonsplit import split_values
from corpus.sources.records import Item, Place, choose, read_records
from corpus.sources.streams import Line, read_chunks, read_lines
from corpus.sources.values import plain_text


def read_jsonl(member: Member, place: Place) -> Iterator[Article | Failure]:
    """Yield the articles of a file with one JSON object a line."""
    with member.open() as stream:
        yield from parse_jsonl(read_lines(stream), place)


def read_json(member: Member, place: Place) -> Iterator[Article | Failure]:
    """Yield the articles of a JSON file."""
    with member.open() as stream:
        yield from parse_json(read_chunks(stream), place)


def parse_jsonl(lines: Iterable[Line], place: Place) -> Iterator[Article | Failure]:
    """Yield an article, or the reason why there is none, for each line that is not blank."""
    filled = (line for line in lines if line.problem or not line.text.isspace())
    items = (
        Item(f"{place.path}:{line.number}", line.problem or load_object(line.text))
        for line in filled
    )
    yield from read_records(items, place)


def parse_json(chunks: Iterable[str], place: Place) -> Iterator[Article | Failure]:
    """Yield the articles of an array, of an object with one list of them, or of one object."""
    chunks = iter(chunks)
    values = split_values(chunks)
    first, second = next(values, None), next(values, None)
    if first is None:
        return
    if second is None and first.text.startswith("{") and not first.problem:
        yield from _lone(load_object(first.text), place)
        return
    found = chain((first,) if second is None else (first, second), values)
    items = (
        Item(f"{place.path}#{row}", value.problem or load_object(value.text))
        for row, value in enumerate(found, 1)
    )
    yield from read_records(items, place)


def load_object(text: str) -> dict[str, Any] | str:
    """Return the object that `text` holds, or say why it holds none."""
    try:
        found = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        return f"broken JSON: {error.msg} at character {error.pos + 1}"
    except RecursionError:
        return "broken JSON: nested too deep"
    except ValueError as error:
        return f"broken JSON: {error}"
    return found if isinstance(found, dict) else f"not a JSON object but {_kind(found)}"


def _lone(record: dict[str, Any] | str, place: Place) -> Iterator[Article | Failure]:
    """Yield the articles of an object that fills a file: itself, or those in its one list."""
    if isinstance(record, dict) and (listed := _wrapped(record, place)) is not None:
        items = [
            Item(f"{place.path}#{row}", part if isinstance(part, dict) else "not a JSON object")
            for row, part in enumerate(listed, 1)
        ]
    else:
        items = [Item(place.path, record)]
    yield from read_records(items, place)


def _wrapped(record: dict[str, Any], place: Place) -> list[Any] | None:
    """Return the one list of objects in an object that has no text of its own."""
    column = choose(record, place.mapping).get("text", "")
    if plain_text(record.get(column)):
        return None
    lists = [
        value
        for value in record.values()
        if isinstance(value, list) and any(isinstance(part, dict) for part in value)
    ]
    return lists[0] if len(lists) == 1 else None


def _kind(value: object) -> str:
    kinds = {list: "a list", str: "a string", bool: "a truth value", type(None): "null"}
    return kinds.get(type(value), "a number")
