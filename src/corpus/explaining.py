"""Why an article was found: what each word of a query met there, and what it adds to the score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.columns.columns import ZONE, Columns
from corpus.index.closeness import closeness, pairs_of
from corpus.index.evaluate import LeafEvaluation
from corpus.index.nodes import SAME_FORM, Synonyms, scored_nodes, word_nodes
from corpus.index.ranking import bm25f, inverse_frequency, shares
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
        ("part", pa.string()),
        ("lemma", pa.string()),
        ("candidate", pa.int64()),
        ("matches", pa.int64()),
        ("forms", pa.string()),
        ("zones", pa.string()),
        ("idf", pa.float64()),
        ("title", pa.float64()),
        ("text", pa.float64()),
        ("score", pa.float64()),
    ]
)
_DIGITS = 4
"""Places after the point, as in the scores of hits."""


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
    """Return one row for each part of an article's score; they add up to it.

    `part` is `lemma` or `form`, what a word was found by; `adjacent` or `near`, how two
    neighbouring words of the query stand to each other; `filter` for all that is no word.
    Columns: `word` as typed; the `lemma` it was taken for, empty for patterns and exact forms;
    `candidate`, the lemma's place among those the word can have, from 1, the likeliest; `matches`;
    the `forms` found and the `zones` they stand in, each with its number; `idf`, how much the word
    tells; what `title` and `text` give to its weighted frequency z; and the `score`, which is
    idf·2.2·z/(z+1.2), times what the part counts. Of several lemmas of one word only the best
    counts, of function words beside others none. A word that the article does not have has one
    row without matches.
    """
    doc = search.document(number)
    leaf = next(leaf for leaf in found.evaluation.leaves if 0 <= doc - leaf.leaf.first < leaf.size)
    own = np.array([doc - leaf.leaf.first], np.uint32)
    rows: list[dict[str, Any]] = []
    columns = search.columns()
    row = int(columns.rows_of(np.array([number]))[0])
    with search.reading():
        for node, factor in scored_nodes(leaf, found.query, own):
            if isinstance(node, Synonyms):
                rows += _rows(leaf, node, own, factor, columns, row)
            elif score := round(factor * float(leaf.score(node, own)[0]), _DIGITS):
                rows.append(_row(_named(node), "filter", score=score))
        if number in found.close:
            rows += _close(leaf, found, own)
    return pa.Table.from_pylist(rows, MATCHES)


def _row(word: str, part: str, **facts: Any) -> dict[str, Any]:
    empty = {"lemma": "", "candidate": 0, "matches": 0, "forms": "", "zones": "", "score": 0.0}
    return {"word": word, "part": part, **empty, "idf": None, "title": None, "text": None, **facts}


def _rows(
    leaf: LeafEvaluation,
    node: Synonyms,
    doc: NDArray[np.uint32],
    times: float,
    columns: Columns,
    row: int,
) -> list[dict[str, Any]]:
    """Return the rows of one word of a query, the lemma that counts most first."""
    part = "lemma" if node.lemmas else "form"
    rows = []
    for place, (terms, factor) in enumerate(node.alternatives()):
        if met := _met(leaf, terms, doc, columns, row, factor):
            known = {"lemma": node.lemmas[place], "candidate": place + 1} if node.lemmas else {}
            rows.append(_row(node.word, part, **met, **known))
    rows.sort(key=lambda row: (-row["score"], row["candidate"]))
    for other in rows[1:]:
        other["score"] = 0.0
    if met := _met(leaf, node.forms, doc, columns, row, node.boost * SAME_FORM):
        rows.append(_row(node.word, "form", **met))
    for own in rows:
        own["score"] = round(own["score"] * times if node.telling else 0.0, _DIGITS)
    return rows or [_row(node.word, part)]


def _met(
    leaf: LeafEvaluation,
    terms: Any,
    doc: NDArray[np.uint32],
    columns: Columns,
    row: int,
    factor: float,
) -> dict[str, Any]:
    """Return what is known of terms in an article and what they give to its score, if there."""
    if not terms.subqueries or not len(words := _words(leaf, terms, doc)):
        return {}
    tokens = columns.words[columns.first_word[row] + words]
    zones = [ZONES[zone] for zone in (columns.flags[tokens] & ZONE).tolist()]
    title, text = (float(share[0]) for share in shares(leaf, terms, doc))
    return {
        "matches": len(words),
        "forms": _counted(columns.forms.list(columns.form[tokens])),
        "zones": _counted(zones),
        "idf": round(inverse_frequency(leaf.whole, terms), _DIGITS),
        "title": round(title, _DIGITS),
        "text": round(text, _DIGITS),
        "score": factor * float(bm25f(leaf, terms, doc)[0]),
    }


def _named(node: Any) -> str:
    """Return how a node that is no word is called."""
    field = getattr(node, "fieldname", "")
    return f"{field}:{getattr(node, 'text', '…')}" if field else type(node).__name__.upper()


def _close(leaf: LeafEvaluation, found: Found, doc: NDArray[np.uint32]) -> list[dict[str, Any]]:
    """Return the rows of pairs of words that stand together in an article."""
    rows = []
    for own in closeness(leaf, pairs_of(found.evaluation, found.query), doc):
        kinds = {
            "adjacent": (own.adjacent, own.for_adjacent),
            "near": (own.near, own.for_near),
        }
        for part, (counts, scores) in kinds.items():
            if counts[0]:
                facts = {"matches": int(counts[0]), "idf": round(own.pair.weight, _DIGITS)}
                score = round(float(scores[0]), _DIGITS)
                rows.append(_row(own.pair.text, part, **facts, score=score))
    return rows


def _words(leaf: LeafEvaluation, terms: Any, doc: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return the places of terms in a document, words counted from its start."""
    first = np.unique(leaf.spans_in(terms, doc).first)
    # There may be some in other documents, too.
    own: NDArray[np.int64] = first[units(leaf.base, first) == doc[0]].astype(np.int64)
    return own - int(leaf.base[doc[0]])


def _counted(values: Sequence[str]) -> str:
    """Return distinct values with their numbers, the most frequent first."""
    return ", ".join(f"{value} {count}" for value, count in Counter(values).most_common())
