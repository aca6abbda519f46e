"""Four search engines on the same articles and queries: time, exactness, size, memory.

    python tests/benchmarks/engine.py [--keep FOLDER] [--engines ours,whoosh,tantivy,fts5]

All engines (engines.py, others.py) answer each query in turn: the ids of the ten best articles and
the exact total, from a ready query tree, once unmeasured and then some rounds. Cells are median /
95th percentile over the queries of a shape. Each index is built in a process of its own, for the
articles once and for each of them ten times, shuffled. --keep keeps the lemmas, which take longest
to make, and the indexes for --reuse.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from engines import HITS, Engine, Ours, Whoosh
from measuring import memory
from others import Fts5, Tantivy
from sampling import SHAPES, Query, Sampler, load

ENGINES: dict[str, type[Engine]] = {kind.name: kind for kind in (Ours, Whoosh, Tantivy, Fts5)}
SLOW = 0.25
"""A query that takes longer, in seconds, is timed in one round only."""
ADDED = {1: 7, 100: 3}
"""How many articles are added at a time, and how often."""


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
