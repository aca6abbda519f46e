"""Whoosh without the faults of its matchers, as the truth for another search engine.

Inside `with mended():` Whoosh answers as its documentation says, and `answer` gives what it finds.

Places are files and lines of whoosh3 3.54.0.

Mended:

========================================== ========================= ===============================
fault                                      where in Whoosh           what is right
========================================== ========================= ===============================
lengths of fields are rounded to one of    codec/whoosh3.py:244, 455 the true length
256 values

a limited search, or `replace` at large,   collectors.py:403,        all hits, then sorted
can lose hits                              matching/binary.py:122,
                                           316, 421

the boost of an And, Or, … of one part is  query/compound.py:209     it multiplies the score
lost

And and Or raise if a part is a span query query/qcore.py:542,       they are answered
                                           query/compound.py:236

Or of three parts or more has no places,   query/compound.py:359,    as with two parts
no hits of score 0, and in filters no      matching/combo.py:220,
boosts                                     233

DisjunctionMax scores parts that are on    matching/binary.py:373    the best of the parts on this
another document                                                     one

AndNot keeps the first excluded document   matching/binary.py:573,   what is excluded is not found
of a segment; can run off the end          589

AndMaybe loses the optional score in an    matching/binary.py:720    the sum of both scores
And; so SpanNot finds what it excludes

AndNot and AndMaybe have no places unless  matching/mcore.py:274,    the places of the first part
of terms; Require has those of its filter  matching/wrappers.py:87
too

Not finds deleted documents                matching/wrappers.py:362  all others that its part does
                                                                     not find

Otherwise is decided segment by segment    query/compound.py:607     the whole index decides

ConstantScoreQuery is not constant in span query/wrappers.py:182     always its score
queries

a constant score or boost of 0 becomes 1   matching/mcore.py:554     0

the score of Prefix, Wildcard, Regex,      query/terms.py:252,       the boost; without
FuzzyTerm and TermRange depends on how     searching.py:316          constantscore the sum of the
many words they are                                                  words' scores times the boost

NumericRange without constantscore loses   query/ranges.py:389       the boost: a number weighs 1
its boost if it is short

FuzzyTerm raises if the word is shorter    automata/lev.py:8         the whole word is the prefix
than the prefix

Regex takes the letter before {0,…} for    query/terms.py:448        it may be missing
certain

SpanNear2 in any order misses long spans   query/spans.py:700        as SpanNear
that start early and end near
========================================== ========================= ===============================

Left as it is in Whoosh, and taken as right:

============================================================== =====================================
what                                                           where in Whoosh
============================================================== =====================================
Not scores 1, whatever its boost                               matching/wrappers.py:329

the tiebreak of DisjunctionMax is kept but never used          query/compound.py:475,
                                                               matching/binary.py:367

SpanNot scores as AndMaybe: what it excludes elsewhere in the  query/spans.py:825
document adds to the score

Prefix of nothing, Wildcard * and Regex .* are Every of the    query/terms.py:360
field: constant in any case

Sequence and Ordered pair their parts by halves: Ordered of a, util/__init__.py:60
b, c, d compares a with b and with c, and c with d, and no
others

SpanBefore and Ordered ask for a place before every span of    query/spans.py:937
the next part

Regex must match at the start of a word, not all of it         query/terms.py:340

FuzzyTerm counts two swapped letters as two changes            automata/lev.py:4
============================================================== =====================================

Not compared:

========================================== =========================================================
what                                       why not
========================================== =========================================================
Or with scale                              counts the words that the segment has: scores depend on
                                           segments

Or with minmatch                           is not implemented

WeightingQuery                             has no effect: the changed context is thrown away
                                           (query/wrappers.py:200)

an empty Phrase, SpanNear2 or SpanOr       raises ValueError

a SpanOr of one part                       is that part: nothing is merged

in a span query Not, Every, numbers, tags  have no places

a span query over several fields           their positions have nothing to do with each other

`normalize`                                changes what is meant: And of Every and x becomes Every

NestedParent, NestedChildren, ColumnQuery, nothing here is nested or has columns, and dates are
DateRange                                  numbers
========================================== =========================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from whoosh import matching, query
from whoosh.codec import whoosh3
from whoosh.collectors import UnlimitedCollector
from whoosh.matching import wrappers
from whoosh.query import spans
from whoosh.util import make_binary_tree


def answer(searcher: Any, tree: Any) -> dict[int, float]:
    """Return the score of every document that a query finds, by number.

    Nothing is skipped and no matcher is replaced by a faster one on the way: limited searches of
    Whoosh, and `Matcher.replace` at large, can lose hits.
    """
    collector = UnlimitedCollector()
    collector.replace = 0
    searcher.search_with_collector(tree, collector)
    found = {number: float(score) for score, number in collector.items}
    assert len(found) == len(collector.items), "a document was found twice"
    return found


MENDINGS: list[tuple[Any, str, Any]] = []
"""What is replaced by what: an owner, the name of an attribute and its right value."""


def instead_of(owner: Any, *names: str) -> Callable[[Any], Any]:
    """Register a function as the right one for attributes of a class or module of Whoosh."""

    def register(right: Any) -> Any:
        MENDINGS.extend((owner, name, right) for name in names)
        return right

    return register


@contextmanager
def mended() -> Iterator[None]:
    """Replace the faulty parts of Whoosh, and put them back afterwards."""
    with ExitStack() as stack:
        for owner, name, right in MENDINGS:
            stack.enter_context(mock.patch.object(owner, name, right))
        yield


# Lengths. They are rounded to one of 256 values; the true ones fit as they are into the byte.


@instead_of(whoosh3, "length_to_byte")
def exact_byte(length: int | None) -> int:
    assert length is None or length < 256, "too long a text for an exact length"
    return length or 0


instead_of(whoosh3, "byte_to_length")(int)


# Compounds. A boost is lost if there is one part only; the estimates of size, which decide how the
# tree of matchers is built, are not defined for span queries, so that And([SpanNear(…), …]) raises,
# and a tree built by them forgets its options.


@instead_of(query.CompoundQuery, "matcher")
def compound_matcher(self: Any, searcher: Any, context: Any = None) -> Any:
    if not self.subqueries:
        return matching.NullMatcher()
    if len(self.subqueries) == 1:
        return boosted(self.subqueries[0].matcher(searcher, context), self.boost)
    return self._matcher(self.subqueries, searcher, context)


@instead_of(query.CompoundQuery, "_tree_matcher")
def tree_matcher(
    self: Any, parts: Any, kind: Any, searcher: Any, context: Any, _: Any, **options: Any
) -> Any:
    matchers = [part.matcher(searcher, context) for part in parts]
    return boosted(make_binary_tree(kind, matchers, **options), self.boost)


def boosted(matcher: Any, boost: float) -> Any:
    """Multiply the scores of a matcher."""
    return matcher if boost == 1 else matching.WrappingMatcher(matcher, boost)


# Or. Three parts or more are added up in an array beforehand: that knows no places, leaves out
# documents with a score of 0, and where scores do not matter it forgets the boost.

instead_of(query.Or, "matcher_type")(query.Or.DEFAULT_MATCHER)


# DisjunctionMax. A part that is not on this document is scored all the same, where it stands, which
# is another document. (The tiebreak is kept but never used, and not documented: the best counts.)


class Best(matching.UnionMatcher):
    """Scores a document by the best of the parts that find it."""

    def __init__(self, matchers: list[Any]) -> None:
        super().__init__(matchers[0], make_binary_tree(matching.UnionMatcher, matchers[1:]))
        self._matchers = matchers

    def score(self) -> float:
        here = self.id()
        return float(max(m.score() for m in self._matchers if m.is_active() and m.id() == here))


@instead_of(query.DisjunctionMax, "_matcher")
def disjunction_max_matcher(self: Any, parts: Any, searcher: Any, context: Any) -> Any:
    return boosted(Best([part.matcher(searcher, context) for part in parts]), self.boost)


# AndNot. The first excluded document of a segment can stay, because what is excluded is not moved
# up to the first hit before they are compared; and it can be moved on after its end.


@instead_of(matching.AndNotMatcher, "_find_first", "_find_next")
def and_not_find_next(self: Any) -> None:
    while self.a.is_active():
        if self.b.is_active():
            self.b.skip_to(self.a.id())
        if not self.b.is_active() or self.b.id() != self.a.id():
            return
        self.a.next()


# AndMaybe, and SpanNot which is made of it. The optional part is moved up to the number that was
# asked for, not to the one that the other part went to: its score is lost, and a span that SpanNot
# excludes is not.


@instead_of(matching.AndMaybeMatcher, "skip_to")
def and_maybe_skip_to(self: Any, number: int) -> None:
    self.a.skip_to(number)
    if self.a.is_active() and self.b.is_active():
        self.b.skip_to(self.a.id())


# AndNot, AndMaybe and Require inside of span queries. The places of the first two are asked for in
# a way that only a term knows; Require adds those of its second part, which only filters.


@instead_of(matching.AndNotMatcher, "spans")
@instead_of(matching.AndMaybeMatcher, "spans")
@instead_of(matching.RequireMatcher, "spans")
def first_spans(self: Any) -> Any:
    return self.a.spans()


# Not. Deleted documents are found after the last document of the part.


@instead_of(matching.InverseMatcher, "_find_next")
def inverse_find_next(self: Any) -> None:
    while self._id < self.limit:
        if self.child.is_active() and self.child.id() < self._id:
            self.child.skip_to(self._id)
        excluded = self.child.is_active() and self.child.id() == self._id
        if not excluded and not self.missing(self._id):
            return
        self._id += 1


# Otherwise. Each segment decides for itself whether the first part finds nothing.


@instead_of(query.Otherwise, "matcher")
def otherwise_matcher(self: Any, searcher: Any, context: Any = None) -> Any:
    segments = [segment for segment, _ in searcher.get_parent().leaf_searchers()]
    found = any(self.a.matcher(segment, context).is_active() for segment in segments)
    return (self.a if found else self.b).matcher(searcher, context)


# ConstantScoreQuery. Inside of span queries it is not constant, and a score of 0 becomes 1.


@instead_of(query.ConstantScoreQuery, "matcher")
def constant_score_matcher(self: Any, searcher: Any, context: Any = None) -> Any:
    return constant(self.child.matcher(searcher, context), self.score)


def constant(matcher: Any, score: float) -> Any:
    """Give all documents of a matcher the same score."""
    return wrappers.ConstantScoreWrapperMatcher(matcher, score)


@instead_of(matching.ListMatcher, "weight")
def list_weight(self: Any) -> float:
    return float(1.0 if self._all_weights is None else self._all_weights)


# Queries that stand for several words. The constant score is one only if there are two words or
# more in a segment and the Or of them is added up in an array; it is 1 then, whatever the boost.


@instead_of(query.MultiTerm, "matcher")
def multi_term_matcher(self: Any, searcher: Any, context: Any = None) -> Any:
    boost = 1.0 if self.constantscore else self.boost
    words = [word for word in self._btexts(searcher.reader()) if word]
    terms = [query.Term(self.field(), word, boost=boost) for word in words]
    found = query.Or(terms).matcher(searcher, context)
    return constant(found, self.boost) if self.constantscore else found


@instead_of(query.NumericRange, "matcher")
def numeric_range_matcher(self: Any, searcher: Any, context: Any = None) -> Any:
    # A number is one term of weight 1, so that its score is the boost in either case.
    found = self._compile_query(searcher.reader())
    return constant(found.matcher(searcher, context), self.boost)


# FuzzyTerm. A word shorter than the prefix that must be the same raises IndexError.


@instead_of(query.FuzzyTerm, "_btexts")
def fuzzy_words(self: Any, reader: Any) -> Any:
    prefix = min(self.prefixlength, len(self.text))
    return reader.terms_within(self.fieldname, self.text, self.maxdist, prefix=prefix)


# Regex. The last letter before {0,…} is taken for one that must be there.

regex_prefix = query.Regex._find_prefix


@instead_of(query.Regex, "_find_prefix")
def find_regex_prefix(self: Any, text: str) -> str:
    prefix = str(regex_prefix(self, text))
    return prefix[:-1] if text[len(prefix) :].startswith("{") else prefix


# SpanNear2. In any order, a long span of the next part that starts before the first span less the
# slop is not looked at, even if it ends near enough.


@instead_of(query.SpanNear2.SpanNear2Matcher, "_get_spans")
def near_spans(self: Any) -> Any:
    found = self.ms[0].spans()
    for matcher in self.ms[1:]:
        found = sorted({a.to(b) for a in found for b in matcher.spans() if near(self, a, b)})
    return found


def near(self: Any, a: spans.Span, b: spans.Span) -> bool:
    """Return whether a span is near enough to another, and after it if this is asked for."""
    if self.ordered and a.start > b.start:
        return False
    return bool(self.mindist <= a.distance_to(b) <= self.slop)
