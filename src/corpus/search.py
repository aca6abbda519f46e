"""Queries to hits: parse, translate, evaluate, order, and say what to try when nothing is found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, pairwise
from operator import itemgetter
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus import arrow, folding
from corpus.columns.columns import Columns
from corpus.errors import CorpusError
from corpus.folding import Folded, Stories
from corpus.index.arrays import NONE, Integers, best, least, marks
from corpus.index.closeness import BEST, bonus
from corpus.index.evaluate import Evaluation, LeafEvaluation, TimeLimit
from corpus.index.folder import Index
from corpus.index.nodes import marking_nodes, places_to_mark
from corpus.index.occurring import Occurring
from corpus.index.passages import read_passages
from corpus.index.patterned import Occurrences, Patterned
from corpus.index.ranking import idf
from corpus.index.schema import LEMMA_FIELDS
from corpus.index.snapshot import Snapshot
from corpus.index.spans import joined, shortest, units
from corpus.index.translate import Translator
from corpus.limits import Budget, Limits
from corpus.model import Snippet
from corpus.morphology.analyser import Analyser
from corpus.morphology.names import Families
from corpus.query import parse, tree
from corpus.snippets import Mark, Marked, Starts, snippets
from corpus.store.store import Store
from corpus.text.fold import fold
from corpus.text.tokens import Pieces

Values = str | Sequence[str] | None
"""A value of a filter, or alternatives."""

SORTS = ("relevance", "date", "oldest", "title", "source")
FILTERS = ("source", "author", "tag", "date")
_MATCHES = ("all", "any")
# Of a pasted page, only the words that tell most are marked, and only some are corrected.
_MOST_MARKED = 40
_MOST_SUGGESTED = 8
_MOST_FORMS = 200_000
# In a snippet, a function word beside others.
_UNTELLING = 0.05

# Where a Russian keyboard has each Latin key: «gentby» typed in the wrong layout is «путин».
_LAYOUT = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюё")


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a query: the first article numbers in order and their scores, and all of them.

    `partial` means that no article holds all words and the articles are the best that hold some.
    `close` are the numbers of those whose words' closeness is in the score.
    """

    numbers: NDArray[np.int64]
    scores: NDArray[np.float64]
    docs: NDArray[np.int64]
    query: Any
    evaluation: Evaluation
    stories: int
    """How many articles match, versions of one counted once."""
    folded: Folded
    """The versions that stand behind others, so that a story has one line."""
    partial: bool = False
    close: frozenset[int] = frozenset()

    def __len__(self) -> int:
        """Return how many articles match."""
        return len(self.docs)


class Places(NamedTuple):
    """What a query found: in which document, and which words of it, the first and the last.

    Documents are those of the snapshot. Words are numbered from 0 in each, as in the column `word`
    of the token table. `patterns` is what token patterns found, a pattern each.
    """

    doc: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    patterns: tuple[Occurrences, ...] = ()


class Search:
    """Answers queries on one state of the store and the index."""

    def __init__(
        self, store: Store, index: Index, analyser: Analyser, limits: Limits | None = None
    ) -> None:
        self.store = store
        self.limits = limits or Limits()
        self._index = index
        self._analyser = analyser
        # What has been cut before is cut fast; threads take turns.
        self._pieces, self._cutting = Pieces(), Lock()
        self._ranks: dict[str, NDArray[np.int32]] = {}

    @cached_property
    def snapshot(self) -> Snapshot:
        """The state of the index that is searched."""
        return self._index.open()

    def fits(self) -> bool:
        """Return whether the store knows every article of the index."""
        with self._index.reading():
            indexed = self.snapshot.articles[self.snapshot.docs]
        return bool(np.isin(indexed, self.store.numbers).all())

    def find(
        self,
        node: tree.Node,
        sort: str = "relevance",
        limit: int | None = None,
        among: NDArray[np.int64] | None = None,
        reprints: bool = False,
    ) -> Found:
        """Return the articles that a query tree matches, the first `limit` of them in order.

        `among` are the numbers, ascending, of the articles to keep to. Of versions of one article
        the first in order stands for all, unless `reprints` are wanted.
        """
        if sort not in SORTS:
            raise CorpusError(f"no way to sort by {sort!r}", f"use one of: {', '.join(SORTS)}")
        with self._index.reading(), self._limited() as budget:
            found = self._find(node, sort, limit, among, reprints, budget)
            if not len(found):
                loose = some_of(node)
                if loose is not None:
                    found = self._find(loose, sort, limit, among, reprints, budget)
                    found = replace(found, partial=True)
            # What is looked up of the answer later on takes time of its own.
            found.evaluation.unlimited()
            return found

    @contextmanager
    def _limited(self) -> Iterator[Budget]:
        """Give a query its budget; that it took too long is always told in the same words."""
        budget = Budget(self.limits)
        try:
            yield budget
        except TimeLimit:
            raise budget.too_long() from None

    def _find(
        self,
        node: tree.Node,
        sort: str,
        limit: int | None,
        among: NDArray[np.int64] | None,
        reprints: bool,
        budget: Budget,
    ) -> Found:
        query = self._translated(node, budget)
        evaluation = Evaluation(self.snapshot, seconds=budget.left)
        docs = evaluation.docs(query)
        if among is not None:
            docs = docs[np.isin(self.snapshot.articles[docs], among)]
        articles = self.snapshot.articles
        scores: NDArray[Any] | None = None
        value: NDArray[Any]
        close: frozenset[int] = frozenset()
        if sort == "relevance":
            scores = evaluation.scores(query, None if among is None else docs)
            value = -scores
        else:
            value = self._rank(sort)[docs]
        kept = folding.shown(self.stories, docs, value, articles)
        here = slice(None) if reprints or kept.all() else np.flatnonzero(kept)
        lines = docs[here]
        count = len(lines) if limit is None else min(limit, len(lines))
        if scores is not None:
            # Equal scores stay in the order in which the articles were added.
            own = scores[here]
            order = best(own, min(len(lines), max(count, BEST)) if count else 0, articles[lines])
            first = order[:BEST]
            near = own[first] + bonus(evaluation, query, lines[first])
            again = np.lexsort((articles[lines[first]], -near))
            order = np.concatenate((first[again], order[BEST:]))[:count]
            scores = np.concatenate((near[again], own[order[BEST:]]))[:count]
            close = frozenset(articles[lines[first]].tolist())
        else:
            order = least(value[here], count)
            scores = evaluation.scores(query, lines[np.sort(order)])
            scores = scores[np.argsort(np.argsort(order))]
        lines = lines[order]
        folded = folding.NOTHING
        if not reprints and not kept.all():
            behind = folding.behind(self.stories, docs[~kept], lines)
            folded = folding.in_order(behind, articles, self.store.places)
        stories = int(kept.sum())
        return Found(articles[lines], scores, docs, query, evaluation, stories, folded, close=close)

    @cached_property
    def stories(self) -> Stories:
        """Which documents of the index are versions of one another."""
        return folding.stories(self.columns(), self.snapshot.articles, self.snapshot.docs)

    def _translated(self, node: tree.Node, budget: Budget) -> Any:
        return Translator(
            self._analyser.candidates,
            self.snapshot,
            self.families.of,
            self.renamed,
            lambda pattern: self.occurring.occurrences(pattern, budget),
        ).translate(node)

    @cached_property
    def occurring(self) -> Occurring:
        """What token patterns are asked of."""
        return Occurring(self.columns(), self.snapshot)

    @cached_property
    def families(self) -> Families:
        """The lemmas of the index that stand for the same word."""
        return Families(self.renamed)

    @cached_property
    def renamed(self) -> dict[str, str]:
        """The lemmas of the index that became others when the whole corpus had its vote."""
        return self.columns().renamed

    def _rank(self, sort: str) -> NDArray[np.int32]:
        """Return the place of each document of the index when all are sorted."""
        if sort not in self._ranks:
            rank = np.empty(len(self.store.numbers), np.int32)
            rank[self._order(sort)] = np.arange(len(rank), dtype=np.int32)
            rows = np.searchsorted(self.store.numbers, self.snapshot.articles)
            self._ranks[sort] = rank[np.minimum(rows, len(rank) - 1)]
        return self._ranks[sort]

    def _order(self, sort: str) -> NDArray[np.int64]:
        """Return the rows of the store's metadata in order, equal ones as they were added."""
        rows = self.store.metadata
        if sort in ("date", "oldest"):
            direction = "descending" if sort == "date" else "ascending"
            keys = [("undated", "ascending"), ("date", direction), ("time", direction)]
            rows = rows.append_column("undated", pc.is_null(rows.column("date")))
        else:
            folded = [fold(value or "") for value in rows.column(sort).to_pylist()]
            rows = pa.table({"key": folded})
            keys = [("key", "ascending")]
        # Articles without a date come last either way; sort_indices keeps ties in order.
        return np.asarray(pc.sort_indices(rows, sort_keys=keys).to_numpy(), np.int64)

    def rows(self, found: Found) -> pa.Table:
        """Return the metadata of the articles in order, with rank and score."""
        rows = self.store.rows(found.numbers)
        rows = rows.append_column("rank", arrow.from_numbers(np.arange(1, len(rows) + 1)))
        rows = rows.append_column("score", arrow.from_numbers(np.round(found.scores, 4)))
        return rows.append_column("reprints", self._reprints(found))

    def _reprints(self, found: Found) -> pa.Array:
        """Return the ids of the versions behind each article, in order."""
        ids = self.store.rows(found.folded.numbers, ["id"]).column(0).combine_chunks()
        edges = np.searchsorted(found.folded.place, np.arange(len(found.numbers) + 1))
        offsets = arrow.from_numbers(edges.astype(np.int32))
        return pa.ListArray.from_arrays(offsets, ids)

    def folded_rows(self, found: Found) -> pa.Table:
        """Return the metadata of the versions behind others; `line` is the rank of that shown."""
        rows = self.store.rows(found.folded.numbers)
        return rows.append_column("line", arrow.from_numbers(found.folded.place + 1))

    def ids(self, found: Found) -> list[str]:
        """Return the ids of the articles in order."""
        column = self.store.metadata.column("id")
        places = np.searchsorted(self.store.numbers, found.numbers)
        return [column[place].as_py() for place in places.tolist()]

    def all_rows(self, found: Found, columns: Sequence[str]) -> pa.Table:
        """Return some of the metadata of every article that matches, in no order.

        `story` is a number that versions of one article share.
        """
        numbers = self.snapshot.articles[found.docs]
        rows = self.store.rows(numbers, [name for name in columns if name != "story"])
        if "story" not in columns:
            return rows
        return rows.append_column("story", arrow.from_numbers(self.stories.numbered(found.docs)))

    def snippets(self, found: Found, numbers: Sequence[int]) -> list[tuple[Snippet, Snippet]]:
        """Return for each article its snippet and its title, with what the query found marked."""
        with self._index.reading():
            weighed = ((self._weight(found, word), word) for word in marking_nodes(found.query))
            best_first = sorted(weighed, key=itemgetter(0), reverse=True)[:_MOST_MARKED]
            words = [word for _, word in best_first]
            marked = self._marked(found, words, self._docs_of(numbers))
        with self._cutting:
            if len(self._pieces.forms) > _MOST_FORMS:
                self._pieces = Pieces()
            return snippets(marked, [weight for weight, _ in best_first], self._pieces)

    def places(self, node: tree.Node) -> Places:
        """Return everything in the text that a query finds, in the articles that match it."""
        with self._index.reading(), self._limited() as budget:
            query = self._translated(node, budget)
            marking = marking_nodes(query)
            words = [item for item in marking if not isinstance(item, Patterned)]
            evaluation = Evaluation(self.snapshot, seconds=budget.left)
            parts = [_places(leaf, query, words) for leaf in evaluation.leaves]
            patterns = tuple(
                _in_documents(item.found, query, evaluation)
                for item in marking
                if isinstance(item, Patterned)
            )
        none = np.zeros(0, np.int64)
        doc, first, last = (
            np.concatenate([none, *own])
            for own in (zip(*parts, strict=True) if parts else ((),) * 3)
        )
        budget.count(len(doc) + sum(len(found.doc) for found in patterns))
        return Places(doc, first, last, patterns)

    def matching(self, node: tree.Node) -> NDArray[np.int64]:
        """Return the numbers of all articles that a query matches, in no order."""
        with self._index.reading(), self._limited() as budget:
            query = self._translated(node, budget)
            evaluation = Evaluation(self.snapshot, seconds=budget.left)
            return self.snapshot.articles[evaluation.docs(query)]

    def columns(self) -> Columns:
        """Return the token columns, which hold at least the articles that are searched."""
        return self._columns

    @cached_property
    def _columns(self) -> Columns:
        # Not before the snapshot: what is added in between is of no harm, what is missing is.
        self.snapshot  # noqa: B018
        return self._index.columns()

    @cached_property
    def articles(self) -> NDArray[np.int64]:
        """Numbers of the articles that are searched, ascending."""
        with self._index.reading():
            return np.sort(self.snapshot.articles[self.snapshot.docs])

    def reading(self) -> AbstractContextManager[None]:
        """Return the context in which what a broken index raises is translated."""
        return self._index.reading()

    def document(self, number: int) -> int:
        """Return the document of the index that an article is."""
        return int(self._docs_of([number])[0])

    def _docs_of(self, numbers: Sequence[int]) -> NDArray[np.int64]:
        known, docs = self._by_number
        return np.asarray(docs[np.searchsorted(known, numbers)])

    @cached_property
    def _by_number(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The numbers of all articles, ascending, and the document of each."""
        docs = self.snapshot.docs
        numbers = self.snapshot.articles[docs]
        order = np.argsort(numbers, kind="stable")
        return numbers[order], docs[order]

    def _marked(self, found: Found, words: Sequence[Any], docs: NDArray[np.int64]) -> list[Marked]:
        """Return what the index keeps of documents for showing them, with the marks in them."""
        marked: dict[int, Marked] = {}
        for leaf in found.evaluation.leaves:
            first = leaf.leaf.first
            here = np.unique(docs[(docs >= first) & (docs < first + leaf.size)])
            if len(here):
                own = (here - first).astype(np.uint32)
                marked.update(zip(here.tolist(), _marked(leaf, words, own), strict=True))
        return [marked[doc] for doc in docs.tolist()]

    def _weight(self, found: Found, query: Any) -> float:
        """Return how much what a part of the query found tells; function words hardly anything."""
        if not getattr(query, "telling", True):
            return _UNTELLING
        return idf(self.snapshot.live_count, found.evaluation.count(query))

    def suggest(self, node: tree.Node) -> str:
        """Return the query with the nearest known words for its unknown ones, or nothing."""
        with self._index.reading():
            words = (word.text for word in node.walk() if isinstance(word, tree.Word))
            unknown = (word for word in dict.fromkeys(words) if not self._is_known(word))
            better = {word: self._nearest(word) for word in islice(unknown, _MOST_SUGGESTED)}
        changed = {old: new for old, new in better.items() if new}
        return str(_replaced(node, changed)) if changed else ""

    def _nearest(self, word: str) -> str:
        """Return the most frequent of the words nearest to an unknown one, or nothing."""
        key = fold(word)
        other_layout = key.translate(_LAYOUT)
        if other_layout != key and self._is_known(other_layout):
            return other_layout
        if len(key) < 4:
            return ""
        for distance in (1, 2):
            near = self.snapshot.near_terms("text_form", key, distance)
            if near:
                return max(sorted(near), key=lambda form: self._frequency("text_form", form))
        return ""

    def _is_known(self, word: str) -> bool:
        """Return whether any article holds the word in any form."""
        candidates = self._analyser.candidates(word)
        lemmas = [lemma for text in candidates for lemma in self.families.of(text)]
        return any(self._frequency(field, lemma) for field in LEMMA_FIELDS for lemma in lemmas)

    def _frequency(self, field: str, term: str) -> int:
        return self.snapshot.frequency(field, term)


def _in_documents(found: Occurrences, query: Any, evaluation: Evaluation) -> Occurrences:
    """Return what a pattern found in the documents that match a query."""
    if isinstance(query, Patterned):
        return found
    docs = evaluation.docs(query)
    return found.where(marks(docs, evaluation.snapshot.size)[found.doc])


def _places(
    leaf: LeafEvaluation, query: Any, words: Sequence[Any]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return what some parts of a query find in the documents of one segment that match it.

    Documents, and first and last words.
    """
    docs = leaf.docs(query)
    found = joined([shortest(leaf.spans_in(word, docs)) for word in words])
    owner = units(leaf.base, found.first)
    # There may be some in other documents, too.
    here = marks(docs, leaf.size)[owner]
    first, last, owner = found.first[here], found.last[here], owner[here]
    base = leaf.base[owner].astype(np.int64)
    return owner + leaf.leaf.first, first - base, last - base


def _marked(leaf: LeafEvaluation, words: Sequence[Any], docs: Integers) -> Iterator[Marked]:
    """Yield documents of one segment with what words of a query found in them."""
    starts = Starts(leaf.leaf.starts("paragraphs"), leaf.leaf.starts("sentences"))
    bases = leaf.base[docs]
    # The title's paragraph is not among the others; its words are in a field of their own.
    bodies = bases + leaf.leaf.lengths("title")[docs].astype(np.uint32)
    paragraphs = starts.paragraphs.searchsorted(bodies)
    marks = _marks(leaf, words, docs, starts)
    columns = (docs.tolist(), paragraphs.tolist(), bases.tolist(), marks)
    for doc, paragraph, base, own in zip(*columns, strict=True):
        title, texts = read_passages(leaf.leaf.text(doc))
        yield Marked(title, texts, paragraph, base, starts, own)


def _marks(
    leaf: LeafEvaluation, words: Sequence[Any], docs: Integers, starts: Starts
) -> list[list[Mark]]:
    """Return for each of some documents what words of a query found, one word after the other."""
    places = [places_to_mark(leaf, word, docs) for word in words]
    first = np.concatenate([NONE, *(found.first for found in places)])
    last = np.concatenate([NONE, *(found.last for found in places)])
    group = np.repeat(np.arange(len(words)), [len(found.first) for found in places])
    owner = units(leaf.base, first)
    row = docs.searchsorted(owner)
    # There may be some in other documents, too.
    here = np.flatnonzero(docs.take(row, mode="clip") == owner)
    here = here[row[here].argsort(kind="stable")]
    first, last = first[here], last[here]
    columns = (
        first,
        last,
        group[here],
        units(starts.sentences, first),
        units(starts.paragraphs, first),
        units(starts.paragraphs, last),
    )
    marks = list(map(Mark, *(column.tolist() for column in columns)))
    edges = row[here].searchsorted(np.arange(len(docs) + 1)).tolist()
    return [marks[start:stop] for start, stop in pairwise(edges)]


def query_tree(
    text: str,
    *,
    match: str = "all",
    plain: bool = False,
    filters: dict[str, str | Sequence[str] | None] | None = None,
    today: dt.date | None = None,
) -> tree.Node:
    """Return the tree of a query with its filters; a filter's values are alternatives."""
    if match not in _MATCHES:
        raise CorpusError(f"match is {match!r}", "use match='all' or match='any'")
    wanted = [_filter(name, value, today) for name, value in (filters or {}).items() if value]
    if not text.strip() and wanted:
        return tree.all_of(wanted)
    node = parse(text, any=match == "any", plain=plain, today=today)
    return tree.all_of([node, *wanted]) if wanted else node


def _filter(name: str, value: str | Sequence[str], today: dt.date | None) -> tree.Node:
    values = [value] if isinstance(value, str) else list(value)
    if name == "date":
        return tree.any_of([parse(f"date:{item}", today=today) for item in values])
    return tree.any_of([tree.Is(name, item) for item in values])


def some_of(node: tree.Node) -> tree.Node | None:
    """Return the query with any of the words, filters kept; None if none is looser."""
    if not isinstance(node, tree.And):
        return None
    words = [item for item in node.items if not tree.is_filter(item)]
    filters = [item for item in node.items if tree.is_filter(item)]
    if len(words) < 2:
        return None
    return tree.all_of([tree.any_of(words), *filters])


def _replaced(node: tree.Node, words: dict[str, str]) -> tree.Node:
    """Return the tree with some words replaced."""
    if isinstance(node, tree.Word):
        return tree.Word(words.get(node.text, node.text))
    if isinstance(node, (tree.And, tree.Or, tree.Phrase)):
        items = tuple(_replaced(item, words) for item in node.items)
        return replace(node, items=items)  # type: ignore[arg-type]
    if isinstance(node, (tree.Not, tree.In, tree.Boost)):
        return replace(node, item=_replaced(node.item, words))
    if isinstance(node, tree.Near):
        left, right = _replaced(node.left, words), _replaced(node.right, words)
        return replace(node, left=left, right=right)
    return node
