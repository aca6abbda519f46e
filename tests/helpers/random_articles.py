"""Random articles and random queries over them, made of few words so that they meet often."""

from __future__ import annotations

import datetime as dt
import random

from corpus import Article
from corpus.query import tree

VOCABULARY = (
    "мост моста мосту река реки стали сталь Ветрова Ветровой паром ёлка елка дом 10-го висячий "
    "висячего открыли и в на"
).split()
QUERY_WORDS = ["мост", "река", "стали", "сталь", "ветрова", "паром", "ёлки", "дом", "в", "нет"]


def random_article(pick: random.Random, number: int) -> Article:
    """Return an article of random words with headings, sentences and sometimes no date."""

    def sentence() -> str:
        words = [pick.choice(VOCABULARY) for _ in range(pick.randint(1, 7))]
        joined = "".join(w + pick.choice([" ", " ", ", ", " — "]) for w in words).strip(" ,—")
        return joined[0].upper() + joined[1:] + pick.choice(".!?")

    paragraphs = []
    for _ in range(pick.randint(1, 4)):
        if pick.random() < 0.3:
            paragraphs.append("## " + pick.choice(VOCABULARY) + " " + pick.choice(VOCABULARY))
        paragraphs.append(" ".join(sentence() for _ in range(pick.randint(1, 3))))
    return Article(
        id=f"n{number}",
        title=" ".join(pick.choice(VOCABULARY) for _ in range(pick.randint(0, 4))),
        lead=sentence() if pick.random() < 0.3 else "",
        text="\n\n".join(paragraphs),
        markup="markdown",
        source=pick.choice(["А", "Б"]),
        tags=("тема",) if pick.random() < 0.4 else (),
        date=dt.date(2024, pick.randint(1, 12), 1) if pick.random() < 0.8 else None,
    )


def word(pick: random.Random) -> tree.Node:
    kinds = (
        lambda: tree.Word(pick.choice(QUERY_WORDS)),
        lambda: tree.Word(pick.choice(QUERY_WORDS)),
        lambda: tree.Form(pick.choice(["моста", "елка", "стали", "ветровой"])),
        lambda: tree.Wildcard(pick.choice(["м*", "*а", "?ом", "с*л?", "вис*"])),
    )
    return pick.choice(kinds)()


def positional(pick: random.Random, depth: int) -> tree.Node:
    kind = pick.random()
    if depth <= 0 or kind < 0.4:
        return word(pick)
    if kind < 0.7:
        items = tuple(word(pick) for _ in range(pick.randint(2, 3)))
        return tree.Phrase(items, pick.choice([0, 0, 1, 3]))  # type: ignore[arg-type]
    if kind < 0.8:
        return tree.Or((word(pick), word(pick)))
    sides = positional(pick, 0), positional(pick, 0)
    return tree.Near(*sides, pick.choice([1, 2, 5, "s"]))


def random_query(pick: random.Random, depth: int = 3) -> tree.Node:
    kind = pick.random()
    if depth == 0 or kind < 0.35:
        return positional(pick, 1)
    if kind < 0.55:
        return tree.And(tuple(random_query(pick, depth - 1) for _ in range(pick.randint(2, 3))))
    if kind < 0.7:
        return tree.Or(tuple(random_query(pick, depth - 1) for _ in range(2)))
    if kind < 0.8:
        return tree.Not(random_query(pick, depth - 1))
    if kind < 0.85:
        return tree.In(pick.choice(["title", "text"]), positional(pick, 1))
    if kind < 0.9:
        return tree.Is(*pick.choice([("source", "а"), ("tag", "тема"), ("source", "нет")]))
    if kind < 0.95:
        return tree.Date(dt.date(2024, 3, 1), pick.choice([None, dt.date(2024, 8, 1)]))
    return pick.choice([tree.Date(missing=True), tree.Boost(word(pick), 2.0)])
