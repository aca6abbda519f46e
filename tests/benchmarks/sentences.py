"""Boundaries of gold sentences that are found, ours against razdel's, and the time it takes.

    python tests/benchmarks/sentences.py

Needs the treebanks of the real data; razdel's columns need `pip install razdel`. Sentences are
joined by a blank within a paragraph; a file without paragraphs is read in runs of 40 sentences.
Ours makes all token columns with an empty memory on the way, razdel's finds sentences only.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "helpers"))

from gold_sentences import boundaries, paragraphs, score

from corpus.model import Article
from corpus.text.tokens import Pieces, tokenise

FILES = (
    "GramEval2020-RuEval2017-Lenta-news-dev",
    "GramEval2020-RuEval2017-social-dev",
    "GramEval2020-SynTagRus-dev",
    "MorphoRuEval2017-VK-gold",
    "ru_gsd-ud-dev",
    "ru_taiga-ud-dev",
    "ru_taiga26-ud-train",
)
FindAll = Callable[[list[str]], list[set[int]]]


def ours(texts: list[str]) -> list[set[int]]:
    """Return where sentences start in each text but at its beginning; all texts are one batch."""
    columns = tokenise([Article(text=text) for text in texts], Pieces())
    first = np.flatnonzero(np.diff(columns.sentence, prepend=-1) | (columns.token == 0))
    found: list[set[int]] = [set() for _ in texts]
    for article, token, start in zip(
        columns.article[first], columns.token[first], columns.start[first], strict=True
    ):
        if token:
            found[article].add(int(start))
    return found


def finders() -> dict[str, FindAll]:
    found: dict[str, FindAll] = {"ours": ours}
    try:
        sentenize = import_module("razdel").sentenize
    except ImportError:
        print("razdel is not installed: no comparison")
        return found
    found["razdel"] = lambda texts: [{s.start for s in sentenize(text)} - {0} for text in texts]
    return found


def main() -> None:
    found = finders()
    for name in FILES:
        texts = list(paragraphs(name))
        columns = []
        for whose, find in found.items():
            places = iter(find([boundaries(sentences)[0] for sentences in texts]))
            counted = score(texts, lambda text, places=places: next(places))  # type: ignore[misc]
            precision, recall = counted.right / counted.found, counted.right / counted.gold
            columns.append(f"{whose} F {counted.f1:.4f} (P {precision:.4f} R {recall:.4f})")
        print(f"{name:40}{sum(map(len, texts)):6}  {'   '.join(columns)}")
    texts = [boundaries(sentences)[0] for name in FILES for sentences in paragraphs(name)]
    characters = sum(map(len, texts))
    for whose, find in found.items():
        spent = []
        for _ in range(5):
            started = time.process_time()
            find(texts)
            spent.append(time.process_time() - started)
        print(f"{whose}: {characters / statistics.median(spent) / 1e6:.2f} M characters a second")


if __name__ == "__main__":
    main()
