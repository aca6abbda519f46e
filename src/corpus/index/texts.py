"""What each document says, kept for showing: packed one by one, so that any ten are read at once.

`….texts.arrow` has one row a document. Whoever adds documents decides what the bytes mean.
README.md beside this module explains the file by an example.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus import arrow
from corpus.index.arrays import Mask
from corpus.index.mapped import SegmentError, open_arrow

TEXTS = ".texts.arrow"

_SCHEMA = pa.schema([("data", pa.large_binary()), ("size", pa.uint32()), ("crc32", pa.uint32())])
_CODEC = "zstd"
# A batch has at least so many rows, however few come at once.
_ROWS = 256


class Texts:
    """The texts of a segment's documents, in memory or mapped from a file."""

    def __init__(self, source: Any) -> None:
        """Take record batches made by `packed`, or a mapped file."""
        self._source = source

    @cached_property
    def table(self) -> pa.Table:
        """The packed rows; a file is looked at when the first of them is asked for."""
        if isinstance(self._source, list):
            return pa.Table.from_batches(self._source, _SCHEMA)
        reader = open_arrow(self._source)
        if not reader.schema.equals(_SCHEMA):
            raise SegmentError("its columns are not those of a file of texts")
        return reader.read_all()

    def __getitem__(self, document: int) -> bytes:
        """Return what was kept of a document; SegmentError if it has changed since."""
        data, sizes, checksums = self._columns
        row, size = data[document].as_buffer(), int(sizes[document])
        if _checksum(row, size) != checksums[document]:
            raise SegmentError(f"the checksum of text {document} has changed")
        return bytes(pa.decompress(row, size, _CODEC, asbytes=True)) if size else b""

    @cached_property
    def _columns(self) -> tuple[pa.ChunkedArray, NDArray[np.uint32], NDArray[np.uint32]]:
        data, *numbers = self.table.columns
        # Offsets that lead out of the file would end the process.
        data.validate(full=True)
        sizes, checksums = map(arrow.numbers, numbers)
        return data, sizes, checksums

    def batches(self, kept: Mask | None) -> Iterator[pa.RecordBatch]:
        """Yield the rows in batches; only some of them, if `kept` says which."""
        place = 0
        for batch in self.table.to_batches():
            mask = None if kept is None else kept[place : place + len(batch)]
            place += len(batch)
            yield batch if mask is None or mask.all() else batch.filter(pa.array(mask))


def packed(texts: Sequence[bytes]) -> pa.RecordBatch:
    """Return rows that hold some texts."""
    data = [pa.compress(text, _CODEC, asbytes=True) if text else b"" for text in texts]
    sizes = list(map(len, texts))
    columns = (data, sizes, list(map(_checksum, data, sizes)))
    return pa.record_batch(
        [pa.array(c, kind.type) for c, kind in zip(columns, _SCHEMA, strict=True)], schema=_SCHEMA
    )


def _checksum(data: bytes | pa.Buffer, size: int) -> int:
    """Return the CRC-32 of size, as four bytes, and data."""
    return zlib.crc32(data, zlib.crc32(size.to_bytes(4, "little")))


def blank(count: int) -> pa.RecordBatch:
    """Return rows for documents of which nothing was kept."""
    return packed([b""] * count)


def joined(parts: Iterable[tuple[Texts | None, int, Mask | None]]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of several segments, each with its number of rows and those to be kept."""
    for texts, count, kept in parts:
        found = Texts([blank(count)]) if texts is None else texts
        yield from found.batches(kept)


def write_texts(batches: Iterable[pa.RecordBatch], sink: Any) -> None:
    """Write rows as an Arrow file; small batches are joined."""
    with pa.ipc.new_file(sink, _SCHEMA) as writer:
        waiting: list[pa.RecordBatch] = []
        for batch in batches:
            waiting.append(batch)
            if sum(map(len, waiting)) >= _ROWS:
                _write(waiting, writer)
                waiting = []
        _write(waiting, writer)


def _write(batches: list[pa.RecordBatch], writer: Any) -> None:
    if batches:
        writer.write_table(pa.Table.from_batches(batches, _SCHEMA).combine_chunks())
