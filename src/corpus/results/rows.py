"""Rows of a result chosen and put in order: places, slices, sort keys, filters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus.errors import CorpusError
from corpus.text.collation import ranks

Column = Callable[[str], pa.ChunkedArray]
"""A column by its name."""


def place_of(place: int, size: int) -> int:
    """Return a place counted from the start; IndexError if there is none."""
    number = place + size if place < 0 else place
    if not 0 <= number < size:
        raise IndexError(f"no row {place}: there are {size}")
    return number


@dataclass(frozen=True)
class Unmade:
    """Rows of a table that are made when they are looked at: those at some places among all.

    `make` makes the rows at any places from 0, also at none.
    """

    make: Callable[[range], pa.Table]
    places: range

    def __call__(self) -> pa.Table:
        return self.make(self.places)

    def __len__(self) -> int:
        return len(self.places)

    @property
    def column_names(self) -> list[str]:
        """The names of the columns, as of a table."""
        return list(self.make(range(0)).column_names)

    def select(self, names: Sequence[str]) -> Unmade:
        """Return the same rows with some columns only."""
        return Unmade(lambda places: self.make(places).select(names), self.places)


def sliced(table: pa.Table | Unmade, place: slice) -> pa.Table | Unmade:
    """Return the rows of a slice, as of a list."""
    if isinstance(table, Unmade):
        return replace(table, places=table.places[place])
    first, last, step = place.indices(len(table))
    if step == 1:
        return table.slice(first, max(0, last - first))
    return table.take(pa.array(range(first, last, step), pa.int64()))


def known(name: str, columns: Sequence[str]) -> str:
    """Return the name of a column; CorpusError with the nearest names if there is none."""
    if name in columns:
        return name
    near = get_close_matches(name, columns, 1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise CorpusError(f"no column {name!r}", f"{hint}columns: {', '.join(columns)}")


def decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column with its values themselves, where it held codes of a dictionary."""
    kind = column.type
    return column.cast(kind.value_type) if pa.types.is_dictionary(kind) else column


# Order


def order(names: Sequence[str], columns: Sequence[str], column: Column, down: bool) -> pa.Array:
    """Return the places of rows in order of columns; a name after `-` is sorted downwards.

    `down` turns all directions round. Text is compared without case and with ё as е, nulls come
    last either way, and rows that are equal stay in the order in which they were.
    """
    if not names:
        raise CorpusError("sort by which column?", f"columns: {', '.join(columns)}")
    directions = [_direction(name, columns) for name in names]
    keys = {f"{n}": _sort_key(column(name), name) for n, (name, _) in enumerate(directions)}
    ways = [
        (f"{n}", "descending" if downwards != down else "ascending")
        for n, (_, downwards) in enumerate(directions)
    ]
    return pc.sort_indices(pa.table(keys), sort_keys=ways)


def _direction(name: str, columns: Sequence[str]) -> tuple[str, bool]:
    """Return the name of a column and whether a `-` before it asks for the downward order."""
    if name not in columns and name.startswith("-"):
        return known(name[1:], columns), True
    return known(name, columns), False


def _sort_key(column: pa.ChunkedArray, name: str) -> pa.Array:
    """Return values that Arrow sorts as people sort the column."""
    column = decoded(column)
    kind = column.type
    if _is_list(kind):
        joined = (None if v is None else ", ".join(map(str, v)) for v in column.to_pylist())
        return _ranks(pa.chunked_array([pa.array(joined, pa.large_string())]))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _ranks(column.cast(pa.large_string()))
    if pa.types.is_null(kind):
        return column.cast(pa.int64())
    if not (pa.types.is_primitive(kind) or pa.types.is_decimal(kind)):
        raise CorpusError(f"rows cannot be sorted by {name!r}: it holds {kind}")
    return column


def _ranks(column: pa.ChunkedArray) -> pa.Array:
    """Return the places of texts among all, equal for those that differ by case or ё only."""
    coded = column.combine_chunks().dictionary_encode()
    return pa.array(ranks(coded.dictionary.to_pylist()), pa.int64()).take(coded.indices)


# Filters


def mask_of(given: Any, size: int) -> pa.ChunkedArray:
    """Return a mask of booleans from pandas, polars, numpy, pyarrow or a list; null is false.

    A pandas mask is taken by its index, as its frame may have been sorted since.
    """
    if isinstance(given, (str, bytes)):
        raise CorpusError(f"{given[:20]!r} is no mask", _FILTERS)
    if hasattr(given, "sort_index"):
        given = given.sort_index()
    try:
        mask = (
            pa.chunked_array(given)
            if hasattr(given, "__arrow_c_stream__")
            else pa.chunked_array([pa.array(given)])
        )
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise CorpusError(f"{type(given).__name__} is no mask", _FILTERS) from error
    if len(mask) != size:
        raise CorpusError(f"the mask has {len(mask)} values, the result {size} rows", _FILTERS)
    if not (pa.types.is_boolean(mask.type) or pa.types.is_null(mask.type)):
        raise CorpusError(f"the mask holds {mask.type}, not booleans", _FILTERS)
    return pc.fill_null(mask.cast(pa.bool_()), False)


_FILTERS = 'for example filter(pos="NOUN"), filter(t["ipm"] > 5), filter(lambda row: …)'


def is_one_of(column: pa.ChunkedArray, name: str, value: Any) -> pa.ChunkedArray:
    """Return where a column equals a value or one of several; None stands for null.

    Where a column holds lists, one of a list's values is enough.
    """
    column = decoded(column)
    several = isinstance(value, Iterable) and not isinstance(value, (str, bytes, dict))
    wanted = list(value) if several else [value]
    if _is_list(column.type):
        found = [any(item in wanted for item in items or ()) for items in column.to_pylist()]
        return pa.chunked_array([pa.array(found, pa.bool_())])
    try:
        values = _typed(wanted, column.type)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        shown = ", ".join(map(repr, wanted[:3]))
        raise CorpusError(f"column {name!r} holds {column.type}, never {shown}") from error
    return pc.is_in(column, value_set=values)


def _typed(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Return values as a column has them; dates may be written as text."""
    if pa.types.is_temporal(kind):
        values = [v if isinstance(v, (dt.date, dt.time, type(None))) else str(v) for v in values]
    if pa.types.is_floating(kind) and any(isinstance(value, str) for value in values):
        raise TypeError("text among numbers")
    return pa.array(values).cast(kind)


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def told(where: Any, values: dict[str, Any]) -> str:
    """Return in words which rows were kept."""
    kept = [f"{name} = {_told(value)}" for name, value in values.items()]
    if where is not None:
        kept.insert(0, "by a function" if callable(where) else "by a mask")
    return ", ".join(kept)


def _told(value: Any) -> str:
    several = isinstance(value, Iterable) and not isinstance(value, (str, bytes, dict))
    texts = [str(item) for item in (value if several else [value])]
    return " | ".join(texts[:5]) + (f" | … ({len(texts)})" if len(texts) > 5 else "")
