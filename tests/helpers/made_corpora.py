"""Random articles for real corpora, and a real corpus read back for the naive statistics.

What is counted is read from the exported tables, in the order of the corpus, so that it owes
nothing to the index and the token columns.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
from naive_corpus import Token, from_rows

from corpus import Article, Corpus

WORDS = {
    "мост": ("мост", "моста", "Мосту", "мостов"),
    "река": ("река", "реки", "реке", "Рекой"),
    "паром": ("паром", "парома", "паромы"),
    "завод": ("завод", "завода", "заводу"),
    "театр": ("театр", "театра"),
    "площадь": ("площадь", "площади"),
    "открыть": ("открыли", "открыла"),
}
"""Lemmas, each less frequent than the one before, and forms that can be of no other lemma."""

_SOURCES = ("Ведомости", "Газета", "")
_AUTHORS = ("Анна Ёлкина", "Борис Ершов", "Вера Жук")


class Read(NamedTuple):
    """A corpus as it was exported: metadata and tokens of each article, in the same order."""

    facts: Sequence[Mapping[str, Any]]
    articles: Sequence[Sequence[Token]]


def some_articles(seed: int, size: int = 16, longest: int = 50) -> list[Article]:
    """Return random articles, the same for the same seed.

    Some have no date, no source, no author or no word; the dates lie in three years with gaps.
    """
    chance = random.Random(seed)
    return [_some_article(chance, f"a{n:03}", longest) for n in range(size)]


def _some_article(chance: random.Random, name: str, longest: int) -> Article:
    day = dt.date(2022, 11, 1) + dt.timedelta(chance.choice((0, 1, 40, 41, 70, 400, 430)))
    return Article(
        id=name,
        title=_some_text(chance, chance.randint(0, 4)),
        # What makes it another text than that of every other article is no word.
        text=_some_text(chance, chance.randint(0, longest)) + " " + "!?"[int(name[1:]) % 2],
        date=day if chance.random() < 0.8 else None,
        source=chance.choice(_SOURCES),
        authors=tuple(sorted(chance.sample(_AUTHORS, chance.choice((0, 1, 1, 2))))),
    )


def _some_text(chance: random.Random, length: int) -> str:
    lemmas, weights = list(WORDS), [1 / (n + 1) for n in range(len(WORDS))]
    text = ""
    for lemma in chance.choices(lemmas, weights, k=length):
        text += chance.choice(WORDS[lemma]) + chance.choice((" ", " ", " ", ", ", ". ", ".\n\n"))
    return text.strip()


def made(folder: Path, articles: Sequence[Article], batch: int = 100) -> Corpus:
    """Return a new corpus of articles, added so many at a time."""
    corpus = Corpus.create(folder)
    for first in range(0, len(articles), batch):
        corpus.add(articles[first : first + batch])
    return corpus


def read_back(corpus: Corpus, folder: Path) -> Read:
    """Export a corpus to a folder and return what stands there, in the order of the corpus."""
    corpus.to_parquet(folder)
    facts = pq.read_table(folder / "articles.parquet").to_pylist()
    facts.sort(key=lambda row: (row["date"] or dt.date.max, row["time"], row["id"]))
    tokens: dict[int, list[Mapping[str, Any]]] = {row["article"]: [] for row in facts}
    for row in pq.read_table(folder / "tokens.parquet").to_pylist():
        tokens[row["article"]].append(row)
    articles = [from_rows(tokens[row["article"]]) for row in facts]
    return Read(facts, [own[0] if own else [] for own in articles])
