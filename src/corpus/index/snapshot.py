"""One state of the index as arrays: what it holds at the moment it was opened.

Documents of all segments are numbered through; an occurrence is one 64-bit number, the document's
in the upper half and the word's in the lower, so positions of many documents sort and join as one
array. Deleted documents never leave this module.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.matching.wrappers import FilterMatcher
from whoosh.reading import EmptyReader, TermNotFound

from corpus.index.schema import positions

Integers = NDArray[np.int64]

T = TypeVar("T")
DOC_SHIFT = 32

_LONGEST_FUZZY = 48
"""Nothing longer is a misspelt word, and the automaton that compares grows with its length."""


class Postings(NamedTuple):
    """Documents that hold a term, ascending, and how often each does."""

    docs: Integers
    counts: Integers


NOTHING = Postings(np.zeros(0, np.int64), np.zeros(0, np.int64))


class Snapshot:
    """Postings, lengths and columns of an open Whoosh reader."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        # An index without articles has a reader of a kind that knows no segments.
        empty = isinstance(reader, EmptyReader)
        self._leaves: list[tuple[Any, int]] = [] if empty else list(reader.leaf_readers())
        self.size = int(reader.doc_count_all())
        self._known_postings: dict[tuple[str, str], Postings] = {}
        self._known_occurrences: dict[tuple[str, str], Integers] = {}
        # Results that are looked at later keep their snapshot; the last one closes the files.
        self.close = weakref.finalize(self, reader.close)

    @cached_property
    def live(self) -> NDArray[np.bool_]:
        """Which documents are not deleted."""
        live = np.ones(self.size, bool)
        for leaf, base in self._leaves:
            for doc in leaf.deleted_docs_set:
                live[base + doc] = False
        return live

    @cached_property
    def docs(self) -> Integers:
        """Every document that is not deleted."""
        return np.flatnonzero(self.live).astype(np.int64)

    @cached_property
    def articles(self) -> Integers:
        """The store's article number of each document."""
        return self._column("article")

    @cached_property
    def dates(self) -> Integers:
        """Days since 1970 of each document; NO_DATE where unknown."""
        return self._column("date")

    @cached_property
    def lengths(self) -> dict[str, Integers]:
        """Number of words of each document, by field."""
        title, text = self._column("title_words"), self._column("text_words")
        return {"title": title, "text": text, "title_form": title, "text_form": text}

    @cached_property
    def mean_lengths(self) -> dict[str, float]:
        """Mean number of words over the documents that have any, by field."""
        means = {}
        for field, lengths in self.lengths.items():
            own = lengths[self.docs]
            own = own[own > 0]
            means[field] = float(own.mean()) if len(own) else 1.0
        return means

    def terms(self, field: str, prefix: str = "") -> Iterator[str]:
        """Yield the distinct terms of a field that start with `prefix`, segment by segment."""
        seen: set[bytes] = set()
        for leaf, _ in self._leaves:
            for term in leaf.expand_prefix(field, prefix.encode()):
                if term not in seen:
                    seen.add(term)
                    yield term.decode("utf-8", "replace")

    def places(self, field: str, term: str, doc: int) -> list[int]:
        """Return the word numbers at which a term stands in one document."""
        leaf, base = self._leaf_of(doc)
        try:
            matcher = leaf.postings(field, term.encode("utf-8", "replace"))
        except TermNotFound:
            return []
        if matcher.is_active():
            matcher.skip_to(doc - base)
        if not matcher.is_active() or matcher.id() != doc - base:
            return []
        return [int(place) for place in positions(matcher.value())]

    def near_terms(self, field: str, word: str, distance: int) -> set[str]:
        """Return the terms of a field within an edit distance of `word`."""
        found: set[str] = set()
        if len(word) > _LONGEST_FUZZY:
            return found
        for leaf, _ in self._leaves:
            found.update(leaf.terms_within(field, word, distance))
        return found

    def postings(self, field: str, term: str) -> Postings:
        """Return the documents that hold a term."""
        return _remembered(self._known_postings, (field, term), self._postings, 4096)

    def occurrences(self, field: str, term: str) -> Integers:
        """Return every place where a term stands, ascending."""
        return _remembered(self._known_occurrences, (field, term), self._occurrences, 512)

    def starts(self, column: str, docs: Integers) -> Integers:
        """Return the occurrences at which the zones or sentences of some documents start."""
        pieces = []
        for doc in docs.tolist():
            leaf, base = self._leaf_of(doc)
            reader = self._reader_of(leaf, column)
            places = np.frombuffer(reader[doc - base], "<u4").astype(np.int64)
            pieces.append((doc << DOC_SHIFT) + places)
        return np.concatenate(pieces) if pieces else np.zeros(0, np.int64)

    def _leaf_of(self, doc: int) -> tuple[Any, int]:
        for leaf, base in reversed(self._leaves):
            if doc >= base:
                return leaf, base
        raise IndexError(doc)

    @cached_property
    def _column_readers(self) -> dict[tuple[int, str], Any]:
        return {}

    def _reader_of(self, leaf: Any, column: str) -> Any:
        key = (id(leaf), column)
        if key not in self._column_readers:
            self._column_readers[key] = leaf.column_reader(column)
        return self._column_readers[key]

    def _column(self, name: str) -> Integers:
        pieces = [
            np.fromiter(leaf.column_reader(name), np.int64, count=leaf.doc_count_all())
            for leaf, _ in self._leaves
        ]
        return np.concatenate(pieces) if pieces else np.zeros(0, np.int64)

    def _postings(self, field: str, term: str) -> Postings:
        docs, counts = [], []
        for matcher, base in self._matchers(field, term):
            for ids, weights, _ in _blocks(matcher, values=False):
                docs.append(np.asarray(ids, np.int64) + base)
                counts.append(np.asarray(weights, np.float64).astype(np.int64))
        if not docs:
            return NOTHING
        found, often = np.concatenate(docs), np.concatenate(counts)
        alive = self.live[found]
        return Postings(found[alive], often[alive])

    def _occurrences(self, field: str, term: str) -> Integers:
        pieces = []
        for matcher, base in self._matchers(field, term):
            for ids, _, values in _blocks(matcher, values=True):
                sizes = np.fromiter(map(len, values), np.int64, count=len(values)) // 4
                docs = np.repeat(np.asarray(ids, np.int64) + base, sizes)
                places = np.frombuffer(b"".join(values), "<u4").astype(np.int64)
                pieces.append((docs << DOC_SHIFT) + places)
        if not pieces:
            return np.zeros(0, np.int64)
        found = np.concatenate(pieces)
        return np.asarray(found[self.live[found >> DOC_SHIFT]])

    def _matchers(self, field: str, term: str) -> Iterator[tuple[Any, int]]:
        for leaf, base in self._leaves:
            try:
                yield leaf.postings(field, term.encode("utf-8", "replace")), base
            except TermNotFound:
                continue


def _remembered(
    known: dict[tuple[str, str], T],
    key: tuple[str, str],
    work: Callable[[str, str], T],
    most: int,
) -> T:
    """Return what was worked out before; the same words come again within a session."""
    found = known.get(key)
    if found is None:
        if len(known) >= most:
            known.clear()
        found = known[key] = work(*key)
    return found


def _blocks(matcher: Any, values: bool) -> Iterator[tuple[Any, Any, Any]]:
    """Yield ids, weights and values of a posting list, a block at a time where it has blocks.

    Whoosh's matchers hand out one posting a call; reading its blocks whole is fifty times faster.
    """
    if isinstance(matcher, FilterMatcher):
        # It stands on the first document that is not deleted; we leave those out ourselves.
        matcher = matcher.child
    if not isinstance(matcher, W3LeafMatcher):
        while matcher.is_active():
            yield [matcher.id()], [matcher.weight()], [matcher.value()]
            matcher.next()
        return
    while not matcher._atend:
        matcher._read_ids()
        matcher._read_weights()
        if values:
            matcher._read_values()
        yield matcher._ids, matcher._weights, matcher._values
        matcher._next_block()
