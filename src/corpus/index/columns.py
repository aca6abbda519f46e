"""Whoosh's columns in Arrow: numbers and bytes as they are, other kinds as Whoosh writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from whoosh import columns
from whoosh.filedb.filestore import RamStorage

VECTOR = pa.large_list(
    pa.struct([("term", pa.binary()), ("weight", pa.float32()), ("value", pa.binary())])
)

_NUMBERS = {
    "b": pa.int8(), "B": pa.uint8(), "h": pa.int16(), "H": pa.uint16(), "i": pa.int32(),
    "I": pa.uint32(), "l": pa.int64(), "L": pa.uint64(), "q": pa.int64(), "Q": pa.uint64(),
    "f": pa.float32(), "d": pa.float64(),
}  # fmt: skip
_CODED = pa.dictionary(pa.int32(), pa.binary())


def kind_of(column: Any) -> pa.DataType | None:
    """Return the Arrow type in which a Whoosh column is kept; None for kinds only Whoosh knows."""
    if type(column) is columns.NumericColumn:
        return _NUMBERS.get(column._typecode)
    if type(column) is columns.VarBytesColumn:
        return pa.binary()
    return _CODED if type(column) is columns.RefBytesColumn else None


class Collector:
    """Gathers the values of a column, document by document."""

    def __init__(self, column: Any) -> None:
        if isinstance(column, columns.PickleColumn):
            raise TypeError(
                "a column of pickles could run code when it is read: use numbers or bytes"
            )
        self._column = column
        self._values: dict[int, Any] = {}

    def add(self, docnum: int, value: Any) -> None:
        self._values[docnum] = value

    def forget(self, docnum: int) -> None:
        self._values.pop(docnum, None)

    def native(self, count: int) -> pa.Array | None:
        """Return the column as an Arrow array, if it is of a kind that Arrow knows."""
        kind = kind_of(self._column)
        if kind is None:
            return None
        default = self._column.default_value()
        values = [self._values.get(number, default) for number in range(count)]
        if pa.types.is_dictionary(kind):
            return pa.array(values, pa.binary()).dictionary_encode()
        return pa.array(values, kind)

    def foreign(self, count: int) -> bytes:
        """Return the column as Whoosh itself writes it."""
        return written(self._column, sorted(self._values.items()), count)


def written(column: Any, values: Iterable[tuple[int, Any]], count: int) -> bytes:
    """Return a column as Whoosh itself writes it."""
    memory = RamStorage()
    file = memory.create_file("column")
    writer = column.writer(file)
    for docnum, value in values:
        writer.add(docnum, value)
    writer.finish(count)
    file.close()
    return bytes(memory.files["column"])


def read_foreign(column: Any, data: bytes, count: int) -> Any:
    """Return Whoosh's own reader of a column."""
    if isinstance(column, columns.PickleColumn):
        raise TypeError("a column of pickles could run code when it is read")
    memory = RamStorage()
    memory.files["column"] = data
    return column.reader(memory.open_file("column"), 0, len(data), count)


class ArrowColumnReader(columns.ColumnReader):  # type: ignore[misc]
    """Gives Whoosh the values of an Arrow array."""

    def __init__(self, array: pa.Array, column: Any) -> None:
        self.array = array
        self._column = column
        self._reverse = False
        numeric = not (pa.types.is_binary(array.type) or pa.types.is_dictionary(array.type))
        self._numbers = array.to_numpy() if numeric else None

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, docnum: int) -> Any:
        if self._numbers is not None:
            return self._numbers[docnum].item()
        return self.array[docnum].as_py()

    def sort_key(self, docnum: int) -> Any:
        key = self[docnum]
        return 0 - key if self._reverse else key

    def __iter__(self) -> Iterator[Any]:
        return iter(self.load())

    def load(self) -> list[Any]:
        return list(self.array.to_pylist())

    def set_reverse(self) -> None:
        if self._numbers is None:
            raise NotImplementedError("only numbers can be sorted the other way round here")
        self._reverse = True

    def default_value(self, reverse: bool = False) -> Any:
        return self._column.default_value(reverse)


def numbers_of(array: pa.Array) -> np.ndarray[Any, Any]:
    """Return an array as numbers that sort and group as its values do.

    Of a coded column the codes are put into the order of their values.
    """
    if pa.types.is_dictionary(array.type):
        order = np.argsort(np.array(array.dictionary.to_pylist(), object), kind="stable")
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        return np.asarray(rank[array.indices.to_numpy()])
    if pa.types.is_binary(array.type):
        return numbers_of(array.dictionary_encode())
    return np.asarray(array.to_numpy())


def joined(parts: Sequence[pa.Array]) -> pa.Array:
    """Return arrays one after the other, dictionaries made one."""
    chunked = pa.chunked_array(parts)
    if pa.types.is_dictionary(chunked.type):
        chunked = chunked.unify_dictionaries()
    return chunked.combine_chunks() if chunked.num_chunks != 1 else chunked.chunk(0)
