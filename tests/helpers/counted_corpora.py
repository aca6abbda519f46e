"""Random corpora to count in, and what the naive statistics go by in them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import naive_corpus
from naive_corpus import Token
from random_articles import random_article

from corpus import Article, Corpus
from corpus.counting import Counting


def corpus_of(articles: Iterable[Article], root: Path) -> Corpus:
    corpus = Corpus.create(root)
    corpus.add(articles)
    return corpus


def some_articles(seed: int, count: int = 25) -> list[Article]:
    pick = random.Random(seed)
    return [random_article(pick, number) for number in range(count)]


def tokens_of(counting: Counting) -> list[list[Token]]:
    """Return what naive statistics go by: the store's tokens, articles in order of the corpus.

    Forms are in small letters, otherwise as they are written.
    """
    scope = counting._scope()
    store = scope.state.search.store
    found: dict[int, list[dict[str, Any]]] = {}
    for part in store.manifest.parts:
        for row in store.tokens(part).to_pylist():
            found.setdefault(row["article"], []).append(row)
    numbers = scope.state.columns.number[scope.rows].tolist()
    return [
        naive_corpus.from_rows(found[number], str.lower)[0] if number in found else []
        for number in numbers
    ]


def spans_of(counting: Counting, query: str) -> list[list[tuple[int, int]]]:
    """Return the matches of a query as spans of the words of each article."""
    scope = counting._scope()
    found = scope.matches(query)
    first = scope.state.columns.first_word
    spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row, start, stop in zip(
        found.row.tolist(), found.word.tolist(), found.word_stop.tolist(), strict=True
    ):
        spans[row].append((start - int(first[row]), stop - int(first[row])))
    return [spans[row] for row in scope.rows.tolist()]
