"""Search quality: nDCG@10 of known-item queries.

    python tests/benchmarks/retrieval.py [title] [summary] [--keep FOLDER]

`title`: an article's title must find its body (only bodies are indexed). `summary`: the editors'
lead must find title and body (leads are not indexed). Queries are pasted as they are: plain words,
any of which may occur.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from pathlib import Path

from news import DATA, news, records

from corpus import Article, Corpus

TASKS = {"title": "title → body", "summary": "lead → article"}


def build(folder: Path, task: str) -> Corpus:
    """Return a corpus that holds what the task allows to be indexed."""
    corpus = Corpus.create(folder)
    if not len(corpus):
        with_title = task == "summary"
        corpus.add(
            Article(id=row["id"], title=row["title"] if with_title else "", text=row["text"])
            for row in news()
            if row["text"].strip()
        )
    return corpus


def ndcg(ranked: list[str], relevant: set[str], depth: int = 10) -> float:
    """Return nDCG at a depth, every relevant article counting the same."""
    gain = sum(1 / math.log2(n + 2) for n, name in enumerate(ranked[:depth]) if name in relevant)
    ideal = sum(1 / math.log2(n + 2) for n in range(min(depth, len(relevant))))
    return gain / ideal


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="*", default=list(TASKS), help="title, summary")
    parser.add_argument("--keep", type=Path, help="keep the corpora here for the next run")
    arguments = parser.parse_args()
    folder = arguments.keep or Path(tempfile.mkdtemp())
    for task in arguments.tasks:
        corpus = build(folder / task, task)
        started, scores = time.perf_counter(), []
        for row in records(DATA / "retrieval" / f"news_{task}.jsonl.gz"):
            hits = corpus.search(row["query"], match="any", plain=True, limit=10)
            scores.append(ndcg(hits.ids, set(row["relevant"])))
        spent = (time.perf_counter() - started) / len(scores)
        print(
            f"{TASKS[task]:15} nDCG@10 {sum(scores) / len(scores):.3f}  "
            f"({len(scores)} queries, {len(corpus)} articles, {1000 * spent:.0f} ms a query)"
        )


if __name__ == "__main__":
    main()
