"""Whoosh's weighting models on arrays: its own formula is called, with arrays for numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.scoring import BM25F, BM25FScorer, bm25
from whoosh.searching import Searcher

from corpus.index.arrays import Floats, Integers
from corpus.index.snapshot import Leaf, Snapshot


class Scoring:
    """Scores postings by one weighting model."""

    def __init__(self, snapshot: Snapshot, weighting: Any = None, searcher: Any = None) -> None:
        self._snapshot = snapshot
        self.weighting = weighting or BM25F()
        self._searcher = searcher
        self._plain = type(self.weighting) is BM25F and not self.weighting.use_final

    def by(self, weighting: Any) -> Scoring:
        """Return scoring by another model."""
        return Scoring(self._snapshot, weighting, self._searcher)

    def term(
        self, leaf: Leaf, field: str, term: bytes, docs: Integers, weights: NDArray[Any]
    ) -> Floats:
        """Return the scores of some postings of a term: documents and weights."""
        if not self._snapshot.schema[field].scorable and self._plain:
            return np.asarray(weights, np.float64)
        if self._plain:
            model = self.weighting
            idf = self._snapshot.idf(model, field, term)
            mean = self._snapshot.avg_field_length(field) or 1
            b = model._field_B.get(field, model.B)
            lengths = leaf.scored_lengths(field)[docs]
            return np.asarray(bm25(idf, weights.astype(np.float64), lengths, mean, b, model.K1))
        return self._by_scorer(leaf, field, term, docs, weights)

    def is_plain(self, field: str) -> bool:
        """Return whether a field is scored by BM25F as Whoosh comes with it."""
        return self._plain and bool(self._snapshot.schema[field].scorable)

    def terms(
        self,
        leaf: Leaf,
        field: str,
        terms: Sequence[bytes],
        boosts: Sequence[float],
        docs: Integers,
        weights: Floats,
        sizes: Sequence[int] | None = None,
    ) -> Floats:
        """Return scores of several terms of a plain field, worked out in one go.

        `weights` has a row a term and a column a document: the sums by document. With `sizes`,
        documents and weights stand one term after the other, so many each: a score each.
        """
        model, whole = self.weighting, self._snapshot
        pairs = zip(terms, boosts, strict=True)
        idfs = np.array([boost * whole.idf(model, field, term) for term, boost in pairs])
        idfs = idfs[:, None] if sizes is None else idfs.repeat(sizes)
        mean = whole.avg_field_length(field) or 1
        b = model._field_B.get(field, model.B)
        scores = bm25(idfs, weights, leaf.scored_lengths(field)[docs], mean, b, model.K1)
        return np.asarray(scores.sum(axis=0) if sizes is None else scores)

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
