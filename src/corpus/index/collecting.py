"""Documents and postings as Whoosh hands them over, one at a time: slow, but for any schema."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from whoosh import formats
from whoosh.codec import base

from corpus.index import columns, stored
from corpus.index.segment import Documents, FieldPostings, packed_counts
from corpus.index.terms import Terms

if TYPE_CHECKING:
    from corpus.index.codec import ArrowSegment


class DocumentsWriter(base.PerDocumentWriter):  # type: ignore[misc]
    """Collects what is known of each document besides its terms."""

    def __init__(self, storage: Any, segment: ArrowSegment) -> None:
        self.is_closed = False
        self._storage = storage
        self._segment = segment
        self._count = 0
        self._lengths: dict[str, dict[int, int]] = {}
        self._columns: dict[str, columns.Collector] = {}
        self._stored: dict[int, dict[str, Any]] = {}
        self._vectors: dict[str, dict[int, list[dict[str, Any]]]] = {}

    def start_doc(self, docnum: int) -> None:
        if docnum != self._count:
            raise ValueError(f"document {docnum} follows {self._count - 1}")
        self._count += 1

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int) -> None:
        if value is not None:
            self._stored.setdefault(self._count - 1, {})[fieldname] = value
        if length:
            self._lengths.setdefault(fieldname, {})[self._count - 1] = length

    def add_column_value(self, fieldname: str, columnobj: Any, value: Any) -> None:
        if fieldname not in self._columns:
            self._columns[fieldname] = columns.Collector(columnobj)
        self._columns[fieldname].add(self._count - 1, value)

    def add_vector_items(self, fieldname: str, fieldobj: Any, items: Iterable[Any]) -> None:
        rows = [{"term": _bytes(t), "weight": w, "value": v or b""} for t, w, v in items]
        if rows:
            self._vectors.setdefault(fieldname, {})[self._count - 1] = rows

    def cancel_doc(self) -> None:
        self._count -= 1
        self._stored.pop(self._count, None)
        for lengths in self._lengths.values():
            lengths.pop(self._count, None)
        for vectors in self._vectors.values():
            vectors.pop(self._count, None)
        for column in self._columns.values():
            column.forget(self._count)

    def close(self) -> None:
        count = self._count
        data = {"base": pa.array(np.zeros(count, np.uint32))}
        for name, lengths in self._lengths.items():
            data[f"length.{name}"] = _spread(lengths, count, np.uint32)
        foreign = {}
        for name, column in self._columns.items():
            native = column.native(count)
            if native is None:
                foreign[name] = column.foreign(count)
            else:
                data[f"column.{name}"] = native
        if self._stored:
            rows = [stored.encode(self._stored.get(n)) for n in range(count)]
            data["stored"] = pa.array(rows, pa.binary())
        for name, vectors in self._vectors.items():
            own = [vectors.get(n, []) for n in range(count)]
            data[f"vector.{name}"] = pa.array(own, columns.VECTOR)
        self._segment.set_doc_count(count)
        self._segment.documents = Documents(pa.table(data), 0, foreign)
        self._segment.write_documents(self._storage, self._segment.documents)
        self.is_closed = True


def _bytes(text: Any) -> bytes:
    return text if isinstance(text, bytes) else str(text).encode()


def _spread(values: dict[int, int], count: int, kind: type) -> pa.Array:
    column: NDArray[Any] = np.zeros(count, kind)
    column[list(values)] = list(values.values())
    return pa.array(column)


class FieldsWriter(base.FieldWriter):  # type: ignore[misc]
    """Collects postings term by term."""

    def __init__(self, storage: Any, segment: ArrowSegment) -> None:
        self.is_closed = False
        self._storage = storage
        self._segment = segment
        self._fields: dict[str, _Field] = {}

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        self._field = self._fields.setdefault(fieldname, _Field(fieldobj.format))

    def start_term(self, text: bytes) -> None:
        self._field.start(text)

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int | None) -> None:
        self._field.add(docnum, weight, vbytes, length or 0)

    def finish_term(self) -> None:
        pass

    def close(self) -> None:
        documents = self._segment.documents or self._documents_of_postings()
        base_of, positions = self._bases(len(documents))
        table = documents.table
        place = table.column_names.index("base")
        table = table.set_column(place, "base", pa.array(base_of.astype(np.uint32)))
        finished = Documents(table, positions, documents.foreign)
        self._segment.write_documents(self._storage, finished)
        self._segment.documents = None
        names = sorted(name for name, found in self._fields.items() if found.terms)
        pairs = ((name, self._fields[name].postings(base_of)) for name in names)
        self._segment.write_postings(self._storage, pairs, names)
        self.is_closed = True

    def _bases(self, count: int) -> tuple[NDArray[np.int64], int]:
        """Return each document's first position, and how many positions there are in all."""
        spans = np.zeros(count, np.int64)
        for found in self._fields.values():
            found.widen(spans)
        ends = np.cumsum(spans)
        return ends - spans, int(ends[-1]) if count else 0

    def _documents_of_postings(self) -> Documents:
        """Return a table of what postings tell, where no documents were written."""
        last = max((max(f.documents) for f in self._fields.values() if f.documents), default=-1)
        data = {"base": pa.array(np.zeros(last + 1, np.uint32))}
        for name, found in self._fields.items():
            lengths = dict(zip(found.documents, found.lengths, strict=True))
            data[f"length.{name}"] = _spread(lengths, last + 1, np.uint32)
        self._segment.set_doc_count(last + 1)
        return Documents(pa.table(data), 0)


class _Field:
    """The postings of one field as they come in."""

    def __init__(self, format_: Any) -> None:
        self._format = format_
        self.terms: list[bytes] = []
        self.documents: list[int] = []
        self.lengths: list[int] = []
        self._first: list[int] = []
        self._weights: list[float] = []
        self._values: list[bytes] = []
        self._places: list[list[int]] | None = None

    def start(self, term: bytes) -> None:
        if not self.terms or self.terms[-1] != term:
            self.terms.append(term)
            self._first.append(len(self.documents))

    def add(self, docnum: int, weight: float, value: bytes, length: int) -> None:
        self.documents.append(docnum)
        self._weights.append(weight)
        self._values.append(value)
        self.lengths.append(length)

    def widen(self, spans: NDArray[np.int64]) -> None:
        """Make each document's span of positions as wide as this field needs it."""
        self._places = self._decoded()
        for docnum, places in zip(self.documents, self._places or (), strict=False):
            spans[docnum] = max(spans[docnum], places[-1] + 1)

    def _decoded(self) -> list[list[int]] | None:
        """Return the positions of each posting; None if the format does not have them all."""
        places = self._read("positions")
        return [sorted(own) for own in places] if places is not None and all(places) else None

    def _read(self, what: str) -> list[Any] | None:
        """Return what the posting values say, None if they do not say it.

        Whoosh's spelling fields come with the values of other fields: those are kept as they are.
        """
        if not self._format.supports(what) or not all(self._values):
            return None
        try:
            return list(map(self._format.decoder(what), self._values))
        except Exception:
            return None

    def postings(self, bases: NDArray[np.int64]) -> FieldPostings:
        documents = np.array(self.documents, np.int64)
        weights = np.array(self._weights, np.float32)
        first = np.array([*self._first, len(documents)], np.int64)
        places = self._places
        counts = np.ones(len(documents), np.int64)
        first_position = positions = None
        if places is not None:
            counts = np.fromiter(map(len, places), np.int64, count=len(places))
            flat = np.fromiter((p for own in places for p in own), np.int64, count=counts.sum())
            positions = (flat + np.repeat(bases[documents], counts)).astype(np.uint32)
            first_position = np.concatenate(([0], np.cumsum(counts)))[first].astype(np.uint32)
        often = None if places is not None else self._read("frequency")
        if often is not None:
            counts = np.array(often, np.int64)
        known = places is not None or (often is not None and not self._format.supports("positions"))
        plain = is_plain(self._format) and (known or not any(self._values))
        return FieldPostings(
            Terms.of(self.terms),
            first.astype(np.uint32),
            documents.astype(np.uint32),
            *packed_counts(counts),
            weights=None if np.array_equal(weights, counts) else weights,
            first_position=first_position,
            positions=positions,
            values=None if plain else pa.array(self._values, pa.binary()),
        )


def is_plain(format_: Any) -> bool:
    """Return whether a format's posting values follow from counts and positions."""
    known = (formats.Existence, formats.Frequency, formats.Positions)
    return bool(getattr(format_, "plain", type(format_) in known))
