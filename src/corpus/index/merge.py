"""Several segments to one, deleted documents left out: no sorting, in blocks of bounded memory.

A term's postings in the new segment are those of the old ones, one after the other, with the
document numbers and positions moved on. So each old array is copied in pieces to places that are
known beforehand; only the terms themselves are brought into one order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus.arrow import ragged
from corpus.index import columns
from corpus.index.arrays import NONE, Integers, Mask
from corpus.index.invert import starts_column
from corpus.index.segment import Documents, FieldPostings, Segment
from corpus.index.terms import Terms
from corpus.index.texts import joined

# Postings or positions copied at once; what this takes is all that is not input or result.
_BLOCK = 2_000_000
_MANY = 255


class Source:
    """One of the segments to be merged: its documents' new numbers, its positions' new places."""

    def __init__(self, segment: Segment, deleted: Mask | None = None) -> None:
        self.segment = segment
        self.kept: Mask | None = None if deleted is None or not deleted.any() else ~deleted
        self.first_document = self.first_position = 0

    @cached_property
    def spans(self) -> NDArray[np.int64]:
        """Number of positions of each document, deleted ones too."""
        base = self.segment.base.astype(np.int64)
        return np.diff(base, append=self.segment.documents.positions)

    @property
    def documents(self) -> int:
        return len(self.segment) if self.kept is None else int(self.kept.sum())

    @property
    def positions(self) -> int:
        if self.kept is None:
            return self.segment.documents.positions
        return int(self.spans[self.kept].sum())

    @cached_property
    def new_numbers(self) -> Integers:
        """The new number of each document; that of a deleted one has no meaning."""
        assert self.kept is not None
        return (np.cumsum(self.kept) - 1 + self.first_document).astype(np.uint32)

    @cached_property
    def shifts(self) -> Integers:
        """What to add to positions in each document, modulo 2³²."""
        assert self.kept is not None
        spans = np.where(self.kept, self.spans, 0)
        new_base = np.cumsum(spans) - spans + self.first_position
        return (new_base - self.segment.base).astype(np.int64).astype(np.uint32)


@dataclass(frozen=True)
class Merger:
    """Puts segments one after the other; `defaults` fill columns that a segment lacks."""

    sources: Sequence[Source]
    defaults: Mapping[str, pa.Scalar]

    def __post_init__(self) -> None:
        document = position = 0
        for source in self.sources:
            source.first_document, source.first_position = document, position
            document += source.documents
            position += source.positions

    @property
    def names(self) -> list[str]:
        """Names of all fields, in order."""
        return sorted({name for source in self.sources for name in source.segment.names})

    def fields(self) -> Iterator[tuple[str, FieldPostings]]:
        """Yield the merged postings field by field; one at a time is in memory."""
        for name in self.names:
            yield name, self._field(name)
            for source in self.sources:
                source.segment.release()

    # Postings

    def _field(self, name: str) -> FieldPostings:
        pairs = [(source, source.segment.field(name)) for source in self.sources]
        parts = [_Part(source, found) for source, found in pairs if found is not None]
        terms = _common_terms(parts)
        first = [np.zeros(len(terms) + 1, np.int64) for _ in range(2)]
        for part in parts:
            for starts, sizes in zip(first, (part.postings, part.occurrences), strict=True):
                np.add.at(starts, part.codes + 1, sizes)
        first_posting, first_position = (np.cumsum(starts) for starts in first)
        output = _Output(int(first_posting[-1]), int(first_position[-1]), parts)
        fill = [first_posting[:-1].copy(), first_position[:-1].copy()]
        for part in parts:
            output.take(part, fill[0][part.codes], fill[1][part.codes])
            fill[0][part.codes] += part.postings
            fill[1][part.codes] += part.occurrences
            part.source.segment.release()
        used = np.diff(first_posting) > 0
        if not used.all():
            places = pa.array(np.flatnonzero(used))
            terms = pa.concat_arrays([terms.take(places)])
            keep = np.append(used, True)
            first_posting, first_position = first_posting[keep], first_position[keep]
        return output.postings(Terms(terms), first_posting, first_position)

    # Documents

    def texts(self) -> Iterator[pa.RecordBatch] | None:
        """Return what the documents say, batch by batch; None if no segment has kept it."""
        if all(source.segment.texts is None for source in self.sources):
            return None
        return joined((s.segment.texts, len(s.segment), s.kept) for s in self.sources)

    def table(self, foreign: Mapping[str, bytes]) -> Documents:
        """Return the merged table of documents."""
        names = list(
            dict.fromkeys(n for s in self.sources for n in s.segment.documents.table.column_names)
        )
        sizes = [s.spans if s.kept is None else s.spans[s.kept] for s in self.sources]
        spans = np.concatenate(sizes) if sizes else np.zeros(0, np.int64)
        base = np.cumsum(spans) - spans
        data: dict[str, pa.Array] = {"base": pa.array(base.astype(np.uint32))}
        for name in names:
            if name.startswith("starts."):
                places = [self._starts(s, name.removeprefix("starts.")) for s in self.sources]
                data[name] = starts_column(np.concatenate(places), base)
            elif name != "base":
                data[name] = columns.joined([self._column(s, name) for s in self.sources])
        return Documents(pa.table(data), int(spans.sum()), foreign)

    def _column(self, source: Source, name: str) -> pa.Array:
        documents = source.segment.documents
        if documents.has(name):
            column = documents.column(name)
        else:
            owner = next(s for s in self.sources if s.segment.documents.has(name))
            kind = owner.segment.documents.table.schema.field(name).type
            default = self.defaults.get(name, _nothing(kind))
            column = pa.array([default] * len(documents), kind)
        return column if source.kept is None else column.filter(pa.array(source.kept))

    def _starts(self, source: Source, name: str) -> Integers:
        if not source.segment.documents.has(f"starts.{name}"):
            return NONE
        places = source.segment.documents.starts(name)
        if source.kept is None:
            return places + np.uint32(source.first_position)
        owners = np.searchsorted(source.segment.base, places, "right") - 1
        kept = source.kept[owners]
        return places[kept] + source.shifts[owners[kept]]


def _nothing(kind: pa.DataType) -> Any:
    if pa.types.is_binary(kind) or pa.types.is_dictionary(kind):
        return b""
    return [] if pa.types.is_large_list(kind) or pa.types.is_list(kind) else 0


def _common_terms(parts: Sequence[_Part]) -> pa.BinaryArray:
    """Return the terms of all parts in order, and give each part the places of its own."""
    every = pa.chunked_array([part.found.terms.array for part in parts], pa.binary())
    coded = every.dictionary_encode().combine_chunks()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.chunk(0)
    order = pc.array_sort_indices(coded.dictionary)
    rank = np.empty(len(order), np.int64)
    rank[order.to_numpy()] = np.arange(len(order))
    codes = rank[coded.indices.to_numpy()]
    place = 0
    for part in parts:
        part.codes = codes[place : place + len(part.found.terms)]
        place += len(part.found.terms)
    return pa.concat_arrays([coded.dictionary.take(order)])


class _Part:
    """The postings of one field in one of the segments; `codes` are its terms' new places."""

    codes: NDArray[np.int64]

    def __init__(self, source: Source, found: FieldPostings) -> None:
        self.source = source
        self.found = found
        starts = found.first_posting.astype(np.int64)
        places = None if found.first_position is None else found.first_position.astype(np.int64)
        self.postings = np.diff(starts)
        self.occurrences = np.zeros_like(self.postings) if places is None else np.diff(places)
        if source.kept is not None:
            kept = source.kept[found.documents]
            self.postings = _sums(kept, starts)
            if places is not None:
                counts = np.where(kept, found.often(0, len(found.documents)), 0)
                self.occurrences = _sums(counts, starts)

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Yield ranges of terms that together have not too many postings and positions."""
        sizes = np.diff(self.found.first_posting.astype(np.int64))
        if self.found.first_position is not None:
            sizes = np.maximum(sizes, np.diff(self.found.first_position.astype(np.int64)))
        ends = np.cumsum(sizes)
        first = 0
        while first < len(ends):
            before = ends[first - 1] if first else 0
            last = max(first + 1, int(np.searchsorted(ends, before + _BLOCK, "right")))
            yield first, last
            first = last


def _sums(values: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    before = np.concatenate(([0], np.cumsum(values, dtype=np.int64)))
    return np.asarray(before[starts[1:]] - before[starts[:-1]])


class _Output:
    """The arrays of a merged field while they are filled."""

    def __init__(self, postings: int, positions: int, parts: Sequence[_Part]) -> None:
        self._documents = np.empty(postings, np.uint32)
        counted = any(len(part.found.counts) for part in parts)
        self._counts = np.empty(postings, np.uint8) if counted else np.zeros(0, np.uint8)
        weighted = any(part.found.weights is not None for part in parts)
        self._weights = np.empty(postings, np.float32) if weighted else None
        located = any(part.found.positions is not None for part in parts)
        self._positions = np.empty(positions, np.uint32) if located else None
        self._many: list[tuple[NDArray[np.int64], NDArray[Any]]] = []
        valued = any(part.found.values is not None for part in parts)
        self._value_places: list[NDArray[np.int64]] | None = [] if valued else None
        self._values: list[pa.BinaryArray] = []

    def take(
        self, part: _Part, to_posting: NDArray[np.int64], to_position: NDArray[np.int64]
    ) -> None:
        """Copy a part's postings; the two arrays say where those of each term go."""
        for first, last in part.blocks():
            start, stop = part.found.postings(first, last)
            documents = part.found.documents[start:stop]
            counts = part.found.often(start, stop)
            kept = None
            if part.source.kept is not None:
                kept = part.source.kept[documents]
            goal = ragged(to_posting[first:last], part.postings[first:last])
            self._copy_postings(part, goal, start, stop, documents, counts, kept)
            if self._positions is not None and part.found.positions is not None:
                places = part.found.places(first, last)
                goal = ragged(to_position[first:last], part.occurrences[first:last])
                self._positions[goal] = _moved(part.source, places, documents, counts, kept)

    def _copy_postings(
        self,
        part: _Part,
        goal: NDArray[np.int64],
        start: int,
        stop: int,
        documents: Integers,
        counts: NDArray[Any],
        kept: Mask | None,
    ) -> None:
        source = part.source
        if kept is None:
            self._documents[goal] = documents + np.uint32(source.first_document)
        else:
            self._documents[goal] = source.new_numbers[documents[kept]]
            counts = counts[kept]
        if len(self._counts):
            self._counts[goal] = np.minimum(counts, _MANY)
            many = np.flatnonzero(counts >= _MANY)
            if len(many):
                self._many.append((goal[many], counts[many]))
        if self._weights is not None:
            weights = part.found.weigh(start, stop)
            self._weights[goal] = weights if kept is None else weights[kept]
        if self._value_places is not None:
            values = part.found.values
            own = [b""] * (stop - start) if values is None else values.slice(start, stop - start)
            piece = pa.array(own, pa.binary())
            self._values.append(piece if kept is None else piece.filter(pa.array(kept)))
            self._value_places.append(goal)

    def postings(
        self, terms: Terms, first_posting: NDArray[np.int64], first_position: NDArray[np.int64]
    ) -> FieldPostings:
        """Return what has been filled."""
        many, often = NONE, NONE
        if self._many:
            places = np.concatenate([places for places, _ in self._many])
            order = np.argsort(places)
            many = places[order].astype(np.uint32)
            often = np.concatenate([counts for _, counts in self._many])[order].astype(np.uint32)
        values = None
        if self._value_places is not None:
            goal = np.concatenate(self._value_places)
            values = pa.concat_arrays(self._values).take(pa.array(np.argsort(goal)))
        located = self._positions is not None
        return FieldPostings(
            terms,
            first_posting.astype(np.uint32),
            self._documents,
            self._counts,
            many,
            often,
            self._weights,
            first_position.astype(np.uint32) if located else None,
            self._positions,
            values,
        )


def _moved(
    source: Source,
    places: Integers,
    documents: Integers,
    counts: NDArray[Any],
    kept: Mask | None,
) -> Integers:
    """Return positions as they are counted in the new segment, without deleted documents'."""
    if kept is None:
        return places + np.uint32(source.first_position)
    shifts = np.repeat(source.shifts[documents[kept]], counts[kept])
    return places[np.repeat(kept, counts)] + shifts
