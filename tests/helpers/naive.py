"""A matcher written straight from the definitions, to hold the index against.

It works on lists of words and never looks at an index: slow, and plain to read.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from corpus.model import Article
from corpus.morphology.analyser import Analyser
from corpus.query import tree
from corpus.query.patterns import Pattern
from corpus.text.fold import fold
from corpus.text.tokens import Pieces, tokenise

ANALYSER = Analyser()


@lru_cache(10_000)
def candidates(word: str) -> frozenset[str]:
    """Return the lemmas that a typed word can have."""
    return frozenset(ANALYSER.candidates(word))


def lemmas_of(forms: Sequence[str], sentences: Sequence[int]) -> list[str]:
    """Return the folded lemmas of an article's tokens, of which it is told in which sentence."""
    runs = [
        [form for form, _ in run]
        for _, run in groupby(zip(forms, sentences, strict=True), key=lambda pair: pair[1])
    ]
    return [fold(a.lemma) for sentence in ANALYSER.sentences(runs) for a in sentence]


@dataclass(frozen=True)
class Word:
    """A word of an article as the definitions see it."""

    form: str
    lemma: str
    zone: tuple[int, int]
    sentence: int
    in_title: bool
    paragraph: tuple[int, int] = (0, 0)


class Words(list[Word]):
    """Words of a text of which is known what token patterns find in it."""

    def stretches(self, node: Pattern, where: str) -> list[tuple[int, int]]:
        """Return the stretches of tokens that a pattern finds."""
        raise NotImplementedError

    def of_words(self, stretch: tuple[int, int]) -> tuple[int, int]:
        """Return the first and last word of a stretch of tokens; the last comes first for none."""
        raise NotImplementedError


def words_of(article: Article) -> list[Word]:
    """Return the words of a cleaned article in order."""
    pieces = Pieces()
    columns = tokenise([article], pieces)
    forms = [pieces.forms[code] for code in columns.form.tolist()]
    lemmas = lemmas_of(forms, columns.sentence.tolist())
    found = []
    run, last = 0, None
    for n in range(len(columns)):
        zone = int(columns.zone[n])
        run += zone != last
        last = zone
        if columns.is_word[n]:
            paragraph = run, int(columns.paragraph[n])
            where = (run, zone), int(columns.sentence[n]), zone == 0, paragraph
            found.append(Word(fold(forms[n]), lemmas[n], *where))
    return found


Span = tuple[int, int]


def spans(node: tree.Node, words: Sequence[Word], where: str = "") -> list[Span]:
    """Return every stretch of words that a positional node matches."""
    if isinstance(node, tree.Or):
        return sorted({span for item in node.items for span in spans(item, words, where)})
    if isinstance(node, tree.Phrase):
        return _phrases([spans(item, words, where) for item in node.items], node.slop, words)
    if isinstance(node, tree.Near):
        left, right = spans(node.left, words, where), spans(node.right, words, where)
        return [
            (min(a, c), max(b, d))
            for a, b in left
            for c, d in right
            if _near(node, words, (a, b), (c, d))
        ]
    if isinstance(node, Pattern):
        assert isinstance(words, Words)
        found = map(words.of_words, words.stretches(node, where))
        return sorted({(a, b) for a, b in found if a <= b})
    return [
        (n, n)
        for n, word in enumerate(words)
        if _is(node, word) and where in ("", "title" if word.in_title else "text")
    ]


def _is(node: tree.Node, word: Word) -> bool:
    if isinstance(node, tree.Word):
        return word.lemma in candidates(node.text)
    if isinstance(node, tree.Form):
        return word.form == fold(node.text)
    if isinstance(node, tree.Wildcard):
        return fnmatch.fnmatchcase(word.form, fold(node.pattern))
    if isinstance(node, tree.Regex):
        described = re.compile(fold(node.expression)).fullmatch
        return bool(described(word.form) or described(word.lemma))
    raise TypeError(node)


def _phrases(items: list[list[Span]], slop: int, words: Sequence[Word]) -> list[Span]:
    found = [(a, b, 0) for a, b in items[0]]
    for item in items[1:]:
        found = [
            (a, d, gaps + c - b - 1)
            for a, b, gaps in found
            for c, d in item
            if c > b and gaps + c - b - 1 <= slop
        ]
    return sorted({(a, b) for a, b, _ in found if words[a].zone == words[b].zone})


def _near(node: tree.Near, words: Sequence[Word], one: Span, other: Span) -> bool:
    if one > other:
        one, other = other, one
    if one[1] >= other[0]:
        return False
    if node.distance == "s":
        ends = words[one[0]], words[other[1]]
        return ends[0].zone == ends[1].zone and ends[0].sentence == ends[1].sentence
    if node.distance == "p":
        return words[one[0]].paragraph == words[other[1]].paragraph
    return other[0] - one[1] <= int(node.distance) and words[one[0]].zone == words[other[1]].zone


def matches(node: tree.Node, article: Article, words: Sequence[Word], where: str = "") -> bool:
    """Return whether a query matches an article."""
    if isinstance(node, tree.And):
        return all(matches(item, article, words, where) for item in node.items)
    if isinstance(node, tree.Or):
        return any(matches(item, article, words, where) for item in node.items)
    if isinstance(node, tree.Not):
        return not matches(node.item, article, words, where)
    if isinstance(node, tree.Boost):
        return matches(node.item, article, words, where)
    if isinstance(node, tree.In):
        return matches(node.item, article, words, node.field)
    if isinstance(node, tree.Date):
        if node.missing or article.date is None:
            return node.missing and article.date is None
        return (node.first is None or node.first <= article.date) and (
            node.last is None or article.date <= node.last
        )
    if isinstance(node, tree.Is):
        return fold(node.value) in {
            *map(fold, {"source": [article.source], "tag": article.tags}[node.field]),
        }
    if isinstance(node, Pattern):
        assert isinstance(words, Words)
        return bool(words.stretches(node, where))
    return bool(spans(node, words, where))
