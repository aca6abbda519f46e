"""A Whoosh query tree to documents, places and scores, by set operations on sorted arrays.

Whoosh's own matchers are not used: they step through postings one call at a time, and several of
them answer wrongly in corners (deleted documents under Not, the first document after AndNot).
Here `match` is exact, and scoring is a second step over its answer alone.
"""

from __future__ import annotations

import fnmatch
import math
import re
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh import query as whoosh_query

from corpus.errors import CorpusError
from corpus.index.snapshot import DOC_SHIFT, NOTHING, Integers, Postings, Snapshot
from corpus.index.translate import Alike, Close, Following, Synonyms

Floats = NDArray[np.float64]

# BM25F: one saturation over the weighted frequencies of all fields (Robertson et al. 2004).
K1 = 1.2
FIELDS = {
    # field: weight, b (how much a long field is discounted)
    "title": (4.0, 0.5),
    "text": (1.0, 0.75),
    "title_form": (4.0, 0.5),
    "text_form": (1.0, 0.75),
}
OTHER_LEMMA = 0.5
"""What a candidate lemma that is not the likeliest counts."""


class Spans(NamedTuple):
    """Stretches of words, by first and last word, in order of the first."""

    first: Integers
    last: Integers


class Evaluator:
    """Answers Whoosh queries on one snapshot; remembers what it worked out."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._matches: dict[int, tuple[Any, Integers]] = {}
        self._spans: dict[int, tuple[Any, Spans]] = {}

    # Which documents

    def match(self, query: Any) -> Integers:
        """Return the documents that a query matches, ascending."""
        known = self._matches.get(id(query))
        if known is None:
            # The query is kept beside its answer so that its id stays its own.
            known = self._matches[id(query)] = (query, self._match(query))
        return known[1]

    def _match(self, query: Any) -> Integers:
        if isinstance(query, (Following, Close)):
            return np.unique(self.spans(query).first >> DOC_SHIFT)
        if isinstance(query, whoosh_query.And):
            return self._all_of(query.subqueries)
        if isinstance(query, (Synonyms, whoosh_query.Wildcard, whoosh_query.Term)):
            return self.pooled(self.terms(query)).docs
        if isinstance(query, whoosh_query.Or):
            return _union([self.match(item) for item in query.subqueries])
        if isinstance(query, whoosh_query.Not):
            return np.setdiff1d(self.snapshot.docs, self.match(query.query), assume_unique=True)
        if isinstance(query, whoosh_query.NumericRange):
            return self._in_range(query)
        if isinstance(query, whoosh_query.Every):
            return self.snapshot.docs
        raise CorpusError(f"no way to match {type(query).__name__}")

    def _all_of(self, queries: list[Any]) -> Integers:
        """Intersect the matches, smallest first; exclusions are taken away at the end."""
        wanted = [self.match(q) for q in queries if not isinstance(q, whoosh_query.Not)]
        unwanted = [self.match(q.query) for q in queries if isinstance(q, whoosh_query.Not)]
        found = reduce(_intersect, sorted(wanted, key=len)) if wanted else self.snapshot.docs
        return reduce(
            lambda docs, gone: np.setdiff1d(docs, gone, assume_unique=True), unwanted, found
        )

    def _in_range(self, query: Any) -> Integers:
        docs = self.snapshot.docs
        dates = self.snapshot.dates[docs]
        return np.asarray(docs[(dates >= query.start) & (dates <= query.end)])

    # Which terms

    def terms(self, query: Any) -> list[tuple[str, str]]:
        """Return the (field, term) pairs that a word of the query stands for."""
        if isinstance(query, whoosh_query.Term):
            return [(query.fieldname, query.text)]
        if isinstance(query, whoosh_query.Wildcard):
            found = wildcard_terms(self.snapshot, query.fieldname, query.text)
            return [(query.fieldname, term) for term in found]
        return [pair for item in query.subqueries for pair in self.terms(item)]

    def pooled(self, terms: list[tuple[str, str]]) -> Postings:
        """Return the postings of several terms taken as one."""
        found = [p for p in (self.snapshot.postings(*term) for term in terms) if len(p.docs)]
        if len(found) < 2:
            return found[0] if found else NOTHING
        docs, place = np.unique(np.concatenate([p.docs for p in found]), return_inverse=True)
        weights = np.concatenate([p.counts for p in found])
        return Postings(docs, np.bincount(place, weights=weights).astype(np.int64))

    # Where

    def spans(self, query: Any) -> Spans:
        """Return the places where a positional query matches."""
        known = self._spans.get(id(query))
        if known is None:
            known = self._spans[id(query)] = (query, self._find_spans(query))
        return known[1]

    def _find_spans(self, query: Any) -> Spans:
        if isinstance(query, Following):
            items = [self.spans(item) for item in query.subqueries]
            return self._in_one_zone(_following(items, query.gaps))
        if isinstance(query, Close):
            left, right = (self.spans(item) for item in query.subqueries)
            if query.unit:
                return self._in_one_unit(left, right, query.unit)
            return self._in_one_zone(_close(left, right, query.slop))
        if isinstance(query, whoosh_query.Or) and not isinstance(query, Synonyms):
            return _merged([self.spans(item) for item in query.subqueries])
        places = _union([self.snapshot.occurrences(*term) for term in self.terms(query)])
        return Spans(places, places)

    def _in_one_zone(self, spans: Spans) -> Spans:
        """Keep the spans that do not cross from title to text or over a heading."""
        docs = np.unique(spans.first >> DOC_SHIFT)
        starts = self.snapshot.starts("zones", docs)
        whole = np.searchsorted(starts, spans.first, "right") == np.searchsorted(
            starts, spans.last, "right"
        )
        return Spans(spans.first[whole], spans.last[whole])

    def _in_one_unit(self, left: Spans, right: Spans, unit: str) -> Spans:
        """Return spans from one side to the other within the same sentence."""
        docs = _intersect(np.unique(left.first >> DOC_SHIFT), np.unique(right.first >> DOC_SHIFT))
        starts = self.snapshot.starts(unit, docs)
        left, right = (_among(spans, docs) for spans in (left, right))
        of_left = np.searchsorted(starts, left.first, "right")
        of_right = np.searchsorted(starts, right.first, "right")
        place = np.searchsorted(of_right, of_left)
        last = np.searchsorted(of_right, of_left, "right")
        # A word is not near itself: where both sides are the same occurrence, take the next.
        own = right.first[np.minimum(place, len(right.first) - 1)] == left.first
        place = place + own
        found = place < last
        place = place[found]
        first = np.minimum(left.first[found], right.first[place])
        return _merged([Spans(first, np.maximum(left.last[found], right.last[place]))])

    # How well

    def score(self, query: Any, docs: Integers) -> Floats:
        """Return the BM25F score of each of some matching documents."""
        if isinstance(query, (whoosh_query.Not, whoosh_query.NumericRange, whoosh_query.Every)):
            return np.zeros(len(docs))
        if isinstance(query, Synonyms):
            return np.asarray(query.boost * self._score_word(query, docs))
        if isinstance(query, (whoosh_query.Term, whoosh_query.Wildcard)):
            return np.zeros(len(docs))
        parts = [self.score(item, docs) for item in query.subqueries]
        total = np.sum(parts, axis=0) if parts else np.zeros(len(docs))
        if isinstance(query, (Following, Close)):
            total = total * np.isin(docs, self.match(query))
        return np.asarray(query.boost * total)

    def _score_word(self, query: Any, docs: Integers) -> Floats:
        """Score a word by its best candidate lemma; a wildcard's terms count as one."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for item in query.subqueries:
            name = "" if isinstance(query, Alike) else item.text
            groups.setdefault(name, []).extend(self.terms(item))
        scores = [self._bm25f(terms, docs) for terms in groups.values()]
        if not scores:
            return np.zeros(len(docs))
        others: list[Floats] = [OTHER_LEMMA * score for score in scores[1:]]
        return np.asarray(reduce(np.maximum, others, scores[0]))

    def _bm25f(self, terms: list[tuple[str, str]], docs: Integers) -> Floats:
        every = self.pooled(terms)
        if not len(every.docs):
            return np.zeros(len(docs))
        idf = math.log(len(self.snapshot.docs) / (len(every.docs) + 1)) + 1
        frequency = np.zeros(len(docs))
        for field, (weight, b) in FIELDS.items():
            here = self.pooled([term for term in terms if term[0] == field])
            if len(here.docs):
                lengths = self.snapshot.lengths[field][docs]
                norm = 1 - b + b * lengths / self.snapshot.mean_lengths[field]
                frequency += weight * _counts(here, docs) / norm
        # A word in nearly every article must not make a score negative.
        return np.asarray(max(idf, 0.0) * (K1 + 1) * frequency / (frequency + K1))


def places_to_mark(evaluator: Evaluator, query: Any, doc: int) -> list[tuple[int, int]]:
    """Return first and last word of everything in a document that the query found there."""
    if isinstance(query, whoosh_query.Not):
        return []
    if isinstance(query, Synonyms):
        words = {p for t in evaluator.terms(query) for p in evaluator.snapshot.places(*t, doc)}
        return [(word, word) for word in sorted(words)]
    if isinstance(query, (Following, Close)):
        low, high = doc << DOC_SHIFT, (doc + 1) << DOC_SHIFT
        spans = evaluator.spans(query)
        here = slice(*np.searchsorted(spans.first, [low, high]))
        found = [
            (first - low, last - low)
            for first, last in zip(
                spans.first[here].tolist(), spans.last[here].tolist(), strict=True
            )
        ]
        return _sides(evaluator, query, doc, found) if isinstance(query, Close) else found
    if isinstance(query, (whoosh_query.And, whoosh_query.Or)):
        return [pair for q in query.subqueries for pair in places_to_mark(evaluator, q, doc)]
    return []


def _sides(
    evaluator: Evaluator, query: Close, doc: int, spans: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return the two sides of NEAR where they stand near each other, without what is between."""
    sides = [pair for q in query.subqueries for pair in places_to_mark(evaluator, q, doc)]
    return [
        (first, last)
        for first, last in sides
        if any(low <= first and last <= high for low, high in spans)
    ]


def wildcard_terms(snapshot: Snapshot, field: str, pattern: str) -> list[str]:
    """Return the terms of a field that a pattern with `*` and `?` matches whole."""
    prefix = re.split(r"[*?]", pattern, maxsplit=1)[0]
    # Only * and ? have a meaning here; translate() makes a pattern that cannot run away.
    shape = re.compile(fnmatch.translate(pattern.replace("[", "[[]")))
    return [term for term in snapshot.terms(field, prefix) if shape.match(term)]


def _union(arrays: list[Integers]) -> Integers:
    arrays = [array for array in arrays if len(array)]
    if not arrays:
        return np.zeros(0, np.int64)
    return arrays[0] if len(arrays) == 1 else np.unique(np.concatenate(arrays))


def _intersect(one: Integers, other: Integers) -> Integers:
    """Intersect two ascending arrays, looking the smaller up in the larger."""
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    if not len(small):
        return small
    places = np.minimum(np.searchsorted(large, small), len(large) - 1)
    return np.asarray(small[large[places] == small])


def _counts(postings: Postings, docs: Integers) -> Integers:
    """Return how often the postings' term occurs in each of some documents."""
    places = np.minimum(np.searchsorted(postings.docs, docs), len(postings.docs) - 1)
    return np.where(postings.docs[places] == docs, postings.counts[places], 0)


def _merged(items: list[Spans]) -> Spans:
    first = np.concatenate([spans.first for spans in items])
    last = np.concatenate([spans.last for spans in items])
    order = np.lexsort((last, first))
    return Spans(first[order], last[order])


def _following(items: list[Spans], gaps: int) -> Spans:
    """Return spans of items one after the other, each as short as it can be from its start."""
    first, last = items[0]
    length = items[0].last - items[0].first
    for item in items[1:]:
        if not len(item.first):
            return Spans(first[:0], first[:0])
        if gaps:
            place = np.searchsorted(item.first, last, "right")
        else:
            place = np.searchsorted(item.first, last + 1)
        inside = place < len(item.first)
        place = np.minimum(place, len(item.first) - 1)
        after = item.first[place]
        near = inside & (after - last <= gaps + 1) & (after >> DOC_SHIFT == last >> DOC_SHIFT)
        length = (length + 1 + item.last[place] - after)[near]
        first, last = first[near], item.last[place][near]
    # What the span is longer than its words and the steps between them are the gaps.
    fits = last - first - length <= gaps
    return Spans(first[fits], last[fits])


def _close(left: Spans, right: Spans, distance: int) -> Spans:
    """Return spans over one of each side, at most `distance` words apart, the nearest pairs."""
    found = []
    for one, other in ((left, right), (right, left)):
        if not len(one.first) or not len(other.first):
            continue
        place = np.searchsorted(other.first, one.last, "right")
        inside = place < len(other.first)
        place = np.minimum(place, len(other.first) - 1)
        near = inside & (other.first[place] - one.last <= distance)
        near &= other.first[place] >> DOC_SHIFT == one.last >> DOC_SHIFT
        found.append(Spans(one.first[near], other.last[place][near]))
    return _merged(found) if found else Spans(left.first[:0], left.first[:0])


def _among(spans: Spans, docs: Integers) -> Spans:
    """Return the spans that lie in some documents."""
    here = np.isin(spans.first >> DOC_SHIFT, docs)
    return Spans(spans.first[here], spans.last[here])
