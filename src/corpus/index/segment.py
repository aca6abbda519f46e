"""A segment: two Arrow files, mapped into memory, that never change once written.

`….postings.arrow` has one record batch a field: its terms, and for each where it stands.
`….documents.arrow` is a table with one row a document: lengths, stored values, columns.
README.md beside this module explains both by an example.
"""

from __future__ import annotations

import json
import mmap
import zlib
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.index.arrays import NONE, Integers
from corpus.index.terms import Terms, viewed

FORMAT = 1
"""Version of the files' layout; readers refuse another."""

POSTINGS, DOCUMENTS = ".postings.arrow", ".documents.arrow"

MOST_POSITIONS = (1 << 32) - (1 << 20)
"""A segment never has more: positions, and sums of a few with a distance, fit 32 bits."""

_MANY = 255

_POSTINGS_SCHEMA = pa.schema(
    [
        ("field", pa.string()),
        ("terms", pa.large_list(pa.binary())),
        ("first_posting", pa.large_list(pa.uint32())),
        ("documents", pa.large_list(pa.uint32())),
        ("counts", pa.large_list(pa.uint8())),
        ("many_postings", pa.large_list(pa.uint32())),
        ("many_counts", pa.large_list(pa.uint32())),
        ("weights", pa.large_list(pa.float32())),
        ("first_position", pa.large_list(pa.uint32())),
        ("positions", pa.large_list(pa.uint32())),
        ("values", pa.large_list(pa.binary())),
    ]
)


class SegmentError(ValueError):
    """A segment's file is not what its name promises."""


@dataclass(frozen=True, eq=False)
class FieldPostings:
    """Where each term of one field stands, in arrays.

    Posting `p` says that a term stands `counts[p]` times in document `documents[p]`; the postings
    of term `t` are those from `first_posting[t]` up to `first_posting[t + 1]`, its positions those
    from `first_position[t]` on. Positions count words through the whole segment.
    """

    terms: Terms
    first_posting: Integers
    documents: Integers
    counts: NDArray[np.uint8]
    many_postings: Integers
    many_counts: Integers
    weights: NDArray[np.float32] | None = None
    first_position: Integers | None = None
    positions: Integers | None = None
    values: pa.BinaryArray | None = None
    """Posting values of Whoosh formats other than existence, frequency and positions."""

    def postings(self, first: int, last: int | None = None) -> tuple[int, int]:
        """Return the range of the postings of one term, or of the terms from one to another."""
        starts = self._first_posting
        return starts[first], starts[first + 1 if last is None else last]

    @cached_property
    def _first_posting(self) -> memoryview:
        return viewed(self.first_posting)

    @cached_property
    def _first_position(self) -> memoryview:
        assert self.first_position is not None
        return viewed(self.first_position)

    @cached_property
    def _many(self) -> memoryview:
        return viewed(self.many_postings)

    def often(self, start: int, stop: int) -> NDArray[Any]:
        """Return how often each of some postings' term stands in its document."""
        counts = self.counts[start:stop] if len(self.counts) else np.ones(stop - start, np.uint8)
        many = self._many
        low, high = bisect_left(many, start), bisect_left(many, stop)
        if low == high:
            return counts
        counts = counts.astype(np.uint32)
        counts[self.many_postings[low:high] - np.uint32(start)] = self.many_counts[low:high]
        return counts

    def weigh(self, start: int, stop: int) -> NDArray[Any]:
        """Return the weights of some postings: their counts, unless boosts changed them."""
        return self.often(start, stop) if self.weights is None else self.weights[start:stop]

    def places(self, first: int, last: int | None = None) -> Integers:
        """Return the positions of one term, or of the terms from one to another."""
        if self.positions is None:
            return NONE
        starts = self._first_position
        return self.positions[starts[first] : starts[first + 1 if last is None else last]]


def packed_counts(
    counts: NDArray[Any],
) -> tuple[NDArray[np.uint8], Integers, Integers]:
    """Return counts as bytes, and which postings have more than fit there and how many."""
    if len(counts) and counts.min() == 1 == counts.max():
        return np.zeros(0, np.uint8), NONE, NONE
    many = np.flatnonzero(counts >= _MANY)
    small = np.minimum(counts, _MANY).astype(np.uint8)
    return small, many.astype(np.uint32), counts[many].astype(np.uint32)


@dataclass(frozen=True, eq=False)
class Documents:
    """What a segment knows of its documents besides their terms: one row each.

    Columns named `length.FIELD` hold numbers of words, `column.NAME` values to sort and filter by,
    `starts.NAME` lists of positions; `stored` holds JSON. `base` is the position of the first word.
    """

    table: pa.Table
    positions: int
    """How many positions the segment has, of all documents together."""
    foreign: Mapping[str, bytes] = field(default_factory=dict)
    """Columns of kinds that only Whoosh knows, as Whoosh writes them."""

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def has(self, name: str) -> bool:
        return name in self.table.column_names

    def numbers(self, name: str) -> NDArray[Any]:
        """Return a column of numbers without copying it."""
        return np.asarray(self.column(name).to_numpy(zero_copy_only=False))

    def column(self, name: str) -> pa.Array:
        """Return a column."""
        chunks = self.table.column(name)
        return chunks.chunk(0) if chunks.num_chunks == 1 else chunks.combine_chunks()

    def starts(self, name: str) -> Integers:
        """Return the positions at which units of text start, of all documents in order."""
        values = self.column(f"starts.{name}").values
        return np.asarray(values.to_numpy())


class Segment:
    """The postings and documents of a segment, in memory or mapped from its files."""

    def __init__(
        self,
        documents: Documents,
        fields: Mapping[str, FieldPostings] | None = None,
        reader: _PostingsReader | None = None,
    ) -> None:
        self.documents = documents
        self._fields = dict(fields or {})
        self._reader = reader

    def __len__(self) -> int:
        return len(self.documents)

    @property
    def in_memory(self) -> bool:
        """Whether it has not been written yet."""
        return self._reader is None

    @property
    def names(self) -> list[str]:
        """Names of the indexed fields, in order."""
        return sorted({*self._fields, *(self._reader.names if self._reader else ())})

    def field(self, name: str) -> FieldPostings | None:
        """Return the postings of a field, None if no document has it."""
        found = self._fields.get(name)
        if found is None and self._reader is not None and name in self._reader.names:
            found = self._fields[name] = self._reader.read(name)
        return found

    @cached_property
    def base(self) -> Integers:
        """The position of each document's first word."""
        return np.asarray(self.documents.numbers("base"))

    @cached_property
    def ends(self) -> Integers:
        """The position after each document's last word."""
        return np.append(self.base[1:], np.uint32(self.documents.positions))

    def release(self) -> None:
        """Let the system take mapped pages back from memory; they are read again at need."""
        if self._reader is not None:
            self._reader.release()


class _PostingsReader:
    """Reads the fields of a postings file when they are asked for."""

    def __init__(self, mapped: mmap.mmap | bytes) -> None:
        self._mapped = mapped
        self._reader = _ipc(mapped)
        if not self._reader.schema.equals(_POSTINGS_SCHEMA):
            raise SegmentError("its columns are not those of a postings file")
        names = json.loads(_metadata(self._reader.schema)[b"fields"])
        self.names = {name: number for number, name in enumerate(names)}
        if self._reader.num_record_batches != len(self.names):
            raise SegmentError("it does not hold the fields it names")

    def read(self, name: str) -> FieldPostings:
        batch = self._reader.get_batch(self.names[name])

        def cell(column: str) -> pa.Array:
            # The child array itself: flatten() would copy it.
            return batch.column(column).values

        def numbers(column: str) -> NDArray[Any]:
            return np.asarray(cell(column).to_numpy())

        positions = numbers("positions")
        weights = numbers("weights")
        values = cell("values")
        return FieldPostings(
            terms=Terms(cell("terms")),
            first_posting=numbers("first_posting"),
            documents=numbers("documents"),
            counts=numbers("counts"),
            many_postings=numbers("many_postings"),
            many_counts=numbers("many_counts"),
            weights=weights if len(weights) else None,
            first_position=numbers("first_position") if len(positions) else None,
            positions=positions if len(positions) else None,
            values=values if len(values) else None,
        )

    def release(self) -> None:
        if isinstance(self._mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            self._mapped.madvise(mmap.MADV_DONTNEED)


def _ipc(mapped: mmap.mmap | bytes) -> Any:
    return pa.ipc.open_file(pa.BufferReader(pa.py_buffer(mapped)))


def _metadata(schema: pa.Schema) -> Mapping[bytes, bytes]:
    found = schema.metadata or {}
    if found.get(b"format") != str(FORMAT).encode():
        raise SegmentError(f"it has format {found.get(b'format')!r}, not {FORMAT}")
    return dict(found)


def read_segment(postings: mmap.mmap | bytes, documents: mmap.mmap | bytes) -> Segment:
    """Return the segment that two mapped files hold.

    SegmentError, pyarrow's errors or ValueError if they do not hold one.
    """
    reader = _ipc(documents)
    metadata = _metadata(reader.schema)
    foreign = {
        key.decode()[len("foreign.") :]: value
        for key, value in metadata.items()
        if key.startswith(b"foreign.")
    }
    found = Documents(reader.read_all(), int(metadata[b"positions"]), foreign)
    return Segment(found, reader=_PostingsReader(postings))


def map_file(file: IO[bytes]) -> mmap.mmap:
    """Map an open file for reading; the mapping outlives the file and its name."""
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


# Writing


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
    schema = _POSTINGS_SCHEMA.with_metadata(about)
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


__all__ = [
    "DOCUMENTS",
    "FORMAT",
    "MOST_POSITIONS",
    "POSTINGS",
    "Checksum",
    "Documents",
    "FieldPostings",
    "Segment",
    "SegmentError",
    "map_file",
    "packed_counts",
    "read_segment",
    "write_documents",
    "write_postings",
]
