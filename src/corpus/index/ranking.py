"""BM25F on arrays: one saturation over the weighted frequencies of all fields.

After S. Robertson, H. Zaragoza, M. Taylor: Simple BM25 extension to multiple weighted fields,
CIKM 2004.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from whoosh import query as whoosh_query

from corpus.index.arrays import Floats, Integers
from corpus.index.evaluate import Evaluation, LeafEvaluation
from corpus.index.scoring import SINGLE

_MOST_KNOWN = 1 << 14

K1 = 1.2
FIELDS = {
    # field: weight, b (how much a long field is discounted)
    "title": (4.0, 0.5),
    "text": (1.0, 0.75),
    "title_form": (4.0, 0.5),
    "text_form": (1.0, 0.75),
}


def bm25f(leaf: LeafEvaluation, terms: whoosh_query.Or, docs: Integers) -> Floats:
    """Return the scores of some documents for terms in several fields taken as one word."""
    return saturated(leaf, _held(leaf.whole, terms), _frequency(leaf, terms, docs))


def saturated(leaf: LeafEvaluation, held: int, frequency: Floats) -> Floats:
    """Return the scores of what stands in so many documents, by how often it does in some."""
    most = idf(leaf.whole.snapshot.live_count, held) * (K1 + 1) if held else 0.0
    return np.asarray(most * frequency / (frequency + K1))


def inverse_frequency(whole: Evaluation, terms: whoosh_query.Or) -> float:
    """Return the idf of terms taken as one word, 0 if no document holds any."""
    held = _held(whole, terms)
    return idf(whole.snapshot.live_count, held) if held else 0.0


def idf(documents: int, held: int) -> float:
    """Return the inverse document frequency of what so many of some documents hold."""
    # A word in nearly every article must not make a score negative.
    return max(0.0, math.log(documents / (held + 1)) + 1) if documents else 0.0


def _held(whole: Evaluation, terms: whoosh_query.Or) -> int:
    """Return how many documents hold any of the terms, kept while the snapshot lasts."""
    if any(type(term) is not whoosh_query.Term for term in terms):
        return whole.count(terms)
    known = whole.snapshot.held
    key = tuple([(term.fieldname, term.text) for term in terms])
    held = known.get(key)
    if held is None:
        if len(known) >= _MOST_KNOWN:
            known.clear()
        held = known[key] = whole.count(terms)
    return held


def _frequency(leaf: LeafEvaluation, terms: whoosh_query.Or, docs: Integers) -> Floats:
    """Return how often the terms stand in documents: more in a title, less in a long text."""
    words = leaf.words(terms)
    if words is None:
        return _looked_up(leaf, terms, docs)
    found = [(leaf.leaf.find(term.fieldname, term.text), term.fieldname) for term in terms]
    pairs = [(entry, divisors(leaf, field)) for entry, field in found if entry is not None]
    if len(docs) <= SINGLE:
        own = docs.tolist()
        return np.array([sum([e.count(doc) / d.item(doc) for e, d in pairs]) for doc in own])
    if len(words) > 8 * len(docs):
        return _looked_up(leaf, terms, docs)
    shares = np.concatenate([entry.often / divisor[entry.documents] for entry, divisor in pairs])
    return np.asarray(np.bincount(words.docs, shares, minlength=leaf.size)[docs])


def _looked_up(leaf: LeafEvaluation, terms: whoosh_query.Or, docs: Integers) -> Floats:
    total = np.zeros(len(docs))
    for term in terms:
        counts = leaf.counts(term, docs)
        if counts is not None:
            total += counts / divisors(leaf, term.fieldname)[docs]
    return total


def shares(leaf: LeafEvaluation, terms: whoosh_query.Or, docs: Integers) -> tuple[Floats, Floats]:
    """Return what titles and texts of documents give to the frequency that is saturated."""
    found = {True: np.zeros(len(docs)), False: np.zeros(len(docs))}
    for term in terms:
        counts = leaf.counts(term, docs)
        if counts is not None:
            own = counts / divisors(leaf, term.fieldname)[docs]
            found[term.fieldname.startswith("title")] += own
    return found[True], found[False]


def divisors(leaf: LeafEvaluation, field: str) -> NDArray[np.float64]:
    """Return what each document's frequencies in a field are divided by."""
    known = leaf.leaf.norms.get(field)
    if known is None:
        weight, b = FIELDS[field]
        mean = leaf.whole.snapshot.mean_length(field)
        known = (1 - b + b * leaf.leaf.lengths(field) / mean) / weight
        leaf.leaf.norms[field] = known
    return known
