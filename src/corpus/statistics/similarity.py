"""Similarity: which articles share the telling words of one.

An article is a vector with one number a lemma, (1 + ln tf)·idf: tf says how often the lemma
stands in the article, idf how few articles of the corpus have it. Two articles are as similar as
the angle between their vectors is narrow (the cosine). Only words with a meaning of their own
count. After Salton & Buckley 1988, Term-weighting approaches in automatic text retrieval; idf is
ln(1 + (N - n + ½)/(n + ½)), which stays above 0 for what stands in each of N articles (Robertson
& Zaragoza 2009, The probabilistic relevance framework).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus import arrow
from corpus.columns.columns import Numbers
from corpus.errors import CorpusError
from corpus.results.result import Table
from corpus.scope import ARTICLES, Scope, State
from corpus.text.fold import fold

TELLING = ("NOUN", "PROPN", "VERB", "ADJ", "X")
"""Parts of speech that count; X are foreign words, such as names in Latin letters."""
SHARED = 5
"""So many of the lemmas that two articles share are named."""

_DIGITS = 6
_METADATA = ("title", "date", "source")


class Vector(NamedTuple):
    """The vector of one article: its lemmas and their weights; all others are 0."""

    lemma: Numbers
    weight: NDArray[np.float64]


@dataclass(frozen=True)
class Vectors:
    """The vectors of all articles, lemma after lemma: which rows have it, with which weight."""

    first: Numbers
    """Where each lemma starts; one more for the end."""
    row: NDArray[np.int32]
    weight: NDArray[np.float32]
    idf: NDArray[np.float64]
    length: NDArray[np.float64]
    """The length of each row's vector."""

    def cosines(self, vector: Vector) -> NDArray[np.float64]:
        """Return the cosine of the vector of each row with one vector, 0 where there is none."""
        first = self.first[vector.lemma]
        many = self.first[vector.lemma + 1] - first
        # The places of the lemmas of the vector, one run after the other.
        places = np.repeat(first - np.cumsum(many) + many, many) + np.arange(many.sum())
        products = self.weight[places] * np.repeat(vector.weight, many)
        sums = np.bincount(self.row[places], products, len(self.length))
        lengths = self.length * np.sqrt((vector.weight**2).sum())
        # What rounding errors leave is cut off, so that they never decide the order.
        return np.round(sums / np.where(lengths > 0, lengths, 1), _DIGITS)


def similar(scope: Scope, article_id: str, *, limit: int | None = 20) -> Table:
    """Return the articles that are most similar to one, which may be outside of the scope.

    Columns `rank`, `id`, `title`, `date`, `source`, `similarity` (0 to 1) and `shared`: the lemmas
    that weigh most in it. Articles that share nothing are left out; those that are equally similar
    stand in the order of the corpus.
    """
    state = scope.state
    row = _row_of(state, article_id)
    vectors = _vectors(state)
    vector = _vector(state, vectors, row)
    cosines = vectors.cosines(vector)[scope.rows]
    order = np.argsort(-cosines, kind="stable")
    places = order[(cosines[order] > 0) & (scope.rows[order] != row)]
    places = places[: None if limit is None else max(0, limit)]
    rows = scope.rows[places]
    facts = scope.metadata(rows, ["id", *_METADATA])
    shared = [_shared(state, vector, _vector(state, vectors, other)) for other in rows.tolist()]
    data = {
        "rank": arrow.from_numbers(np.arange(1, len(rows) + 1)),
        "id": facts.column("id"),
        **{name: facts.column(name) for name in _METADATA},
        "similarity": arrow.from_numbers(cosines[places]),
        "shared": arrow.strings(shared),
    }
    settings = f"similar to {article_id} · cosine of (1 + ln tf)·idf of lemmas"
    return Table(pa.table(data), scope.provenance(counts=ARTICLES, settings=settings))


def _row_of(state: State, article_id: str) -> int:
    number = state.search.store.number_of(article_id)
    row = -1 if number is None else int(state.columns.rows_of(np.array([number]))[0])
    if row < 0 or state.place[row] < 0:
        raise CorpusError(f"no article with id {article_id!r}", "corpus search shows ids")
    return row


def _shared(state: State, one: Vector, other: Vector) -> str:
    """Return the lemmas that two articles share, those that add most to their cosine."""
    lemmas, here, there = np.intersect1d(one.lemma, other.lemma, True, return_indices=True)
    products = one.weight[here] * other.weight[there]
    # All that weigh as much as the last are looked at: of those the alphabet chooses.
    least = np.partition(products, -SHARED)[-SHARED] if len(products) > SHARED else 0
    chosen = np.flatnonzero(products >= least)
    words = zip(products[chosen].tolist(), state.columns.lemmas.list(lemmas[chosen]), strict=True)
    best = sorted(words, key=lambda pair: (-pair[0], fold(pair[1]), pair[1]))
    return "; ".join(word for _, word in best[:SHARED])


def _vector(state: State, vectors: Vectors, row: int) -> Vector:
    """Return the vector of one article, counted anew."""
    columns = state.columns
    words = slice(int(columns.first_word[row]), int(columns.first_word[row + 1]))
    kept = _telling(state)[columns.word_pos[words]]
    lemma, times = np.unique(columns.word_lemma[words][kept], return_counts=True)
    return Vector(lemma.astype(np.int64), (1 + np.log(times)) * vectors.idf[lemma])


def _telling(state: State) -> NDArray[np.bool_]:
    """Return which parts of speech count, by code."""
    names = state.columns.parts.strings.to_pylist()
    return np.array([name in TELLING for name in names], bool)


def _vectors(state: State) -> Vectors:
    """Return the vectors of all articles of a state, made once."""
    return state.whole.once("vectors", lambda: _made(state))


def _made(state: State) -> Vectors:
    lemma, row, times = _counted(state)
    articles = np.bincount(lemma, minlength=len(state.columns.lemmas))
    idf = np.log1p((len(state.order) - articles + 0.5) / (articles + 0.5))
    weight = (1 + np.log(times)) * idf[lemma]
    length = np.sqrt(np.bincount(row, weight**2, len(state.place)))
    first = np.concatenate([[0], np.cumsum(articles)])
    return Vectors(first, row.astype(np.int32), weight.astype(np.float32), idf, length)


def _counted(state: State) -> tuple[Numbers, Numbers, Numbers]:
    """Return each pair of a lemma and a row where it stands, in this order, and how often."""
    columns = state.columns
    rows = max(len(state.place), 1)
    kept = _telling(state)[columns.word_pos]
    kept &= np.repeat(state.place >= 0, np.diff(columns.first_word))
    key = columns.word_lemma[kept] * np.int64(rows)
    key += columns.word_row[kept]
    key.sort()
    ends = np.flatnonzero(np.diff(key, append=-1))
    lemma, row = np.divmod(key[ends], rows)
    return lemma, row, np.diff(ends, prepend=-1)
