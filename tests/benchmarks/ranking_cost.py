"""What the whole score costs beside plain BM25F: the first ten hits of a query, in pairs.

    python tests/benchmarks/ranking_cost.py CORPUS

Both rank the same articles of an existing corpus, found by the same query tree. Plain is BM25F over
the lemmas of each word, without the form typed, function words left out and closeness. The queries
are made of its articles' titles. Printed are medians of processor time and of the ratios.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from corpus import Corpus, search
from corpus.index import nodes, translate
from corpus.query import parse, tree
from corpus.query.lexer import words

QUERIES, ROUNDS = 60, 5


def shapes(titles: list[list[str]]) -> Iterator[tuple[str, list[tree.Node]]]:
    """Yield the kinds of queries: how many words, and whether all must occur."""
    chance = random.Random(3)
    for count, some in ((1, False), (2, False), (2, True), (3, True), (5, True), (0, True)):
        chosen = []
        for title in titles:
            start = chance.randrange(max(1, len(title) - count + 1))
            text = " ".join(title[start : start + count] if count else title)
            chosen.append(parse(text, any=some, plain=True))
        name = f"{count} words" if count else "whole title"
        yield f"{name}, {'any' if some else 'all'}", chosen


def timed(found: Any, node: tree.Node) -> float:
    started = time.process_time()
    found.find(node, limit=10)
    return 1000 * (time.process_time() - started)


def plainly(switched: bool) -> None:
    """Switch to plain BM25F, or back."""
    search.bonus = _nothing if switched else _BONUS
    nodes.SAME_FORM = 0.0 if switched else _SAME_FORM
    nodes.Synonyms.rate = _rate if switched else _RATE  # type: ignore[method-assign]
    translate._weighed = (lambda items: items) if switched else _WEIGHED


_BONUS, _SAME_FORM, _WEIGHED = search.bonus, nodes.SAME_FORM, translate._weighed
_RATE = nodes.Synonyms.rate


def _nothing(evaluation: Any, query: Any, docs: Any) -> Any:
    return np.zeros(len(docs))


def _rate(self: Any, leaf: Any, docs: Any) -> Any:
    found = [nodes.bm25f(leaf, group, docs) for group in self._each]
    return np.maximum.reduce(found) if found else np.zeros(len(docs))


def main() -> None:
    corpus = Corpus(sys.argv[1])
    found = corpus._ready()
    rows = found.store.metadata.column("title").to_pylist()
    titles = [[word for _, word in words(title or "")] for title in rows]
    titles = random.Random(5).sample([title for title in titles if len(title) > 5], QUERIES)
    print(f"{len(corpus):,} articles, {QUERIES} queries of each kind\n")
    print(f"{'':20}{'plain, ms':>10}{'ours, ms':>10}{'ratio':>8}")
    for name, asked in shapes(titles):
        times: dict[bool, list[float]] = {True: [], False: []}
        for node in asked:
            rounds: dict[bool, list[float]] = {True: [], False: []}
            for turn in range(ROUNDS + 1):
                for switched in (True, False):
                    plainly(switched)
                    spent = timed(found, node)
                    rounds[switched] += [spent] if turn else []
            for switched, own in rounds.items():
                times[switched].append(statistics.median(own))
        ratio = statistics.median(b / a for a, b in zip(times[True], times[False], strict=True))
        plain, ours = (statistics.median(times[switched]) for switched in (True, False))
        print(f"{name:20}{plain:10.3f}{ours:10.3f}{ratio:8.2f}", flush=True)


if __name__ == "__main__":
    main()
