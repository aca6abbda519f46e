"""One state of an index: its segments as they are searched, and sums over all of them.

Documents are numbered through all segments, in the order of the segments; within a segment they
are `uint32`. Deleted documents never leave this module.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from whoosh.reading import EmptyReader

from corpus.index import columns
from corpus.index.arrays import NONE, Integers, Mask
from corpus.index.readers import TermsReader
from corpus.index.segment import FieldPostings, Segment

_KNOWN_TERMS = 4096


class Leaf:
    """One segment: `first` is the number of its first document in the whole index."""

    def __init__(self, reader: Any, first: int) -> None:
        self.reader = reader
        self.segment: Segment = reader._terms.segment
        self.first = first
        self.size = len(self.segment)
        deleted = reader.segment().deleted_mask()
        self.live: Mask | None = None if deleted is None else ~deleted
        self._terms: dict[tuple[str, bytes], tuple[FieldPostings, int] | None] = {}
        self._lengths: dict[str, NDArray[Any]] = {}
        self._starts: dict[str, Integers] = {}
        self._columns: dict[str, pa.Array] = {}
        self.norms: dict[tuple[str, float], NDArray[np.float64]] = {}
        """What a ranking divides by, kept while the snapshot lasts."""

    @cached_property
    def docs(self) -> Integers:
        """Every document that is not deleted."""
        if self.live is None:
            return np.arange(self.size, dtype=np.uint32)
        return np.flatnonzero(self.live).astype(np.uint32)

    def alive(self, docs: Integers) -> Integers:
        """Leave deleted documents out."""
        return docs if self.live is None else docs[self.live[docs]]

    def find(self, field: str, term: bytes) -> tuple[FieldPostings, int] | None:
        """Return a field's postings and the number of a term in them; None if it is not there."""
        key = (field, term)
        if key in self._terms:
            return self._terms[key]
        if len(self._terms) >= _KNOWN_TERMS:
            self._terms.clear()
        postings = self.segment.field(field)
        number = -1 if postings is None else postings.terms.find(term)
        found = None if postings is None or number < 0 else (postings, number)
        self._terms[key] = found
        return found

    def documents(self, field: str, term: bytes) -> Integers:
        """Return the documents that hold a term, those that are not deleted."""
        found = self.find(field, term)
        if found is None:
            return NONE
        start, stop = found[0].postings(found[1])
        return self.alive(found[0].documents[start:stop])

    def frequency(self, field: str, term: bytes) -> int:
        """Return how many documents hold a term, deleted ones too."""
        found = self.find(field, term)
        if found is None:
            return 0
        start, stop = found[0].postings(found[1])
        return stop - start

    def lengths(self, field: str) -> NDArray[Any]:
        """Return the number of words of every document in a field."""
        if field not in self._lengths:
            documents = self.segment.documents
            known = documents.has(f"length.{field}")
            zeros = np.zeros(self.size, np.uint32)
            self._lengths[field] = documents.numbers(f"length.{field}") if known else zeros
        return self._lengths[field]

    def starts(self, unit: str) -> Integers:
        """Return the positions at which zones, sentences or paragraphs start."""
        if unit not in self._starts:
            self._starts[unit] = self.segment.documents.starts(unit)
        return self._starts[unit]

    def arrow(self, name: str) -> pa.Array:
        """Return a column as an Arrow array."""
        if name not in self._columns:
            self._columns[name] = self.segment.documents.column(f"column.{name}")
        return self._columns[name]

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
        self._lengths: dict[str, int] = {}
        self._means: dict[str, float] = {}

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

    def leaf_of(self, doc: int) -> tuple[Leaf, int]:
        """Return the segment of a document, and its number there."""
        leaf = self.leaves[bisect_right(self._firsts, doc) - 1]
        return leaf, doc - leaf.first

    @cached_property
    def _firsts(self) -> list[int]:
        return [leaf.first for leaf in self.leaves]

    def frequency(self, field: str, term: str) -> int:
        """Return how many documents hold a term."""
        text = term.encode("utf-8", "replace")
        return sum(len(leaf.documents(field, text)) for leaf in self.leaves)

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
        term = text if isinstance(text, bytes) else self.schema[field].to_bytes(text)
        return sum(leaf.frequency(field, term) for leaf in self.leaves)

    def field_length(self, field: str) -> int:
        """Return the number of words in a field, in all documents."""
        if field not in self._lengths:
            sums = (leaf.lengths(field).sum(dtype=np.int64) for leaf in self.leaves)
            self._lengths[field] = int(sum(sums))
        return self._lengths[field]

    def avg_field_length(self, field: str, default: float | None = None) -> float | None:
        if not self.schema[field].scorable:
            return default
        return self.field_length(field) / (self.size or 1)
