"""What a token can be asked for: attributes as tables over codes, and values to be compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus import arrow
from corpus.columns.columns import ZONE, Columns, Numbers
from corpus.errors import CorpusError
from corpus.limits import Budget
from corpus.morphology import features
from corpus.patterns import conditions
from corpus.patterns.conditions import Coded, Column, Every, Mask, Test
from corpus.patterns.values import Strings
from corpus.query.patterns import (
    Anything,
    Condition,
    Conjunction,
    Disjunction,
    Has,
    Negation,
)
from corpus.text.tokens import HEADING, ZONES

CATEGORIES: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "case": (
        ("nomn", ("nomn",)),
        ("gent", ("gent", "gen1", "gen2")),
        ("datv", ("datv",)),
        ("accs", ("accs", "acc2")),
        ("ablt", ("ablt",)),
        ("loct", ("loct", "loc1", "loc2")),
        ("voct", ("voct",)),
    ),
    "number": (("sing", ("sing",)), ("plur", ("plur",))),
    "gender": (("masc", ("masc",)), ("femn", ("femn",)), ("neut", ("neut",))),
    "person": (("1per", ("1per",)), ("2per", ("2per",)), ("3per", ("3per",))),
    "tense": (("pres", ("pres",)), ("past", ("past",)), ("futr", ("futr",))),
    "aspect": (("perf", ("perf",)), ("impf", ("impf",))),
    "animacy": (("anim", ("anim",)), ("inan", ("inan",))),
    "mood": (("indc", ("indc",)), ("impr", ("impr",))),
    "voice": (("actv", ("actv",)), ("pssv", ("pssv",))),
}
"""Grammatical categories: values, and the grammemes of a tag that stand for each.

A second genitive or locative is one, so that what agrees does: в прошлом году.
"""

# Names of parts of speech that UPOS and OpenCorpora share are those of UPOS.
_MOST_KNOWN = 64
_MOST_COMBINED = 1 << 26

T = TypeVar("T")


class Compared(NamedTuple):
    """An attribute for comparing: a number for each code of a column, -1 for none; their names."""

    codes: NDArray[Any]
    numbers: Numbers
    names: Strings


class Attributes:
    """The attributes of the tokens of some columns; what was looked up is kept."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.size = len(columns.form)
        self._known: dict[Hashable, Any] = {}

    # Tests

    def test(self, condition: Condition, budget: Budget | None = None) -> Test:
        """Return the test for a condition on one token."""
        if isinstance(condition, Anything):
            return Every(self.size)
        if isinstance(condition, Negation):
            return self.test(condition.item, budget).inverted()
        if isinstance(condition, Conjunction):
            return conditions.all_of([self.test(item, budget) for item in condition.items])
        if isinstance(condition, Disjunction):
            return conditions.any_of([self.test(item, budget) for item in condition.items])
        if isinstance(condition, Has):
            key = ("test", condition.attribute, condition.value, condition.literal)
            found = self._once(key, lambda: self._test(condition, budget))
            return found.inverted() if condition.negated else found
        raise CorpusError(
            "tokens are compared after the pattern, not inside square brackets",
            'for example 1:[pos="ADJ"] 2:[pos="NOUN"] & 1.case = 2.case',
        )

    def _test(self, has: Has, budget: Budget | None) -> Test:
        def described(strings: Strings) -> Mask:
            return strings.described(has.value, literal=has.literal, budget=budget)

        name = has.attribute
        if name == "pos":
            return self._pos(described)
        if name == "tag":
            return Coded(self._column("tag"), self._grammemes.with_any(described))
        if name == "feats":
            return Coded(self._column("feats"), self._features.with_any(described))
        column, strings, of = self._attribute(name)
        return Coded(column, described(strings)[of])

    def _pos(self, described: Callable[[Strings], Mask]) -> Test:
        """Take parts of speech by UPOS, and by the names that only OpenCorpora has."""
        parts = Coded(self._column("pos"), described(self._strings("pos")))
        names, of = self._opencorpora
        tags = Coded(self._column("tag"), np.append(described(names), False)[of])
        return conditions.any_of([parts, tags])

    def _attribute(self, name: str) -> tuple[Column, Strings, Numbers]:
        """Return a column, the strings that its codes stand for, and which one each code has."""
        if name in ("form", "norm"):
            strings = self._strings("form") if name == "form" else self._norms
            return self._column("form"), strings, np.arange(len(strings))
        if name == "lemma":
            final, count = self.columns.final, len(self.columns.lemmas)
            of = np.arange(count) if final is None else final.astype(np.int64)
            return self._column("lemma"), self._strings("lemma"), of
        zones = np.arange(256) & ZONE
        if name == "zone":
            return self._column("flags"), self._zones, zones
        if name == "heading":
            return self._column("flags"), self._answers, (zones == HEADING).astype(np.int64)
        raise CorpusError(f"tokens have no attribute {name!r}")

    # Comparing

    def compared(self, name: str) -> Compared:
        """Return an attribute or a grammatical category as comparisons read it."""
        return self._once(("compared", name), lambda: self._compared(name))

    def _compared(self, name: str) -> Compared:
        if name in CATEGORIES:
            values = [value for value, _ in CATEGORIES[name]]
            numbers = np.full(len(self.columns.tags), -1)
            for number, (_, grammemes) in reversed([*enumerate(CATEGORIES[name])]):
                numbers[self._grammemes.having(grammemes)] = number
            return Compared(self._column("tag").codes, numbers, Strings.of(values))
        if name in ("pos", "tag"):
            strings = self._strings(name)
            column, of = self._column(name), np.arange(len(strings))
        elif name == "feats":
            column, strings = self._column("feats"), self._features.whole
            of = np.arange(len(strings))
        else:
            column, strings, of = self._attribute(name)
        encoded = strings.folded.dictionary_encode()
        numbers = arrow.numbers(encoded.indices).astype(np.int64)[of]
        return Compared(column.codes, numbers, Strings(encoded.dictionary, encoded.dictionary))

    # Columns and vocabularies

    def _column(self, name: str) -> Column:
        def make() -> Column:
            codes = self._feats[0] if name == "feats" else getattr(self.columns, name)
            sizes = {"flags": 256, "feats": len(self._feats[1]) if name == "feats" else 0}
            size = sizes[name] if name in sizes else len(self.columns.vocabulary(name))
            return Column(name, codes, size)

        return self._always(("column", name), make)

    def _strings(self, name: str) -> Strings:
        names = {"form": "forms", "lemma": "lemmas", "tag": "tags", "pos": "parts"}
        vocabulary = getattr(self.columns, names[name])
        return self._always(
            ("strings", name), lambda: Strings(vocabulary.strings, vocabulary.folded)
        )

    @cached_property
    def _norms(self) -> Strings:
        folded = self.columns.forms.folded
        return Strings(folded, folded)

    @cached_property
    def _zones(self) -> Strings:
        return Strings.of(list(ZONES))

    @cached_property
    def _answers(self) -> Strings:
        return Strings.of(["no", "yes"])

    @cached_property
    def _grammemes(self) -> _Lists:
        """The grammemes of each tag."""
        tags = self.columns.tags.strings.to_pylist()
        return _Lists([re.split("[ ,]", tag) for tag in tags], tags)

    @cached_property
    def _opencorpora(self) -> tuple[Strings, Numbers]:
        """The parts of speech that only OpenCorpora names, and which one each tag has, or -1."""
        tags = self.columns.tags.strings.to_pylist()
        upos = {*features.UPOS_NAMES}
        own = [re.split("[ ,]", tag, maxsplit=1)[0] for tag in tags]
        names = sorted({name for name in own if name and name not in upos})
        place = {name: number for number, name in enumerate(names)}
        return Strings.of(names), np.array([place.get(name, -1) for name in own], np.int64)

    # Features

    @cached_property
    def _features(self) -> _Lists:
        """The features of each code of the column `feats`."""
        values = self._feats[1]
        return _Lists([value.split("|") for value in values], values)

    @cached_property
    def _feats(self) -> tuple[NDArray[np.int32], list[str]]:
        """The features of each token as a code, and the features of each code.

        They hang on tag, part of speech and the kind of the lemma: so they are worked out once
        for each combination of the three that is met.
        """
        columns = self.columns
        kinds, kind_of = self._lemma_kinds()
        tags, parts = len(columns.tags), len(columns.parts)
        pair_code, pairs = _combined(columns.tag, columns.pos, tags, parts)
        code, triples = _combined(pair_code, kind_of[columns.lemma], len(pairs), len(kinds))
        tag_names = columns.tags.strings.to_pylist()
        part_names = columns.parts.strings.to_pylist()
        found = []
        for pair, kind in triples:
            tag, part = pairs[pair]
            found.append(features.features(tag_names[tag], part_names[part], kinds[kind]))
        values = list(dict.fromkeys(found))
        place = {value: number for number, value in enumerate(values)}
        return np.array([place[value] for value in found], np.int32)[code], values

    def _lemma_kinds(self) -> tuple[list[str], NDArray[np.int32]]:
        """Return lemmas one of which stands for each kind, and the kind of each lemma's code."""
        folded = self.columns.lemmas.folded
        reflexive = np.zeros(len(folded), bool)
        for ending in features.REFLEXIVE:
            reflexive |= arrow.numbers(pc.ends_with(folded, ending))
        words = list(features.OWN_LEMMAS)
        kinds = ["", features.REFLEXIVE[0], *words]
        places = pc.index_in(folded, value_set=arrow.strings(words).cast(folded.type))
        own = arrow.numbers(places.fill_null(-1))
        kind = np.where(own >= 0, own + 2, reflexive).astype(np.int32)
        final = self.columns.final
        return kinds, kind if final is None else kind[final]

    # Keeping

    def _once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is kept under a key, made if it is not; the oldest is dropped."""
        found: T = self._known.pop(key) if key in self._known else make()
        if len(self._known) >= _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[key] = found
        return found

    def _always(self, key: Hashable, make: Callable[[], T]) -> T:
        if key not in self._made:
            self._made[key] = make()
        found: T = self._made[key]
        return found

    @cached_property
    def _made(self) -> dict[Hashable, Any]:
        return {}


class _Lists:
    """Values that each hold several parts: the grammemes of tags, features."""

    def __init__(self, lists: list[list[str]], whole: list[str]) -> None:
        names = list(dict.fromkeys(part for parts in lists for part in parts))
        place = {name: number for number, name in enumerate(names)}
        self.parts, self.whole = Strings.of(names), Strings.of(whole)
        self._place, self._size = place, len(lists)
        self._owner = np.repeat(np.arange(len(lists)), [len(parts) for parts in lists])
        self._part = np.array([place[part] for parts in lists for part in parts], np.int64)

    def with_any(self, described: Callable[[Strings], Mask]) -> Mask:
        """Return which values are described, as a whole or by one of their parts."""
        return described(self.whole) | self._holding(described(self.parts))

    def having(self, names: tuple[str, ...]) -> Mask:
        """Return which values have one of some parts."""
        wanted = np.zeros(len(self.parts), bool)
        wanted[[self._place[name] for name in names if name in self._place]] = True
        return self._holding(wanted)

    def _holding(self, wanted: Mask) -> Mask:
        found = np.zeros(self._size, bool)
        found[self._owner[wanted[self._part]]] = True
        return found


def _combined(
    one: NDArray[Any], other: NDArray[Any], ones: int, others: int
) -> tuple[NDArray[np.int32], list[tuple[int, int]]]:
    """Return a code for each pair of two codes that is met, and the pairs by code."""
    key = one.astype(np.int64) * others + other
    if ones * others <= _MOST_COMBINED:
        there = np.zeros(ones * others, bool)
        there[key] = True
        pairs = np.flatnonzero(there)
        code = np.zeros(len(there), np.int32)
        code[pairs] = np.arange(len(pairs), dtype=np.int32)
        found = code[key]
    else:
        pairs, inverse = np.unique(key, return_inverse=True)
        found = inverse.astype(np.int32)
    first, second = np.divmod(pairs, max(1, others))
    return found, list(zip(first.tolist(), second.tolist(), strict=True))
