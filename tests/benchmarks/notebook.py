"""What a notebook asks of a corpus, in turn with Conc and ruTS: warm and cold, memory, disk.

    python tests/benchmarks/notebook.py [--keep FOLDER] [--tools ours,conc,ruts] [--tasks …]

Tasks: the concordance and the collocates of the most frequent and of a mid-frequency noun, and of
others about as frequent that were never asked for before (what is remembered of a query helps
nobody there); the keywords of one half of the articles against the other, the frequency list, the
bigram list; for ruTS also dispersion. `rows` makes the result and its first ten rows, `html` what a
notebook shows of it, `all` every row. Warm: the median of some rounds in one process, the tools in
turn, after a first unmeasured one. Cold: a new process that imports, opens, does the task and makes
ten rows; files are in the memory of the system. What the tools are given is said in
concordancers.py; Conc and ruTS are not among the dependencies of this project
(`pip install conc ruts`).
"""

from __future__ import annotations

import argparse
import csv
import gc
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from concordancers import NEW, TOOLS, Chosen, Make, Tool, do

from corpus import Corpus

SLOW, QUICK = 20.0, 0.2
"""What takes so many seconds is done once, what takes no more than the other, more often."""
NOUNS = 60
MIDDLING = 1000
"""Occurrences of a noun that is neither rare nor frequent, in about five million tokens."""
FIRST = 'from corpus import Corpus; print(repr(Corpus({folder!r}).concordance("россия")))'


# Preparing ------------------------------------------------------------------------------------


def prepare(keep: Path) -> None:
    """Choose the nouns, and write the articles as the other tools take them."""
    tables = keep / "tables"
    if not tables.is_dir():
        Corpus(keep / "ours").to_parquet(tables)
    columns = ["article", "lemma", "pos"]
    tokens = pq.read_table(tables / "tokens.parquet", columns=columns)
    articles = pq.read_table(
        tables / "articles.parquet", columns=["article", "id", "title", "date", "source"]
    )
    numbers = tokens.column("article").to_numpy()
    starts = np.flatnonzero(np.diff(numbers, prepend=-1))
    lemmas = tokens.column("lemma").combine_chunks()
    words = lemmas.cast(pa.string()).to_pylist()
    texts = {
        number: " ".join(words[start:stop])
        for number, start, stop in zip(
            numbers[starts].tolist(), starts.tolist(), [*starts[1:].tolist(), None], strict=True
        )
    }
    half = int(np.searchsorted(starts, len(words) // 2))
    write(keep, articles.to_pylist(), texts, half)
    frequent, middling = choose(tokens)
    chosen = Chosen(frequent, middling, half)
    (keep / "chosen.json").write_text(json.dumps(chosen._asdict()))


def choose(tokens: pa.Table) -> tuple[list[str], list[str]]:
    """Return the most frequent nouns and those nearest to MIDDLING; they are nothing but nouns."""
    whole = pc.value_counts(tokens.column("lemma").cast(pa.string())).to_pylist()
    counts = {row["values"]: row["counts"] for row in whole}
    nouns = tokens.filter(pc.equal(tokens.column("pos").cast(pa.string()), "NOUN"))
    found = pc.value_counts(nouns.column("lemma").cast(pa.string())).to_pylist()
    pure = [
        (row["counts"], row["values"])
        for row in found
        # Conc would not find ё by е.
        if row["counts"] == counts[row["values"]] and "ё" not in row["values"]
    ]
    frequent = sorted(pure, reverse=True)[:NOUNS]
    middling = sorted(pure, key=lambda noun: (abs(noun[0] - MIDDLING), noun[1]))[:NOUNS]
    return [noun for _, noun in frequent], [noun for _, noun in middling]


def write(keep: Path, articles: Sequence[dict[str, Any]], texts: dict[int, str], half: int) -> None:
    """Write `all`, `target` and `reference`, as CSV with metadata and as a text a line."""
    parts = {
        "all": articles,
        "target": articles[:half],
        "reference": articles[half:],
    }
    for name, rows in parts.items():
        with (keep / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["text", "id", "title", "date", "source"])
            for row in rows:
                text = texts.get(row["article"], "")
                writer.writerow([text, row["id"], row["title"], row["date"], row["source"]])
        lines = (texts.get(row["article"], "") for row in rows)
        (keep / f"{name}.txt").write_text("\n".join(lines), encoding="utf-8")


# Measuring ------------------------------------------------------------------------------------


def fresh(keep: Path, *words: str) -> list[dict[str, float]]:
    """Run concordancers.py in a process of its own; return what it says and took, if it can."""
    script = Path(__file__).with_name("concordancers.py")
    return [
        {**json.loads(run["said"]), **run}
        for run in ran([sys.executable, str(script), str(keep), *words])
    ]


def ran(command: Sequence[str]) -> list[dict[str, Any]]:
    """Run a process; return the last line it printed, the seconds and those of processors."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode:
        print(f"failed: {' '.join(command)}", file=sys.stderr)
        return []
    return [{"said": done.stdout.decode().splitlines()[-1], "seconds": seconds, "worked": worked}]


Makes = dict[Tool, dict[str, Make]]
"""What each tool can do."""


def names_of(makes: Makes) -> list[str]:
    return list(dict.fromkeys(task for made in makes.values() for task in made))


def warm(makes: Makes, rounds: int, ways: Sequence[str]) -> list[dict[str, Any]]:
    """Let the tools do each task in turn; return medians in seconds."""
    rows = []
    for task in names_of(makes):
        for way in ways:
            if way == "all" and "concordance of" not in task:
                continue
            if way == "html" and task.endswith(NEW):
                continue
            able = {
                tool: made[task]
                for tool, made in makes.items()
                if task in made and way in tool.ways
            }
            rows.append(race(task, way, able, rounds))
    return rows


def race(task: str, way: str, makes: dict[Tool, Make], rounds: int) -> dict[str, Any]:
    """Let tools do a task in turn, each as often as the others; return a row of the table."""
    found: dict[str, int] = {}
    spent: dict[Tool, list[float]] = {}
    slowest = 0.0
    for tool, make in makes.items():
        try:
            first, found[tool.name] = timed(tool, make, way)
        except (AttributeError, ImportError) as error:
            print(f"{tool.name} cannot do {task}: {error}", file=sys.stderr)
            continue
        spent[tool] = [first] if first > SLOW else []
        slowest = max(slowest, first)
    gc.collect()
    for _ in range(3 * rounds if slowest < QUICK and not task.endswith(NEW) else rounds):
        for tool, times in spent.items():
            if max(times, default=0) < SLOW:
                times.append(timed(tool, makes[tool], way)[0])
    return {
        "task": task,
        "way": way,
        "found": found,
        "times": {tool.name: statistics.median(times) for tool, times in spent.items()},
        "best": {tool.name: min(times) for tool, times in spent.items()},
    }


def timed(tool: Tool, make: Any, way: str) -> tuple[float, int]:
    started = time.perf_counter()
    found = do(tool, make, way)
    return time.perf_counter() - started, found


def cold(makes: Makes, keep: Path, rounds: int) -> list[dict[str, Any]]:
    """Let new processes do each task in turn; return medians in seconds, and peaks in bytes."""
    rows = []
    for task in (task for task in names_of(makes) if not task.endswith(NEW)):
        able = [tool.name for tool, made in makes.items() if task in made]
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in able}
        for _ in range(rounds):
            for name in able:
                if not (runs[name] and runs[name][0]["seconds"] > SLOW):
                    runs[name] += fresh(keep, name, task)
        seen = {name: made for name, made in runs.items() if made}
        rows.append(
            {
                "task": task,
                "way": "cold",
                "found": {name: int(made[0]["found"]) for name, made in seen.items()},
                "times": {name: median_of(made, "seconds") for name, made in seen.items()},
                "worked": {name: median_of(made, "worked") for name, made in seen.items()},
                "peak": {name: max(run["peak"] for run in made) for name, made in seen.items()},
            }
        )
    return rows


def median_of(runs: Sequence[dict[str, float]], name: str) -> float:
    return statistics.median(run[name] for run in runs)


def first_concordance(folder: Path, rounds: int) -> list[dict[str, float]]:
    """Return what it takes from nothing to a concordance on the screen, imports included."""
    command = [sys.executable, "-c", FIRST.format(folder=str(folder))]
    return [run for _ in range(rounds) for run in ran(command)]


# Output ---------------------------------------------------------------------------------------


def show(names: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    """Print a table; ratios are another tool's time to that of the first."""
    first, *others = names
    units = {
        "found": ("", 1.0),
        "times": ("ms", 1e-3),
        "worked": ("CPU ms", 1e-3),
        "peak": ("MiB", 2.0**20),
    }
    parts = [part for part in units if rows and part in rows[0]]
    heads = [f"{name} {units[part][0] or part}" for part in parts for name in names]
    lines = [["task", "", *heads, *(f"{name}/{first}" for name in others)]]
    for row in rows:
        times = row["times"]
        cells = [(row[part].get(name), units[part][1]) for part in parts for name in names]
        ratios = [
            times[name] / times[first] if name in times and first in times else None
            for name in others
        ]
        line = [number(None if value is None else value / unit) for value, unit in cells]
        lines.append([row["task"], row["way"], *line, *map(number, ratios)])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    for line in lines:
        print("| " + " | ".join(map(str.ljust, line, widths)) + " |")
    print(flush=True)


def number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commas = {"type": lambda text: text.split(",")}
    parser.add_argument("--tools", default=list(TOOLS), **commas)
    parser.add_argument("--tasks", default=[""], help="only those with these in them", **commas)
    parser.add_argument("--keep", type=Path, help="keep what is built here for the next run")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--cold-rounds", type=int, default=5)
    parser.add_argument("--ways", default=["rows", "html", "all"], **commas)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    if unknown := {*options.tools} - {*TOOLS}:
        parser.error(f"no such tool: {', '.join(unknown)}")
    with tempfile.TemporaryDirectory() as scratch:
        keep = options.keep or Path(scratch)
        keep.mkdir(parents=True, exist_ok=True)
        figures = compare(keep.resolve(), options)
    if options.json:
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1))


def compare(keep: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Build what is not there, do everything, print it; return the figures."""
    built = {}
    for name in dict.fromkeys(["ours", *options.tools]):
        report = keep / f"{name}.json"
        if not report.exists():
            made = fresh(keep, name, "build")
            if not made:
                sys.exit(f"{name} could not be built: choose others with --tools")
            report.write_text(json.dumps(made[0]))
        built[name] = json.loads(report.read_text())
        if not (keep / "chosen.json").exists():
            prepare(keep)
    tools = [TOOLS[name](keep) for name in options.tools]
    figures: dict[str, Any] = {"sizes": sizes(keep)}
    print(json.dumps(figures, ensure_ascii=False), flush=True)
    for tool in tools:
        tool.open()
        made = built[tool.name]
        print(
            f"{tool.name}: built in {made['seconds']:.1f} s, {made['peak'] / 2**20:,.0f} MiB "
            f"at most, {tool.size() / 2**20:,.1f} MiB on disk",
            flush=True,
        )
        figures[f"{tool.name} built"] = {**made, "size": tool.size()}
    makes = {
        tool: {
            task: make
            for task, make in tool.tasks().items()
            if any(word in task for word in options.tasks)
        }
        for tool in tools
    }
    figures["cold"] = cold(makes, keep, options.cold_rounds)
    show(options.tools, figures["cold"])
    figures["warm"] = warm(makes, options.rounds, options.ways)
    show(options.tools, figures["warm"])
    first = first_concordance(keep / "ours", 2 * options.cold_rounds)
    if first:
        print(
            f"first concordance of a cold process: {median_of(first, 'seconds'):.2f} s, at best "
            f"{min(run['seconds'] for run in first):.2f}; {median_of(first, 'worked'):.2f} s of CPU"
        )
    return {**figures, "first": first}


def sizes(keep: Path) -> dict[str, int]:
    """Return articles, tokens and words; Conc's word tokens are ours but for what is a symbol."""
    info = Corpus(keep / "ours").info()
    tokens = pq.read_metadata(keep / "tables" / "tokens.parquet").num_rows
    return {"articles": info["articles"], "tokens": tokens, "words": info["words"]}


if __name__ == "__main__":
    main()
