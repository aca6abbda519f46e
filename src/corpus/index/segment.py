"""A segment: Arrow files, mapped into memory, that never change once written.

`….postings.arrow` has one record batch a field: its terms, and for each where it stands.
`….documents.arrow` is a table with one row a document: lengths, stored values, columns.
What documents say may stand in a third one, `….texts.arrow`; see `texts`.
README.md beside this module explains them by an example.
"""

from __future__ import annotations

import json
import mmap
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus import arrow
from corpus.index.arrays import NONE, Integers
from corpus.index.mapped import SegmentError, open_arrow
from corpus.index.terms import Terms, viewed
from corpus.index.texts import Texts

FORMAT = 1
"""Version of the files' layout; readers refuse another."""

POSTINGS, DOCUMENTS = ".postings.arrow", ".documents.arrow"

MOST_POSITIONS = (1 << 32) - (1 << 20)
"""A segment never has more: positions, and sums of a few with a distance, fit 32 bits."""

_MANY = 255

POSTINGS_SCHEMA = pa.schema(
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
        return arrow.numbers(self.column(name))

    def column(self, name: str) -> pa.Array:
        """Return a column."""
        chunks = self.table.column(name)
        return chunks.chunk(0) if chunks.num_chunks == 1 else chunks.combine_chunks()

    def starts(self, name: str) -> Integers:
        """Return the positions at which units of text start, of all documents in order."""
        values = self.column(f"starts.{name}").values
        return arrow.numbers(values)


class Segment:
    """The postings and documents of a segment, in memory or mapped from its files."""

    def __init__(
        self,
        documents: Documents,
        fields: Mapping[str, FieldPostings] | None = None,
        reader: _PostingsReader | None = None,
        texts: Texts | None = None,
    ) -> None:
        self.documents = documents
        self.texts = texts
        """What each document says, if that was kept."""
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
        self._reader = open_arrow(mapped)
        if not self._reader.schema.equals(POSTINGS_SCHEMA):
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
            return arrow.numbers(cell(column))

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


def _metadata(schema: pa.Schema) -> Mapping[bytes, bytes]:
    found = schema.metadata or {}
    if found.get(b"format") != str(FORMAT).encode():
        raise SegmentError(f"it has format {found.get(b'format')!r}, not {FORMAT}")
    return dict(found)


def read_segment(
    postings: mmap.mmap | bytes, documents: mmap.mmap | bytes, texts: Texts | None = None
) -> Segment:
    """Return the segment that two mapped files hold.

    SegmentError, pyarrow's errors or ValueError if they do not hold one.
    """
    reader = open_arrow(documents)
    metadata = _metadata(reader.schema)
    foreign = {
        key.decode()[len("foreign.") :]: value
        for key, value in metadata.items()
        if key.startswith(b"foreign.")
    }
    found = Documents(reader.read_all(), int(metadata[b"positions"]), foreign)
    return Segment(found, reader=_PostingsReader(postings), texts=texts)
