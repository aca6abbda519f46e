"""How well documents match a node of a query: Whoosh's scores, worked out for arrays."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as whoosh_query
from whoosh.query.terms import MultiTerm

from corpus.index import arrays
from corpus.index.arrays import NONE, Floats, Integers
from corpus.index.matching import Matching
from corpus.index.sides import FEW, is_every, phrase_terms
from corpus.index.snapshot import Entry


class Rating(Matching):
    """Scores documents, node by node; what is asked for need not match."""

    def constant(self, query: Any) -> float | None:
        """Return the score of every document that matches, None if they differ."""
        if isinstance(query, whoosh_query.ConstantScoreQuery):
            return float(query.score)
        patterns = (MultiTerm, whoosh_query.NumericRange)
        if isinstance(query, whoosh_query.Every) or (
            isinstance(query, patterns) and (query.constantscore or is_every(query))
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
        place = entry.documents.searchsorted(docs)
        hit = entry.documents.take(place, mode="clip") == docs
        return np.asarray(often.take(place, mode="clip") * hit)

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
        if len(fields) > 1 or not score.is_plain(*fields) or len(docs) > FEW:
            return np.asarray(reduce(np.add, (self.score(term, docs) for term in terms)))
        entries = [self.leaf.find(term.fieldname, term.text) for term in terms]
        boosts = [term.boost for term in terms]
        held = [entry for entry in entries if entry is not None]
        return score.together(self.leaf, fields.pop(), held, boosts, docs)

    def _score_or(self, query: Any, docs: Integers) -> Floats:
        known = self._score_any(query, docs) if docs is self.docs(query) else None
        total = self._spread(query.subqueries, docs) if known is None else known
        if query.boost != 1.0:
            total = query.boost * total
        if getattr(query, "scale", None):
            total = self._coordinated(query, docs, total)
        return total

    def _score_any(self, query: Any, docs: Integers) -> Floats | None:
        """Return the sums of the scores of words, all their postings scored in one go.

        None where they are not words of one field that is scored by plain BM25F.
        """
        words, scoring = self.words(query), self.whole.scoring
        if words is None:
            return None
        field, *others = {item.fieldname for item in query.subqueries}
        if others or not scoring.is_plain(field):
            return None
        own = words.docs
        scores = scoring.each(self.leaf, field, words.entries, words.boosts, own)
        if 64 * len(own) < self.size and self.leaf.live is None:
            # So few are counted among the documents that match, not among all there are.
            return np.asarray(np.bincount(docs.searchsorted(own.astype(np.uint32)), scores))
        return np.asarray(np.bincount(own, scores, minlength=self.size)[docs])

    def _spread(self, items: Sequence[Any], docs: Integers) -> Floats:
        """Return the sums of scores of nodes each of which matches only some of the documents."""
        parts = [NONE]
        scores = [np.zeros(0)]
        for item in items:
            own = self.docs(item)
            if len(docs) * 8 < len(own):
                own = docs[arrays.held(docs, own, self.size)]
            parts.append(own)
            scores.append(self.score(item, own))
        owners = np.concatenate(parts, dtype=np.intp)
        return np.asarray(np.bincount(owners, np.concatenate(scores), self.size)[docs])

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
        if query.constantscore or is_every(query):
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
        scoring, field = self.whole.scoring, query.fieldname
        if docs is not self.docs(query):
            every = self.score(whoosh_query.And(phrase_terms(query)), docs)
            total = self._where(query, docs, every)
        elif scoring.is_plain(field) and len(docs) <= FEW:
            entries = self.phrase_entries(query)
            total = scoring.together(self.leaf, field, entries, [1.0] * len(entries), docs)
        else:
            total = self._score_all(phrase_terms(query), docs)
        return total if query.boost == 1.0 else query.boost * total

    def _score_spans(self, query: Any, docs: Integers) -> Floats:
        items = _span_items(query)
        total = reduce(np.add, (self.score(item, docs) for item in items))
        return self._where(query, docs, getattr(query, "boost", 1.0) * total)

    def _where(self, query: Any, docs: Integers, scores: Floats) -> Floats:
        return scores if docs is self.docs(query) else np.where(self.held(docs, query), scores, 0.0)


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
