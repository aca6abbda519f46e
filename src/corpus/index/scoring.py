"""Whoosh's weighting models on arrays: BM25F by its own formula."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.scoring import BM25F, BM25FScorer
from whoosh.searching import Searcher

from corpus.index.arrays import Floats, Integers
from corpus.index.snapshot import Entry, Leaf, Snapshot

# So few documents are scored one by one.
SINGLE = 3


class Scoring:
    """Scores postings by one weighting model."""

    def __init__(self, snapshot: Snapshot, weighting: Any = None, searcher: Any = None) -> None:
        self._snapshot = snapshot
        self.weighting = weighting or BM25F()
        self._searcher = searcher
        self._plain = type(self.weighting) is BM25F and not self.weighting.use_final
        self._scorable: dict[str, bool] = {}

    def by(self, weighting: Any) -> Scoring:
        """Return scoring by another model."""
        return Scoring(self._snapshot, weighting, self._searcher)

    def term(
        self, leaf: Leaf, field: str, term: bytes, docs: Integers, weights: NDArray[Any]
    ) -> Floats:
        """Return the scores of some postings of a term: documents and weights."""
        if not self._plain:
            return self._by_scorer(leaf, field, term, docs, weights)
        if not self.is_plain(field):
            return np.asarray(weights, np.float64)
        idf = self._snapshot.idf(self.weighting, field, term)
        return self._saturated(weights.astype(np.float64), self.halves(leaf, field)[docs], idf)

    def is_plain(self, field: str) -> bool:
        """Return whether a field is scored by BM25F as Whoosh comes with it."""
        known = self._scorable.get(field)
        if known is None:
            known = self._plain and bool(self._snapshot.schema[field].scorable)
            self._scorable[field] = known
        return known

    def each(
        self,
        leaf: Leaf,
        field: str,
        entries: Sequence[Entry],
        boosts: Sequence[float],
        docs: NDArray[np.intp],
    ) -> Floats:
        """Return the scores of all postings of terms, one term after the other, as `docs` are."""
        weights = np.concatenate([entry.weights for entry in entries], dtype=np.float64)
        idfs = self._idfs(field, entries, boosts)
        each = np.array(idfs).repeat([entry.stop - entry.start for entry in entries])
        return self._saturated(weights, self.halves(leaf, field)[docs], each)

    def together(
        self,
        leaf: Leaf,
        field: str,
        entries: Sequence[Entry],
        boosts: Sequence[float],
        docs: Integers,
    ) -> Floats:
        """Return for documents that hold all of some terms the sums of their scores."""
        idfs, halves = self._idfs(field, entries, boosts), self.halves(leaf, field)
        if len(docs) > SINGLE:
            scores = np.zeros(len(docs))
            own = halves[docs]
            for entry, idf in zip(entries, idfs, strict=True):
                weights = entry.weights[entry.documents.searchsorted(docs)].astype(np.float64)
                scores += self._saturated(weights, own.copy(), idf)
            return scores
        # A phrase stands in a document or two: that is sooner done by hand than by arrays.
        tops = [idf * (self.weighting.K1 + 1) for idf in idfs]
        found = []
        for doc in docs.tolist():
            half, total = halves.item(doc), 0.0
            for entry, top in zip(entries, tops, strict=True):
                weight = entry.weight(doc)
                total += weight / (weight + half) * top
            found.append(total)
        return np.array(found)

    def _idfs(self, field: str, entries: Sequence[Entry], boosts: Sequence[float]) -> list[float]:
        idf, model = self._snapshot.idf, self.weighting
        pairs = zip(entries, boosts, strict=True)
        return [boost * idf(model, field, entry.term) for entry, boost in pairs]

    def halves(self, leaf: Leaf, field: str) -> Floats:
        """Return by document how often a term must be there for half the score it can reach."""
        model = self.weighting
        b, k1 = model._field_B.get(field, model.B), model.K1
        known = leaf.halves.get((field, b, k1))
        if known is None:
            mean = self._snapshot.avg_field_length(field) or 1
            known = k1 * ((1 - b) + b * leaf.scored_lengths(field) / mean)
            leaf.halves[field, b, k1] = known
        return known

    def _saturated(self, weights: Floats, halves: Floats, idf: float | Floats) -> Floats:
        """Return BM25F scores; the arrays given are used up."""
        halves += weights
        weights /= halves
        weights *= idf * (self.weighting.K1 + 1)
        return weights

    def _by_scorer(
        self, leaf: Leaf, field: str, term: bytes, docs: Integers, weights: NDArray[Any]
    ) -> Floats:
        scorer = self.weighting.scorer(self.leaf_searcher(leaf), field, term)
        if type(scorer) is BM25FScorer:
            lengths = leaf.scored_lengths(field)[docs]
            return np.asarray(scorer._score(weights.astype(np.float64), lengths))
        # A model of somebody's own: one posting after the other.
        matcher = leaf.reader.postings(field, term, scorer=scorer)
        scores = np.zeros(len(docs))
        for number, doc in enumerate(docs.tolist()):
            matcher.skip_to(doc)
            scores[number] = matcher.score()
        return scores

    def leaf_searcher(self, leaf: Leaf) -> Any:
        """Return a Whoosh searcher over one segment."""
        if self._searcher is None:
            reader = self._snapshot.reader
            self._searcher = Searcher(reader, weighting=self.weighting, closereader=False)
        leaves = self._searcher.leaf_searchers()
        return next(searcher for searcher, first in leaves if first == leaf.first)
