"""Which documents a node of a query matches."""

from __future__ import annotations

import fnmatch
import re
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as whoosh_query

from corpus.arrow import ragged, unique_sorted
from corpus.index import arrays
from corpus.index import spans as stretches
from corpus.index.arrays import NONE, Integers, distinct, marked, marks, union
from corpus.index.segment import FieldPostings
from corpus.index.sides import Expression, Side, handler_of, is_every, phrase_terms

# Postings of a pattern's terms that are gathered between two looks at the clock.
_BLOCK = 1 << 20


class Matching(Side):
    """Finds documents, node by node, as sorted arrays."""

    def _term(self, query: Any) -> Integers:
        return self.leaf.documents(query.fieldname, query.text)

    def _bytes(self, field: str, text: Any) -> bytes | None:
        schema = self.leaf.reader.schema
        if field not in schema:
            return None
        try:
            return bytes(schema[field].to_bytes(text))
        except ValueError:
            return None

    def _and(self, query: Any) -> Integers:
        unwanted = [item for item in query.subqueries if type(item) is whoosh_query.Not]
        wanted = [item for item in query.subqueries if type(item) is not whoosh_query.Not]
        if not query.subqueries:
            return NONE
        found = reduce(self._meet, sorted(map(self.docs, wanted), key=len)) if wanted else None
        if found is None:
            found = self.leaf.docs
        for item in unwanted:
            found = self._without(found, item.query)
        return found

    def _meet(self, one: Integers, other: Integers) -> Integers:
        """Return the documents that stand in both, `one` being the shorter."""
        return one[arrays.held(one, other, self.size)] if len(one) else one

    def _without(self, docs: Integers, query: Any) -> Integers:
        return docs[~self.held(docs, query)] if len(docs) else docs

    def _or(self, query: Any) -> Integers:
        words = self.words(query)
        if words is not None:
            one = words.entries[0].documents
            every = one if len(words.entries) == 1 else distinct(words.docs, self.size)
            return self.leaf.alive(every)
        return union([self.docs(item) for item in query.subqueries], self.size)

    def _not(self, query: Any) -> Integers:
        return self._without(self.leaf.docs, query.query)

    def _and_not(self, query: Any) -> Integers:
        return self._without(self.docs(query.a), query.b)

    def _require(self, query: Any) -> Integers:
        return self._meet(*sorted((self.docs(query.a), self.docs(query.b)), key=len))

    def _and_maybe(self, query: Any) -> Integers:
        return self.docs(query.a)

    def _chosen(self, query: Any) -> Any:
        """Return the clause that an Otherwise stands for, in the whole index."""
        return query.a if self.whole.count(query.a) else query.b

    def _otherwise(self, query: Any) -> Integers:
        return self.docs(self._chosen(query))

    def _every(self, query: Any) -> Integers:
        if query.fieldname is None:
            return self.leaf.docs
        postings = self.leaf.segment.field(query.fieldname)
        if postings is None:
            return NONE
        return self.leaf.alive(distinct(postings.documents, self.size))

    def _nothing(self, query: Any) -> Integers:
        return NONE

    def _child(self, query: Any) -> Integers:
        return self.docs(query.child)

    def _range(self, query: Any) -> Integers:
        values = self.leaf.column(query.fieldname)
        if values is None or self.leaf.reader.schema[query.fieldname].indexed:
            return self.docs(self._compiled(query))
        docs = self.leaf.docs
        own = values[docs]
        inside = np.ones(len(own), bool)
        if query.start is not None:
            inside &= own > query.start if query.startexcl else own >= query.start
        if query.end is not None:
            inside &= own < query.end if query.endexcl else own <= query.end
        return docs[inside]

    def _compiled(self, query: Any) -> Any:
        return query._compile_query(self.leaf.reader)

    def _of_spans(self, query: Any) -> Integers:
        found = self.spans(query)
        owners = stretches.units(self.leaf.segment.base, found.first).astype(np.uint32)
        return unique_sorted(owners)

    def _multi_term(self, query: Any) -> Integers:
        if is_every(query):
            return self.docs(whoosh_query.Every(query.fieldname))
        postings, numbers = self.expanded(query)
        return NONE if postings is None else self._gathered(postings, numbers)

    def _gathered(self, postings: FieldPostings, numbers: NDArray[np.int64]) -> Integers:
        """Return the documents that hold any of some terms."""
        if not len(numbers):
            return NONE
        first, last = int(numbers[0]), int(numbers[-1])
        if last - first + 1 == len(numbers):
            # Terms that share a prefix lie side by side.
            start, stop = postings.postings(first, last + 1)
            own = postings.documents[start:stop]
        else:
            starts = postings.first_posting[numbers].astype(np.int64)
            own = postings.documents[ragged(starts, postings.first_posting[numbers + 1] - starts)]
        if len(numbers) == 1:
            return self.leaf.alive(own)
        if len(own) <= _BLOCK:
            return self.leaf.alive(distinct(own, self.size))
        mark = np.zeros(self.size, bool)
        for place in range(0, len(own), _BLOCK):
            self.whole.check()
            mark |= marks(own[place : place + _BLOCK], self.size)
        return self.leaf.alive(marked(mark))

    def expanded(self, query: Any) -> tuple[FieldPostings | None, NDArray[np.int64]]:
        """Return a field's postings and the numbers of the terms that a node stands for."""
        postings = self.leaf.segment.field(query.fieldname)
        if postings is None or query.fieldname not in self.leaf.reader.schema:
            return None, np.zeros(0, np.int64)
        expand = _EXPANSIONS.get(type(query)) or handler_of(_EXPANSIONS, query)
        if expand is None:
            terms = sorted(set(query._btexts(self.leaf.reader)))
            found = np.array([postings.terms.find(_as_bytes(term)) for term in terms], np.int64)
            return postings, found[found >= 0]
        numbers = expand(self, query, postings)
        # Nobody means the empty term, which can only be the first.
        nameless = len(numbers) and not numbers[0] and not postings.terms[0]
        return postings, numbers[1:] if nameless else numbers

    def _prefix(self, query: Any, postings: FieldPostings) -> NDArray[np.int64]:
        prefix = self._bytes(query.fieldname, query.text) or b""
        return np.arange(*postings.terms.with_prefix(prefix), dtype=np.int64)

    def _wildcard(self, query: Any, postings: FieldPostings) -> NDArray[np.int64]:
        if "[" in query.text:
            prefix = query._find_prefix(query.text).encode()
            shape = fnmatch.translate(query.text)
            return postings.terms.matching(shape, prefix, self.whole.check)
        return postings.terms.like(query.text, self.whole.check)

    def _regex(self, query: Any, postings: FieldPostings) -> NDArray[np.int64]:
        start = _literal_start(query.text).encode()
        return postings.terms.matching(query.text, start, self.whole.check)

    def _expression(self, query: Any, postings: FieldPostings) -> NDArray[np.int64]:
        known: dict[int, NDArray[np.int64]] = query.__dict__.setdefault("_corpus_found", {})
        # The leaf lives as long as the query is evaluated, so that its id stays its own.
        found = known.get(id(postings))
        if found is None:
            found = postings.terms.described(query.text, self.whole.check)
            known[id(postings)] = found
        return found

    def _fuzzy(self, query: Any, postings: FieldPostings) -> NDArray[np.int64]:
        return postings.terms.near(query.text, int(query.maxdist), query.prefixlength)

    def _term_range(self, query: Any, postings: FieldPostings) -> NDArray[np.int64]:
        terms = postings.terms
        first, last = 0, len(terms)
        if query.start is not None:
            start = self._bytes(query.fieldname, query.start)
            if start is None:
                return np.zeros(0, np.int64)
            first = terms.place(start + b"\0" if query.startexcl else start)
        if query.end is not None:
            end = self._bytes(query.fieldname, query.end)
            if end is None:
                return np.zeros(0, np.int64)
            last = terms.place(end if query.endexcl else end + b"\0")
        return np.arange(first, max(first, last), dtype=np.int64)

    def _phrase(self, query: Any) -> Integers:
        if query.degrade and not self.leaf.has_positions(query.fieldname):
            return self.docs(whoosh_query.And(phrase_terms(query)))
        return self._in_order(query)

    def _in_order(self, query: Any) -> Integers:
        """Return the documents in which the words of a phrase follow each other."""
        raise NotImplementedError


def _literal_start(pattern: str) -> str:
    """Return letters with which everything must start that a regular expression matches."""
    if "|" in pattern:
        return ""
    pattern = pattern.removeprefix("\\A").removeprefix("^")
    special = re.search(r"[^\w ]|\Z", pattern)
    place = special.start() if special else 0
    if pattern[place : place + 1] in ("*", "?", "{"):
        # The letter before may be missing.
        place = max(0, place - 1)
    return pattern[:place]


def _as_bytes(term: Any) -> bytes:
    return term if isinstance(term, bytes) else str(term).encode()


# Kinds of patterns, and how each finds its terms.
_EXPANSIONS: dict[type, Any] = {
    whoosh_query.Prefix: Matching._prefix,
    whoosh_query.Wildcard: Matching._wildcard,
    whoosh_query.Regex: Matching._regex,
    Expression: Matching._expression,
    whoosh_query.FuzzyTerm: Matching._fuzzy,
    whoosh_query.TermRange: Matching._term_range,
}
