"""A segment's files as they are written: Arrow, with size and checksum taken on the way."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from typing import IO, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.index.arrays import NONE
from corpus.index.segment import FORMAT, POSTINGS_SCHEMA, Documents, FieldPostings


def write_documents(documents: Documents, sink: Any) -> None:
    """Write the table of documents as an Arrow file."""
    about = {b"format": str(FORMAT).encode(), b"positions": str(documents.positions).encode()}
    about |= {f"foreign.{name}".encode(): value for name, value in documents.foreign.items()}
    table = documents.table.combine_chunks().replace_schema_metadata(about)
    with pa.ipc.new_file(sink, table.schema) as writer:
        # One batch, so that every column is one array.
        writer.write_table(table, max_chunksize=max(1, len(table)))


def write_postings(
    fields: Iterator[tuple[str, FieldPostings]], names: Sequence[str], sink: Any
) -> None:
    """Write fields as an Arrow file, one record batch each, as they come."""
    about = {b"format": str(FORMAT).encode(), b"fields": json.dumps(list(names)).encode()}
    schema = POSTINGS_SCHEMA.with_metadata(about)
    with pa.ipc.new_file(sink, schema) as writer:
        for name, found in fields:
            writer.write_batch(_batch(name, found, schema))


def _batch(name: str, found: FieldPostings, schema: pa.Schema) -> pa.RecordBatch:
    empty = pa.array([], pa.binary())
    cells = {
        "terms": found.terms.array,
        "first_posting": found.first_posting,
        "documents": found.documents,
        "counts": found.counts,
        "many_postings": found.many_postings,
        "many_counts": found.many_counts,
        "weights": np.zeros(0, np.float32) if found.weights is None else found.weights,
        "first_position": NONE if found.first_position is None else found.first_position,
        "positions": NONE if found.positions is None else found.positions,
        "values": empty if found.values is None else found.values,
    }
    columns = [pa.array([name]), *(_one_cell(cells[column]) for column in schema.names[1:])]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _one_cell(values: NDArray[Any] | pa.Array) -> pa.Array:
    """Return a list column of one row; the values are not copied."""
    if isinstance(values, np.ndarray):
        values = pa.array(np.ascontiguousarray(values))
    return pa.LargeListArray.from_arrays(pa.array([0, len(values)], pa.int64()), values)


class Checksum:
    """A file to write to that counts and sums up (CRC-32) what passes through it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = 0
        self.crc32 = 0

    closed = False

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B") if len(data) else memoryview(b"")
        self._file.write(view)
        self.size += len(view)
        self.crc32 = zlib.crc32(view, self.crc32)
        return len(view)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        pass

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False
