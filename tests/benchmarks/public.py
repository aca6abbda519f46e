"""The whole public path, from a typed query to ten hits, in turn with tantivy and its own parser.

    python tests/benchmarks/public.py --keep FOLDER

FOLDER is that of engine.py, whose tantivy index (articles once) must be there; the corpus is made
beside it at the first run. Ours parses, expands words to their lemmas, searches title and text,
and gives the ids of ten hits, as tantivy does, which parses lemmas. Also: what ten snippets, a
facet and an order by date cost, and what a cold process takes.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from news import DATA
from others import Tantivy
from sampling import Sampler, load

from corpus import Corpus

SHAPES = ("term", "and2", "or3", "phrase")
TYPED: dict[str, Callable[[tuple[str, ...]], tuple[str, str]]] = {
    "term": lambda words: (words[0], words[0]),
    "and2": lambda words: (" ".join(words), " AND ".join(words)),
    "or3": lambda words: (" OR ".join(words), " OR ".join(words)),
    "phrase": lambda words: (f'"{" ".join(words)}"',) * 2,
}


def timed(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - started)


def compare(corpus: Corpus, index: Any, queries: list[tuple[str, str]]) -> str:
    """Return medians of both and their ratio."""
    searcher = index.searcher()

    def other(text: str) -> None:
        found = searcher.search(index.parse_query(text, ["text"]), limit=10, count=True)
        _ = [searcher.doc(address)["id"] for _, address in found.hits], found.count

    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(4):
        for ours, theirs in queries:
            pair = (
                timed(lambda q=ours: corpus.search(q, limit=10).ids),
                timed(lambda q=theirs: other(q)),
            )
            for own, spent in zip(times, pair, strict=True):
                own += [spent] if turn else []
    mine, his = map(statistics.median, times)
    return f"{mine:.3f} ms, tantivy {his:.3f}, ratio {mine / his:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, required=True)
    keep = parser.parse_args().keep
    articles = load(keep, 0, 1)
    corpus = Corpus.create(keep / "public")
    if not len(corpus):
        corpus.add(str(DATA / "news"))
    other = Tantivy(keep / f"tantivy-{articles.different}x1", articles)
    other.open()
    index = other.index
    sampler = Sampler(articles)
    corpus.search("год")
    gc.disable()
    for shape in SHAPES:
        queries = [TYPED[shape](query.words) for query in sampler.queries(shape, 100)]
        print(f"{shape:8}{compare(corpus, index, queries)}")
    words = [query.words[0] for query in sampler.queries("term", 40)]
    for word in words:
        list(corpus.search(word, limit=10))
    hits = [corpus.search(word, limit=10) for word in words]
    print(f"ten snippets: {statistics.median(timed(lambda h=h: list(h)) for h in hits):.1f} ms")
    many = corpus.search("год OR в OR и", limit=10)
    facet = statistics.median(timed(lambda: many.facets("source")) for _ in range(20))
    print(f"facet over {many.total:,} hits: {facet:.2f} ms")
    for sort in ("relevance", "date"):
        ordered = [timed(lambda s=sort: corpus.search("год OR в OR и", sort=s)) for _ in range(20)]
        print(f"{many.total:,} hits by {sort}: {statistics.median(ordered):.2f} ms")
    command = [sys.executable, "-m", "corpus", "--root", str(corpus.root), "search", "президент"]
    cold = [
        timed(lambda: subprocess.run(command, check=True, capture_output=True)) for _ in range(5)
    ]
    opened = [timed(lambda: corpus._index.open()) for _ in range(20)]
    print(f"cold process to ten hits with snippets: {statistics.median(cold):.0f} ms")
    print(f"of which opening the index: {statistics.median(opened):.1f} ms")


if __name__ == "__main__":
    main()
