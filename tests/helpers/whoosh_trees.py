"""Random query trees, and collections of documents for them, to compare two search engines.

A `Tree` is a query of Whoosh written down: it prints as Python and can be taken apart again, which
makes it possible to look for the smallest tree that shows a fault.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from whoosh import analysis, fields, query

LISTED = frozenset("And Or DisjunctionMax Sequence Ordered SpanNear2 SpanOr".split())
"""The kinds of nodes that take their parts as one list."""

FEWEST_PARTS = {"SpanOr": 2, "SpanNear2": 1}
"""Whoosh cannot build these with fewer parts: there is nothing to agree on."""

TAGS = ("погода", "город", "наука", "спорт", "река")

LEMMAS = """
в и на не что он с быть как по этот который из у к весь год свой за мочь мост река город человек
время дело новый первый день сказать рука один стать большой другой другие идти дом страна мир
жизнь работа слово место вопрос лицо друг вода снег лёд лес поле дорога завод театр школа паром
переправа берег остров рыба лодка мэр глава район область республика президент министр суд закон
право решение проект строитель строить построить открыть закрыть висячий каменный деревянный
старый старик старт старший молодой красный белый зимний летний весна весенний осень лето зима
мороз дождь ветер метель погода прогноз газета журнал статья автор читатель книга письмо музей
музыка музыкант концерт сцена актёр роль фильм кино команда матч игра игрок гол победа поражение
чемпион чемпионат турнир тренер сезон цена рубль рынок банк деньги налог бюджет сталь металл
металлург шахта уголь нефть газ газовый энергия станция поезд вокзал самолёт аэропорт врач
больница болезнь лекарство учёный наука опыт научный космос космический ракета спутник
render rendering rendered runner running covid
""".split()


@dataclass(frozen=True)
class Tree:
    """A node of a query: the name of its class, its parts, and its other arguments."""

    kind: str
    parts: tuple[Tree, ...] = ()
    values: tuple[Any, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()

    def query(self) -> Any:
        """Return the query of Whoosh that this tree describes."""
        parts: list[Any] = [part.query() for part in self.parts]
        given = [parts] if self.kind in LISTED else parts
        return getattr(query, self.kind)(*given, *self.values, **dict(self.options))

    def __str__(self) -> str:
        parts = [str(part) for part in self.parts]
        given = [f"[{', '.join(parts)}]"] if self.kind in LISTED else parts
        given += [repr(value) for value in self.values]
        given += [f"{name}={value!r}" for name, value in self.options]
        return f"{self.kind}({', '.join(given)})"

    def kinds(self) -> Iterator[str]:
        """Yield the kind of every node."""
        yield self.kind
        for part in self.parts:
            yield from part.kinds()


def node(kind: str, *given: Any, **options: Any) -> Tree:
    """Write a node down: what is a tree among the arguments is a part of it."""
    parts = tuple(item for item in given if isinstance(item, Tree))
    values = tuple(item for item in given if not isinstance(item, Tree))
    return Tree(kind, parts, values, tuple(options.items()))


def simpler(tree: Tree) -> Iterator[Tree]:
    """Yield trees that are a little simpler than this one."""
    yield from tree.parts
    if tree.kind in LISTED and len(tree.parts) > FEWEST_PARTS.get(tree.kind, 0):
        for n in range(len(tree.parts)):
            yield replace(tree, parts=tree.parts[:n] + tree.parts[n + 1 :])
    for n in range(len(tree.options)):
        yield replace(tree, options=tree.options[:n] + tree.options[n + 1 :])
    for n, part in enumerate(tree.parts):
        for other in simpler(part):
            yield replace(tree, parts=(*tree.parts[:n], other, *tree.parts[n + 1 :]))


def smallest(tree: Tree, fails: Callable[[Tree], bool]) -> Tree:
    """Return a tree that still fails although nothing more can be left out of it."""
    for other in simpler(tree):
        if fails(other):
            return smallest(other, fails)
    return tree


@dataclass
class Collection:
    """Documents in segments, and the numbers of those that are deleted afterwards."""

    segments: list[list[dict[str, Any]]]
    deleted: list[int]
    words: dict[str, list[list[str]]] = field(init=False)

    def __post_init__(self) -> None:
        self.words = {
            name: [found for found in (d.get(name, "").split() for d in self.documents) if found]
            for name in ("title", "text", "tag", "id")
        }

    @property
    def documents(self) -> list[dict[str, Any]]:
        """All documents in the order of their numbers, the deleted ones too."""
        return [document for segment in self.segments for document in segment]

    @property
    def deleted_names(self) -> list[str]:
        """The ids of the deleted documents."""
        documents = self.documents
        return [documents[number]["id"] for number in self.deleted]


def schema() -> Any:
    """Return fields of all sorts: two of words, and tags, a name and a number."""

    def words() -> Any:
        analyzer = analysis.SpaceSeparatedTokenizer()
        return fields.TEXT(phrase=True, spelling=False, analyzer=analyzer)

    return fields.Schema(
        title=words(),
        text=words(),
        tag=fields.KEYWORD(),
        id=fields.ID(unique=True, stored=True),
        number=fields.NUMERIC(int),
    )


def invented_words(pick: random.Random, count: int, title: bool) -> str:
    """Return some of the lemmas: the first are frequent and the last are rare."""
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(LEMMAS))))
    words = pick.choices(LEMMAS, cum_weights=weights, k=count)
    if not title and pick.random() < 0.3:
        # A word that a text is about comes again and again.
        about = pick.choice(LEMMAS)
        words = [about if pick.random() < 0.15 else word for word in words]
    return " ".join(words)


def invented_texts(pick: random.Random, count: int) -> Iterator[tuple[str, str]]:
    """Yield titles and texts of lemmas at random."""
    for _ in range(count):
        title = invented_words(pick, pick.randint(1, 7), title=True)
        yield title, invented_words(pick, pick.randint(3, 60), title=False)


def real_texts(path: Path, count: int, longest: int = 60) -> Iterator[tuple[str, str]]:
    """Yield titles and beginnings of the texts of real articles, as words in small letters."""

    def words(text: str) -> str:
        return " ".join(re.findall(r"\w[\w-]*", text.lower())[:longest])

    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line, _ in zip(lines, range(count), strict=False):
            article = json.loads(line)
            yield words(article["title"]), words(article["text"])


def collection(pick: random.Random, texts: Sequence[tuple[str, str]], segments: int) -> Collection:
    """Return documents of these texts in segments of all sizes, one in eight deleted."""
    documents = [document(pick, n, *text) for n, text in enumerate(texts)]
    cuts = [0, *sorted(pick.sample(range(1, len(documents)), segments - 1)), len(documents)]
    parts = [documents[start:end] for start, end in pairwise(cuts)]
    # A segment none of whose documents is left could be dropped, and the others numbered anew.
    kept = {pick.randrange(start, end) for start, end in pairwise(cuts)}
    deleted = set(pick.sample(range(len(documents)), len(documents) // 8)) - kept
    return Collection(parts, sorted(deleted))


def document(pick: random.Random, number: int, title: str, text: str) -> dict[str, Any]:
    """Return the fields of a document, some of which can be missing."""
    fields: dict[str, Any] = {"id": f"n{number}"}
    if pick.random() < 0.9:
        fields["title"] = title
    if pick.random() < 0.95:
        fields["text"] = text
    if pick.random() < 0.7:
        fields["tag"] = " ".join(pick.choices(TAGS, k=pick.randint(1, 3)))
    if pick.random() < 0.8:
        fields["number"] = pick.choice([pick.randint(-20, 40), pick.randint(-5000, 100_000)])
    return fields


class Trees:
    """Makes random trees from the words of a collection."""

    def __init__(self, pick: random.Random, documents: Collection) -> None:
        self.pick = pick
        self.documents = documents
        self._passage: dict[str, list[str]] = {}

    def tree(self) -> Tree:
        """Return a tree; many of its words come from one place, so that it can find something."""
        self._passage = {}
        for name, texts in self.documents.words.items():
            words = self.pick.choice(texts)
            start = self.pick.randrange(len(words))
            self._passage[name] = words[start : start + self.pick.randint(2, 8)]
        return self.any(self.pick.choice([1, 2, 3, 3, 3, 4]))

    def any(self, depth: int) -> Tree:
        """Return a tree of any kind that is at most so deep."""
        if depth == 0 or self.pick.random() < 0.15:
            return self.leaf()
        kind = self.pick.random()
        if kind < 0.45:
            return self.compound(depth - 1)
        if kind < 0.75:
            return self.binary(depth - 1)
        return self.placed(depth, self.field())

    def compound(self, depth: int) -> Tree:
        """Return a node with a list of parts."""
        count = self.pick.choices([0, 1, 2, 3, 4, 6], weights=[1, 6, 12, 9, 5, 2])[0]
        parts = [self.any(depth) for _ in range(count)]
        kind = self.pick.choice(["And", "And", "Or", "Or", "Or", "DisjunctionMax"])
        options = self.boost()
        if kind == "DisjunctionMax" and self.pick.random() < 0.5:
            options["tiebreak"] = self.pick.choice([0.1, 0.5])
        return node(kind, *parts, **options)

    def binary(self, depth: int) -> Tree:
        """Return a node with one part or two."""
        kind = self.pick.choice(
            "AndNot AndMaybe Require Otherwise Not Not ConstantScoreQuery".split()
        )
        first = self.any(depth)
        if kind == "Not":
            return node("Not", first, **self.boost())
        if kind == "ConstantScoreQuery":
            return node(kind, first, self.pick.choice([0.0, 0.5, 1.0, 1.0, 3.0]))
        if kind == "Otherwise" and self.pick.random() < 0.5:
            # What finds nothing, or nothing in most segments.
            rare = [node("NullQuery"), self.term(self.field()), self.term("id")]
            first = self.pick.choice([*rare, node("And", first, self.term("id"))])
        return node(kind, first, self.any(depth))

    def placed(self, depth: int, name: str) -> Tree:
        """Return a tree that knows at which places of one field it matches."""
        if depth <= 0 or self.pick.random() < 0.3:
            return self.placed_leaf(name)
        kind = self.pick.random()
        if kind < 0.2:
            return self.placed_compound(depth - 1, name)
        if kind < 0.5:
            return self.sequence(depth - 1, name)
        return self.span(depth - 1, name)

    def placed_leaf(self, name: str) -> Tree:
        """Return a word, words or a phrase of one field."""
        kind = self.pick.random()
        if kind < 0.55:
            return self.term(name)
        return self.words(name) if kind < 0.8 else self.phrase(name)

    def placed_compound(self, depth: int, name: str) -> Tree:
        """Return an ordinary node of parts with places."""
        kind = self.pick.choice(
            "Or Or Or And And DisjunctionMax AndNot AndMaybe Require ConstantScoreQuery".split()
        )
        first = self.placed(depth, name)
        if kind == "ConstantScoreQuery":
            return node(kind, first, self.pick.choice([0.5, 2.0]))
        if kind == "AndMaybe":
            return node(kind, first, self.placed(depth, name))
        if kind in ("AndNot", "Require"):
            return node(kind, first, self.any(depth))
        return node(kind, *self.several(depth, name), **self.boost())

    def sequence(self, depth: int, name: str) -> Tree:
        """Return words or more one after the other."""
        kind = self.pick.choice(["Phrase", "Sequence", "Sequence", "Ordered", "SpanNear2"])
        if kind == "Phrase":
            return self.phrase(name)
        if kind == "Ordered":
            return node(kind, *self.several(depth, name), **self.boost())
        parts = self.several(depth, name)
        options: dict[str, Any] = {"slop": self.pick.choice([1, 1, 2, 3, 4, 9])}
        if self.pick.random() < 0.4:
            options["ordered"] = False
        if kind == "Sequence":
            return node(kind, *parts, **options, **self.boost())
        if self.pick.random() < 0.2:
            options["mindist"] = self.pick.choice([0, 2])
        if self.pick.random() < 0.25:
            return self.long(name)
        return node(kind, *parts, **options)

    def long(self, name: str) -> Tree:
        """Return a word and two words far apart that stand near it in a document."""
        words = self.pick.choice(self.documents.words[name])
        start = self.pick.randrange(len(words))
        some = words[start : start + 8]
        first, last = node("Term", name, some[0]), node("Term", name, some[-2:][0])
        parts = [node("SpanNear2", first, last, slop=9), node("Term", name, some[-1])]
        slop = self.pick.choice([1, 1, 2, 4])
        self.pick.shuffle(parts)
        return node("SpanNear2", *parts, slop=slop, ordered=self.pick.random() < 0.3)

    def span(self, depth: int, name: str) -> Tree:
        """Return one of the span queries."""
        kind = self.pick.choice(
            "SpanNear SpanOr SpanFirst SpanNot SpanContains SpanBefore SpanCondition".split()
        )
        if kind == "SpanOr":
            return node(kind, *self.several(depth, name, fewest=2))
        first = self.placed(depth, name)
        if kind == "SpanFirst":
            return node(kind, first, limit=self.pick.choice([0, 1, 3, 10, 30]))
        if kind == "SpanContains" and self.pick.random() < 0.7:
            first = node("SpanNear2", first, self.term(name), slop=9, ordered=False)
        if kind == "SpanCondition":
            return node(kind, first, self.any(depth))
        second = self.placed(depth, name)
        if kind != "SpanNear":
            return node(kind, first, second)
        options: dict[str, Any] = {"slop": self.pick.choice([1, 2, 4, 9])}
        if self.pick.random() < 0.5:
            options["ordered"] = False
        if self.pick.random() < 0.2:
            options["mindist"] = self.pick.choice([0, 2])
        return node(kind, first, second, **options)

    def several(self, depth: int, name: str, fewest: int = 1) -> list[Tree]:
        """Return some trees with places, mostly two or three."""
        count = self.pick.choices([1, 2, 3, 4], weights=[1, 8, 5, 2])[0]
        return [self.placed(depth, name) for _ in range(max(count, fewest))]

    def leaf(self) -> Tree:
        """Return a node without parts."""
        kind = self.pick.random()
        if kind < 0.4:
            return self.term(self.pick.choice(["title", "text", "text", "tag", "number", "id"]))
        if kind < 0.7:
            return self.words(self.pick.choice(["title", "text", "text", "text", "tag", "id"]))
        if kind < 0.82:
            return self.phrase(self.field())
        if kind < 0.92:
            return self.numbers()
        return self.every() if kind < 0.98 else node("NullQuery")

    def every(self) -> Tree:
        """Return a query for all documents, or for all that have a field."""
        name = self.pick.choice(["title", "text", "tag"])
        return self.pick.choice(
            [
                node("Every", **self.boost()),
                node("Every", self.pick.choice([name, "number"]), **self.boost()),
                node("Prefix", name, "", **self.boost()),
                node("Wildcard", name, "*", **self.boost()),
                node("Regex", name, ".*", **self.boost()),
            ]
        )

    def term(self, name: str) -> Tree:
        """Return one word of a field of any sort."""
        words: dict[str, Callable[[], Any]] = {
            "tag": lambda: self.pick.choice([*TAGS, "нет"]),
            "number": self.number,
            "id": lambda: f"n{self.pick.randrange(len(self.documents.documents) + 2)}",
        }
        value = words[name]() if name in words else self.word(name)
        return node("Term", name, value, **self.boost())

    def words(self, name: str) -> Tree:
        """Return a node that stands for all words that are alike in some way."""
        kind = self.pick.choice(
            "Prefix Prefix Wildcard Wildcard Regex FuzzyTerm FuzzyTerm TermRange Variations".split()
        )
        if kind == "Variations":
            return node(kind, name, self.pick.choice(["render", "run", self.word(name)]))
        word = self.word(name)
        options = self.boost()
        if self.pick.random() < 0.4:
            options["constantscore"] = False
        if kind == "FuzzyTerm":
            options["maxdist"] = self.pick.choice([1, 1, 2])
            options["prefixlength"] = self.pick.choice([0, 1, 2, 3, 9])
            return node(kind, name, self.slip(word), **options)
        if kind == "TermRange":
            return self.word_range(name, options)
        made = {"Prefix": self.start, "Wildcard": self.wildcard, "Regex": self.regex}
        return node(kind, name, made[kind](word), **options)

    def word_range(self, name: str, options: dict[str, Any]) -> Tree:
        """Return all words between two words, mostly near each other."""
        first = self.start(self.word(name))
        last = self.pick.choice([first + "яя", self.word(name), self.start(self.word(name))])
        ends = [first, last] if self.pick.random() < 0.1 else sorted([first, last])
        if self.pick.random() < 0.1:
            ends[self.pick.randrange(2)] = None  # type: ignore[call-overload]
        for side in ("startexcl", "endexcl"):
            if self.pick.random() < 0.2:
                options[side] = True
        return node("TermRange", name, *ends, **options)

    def numbers(self) -> Tree:
        """Return a range of numbers."""
        ends: list[int | None] = [self.number(), self.number()]
        if self.pick.random() < 0.9:
            ends = sorted(end for end in ends if end is not None)
        if self.pick.random() < 0.2:
            ends[self.pick.randrange(2)] = None
        options = self.boost()
        for name in ("startexcl", "endexcl"):
            if self.pick.random() < 0.2:
                options[name] = True
        if self.pick.random() < 0.2:
            options["constantscore"] = False
        return node("NumericRange", "number", *ends, **options)

    def phrase(self, name: str) -> Tree:
        """Return some words one after the other, mostly as they are in a document."""
        words = self.pick.choice(self.documents.words[name])
        start = self.pick.randrange(len(words))
        found = words[start : start + self.pick.randint(1, 5)]
        if len(found) > 2 and self.pick.random() < 0.5:
            del found[self.pick.randrange(1, len(found) - 1)]
        if self.pick.random() < 0.3:
            found[self.pick.randrange(len(found))] = self.word(name)
        options = {"slop": self.pick.choice([1, 2, 3, 4]), **self.boost()}
        return node("Phrase", name, found[:4], **options)

    def field(self) -> str:
        """Return one of the fields of words."""
        return self.pick.choice(["title", "text", "text"])

    def boost(self) -> dict[str, Any]:
        """Return a boost as an option, mostly none."""
        if self.pick.random() < 0.75:
            return {}
        return {"boost": self.pick.choice([0.1, 0.5, 1.5, 1.5, 2.0, 2.0, 3.0, 10.0, 0.0])}

    def number(self) -> int:
        """Return a number that is in a document, or nearly."""
        numbers = [d["number"] for d in self.documents.documents if "number" in d]
        return int(self.pick.choice(numbers)) + self.pick.choice([-1, 0, 0, 0, 1])

    def word(self, name: str) -> str:
        """Return a word: of the passage that this tree is about, of any text, or of none."""
        kind = self.pick.random()
        if kind < 0.6 and self._passage.get(name):
            return self.pick.choice(self._passage[name])
        if kind < 0.97:
            return self.pick.choice(self.pick.choice(self.documents.words[name]))
        return "небывалый"

    def start(self, word: str) -> str:
        """Return some of the first letters of a word."""
        return word[: self.pick.randint(1, 4)]

    def slip(self, word: str) -> str:
        """Return a word with a letter too many, too few, changed, moved, or as it is."""
        at = self.pick.randrange(len(word))
        letter = self.pick.choice("аеиностр")
        moved = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
        cut = word[:at] + word[at + 1 :]
        changed = word[:at] + letter + word[at + 1 :]
        longer = word[:at] + letter + word[at:]
        return self.pick.choice([word, word, moved, cut or word, changed, longer])

    def wildcard(self, word: str) -> str:
        """Return a pattern with ? and * and [ ] that the word matches."""
        at = self.pick.randrange(len(word))
        return self.pick.choice(
            [
                word[:at] + "?" + word[at + 1 :],
                word[: at + 1] + "*" + word[at + 2 :],
                "*" + word[at:],
                word[: at + 1] + "*",
                f"{word[:at]}[{word[at]}аоу]{word[at + 1 :]}",
                "?" * len(word),
                word,
            ]
        )

    def regex(self, word: str) -> str:
        """Return a regular expression that the word, or the start of it, matches."""
        at = self.pick.randrange(len(word))
        before, letter, after = (re.escape(part) for part in (word[:at], word[at], word[at + 1 :]))
        return self.pick.choice(
            [
                before + "." + after,
                f"{before}{letter}?{after}$",
                f"{before}[{letter}аеиоуя]+",
                f"^{before}{letter}.*",
                f"({before}{letter}|снег)",
                f"{before}{letter}|река",
                f"{before}{letter}{{0,1}}{after}",
                ".*" + letter + "$",
            ]
        )
