"""Random Russian articles for statistics, and what the naive statistics take of a real corpus."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import naive_corpus
import numpy as np

from corpus import Article
from corpus.scope import Matches, Scope
from corpus.store.store import Store

WORDS = (
    *("мост", "моста", "мостом", "Мост", "река", "реки", "реку", "город", "города", "Путин"),
    *("стать", "стали", "сталь", "стали", "елка", "ёлка", "Ёлки", "строить", "строит", "новый"),
    *("нового", "и", "и", "в", "в", "не", "США", "2024", "5", "быстро", "весь", "берег", "паром"),
)
"""Few enough that everything meets everything; `стали` is a noun and a verb."""
SOURCES = ("Газета", "Журнал", "ТАСС")


def some_articles(seed: int, count: int = 14, longest: int = 60) -> list[Article]:
    """Return articles with titles, sentences, commas and headings; some have next to no words."""
    chance = random.Random(seed)
    return [
        Article(
            id=f"n{number:02}",
            title=_sentence(chance, chance.randint(1, 4)).rstrip("."),
            text=_text(chance, chance.randint(0, longest)) or "—",
            date=dt.date(2024, 1, 1) + dt.timedelta(days=chance.randint(0, 90)),
            source=chance.choice(SOURCES),
        )
        for number in range(count)
    ]


def _text(chance: random.Random, length: int) -> str:
    written: list[str] = []
    while length > 0:
        many = min(length, chance.randint(1, 12))
        written.append(_sentence(chance, many) + chance.choice([" ", " ", "\n\n"]))
        length -= many
    return "".join(written).strip()


def _sentence(chance: random.Random, many: int) -> str:
    words = [chance.choice(WORDS) + chance.choice(["", "", "", ","]) for _ in range(many)]
    text = " ".join(words).strip(",")
    return text[:1].upper() + text[1:] + "."


def articles_of(scope: Scope) -> list[list[naive_corpus.Token]]:
    """Return the articles of a scope as the naive statistics take them, in its order.

    They come from the store's own tables of tokens, not from the columns that are tested.
    """
    numbers = scope.state.columns.number[scope.rows].tolist()
    return [_read(scope.state.search.store)[number] for number in numbers]


@lru_cache(8)
def _read(store: Store) -> dict[int, naive_corpus.Article]:
    rows: dict[int, list[Any]] = {number: [] for number in store.numbers.tolist()}
    for part in store.manifest.parts:
        for row in store.tokens(part).to_pylist():
            rows[row["article"]].append(row)
    return {number: (naive_corpus.from_rows(own) or [[]])[0] for number, own in rows.items()}


def spans_of(
    scope: Scope, matches: Matches, articles: Sequence[naive_corpus.Article]
) -> list[list[naive_corpus.Span]]:
    """Return matches as spans of words, a list for each article of the scope."""
    first_token = scope.state.columns.first_token
    found = []
    for row, article in zip(scope.rows.tolist(), articles, strict=True):
        before = np.cumsum([0, *(token.is_word for token in article)])
        own = [
            (int(before[first - first_token[row]]), int(before[last + 1 - first_token[row]]))
            for of, first, last in zip(*(a.tolist() for a in matches[:3]), strict=True)
            if of == row
        ]
        found.append(own)
    return found
