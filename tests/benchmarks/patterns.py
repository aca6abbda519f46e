"""How long token queries take on the news: the exact count and the first 100 lines.

    python tests/benchmarks/patterns.py [--keep FOLDER] [--rounds N] [QUERY …]

`--keep` is a corpus that is there, or where one is made of the news; without it one is made and
thrown away. Warm: one process, the queries in turn; before each, everything is forgotten that an
earlier query left behind (matches, tables of values), so that only the columns and their
vocabularies are warm. The median and the greatest time are shown, and the median of the time of the
processor, which neighbours on the machine disturb less. Cold: a new process that imports, opens,
counts and makes ten lines; files are in the memory of the system.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import memory
from news import news

from corpus import Article, Corpus, CorpusError

LINES = 100
QUERIES = (
    '[pos="ADJ"] [lemma="политика"]',
    '[lemma="говорить"] []{0,3} [pos="NOUN" & tag="ablt"]',
    '"с.*" [] "по.*" within <s/>',
    '[pos="VERB"] [pos="PREP"] [pos="NOUN"]',
    '[pos="ADJ"]* [lemma="политика"]',
    '1:[pos="ADJ"] 2:[pos="NOUN"] & 1.case = 2.case & 1.number = 2.number',
    '[feats="Case=Ins" & pos="NOUN"] within <heading/>',
    '<s> [pos="CCONJ"] []{0,5} [lemma="но" | lemma="однако"]',
    '<s/> containing ([lemma="владимир"] [lemma="путин"])',
    '[pos="NOUN"]+ within ([pos="VERB"] []{0,10} [pos="VERB"])',
)
HARD = (
    '[]{0,100} []{0,100} [lemma="и"]',
    '([]{0,100}){0,100} [lemma="и"]',
    '".*"',
    '".*" ".*" ".*"',
    "[]+ within <s/>",
    '([pos="NOUN"]+ []*)+',
    "1:[] 2:[] & 1.lemma = 2.lemma",
    "1:[] []{0,100} 2:[] & 1.lemma = 2.lemma",
)
"""Queries that could run away: they must end in time, or with an error that says which limit."""
COLD = """
import sys
from corpus import Corpus
lines = Corpus(sys.argv[1]).concordance(sys.argv[2])
print(len(lines), len(list(lines[:10])))
"""


def forget(corpus: Corpus) -> None:
    """Drop what an earlier query left behind."""
    state = corpus._scope().state
    state._known.clear()
    occurring = state.search.occurring
    occurring._known.clear()
    occurring.matcher._attributes._known.clear()


def answered(corpus: Corpus, query: str) -> int:
    """Return the exact number of matches, the first lines being made."""
    lines = corpus.concordance(query)
    list(lines[:LINES])
    return len(lines)


def timed(corpus: Corpus, query: str) -> tuple[int, float, float]:
    """Return the number of matches, and seconds by the clock and of the processor."""
    forget(corpus)
    start, used = time.perf_counter(), time.process_time()
    count = answered(corpus, query)
    return count, time.perf_counter() - start, time.process_time() - used


def warm(corpus: Corpus, queries: list[str], rounds: int) -> None:
    for query in queries:
        answered(corpus, query)
    taken: dict[str, list[tuple[int, float, float]]] = {query: [] for query in queries}
    for _ in range(rounds):
        for query in queries:
            taken[query].append(timed(corpus, query))
    print(f"{'warm, ms':>12} {'greatest':>9} {'processor':>9} {'matches':>10}  query")
    for query, times in taken.items():
        clock = [1e3 * seconds for _, seconds, _ in times]
        used = [1e3 * seconds for _, _, seconds in times]
        print(
            f"{statistics.median(clock):12.1f} {max(clock):9.1f} {statistics.median(used):9.1f} "
            f"{times[0][0]:10}  {query}"
        )


def cold(folder: Path, queries: list[str], rounds: int) -> None:
    print(f"{'cold, ms':>12}  query")
    for query in queries:
        clock = []
        for _ in range(rounds):
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, "-c", COLD, str(folder), query], check=True, capture_output=True
            )
            clock.append(1e3 * (time.perf_counter() - start))
        print(f"{statistics.median(clock):12.0f}  {query}")


def hard(corpus: Corpus) -> None:
    print(f"{'seconds':>12} {'megabytes':>9} {'matches':>10}  query")
    for query in HARD:
        start = time.perf_counter()
        try:
            said = str(answered(corpus, query))
        except CorpusError as error:
            said = error.message
        used = memory("VmHWM") / 1e6
        print(f"{time.perf_counter() - start:12.1f} {used:9.0f} {said:>10}  {query}", flush=True)


def opened(keep: Path) -> Corpus:
    """Return the corpus of a folder, made of the news if there is none yet."""
    try:
        return Corpus(keep)
    except CorpusError:
        corpus = Corpus.create(keep)
    fields = ("id", "title", "text", "date", "source", "url")
    corpus.add(
        Article(**{"text": "", **{name: record[name] for name in fields if record.get(name)}})
        for record in news()
    )
    return corpus


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("queries", nargs="*")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--hard", action="store_true", help="only those that could run away")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = opened(given.keep or Path(folder) / "news")
        print(f"{corpus._scope().tokens} tokens")
        if given.hard:
            hard(corpus)
            return
        queries = given.queries or list(QUERIES)
        warm(corpus, queries, given.rounds)
        cold(corpus.root, queries[:4], max(1, given.rounds // 3))


if __name__ == "__main__":
    main()
