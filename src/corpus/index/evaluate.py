"""Whoosh's query trees answered with arrays: which documents match, where, and how well.

Whoosh's own matchers step through postings one call at a time, and some of them answer wrongly in
corners. Here a node's documents are one sorted array and its scores another, segment by segment.
Matching is exact; scoring is a second step over its answer alone. A kind of node that is not known
here is asked of Whoosh, so that whatever else there is still works.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import matching
from whoosh import query as whoosh_query
from whoosh.query import spans as whoosh_spans
from whoosh.query.qcore import QueryError
from whoosh.query.terms import MultiTerm
from whoosh.searching import SearchContext
from whoosh.searching import TimeLimit as WhooshTimeLimit

from corpus.index.arrays import (
    Floats,
    Integers,
)
from corpus.index.locating import Locating
from corpus.index.rating import Rating
from corpus.index.scoring import Scoring
from corpus.index.sides import OwnQuery, Words, handler_of
from corpus.index.snapshot import Entry, Leaf, Snapshot
from corpus.index.spans import Spans


class TimeLimit(WhooshTimeLimit):  # type: ignore[misc]
    """A query took longer than it was allowed to."""


class ArrayQuery(OwnQuery):
    """A node of our own that ordinary Whoosh searchers can ask, too."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Return an ordinary Whoosh matcher over the answer."""
        snapshot = Snapshot(searcher.reader())
        leaf = Evaluation(snapshot).leaves[0]
        docs = leaf.docs(self)
        return matching.ListMatcher(docs.tolist(), leaf.score(self, docs).tolist())


class Evaluation:
    """One query evaluated on one state of an index; remembers what it worked out.

    `seconds` bounds the time it may take, `cancelled` is asked whether to stop: TimeLimit then.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        scoring: Scoring | None = None,
        *,
        seconds: float | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.scoring = scoring or Scoring(snapshot)
        self._deadline = None if seconds is None else time.monotonic() + seconds
        self._cancelled = cancelled
        self.leaves = [LeafEvaluation(self, leaf) for leaf in snapshot.leaves]

    def check(self) -> None:
        """Raise TimeLimit if the query has taken too long or is no longer wanted."""
        if self._deadline is not None and time.monotonic() > self._deadline:
            raise TimeLimit("the query took longer than it was allowed to")
        if self._cancelled is not None and self._cancelled():
            raise TimeLimit("the query was cancelled")

    def unlimited(self) -> None:
        """Let whatever is asked from now on take its time."""
        self._deadline = self._cancelled = None

    def docs(self, query: Any) -> NDArray[np.int64]:
        """Return the documents that match in the whole index, ascending."""
        parts = [leaf.docs(query) + np.int64(leaf.leaf.first) for leaf in self.leaves]
        if not parts:
            return np.zeros(0, np.int64)
        return np.concatenate(parts) if len(parts) > 1 else parts[0]

    def scores(self, query: Any, docs: NDArray[np.int64] | None = None) -> Floats:
        """Return the score of each document that matches, or of some documents, ascending."""
        parts = []
        for leaf in self.leaves:
            own = leaf.docs(query)
            if docs is not None:
                low, high = np.searchsorted(docs, [leaf.leaf.first, leaf.leaf.first + leaf.size])
                own = (docs[low:high] - leaf.leaf.first).astype(np.uint32)
            parts.append(leaf.score(query, own))
        return np.concatenate(parts) if len(parts) > 1 else parts[0] if parts else np.zeros(0)

    def count(self, query: Any) -> int:
        """Return how many documents match in the whole index."""
        return sum(len(leaf.docs(query)) for leaf in self.leaves)


class LeafEvaluation(Rating, Locating):
    """One query evaluated on one segment."""

    def __init__(self, whole: Evaluation, leaf: Leaf) -> None:
        self.whole = whole
        self.leaf = leaf
        self.size = leaf.size
        # A node is kept beside its answer so that its id stays its own.
        self.known_docs: dict[int, tuple[Any, Integers]] = {}
        self.known_spans: dict[int, tuple[Any, Spans]] = {}
        self.known_words: dict[int, tuple[Any, Words | None]] = {}
        self.known_phrases: dict[int, tuple[Any, list[Entry]]] = {}
        self._others: dict[int, tuple[Any, dict[int, float]]] = {}

    def docs(self, query: Any) -> Integers:
        """Return the documents that match a node, ascending, deleted ones left out."""
        known = self.known_docs.get(id(query))
        if known is None:
            self.whole.check()
            handler = _DOCS.get(type(query)) or handler_of(_DOCS, query)
            found = query.find(self) if handler is None else handler(self, query)
            known = self.known_docs[id(query)] = (query, found)
        return known[1]

    def score(self, query: Any, docs: Integers) -> Floats:
        """Return the score of each of some ascending documents; 0 where a node does not match."""
        if not len(docs):
            return np.zeros(0)
        self.whole.check()
        handler = _SCORES.get(type(query)) or handler_of(_SCORES, query)
        found: Floats = query.rate(self, docs) if handler is None else handler(self, query, docs)
        return found

    def spans(self, query: Any) -> Spans:
        """Return the stretches of words that a node matches, those of live documents."""
        known = self.known_spans.get(id(query))
        if known is None:
            self.whole.check()
            handler = _SPANS.get(type(query)) or handler_of(_SPANS, query)
            found = query.locate(self) if handler is None else handler(self, query)
            known = self.known_spans[id(query)] = (query, found)
        return known[1]

    # Whatever else there is: asked of Whoosh

    def other(self, query: Any) -> dict[int, float]:
        """Return documents and scores of a node that only Whoosh knows."""
        known = self._others.get(id(query))
        if known is None:
            searcher = self.whole.scoring.leaf_searcher(self.leaf)
            found = {}
            matcher = query.matcher(searcher, SearchContext(weighting=searcher.weighting))
            while matcher.is_active():
                if self.leaf.live is None or self.leaf.live[matcher.id()]:
                    found[matcher.id()] = float(matcher.score())
                matcher.next()
            known = self._others[id(query)] = (query, found)
        return known[1]

    def _other(self, query: Any) -> Integers:
        return np.array(sorted(self.other(query)), np.uint32)

    def _score_other(self, query: Any, docs: Integers) -> Floats:
        scores = self.other(query)
        return np.array([scores.get(doc, 0.0) for doc in docs.tolist()])

    def _span_other(self, query: Any) -> Spans:
        raise QueryError(f"{type(query).__name__} does not say where in a document it matches")


_L = LeafEvaluation
_Q = whoosh_query
_S = whoosh_spans

_DOCS: dict[type, Any] = {
    _Q.Term: _L._term, _Q.And: _L._and, _Q.Or: _L._or, _Q.DisjunctionMax: _L._or,
    _Q.Not: _L._not, _Q.AndNot: _L._and_not, _Q.Require: _L._require,
    _Q.AndMaybe: _L._and_maybe, _Q.Otherwise: _L._otherwise, _Q.Every: _L._every,
    type(_Q.NullQuery): _L._nothing, _Q.NumericRange: _L._range, MultiTerm: _L._multi_term,
    _Q.ConstantScoreQuery: _L._child, _Q.WeightingQuery: _L._child,
    _Q.Phrase: _L._phrase, _Q.Sequence: _L._of_spans, _Q.Ordered: _L._of_spans,
    _S.SpanQuery: _L._of_spans, object: _L._other,
}  # fmt: skip
_SCORES: dict[type, Any] = {
    _Q.Term: _L._score_term, _Q.And: _L._score_and, _Q.Or: _L._score_or,
    _Q.DisjunctionMax: _L._score_best, _Q.Not: _L._score_not, _Q.AndNot: _L._score_first,
    _Q.Require: _L._score_first, _Q.AndMaybe: _L._score_and_maybe,
    _Q.Otherwise: _L._score_otherwise, _Q.Every: _L._constant,
    type(_Q.NullQuery): _L._score_nothing, _Q.NumericRange: _L._score_range,
    MultiTerm: _L._score_multi_term, _Q.ConstantScoreQuery: _L._constant,
    _Q.WeightingQuery: _L._score_weighted, _Q.Phrase: _L._score_phrase,
    _Q.Sequence: _L._score_spans, _Q.Ordered: _L._score_spans, _S.SpanQuery: _L._score_spans,
    object: _L._score_other,
}  # fmt: skip
_SPANS: dict[type, Any] = {
    _Q.Term: _L._span_term, MultiTerm: _L._span_multi_term, _Q.And: _L._span_and,
    _Q.Or: _L._span_or, _Q.DisjunctionMax: _L._span_or, _Q.AndNot: _L._span_first_clause,
    _Q.Require: _L._span_first_clause, _Q.AndMaybe: _L._span_first_clause,
    _Q.ConstantScoreQuery: _L._span_child, _Q.WeightingQuery: _L._span_child,
    _Q.Phrase: _L._span_phrase, _Q.Sequence: _L._span_sequence, _Q.Ordered: _L._span_ordered,
    _S.SpanNear: _L._span_near, _S.SpanNear2: _L._span_near2, _S.SpanOr: _L._span_melted,
    _S.SpanFirst: _L._span_start, _S.SpanNot: _L._span_not, _S.SpanContains: _L._span_contains,
    _S.SpanBefore: _L._span_before, _S.SpanCondition: _L._span_condition, object: _L._span_other,
}  # fmt: skip
