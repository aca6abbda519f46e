"""Where a node of a query matches: stretches of words, and what phrases make of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from whoosh import query as whoosh_query
from whoosh.query.qcore import QueryError
from whoosh.query.terms import MultiTerm

from corpus.arrow import ragged, unique_sorted
from corpus.index import spans as stretches
from corpus.index.arrays import NONE, Integers, marks
from corpus.index.matching import Matching
from corpus.index.sides import OwnQuery
from corpus.index.snapshot import Entry
from corpus.index.spans import Spans

# Positions are picked out by document where this leaves so much less to look at.
_NARROWS = 4


class Locating(Matching):
    """Finds stretches of words, node by node."""

    def _span_term(self, query: Any) -> Spans:
        entry = self._located(query)
        if entry is None:
            return stretches.NO_SPANS
        return self._live(stretches.words(entry.positions))

    def _located(self, query: Any) -> Entry | None:
        entry = self.leaf.find(query.fieldname, query.text)
        if entry is not None and entry.postings.positions is None:
            raise QueryError(
                f"the field {query.fieldname!r} has no positions, which a phrase needs"
            )
        return entry

    def spans_in(self, query: Any, docs: Integers) -> Spans:
        """Return the stretches that a node matches in some of the documents that it matches.

        Of a term that stands in many more, only those documents' positions are looked at.
        """
        if isinstance(query, whoosh_query.Term) and id(query) not in self.known_spans:
            entry = self._located(query)
            if entry is not None:
                return self._live(stretches.words(self._narrowed(entry, docs)))
        if isinstance(query, whoosh_query.Or) and id(query) not in self.known_spans:
            return stretches.joined([self.spans_in(item, docs) for item in query.subqueries])
        if isinstance(query, OwnQuery) and id(query) not in self.known_spans:
            found: Spans = query.locate_in(self, docs)
            return found
        return self.spans(query)

    def words_in_order(self, items: Sequence[Any], gaps: int) -> Spans | None:
        """Return where words stand one after the other; None if an item is more than a word."""
        places = self._all_places(items)
        if places is None:
            return None
        if not gaps:
            return self._live(stretches.adjacent(places))
        near = stretches.around(places, gaps + len(items))
        return self._live(stretches.following(near, gaps))

    def words_close(self, items: Sequence[Any], distance: int) -> Spans | None:
        """Return where two words stand close together; None if an item is more than a word."""
        places = self._all_places(items)
        if places is None:
            return None
        left, right = stretches.around(places, distance)
        return self._live(stretches.close(left, right, distance))

    def _all_places(self, items: Sequence[Any]) -> list[list[Integers]] | None:
        places = [self.places(item) for item in items]
        known = [own for own in places if own is not None]
        return known if len(known) == len(places) else None

    def places(self, query: Any) -> list[Integers] | None:
        """Return the positions of a word, an array for each term it can be; None for other nodes.

        Those in deleted documents are among them.
        """
        if type(query) is whoosh_query.Term:
            entry = self._located(query)
            return [] if entry is None else [entry.positions]
        if isinstance(query, MultiTerm):
            return [self.spans(query).first]
        if isinstance(query, OwnQuery):
            own: list[Integers] | None = query.places(self)
            return own
        if type(query) is not whoosh_query.Or:
            return None
        parts = [self.places(item) for item in query.subqueries]
        known = [array for part in parts if part is not None for array in part]
        return None if None in parts else known

    def _narrowed(self, entry: Entry, docs: Integers) -> Integers:
        """Return a term's positions in some documents, or all of them where they are not more."""
        places = entry.positions
        if _NARROWS * len(docs) >= entry.stop - entry.start:
            return places
        low = places.searchsorted(self.base[docs])
        high = places.searchsorted(self.ends[docs])
        return places[ragged(low, high - low)]

    def _live(self, spans: Spans) -> Spans:
        if self.leaf.live is None or not len(spans.first):
            return spans
        kept = self.leaf.live[stretches.units(self.base, spans.first)]
        if spans.first is spans.last:
            return stretches.words(spans.first[kept])
        return spans.where(kept)

    def _in(self, spans: Spans, docs: Integers) -> Spans:
        """Keep the stretches that lie in some documents."""
        owners = stretches.units(self.base, spans.first)
        return spans.where(marks(docs, self.size)[owners])

    def _span_multi_term(self, query: Any) -> Spans:
        postings, numbers = self.expanded(query)
        if postings is None or not len(numbers):
            return stretches.NO_SPANS
        if postings.positions is None or postings.first_position is None:
            raise QueryError(f"the field {query.fieldname!r} has no positions")
        starts = postings.first_position[numbers].astype(np.int64)
        counts = postings.first_position[numbers + 1] - starts
        return self._live(stretches.words(np.unique(postings.positions[ragged(starts, counts)])))

    def _span_and(self, query: Any) -> Spans:
        every = stretches.joined([self.spans(item) for item in query.subqueries])
        return self._in(every, self.docs(query))

    def _span_or(self, query: Any) -> Spans:
        return stretches.joined([self.spans(item) for item in query.subqueries])

    def _span_first_clause(self, query: Any) -> Spans:
        return self._in(self.spans(query.a), self.docs(query))

    def _span_child(self, query: Any) -> Spans:
        return self.spans(query.child)

    def _span_phrase(self, query: Any) -> Spans:
        places = self._phrase_places(query)
        if not places:
            return stretches.NO_SPANS
        if query.slop == 1:
            found = stretches.adjacent([[own] for own in places])
            return self._live(stretches.within_units(found, self.base))
        items = list(map(stretches.words, places))
        return self._live(self._chain(items, query.slop, ordered=True, least=1))

    def _in_order(self, query: Any) -> Integers:
        places = self._phrase_places(query)
        if not places:
            return NONE
        if query.slop == 1 or len(places) == 1:
            first, last = stretches.adjacent([[own] for own in places])
            owners = stretches.units(self.base, first)
            owners = owners[self.ends[owners] > last]
        else:
            slop = min(query.slop, stretches.FARTHEST)
            owners = stretches.owners_of_walks(places, slop, self.base)
        return self.leaf.alive(unique_sorted(owners).astype(np.uint32))

    def _phrase_places(self, query: Any) -> list[Integers]:
        """Return where the words of a phrase stand; nothing if one is missing."""
        if not self.leaf.has_positions(query.fieldname):
            raise QueryError(
                f"the field {query.fieldname!r} has no positions, which a phrase needs: use a "
                "field with phrase=True, or Phrase(…, degrade=True) to match all of its words"
            )
        return [entry.positions for entry in self.phrase_entries(query)]

    def _chain(self, items: Sequence[Spans], slop: int, *, ordered: bool, least: int) -> Spans:
        found = items[0]
        for item in items[1:]:
            self.whole.check()
            found = stretches.near(found, item, self.base, slop, ordered=ordered, least=least)
        return found

    def _span_sequence(self, query: Any) -> Spans:
        def near(a: Spans, b: Spans) -> Spans:
            return stretches.near(a, b, self.base, query.slop, ordered=query.ordered, least=1)

        return _halved(near, [self.spans(item) for item in query.subqueries])

    def _span_ordered(self, query: Any) -> Spans:
        def before(a: Spans, b: Spans) -> Spans:
            return stretches.before_all(a, b, self.base)

        return _halved(before, [self.spans(item) for item in query.subqueries])

    def _span_near(self, query: Any) -> Spans:
        a, b = self.spans(query.a), self.spans(query.b)
        return stretches.near(
            a, b, self.base, query.slop, ordered=query.ordered, least=query.mindist
        )

    def _span_near2(self, query: Any) -> Spans:
        items = [self.spans(item) for item in query.qs]
        # All must stand in the document, even where the first ones alone would do.
        return self._chain(items, query.slop, ordered=query.ordered, least=query.mindist)

    def _span_melted(self, query: Any) -> Spans:
        every = stretches.joined([self.spans(item) for item in query.subqs])
        return stretches.melted(every, self.base)

    def _span_start(self, query: Any) -> Spans:
        found = self.spans(query.q)
        owners = stretches.units(self.base, found.first)
        return found.where(found.last - self.base[owners] <= query.limit)

    def _span_not(self, query: Any) -> Spans:
        return stretches.not_touching(self.spans(query.a), self.spans(query.b))

    def _span_contains(self, query: Any) -> Spans:
        return stretches.containing(self.spans(query.a), self.spans(query.b))

    def _span_before(self, query: Any) -> Spans:
        return stretches.before_all(self.spans(query.a), self.spans(query.b), self.base)

    def _span_condition(self, query: Any) -> Spans:
        return self._in(self.spans(query.a), self.docs(query.b))


def _halved(join: Callable[[Spans, Spans], Spans], items: Sequence[Spans]) -> Spans:
    """Join items pair by pair, halves first, as Whoosh builds its trees."""
    if len(items) < 2:
        return items[0] if items else stretches.NO_SPANS
    half = len(items) // 2
    return join(_halved(join, items[:half]), _halved(join, items[half:]))
