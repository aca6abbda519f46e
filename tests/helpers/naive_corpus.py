"""Corpora for the naive statistics: made by hand or at random, and what a query finds in them.

A corpus is a list of articles, an article a list of tokens. Words are the tokens with `is_word`;
punctuation is left out before anything else is done, so that it never stands between two words.
A match is a span of words of one article, (start, stop) with stop after its last word; what a
query finds is one list of spans an article, as `find` returns them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Span = tuple[int, int]
Matches = Sequence[Sequence[Span]]


@dataclass(frozen=True)
class Token:
    """One token: `form` and `lemma` as they are to be counted (small letters, ё as it may be)."""

    form: str
    lemma: str
    pos: str = "NOUN"
    tag: str = ""
    is_word: bool = True
    sentence: int = 0
    zone: str = "text"


Article = Sequence[Token]
Corpus = Sequence[Article]


def words_of(article: Article) -> list[Token]:
    """Return the words of an article in order."""
    return [token for token in article if token.is_word]


def is_of(word: Token, pos: str | Sequence[str] | None) -> bool:
    """Return whether a word is of one part of speech, or of one of several; None is any."""
    return pos is None or word.pos in ((pos,) if isinstance(pos, str) else pos)


def zones_of(article: Article) -> list[int]:
    """Return the number of the zone of each word: one zone lasts as long as its name does."""
    numbers, number, last = [], -1, None
    for token in article:
        if token.zone != last:
            number, last = number + 1, token.zone
        if token.is_word:
            numbers.append(number)
    return numbers


def size(articles: Corpus) -> int:
    """Return N, the words of a corpus."""
    return sum(len(words_of(article)) for article in articles)


def find(articles: Corpus, *wanted: str, by: str = "lemma") -> list[list[Span]]:
    """Return the matches of a word or of a phrase; a phrase never crosses a zone."""
    found = []
    for article in articles:
        words, zones = words_of(article), zones_of(article)
        found.append(
            [
                (start, start + len(wanted))
                for start in range(len(words) - len(wanted) + 1)
                if len(set(zones[start : start + len(wanted)])) == 1
                and all(getattr(words[start + n], by) == w for n, w in enumerate(wanted))
            ]
        )
    return found


def covered(spans: Sequence[Span]) -> set[int]:
    """Return the places of all words within spans."""
    return {place for start, stop in spans for place in range(start, stop)}


def from_rows(
    rows: Iterable[Mapping[str, Any]], fold: Callable[[str], str] = str.lower
) -> list[Article]:
    """Return the articles of a token table's rows, in their order; forms and lemmas folded.

    An article without a token has no row, and does not come back.
    """
    articles: dict[Any, list[Token]] = {}
    for row in rows:
        is_word = row["pos"] not in ("PUNCT", "SYM")
        articles.setdefault(row["article"], []).append(
            Token(
                fold(row["form"]),
                fold(row["lemma"]),
                row["pos"],
                row["tag"],
                is_word,
                row["sentence"],
                row["zone"],
            )
        )
    return list(articles.values())


def split(articles: Corpus, keep: Callable[[int], bool]) -> tuple[list[Article], list[Article]]:
    """Return the articles whose number is kept, and the rest."""
    kept = [article for number, article in enumerate(articles) if keep(number)]
    return kept, [article for number, article in enumerate(articles) if not keep(number)]


def some_corpus(seed: int, articles: int = 12, longest: int = 60, lemmas: int = 8) -> Corpus:
    """Return a random corpus, the same for the same seed: small, so that much coincides.

    Lemmas are а, б, в, … with Zipf's frequencies, forms are lemmas with an ending; there are
    titles, headings, sentences, commas, parts of speech that differ for the same lemma, and
    articles without a word.
    """
    chance = random.Random(seed)
    return [_some_article(chance, chance.randint(0, longest), lemmas) for _ in range(articles)]


def _some_article(chance: random.Random, length: int, lemmas: int) -> Article:
    letters = [chr(ord("а") + n) for n in range(lemmas)]
    weights = [1 / (n + 1) for n in range(lemmas)]
    title, heading = chance.randint(0, 4), chance.randint(5, 30)
    tokens, sentence = [], 0
    for place in range(length):
        zone = "title" if place < title else "heading" if place in (heading, heading + 1) else ""
        if tokens and (zone or "text") != tokens[-1].zone:
            sentence += 1
        if chance.random() < 0.15:
            tokens.append(Token(",", ",", "PUNCT", "PNCT", False, sentence, zone or "text"))
        else:
            lemma = chance.choices(letters, weights)[0]
            pos = "VERB" if chance.random() < 0.2 else "NOUN"
            form = lemma + chance.choice(["", "м", "х"])
            tokens.append(Token(form, lemma, pos, pos, True, sentence, zone or "text"))
        sentence += chance.random() < 0.1
    return tokens
