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
from corpus.index.evaluate import LeafEvaluation
from corpus.index.snapshot import Leaf, Snapshot

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
    whole = leaf.whole
    held = whole.count(terms)
    idf = math.log(whole.snapshot.live_count / (held + 1)) + 1 if held else 0.0
    frequency = np.zeros(len(docs))
    for term in terms.subqueries:
        weight, b = FIELDS[term.fieldname]
        counts = leaf.counts(term, docs)
        if counts is not None:
            norms = length_norms(whole.snapshot, leaf.leaf, term.fieldname, b)
            frequency += weight * counts / norms[docs]
    # A word in nearly every article must not make a score negative.
    return np.asarray(max(idf, 0.0) * (K1 + 1) * frequency / (frequency + K1))


def length_norms(snapshot: Snapshot, leaf: Leaf, field: str, b: float) -> NDArray[np.float64]:
    """Return what each document's frequencies in a field are divided by."""
    known = leaf.norms.get((field, b))
    if known is None:
        known = 1 - b + b * leaf.lengths(field) / snapshot.mean_length(field)
        leaf.norms[field, b] = known
    return known
