"""How a query is read, and why an article was found: what each word met, what it adds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, get_args

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.columns.columns import ZONE, Columns
from corpus.columns.passages import texts
from corpus.index.closeness import closeness, pairs_of
from corpus.index.evaluate import LeafEvaluation
from corpus.index.nodes import SAME_FORM, Synonyms, pattern_nodes, scored_nodes, word_nodes
from corpus.index.patterned import Patterned
from corpus.index.ranking import bm25f, inverse_frequency, shares
from corpus.index.spans import units
from corpus.limits import Budget, LimitError
from corpus.query import outline, tree
from corpus.query.patterns import Condition, Stretch
from corpus.scope import State
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

NODES = pa.schema(
    [
        ("depth", pa.int64()),
        ("node", pa.string()),
        ("text", pa.string()),
        ("articles", pa.int64()),
        ("matches", pa.int64()),
    ]
)

# Of what a token pattern found in an article, so much is told apart.
_MOST_SHOWN = 10
_STRETCHES = get_args(Stretch)
_PARTS = (*_STRETCHES, *get_args(Condition))


def nodes_explained(search: Search, node: tree.Node) -> pa.Table:
    """Return one row for each node of a query, each before what belongs to it.

    Columns: `depth` from 0; the `node` as a query; what it means as `text`; how many `articles` of
    the corpus match it, by itself; and how many `matches` it has in them. A part of a token pattern
    has matches alone: stretches, tokens, places. What cannot be counted, or not within the limits
    of a query, is null.
    """
    state, budget = State(search), Budget(search.limits)
    rows = []
    field, below = "", 0
    for line in outline(node):
        if line.depth <= below:
            field = ""
        if isinstance(line.node, _PARTS):
            counts: tuple[int | None, int | None] = (
                None,
                _number_of(search, line.node, budget),
            )
        else:
            counts = _numbers_of(state, tree.In(field, line.node) if field else line.node)
        if isinstance(line.node, tree.In):
            field, below = line.node.field, line.depth
        rows.append((line.depth, str(line.node), line.text, *counts))
    return pa.Table.from_pylist([dict(zip(NODES.names, row, strict=True)) for row in rows], NODES)


def _numbers_of(state: State, node: tree.Node) -> tuple[int | None, int | None]:
    """Return how many articles match a query, and how many matches it has if it can have any."""
    try:
        articles = int(state.matching(node).sum())
        has_matches = any(map(tree.is_positional, _named(node)))
        return articles, len(state.matches(node).row) if has_matches else None
    except LimitError:
        return None, None


def _named(node: tree.Node) -> Iterator[tree.Node]:
    """Yield the nodes of a query, what it excludes left out."""
    yield node
    if not isinstance(node, tree.Not):
        for child in node.children:
            yield from _named(child)


def _number_of(search: Search, part: tree.Node, budget: Budget) -> int | None:
    """Return how often a part of a token pattern is found, None for a global condition."""
    if not isinstance(part, _STRETCHES):
        return None
    try:
        with search.reading():
            return search.occurring.matcher.count(part, budget)
    except LimitError:
        return None


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
    for pattern in pattern_nodes(found.query):
        rows.append((pattern.text, "", 0, found.evaluation.count(pattern), pattern.boost))
    return pa.Table.from_pylist([dict(zip(WORDS.names, row, strict=True)) for row in rows], WORDS)


def explained(search: Search, found: Found, number: int) -> pa.Table:
    """Return one row for each part of an article's score; they add up to it.

    `part` is `lemma` or `form`, what a word was found by; `adjacent` or `near`, how two
    neighbouring words of the query stand to each other; `pattern`; `filter` for the rest.
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
            elif isinstance(node, Patterned):
                rows.append(_pattern_row(leaf, node, own, factor, columns))
            elif score := round(factor * float(leaf.score(node, own)[0]), _DIGITS):
                rows.append(_row(_called(node), "filter", score=score))
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
    title, text = (float(share[0]) for share in shares(leaf, terms, doc))
    return {
        "matches": len(words),
        "forms": _counted(columns.forms.list(columns.form[tokens])),
        "zones": _counted(_zones(columns, tokens)),
        "idf": round(inverse_frequency(leaf.whole, terms), _DIGITS),
        "title": round(title, _DIGITS),
        "text": round(text, _DIGITS),
        "score": factor * float(bm25f(leaf, terms, doc)[0]),
    }


def _called(node: Any) -> str:
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


def _pattern_row(
    leaf: LeafEvaluation,
    node: Patterned,
    doc: NDArray[np.uint32],
    factor: float,
    columns: Columns,
) -> dict[str, Any]:
    """Return the row of a token pattern: `forms` are what it found, word by word."""
    own = node.in_leaf(leaf)
    own = own.where(own.doc == doc[0])
    if not len(own.doc):
        return _row(node.text, "pattern")
    return _row(
        node.text,
        "pattern",
        matches=len(own.doc),
        forms=_counted(texts(columns, own.first, own.stop).to_pylist(), _MOST_SHOWN),
        zones=_counted(_zones(columns, own.first)),
        score=round(factor * float(node.rate(leaf, doc)[0]), _DIGITS),
    )


def _words(leaf: LeafEvaluation, terms: Any, doc: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return the places of terms in a document, words counted from its start."""
    first = np.unique(leaf.spans_in(terms, doc).first)
    # There may be some in other documents, too.
    own: NDArray[np.int64] = first[units(leaf.base, first) == doc[0]].astype(np.int64)
    return own - int(leaf.base[doc[0]])


def _zones(columns: Columns, tokens: NDArray[np.int64]) -> list[str]:
    return [ZONES[zone] for zone in (columns.flags[tokens] & ZONE).tolist()]


def _counted(values: Sequence[str], most: int | None = None) -> str:
    """Return distinct values with their numbers, the most frequent first."""
    found = Counter(values)
    said = [f"{value} {count}" for value, count in found.most_common(most)]
    return ", ".join([*said, "…"] if len(said) < len(found) else said)
