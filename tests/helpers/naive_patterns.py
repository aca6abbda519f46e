"""A matcher of token patterns written straight from their definitions.

It takes the tokens of one article one by one and tries every way to match: slow, and plain to
read. Places are numbered in each zone from 0, before its first token, to the number of its tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from naive import Word, Words

from corpus.morphology.features import UPOS_NAMES, features
from corpus.query.patterns import (
    Anything,
    Choice,
    Comparison,
    Condition,
    Conjunction,
    Containing,
    Disjunction,
    Edge,
    Has,
    Negation,
    Pattern,
    Region,
    Repeat,
    Series,
    Stretch,
    TokenPattern,
    Within,
)

Bound = frozenset[tuple[str, int]]
"""Labels and the tokens that they name."""
Way = tuple[int, Bound]
"""Where a stretch ends, and the labels in it."""

CASES = {"gen1": "gent", "gen2": "gent", "acc2": "accs", "loc1": "loct", "loc2": "loct"}
CATEGORIES = {
    "case": "nomn gent datv accs ablt loct voct",
    "number": "sing plur",
    "gender": "masc femn neut",
    "person": "1per 2per 3per",
    "tense": "past pres futr",
    "aspect": "perf impf",
    "animacy": "anim inan",
    "mood": "indc impr",
    "voice": "actv pssv",
}


@lru_cache(None)
def small(text: str) -> str:
    """Return a text in small letters, е for ё."""
    return text.lower().replace("ё", "е").replace("’", "'").replace("‑", "-")


@dataclass(frozen=True, eq=False)
class Token:
    """One token as the definitions see it; `run` counts the zones of the article."""

    form: str
    lemma: str
    pos: str
    tag: str
    zone: str
    run: int
    sentence: int
    paragraph: int
    is_word: bool

    @property
    def feats(self) -> str:
        return features(self.tag, self.pos, self.lemma)


def tokens_of(rows: Sequence[dict[str, Any]], renamed: dict[str, str]) -> list[Token]:
    """Return the tokens of an article by the rows of the token table."""
    found = []
    for run, (zone, group) in enumerate(groupby(rows, key=lambda row: row["zone"])):
        for row in group:
            lemma = renamed.get(row["lemma"], row["lemma"])
            place = zone, run, row["sentence"], row["paragraph"]
            is_word = row["pos"] not in ("PUNCT", "SYM")
            found.append(Token(row["form"], lemma, row["pos"], row["tag"], *place, is_word))
    return found


# One token


@lru_cache(1 << 16)
def holds(condition: Condition, token: Token) -> bool:
    """Return whether a token meets a condition."""
    if isinstance(condition, Anything):
        return True
    if isinstance(condition, Negation):
        return not holds(condition.item, token)
    if isinstance(condition, Conjunction):
        return all(holds(item, token) for item in condition.items)
    if isinstance(condition, Disjunction):
        return any(holds(item, token) for item in condition.items)
    assert isinstance(condition, Has)
    described = any(_is(condition, value) for value in values(condition.attribute, token))
    return described is not condition.negated


@lru_cache(1 << 16)
def values(attribute: str, token: Token) -> list[str]:
    """Return what a token has of an attribute, one of which must be described."""
    grammemes = re.split("[ ,]", token.tag)
    if attribute == "pos":
        return [token.pos, *([] if grammemes[0] in UPOS_NAMES else grammemes[:1])]
    if attribute == "tag":
        return [token.tag, *grammemes]
    if attribute == "feats":
        return [token.feats, *token.feats.split("|")]
    if attribute == "heading":
        return ["yes" if token.zone == "heading" else "no"]
    if attribute == "norm":
        return [small(token.form)]
    return [getattr(token, attribute)]


def _is(has: Has, value: str) -> bool:
    if has.literal:
        return small(value) == small(has.value)
    if has.value.startswith("(?-i)"):
        alike = str.maketrans("ёЁ", "еЕ")
        asked = has.value.removeprefix("(?-i)").translate(alike)
        return bool(re.fullmatch(asked, value.translate(alike)))
    return bool(re.fullmatch(small(has.value), small(value)))


@lru_cache(1 << 16)
def compared(attribute: str, token: Token) -> str:
    """Return what is compared of a token, nothing if it has not got it."""
    if attribute not in CATEGORIES:
        return small(values(attribute, token)[0])
    grammemes = [CASES.get(g, g) for g in re.split("[ ,]", token.tag)]
    return next((g for g in CATEGORIES[attribute].split() if g in grammemes), "")


# Stretches of tokens in one zone


class Zone:
    """The tokens of one zone, and whether it begins or ends its article."""

    def __init__(self, tokens: Sequence[Token], is_first: bool, is_last: bool) -> None:
        self.tokens = tokens
        self.is_first, self.is_last = is_first, is_last
        self.kept: set[str] = set()
        # By a node's id: it lives as long as its pattern is looked for.
        self._known: dict[tuple[int, int], frozenset[Way]] = {}
        self._known_all: dict[int, frozenset[tuple[int, int]]] = {}

    def ways(self, node: Stretch, start: int) -> frozenset[Way]:
        """Return every way in which a part matches from a place on."""
        key = id(node), start
        if key not in self._known:
            self._known[key] = frozenset(self._found(node, start))
        return self._known[key]

    def _found(self, node: Stretch, start: int) -> Iterator[Way]:
        if isinstance(node, TokenPattern):
            if start < len(self.tokens) and holds(node.condition, self.tokens[start]):
                named = [(node.label, start)] if node.label in self.kept else []
                yield start + 1, frozenset(named)
        elif isinstance(node, Edge):
            if start in (self.ends if node.closing else self.begins)(node.structure):
                yield start, frozenset()
        elif isinstance(node, Region):
            yield from ((b, frozenset()) for a, b in self.structures(node.structure) if a == start)
        elif isinstance(node, Series):
            yield from self._after(node.items, start)
        elif isinstance(node, Choice):
            for item in node.items:
                yield from self.ways(item, start)
        elif isinstance(node, Repeat):
            yield from self._repeated(node, start)
        elif isinstance(node, Within):
            for stop, bound in self.ways(node.item, start):
                if self._lies_within(start, stop, node.region) is not node.negated:
                    yield stop, bound
        elif isinstance(node, Containing):
            for stop, bound in self.ways(node.item, start):
                inside = any(start <= a and b <= stop for a, b in self.all(node.inner))
                if inside is not node.negated:
                    yield stop, bound

    def _after(self, items: Sequence[Stretch], start: int) -> set[Way]:
        now: set[Way] = {(start, frozenset())}
        for item in items:
            now = {
                (stop, both(bound, more))
                for place, bound in now
                for stop, more in self.ways(item, place)
            }
        return now

    def _repeated(self, node: Repeat, start: int) -> set[Way]:
        now: set[Way] = {(start, frozenset())}
        found = set(now) if not node.least else set()
        for count in range(1, node.most + 1):
            now = {
                (stop, both(bound, more))
                for place, bound in now
                for stop, more in self.ways(node.item, place)
            }
            if count >= node.least:
                if now <= found:
                    break
                found |= now
        return found

    def _lies_within(self, start: int, stop: int, region: Stretch) -> bool:
        if region == Region("article"):
            return True
        found = (
            self.structures(region.structure) if isinstance(region, Region) else self.all(region)
        )
        return any(a <= start and stop <= b for a, b in found)

    def all(self, node: Stretch) -> frozenset[tuple[int, int]]:
        """Return all stretches of a part that hold a token."""
        if id(node) not in self._known_all:
            starts = range(len(self.tokens))
            found = frozenset((a, b) for a in starts for b, _ in self.ways(node, a) if b > a)
            self._known_all[id(node)] = found
        return self._known_all[id(node)]

    # Structures

    def begins(self, structure: str) -> set[int]:
        """Return the places at which a structure begins."""
        if structure == "article":
            return {0} if self.is_first else set()
        return {a for a, _ in self.structures(structure)}

    def ends(self, structure: str) -> set[int]:
        """Return the places at which a structure ends."""
        if structure == "article":
            return {len(self.tokens)} if self.is_last else set()
        return {b for _, b in self.structures(structure)}

    def structures(self, structure: str) -> list[tuple[int, int]]:
        """Return where structures begin and end that lie in the zone as a whole."""
        whole = [(0, len(self.tokens))]
        if structure == "article":
            return whole if self.is_first and self.is_last else []
        if structure in ("s", "p"):
            name = {"s": "sentence", "p": "paragraph"}[structure]
            edges = [
                place
                for place in range(1, len(self.tokens))
                if getattr(self.tokens[place], name) != getattr(self.tokens[place - 1], name)
            ]
            return list(zip([0, *edges], [*edges, len(self.tokens)], strict=True))
        return whole if self.tokens[0].zone == structure else []

    # Whole patterns

    def stretches(self, pattern: Pattern) -> list[tuple[int, int]]:
        """Return what a pattern finds: stretches that lie in no other one."""
        # Labels that nothing is said of only make more ways of one.
        self.kept = labels_in(pattern.where) if pattern.where else set()
        self._known.clear()
        self._known_all.clear()
        found = {
            (start, stop)
            for start in range(len(self.tokens))
            for stop, bound in self.ways(pattern.stretch, start)
            if stop > start and (pattern.where is None or self._fulfils(pattern.where, dict(bound)))
        }
        return sorted(
            (a, b)
            for a, b in found
            if not any((a, b) != (c, d) and c <= a and b <= d for c, d in found)
        )

    def _fulfils(self, where: Condition, bound: dict[str, int]) -> bool:
        if isinstance(where, Negation):
            return not self._fulfils(where.item, bound)
        if isinstance(where, Conjunction):
            return all(self._fulfils(item, bound) for item in where.items)
        if isinstance(where, Disjunction):
            return any(self._fulfils(item, bound) for item in where.items)
        assert isinstance(where, Comparison)
        if where.left not in bound or where.right not in bound:
            return False
        left = compared(where.left_attribute, self.tokens[bound[where.left]])
        right = compared(where.right_attribute, self.tokens[bound[where.right]])
        return bool(left and right) and (left == right) is not where.negated


def labels_in(where: Condition) -> set[str]:
    """Return the labels that a global condition speaks of."""
    if isinstance(where, Comparison):
        return {where.left, where.right}
    items = [where.item] if isinstance(where, Negation) else where.items  # type: ignore[union-attr]
    return {label for item in items for label in labels_in(item)}


def both(one: Bound, other: Bound) -> Bound:
    """Return labels of two stretches, those of the second instead of those of the first."""
    if not one or not other:
        return one or other
    return frozenset({**dict(one), **dict(other)}.items())


class Text(Words):
    """An article as words and as tokens."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__(
            Word(
                small(token.form),
                small(token.lemma),
                (token.run, 0),
                token.sentence,
                token.zone == "title",
                (token.run, token.paragraph),
            )
            for token in tokens
            if token.is_word
        )
        self.tokens = tokens
        self.before = [sum(token.is_word for token in tokens[:n]) for n in range(len(tokens) + 1)]
        self.stretches = lru_cache(None)(self._stretches)  # type: ignore[method-assign]
        runs = [list(group) for _, group in groupby(tokens, key=lambda token: token.run)]
        last = len(runs) - 1
        self.zones = [Zone(run, n == 0, n == last) for n, run in enumerate(runs)]

    def _stretches(self, node: Pattern, where: str = "") -> list[tuple[int, int]]:
        """Return the stretches that a pattern finds, tokens numbered through the article."""
        found, before = [], 0
        for zone in self.zones:
            is_title = zone.tokens[0].zone == "title"
            if where in ("", "title" if is_title else "text"):
                found += [(before + a, before + b) for a, b in zone.stretches(node)]
            before += len(zone.tokens)
        return found

    def of_words(self, stretch: tuple[int, int]) -> tuple[int, int]:
        return self.words_before(stretch[0]), self.words_before(stretch[1]) - 1

    def words_before(self, place: int) -> int:
        return self.before[place]

    def of_tokens(self, first: int, last: int) -> tuple[int, int]:
        """Return the stretch of tokens from one word to another."""
        places = [place for place, token in enumerate(self.tokens) if token.is_word]
        return places[first], places[last] + 1
