"""What the three sides of evaluating a query on one segment share."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as whoosh_query
from whoosh.query.terms import PatternQuery

from corpus.index import arrays
from corpus.index.arrays import Floats, Integers, Mask
from corpus.index.snapshot import Entry, Leaf
from corpus.index.spans import Spans

if TYPE_CHECKING:
    from corpus.index.evaluate import Evaluation

# For so few documents or positions one call for many numbers beats cleverness.
FEW = 256


class Words:
    """The postings of several words, one word after the other."""

    def __init__(self, entries: list[Entry], boosts: list[float]) -> None:
        self.entries = entries
        self.boosts = boosts

    def __len__(self) -> int:
        """Return how many postings there are."""
        return sum([entry.stop - entry.start for entry in self.entries])

    @cached_property
    def docs(self) -> NDArray[np.intp]:
        """The document of each posting."""
        return np.concatenate([entry.documents for entry in self.entries], dtype=np.intp)


class Side:
    """One query on one segment: the three questions that a node can be asked."""

    whole: Evaluation
    leaf: Leaf
    size: int
    # A node is kept beside its answer so that its id stays its own.
    known_docs: dict[int, tuple[Any, Integers]]
    known_spans: dict[int, tuple[Any, Spans]]
    known_words: dict[int, tuple[Any, Words | None]]
    known_phrases: dict[int, tuple[Any, list[Entry]]]

    def docs(self, query: Any) -> Integers:
        """Return the documents that match a node, ascending, deleted ones left out."""
        raise NotImplementedError

    def score(self, query: Any, docs: Integers) -> Floats:
        """Return the score of each of some ascending documents; 0 where a node does not match."""
        raise NotImplementedError

    def spans(self, query: Any) -> Spans:
        """Return the stretches of words that a node matches, those of live documents."""
        raise NotImplementedError

    def held(self, docs: Integers, query: Any) -> Mask:
        """Return which of some documents a node matches."""
        return arrays.held(docs, self.docs(query), self.size)

    def words(self, query: Any) -> Words | None:
        """Return the postings of the words that a node is any of, those of deleted documents, too.

        None where it is more than that, or where none of the words is there.
        """
        known = self.known_words.get(id(query))
        if known is None:
            known = self.known_words[id(query)] = (query, self._words(query.subqueries))
        return known[1]

    def phrase_entries(self, query: Any) -> list[Entry]:
        """Return the postings of the words of a phrase; nothing if one is missing."""
        known = self.known_phrases.get(id(query))
        if known is None:
            field, find = query.fieldname, self.leaf.find
            found = [find(field, word) for word in query.words]
            entries = [entry for entry in found if entry is not None]
            own = entries if len(entries) == len(found) else []
            known = self.known_phrases[id(query)] = (query, own)
        return known[1]

    def _words(self, items: Sequence[Any]) -> Words | None:
        if any(type(query) is not whoosh_query.Term for query in items):
            return None
        find = self.leaf.find
        pairs = [(find(term.fieldname, term.text), term.boost) for term in items]
        entries = [entry for entry, _ in pairs if entry is not None]
        boosts = [boost for entry, boost in pairs if entry is not None]
        return Words(entries, boosts) if entries else None

    @property
    def base(self) -> Integers:
        """The position of each document's first word."""
        return self.leaf.segment.base

    @property
    def ends(self) -> Integers:
        """The position after each document's last word."""
        return self.leaf.segment.ends


class OwnQuery(whoosh_query.Query):  # type: ignore[misc]
    """A node that answers for itself; queries of our own are built of these."""

    boost = 1.0

    def find(self, leaf: Any) -> Integers:
        """Return the documents that match, ascending, deleted ones left out."""
        raise NotImplementedError

    def rate(self, leaf: Any, docs: Integers) -> Floats:
        """Return the score of each of some documents; 0 where the node does not match."""
        raise NotImplementedError

    def locate(self, leaf: Any) -> Spans:
        """Return the stretches of words that match."""
        raise NotImplementedError

    def places(self, leaf: Any) -> list[Integers] | None:
        """Return the positions of a word, an array a term; None if the node is more than that."""
        return None

    def locate_in(self, leaf: Any, docs: Integers) -> Spans:
        """Return the stretches that match in some of the documents; more do no harm."""
        found: Spans = leaf.spans(self)
        return found


class Expression(whoosh_query.Regex):  # type: ignore[misc]
    """A regular expression of our query language: RE2's, for whole terms."""


def is_every(query: Any) -> bool:
    """Return whether a pattern is Whoosh's way of saying: any term at all."""
    return isinstance(query, PatternQuery) and query.text == _EVERY.get(type(query))


_EVERY = {whoosh_query.Prefix: "", whoosh_query.Wildcard: "*", whoosh_query.Regex: ".*"}


def phrase_terms(query: Any) -> list[Any]:
    """Return the terms of a phrase, the same objects whenever they are asked for."""
    known = query.__dict__.get("_corpus_terms")
    if known is None or known[0] != (query.fieldname, list(query.words)):
        terms = [whoosh_query.Term(query.fieldname, word) for word in query.words]
        known = query.__dict__["_corpus_terms"] = ((query.fieldname, list(query.words)), terms)
    found: list[Any] = known[1]
    return found


def handler_of(known: dict[type, Any], query: Any) -> Any:
    """Return how a kind of node is handled: as the nearest kind it descends from.

    None for nodes of our own, which answer for themselves.
    """
    for kind in type(query).__mro__:
        if kind is OwnQuery:
            known[type(query)] = None
            return None
        if kind in known:
            known[type(query)] = known[kind]
            return known[kind]
    return known.get(object)
