"""Search quality: nDCG@10 of known-item queries, and what each part of the score is worth.

    python tests/benchmarks/relevance.py [TASK …] [--keep FOLDER] [--no-ablation]

`title`: an article's title must find its body (only bodies are indexed). `summary`: the editors'
lead must find title and body (leads are not indexed). `three`: three telling words of a title,
drawn at random but always the same, must find the body. `tag`: a tag must find the articles that
have it by title and body. Queries are pasted as they are: plain words, any of which may occur.

Half of the queries is for tuning; what counts is the other half, `held out`. In the table below
it, one part of the score at a time is switched off, on that half.
"""

from __future__ import annotations

import argparse
import math
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from news import DATA, news, records

from corpus import Article, Corpus
from corpus.index import closeness, nodes, ranking, translate
from corpus.query.lexer import words
from corpus.text.fold import fold
from corpus.text.function_words import FUNCTION_WORDS

TASKS = {
    "title": "title → body",
    "summary": "lead → article",
    "three": "three words",
    "tag": "tag → articles",
}
WITH_TITLES = ("summary", "tag")
DEPTH = 10

PARTS: dict[str, list[tuple[Any, str, Any]]] = {
    # What is switched off: where it stands, its name there, the value that does it.
    "all of it": [],
    "the form that was typed": [(nodes, "SAME_FORM", 0.0)],
    "adjacent words": [(closeness, "ADJACENT", 0.0)],
    "words near each other": [(closeness, "NEAR", 0.0)],
    "closeness altogether": [(closeness, "ADJACENT", 0.0), (closeness, "NEAR", 0.0)],
    "function words left out": [(translate, "FUNCTION_WORDS", frozenset())],
    "other lemmas at half": [(nodes, "OTHER_LEMMA", 1.0)],
    "other lemmas at all": [(nodes, "OTHER_LEMMA", 0.0)],
    "the weight of titles": [
        (ranking, "FIELDS", {**ranking.FIELDS, "title": (1.0, 0.5), "title_form": (1.0, 0.5)})
    ],
    "the length of texts": [
        (ranking, "FIELDS", {**ranking.FIELDS, "text": (1.0, 0.0), "text_form": (1.0, 0.0)})
    ],
}


class Query(NamedTuple):
    """A query and the ids of the articles that it should find."""

    text: str
    relevant: frozenset[str]


def queries(task: str) -> list[Query]:
    """Return the queries of a task."""
    if task == "tag":
        return list(_tags())
    name = "title" if task == "three" else task
    rows = records(DATA / "retrieval" / f"news_{name}.jsonl.gz")
    found = [Query(row["query"], frozenset(row["relevant"])) for row in rows]
    return list(_shortened(found)) if task == "three" else found


def _shortened(found: Sequence[Query]) -> Iterator[Query]:
    chance = random.Random(7)
    for query in found:
        telling = [w for _, w in words(query.text) if len(w) > 3 and fold(w) not in FUNCTION_WORDS]
        if len(telling) > 3:
            places = sorted(chance.sample(range(len(telling)), 3))
            yield Query(" ".join(telling[place] for place in places), query.relevant)


def _tags() -> Iterator[Query]:
    found = defaultdict(set)
    for row in news():
        for tag in row.get("tags") or ():
            found[tag].add(row["id"])
    for tag, ids in sorted(found.items()):
        if 5 <= len(ids) <= 100 and any(map(str.isalpha, tag)):
            yield Query(tag, frozenset(ids))


def build(folder: Path, *, with_titles: bool) -> Corpus:
    """Return a corpus of the articles' texts, with or without their titles."""
    corpus = Corpus.create(folder)
    if not len(corpus):
        corpus.add(
            Article(id=row["id"], title=row["title"] if with_titles else "", text=row["text"])
            for row in news()
            if row["text"].strip()
        )
    return corpus


def ndcg(ranked: Sequence[str], relevant: frozenset[str], depth: int = DEPTH) -> float:
    """Return nDCG at a depth, every relevant article counting the same."""
    gain = sum(1 / math.log2(n + 2) for n, name in enumerate(ranked[:depth]) if name in relevant)
    ideal = sum(1 / math.log2(n + 2) for n in range(min(depth, len(relevant))))
    return gain / ideal


def scores(root: Path, asked: Sequence[Query]) -> list[float]:
    """Return the nDCG of each query, by a corpus that is opened anew."""
    corpus = Corpus(root)
    found = []
    for query in asked:
        hits = corpus.search(query.text, match="any", plain=True, limit=DEPTH)
        found.append(ndcg(hits.ids, query.relevant))
    return found


@contextmanager
def without(part: str) -> Iterator[None]:
    """Switch a part of the score off for a while."""
    before = [(home, name, getattr(home, name)) for home, name, _ in PARTS[part]]
    for home, name, value in PARTS[part]:
        setattr(home, name, value)
    try:
        yield
    finally:
        for home, name, value in before:
            setattr(home, name, value)


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def ablate(roots: dict[str, Path], asked: dict[str, list[Query]]) -> None:
    """Print what the held-out half loses without each part."""
    print(f"\n{'switched off':26}" + "".join(f"{TASKS[task]:>18}" for task in roots))
    full: dict[str, float] = {}
    for part in PARTS:
        line = f"{part:26}"
        for task, root in roots.items():
            with without(part):
                value = mean(scores(root, asked[task][1::2]))
            if part == next(iter(PARTS)):
                full[task] = value
                line += f"{value:18.4f}"
            else:
                line += f"{value - full[task]:+18.4f}"
        print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="*", help=", ".join(TASKS))
    parser.add_argument("--keep", type=Path, help="keep the corpora here for the next run")
    parser.add_argument("--no-ablation", action="store_true")
    arguments = parser.parse_args()
    if unknown := {*arguments.tasks} - {*TASKS}:
        parser.error(f"no such task: {', '.join(unknown)}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        roots, asked = {}, {}
        for task in arguments.tasks or TASKS:
            with_titles = task in WITH_TITLES
            corpus = build(
                folder / ("summary" if with_titles else "title"), with_titles=with_titles
            )
            roots[task], asked[task] = corpus.root, queries(task)
            started = time.perf_counter()
            values = scores(corpus.root, asked[task])
            spent = (time.perf_counter() - started) / len(values)
            print(
                f"{TASKS[task]:15} nDCG@10 held out {mean(values[1::2]):.4f}, "
                f"tuned on {mean(values[::2]):.4f}  ({len(values)} queries, "
                f"{len(corpus)} articles, {1000 * spent:.0f} ms a query)",
                flush=True,
            )
        if not arguments.no_ablation:
            ablate(roots, asked)


if __name__ == "__main__":
    main()
