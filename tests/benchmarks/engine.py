"""Four search engines on the same articles and queries: time, exactness, size, memory.

    python tests/benchmarks/engine.py [--keep FOLDER] [--engines ours,whoosh,tantivy,fts5]

All engines answer each query in turn (see engines.py): the ids of the ten best articles and the
exact total, from a ready query tree, once unmeasured and then some rounds. Cells are median / 95th
percentile over the queries of a shape. Each index is built in a process of its own, for the
articles once and for each of them ten times, shuffled. --keep keeps the lemmas, which take longest
to make, and the indexes for --reuse.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from engines import ENGINES, HITS, Engine, Query
from news import news
from numpy.typing import NDArray

from corpus.model import Article
from corpus.morphology.lexicon import Lexicon
from corpus.text.clean import clean_article
from corpus.text.fold import fold
from corpus.text.tokens import tokenise

SHAPES = "term,and2,or2,or3,phrase,phrase~5,prefix,prefix and,wildcard,typo,not".split(",")
SLOW = 0.25
"""A query that takes longer, in seconds, is timed in one round only."""
ADDED = {1: 7, 100: 3}
"""How many articles are added at a time, and how often."""


# Articles -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Articles:
    """Articles as codes of lemmas; `order` names the different article that stands at each place.

    So a corpus that holds each article ten times needs no more memory than one that holds it once.
    """

    vocabulary: Sequence[str]
    codes: NDArray[np.int32]
    starts: NDArray[np.int64]
    order: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.order)

    @property
    def different(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def ids(self) -> list[str]:
        return [f"a{place:07}" for place in range(len(self))]

    @cached_property
    def lists(self) -> list[list[str]]:
        """The words of every different article."""
        return list(map(self.words, range(self.different)))

    @cached_property
    def texts(self) -> list[str]:
        """The words of every different article, joined by spaces."""
        return [" ".join(self.words(article)) for article in range(self.different)]

    def words(self, article: int) -> list[str]:
        return [self.vocabulary[code] for code in self.codes_of(article).tolist()]

    def codes_of(self, article: int) -> NDArray[np.int32]:
        return self.codes[self.starts[article] : self.starts[article + 1]]


def load(keep: Path, different: int, times: int) -> Articles:
    """Return so many of the articles (0: all), each so many times; lemmas are made once."""
    path = keep / "lemmas.npz"
    if not path.exists():
        print("making lemmas of all articles …", file=sys.stderr)
        np.savez(path, **analyse())
    with np.load(path) as kept:
        codes, starts = kept["codes"], kept["starts"]
        vocabulary = kept["vocabulary"].tobytes().decode().split("\n")
    if 0 < different < len(starts) - 1:
        taken = np.linspace(0, len(starts) - 2, different).astype(int)
        parts = [codes[starts[article] : starts[article + 1]] for article in taken]
        codes, starts = np.concatenate(parts), np.cumsum([0, *map(len, parts)])
    order = np.repeat(np.arange(len(starts) - 1), times)
    if times > 1:
        np.random.default_rng(times).shuffle(order)
    return Articles(vocabulary, codes, starts, order)


def analyse(batch: int = 500) -> dict[str, NDArray[Any]]:
    """Return the lemmas of all words of all articles, by the chain that `corpus` itself uses."""
    cleaned = [clean_article(Article(title=row["title"], text=row["text"])) for row in news()]
    lexicon, lemmas, sizes = Lexicon(), [], []
    for first in range(0, len(cleaned), batch):
        articles = cleaned[first : first + batch]
        columns = tokenise(articles, lexicon.pieces)
        lexicon.update()
        lemmas.append(lexicon.arrays()[0][columns.form[columns.is_word]])
        sizes.append(np.bincount(columns.article[columns.is_word], minlength=len(articles)))
    used, codes = np.unique(np.concatenate(lemmas), return_inverse=True)
    folded = [fold(lexicon.lemmas.values[code]) for code in used.tolist()]
    vocabulary, place = np.unique(np.array(folded, object), return_inverse=True)
    return {
        "codes": place[codes].astype(np.int32),
        "starts": np.append(0, np.cumsum(np.concatenate(sizes))),
        "vocabulary": np.frombuffer("\n".join(vocabulary).encode(), np.uint8),
    }


# Queries --------------------------------------------------------------------------------------

RARE, FREQUENT = 0.002, 0.05
"""A word that fewer of the articles hold is rare, one that more of them hold is frequent."""


class Sampler:
    """Draws queries from words that occur together in an article, rare and frequent ones alike."""

    def __init__(self, articles: Articles) -> None:
        self.articles, self.words = articles, articles.vocabulary
        size, lengths = len(self.words), np.diff(articles.starts)
        owner = np.repeat(np.arange(articles.different), lengths)
        pairs = np.unique(owner * size + articles.codes)
        found_in = np.bincount(pairs % size, minlength=size)
        rare = max(RARE * articles.different, 4)
        self.stratum = np.digitize(found_in, [rare, FREQUENT * articles.different])
        self.is_plain = np.array([word.isalpha() for word in self.words])
        self.length = np.array([len(word) for word in self.words])

    def queries(self, shape: str, count: int) -> list[Query]:
        """Return queries of a shape: always the same ones for the same articles."""
        self.random = np.random.default_rng(SHAPES.index(shape))
        return [Query(shape, self.draw(shape, number)) for number in range(count)]

    def draw(self, shape: str, number: int) -> tuple[str, ...]:
        """Return the words of a query; the stratum of the first goes round with the number."""
        first = number % 3
        match shape:
            case "term":
                return self.together([first])
            case "or3":
                return self.together([first, *self.strata(2 + number % 4)])
            case "phrase" | "phrase~5":
                return self.in_row(first, 2 + number % 2, 1 if shape == "phrase" else 3)
            case "prefix":
                return (self.together([first], 5)[0][:4],)
            case "prefix and":
                long, other = self.together([first, *self.strata(1)], 5)
                return long[:4], other
            case "wildcard":
                return (self.pattern(self.together([first], 6)[0], number // 3 % 3),)
            case "typo":
                return (self.misspelt(self.together([first], 5)[0]),)
        return self.together([first, *self.strata(1)])

    def strata(self, count: int) -> list[int]:
        return self.random.integers(3, size=count).tolist()

    def codes(self) -> NDArray[np.int32]:
        """Return the words of some article."""
        return self.articles.codes_of(int(self.random.integers(self.articles.different)))

    def together(self, strata: Sequence[int], shortest: int = 1) -> tuple[str, ...]:
        """Return different words of one article, one of each stratum, the first not too short."""
        while True:
            codes = np.unique(self.codes())
            codes = self.random.permutation(codes[self.is_plain[codes]])
            chosen: list[int] = []
            for place, stratum in enumerate(strata):
                fits = self.stratum[codes] == stratum
                if place == 0:
                    fits &= self.length[codes] >= shortest
                chosen += [code for code in codes[fits].tolist() if code not in chosen][:1]
            if len(chosen) == len(strata):
                return tuple(self.words[code] for code in chosen)

    def in_row(self, stratum: int, count: int, widest: int) -> tuple[str, ...]:
        """Return words that follow each other in an article at most `widest` places apart."""
        while True:
            codes = self.codes()
            steps = self.random.integers(1, widest + 1, size=count - 1)
            places = np.append(0, np.cumsum(steps))
            starts = np.flatnonzero(self.stratum[codes[: len(codes) - places[-1]]] == stratum)
            if len(starts):
                chosen = codes[places + self.random.choice(starts)].tolist()
                return tuple(self.words[code] for code in chosen)

    def pattern(self, word: str, kind: int) -> str:
        """Return a pattern that finds a word: `пр*ть`, `*ость` or `м?сто`."""
        inner = int(self.random.integers(1, len(word) - 1))
        one_open = f"{word[:inner]}?{word[inner + 1 :]}"
        return (f"{word[:2]}*{word[-2:]}", f"*{word[-4:]}", one_open)[kind]

    def misspelt(self, word: str) -> str:
        """Return a word with one letter changed."""
        place = int(self.random.integers(len(word)))
        letters = "абвгдежзийклмнопрстуфхцчшщъыьэюя".replace(word[place], "")
        return word[:place] + str(self.random.choice(list(letters))) + word[place + 1 :]


# Building -------------------------------------------------------------------------------------


def build(name: str, folder: Path, keep: Path, different: int, times: int) -> dict[str, float]:
    """Build an index in a process of its own; return what it cost."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(build_here, name, folder, keep, different, times).result()


def build_here(name: str, folder: Path, keep: Path, different: int, times: int) -> dict[str, float]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    engine = ENGINES[name](folder, load(keep, different, times))
    engine.feed()
    before, worked = memory("VmRSS"), time.process_time()
    seconds = engine.build()
    worked = time.process_time() - worked
    made = {"seconds": seconds, "worked": worked, "peak": memory("VmHWM"), "before": before}
    return {**made, "size": engine.size()}


def memory(name: str) -> float:
    """Return the memory of this process in bytes: VmRSS is what it has now, VmHWM the most it had.

    `ru_maxrss`, which stands in where there is no /proc, may count the parent process too.
    """
    try:
        found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    except OSError:
        found = None
    if found:
        return int(found[1]) * 1024.0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


# Timing ---------------------------------------------------------------------------------------


Results = dict[str, list[tuple[float, int]]]
"""Seconds and total of each query, by engine; empty for an engine without such queries."""


def race(engines: Sequence[Engine], queries: Sequence[Query], rounds: int) -> Results:
    """Let all engines answer each query in turn; a query's time is the median of its rounds."""
    results: Results = {engine.name: [] for engine in engines}
    for query in queries:
        searches = {engine.name: engine.prepare(query) for engine in engines}
        able = {name: search for name, search in searches.items() if search}
        totals = {name: checked(*search()) for name, search in able.items()}
        spent: dict[str, list[float]] = {name: [] for name in able}
        gc.collect()
        for _ in range(rounds):
            for name, search in able.items():
                if not spent[name] or spent[name][0] < SLOW:
                    started = time.perf_counter()
                    search()
                    spent[name].append(time.perf_counter() - started)
        for name, times in spent.items():
            results[name].append((statistics.median(times), totals[name]))
    return results


def checked(ids: Sequence[str], total: int) -> int:
    """Return the total, if there are as many ids as it lets expect."""
    assert len(set(ids)) == len(ids) == min(total, HITS), (ids, total)
    return total


def adding(engines: Sequence[Engine]) -> dict[int, dict[str, float]]:
    """Add articles to copies of the indexes, engine by engine in turn; return median seconds."""
    with tempfile.TemporaryDirectory() as scratch:
        copies = []
        for engine in engines:
            folder = Path(scratch) / engine.name
            shutil.copytree(engine.folder, folder)
            copies.append(ENGINES[engine.name](folder, engine.articles))
            copies[-1].feed()
            copies[-1].open()
        medians = {}
        for count, repeats in ADDED.items():
            spent = [[engine.add(count) for engine in copies] for _ in range(repeats)]
            medians[count] = {
                engine.name: statistics.median(times)
                for engine, times in zip(copies, zip(*spent, strict=True), strict=True)
            }
        for engine in copies:
            engine.close()
    return medians


# Output ---------------------------------------------------------------------------------------


Row = tuple[str, dict[str, list[float]]]
"""A label, and the numbers of each engine."""


def show(names: Sequence[str], rows: Sequence[Row]) -> None:
    """Print a table; ratios are the first number of the first engine to that of another."""
    lines = [["", names[0], *(head for name in names[1:] for head in (name, f"{names[0]}/{name}"))]]
    for label, cells in rows:
        line = [label]
        for name in names:
            cell, first = cells.get(name), cells.get(names[0])
            line.append(" / ".join(map(written, cell)) if cell else "–")
            if name != names[0]:
                line.append(written(first[0] / cell[0]) if first and cell else "–")
        lines.append(line)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    for line in lines:
        print("| " + " | ".join(map(str.ljust, line, widths)) + " |")
    print(flush=True)


def written(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def times_of(shape: str, results: Results) -> Row:
    """Return the row of a shape: median and 95th percentile in milliseconds."""
    cells, hits = {}, 0.0
    for name, answers in results.items():
        if answers:
            seconds, totals = np.array(answers).T
            cells[name] = list(1000 * np.quantile(seconds, [0.5, 0.95]))
            hits = hits or float(np.median(totals))
    return f"{shape} ({written(hits)} hits)", cells


def other_totals(queries: Sequence[Query], results: Results, engines: Sequence[Engine]) -> None:
    """Print where engines do not agree on the number of articles found."""
    first, *others = (engine for engine in engines if results[engine.name])
    for other in others:
        pairs = zip(queries, results[first.name], results[other.name], strict=True)
        odd = [(query, a[1], b[1]) for query, a, b in pairs if a[1] != b[1]]
        if odd:
            (shape, words), a, b = odd[0]
            why = ", which means something else there" if shape in other.differs else ""
            print(
                f"{shape}: {other.name} has another total than {first.name} in {len(odd)} of "
                f"{len(queries)} queries{why}; e.g. {' '.join(words)}: {b} and not {a}"
            )


def costs(built: dict[str, dict[str, float]], added: dict[int, dict[str, float]]) -> list[Row]:
    """Return the rows of building and adding."""
    mebi = 2.0**20
    kinds = {
        "build, s / of all cores": (1.0, "seconds", "worked"),
        "index, MiB": (mebi, "size"),
        "peak / before the build, MiB": (mebi, "peak", "before"),
    }
    rows = [
        (label, {name: [made[key] / unit for key in keys] for name, made in built.items()})
        for label, (unit, *keys) in kinds.items()
    ]
    for count, medians in added.items():
        cells = {name: [1000 * spent] for name, spent in medians.items()}
        rows.append((f"add {count}, ms", cells))
    return rows


def compare(names: Sequence[str], keep: Path, times: int, options: argparse.Namespace) -> None:
    """Build, search and add with the articles so many times; print all tables."""
    articles = load(keep, options.articles, times)
    print(f"\n{len(articles):,} articles, {len(articles.codes) * times:,} words\n", flush=True)
    folders = {name: keep / f"{name}-{articles.different}x{times}" for name in names}
    engines = [ENGINES[name](folder, articles) for name, folder in folders.items()]
    built = {}
    for engine in engines:
        report = engine.folder.with_suffix(".json")
        if not (options.reuse and report.exists()):
            made = build(engine.name, engine.folder, keep, options.articles, times)
            report.write_text(json.dumps(made))
        built[engine.name] = json.loads(report.read_text())
        engine.open()
    sampler, rows = Sampler(articles), []
    gc.freeze()
    gc.disable()
    for shape in options.shapes:
        queries = sampler.queries(shape, options.queries)
        results = race(engines, queries, options.rounds)
        rows.append(times_of(shape, results))
        other_totals(queries, results, engines)
    print("\nmedian / 95th percentile, ms\n")
    show(names, rows)
    added = adding(engines)
    gc.enable()
    show(names, costs(built, added))
    for engine in engines:
        engine.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commas = {"type": lambda text: text.split(",")}
    parser.add_argument("--engines", default=list(ENGINES), **commas)
    parser.add_argument("--shapes", default=SHAPES, **commas)
    parser.add_argument("--keep", type=Path, help="keep lemmas and indexes here for the next run")
    parser.add_argument("--reuse", action="store_true", help="search the indexes kept; build none")
    parser.add_argument("--articles", type=int, default=0, help="take only so many different ones")
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10], help="copies of each")
    parser.add_argument("--queries", type=int, default=100, help="of each shape")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--whoosh-tenfold", action="store_true", help="takes many minutes")
    options = parser.parse_args()
    if unknown := {*options.engines} - {*ENGINES} | {*options.shapes} - {*SHAPES}:
        parser.error(f"no such engine or shape: {', '.join(unknown)}")
    with tempfile.TemporaryDirectory() as scratch:
        keep = options.keep or Path(scratch)
        keep.mkdir(parents=True, exist_ok=True)
        for times in options.times:
            names = list(options.engines)
            if times > 1 and "whoosh" in names and not options.whoosh_tenfold:
                names.remove("whoosh")
                print(f"without whoosh {times}-fold: building takes minutes (--whoosh-tenfold)")
            compare(names, keep, times, options)


if __name__ == "__main__":
    main()
