"""Merging ten segments of 85 million words in all into one: seconds and peak memory.

    python tests/benchmarks/merging.py --keep FOLDER [--words 85]

The articles are the real ones of `engine.py` (its lemmas are kept in the same folder), again and
again. The segments are made first, not timed; the merge runs in a process of its own, so that its
memory is its own. Pages of mapped files that the system could take back are counted, too.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from sampling import load
from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage

from corpus.index.engine import ArrowIndex
from corpus.index.invert import Articles
from corpus.index.schema import Values, Words

SEGMENTS = 10


def schema() -> Any:
    return Schema(text=Words(), id=Values())


def make(folder: Path, keep: Path, words: int) -> None:
    """Write the segments."""
    articles = load(keep, 0, 1)
    vocabulary = [word.encode() for word in articles.vocabulary]
    sizes = np.diff(articles.starts)
    # So many articles from anywhere in the list fill a segment.
    rounds = words / SEGMENTS / len(articles.codes)
    chance = np.random.default_rng(1)
    index = ArrowIndex.create(FileStorage(str(folder)), schema())
    for segment in range(SEGMENTS):
        writer = index.writer(words_in_memory=1 << 62)
        for part in range(max(1, round(rounds * 4))):
            chosen = chance.permutation(articles.different)[: articles.different // 4]
            writer.add_articles(
                Articles(
                    words=sizes[chosen],
                    streams={
                        "lemma": (np.concatenate(list(map(articles.codes_of, chosen))), vocabulary)
                    },
                    fields={"text": ("lemma", np.ones(int(sizes[chosen].sum()), bool))},
                    values={"id": [[f"{segment}-{part}-{n}".encode()] for n in chosen]},
                    columns={"number": pa.array(chosen)},
                )
            )
        writer.commit(merge=False)


def merge(folder: Path, answer: Any) -> None:
    """Merge the segments; answer seconds, peak MiB, words and articles."""
    index = ArrowIndex(FileStorage(str(folder)), schema())
    started = time.perf_counter()
    index.optimize()
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (leaf,) = index.searcher().snapshot.leaves
    answer.put((seconds, peak, leaf.segment.documents.positions, leaf.size))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, required=True, help="where engine.py keeps its lemmas")
    parser.add_argument("--words", type=int, default=85, help="millions of words in all")
    arguments = parser.parse_args()
    folder = arguments.keep / "merging"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    context = multiprocessing.get_context("spawn")
    maker = context.Process(target=make, args=(folder, arguments.keep, arguments.words * 10**6))
    maker.start()
    maker.join()
    answer = context.Queue()
    merger = context.Process(target=merge, args=(folder, answer))
    merger.start()
    seconds, peak, words, articles = answer.get()
    merger.join()
    size = sum(path.stat().st_size for path in folder.glob("*.arrow")) / 2**20
    print(
        f"{SEGMENTS} segments, {words:,} words, {articles:,} articles: merged in {seconds:.1f} s, "
        f"peak memory {peak:,.0f} MiB, one segment of {size:,.0f} MiB"
    )
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
