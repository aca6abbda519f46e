"""ArrowWriter: Whoosh's segment writer, with a way in for articles in bulk and merges by array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import SegmentReader
from whoosh.writing import IndexingError, SegmentWriter

from corpus.index import columns
from corpus.index.codec import ArrowCodec, ArrowSegment
from corpus.index.invert import Articles, Inverter
from corpus.index.merge import Merger, Source
from corpus.index.segment import MOST_POSITIONS, Documents, FieldPostings, Segment

# So many words are inverted at once; what is beyond waits on disk in segments of its own.
WORDS_IN_MEMORY = 1_000_000


class ArrowWriter(SegmentWriter):  # type: ignore[misc]
    """Writes to an index, one writer at a time; `commit` makes it real, in one step.

    Lock, generations, merge policies and updates by unique key are Whoosh's.
    """

    def __init__(
        self, ix: Any, *, codec: Any = None, words_in_memory: int = WORDS_IN_MEMORY, **kwargs: Any
    ) -> None:
        kwargs["compound"] = False
        super().__init__(ix, codec=codec or ArrowCodec(), **kwargs)
        self._index = ix
        self._words_in_memory = words_in_memory
        self._inverter = Inverter()
        self._sealed: list[ArrowSegment] = []
        self._merged: list[Source] = []
        self._further: list[ArrowSegment] = []

    def add_articles(self, batch: Articles) -> None:
        """Add articles whose words are coded by number, without a look at any single word."""
        self._check_state()
        if self.perdocwriter._count:
            raise IndexingError("add_document and add_articles do not go together in one writer")
        self._inverter.add(batch)
        self._added = True
        if self._inverter.words >= self._words_in_memory:
            self._seal()

    def add_document(self, **fields: Any) -> None:
        """Add one document, as Whoosh does."""
        if self._inverter.articles or self._sealed:
            raise IndexingError("add_document and add_articles do not go together in one writer")
        super().add_document(**fields)

    def delete_where(self, column: str, values: NDArray[Any]) -> None:
        """Delete the documents that have any of some values in a column of numbers."""
        self._check_state()
        for segment in self.segments:
            numbers = segment.open(self.storage).documents.numbers(f"column.{column}")
            segment.deleted.update(np.flatnonzero(np.isin(numbers, values)).tolist())

    def add_reader(self, reader: Any) -> None:
        """Take a segment's documents into the new one."""
        self._check_state()
        segment = reader.segment() if isinstance(reader, SegmentReader) else None
        if not isinstance(segment, ArrowSegment):
            if self._inverter.articles or self._sealed:
                raise IndexingError("only segments in Arrow files can be merged with articles")
            super().add_reader(reader)
            return
        source = Source(_only(segment.open(self.storage), self.schema), segment.deleted_mask())
        if source.documents:
            # Numbered behind the documents that are new, as Whoosh does it.
            self._merged.append(source)
            self._added = True

    # Making the segment

    def _seal(self) -> None:
        """Write what has come so far as a segment of its own, to be merged at the end."""
        record = ArrowSegment(self.indexname)
        record.lasting = False
        record.write(self.storage, self._inverter.segment())
        self._inverter = Inverter()
        self._sealed.append(record)

    def _finalize_segment(self) -> ArrowSegment:
        sources = list(self._merged)
        if self.perdocwriter._count:
            self._flush_segment()
            if not sources:
                self._close_segment()
                return self._new_segment()
            sources.insert(0, Source(self._new_segment().open(self.storage)))
        sources += [Source(record.open(self.storage)) for record in self._sealed]
        if self._inverter.articles:
            sources.append(Source(self._inverter.segment()))
            self._inverter = Inverter()
        written = [self._write(group) for group in _groups(sources)]
        self._close_segment()
        if not written:
            # Every document that was to be merged had been deleted.
            written = [self._write([])]
        self._further = written[1:]
        return written[0]

    def _new_segment(self) -> ArrowSegment:
        """Return the segment that Whoosh's own way of adding documents fills."""
        found: ArrowSegment = self.newsegment
        return found

    def _write(self, sources: Sequence[Source]) -> ArrowSegment:
        record = ArrowSegment(self.indexname)
        if len(sources) == 1 and sources[0].kept is None and sources[0].segment.in_memory:
            record.write(self.storage, sources[0].segment)
            return record
        merger = Merger(sources, self._defaults())
        documents = merger.table(self._foreign(sources))
        record.set_doc_count(len(documents))
        record.write_documents(self.storage, documents)
        record.write_postings(self.storage, merger.fields(), merger.names)
        texts = merger.texts()
        if texts is not None:
            record.write_texts(self.storage, texts)
        return record

    def _defaults(self) -> dict[str, Any]:
        kinds = {name: kind.column_type for name, kind in self.schema.items() if kind.column_type}
        return {f"column.{name}": kind.default_value() for name, kind in kinds.items()}

    def _foreign(self, sources: Sequence[Source]) -> dict[str, bytes]:
        """Return the columns of kinds that only Whoosh knows, written anew."""
        names = {name for s in sources for name in s.segment.documents.foreign}
        return {name: self._foreign_column(name, sources) for name in names if name in self.schema}

    def _foreign_column(self, name: str, sources: Sequence[Source]) -> bytes:
        column = self.schema[name].column_type
        values = enumerate(v for s in sources for v in _foreign_values(name, column, s))
        return columns.written(column, values, sum(source.documents for source in sources))

    def _close_segment(self) -> None:
        # Closing them would write files; what is not flushed by now is not wanted.
        self.perdocwriter.is_closed = self.fieldwriter.is_closed = True
        super()._close_segment()

    def _commit_toc(self, segments: list[ArrowSegment]) -> None:
        publish = getattr(self._index, "publish", None)
        if publish is None:
            # An index of Whoosh's own kind, with its own table of contents.
            super()._commit_toc([*segments, *self._further])
        else:
            publish([*segments, *self._further], self.generation)


def _only(segment: Segment, schema: Any) -> Segment:
    """Return a segment without fields and columns that the schema no longer has."""
    if all(name in schema for name in segment.names):
        return segment
    kept = {name: segment.field(name) for name in segment.names if name in schema}
    fields: dict[str, FieldPostings] = {n: f for n, f in kept.items() if f is not None}
    table = segment.documents.table
    names = [n for n in table.column_names if _is_wanted(n, schema)]
    foreign = {n: data for n, data in segment.documents.foreign.items() if n in schema}
    documents = Documents(table.select(names), segment.documents.positions, foreign)
    return Segment(documents, fields, texts=segment.texts)


def _is_wanted(column: str, schema: Any) -> bool:
    kind, _, name = column.partition(".")
    return kind in ("base", "stored", "starts") or name in schema


def _groups(sources: Sequence[Source]) -> Iterator[list[Source]]:
    """Yield runs of segments that together have no more positions than one may have."""
    group: list[Source] = []
    for source in sources:
        if group and sum(s.positions for s in group) + source.positions > MOST_POSITIONS:
            yield group
            group = []
        group.append(source)
    if group:
        yield group


def _foreign_values(name: str, column: Any, source: Source) -> Iterator[Any]:
    documents = source.segment.documents
    kept = np.arange(len(documents)) if source.kept is None else np.flatnonzero(source.kept)
    if name in documents.foreign:
        reader = columns.read_foreign(column, documents.foreign[name], len(documents))
        yield from (reader[number] for number in kept.tolist())
    else:
        yield from [column.default_value()] * len(kept)
