"""Whoosh's codec for segments in Arrow files: what any Whoosh writer needs to write one.

Whoosh hands over one document, then one posting at a time; that is slow, but works for every
schema. What comes in bulk goes past this module, through `invert` and `merge`, into the same files.
"""

from __future__ import annotations

import os
import weakref
import zlib
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from whoosh import formats
from whoosh.codec import base

from corpus.index import columns, stored
from corpus.index.readers import DocumentsReader, TermsReader
from corpus.index.segment import (
    DOCUMENTS,
    POSTINGS,
    Checksum,
    Documents,
    FieldPostings,
    Segment,
    SegmentError,
    map_file,
    packed_counts,
    read_segment,
    write_documents,
    write_postings,
)
from corpus.index.terms import Terms


class FileRecord(NamedTuple):
    """Size and CRC-32 of a file as it was written."""

    size: int
    crc32: int


class ArrowSegment(base.Segment):  # type: ignore[misc]
    """What the table of contents knows of a segment: its name, size, files, deleted documents."""

    def __init__(self, indexname: str) -> None:
        super().__init__(indexname)
        self.count = 0
        self.deleted: set[int] = set()
        self.files: dict[str, FileRecord] = {}
        self._opened: Callable[[], Segment | None] = lambda: None
        self.documents: Documents | None = None
        """While it is being written: its documents, whose positions are not known yet."""

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_opened": None, "documents": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._opened = lambda: None

    def codec(self) -> ArrowCodec:
        return ArrowCodec()

    def should_assemble(self) -> bool:
        """Return that the files stay as they are: one that holds both could not be mapped."""
        return False

    def set_doc_count(self, count: int) -> None:
        self.count = count

    def doc_count_all(self) -> int:
        return self.count

    def deleted_count(self) -> int:
        return len(self.deleted)

    def deleted_docs(self) -> Iterable[int]:
        return iter(sorted(self.deleted))

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self.deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        (self.deleted.add if delete else self.deleted.discard)(docnum)

    def deleted_mask(self) -> NDArray[np.bool_] | None:
        """Return which documents are deleted; None if none are."""
        if not self.deleted:
            return None
        mask = np.zeros(self.count, bool)
        mask[np.fromiter(self.deleted, np.int64, count=len(self.deleted))] = True
        return mask

    def open(self, storage: Any) -> Segment:
        """Return the segment's content, mapped once however many readers look at it."""
        known = self._opened()
        if known is None:
            names = [self.make_filename(ending) for ending in (POSTINGS, DOCUMENTS)]
            for name, ending in zip(names, (POSTINGS, DOCUMENTS), strict=True):
                record = self.files.get(ending)
                if record and storage.file_length(name) != record.size:
                    raise SegmentError(f"{name} is cut short")
            postings, documents = (_mapped(storage, name) for name in names)
            # Small, and everything hangs on it: which article a document is, where it starts.
            record = self.files.get(DOCUMENTS)
            if record and zlib.crc32(documents) != record.crc32:
                raise SegmentError(f"the checksum of {names[1]} has changed")
            known = read_segment(postings, documents)
            self._opened = weakref.ref(known)
        return known

    def write(self, storage: Any, found: Segment) -> None:
        """Write a segment's files and remember their checksums; both are on disk afterwards."""
        self.count = len(found)
        names = found.names
        pairs = ((name, _present(found.field(name))) for name in names)
        self.files[POSTINGS] = self._put(
            storage, POSTINGS, lambda sink: write_postings(pairs, names, sink)
        )
        self.write_documents(storage, found.documents)

    def write_documents(self, storage: Any, documents: Documents) -> None:
        """Write the table of documents."""
        self.files[DOCUMENTS] = self._put(
            storage, DOCUMENTS, lambda sink: write_documents(documents, sink)
        )

    def write_postings(
        self, storage: Any, fields: Iterable[tuple[str, FieldPostings]], names: list[str]
    ) -> None:
        """Write the postings of some fields as they come."""
        self.files[POSTINGS] = self._put(
            storage, POSTINGS, lambda sink: write_postings(iter(fields), names, sink)
        )

    def _put(self, storage: Any, ending: str, write: Callable[[Any], None]) -> FileRecord:
        file = storage.create_file(self.make_filename(ending))
        try:
            sink = Checksum(file.file)
            with pa.PythonFile(sink, "w") as arrow:
                write(arrow)
            force_to_disk(file.file)
        finally:
            file.close()
        return FileRecord(sink.size, sink.crc32)


def _present(found: FieldPostings | None) -> FieldPostings:
    assert found is not None
    return found


def force_to_disk(file: Any) -> None:
    """Force what was written to a file to disk; files in memory have none."""
    file.flush()
    try:
        number = file.fileno()
    except (OSError, AttributeError):
        return
    os.fsync(number)


def _mapped(storage: Any, name: str) -> Any:
    opened = storage.open_file(name)
    try:
        if storage.supports_mmap:
            return map_file(opened.file)
        return bytes(opened.get(0, storage.file_length(name)))
    finally:
        opened.close()


class ArrowCodec(base.Codec):  # type: ignore[misc]
    """Reads and writes segments in Arrow files; see `corpus.index.segment` for their layout."""

    length_stats = True

    def per_document_writer(self, storage: Any, segment: ArrowSegment) -> DocumentsWriter:
        return DocumentsWriter(storage, segment)

    def field_writer(self, storage: Any, segment: ArrowSegment) -> FieldsWriter:
        return FieldsWriter(storage, segment)

    def terms_reader(self, storage: Any, segment: ArrowSegment) -> TermsReader:
        return TermsReader(segment.open(storage), segment)

    def per_document_reader(self, storage: Any, segment: ArrowSegment) -> DocumentsReader:
        documents = segment.documents
        opened = segment.open(storage) if documents is None else Segment(documents)
        return DocumentsReader(opened, segment)

    def supports_columns(self) -> bool:
        return True

    def new_segment(self, storage: Any, indexname: str) -> ArrowSegment:
        return ArrowSegment(indexname)


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
