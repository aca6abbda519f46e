"""Marks of boilerplate in a part: tokens and words less those of the lines that are marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus import arrow
from corpus.arrow import changes
from corpus.model import Mark
from corpus.store.parts import NOT_WORDS

# What tells where a token stands.
_PLACE = ("article", "zone", "paragraph")
# Columns that count within an article, and what they are counted anew from.
_COUNTED = {"token": (), "word": ("pos",), "sentence": ("sentence",)}
_IN_TEXT = ("heading", "text")


def needed(columns: Sequence[str]) -> list[str]:
    """Return the columns that must be read to give `columns` without marked lines."""
    extra = [name for column in columns for name in _COUNTED.get(column, ())]
    return list(dict.fromkeys([*columns, *_PLACE, *extra]))


def without(tokens: pa.Table, marks: pa.Table, columns: Sequence[str]) -> pa.Table:
    """Return the tokens that no marked line holds, numbered anew where numbers run on."""
    gone = _marked(tokens, marks)
    kept = tokens.filter(arrow.from_numbers(~gone))
    for name in columns:
        if name in _COUNTED:
            place = kept.schema.get_field_index(name)
            values = _counted(name, kept)
            kept = kept.set_column(place, kept.schema.field(place), arrow.from_numbers(values))
    return kept.select(list(columns))


def _marked(tokens: pa.Table, marks: pa.Table) -> NDArray[np.bool_]:
    """Return which tokens stand in marked lines."""
    zone, zones = coded(tokens.column("zone"))
    in_text = np.isin(zone, [n for n, value in enumerate(zones) if value in _IN_TEXT])
    owner, line = (arrow.numbers(tokens.column(name)) for name in ("article", "paragraph"))
    wanted = _places(*(arrow.numbers(marks.column(name)) for name in ("article", "line")))
    found = np.zeros(len(tokens), bool)
    found[in_text] = np.isin(_places(owner[in_text], line[in_text]), wanted)
    return found


def _places(article: NDArray[np.int64], line: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return a number for each line of each article."""
    return (article << 32) + line


def _counted(name: str, tokens: pa.Table) -> NDArray[np.int32]:
    """Return a column that counts within each article."""
    fresh = changes(arrow.numbers(tokens.column("article")))
    if name == "token":
        before = np.arange(len(tokens))
    elif name == "word":
        pos, values = coded(tokens.column("pos"))
        is_word = ~np.isin(pos, [n for n, value in enumerate(values) if value in NOT_WORDS])
        before = np.cumsum(is_word) - is_word
    else:
        before = np.cumsum(fresh | changes(arrow.numbers(tokens.column("sentence"))))
    first = np.maximum.accumulate(np.where(fresh, np.arange(len(tokens)), 0))
    return (before - before[first]).astype(np.int32)


def mark(row: Mapping[str, Any], openings: Mapping[int, str], id_of: Callable[[int], str]) -> Mark:
    """Return the mark that a row holds, with its evidence in words."""
    times, other = row["times"], row["other"]
    name = id_of(other) if other is not None else ""
    opening = openings.get(row["marker"], "")
    evidence = {
        "box": f"a box that «{opening}» opens, which came {times} times",
        "title": f"the title of {name}" if name else "the title of another article",
        "code": "code of a web page",
        "repeated": f"a line of {times} articles of one source",
        "told": "told so",
    }[row["rule"]]
    return Mark(row["rule"], row["field"], row["start"], row["stop"], times, evidence)


def words_less(table: pa.Table, marks: pa.Table) -> pa.Table:
    """Return a table of articles whose `words` do not count those of marked lines."""
    own = arrow.numbers(table.column("article"))
    places = np.searchsorted(own, arrow.numbers(marks.column("article")))
    less = np.bincount(places, arrow.numbers(marks.column("words")), len(own))
    words = (arrow.numbers(table.column("words")) - less).astype(np.int32)
    place = table.schema.get_field_index("words")
    return table.set_column(place, table.schema.field(place), arrow.from_numbers(words))


def coded(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], list[str]]:
    """Return a dictionary column as codes and values."""
    array = column.unify_dictionaries().combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], column.type)
    return arrow.numbers(array.indices), array.dictionary.to_pylist()
