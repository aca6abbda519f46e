"""The nodes that our query language needs beside Whoosh's: a word and all that it can be, a phrase.

They are Whoosh queries like any other and answer for themselves, with arrays. Phrases and nearness
count words through the whole article, but never lead from the title into the text or over a
heading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, reduce
from typing import Any

import numpy as np
from whoosh import query as whoosh_query

from corpus.arrow import unique_sorted
from corpus.index import spans as stretches
from corpus.index.arrays import Floats, Integers
from corpus.index.evaluate import ArrayQuery, LeafEvaluation
from corpus.index.patterned import Patterned
from corpus.index.ranking import bm25f
from corpus.index.spans import Spans

OTHER_LEMMA = 0.5
"""What a candidate lemma that is not the likeliest counts."""
SAME_FORM = 0.1
"""What the form that was typed counts beside its lemma."""


class Pattern(whoosh_query.Wildcard):  # type: ignore[misc]
    """A pattern in which only `*` and `?` are wild; `[` is a letter like any other."""


class Synonyms(ArrayQuery):
    """Terms that stand for one word of the query: the best of them counts.

    `groups` are terms in several fields that are scored as one, the likeliest first. `word` is the
    word as it was typed, `lemmas` what it can stand for, one lemma a group; none for patterns.
    `forms` are terms of the very form: what has them is found anyway, but it comes first. A word
    that is not `telling` is found like any other and counts nothing.
    """

    def __init__(
        self,
        groups: Sequence[Sequence[Any]],
        word: str = "",
        lemmas: Sequence[str] = (),
        forms: Sequence[Any] = (),
    ) -> None:
        self.groups = [list(group) for group in groups]
        self.word, self.lemmas = word, tuple(lemmas)
        self.forms = whoosh_query.Or(list(forms))
        self.telling = True
        self.boost = 1.0
        self._all = whoosh_query.Or([item for group in self.groups for item in group])
        # One group is all there is: its documents are not to be found twice.
        several = len(self.groups) > 1
        self._each = [whoosh_query.Or(group) for group in self.groups] if several else [self._all]

    def __repr__(self) -> str:
        return f"Synonyms({self.groups!r})"

    def children(self) -> Iterator[Any]:
        return iter(self._all.subqueries)

    def is_leaf(self) -> bool:
        return False

    def find(self, leaf: LeafEvaluation) -> Integers:
        return leaf.docs(self._all)

    def locate(self, leaf: LeafEvaluation) -> Spans:
        return stretches.words(leaf.spans(self._all).first)

    def places(self, leaf: LeafEvaluation) -> list[Integers] | None:
        return leaf.places(self._all)

    def locate_in(self, leaf: LeafEvaluation, docs: Integers) -> Spans:
        return stretches.words(leaf.spans_in(self._all, docs).first)

    def rate(self, leaf: LeafEvaluation, docs: Integers) -> Floats:
        if not self._all.subqueries or not self.telling:
            return np.zeros(len(docs))
        scores = [bm25f(leaf, group, docs) for group in self._each]
        best = reduce(np.maximum, (OTHER_LEMMA * score for score in scores[1:]), scores[0])
        if self.forms.subqueries:
            best = best + SAME_FORM * bm25f(leaf, self.forms, docs)
        return best if self.boost == 1.0 else self.boost * best

    def alternatives(self) -> Iterator[tuple[Any, float]]:
        """Yield each group as one node, and how much what it finds counts."""
        for place, group in enumerate(self._each):
            yield group, self.boost * (OTHER_LEMMA if place else 1.0)


class _Positional(ArrayQuery):
    """A node that matches stretches of words; it scores as its items do where it matches."""

    items: Sequence[Any]

    def children(self) -> Iterator[Any]:
        return iter(self.items)

    def is_leaf(self) -> bool:
        return False

    def find(self, leaf: LeafEvaluation) -> Integers:
        owners = stretches.units(leaf.base, leaf.spans(self).first)
        return unique_sorted(owners.astype(np.uint32))

    def sides(self, leaf: LeafEvaluation) -> list[Spans]:
        """Return where each item stands, in the documents that hold all of them."""
        docs = leaf.docs(self._together)
        if not len(docs):
            return [stretches.NO_SPANS for _ in self.items]
        return [leaf.spans_in(item, docs) for item in self.items]

    @cached_property
    def _together(self) -> Any:
        return whoosh_query.And(self.items)

    def rate(self, leaf: LeafEvaluation, docs: Integers) -> Floats:
        total = reduce(np.add, (leaf.score(item, docs) for item in self.items))
        if docs is not leaf.docs(self):
            total = total * leaf.held(docs, self)
        return total if self.boost == 1.0 else self.boost * total


class Following(_Positional):
    """Items one after the other, with at most `gaps` other words between them in all."""

    def __init__(self, items: Sequence[Any], gaps: int = 0) -> None:
        self.items = list(items)
        self.gaps = gaps
        self.boost = 1.0

    def __repr__(self) -> str:
        return f"Following({self.items!r}, gaps={self.gaps})"

    def locate(self, leaf: LeafEvaluation) -> Spans:
        found = leaf.words_in_order(self.items, self.gaps)
        if found is None:
            found = stretches.following(self.sides(leaf), self.gaps)
        return stretches.within_units(found, leaf.leaf.starts("zones"))


class Close(_Positional):
    """Two items in either order, at most `distance` words apart, or in one unit of text."""

    def __init__(self, items: Sequence[Any], distance: int = 0, unit: str = "") -> None:
        self.items = list(items)
        self.distance = distance
        self.unit = unit
        self.boost = 1.0

    def __repr__(self) -> str:
        return f"Close({self.items!r}, {self.unit or self.distance})"

    def locate(self, leaf: LeafEvaluation) -> Spans:
        if self.unit:
            # Where two stand in one unit at all, some two do so that nothing parts.
            left, right = self.sides(leaf)
            near = stretches.close(left, right, stretches.FARTHEST)
            near = stretches.within_units(near, leaf.leaf.starts("zones"))
            return stretches.within_units(near, leaf.leaf.starts(self.unit))
        found = leaf.words_close(self.items, self.distance)
        if found is None:
            left, right = self.sides(leaf)
            found = stretches.close(left, right, self.distance)
        return stretches.within_units(found, leaf.leaf.starts("zones"))


def marking_nodes(query: Any) -> list[Any]:
    """Return the parts of a query that mark words, each to be counted as one."""
    if isinstance(query, (Synonyms, _Positional, Patterned)):
        return [query]
    if not isinstance(query, (whoosh_query.And, whoosh_query.Or)):
        return []
    return [node for item in query.subqueries for node in marking_nodes(item)]


def word_nodes(query: Any) -> Iterator[Synonyms]:
    """Yield the words of a query that can be found in texts, what it excludes left out."""
    if isinstance(query, Synonyms):
        yield query
    elif isinstance(query, (_Positional, whoosh_query.And, whoosh_query.Or)):
        for item in query.children():
            yield from word_nodes(item)


def pattern_nodes(query: Any) -> Iterator[Patterned]:
    """Yield the token patterns of a query, what it excludes left out."""
    if isinstance(query, Patterned):
        yield query
    elif isinstance(query, (_Positional, whoosh_query.And, whoosh_query.Or)):
        for item in query.children():
            yield from pattern_nodes(item)


def scored_nodes(
    leaf: LeafEvaluation, query: Any, docs: Integers, factor: float = 1.0
) -> Iterator[tuple[Any, float]]:
    """Yield the nodes whose scores add up to that of a document, each with what it is times.

    `docs` is that one document. A node is times nothing where what it stands in does not match.
    """
    if not isinstance(query, (_Positional, whoosh_query.And, whoosh_query.Or)):
        yield query, factor
        return
    factor = factor * query.boost if leaf.held(docs, query).all() else 0.0
    for item in query.children():
        yield from scored_nodes(leaf, item, docs, factor)


def places_to_mark(leaf: LeafEvaluation, query: Any, docs: Integers) -> Spans:
    """Return where everything stands that a node found in some documents, and maybe in others."""
    if isinstance(query, (whoosh_query.And, whoosh_query.Or)):
        return stretches.joined([places_to_mark(leaf, item, docs) for item in query.subqueries])
    if not isinstance(query, (Synonyms, _Positional, Patterned)):
        return stretches.NO_SPANS
    found = leaf.spans_in(query, docs)
    if not isinstance(query, Close) or not len(found.first):
        return found
    # The two sides where they stand near each other, without what is between.
    sides = stretches.joined([places_to_mark(leaf, item, docs) for item in query.items])
    farthest = np.maximum.accumulate(found.last)
    before = found.first.searchsorted(sides.first, "right") - 1
    return sides.where((before >= 0) & (farthest[before] >= sides.last))
