"""Random queries of every kind over random articles: matches must be those of the definitions.

CORPUS_RANDOM_QUERIES=20000 makes it so many queries in each corpus.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from naive import matches, spans
from naive_patterns import Text, tokens_of
from random_articles import random_article
from random_patterns import mixed_query, pattern

from corpus import Corpus, CorpusError
from corpus.patterns import shapes
from corpus.query import tree
from corpus.query.patterns import Pattern
from corpus.scope import State

QUERIES = int(os.environ.get("CORPUS_RANDOM_QUERIES", "250"))
Stretches = dict[str, list[tuple[int, int]]]


def made(pick: random.Random, root: Path) -> Corpus:
    """Return a corpus of several segments, with articles replaced and removed in between."""
    corpus = Corpus.create(root)
    for start in (0, 6):
        corpus.add(random_article(pick, n) for n in range(start, start + 6))
    corpus.add(random_article(pick, n) for n in (1, 5))
    corpus.remove(["n2", "n7"])
    return corpus


def texts_of(state: State) -> dict[str, Text]:
    """Return the articles as the token table has them."""
    rows: dict[int, list[dict[str, Any]]] = {}
    for part in state.search.store.manifest.parts:
        for row in state.search.store.tokens(part).to_pylist():
            rows.setdefault(row["article"], []).append(row)
    ids = ids_of(state)
    renamed = state.columns.renamed
    return {
        ids[n]: Text(tokens_of(rows.get(int(number), []), renamed))
        for n, number in enumerate(state.columns.number)
        if n in ids
    }


def ids_of(state: State) -> dict[int, str]:
    """Return the id of each row that is in the corpus."""
    ids = state.whole.metadata(state.order, ["id"]).column(0).to_pylist()
    return dict(zip(state.order.tolist(), ids, strict=True))


def found(state: State, node: tree.Node) -> Stretches:
    """Return what is found, tokens numbered through each article."""
    ids, columns = ids_of(state), state.columns
    all_of: Stretches = {}
    matches = state.matches(node)
    for row, first, last in zip(*(v.tolist() for v in matches[:3]), strict=True):
        before = int(columns.first_token[row])
        all_of.setdefault(ids[row], []).append((first - before, last + 1 - before))
    return all_of


def words_are_right(state: State, node: tree.Node, texts: dict[str, Text]) -> bool:
    """Return whether the words before and up to the end of each match are counted right."""
    ids, columns = ids_of(state), state.columns
    for row, first, last, word, word_stop in zip(
        *(values.tolist() for values in state.matches(node)), strict=True
    ):
        text, before = texts[ids[row]], int(columns.first_token[row])
        counted = (word, word_stop)
        whole = int(columns.first_word[row])
        places = (first - before, last + 1 - before)
        if counted != tuple(whole + text.words_before(place) for place in places):
            return False
    return True


def parts_of(node: tree.Node, where: str = "") -> Iterator[tuple[tree.Node, str]]:
    """Yield the parts of a query that name words or tokens, each with the field it is meant in."""
    if isinstance(node, tree.In):
        yield from parts_of(node.item, node.field)
    elif isinstance(node, (tree.And, tree.Or)):
        for item in node.items:
            yield from parts_of(item, where)
    elif isinstance(node, tree.Boost):
        yield from parts_of(node.item, where)
    elif tree.is_positional(node):
        yield node, where


def expected(node: tree.Node, article: Any, text: Text) -> list[tuple[int, int]]:
    """Return what a query finds in an article."""
    if not matches(node, article, text):
        return []
    every: set[tuple[int, int]] = set()
    for part, where in parts_of(node):
        if isinstance(part, Pattern):
            every |= set(text.stretches(part, where))
            continue
        own = set(spans(part, text, where))
        # Of words and phrases the shortest stretches count …
        every |= {
            text.of_tokens(a, b)
            for a, b in own
            if not any((a, b) != (c, d) and a <= c and d <= b for c, d in own)
        }
    # … of several parts the longest.
    return sorted(
        (a, b)
        for a, b in every
        if not any((a, b) != (c, d) and c <= a and b <= d for c, d in every)
    )


def is_refused(node: tree.Node) -> bool:
    return any(
        isinstance(part, Pattern) and part.where is None and not shapes.restricts(part.stretch)
        for part in node.walk()
    )


def excludes_all(node: tree.Node) -> bool:
    return not any(tree.is_positional(part) for part in node.walk())


@pytest.mark.parametrize("seed", range(3))
def test_patterns_find_what_their_definitions_say(tmp_path: Path, seed: int) -> None:
    pick = random.Random(seed)
    state = made(pick, tmp_path)._scope().state
    texts = texts_of(state)
    some = 0
    for _ in range(QUERIES):
        node = pattern(pick)
        if is_refused(node):
            with pytest.raises(CorpusError, match="asks for nothing"):
                state.matches(node)
            continue
        wanted = {name: own for name, text in texts.items() if (own := text.stretches(node))}
        assert found(state, node) == wanted, node
        assert words_are_right(state, node, texts), node
        some += bool(wanted)
    # Most of what is asked is there, so that something is compared.
    assert some > QUERIES // 3


@pytest.mark.parametrize("seed", range(3))
def test_queries_with_patterns_find_what_the_definitions_say(tmp_path: Path, seed: int) -> None:
    pick = random.Random(100 + seed)
    corpus = made(pick, tmp_path)
    state = corpus._scope().state
    texts, articles = texts_of(state), {article.id: article for article in corpus}
    ids = ids_of(state)
    for _ in range(QUERIES // 3):
        node = mixed_query(pick)
        if is_refused(node):
            continue
        wanted = {name for name, text in texts.items() if matches(node, articles[name], text)}
        rows = state.matching(node).nonzero()[0].tolist()
        assert {ids[row] for row in rows} == wanted, node
        hits = state.search.find(node)
        assert hits.partial or len(hits) == len(wanted), node
        if excludes_all(node):
            continue
        stretches = {
            name: own
            for name, text in texts.items()
            if (own := expected(node, articles[name], text))
        }
        assert found(state, node) == stretches, node
        assert words_are_right(state, node, texts), node
