"""Real articles as lemmas, and queries drawn from them, for the benchmarks of search engines."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from news import news
from numpy.typing import NDArray

from corpus.model import Article
from corpus.morphology.lexicon import Lexicon
from corpus.text.clean import clean_article
from corpus.text.fold import fold
from corpus.text.tokens import tokenise

SHAPES = "term,and2,or2,or3,phrase,phrase~5,prefix,prefix and,wildcard,typo,not".split(",")


class Query(NamedTuple):
    """A query: its shape, and the words (or the prefix, the pattern, the misspelt word) in it."""

    shape: str
    words: tuple[str, ...]


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
