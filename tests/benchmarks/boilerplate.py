"""What leaving boilerplate out is worth: nDCG@10 with each rule on and off, and what it costs.

    python tests/benchmarks/boilerplate.py [--keep FOLDER] [--samples RULE]

The queries are those of `relevance.py`. One corpus is made of all articles; BM25 over its lemmas
then ranks them with the tokens of some rules left out, so that nothing but these tokens differs.
`--samples box` prints lines that a rule marked instead, each with the line above and the line
below it, to be read.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from news import news
from numpy.typing import NDArray
from relevance import TASKS, WITH_TITLES, mean, ndcg, queries

from corpus import Article, Corpus, marking
from corpus.boilerplate.judging import RULES
from corpus.morphology.analyser import Analyser
from corpus.store.marked import coded
from corpus.store.parts import NOT_WORDS
from corpus.store.store import Store
from corpus.text.fold import fold
from corpus.text.tokens import WORD

K1, B_BODY, B_TITLE, TITLE_WEIGHT = 1.2, 0.75, 0.5, 4
FOUND = tuple(rule for rule in RULES if rule != "told")


class Words(NamedTuple):
    """The words of a corpus: number of the lemma, row of the article, whether in the title, rule.

    `rule` is -1 for words that are no boilerplate.
    """

    lemma: NDArray[np.int64]
    row: NDArray[np.int64]
    in_title: NDArray[np.bool_]
    rule: NDArray[np.int64]


def build(folder: Path) -> Corpus:
    """Return a corpus of all articles, and say how much of the time went to boilerplate."""
    corpus = Corpus.create(folder)
    if not len(corpus):
        spent = []
        inner = marking._mark

        def timed(store: Store, *, anew: bool) -> None:
            started = time.perf_counter()
            inner(store, anew=anew)
            spent.append(time.perf_counter() - started)

        marking._mark = timed
        started = time.perf_counter()
        corpus.add(
            Article(id=row["id"], title=row["title"], text=row["text"], source=row["id"][:3])
            for row in news()
            if row["text"].strip()
        )
        whole = time.perf_counter() - started
        print(
            f"adding took {whole:.1f} s, finding and marking boilerplate {sum(spent):.2f} s of it"
        )
    return corpus


def words_of(store: Store) -> tuple[Words, dict[str, int], list[str]]:
    """Return the words of a store, the numbers of its lemmas, and the ids of its articles."""
    numbers: dict[str, int] = {}
    found: list[tuple[NDArray[np.int64], ...]] = []
    for part in store.manifest.parts:
        tokens = store.all_tokens(part, ("article", "zone", "paragraph", "lemma", "pos"))
        codes, values = coded(tokens.column("lemma"))
        own = np.array([numbers.setdefault(fold(v), len(numbers)) for v in values], np.int64)
        zone, zones = coded(tokens.column("zone"))
        pos, tags = coded(tokens.column("pos"))
        is_word = ~np.isin(pos, [n for n, tag in enumerate(tags) if tag in NOT_WORDS])
        in_title = zone == (zones.index("title") if "title" in zones else -1)
        article, line = (tokens.column(name).to_numpy() for name in ("article", "paragraph"))
        rule = np.where(in_title, -1, rules_at(store.marks(part), article, line))
        columns = (own[codes], np.searchsorted(store.live, article), in_title, rule)
        found.append(tuple(column[is_word] for column in columns))
    words = Words(*(np.concatenate(columns) for columns in zip(*found, strict=True)))
    return words, numbers, store.rows(store.live).column("id").to_pylist()


def rules_at(marks, article, line) -> NDArray[np.int64]:
    """Return the rule by which each token is boilerplate, -1 for none."""
    places = (marks.column("article").to_numpy() << 32) + marks.column("line").to_numpy()
    codes, names = coded(marks.column("rule"))
    rules = np.array([RULES.index(name) for name in names] or [0])[codes]
    if not len(places):
        return np.full(len(article), -1)
    own = (article << 32) + line
    at = np.minimum(np.searchsorted(places, own), len(places) - 1)
    return np.where(places[at] == own, rules[at], -1)


class Ranking:
    """BM25F over words, those of some rules left out."""

    def __init__(self, words: Words, rules: Collection[str], articles: int, titles: bool) -> None:
        kept = ~np.isin(words.rule, [RULES.index(rule) for rule in rules])
        kept &= titles | ~words.in_title
        lemma, row, title = (column[kept] for column in (words.lemma, words.row, words.in_title))
        body = np.bincount(row[~title], minlength=articles)
        head = np.bincount(row[title], minlength=articles)
        by_body = 1 / (1 - B_BODY + B_BODY * body / body.mean())
        by_head = TITLE_WEIGHT / (1 - B_TITLE + B_TITLE * head / max(1, head.mean()))
        weight = np.where(title, by_head[row], by_body[row])
        order = np.argsort(lemma * articles + row, kind="stable")
        lemma, row, weight = lemma[order], row[order], weight[order]
        fresh = np.ones(len(lemma), bool)
        fresh[1:] = (lemma[1:] != lemma[:-1]) | (row[1:] != row[:-1])
        first = np.flatnonzero(fresh)
        self.lemma, self.row = lemma[first], row[first]
        self.z = np.add.reduceat(weight, first)
        self.articles = articles
        self.tokens = int(kept.sum())

    def best(self, query: list[list[int]]) -> NDArray[np.int64]:
        """Return the rows of the best articles; a query has the candidate lemmas of each word."""
        score = np.zeros(self.articles)
        for candidates in query:
            own = np.zeros(self.articles)
            for place, lemma in enumerate(candidates):
                low, high = np.searchsorted(self.lemma, [lemma, lemma + 1])
                z, row = self.z[low:high], self.row[low:high]
                idf = np.log(self.articles / (high - low + 1)) + 1
                gain = idf * (K1 + 1) * z / (z + K1) * (0.5 if place else 1)
                own[row] = np.maximum(own[row], gain)
            score += own
        return np.argsort(-score, kind="stable")[:10]


def quality(ranking: Ranking, task: str, numbers: dict[str, int], ids: list[str]) -> float:
    """Return the mean nDCG@10 of the queries of a task."""
    analyser, scores = Analyser(), []
    for asked in queries(task):
        forms = [analyser.form(word).alternatives for word in WORD.findall(asked.text)]
        query = [[numbers[fold(a)] for a in own if fold(a) in numbers] for own in forms]
        ranked = [ids[row] for row in ranking.best(query).tolist()]
        scores.append(ndcg(ranked, asked.relevant))
    return mean(scores)


def ablation(store: Store) -> None:
    """Print how well articles are found with all rules, without each, and without any."""
    words, numbers, ids = words_of(store)
    variants = {"none": (), "all": FOUND}
    variants |= {f"all but {rule}": tuple(r for r in FOUND if r != rule) for rule in FOUND}
    print(f"{'rules':18} {'words':>10}  " + "  ".join(f"{TASKS[task]:>14}" for task in TASKS))
    for name, rules in variants.items():
        made = [Ranking(words, rules, len(ids), task in WITH_TITLES) for task in TASKS]
        scores = [quality(r, task, numbers, ids) for r, task in zip(made, TASKS, strict=True)]
        print(f"{name:18} {made[-1].tokens:>10,}  " + "  ".join(f"{s:>14.3f}" for s in scores))


def samples(corpus: Corpus, rule: str, count: int) -> Iterator[str]:
    """Yield marked lines with their neighbours, chosen at random but always the same."""
    found = [(article, mark) for article in corpus for mark in article.boilerplate]
    found = [pair for pair in found if pair[1].rule == rule]
    for article, mark in random.Random(7).sample(found, min(count, len(found))):
        above = article.text[: mark.start].rstrip("\n").rpartition("\n")[2]
        below = article.text[mark.stop :].lstrip("\n").partition("\n")[0]
        line = article.text[mark.start : mark.stop]
        yield f"{article.id}  {mark.evidence}\n  {above[-150:]}\n> {line[:300]}\n  {below[:150]}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="keep the corpus here for the next run")
    parser.add_argument("--samples", choices=RULES, help="print lines that this rule marked")
    parser.add_argument("--count", type=int, default=40)
    arguments = parser.parse_args()
    corpus = build(arguments.keep or Path(tempfile.mkdtemp()))
    if arguments.samples:
        print("\n".join(samples(corpus, arguments.samples, arguments.count)))
    else:
        ablation(Store(corpus.data))


if __name__ == "__main__":
    main()
