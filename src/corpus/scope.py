"""Scope: the articles that something is counted over, and what a query finds in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus import analysis, arrow
from corpus.columns.columns import Numbers
from corpus.errors import CorpusError
from corpus.fields import FIELDS, LISTS, field_named
from corpus.index.patterned import Occurrences
from corpus.periods import PERIODS
from corpus.query import tree
from corpus.results.provenance import Provenance
from corpus.search import Search, query_tree
from corpus.version import __version__

WORDS = "words, punctuation not counted"
ARTICLES = "articles"
STORIES = "stories, versions of one article once"
"""What N can count, as provenances say it."""

_MOST_KNOWN = 32
# Matches that are kept, unless a single query has more: some 150 megabytes.
_MOST_KEPT = 1 << 22

T = TypeVar("T")


def _once(known: dict[Hashable, Any], key: Hashable, make: Callable[[], T]) -> T:
    """Return what is known under a key, made if it is not; what is long out of use is dropped."""
    found: T = known.pop(key) if key in known else make()
    if len(known) >= _MOST_KNOWN:
        # What was asked for least recently stands first.
        del known[next(iter(known))]
    known[key] = found
    return found


class Matches(NamedTuple):
    """What a query found, in the order of the corpus: rows, and first and last token of each.

    Tokens are numbered through the columns of all articles; both ends belong to the match. `word`
    is the number of words before it, `word_stop` that of words up to its end.
    """

    row: Numbers
    first: Numbers
    last: Numbers
    word: Numbers
    word_stop: Numbers

    def where(self, mask: NDArray[Any]) -> Matches:
        """Return those for which a mask holds, or those at some places."""
        return Matches(*(values[mask] for values in self))

    def counts(self, rows: int) -> Numbers:
        """Return how many there are in each of so many rows."""
        return np.bincount(self.row, minlength=rows)


class Field(NamedTuple):
    """A metadata field: which rows have which value; `code` is a place in `values`.

    A row stands here once for each of its values: several authors, or none.
    """

    row: Numbers
    code: Numbers
    values: list[str]


class State:
    """One state of the corpus as it is counted: the search, the columns, the order of articles."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.columns = search.columns()
        self._known: dict[Hashable, Matches] = {}

    def fits(self) -> bool:
        """Return whether every article that is searched has its tokens in the columns."""
        return bool((self.columns.rows_of(self.search.articles) >= 0).all())

    @cached_property
    def order(self) -> Numbers:
        """Rows of all articles in the order of the corpus: by date and time, undated last, by id.

        So the order does not depend on how and when articles were added.
        """
        numbers = self.search.articles
        order = np.empty(len(numbers), np.int64)
        order[self.search.store.places(numbers)] = self.columns.rows_of(numbers)
        return order

    @cached_property
    def place(self) -> Numbers:
        """The place of each row in that order, -1 for those that are not in the corpus."""
        places = np.full(len(self.columns.number), -1, np.int64)
        places[self.order] = np.arange(len(self.order))
        return places

    @cached_property
    def whole(self) -> Scope:
        """All articles: always the same scope, so that it keeps what it has counted."""
        return Scope(self)

    @cached_property
    def _row_of_doc(self) -> Numbers:
        """The row of each document of the index, -1 for one that is deleted and has no tokens."""
        return self.columns.rows_of(self.search.snapshot.articles)

    def matches(self, node: tree.Node) -> Matches:
        """Return what a query found in the whole corpus; CorpusError if it names no words."""
        found = _once(self._known, node, lambda: self._find(node))
        kept = list(self._known.items())
        while len(kept) > 1 and sum(len(matches.row) for _, matches in kept) > _MOST_KEPT:
            self._known.pop(kept.pop(0)[0], None)
        return found

    def _find(self, node: tree.Node) -> Matches:
        if not any(tree.is_positional(item) for item in node.walk()):
            raise CorpusError(
                f"the query {str(node)!r} names no words to be found in texts",
                "give a word or a phrase; filters alone make a subcorpus",
            )
        places = self.search.places(node)
        columns = self.columns
        row = self._row_of_doc[places.doc]
        word, last_word = (columns.first_word[row] + n for n in (places.first, places.last))
        if not places.patterns:
            return self._of_words(row, word, last_word)
        if len(places.patterns) == 1 and not len(word):
            # What one pattern found does not lie in each other.
            found = self._of_pattern(places.patterns[0])
            return found.where(self._by_place(found.row))
        words = Matches(row, columns.words[word], columns.words[last_word], word, last_word + 1)
        parts = [words, *map(self._of_pattern, places.patterns)]
        every = Matches(*map(np.concatenate, zip(*parts, strict=True)))
        return every.where(self._outer(every.row, every.first, every.last))

    def _of_pattern(self, found: Occurrences) -> Matches:
        row = self._row_of_doc[found.doc]
        before = self.columns.first_word[row]
        word, word_stop = before + found.word, before + found.word_stop
        return Matches(row, found.first, found.stop - 1, word, word_stop)

    def _of_words(self, row: Numbers, word: Numbers, last_word: Numbers) -> Matches:
        """Return matches that begin and end with a word."""
        order = self._by_place(row)
        row, word, last_word = row[order], word[order], last_word[order]
        if not np.array_equal(word, last_word):
            outer = self._outer(row, word, last_word)
            row, word, last_word = row[outer], word[outer], last_word[outer]
        words = self.columns.words
        return Matches(row, words[word], words[last_word], word, last_word + 1)

    def _by_place(self, row: Numbers) -> Numbers:
        """Return what sorts matches by article, in the order of the corpus."""
        place = self.place[row]
        if len(self.order) <= 1 << 16:
            # Numbers as small as these are sorted digit by digit.
            place = place.astype(np.uint16)
        return np.argsort(place, kind="stable")

    def _outer(self, row: Numbers, first: Numbers, last: Numbers) -> Numbers:
        """Return the places of matches that lie in no other one, in the order of the corpus.

        Others are not counted apart. What the ends count, words or tokens, is all the same.
        """
        # By article, by the first word, longer ones before shorter.
        order = np.lexsort((-last, first, self.place[row]))
        # No article begins before the one ahead of it ends.
        reach = self.place[row[order]] * np.int64(1 << 40) + last[order]
        outer = np.ones(len(reach), bool)
        outer[1:] = reach[1:] > np.maximum.accumulate(reach)[:-1]
        return order[outer]

    def field(self, name: str) -> Field:
        """Return a metadata field of all rows in the corpus; CorpusError if there is none such."""
        name = field_named(name)
        if name not in FIELDS:
            raise CorpusError(f"no field {name!r}", f"use one of: {', '.join(FIELDS)}")
        return self.whole.once(("field", name), lambda: self._field(name))

    def _field(self, name: str) -> Field:
        column = FIELDS[name]
        numbers = self.columns.number[self.order]
        values = self.search.store.rows(numbers, [column]).column(0).combine_chunks()
        rows = self.order
        if name in PERIODS:
            known = ~arrow.is_null(values)
            rows = rows[known]
            values = pc.strftime(values.drop_null(), format=PERIODS[name])
        elif name in LISTS:
            rows = rows[arrow.numbers(pc.list_parent_indices(values))]
            values = pc.list_flatten(values)
        else:
            values = values.cast(pa.string())
        encoded = values.dictionary_encode()
        codes = arrow.numbers(encoded.indices).astype(np.int64)
        # An article that names an author twice has that author once.
        _, first = np.unique(rows * len(encoded.dictionary) + codes, return_index=True)
        first.sort()
        return Field(rows[first], codes[first], encoded.dictionary.to_pylist())

    def matching(self, node: tree.Node) -> NDArray[np.bool_]:
        """Return which rows are articles that a query matches."""
        numbers = self.search.matching(node)
        mask = np.zeros(len(self.columns.number), bool)
        mask[self.columns.rows_of(numbers)] = True
        return mask


@dataclass(frozen=True)
class Scope:
    """Some articles of one state of the corpus; `name` says which, "" stands for all."""

    state: State
    name: str = ""
    chosen: NDArray[np.bool_] | None = None
    """Which rows are in it, None for all that are in the corpus."""

    @cached_property
    def mask(self) -> NDArray[np.bool_]:
        """Which rows are in it."""
        return self.state.place >= 0 if self.chosen is None else self.chosen

    @cached_property
    def rows(self) -> Numbers:
        """Rows in the order of the corpus."""
        order = self.state.order
        return order if self.chosen is None else order[self.chosen[order]]

    @cached_property
    def is_all(self) -> bool:
        """Whether every row of the columns is in it, so that nothing need be picked out."""
        return bool(self.mask.all())

    @cached_property
    def row_words(self) -> Numbers:
        """Number of words of each row, 0 for those that are not in it."""
        return np.where(self.mask, np.diff(self.state.columns.first_word), 0)

    @cached_property
    def words_before(self) -> Numbers:
        """Number of words before each of its rows when they are read in order."""
        sizes = self.row_words[self.rows]
        before = np.zeros(len(self.mask), np.int64)
        before[self.rows] = np.cumsum(sizes) - sizes
        return before

    @property
    def articles(self) -> int:
        """Number of articles."""
        return len(self.rows)

    @cached_property
    def story(self) -> Numbers:
        """The story of each row, -1 if it is not in it; numbered by first versions, in order.

        A story is an article with its reprints and updates, those that are in the scope.
        """
        label = self.state.columns.story[self.rows]
        _, first, place = np.unique(label, return_index=True, return_inverse=True)
        number = np.empty(len(first), np.int64)
        number[np.argsort(first)] = np.arange(len(first))
        story = np.full(len(self.mask), -1, np.int64)
        story[self.rows] = number[place]
        return story

    @cached_property
    def first_versions(self) -> Numbers:
        """The row of each story's first version, in order."""
        story = self.story[self.rows]
        found = np.empty(int(story.max(initial=-1)) + 1, np.int64)
        # Written last, the first one stays.
        found[story[::-1]] = self.rows[::-1]
        return found

    @property
    def stories(self) -> int:
        """Number of articles, versions of one counted once."""
        return len(self.first_versions)

    @cached_property
    def versions(self) -> Numbers:
        """How many versions of each story there are."""
        return np.bincount(self.story[self.rows], minlength=self.stories)

    @cached_property
    def words(self) -> int:
        """Number of words, punctuation not counted: the N of ipm."""
        return int(self.row_words.sum())

    @cached_property
    def tokens(self) -> int:
        """Number of tokens, punctuation counted."""
        return int(np.diff(self.state.columns.first_token)[self.mask].sum())

    @cached_property
    def word_mask(self) -> NDArray[np.bool_]:
        """Which words of the columns are in it."""
        return np.repeat(self.mask, np.diff(self.state.columns.first_word))

    def of_words(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return what an array by word holds for the words in it."""
        return values if self.is_all else values[self.word_mask]

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what `make` makes; under the same key it is made once, unless long out of use.

        Only for what depends on nothing but the scope and the key, and is no larger than a
        vocabulary.
        """
        return _once(self._made, key, make)

    @cached_property
    def _made(self) -> dict[Hashable, Any]:
        return {}

    def matches(self, query: str | tree.Node) -> Matches:
        """Return what a query finds in its articles, in the order of the corpus."""
        node = query_tree(query) if isinstance(query, str) else query
        found = self.state.matches(node)
        return found if self.chosen is None else found.where(self.chosen[found.row])

    def field(self, name: str) -> Field:
        """Return a metadata field of its articles; only values that occur are among its values."""
        whole = self.state.field(name)
        here = self.mask[whole.row]
        row, code = whole.row[here], whole.code[here]
        used = np.flatnonzero(np.bincount(code, minlength=len(whole.values)))
        places = np.zeros(len(whole.values), np.int64)
        places[used] = np.arange(len(used))
        return Field(row, places[code], [whole.values[n] for n in used.tolist()])

    def metadata(self, rows: Numbers, columns: Sequence[str]) -> pa.Table:
        """Return metadata of rows, in the order asked for."""
        return self.state.search.store.rows(self.state.columns.number[rows], columns)

    def within(self, mask: NDArray[np.bool_], name: str) -> Scope:
        """Return those of its articles for whose rows a mask holds."""
        return replace(self, name=name, chosen=self.mask & mask)

    def provenance(
        self, query: str | Sequence[str] = "", *, counts: str = WORDS, settings: str = ""
    ) -> Callable[[], Provenance]:
        """Return what makes the provenance of a result counted over it now.

        `query` may be several that were counted side by side.
        """
        return provenance(
            self.state.search,
            query,
            None,
            lambda: (self.articles, self.words),
            subcorpus=self.name,
            counts=counts,
            settings=settings,
        )


def provenance(
    search: Search,
    query: str | Sequence[str],
    node: tree.Node | None,
    sizes: Callable[[], tuple[int, int]],
    **more: str,
) -> Callable[[], Provenance]:
    """Return what makes the provenance of an answer given now, when it is looked at.

    `sizes` tells the number of articles and of words that were looked through; the query is parsed
    for it if that has not been done.
    """
    generation, version = search.store.manifest.generation, analysis.version()
    now = dt.datetime.now()

    def made() -> Provenance:
        articles, words = sizes()
        typed = [query] if isinstance(query, str) else query
        parsed = str(node or "; ".join(str(query_tree(text)) for text in typed if text))
        return Provenance(
            query="; ".join(typed) or parsed,
            parsed=parsed,
            articles=articles,
            words=words,
            analysis=version,
            generation=generation,
            version=__version__,
            made=now.astimezone().isoformat(timespec="seconds"),
            **more,
        )

    return made
