"""Whoosh's codec for segments in Arrow files: what any Whoosh writer needs to write one.

What Whoosh hands over one by one is taken by `collecting`; what comes in bulk goes through
`invert` and `merge` into the same files.
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
from whoosh.codec import base

from corpus.index import output
from corpus.index.collecting import DocumentsWriter, FieldsWriter
from corpus.index.mapped import SegmentError, map_file
from corpus.index.readers import DocumentsReader, TermsReader
from corpus.index.segment import (
    DOCUMENTS,
    POSTINGS,
    Documents,
    FieldPostings,
    Segment,
    read_segment,
)
from corpus.index.texts import TEXTS, Texts, write_texts


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
        self.lasting = True
        """Whether its files must be on disk once written; those of a writer in between need not."""
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
            postings, documents = self._mapped(storage, POSTINGS), self._mapped(storage, DOCUMENTS)
            # Small, and everything hangs on it: which article a document is, where it starts.
            record = self.files.get(DOCUMENTS)
            if record and zlib.crc32(documents) != record.crc32:
                raise SegmentError(f"the checksum of {self.make_filename(DOCUMENTS)} has changed")
            # Mapped now, so that it outlives its name as the others do.
            texts = Texts(self._mapped(storage, TEXTS)) if TEXTS in self.files else None
            known = read_segment(postings, documents, texts)
            self._opened = weakref.ref(known)
        return known

    def _mapped(self, storage: Any, ending: str) -> Any:
        name = self.make_filename(ending)
        record = self.files.get(ending)
        if record and storage.file_length(name) != record.size:
            raise SegmentError(f"{name} is cut short")
        opened = storage.open_file(name)
        try:
            if storage.supports_mmap:
                return map_file(opened.file)
            return bytes(opened.get(0, storage.file_length(name)))
        finally:
            opened.close()

    def write(self, storage: Any, found: Segment) -> None:
        """Write a segment's files and remember their checksums."""
        self.count = len(found)
        names = found.names
        pairs = ((name, _present(found.field(name))) for name in names)
        self.write_postings(storage, pairs, names)
        self.write_documents(storage, found.documents)
        if found.texts is not None:
            self.write_texts(storage, found.texts.batches(None))

    def write_documents(self, storage: Any, documents: Documents) -> None:
        """Write the table of documents."""
        self.files[DOCUMENTS] = self._put(
            storage, DOCUMENTS, lambda sink: output.write_documents(documents, sink)
        )

    def write_postings(
        self, storage: Any, fields: Iterable[tuple[str, FieldPostings]], names: list[str]
    ) -> None:
        """Write the postings of some fields as they come."""
        self.files[POSTINGS] = self._put(
            storage, POSTINGS, lambda sink: output.write_postings(iter(fields), names, sink)
        )

    def write_texts(self, storage: Any, batches: Iterable[pa.RecordBatch]) -> None:
        """Write what the documents say as it comes."""
        self.files[TEXTS] = self._put(storage, TEXTS, lambda sink: write_texts(batches, sink))

    def _put(self, storage: Any, ending: str, write: Callable[[Any], None]) -> FileRecord:
        file = storage.create_file(self.make_filename(ending))
        try:
            sink = output.Checksum(file.file)
            with pa.PythonFile(sink, "w") as arrow:
                write(arrow)
            if self.lasting:
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
