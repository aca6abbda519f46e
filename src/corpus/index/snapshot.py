"""One state of an index: its segments as they are searched, and sums over all of them.

Documents are numbered through all segments, in the order of the segments; within a segment they
are `uint32`. Deleted documents never leave this module.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from whoosh.reading import EmptyReader

from corpus.index import columns
from corpus.index.arrays import NONE, Integers, Mask, marked
from corpus.index.readers import TermsReader
from corpus.index.segment import FieldPostings, Segment
from corpus.index.terms import Terms, viewed

_KNOWN_TERMS = 1 << 14


class Entry:
    """A term in a segment: its field's postings, its number, and where its own stand in them.

    Its parts of the postings are cut out once; they share the memory of the whole.
    """

    def __init__(
        self, postings: FieldPostings, number: int, start: int, stop: int, term: bytes
    ) -> None:
        self.postings = postings
        self.number = number
        self.start = start
        self.stop = stop
        self.term = term

    @cached_property
    def documents(self) -> Integers:
        return self.postings.documents[self.start : self.stop]

    @cached_property
    def weights(self) -> NDArray[Any]:
        return self.postings.weigh(self.start, self.stop)

    @cached_property
    def often(self) -> NDArray[Any]:
        return self.postings.often(self.start, self.stop)

    @cached_property
    def positions(self) -> Integers:
        return self.postings.places(self.number)

    @cached_property
    def _documents(self) -> memoryview:
        return viewed(self.documents)

    def count(self, doc: int) -> int:
        """Return how often the term stands in one document, be it never."""
        documents = self._documents
        place = bisect_left(documents, doc)
        held = place < len(documents) and documents[place] == doc
        return int(self.often[place]) if held else 0

    def weight(self, doc: int) -> float:
        """Return the weight of the term in one document, which must hold it."""
        return float(self.weights[bisect_left(self._documents, doc)])


class Leaf:
    """One segment: `first` is the number of its first document in the whole index."""

    def __init__(self, reader: Any, first: int) -> None:
        self.reader = reader
        self.segment: Segment = reader._terms.segment
        self.first = first
        self.size = len(self.segment)
        deleted = reader.segment().deleted_mask()
        self.live: Mask | None = None if deleted is None else ~deleted
        self._entries: dict[tuple[str, str | bytes], Entry | None] = {}
        self._positional: dict[str, bool] = {}
        self._lengths: dict[str, NDArray[Any]] = {}
        self._scored_lengths: dict[str, NDArray[np.float64]] = {}
        self._starts: dict[str, Integers] = {}
        self._columns: dict[str, Terms | list[Any]] = {}
        self.norms: dict[str, NDArray[np.float64]] = {}
        """What a ranking divides by, kept while the snapshot lasts."""
        self.halves: dict[tuple[str, float, float], NDArray[np.float64]] = {}
        """By document, how often a term must be there for half the score it can reach."""

    @cached_property
    def docs(self) -> Integers:
        """Every document that is not deleted."""
        if self.live is None:
            return np.arange(self.size, dtype=np.uint32)
        return marked(self.live)

    def has_positions(self, field: str) -> bool:
        """Return whether a field says where its terms stand; so does one that is not there."""
        known = self._positional.get(field)
        if known is None:
            schema = self.reader.schema
            format_ = schema[field].format if field in schema else None
            without = field in schema and not (format_ and format_.supports("positions"))
            known = self._positional[field] = not without
        return known

    def alive(self, docs: Integers) -> Integers:
        """Leave deleted documents out."""
        return docs if self.live is None else docs[self.live[docs]]

    def find(self, field: str, text: str | bytes) -> Entry | None:
        """Return where a term's postings stand; None if the segment does not have it."""
        key = (field, text)
        known = self._entries.get(key)
        if known is None and key not in self._entries:
            if len(self._entries) >= _KNOWN_TERMS:
                self._entries.clear()
            known = self._entries[key] = self._find(field, text)
        return known

    def _find(self, field: str, text: str | bytes) -> Entry | None:
        postings = self.segment.field(field)
        if postings is None or field not in self.reader.schema:
            return None
        try:
            term = bytes(self.reader.schema[field].to_bytes(text))
        except ValueError:
            return None
        number = postings.terms.find(term)
        return None if number < 0 else Entry(postings, number, *postings.postings(number), term)

    def documents(self, field: str, text: str | bytes) -> Integers:
        """Return the documents that hold a term, those that are not deleted."""
        found = self.find(field, text)
        return NONE if found is None else self.alive(found.documents)

    def frequency(self, field: str, text: str | bytes) -> int:
        """Return how many documents hold a term, deleted ones too."""
        found = self.find(field, text)
        return 0 if found is None else found.stop - found.start

    def lengths(self, field: str) -> NDArray[Any]:
        """Return the number of words of every document in a field."""
        if field not in self._lengths:
            documents = self.segment.documents
            known = documents.has(f"length.{field}")
            zeros = np.zeros(self.size, np.uint32)
            self._lengths[field] = documents.numbers(f"length.{field}") if known else zeros
        return self._lengths[field]

    def scored_lengths(self, field: str) -> NDArray[np.float64]:
        """Return the lengths as Whoosh scores by them: a document without one counts as 1."""
        if field not in self._scored_lengths:
            self._scored_lengths[field] = np.maximum(self.lengths(field), 1).astype(np.float64)
        return self._scored_lengths[field]

    def starts(self, unit: str) -> Integers:
        """Return the positions at which zones, sentences or paragraphs start."""
        if unit not in self._starts:
            self._starts[unit] = self.segment.documents.starts(unit)
        return self._starts[unit]

    def values(self, column: str) -> Terms | list[Any]:
        """Return a column's values by document."""
        known = self._columns.get(column)
        if known is None:
            array = self.segment.documents.column(f"column.{column}")
            known = Terms(array) if pa.types.is_binary(array.type) else array.to_pylist()
            self._columns[column] = known
        return known

    def text(self, doc: int) -> bytes:
        """Return what a document says as it was kept, nothing if that was not done."""
        texts = self.segment.texts
        return b"" if texts is None else texts[doc]

    def column(self, name: str) -> NDArray[Any] | None:
        """Return the values of a column of numbers, None if there are none."""
        documents = self.segment.documents
        return documents.numbers(f"column.{name}") if documents.has(f"column.{name}") else None


class Snapshot:
    """The segments of an open Whoosh reader; it also answers as a scorer's searcher would."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader
        self.schema = reader.schema
        # An index without articles has a reader of a kind that knows no segments.
        empty = isinstance(reader, EmptyReader)
        found = [] if empty else list(reader.leaf_readers())
        self.leaves = [Leaf(leaf, first) for leaf, first in found]
        self.size = sum(leaf.size for leaf in self.leaves)
        self.held: dict[tuple[tuple[str, str], ...], int] = {}
        """How many documents hold any of some terms."""
        self._lengths: dict[str, int] = {}
        self._means: dict[str, float] = {}
        self._idfs: dict[tuple[type, str, bytes], float] = {}

    @staticmethod
    def readable(reader: Any) -> bool:
        """Return whether all segments of a reader are of our kind."""
        if isinstance(reader, EmptyReader):
            return True
        leaves = [leaf for leaf, _ in reader.leaf_readers()]
        return all(isinstance(getattr(leaf, "_terms", None), TermsReader) for leaf in leaves)

    @cached_property
    def live_count(self) -> int:
        """Number of documents that are not deleted."""
        return sum(len(leaf.docs) for leaf in self.leaves)

    @cached_property
    def articles(self) -> NDArray[np.int64]:
        """The store's number of each document, deleted ones too."""
        return self._column("article")

    @cached_property
    def docs(self) -> NDArray[np.int64]:
        """Every document that is not deleted."""
        parts = [leaf.docs.astype(np.int64) + leaf.first for leaf in self.leaves]
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def _column(self, name: str) -> NDArray[np.int64]:
        parts = [leaf.column(name) for leaf in self.leaves]
        found = [part for part in parts if part is not None]
        return np.concatenate(found).astype(np.int64) if found else np.zeros(0, np.int64)

    def values(self, column: str, docs: Sequence[int]) -> list[Any]:
        """Return the values of a column for some documents."""
        if len(self.leaves) == 1:
            own = self.leaves[0].values(column)
            return own.at(docs) if isinstance(own, Terms) else [own[doc] for doc in docs]
        columns = [leaf.values(column) for leaf in self.leaves]
        firsts = [leaf.first for leaf in self.leaves]
        places = [bisect_right(firsts, doc) - 1 for doc in docs]
        return [columns[n][doc - firsts[n]] for n, doc in zip(places, docs, strict=True)]

    def frequency(self, field: str, term: str) -> int:
        """Return how many documents hold a term."""
        return sum(len(leaf.documents(field, term)) for leaf in self.leaves)

    def mean_length(self, field: str) -> float:
        """Return the mean number of words over the documents that have any."""
        if field not in self._means:
            lengths = [leaf.lengths(field)[leaf.docs] for leaf in self.leaves]
            own = np.concatenate(lengths) if lengths else np.zeros(0)
            own = own[own > 0]
            self._means[field] = float(own.mean()) if len(own) else 1.0
        return self._means[field]

    def near_terms(self, field: str, word: str, distance: int) -> set[str]:
        """Return the terms of a field within an edit distance of a word."""
        found: set[str] = set()
        for leaf in self.leaves:
            postings = leaf.segment.field(field)
            if postings is not None:
                near = postings.terms.near(word, distance).tolist()
                found.update(postings.terms[n].decode("utf-8", "replace") for n in near)
        return found

    def sort_values(self, name: str) -> NDArray[Any] | None:
        """Return numbers by document that sort as a column's values do; None if it has none."""
        parts = [leaf.segment.documents for leaf in self.leaves]
        key = f"column.{name}"
        if not parts or not all(part.has(key) for part in parts):
            return None
        return columns.numbers_of(columns.joined([part.column(key) for part in parts]))

    def terms_of(self, name: str) -> Iterator[bytes]:
        """Yield the terms of a field, segment by segment."""
        for leaf in self.leaves:
            postings = leaf.segment.field(name)
            yield from postings.terms if postings is not None else ()

    # What Whoosh's weighting models ask of a searcher

    def get_parent(self) -> Snapshot:
        return self

    def doc_count_all(self) -> int:
        return self.size

    def doc_frequency(self, field: str, text: Any) -> int:
        return sum(leaf.frequency(field, text) for leaf in self.leaves)

    def field_length(self, field: str) -> int:
        """Return the number of words in a field, in all documents."""
        if field not in self._lengths:
            sums = (leaf.lengths(field).sum(dtype=np.int64) for leaf in self.leaves)
            self._lengths[field] = int(sum(sums))
        return self._lengths[field]

    def idf(self, model: Any, field: str, term: bytes) -> float:
        """Return the inverse document frequency of a term as a weighting model has it."""
        key = (type(model), field, term)
        known = self._idfs.get(key)
        if known is None:
            if len(self._idfs) >= _KNOWN_TERMS:
                self._idfs.clear()
            known = self._idfs[key] = float(model.idf(self, field, term))
        return known

    def avg_field_length(self, field: str, default: float | None = None) -> float | None:
        if not self.schema[field].scorable:
            return default
        return self.field_length(field) / (self.size or 1)
