"""Whoosh's query trees answered with arrays: which documents match, where, and how well.

Whoosh's own matchers step through postings one call at a time, and some of them answer wrongly in
corners. Here a node's documents are one sorted array and its scores another, segment by segment.
Matching is exact; scoring is a second step over its answer alone. A kind of node that is not known
here is asked of Whoosh, so that whatever else there is still works.
"""

from __future__ import annotations

import fnmatch
import re
import time
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import matching
from whoosh import query as whoosh_query
from whoosh.query import spans as whoosh_spans
from whoosh.query.qcore import QueryError
from whoosh.query.terms import MultiTerm, PatternQuery
from whoosh.searching import SearchContext
from whoosh.searching import TimeLimit as WhooshTimeLimit

from corpus.index import arrays
from corpus.index import spans as stretches
from corpus.index.arrays import (
    NONE,
    Floats,
    Integers,
    Mask,
    distinct,
    ragged,
    union,
    unique_sorted,
)
from corpus.index.scoring import Scoring
from corpus.index.segment import FieldPostings
from corpus.index.snapshot import Entry, Leaf, Snapshot
from corpus.index.spans import Spans

# Postings of a pattern's terms that are gathered between two looks at the clock.
_BLOCK = 1 << 20
# Positions are picked out by document where this leaves so much less to look at.
_NARROWS = 4
# For so few documents or positions one call for many numbers beats cleverness.
_FEW = 256


class TimeLimit(WhooshTimeLimit):  # type: ignore[misc]
    """A query took longer than it was allowed to."""


class ArrayQuery(whoosh_query.Query):  # type: ignore[misc]
    """A node that answers for itself; queries of our own are built of these."""

    boost = 1.0

    def find(self, leaf: LeafEvaluation) -> Integers:
        """Return the documents that match, ascending, deleted ones left out."""
        raise NotImplementedError

    def rate(self, leaf: LeafEvaluation, docs: Integers) -> Floats:
        """Return the score of each of some documents; 0 where the node does not match."""
        raise NotImplementedError

    def locate(self, leaf: LeafEvaluation) -> Spans:
        """Return the stretches of words that match."""
        raise NotImplementedError

    def locate_in(self, leaf: LeafEvaluation, docs: Integers) -> Spans:
        """Return the stretches that match in some of the documents; more do no harm."""
        return leaf.spans(self)

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

    def leaf_of(self, doc: int) -> LeafEvaluation:
        """Return the evaluation of the segment that holds a document."""
        return next(leaf for leaf in reversed(self.leaves) if doc >= leaf.leaf.first)

    def count(self, query: Any) -> int:
        """Return how many documents match in the whole index."""
        return sum(len(leaf.docs(query)) for leaf in self.leaves)


class LeafEvaluation:
    """One query evaluated on one segment."""

    def __init__(self, whole: Evaluation, leaf: Leaf) -> None:
        self.whole = whole
        self.leaf = leaf
        self.size = leaf.size
        # A node is kept beside its answer so that its id stays its own.
        self._docs: dict[int, tuple[Any, Integers]] = {}
        self._spans: dict[int, tuple[Any, Spans]] = {}
        self._others: dict[int, tuple[Any, dict[int, float]]] = {}

    # Which documents

    def docs(self, query: Any) -> Integers:
        """Return the documents that match a node, ascending, deleted ones left out."""
        known = self._docs.get(id(query))
        if known is None:
            self.whole.check()
            handler = _DOCS.get(type(query)) or _handler(_DOCS, query)
            found = query.find(self) if handler is None else handler(self, query)
            known = self._docs[id(query)] = (query, found)
        return known[1]

    def _term(self, query: Any) -> Integers:
        return self.leaf.documents(query.fieldname, query.text)

    def _bytes(self, field: str, text: Any) -> bytes | None:
        schema = self.leaf.reader.schema
        if field not in schema:
            return None
        try:
            return bytes(schema[field].to_bytes(text))
        except ValueError:
            return None

    def _and(self, query: Any) -> Integers:
        unwanted = [item for item in query.subqueries if type(item) is whoosh_query.Not]
        wanted = [item for item in query.subqueries if type(item) is not whoosh_query.Not]
        if not query.subqueries:
            return NONE
        found = reduce(self._meet, sorted(map(self.docs, wanted), key=len)) if wanted else None
        if found is None:
            found = self.leaf.docs
        for item in unwanted:
            found = self._without(found, item.query)
        return found

    def held(self, docs: Integers, query: Any) -> Mask:
        """Return which of some documents a node matches."""
        return arrays.held(docs, self.docs(query), self.size)

    def _meet(self, one: Integers, other: Integers) -> Integers:
        """Return the documents that stand in both, `one` being the shorter."""
        return one[arrays.held(one, other, self.size)] if len(one) else one

    def _without(self, docs: Integers, query: Any) -> Integers:
        return docs[~self.held(docs, query)] if len(docs) else docs

    def _or(self, query: Any) -> Integers:
        return union([self.docs(item) for item in query.subqueries], self.size)

    def _not(self, query: Any) -> Integers:
        return self._without(self.leaf.docs, query.query)

    def _and_not(self, query: Any) -> Integers:
        return self._without(self.docs(query.a), query.b)

    def _require(self, query: Any) -> Integers:
        return self._meet(*sorted((self.docs(query.a), self.docs(query.b)), key=len))

    def _and_maybe(self, query: Any) -> Integers:
        return self.docs(query.a)

    def _chosen(self, query: Any) -> Any:
        """Return the clause that an Otherwise stands for, in the whole index."""
        return query.a if self.whole.count(query.a) else query.b

    def _otherwise(self, query: Any) -> Integers:
        return self.docs(self._chosen(query))

    def _every(self, query: Any) -> Integers:
        if query.fieldname is None:
            return self.leaf.docs
        postings = self.leaf.segment.field(query.fieldname)
        if postings is None:
            return NONE
        return self.leaf.alive(distinct(postings.documents, self.size))

    def _nothing(self, query: Any) -> Integers:
        return NONE

    def _child(self, query: Any) -> Integers:
        return self.docs(query.child)

    def _range(self, query: Any) -> Integers:
        values = self.leaf.column(query.fieldname)
        if values is None or self.leaf.reader.schema[query.fieldname].indexed:
            return self.docs(self._compiled(query))
        docs = self.leaf.docs
        own = values[docs]
        inside = np.ones(len(own), bool)
        if query.start is not None:
            inside &= own > query.start if query.startexcl else own >= query.start
        if query.end is not None:
            inside &= own < query.end if query.endexcl else own <= query.end
        return docs[inside]

    def _compiled(self, query: Any) -> Any:
        return query._compile_query(self.leaf.reader)

    def _of_spans(self, query: Any) -> Integers:
        found = self.spans(query)
        owners = stretches.units(self.leaf.segment.base, found.first).astype(np.uint32)
        return unique_sorted(owners)

    def _multi_term(self, query: Any) -> Integers:
        if _is_every(query):
            return self.docs(whoosh_query.Every(query.fieldname))
        postings, numbers = self.expanded(query)
        return NONE if postings is None else self._gathered(postings, numbers)

    def _gathered(self, postings: FieldPostings, numbers: NDArray[np.int64]) -> Integers:
        """Return the documents that hold any of some terms."""
        if len(numbers) < 2:
            if not len(numbers):
                return NONE
            start, stop = postings.postings(int(numbers[0]))
            return self.leaf.alive(postings.documents[start:stop])
        mark = np.zeros(self.size, bool)
        if numbers[-1] - numbers[0] + 1 == len(numbers):
            # Terms that share a prefix lie side by side.
            start, stop = postings.postings(int(numbers[0]), int(numbers[-1]) + 1)
            for place in range(start, stop, _BLOCK):
                self.whole.check()
                mark[postings.documents[place : min(stop, place + _BLOCK)]] = True
        else:
            starts = postings.first_posting[numbers].astype(np.int64)
            counts = postings.first_posting[numbers + 1] - starts
            mark[postings.documents[ragged(starts, counts)]] = True
        if self.leaf.live is not None:
            mark &= self.leaf.live
        return np.flatnonzero(mark).astype(np.uint32)

    def expanded(self, query: Any) -> tuple[FieldPostings | None, NDArray[np.int64]]:
        """Return a field's postings and the numbers of the terms that a node stands for."""
        postings = self.leaf.segment.field(query.fieldname)
        if postings is None or query.fieldname not in self.leaf.reader.schema:
            return None, np.zeros(0, np.int64)
        expand = _EXPANSIONS.get(type(query)) or _handler(_EXPANSIONS, query)
        if expand is None:
            terms = sorted(set(query._btexts(self.leaf.reader)))
            found = np.array([postings.terms.find(_as_bytes(term)) for term in terms], np.int64)
            return postings, found[found >= 0]
        numbers = expand(self, query, postings)
        # Nobody means the empty term.
        return postings, numbers[1:] if len(numbers) and not postings.terms[numbers[0]] else numbers

    def _prefix(self, query: Any, postings: FieldPostings) -> NDArray[np.int64]:
        prefix = self._bytes(query.fieldname, query.text) or b""
        return np.arange(*postings.terms.with_prefix(prefix), dtype=np.int64)

    def _wildcard(self, query: Any, postings: FieldPostings) -> NDArray[np.int64]:
        if "[" in query.text:
            prefix = query._find_prefix(query.text).encode()
            return postings.terms.matching(fnmatch.translate(query.text), prefix)
        return postings.terms.like(query.text)

    def _regex(self, query: Any, postings: FieldPostings) -> NDArray[np.int64]:
        return postings.terms.matching(query.text, _literal_start(query.text).encode())

    def _fuzzy(self, query: Any, postings: FieldPostings) -> NDArray[np.int64]:
        return postings.terms.near(query.text, int(query.maxdist), query.prefixlength)

    def _term_range(self, query: Any, postings: FieldPostings) -> NDArray[np.int64]:
        terms = postings.terms
        first, last = 0, len(terms)
        if query.start is not None:
            start = self._bytes(query.fieldname, query.start)
            if start is None:
                return np.zeros(0, np.int64)
            first = terms.place(start + b"\0" if query.startexcl else start)
        if query.end is not None:
            end = self._bytes(query.fieldname, query.end)
            if end is None:
                return np.zeros(0, np.int64)
            last = terms.place(end if query.endexcl else end + b"\0")
        return np.arange(first, max(first, last), dtype=np.int64)

    # How well

    def score(self, query: Any, docs: Integers) -> Floats:
        """Return the score of each of some ascending documents; 0 where a node does not match."""
        if not len(docs):
            return np.zeros(0)
        self.whole.check()
        handler = _SCORES.get(type(query)) or _handler(_SCORES, query)
        found: Floats = query.rate(self, docs) if handler is None else handler(self, query, docs)
        return found

    def constant(self, query: Any) -> float | None:
        """Return the score of every document that matches, None if they differ."""
        if isinstance(query, whoosh_query.ConstantScoreQuery):
            return float(query.score)
        patterns = (MultiTerm, whoosh_query.NumericRange)
        if isinstance(query, whoosh_query.Every) or (
            isinstance(query, patterns) and (query.constantscore or _is_every(query))
        ):
            return float(query.boost)
        return None

    def _constant(self, query: Any, docs: Integers) -> Floats:
        value = float(query.score if hasattr(query, "child") else query.boost)
        own = self.docs(query)
        if own is docs:
            return np.full(len(docs), value)
        return np.where(arrays.held(docs, own, self.size), value, 0.0)

    def _score_not(self, query: Any, docs: Integers) -> Floats:
        # Whoosh gives what is not there the weight 1, whatever the boost.
        return np.where(self.held(docs, query), 1.0, 0.0)

    def _score_nothing(self, query: Any, docs: Integers) -> Floats:
        return np.zeros(len(docs))

    def _score_term(self, query: Any, docs: Integers) -> Floats:
        entry = self.leaf.find(query.fieldname, query.text)
        if entry is None:
            return np.zeros(len(docs))
        whole = docs is self.docs(query) and self.leaf.live is None
        scores = self._score_entry(query.fieldname, entry, docs, whole=whole)
        return scores if query.boost == 1.0 else query.boost * scores

    def _score_entry(
        self, field: str, entry: Entry, docs: Integers, *, whole: bool = False
    ) -> Floats:
        """Return the scores of a term's postings; `whole`: the documents are all of them."""
        weights, score = entry.weights, self.whole.scoring.term
        if whole:
            return score(self.leaf, field, entry.term, docs, weights)
        place, hit = self._looked_up(entry.documents, docs)
        if hit is None:
            return score(self.leaf, field, entry.term, docs, weights[place])
        scores = np.zeros(len(docs))
        scores[hit] = score(self.leaf, field, entry.term, docs[hit], weights[place[hit]])
        return scores

    def counts(self, query: Any, docs: Integers) -> NDArray[Any] | None:
        """Return how often a term, or the terms of a pattern, stand in each of some documents.

        None where there are none at all.
        """
        if isinstance(query, MultiTerm):
            postings, numbers = self.expanded(query)
            if postings is None or not len(numbers):
                return None
            total = np.zeros(self.size, np.int64)
            starts = postings.first_posting[numbers].astype(np.int64)
            for first, size in zip(
                starts.tolist(),
                (postings.first_posting[numbers + 1] - starts).tolist(),
                strict=True,
            ):
                self.whole.check()
                own = postings.documents[first : first + size]
                total[own] += postings.often(first, first + size)
            return total[docs]
        entry = self.leaf.find(query.fieldname, query.text)
        if entry is None:
            return None
        often = entry.often
        if docs is self.docs(query) and self.leaf.live is None:
            return often
        place, hit = self._looked_up(entry.documents, docs)
        return often[place] if hit is None else np.where(hit, often[place], 0)

    def _looked_up(self, own: Integers, docs: Integers) -> tuple[NDArray[np.int64], Any]:
        """Return where documents stand in a posting list, and which do (None: all of them)."""
        if len(docs) * 8 > len(own) and len(own) + len(docs) > self.size >> 5:
            places = np.zeros(self.size, np.int64)
            places[own] = np.arange(1, len(own) + 1)
            place = places[docs] - 1
            hit = place >= 0
        else:
            place = np.searchsorted(own, docs)
            np.minimum(place, len(own) - 1, out=place)
            hit = own[place] == docs
        return place, None if hit.all() else hit

    def _score_and(self, query: Any, docs: Integers) -> Floats:
        items = query.subqueries
        if docs is self.docs(query) and all(type(item) is whoosh_query.Term for item in items):
            total = self._score_all(items, docs)
        else:
            parts = [self.score(item, docs) for item in items]
            total = reduce(np.add, parts) if parts else np.zeros(len(docs))
            total = self._where(query, docs, total)
        return total if query.boost == 1.0 else query.boost * total

    def _score_all(self, terms: Sequence[Any], docs: Integers) -> Floats:
        """Return the sums of the scores of terms all of which stand in all of the documents."""
        score = self.whole.scoring
        fields = {term.fieldname for term in terms}
        if len(fields) > 1 or not score.is_plain(*fields) or len(docs) > _FEW:
            return np.asarray(reduce(np.add, (self.score(term, docs) for term in terms)))
        entries = [self.leaf.find(term.fieldname, term.text) for term in terms]
        weights = np.empty((len(terms), len(docs)))
        for row, entry in zip(weights, entries, strict=True):
            assert entry is not None
            row[:] = entry.weights[entry.documents.searchsorted(docs)]
        names = [entry.term for entry in entries if entry is not None]
        boosts = [term.boost for term in terms]
        return score.terms(self.leaf, fields.pop(), names, boosts, docs, weights)

    def _score_or(self, query: Any, docs: Integers) -> Floats:
        if docs is self.docs(query) and self._are_plain_terms(query.subqueries):
            total = self._score_any(query.subqueries, docs)
        else:
            total = self._spread(query.subqueries, docs)
        if query.boost != 1.0:
            total = query.boost * total
        if getattr(query, "scale", None):
            total = self._coordinated(query, docs, total)
        return total

    def _are_plain_terms(self, items: Sequence[Any]) -> bool:
        """Return whether nodes are words of one field that is scored by plain BM25F."""
        if self.leaf.live is not None or not all(type(q) is whoosh_query.Term for q in items):
            return False
        names = {item.fieldname for item in items}
        known = names <= set(self.leaf.reader.schema.names())
        return len(names) == 1 and known and self.whole.scoring.is_plain(*names)

    def _score_any(self, terms: Sequence[Any], docs: Integers) -> Floats:
        """Return the sums of the scores of words, all their postings scored in one go."""
        pairs = [(term, self.leaf.find(term.fieldname, term.text)) for term in terms]
        found = [(term, entry) for term, entry in pairs if entry is not None]
        if not found:
            return np.zeros(len(docs))
        own = np.concatenate([entry.documents for _, entry in found])
        weights = np.concatenate([entry.weights for _, entry in found]).astype(np.float64)
        names = [entry.term for _, entry in found]
        boosts = [term.boost for term, _ in found]
        sizes = [entry.stop - entry.start for _, entry in found]
        scores = self.whole.scoring.terms(
            self.leaf, terms[0].fieldname, names, boosts, own, weights, sizes
        )
        return np.asarray(np.bincount(own, scores, minlength=self.size)[docs])

    def _spread(self, items: Sequence[Any], docs: Integers) -> Floats:
        """Return the sums of scores of nodes each of which matches only some of the documents."""
        total = np.zeros(self.size)
        for item in items:
            own = self.docs(item)
            if len(docs) * 8 < len(own):
                own = docs[arrays.held(docs, own, self.size)]
            if len(own):
                total[own] += self.score(item, own)
        return np.asarray(total[docs])

    def _coordinated(self, query: Any, docs: Integers, scores: Floats) -> Floats:
        """Reward documents for each term of the query that they hold, as Whoosh's `scale` does."""
        terms = [q for q in _terms_below(query) if len(self.docs(q))]
        count, scale = len(terms), query.scale
        if count < 2 or count == scale:
            return scores
        held = reduce(np.add, (self.held(docs, q).astype(np.int64) for q in terms))
        return np.asarray((scores + (held - 1) / (count - scale) ** 2) * ((count - 1) / count))

    def _score_best(self, query: Any, docs: Integers) -> Floats:
        best = np.full(len(docs), -np.inf)
        for item in query.subqueries:
            own = self.held(docs, item)
            best[own] = np.maximum(best[own], self.score(item, docs[own]))
        best[np.isneginf(best)] = 0.0
        return best if query.boost == 1.0 else query.boost * best

    def _score_first(self, query: Any, docs: Integers) -> Floats:
        scores = self.score(query.a, docs)
        if docs is self.docs(query):
            return scores
        return np.where(self.held(docs, query), scores, 0.0)

    def _score_and_maybe(self, query: Any, docs: Integers) -> Floats:
        scores = self.score(query.a, docs) + self.score(query.b, docs)
        return np.where(self.held(docs, query.a), scores, 0.0)

    def _score_otherwise(self, query: Any, docs: Integers) -> Floats:
        return self.score(self._chosen(query), docs)

    def _score_range(self, query: Any, docs: Integers) -> Floats:
        if query.constantscore:
            return self._constant(query, docs)
        compiled = self._compiled(query)
        scores = self.score(compiled, docs)
        # Several ranges come with the boost, a single one without.
        return scores if isinstance(compiled, whoosh_query.Or) else query.boost * scores

    def _score_multi_term(self, query: Any, docs: Integers) -> Floats:
        if query.constantscore or _is_every(query):
            return self._constant(query, docs)
        postings, numbers = self.expanded(query)
        total = np.zeros(len(docs))
        for number in numbers.tolist() if postings is not None else ():
            assert postings is not None
            entry = Entry(postings, number, *postings.postings(number), postings.terms[number])
            total += self._score_entry(query.fieldname, entry, docs)
        return np.asarray(query.boost * total)

    def _score_child(self, query: Any, docs: Integers) -> Floats:
        return self.score(query.child, docs)

    def _score_weighted(self, query: Any, docs: Integers) -> Floats:
        before = self.whole.scoring
        self.whole.scoring = before.by(query.weighting)
        try:
            return self.score(query.child, docs)
        finally:
            self.whole.scoring = before

    def _score_phrase(self, query: Any, docs: Integers) -> Floats:
        terms = _phrase_terms(query)
        if docs is self.docs(query):
            total = self._score_all(terms, docs)
        else:
            total = self._where(query, docs, self.score(whoosh_query.And(terms), docs))
        return total if query.boost == 1.0 else query.boost * total

    def _score_spans(self, query: Any, docs: Integers) -> Floats:
        items = _span_items(query)
        total = reduce(np.add, (self.score(item, docs) for item in items))
        return self._where(query, docs, getattr(query, "boost", 1.0) * total)

    def _where(self, query: Any, docs: Integers, scores: Floats) -> Floats:
        return scores if docs is self.docs(query) else np.where(self.held(docs, query), scores, 0.0)

    # Where

    def spans(self, query: Any) -> Spans:
        """Return the stretches of words that a node matches, those of live documents."""
        known = self._spans.get(id(query))
        if known is None:
            self.whole.check()
            handler = _SPANS.get(type(query)) or _handler(_SPANS, query)
            found = query.locate(self) if handler is None else handler(self, query)
            known = self._spans[id(query)] = (query, found)
        return known[1]

    @property
    def base(self) -> Integers:
        return self.leaf.segment.base

    @property
    def ends(self) -> Integers:
        return self.leaf.segment.ends

    def _span_term(self, query: Any) -> Spans:
        entry = self._located(query)
        if entry is None:
            return stretches.NO_SPANS
        return self._live(stretches.words(entry.positions))

    def _located(self, query: Any) -> Entry | None:
        entry = self.leaf.find(query.fieldname, query.text)
        if entry is not None and entry.postings.positions is None:
            raise QueryError(
                f"the field {query.fieldname!r} has no positions, which a phrase needs"
            )
        return entry

    def spans_in(self, query: Any, docs: Integers) -> Spans:
        """Return the stretches that a node matches in some of the documents that it matches.

        Of a term that stands in many more, only those documents' positions are looked at.
        """
        if isinstance(query, whoosh_query.Term) and id(query) not in self._spans:
            entry = self._located(query)
            if entry is not None:
                return self._live(stretches.words(self._narrowed(entry, docs)))
        if isinstance(query, whoosh_query.Or) and id(query) not in self._spans:
            return stretches.joined([self.spans_in(item, docs) for item in query.subqueries])
        if isinstance(query, ArrayQuery) and id(query) not in self._spans:
            return query.locate_in(self, docs)
        return self.spans(query)

    def _narrowed(self, entry: Entry, docs: Integers) -> Integers:
        """Return a term's positions in some documents, or all of them where they are not more."""
        places = entry.positions
        if _NARROWS * len(docs) >= entry.stop - entry.start:
            return places
        low = places.searchsorted(self.base[docs])
        high = places.searchsorted(self.ends[docs])
        return places[ragged(low, high - low)]

    def _live(self, spans: Spans) -> Spans:
        if self.leaf.live is None or not len(spans.first):
            return spans
        kept = self.leaf.live[stretches.units(self.base, spans.first)]
        if spans.first is spans.last:
            return stretches.words(spans.first[kept])
        return spans.where(kept)

    def _in(self, spans: Spans, docs: Integers) -> Spans:
        """Keep the stretches that lie in some documents."""
        mark = np.zeros(self.size, bool)
        mark[docs] = True
        return spans.where(mark[stretches.units(self.base, spans.first)])

    def _span_multi_term(self, query: Any) -> Spans:
        postings, numbers = self.expanded(query)
        if postings is None or not len(numbers):
            return stretches.NO_SPANS
        if postings.positions is None or postings.first_position is None:
            raise QueryError(f"the field {query.fieldname!r} has no positions")
        starts = postings.first_position[numbers].astype(np.int64)
        counts = postings.first_position[numbers + 1] - starts
        return self._live(stretches.words(np.unique(postings.positions[ragged(starts, counts)])))

    def _span_and(self, query: Any) -> Spans:
        every = stretches.joined([self.spans(item) for item in query.subqueries])
        return self._in(every, self.docs(query))

    def _span_or(self, query: Any) -> Spans:
        return stretches.joined([self.spans(item) for item in query.subqueries])

    def _span_first_clause(self, query: Any) -> Spans:
        return self._in(self.spans(query.a), self.docs(query))

    def _span_child(self, query: Any) -> Spans:
        return self.spans(query.child)

    def _span_phrase(self, query: Any) -> Spans:
        if query.fieldname not in self.leaf.reader.schema:
            return stretches.NO_SPANS
        if not self._has_positions(query.fieldname):
            raise QueryError(
                f"the field {query.fieldname!r} has no positions, which a phrase needs: use a "
                "field with phrase=True, or Phrase(…, degrade=True) to match all of its words"
            )
        terms = _phrase_terms(query)
        entries = [self._located(term) for term in terms]
        found = [entry for entry in entries if entry is not None]
        if not found or len(found) < len(entries):
            return stretches.NO_SPANS
        places = [entry.positions for entry in found]
        if min(map(len, places)) > _FEW or query.slop > 1:
            docs = self.docs(whoosh_query.And(terms))
            if not len(docs):
                return stretches.NO_SPANS
            places = [self._narrowed(entry, docs) for entry in found]
        if query.slop == 1:
            return self._live(stretches.within_units(stretches.adjacent(places), self.base))
        items = list(map(stretches.words, places))
        return self._live(self._chain(items, query.slop, ordered=True, least=1))

    def _has_positions(self, field: str) -> bool:
        format_ = self.leaf.reader.schema[field].format
        return format_ is not None and bool(format_.supports("positions"))

    def _phrase(self, query: Any) -> Integers:
        known = query.fieldname in self.leaf.reader.schema
        if query.degrade and known and not self._has_positions(query.fieldname):
            return self.docs(whoosh_query.And(_phrase_terms(query)))
        return self._of_spans(query)

    def _chain(self, items: Sequence[Spans], slop: int, *, ordered: bool, least: int) -> Spans:
        found = items[0]
        for item in items[1:]:
            self.whole.check()
            found = stretches.near(found, item, self.base, slop, ordered=ordered, least=least)
        return found

    def _span_sequence(self, query: Any) -> Spans:
        def near(a: Spans, b: Spans) -> Spans:
            return stretches.near(a, b, self.base, query.slop, ordered=query.ordered, least=1)

        return _halved(near, [self.spans(item) for item in query.subqueries])

    def _span_ordered(self, query: Any) -> Spans:
        def before(a: Spans, b: Spans) -> Spans:
            return stretches.before_all(a, b, self.base)

        return _halved(before, [self.spans(item) for item in query.subqueries])

    def _span_near(self, query: Any) -> Spans:
        a, b = self.spans(query.a), self.spans(query.b)
        return stretches.near(
            a, b, self.base, query.slop, ordered=query.ordered, least=query.mindist
        )

    def _span_near2(self, query: Any) -> Spans:
        items = [self.spans(item) for item in query.qs]
        # All must stand in the document, even where the first ones alone would do.
        return self._chain(items, query.slop, ordered=query.ordered, least=query.mindist)

    def _span_melted(self, query: Any) -> Spans:
        every = stretches.joined([self.spans(item) for item in query.subqs])
        return stretches.melted(every, self.base)

    def _span_start(self, query: Any) -> Spans:
        found = self.spans(query.q)
        owners = stretches.units(self.base, found.first)
        return found.where(found.last - self.base[owners] <= query.limit)

    def _span_not(self, query: Any) -> Spans:
        return stretches.not_touching(self.spans(query.a), self.spans(query.b))

    def _span_contains(self, query: Any) -> Spans:
        return stretches.containing(self.spans(query.a), self.spans(query.b))

    def _span_before(self, query: Any) -> Spans:
        return stretches.before_all(self.spans(query.a), self.spans(query.b), self.base)

    def _span_condition(self, query: Any) -> Spans:
        return self._in(self.spans(query.a), self.docs(query.b))

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


def _is_every(query: Any) -> bool:
    """Return whether a pattern is Whoosh's way of saying: any term at all."""
    every = {whoosh_query.Prefix: "", whoosh_query.Wildcard: "*", whoosh_query.Regex: ".*"}
    return isinstance(query, PatternQuery) and query.text == every.get(type(query))


def _literal_start(pattern: str) -> str:
    """Return letters with which everything must start that a regular expression matches."""
    if "|" in pattern:
        return ""
    pattern = pattern.removeprefix("\\A").removeprefix("^")
    special = re.search(r"[^\w ]|\Z", pattern)
    place = special.start() if special else 0
    if pattern[place : place + 1] in ("*", "?", "{"):
        # The letter before may be missing.
        place = max(0, place - 1)
    return pattern[:place]


def _as_bytes(term: Any) -> bytes:
    return term if isinstance(term, bytes) else str(term).encode()


def _phrase_terms(query: Any) -> list[Any]:
    """Return the terms of a phrase, the same objects whenever they are asked for."""
    known = query.__dict__.get("_corpus_terms")
    if known is None or known[0] != (query.fieldname, list(query.words)):
        terms = [whoosh_query.Term(query.fieldname, word) for word in query.words]
        known = query.__dict__["_corpus_terms"] = ((query.fieldname, list(query.words)), terms)
    found: list[Any] = known[1]
    return found


def _span_items(query: Any) -> Sequence[Any]:
    """Return the nodes whose scores a node of stretches adds up."""
    for name in ("subqueries", "qs", "subqs"):
        if hasattr(query, name):
            items: Sequence[Any] = getattr(query, name)
            return items
    return [query.a, query.b] if hasattr(query, "a") else [query.q]


def _terms_below(query: Any) -> list[Any]:
    if isinstance(query, whoosh_query.Term):
        return [query]
    return [term for item in query.children() for term in _terms_below(item)]


def _halved(join: Callable[[Spans, Spans], Spans], items: Sequence[Spans]) -> Spans:
    """Join items pair by pair, halves first, as Whoosh builds its trees."""
    if len(items) < 2:
        return items[0] if items else stretches.NO_SPANS
    half = len(items) // 2
    return join(_halved(join, items[:half]), _halved(join, items[half:]))


def _handler(known: dict[type, Any], query: Any) -> Any:
    """Return how a kind of node is handled: as the nearest kind it descends from.

    None for nodes of our own, which answer for themselves.
    """
    for kind in type(query).__mro__:
        if kind is ArrayQuery:
            known[type(query)] = None
            return None
        if kind in known:
            known[type(query)] = known[kind]
            return known[kind]
    return known.get(object)


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
_EXPANSIONS: dict[type, Any] = {
    _Q.Prefix: _L._prefix, _Q.Wildcard: _L._wildcard, _Q.Regex: _L._regex,
    _Q.FuzzyTerm: _L._fuzzy, _Q.TermRange: _L._term_range,
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
