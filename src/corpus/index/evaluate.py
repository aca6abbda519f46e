"""Whoosh's query trees answered with arrays: which documents match, where, and how well.

Whoosh's own matchers step through postings one call at a time, and some of them answer wrongly in
corners. Here a node's documents are one sorted array and its scores another, segment by segment.
Matching is exact; scoring is a second step over its answer alone. A kind of node that is not known
here is asked of Whoosh, so that whatever else there is still works.
"""

from __future__ import annotations

import fnmatch
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

from corpus.index import spans as stretches
from corpus.index.arrays import (
    NONE,
    Floats,
    Integers,
    contained,
    distinct,
    ragged,
    union,
    unique_sorted,
    without,
)
from corpus.index.scoring import Scoring
from corpus.index.segment import FieldPostings
from corpus.index.snapshot import Leaf, Snapshot
from corpus.index.spans import Spans

# Postings of a pattern's terms that are gathered between two looks at the clock.
_BLOCK = 1 << 20


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
        term = self._bytes(query.fieldname, query.text)
        return NONE if term is None else self.leaf.documents(query.fieldname, term)

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
            found = without(found, self.docs(item.query))
        return found

    def _meet(self, one: Integers, other: Integers) -> Integers:
        """Intersect; by a mark for each document where both arrays are long."""
        if len(one) * 16 > len(other) and len(one) + len(other) > self.size >> 4:
            mark = np.zeros(self.size, bool)
            mark[other] = True
            return one[mark[one]]
        return one[contained(one, other)]

    def _or(self, query: Any) -> Integers:
        return union([self.docs(item) for item in query.subqueries], self.size)

    def _not(self, query: Any) -> Integers:
        return without(self.leaf.docs, self.docs(query.query))

    def _and_not(self, query: Any) -> Integers:
        return without(self.docs(query.a), self.docs(query.b))

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
        return postings.terms.matching(query.text, query._find_prefix(query.text).encode())

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

    def constant(self, query: Any) -> bool:
        """Return whether every document that matches has the same score."""
        if isinstance(query, (whoosh_query.Every, whoosh_query.ConstantScoreQuery)):
            return True
        patterns = (MultiTerm, whoosh_query.NumericRange)
        return isinstance(query, patterns) and bool(query.constantscore)

    def _constant(self, query: Any, docs: Integers) -> Floats:
        value = float(query.score if hasattr(query, "child") else query.boost)
        own = self.docs(query)
        if own is docs or len(own) == len(docs):
            return np.full(len(docs), value)
        return np.where(contained(docs, own), value, 0.0)

    def _score_not(self, query: Any, docs: Integers) -> Floats:
        # Whoosh gives what is not there the weight 1, whatever the boost.
        return np.where(contained(docs, self.docs(query)), 1.0, 0.0)

    def _score_nothing(self, query: Any, docs: Integers) -> Floats:
        return np.zeros(len(docs))

    def _score_term(self, query: Any, docs: Integers) -> Floats:
        term = self._bytes(query.fieldname, query.text)
        found = None if term is None else self.leaf.find(query.fieldname, term)
        if term is None or found is None:
            return np.zeros(len(docs))
        scores = self._score_postings(query.fieldname, term, *found, docs)
        return scores if query.boost == 1.0 else query.boost * scores

    def _score_postings(
        self, field: str, term: bytes, postings: FieldPostings, number: int, docs: Integers
    ) -> Floats:
        start, stop = postings.postings(number)
        own, weights = postings.documents[start:stop], postings.weigh(start, stop)
        score = self.whole.scoring.term
        if len(own) == len(docs) and np.array_equal(own, docs):
            # The term is the whole query, or all of it that is left.
            return score(self.leaf, field, term, docs, weights)
        place, hit = self._looked_up(own, docs)
        if hit is None:
            return score(self.leaf, field, term, docs, weights[place])
        scores = np.zeros(len(docs))
        scores[hit] = score(self.leaf, field, term, docs[hit], weights[place[hit]])
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
        term = self._bytes(query.fieldname, query.text)
        found = None if term is None else self.leaf.find(query.fieldname, term)
        if found is None:
            return None
        start, stop = found[0].postings(found[1])
        own, often = found[0].documents[start:stop], found[0].often(start, stop)
        if len(own) == len(docs) and np.array_equal(own, docs):
            return often
        place, hit = self._looked_up(own, docs)
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

    def _score_sum(self, query: Any, docs: Integers) -> Floats:
        items = [q for q in query.subqueries if type(q) is not whoosh_query.NullQuery]
        parts = [self.score(item, docs) for item in items]
        total = reduce(np.add, parts) if parts else np.zeros(len(docs))
        return total if query.boost == 1.0 else query.boost * total

    def _score_or(self, query: Any, docs: Integers) -> Floats:
        total = self._spread(query.subqueries, docs)
        if query.boost != 1.0:
            total = query.boost * total
        if getattr(query, "scale", None):
            total = self._coordinated(query, docs, total)
        return total

    def _spread(self, items: Sequence[Any], docs: Integers) -> Floats:
        """Return the sums of scores of nodes each of which matches only some of the documents."""
        total = np.zeros(self.size)
        for item in items:
            own = self.docs(item)
            if len(docs) * 8 < len(own):
                own = docs[contained(docs, own)]
            if len(own):
                total[own] += self.score(item, own)
        return np.asarray(total[docs])

    def _coordinated(self, query: Any, docs: Integers, scores: Floats) -> Floats:
        """Reward documents for each term of the query that they hold, as Whoosh's `scale` does."""
        terms = [q for q in _terms_below(query) if len(self.docs(q))]
        count, scale = len(terms), query.scale
        if count < 2 or count == scale:
            return scores
        held = reduce(np.add, (contained(docs, self.docs(q)).astype(np.int64) for q in terms))
        return np.asarray((scores + (held - 1) / (count - scale) ** 2) * ((count - 1) / count))

    def _score_best(self, query: Any, docs: Integers) -> Floats:
        best = np.full(len(docs), -np.inf)
        for item in query.subqueries:
            own = contained(docs, self.docs(item))
            best[own] = np.maximum(best[own], self.score(item, docs[own]))
        best[np.isneginf(best)] = 0.0
        return best if query.boost == 1.0 else query.boost * best

    def _score_first(self, query: Any, docs: Integers) -> Floats:
        scores = self.score(query.a, docs)
        return np.where(contained(docs, self.docs(query)), scores, 0.0)

    def _score_and_maybe(self, query: Any, docs: Integers) -> Floats:
        scores = self.score(query.a, docs) + self.score(query.b, docs)
        return np.where(contained(docs, self.docs(query.a)), scores, 0.0)

    def _score_otherwise(self, query: Any, docs: Integers) -> Floats:
        return self.score(self._chosen(query), docs)

    def _score_range(self, query: Any, docs: Integers) -> Floats:
        if query.constantscore:
            return self._constant(query, docs)
        return self.score(self._compiled(query), docs)

    def _score_multi_term(self, query: Any, docs: Integers) -> Floats:
        if query.constantscore or _is_every(query):
            return self._constant(query, docs)
        postings, numbers = self.expanded(query)
        total = np.zeros(len(docs))
        for number in numbers.tolist() if postings is not None else ():
            assert postings is not None
            term = postings.terms[number]
            total += self._score_postings(query.fieldname, term, postings, number, docs)
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
        words = whoosh_query.And(_phrase_terms(query))
        return self._where(query, docs, query.boost * self.score(words, docs))

    def _score_spans(self, query: Any, docs: Integers) -> Floats:
        items = _span_items(query)
        total = reduce(np.add, (self.score(item, docs) for item in items))
        return self._where(query, docs, getattr(query, "boost", 1.0) * total)

    def _where(self, query: Any, docs: Integers, scores: Floats) -> Floats:
        own = self.docs(query)
        return scores if len(own) == len(docs) else np.where(contained(docs, own), scores, 0.0)

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

    def occurrences(self, field: str, term: bytes) -> Spans:
        """Return every place where a term stands."""
        found = self.leaf.find(field, term)
        if found is None:
            return stretches.NO_SPANS
        if found[0].positions is None:
            raise QueryError(f"the field {field!r} has no positions, which a phrase needs")
        return self._live(stretches.words(found[0].places(found[1])))

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

    def _span_term(self, query: Any) -> Spans:
        term = self._bytes(query.fieldname, query.text)
        return stretches.NO_SPANS if term is None else self.occurrences(query.fieldname, term)

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

    def _span_and_maybe(self, query: Any) -> Spans:
        return self._in(self._span_or(query), self.docs(query.a))

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
        items = [self.spans(item) for item in _phrase_terms(query)]
        if not items or not all(len(item.first) for item in items):
            return stretches.NO_SPANS
        if query.slop == 1:
            found = stretches.adjacent([item.first for item in items])
            return stretches.within_units(found, self.base)
        return self._chain(items, query.slop, ordered=True, least=1)

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
            found = stretches.near(
                found, item, self.base, slop, ordered=ordered, least=least, whole=False
            )
        return found

    def _span_sequence(self, query: Any) -> Spans:
        def near(a: Spans, b: Spans) -> Spans:
            return stretches.near(
                a, b, self.base, query.slop, ordered=query.ordered, least=1, whole=True
            )

        return _halved(near, [self.spans(item) for item in query.subqueries])

    def _span_ordered(self, query: Any) -> Spans:
        def before(a: Spans, b: Spans) -> Spans:
            return stretches.before_all(a, b, self.base)

        return _halved(before, [self.spans(item) for item in query.subqueries])

    def _span_near(self, query: Any) -> Spans:
        a, b = self.spans(query.a), self.spans(query.b)
        return stretches.near(
            a, b, self.base, query.slop, ordered=query.ordered, least=query.mindist, whole=True
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
    _Q.Term: _L._score_term, _Q.And: _L._score_sum, _Q.Or: _L._score_or,
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
    _Q.Require: _L._span_first_clause, _Q.AndMaybe: _L._span_and_maybe,
    _Q.ConstantScoreQuery: _L._span_child, _Q.WeightingQuery: _L._span_child,
    _Q.Phrase: _L._span_phrase, _Q.Sequence: _L._span_sequence, _Q.Ordered: _L._span_ordered,
    _S.SpanNear: _L._span_near, _S.SpanNear2: _L._span_near2, _S.SpanOr: _L._span_melted,
    _S.SpanFirst: _L._span_start, _S.SpanNot: _L._span_not, _S.SpanContains: _L._span_contains,
    _S.SpanBefore: _L._span_before, _S.SpanCondition: _L._span_condition, object: _L._span_other,
}  # fmt: skip
