"""Random articles of which many are versions of others."""

from __future__ import annotations

import datetime as dt
import random

from corpus import Article

WORDS = (
    "мост река паром завод театр площадь город дорога министр газета школа погода ветер снег "
    "урожай сталь цена рынок музей концерт хоккей матч поезд станция вокзал почта письмо книга"
).split()


def story_articles(seed: int, count: int = 24) -> list[Article]:
    """Return articles of which many are versions of others, with dates and without."""
    chance = random.Random(seed)
    phrase = chance.choices(WORDS, k=30)
    texts = [chance.choices(WORDS, k=chance.choice((4, 30, 90))) for _ in range(6)]
    while len(texts) < count:
        words = list(chance.choice(texts))
        words[chance.randrange(len(words))] = chance.choice(WORDS)
        texts.append(words + chance.choice(([], [], phrase, ["утро"])))
    return [
        Article(
            id=f"n{number:02}",
            title=f"Заголовок {chance.choice(WORDS)}",
            text=" ".join(words).capitalize() + ".",
            date=dt.date(2024, chance.randint(1, 4), 5) if chance.random() < 0.8 else None,
            source=chance.choice(("Газета", "Заря", "")),
            tags=tuple(chance.sample(("вода", "город"), chance.randint(0, 2))),
        )
        for number, words in enumerate(texts)
    ]
