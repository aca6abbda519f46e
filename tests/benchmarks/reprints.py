"""Reprints in real articles: seconds and memory, pairs found, and what an exact count finds.

    python tests/benchmarks/reprints.py [--keep FOLDER] [--read 20] [--exact]

The articles of `news.py`, each under an id of its own and without its address, so that copies
under two addresses stay two articles. `--keep` keeps the corpus for the next time; `--read` prints
so many pairs of each kind, by chance, to be read; `--exact` counts what every two articles share.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from news import news

from corpus import Article, Corpus
from corpus.columns import building
from corpus.columns.columns import Columns, Numbers
from corpus.columns.stories import _shingles_of, regroup
from corpus.reprints.comparing import SAME, SHARES, containment, jaccard
from corpus.sources.dates import parse_date
from corpus.store.store import Store


def articles() -> Iterator[Article]:
    for number, record in enumerate(news()):
        text = record.get("text") or ""
        if text.strip():
            date = parse_date(str(record.get("date") or "")).date
            yield Article(
                id=f"n{number:05}",
                title=record.get("title") or "",
                text=text,
                date=date,
            )


def corpus_in(folder: Path) -> Corpus:
    if (folder / "corpus_data").is_dir():
        return Corpus(folder)
    corpus = Corpus.create(folder)
    started = time.perf_counter()
    receipt = corpus.add(articles())
    used = os.times()
    cpu = used.user + used.system + used.children_user + used.children_system
    print(f"add: {time.perf_counter() - started:.1f} s, {cpu:.1f} s of all processes: {receipt}")
    return corpus


class Timed:
    """`regroup`, timed; `peak` is the memory that it took besides."""

    def __init__(self, *, memory: bool = False) -> None:
        self.seconds, self.peak, self._memory = 0.0, 0, memory

    def __call__(self, *given: Any) -> Any:
        if self._memory:
            tracemalloc.start()
        started = time.process_time()
        try:
            return regroup(*given)
        finally:
            self.seconds += time.process_time() - started
            if self._memory:
                self.peak = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()


def from_nothing(store: Store, *, memory: bool) -> tuple[Timed, float]:
    """Make all columns anew; return what reprints took, and the seconds of all."""
    timed = Timed(memory=memory)
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(building, "regroup", timed):
        started = time.process_time()
        writer = building.ColumnsWriter(Path(folder), store)
        building.catch_up(writer, store)
        writer.commit()
        return timed, time.process_time() - started


def one_more(corpus: Corpus, article: Article) -> tuple[float, float]:
    """Add one article and take it out again; return the seconds of reprints and of all."""
    timed = Timed()
    with mock.patch.object(building, "regroup", timed):
        started = time.process_time()
        corpus.add(article)
        took = timed.seconds, time.process_time() - started
        corpus.remove(article.id)
    return took


def exact(columns: Columns, bodies: Numbers) -> dict[tuple[int, int], int]:
    """Return how many shingles every two bodies share that share text, all with all."""
    sets = _shingles_of(columns, bodies)
    _, code = np.unique(sets.hash, return_inverse=True)
    owner = np.repeat(np.arange(len(bodies)), np.diff(sets.start))
    order = np.argsort(code, kind="stable")
    held, start = owner[order], np.searchsorted(code[order], np.arange(code.max() + 2))
    sizes, found = np.diff(sets.start), {}
    for place in range(len(bodies)):
        own = code[sets.start[place] : sets.start[place + 1]]
        lists = [held[start[n] : start[n + 1]] for n in own.tolist()]
        common = np.bincount(np.concatenate([held[:0], *lists]), minlength=len(bodies))
        others = np.arange(len(bodies)) > place
        others &= (containment(common, sizes[place], sizes) >= SHARES) & (common >= 2)
        for other in np.flatnonzero(others).tolist():
            found[int(bodies[place]), int(bodies[other])] = int(common[other])
    return found


def compare(columns: Columns, live: Numbers) -> None:
    rows = columns.rows_of(live)
    rows = rows[columns.sketches.shingles[rows] > 0]
    _, first = np.unique(columns.sketches.print[rows], return_index=True)
    started = time.process_time()
    wanted = exact(columns, np.sort(rows[first]))
    a, b, common = (column.tolist() for column in columns.alike)
    found = dict(zip(zip(a, b, strict=True), common, strict=True))
    sizes = columns.sketches.shingles
    for name, measure, limit in (("same", jaccard, SAME), ("share text", containment, SHARES)):
        ours, theirs = (_at_least(pairs, sizes, measure, limit) for pairs in (found, wanted))
        too_many = len(ours - theirs)
        print(f"  {name}: {len(ours & theirs)} of {len(theirs)} found, {too_many} too many")
        for least in (16, 60, 130):
            long = {pair for pair in theirs if sizes[list(pair)].min() >= least}
            print(f"    of {least} runs of words and more: {len(ours & long)} of {len(long)}")
    print(f"  every two compared: {time.process_time() - started:.1f} s")


def _at_least(
    pairs: dict[tuple[int, int], int], sizes: Numbers, measure: Any, least: float
) -> set[tuple[int, int]]:
    a, b = np.array([*pairs], np.int64).reshape(-1, 2).T
    values = measure(np.array([*pairs.values()]), sizes[a], sizes[b])
    return {pair for pair, value in zip(pairs, values, strict=True) if value >= least}


def read(corpus: Corpus, number: int) -> None:
    """Print pairs of each kind, chosen by chance."""
    columns, store = corpus._counted().columns, corpus._current()
    a, b, common = columns.alike
    one, other = columns.sketches.shingles[a], columns.sketches.shingles[b]
    alike, held = jaccard(common, one, other), containment(common, one, other)
    copies = np.flatnonzero(columns.story != np.arange(len(columns.story)))
    prints = columns.sketches.print
    copies = copies[prints[copies] == prints[columns.story[copies]]]
    kinds = {
        "the same shingles": (copies, columns.story[copies]),
        "same": (a[alike >= SAME], b[alike >= SAME]),
        "share text": (a[alike < SAME], b[alike < SAME]),
    }
    chance = np.random.default_rng(1)
    for name, (left, right) in kinds.items():
        print(f"\n== {name}: {len(left)} pairs")
        for place in chance.permutation(len(left))[:number]:
            rows = np.array([left[place], right[place]])
            articles = list(store.articles(columns.number[rows].tolist()))
            pair = (a == min(rows)) & (b == max(rows))
            values = f"J {alike[pair][0]:.2f} C {held[pair][0]:.2f}" if pair.any() else "J 1"
            print(f"-- {values}")
            for article in articles:
                print(f"   {article.date} {article.id} {article.title[:90]}")
                print(f"      {article.text[:110]!r} … {article.text[-90:]!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--read", type=int, default=0)
    parser.add_argument("--exact", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = corpus_in(given.keep or Path(folder))
        columns, store = corpus._counted().columns, corpus._current()
        print(f"{len(corpus)} articles, {len(columns.form)} tokens")
        timed, whole = from_nothing(store, memory=False)
        measured, _ = from_nothing(store, memory=True)
        print(
            f"from nothing: {timed.seconds:.2f} s of {whole:.2f} s for all columns, "
            f"{measured.peak / 1e6:.0f} MB besides"
        )
        text = next(iter(corpus)).text + " Ещё одна строка в конце."
        times = [one_more(corpus, Article(id=f"ещё{n}", text=f"{text} {n}")) for n in range(5)]
        reprints, add = (np.median(column) for column in zip(*times, strict=True))
        print(f"one article more: {1e3 * reprints:.0f} ms of {1e3 * add:.0f} ms")
        story = columns.story[columns.rows_of(corpus._current().live)]
        sizes = np.bincount(story)
        print(
            f"{int((sizes > 1).sum())} stories of more than one version, "
            f"{int(sizes[sizes > 1].sum())} articles in them, the largest {int(sizes.max())}"
        )
        if given.exact:
            compare(columns, corpus._current().live)
        if given.read:
            read(corpus, given.read)


if __name__ == "__main__":
    main()
