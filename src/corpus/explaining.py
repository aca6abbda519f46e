"""Why an article was found: which lemma each word of a query met there, in which forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.columns.columns import ZONE, Columns
from corpus.index.evaluate import LeafEvaluation
from corpus.index.nodes import Synonyms, word_nodes
from corpus.index.ranking import bm25f
from corpus.index.spans import units
from corpus.search import Found, Search
from corpus.text.tokens import ZONES

WORDS = pa.schema(
    [
        ("word", pa.string()),
        ("lemma", pa.string()),
        ("candidate", pa.int64()),
        ("articles", pa.int64()),
        ("counts", pa.float64()),
    ]
)
MATCHES = pa.schema(
    [
        ("word", pa.string()),
        ("lemma", pa.string()),
        ("candidate", pa.int64()),
        ("matches", pa.int64()),
        ("forms", pa.string()),
        ("zones", pa.string()),
        ("score", pa.float64()),
    ]
)

_NOTHING = {"lemma": "", "candidate": 0, "matches": 0, "forms": "", "zones": "", "score": 0.0}


def words_explained(found: Found) -> pa.Table:
    """Return one row for each lemma that a word of the query was taken for, the likeliest first.

    Columns: `word` as typed; `lemma`, empty for patterns and exact forms; `candidate`, the lemma's
    place among those the word can have, from 1; `articles` of the corpus that have it; and how much
    it `counts` for the order of the hits. Lemmas that no article has are left out, but the first.
    """
    rows = []
    for node in word_nodes(found.query):
        for place, (terms, factor) in enumerate(node.alternatives()):
            lemma, candidate = (node.lemmas[place], place + 1) if node.lemmas else ("", 0)
            articles = found.evaluation.count(terms)
            if articles or not place:
                rows.append((node.word, lemma, candidate, articles, factor))
    return pa.Table.from_pylist([dict(zip(WORDS.names, row, strict=True)) for row in rows], WORDS)


def explained(search: Search, found: Found, number: int) -> pa.Table:
    """Return one row for each lemma that a word of the query met in an article.

    Columns: `word` as typed; the `lemma` it was taken for, empty for patterns and exact forms;
    `candidate`, the lemma's place among those the word can have, from 1, the likeliest; `matches`;
    the `forms` found and the `zones` they stand in, each with its number; and what the lemma adds
    to the `score`: of several lemmas of one word only the best counts. A word that the article
    does not have has one row without matches.
    """
    doc = search.document(number)
    leaf = next(leaf for leaf in found.evaluation.leaves if 0 <= doc - leaf.leaf.first < leaf.size)
    own = np.array([doc - leaf.leaf.first], np.uint32)
    rows: list[dict[str, Any]] = []
    columns = search.columns()
    row = int(columns.rows_of(np.array([number]))[0])
    with search.reading():
        for node in word_nodes(found.query):
            rows += _rows(leaf, node, own, columns, row) or [{**_NOTHING, "word": node.word}]
    return pa.Table.from_pylist(rows, MATCHES)


def _rows(
    leaf: LeafEvaluation, node: Synonyms, doc: NDArray[np.uint32], columns: Columns, row: int
) -> list[dict[str, Any]]:
    """Return the rows of one word of a query, the lemma that counts most first."""
    rows = []
    for place, (terms, factor) in enumerate(node.alternatives()):
        words = _words(leaf, terms, doc)
        if len(words):
            score = factor * float(bm25f(leaf, terms, doc)[0])
            forms, zones = _met(columns, row, words)
            rows.append(
                {
                    "word": node.word,
                    "lemma": node.lemmas[place] if node.lemmas else "",
                    "candidate": place + 1 if node.lemmas else 0,
                    "matches": len(words),
                    "forms": forms,
                    "zones": zones,
                    "score": round(score, 2),
                }
            )
    return sorted(rows, key=lambda row: (-row["score"], row["candidate"]))


def _words(leaf: LeafEvaluation, terms: Any, doc: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return the places of terms in a document, words counted from its start."""
    first = np.unique(leaf.spans_in(terms, doc).first)
    # There may be some in other documents, too.
    own: NDArray[np.int64] = first[units(leaf.base, first) == doc[0]].astype(np.int64)
    return own - int(leaf.base[doc[0]])


def _met(columns: Columns, row: int, words: NDArray[np.int64]) -> tuple[str, str]:
    """Return the forms at some words of an article, and the zones they stand in."""
    tokens = columns.words[columns.first_word[row] + words]
    forms = columns.forms.list(columns.form[tokens])
    zones = [ZONES[zone] for zone in (columns.flags[tokens] & ZONE).tolist()]
    return _counted(forms), _counted(zones)


def _counted(values: Sequence[str]) -> str:
    """Return distinct values with their numbers, the most frequent first."""
    return ", ".join(f"{value} {count}" for value, count in Counter(values).most_common())
