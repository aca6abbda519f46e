"""Concordance: every place where something stands, with what stands around it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Literal, overload

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus import arrow, markup, render
from corpus.columns.columns import ZONE, Numbers
from corpus.columns.passages import texts
from corpus.errors import CorpusError
from corpus.line_order import LineOrder
from corpus.reading import Reading, opened
from corpus.results.result import Result, Table
from corpus.results.rows import place_of
from corpus.scope import Matches, Scope
from corpus.search import Values, query_tree
from corpus.text.tokens import FIELDS, ZONES

METADATA = ("title", "date", "source")
_LEVEL = re.compile(r"([1-9]\d?)([LR])")
_OTHER_LEVELS = ("match", "date", "source", "title", "article")
_STRIP = 25
# Block elements are equally wide in proportional type too, and no line ends between them.
_MARKS = "▁█"
_NONE = -1


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a concordance.

    `position` is the number of the match's first token in the article, from 0: the column `token`
    of the token table.
    """

    id: str
    position: int
    before: str
    match: str
    after: str
    title: str
    date: dt.date | None
    source: str
    _open: Callable[[], Reading] = field(repr=False, compare=False)

    @property
    def article(self) -> Reading:
        """The whole article, opened at this place, with the match marked."""
        return self._open()

    def __repr__(self) -> str:
        return f"Line({self.before[-40:]} [{self.match}] {self.after[:40]} · {self.id})"


class Concordance(Result):
    """Key words in context, a line each; `total` counts them all, also when this is a sample.

    Lines are made when they are looked at, however many there are.
    """

    _unit = "lines"

    def __init__(
        self,
        scope: Scope,
        matches: Matches,
        query: str,
        *,
        context: int | Literal["sentence"] = 8,
        total: int | None = None,
        said: tuple[str, ...] = (),
    ) -> None:
        width = "one sentence" if context == "sentence" else f"{context} words each side"
        settings = " · ".join((f"context: {width}", *said))
        super().__init__(self._everything, scope.provenance(query, settings=settings))
        self.total = len(matches.row) if total is None else total
        self._scope = scope
        self._unsorted = matches
        self._order: LineOrder | None = None
        self._query = query
        self._context = context
        self._said = said
        # Whether the lines stand in the order of the corpus.
        self._in_order = True

    @cached_property
    def _matches(self) -> Matches:
        """What the lines show, in their order."""
        return self._unsorted.where(self._order.all()) if self._order else self._unsorted

    def _chosen(self, places: NDArray[Any]) -> Matches:
        """Return what the lines at some places show; the first few need no full order."""
        if self._order is None or "_matches" in self.__dict__ or not len(places):
            return self._matches.where(places)
        return self._unsorted.where(self._order.first(int(places.max()) + 1)[places])

    # As a sequence

    def __len__(self) -> int:
        return len(self._unsorted.row)

    def __iter__(self) -> Iterator[Line]:
        for first in range(0, len(self), 1000):
            yield from self._lines(np.arange(first, min(len(self), first + 1000)))

    @overload
    def __getitem__(self, place: int) -> Line: ...
    @overload
    def __getitem__(self, place: slice) -> Concordance: ...
    def __getitem__(self, place: int | slice) -> Line | Concordance:
        if isinstance(place, slice):
            return self._sliced(place)
        return self._lines(np.array([place_of(place, len(self))]))[0]

    def _of(self, places: NDArray[Any], *said: str) -> Concordance:
        """Return the lines at some places, in their order."""
        return self._with_matches(self._chosen(places), *said)

    def _with_matches(self, matches: Matches, *said: str) -> Concordance:
        found = Concordance(
            self._scope,
            matches,
            self._query,
            context=self._context,
            total=self.total,
            said=(*self._said, *said),
        )
        found._in_order = self._in_order
        return found

    # Sorting, choosing

    def sort(self, *levels: str, descending: bool = False) -> Concordance:
        """Return the lines in the order of some levels, the first counting most.

        `1L` is the word before the match, `2R` the second after it; punctuation is skipped, case
        does not count, ё stands beside е, lines that are equal stay in the order of the corpus.
        Others are `match`, `date`, `source`, `title`, `article`; `-date` turns one round,
        `descending` all of them.
        """
        if not levels:
            return self
        down = ", descending" if descending else ""
        found = self._with_matches(self._matches, f"sorted by {', '.join(levels)}{down}")
        found._order = LineOrder(
            self._scope, self._matches, levels, descending=descending, is_sorted=self._in_order
        )
        found._in_order = False
        return found

    def sample(self, size: int, seed: int = 0) -> Concordance:
        """Return some of the lines chosen by chance, in the order in which they stand here.

        The same seed chooses the same lines of the same articles, whatever else the corpus holds
        and on every computer: lines are drawn by a hash of article, position and seed. A smaller
        sample is part of a larger one.
        """
        if size < 0:
            raise CorpusError(f"a sample of {size} lines is not possible", "give a number from 0")
        chosen = np.sort(np.argsort(self._lots(seed), kind="stable")[:size])
        return self._of(chosen, f"sample of {len(chosen)} of {len(self)}, seed {seed}")

    def _lots(self, seed: int) -> NDArray[np.uint64]:
        """Return a number for each line that looks like chance and depends on nothing else."""
        rows, place = np.unique(self._matches.row, return_inverse=True)
        ids = self._scope.metadata(rows, ["id"]).column(0).to_pylist()
        lots = [
            int.from_bytes(hashlib.blake2b(f"{seed} {name}".encode(), digest_size=8).digest())
            for name in ids
        ]
        numbers = np.array(lots, np.uint64)[place] if lots else np.zeros(0, np.uint64)
        return _scattered(numbers + _scattered(self._position.astype(np.uint64)))

    def filter(  # type: ignore[override]  # by what search filters by, not by columns
        self,
        mask: Any = None,
        /,
        *,
        source: Values = None,
        author: Values = None,
        tag: Values = None,
        date: Values = None,
    ) -> Concordance:
        """Return the lines for which a mask holds, and those of some sources, dates and so on.

        A mask has one truth value a line; the other values are those of `Corpus.search`.
        """
        chosen = np.ones(len(self), bool)
        if mask is not None:
            given = np.asarray(mask, bool)
            if given.shape != chosen.shape:
                raise CorpusError(
                    f"the mask has {given.size} values, the concordance {len(self)} lines"
                )
            chosen &= given
        filters = {"source": source, "author": author, "tag": tag, "date": date}
        if any(filters.values()):
            node = query_tree("", filters=filters)
            chosen &= self._scope.state.matching(node)[self._matches.row]
            return self._of(np.flatnonzero(chosen), str(node))
        return self._of(np.flatnonzero(chosen))

    # Making lines

    @cached_property
    def _position(self) -> Numbers:
        """The token in its article at which each match starts."""
        return self._matches.first - self._scope.state.columns.first_token[self._matches.row]

    def _edges(self, matches: Matches) -> tuple[Numbers, Numbers]:
        """Return the first token of each context, and the one after its last."""
        columns = self._scope.state.columns
        low, high = columns.first_token[matches.row], columns.first_token[matches.row + 1]
        if self._context == "sentence":
            starts = columns.sentences
            first = starts[np.searchsorted(starts, matches.first, "right") - 1]
            after = np.searchsorted(starts, matches.last, "right")
            ends = np.append(starts, len(columns.form))
            return np.maximum(first, low), np.minimum(ends[after], high)
        width = int(self._context)
        word = matches.word - width
        is_whole = word <= columns.first_word[matches.row]
        first = np.where(is_whole, low, columns.words[np.maximum(word, 0)])
        word = matches.word_stop + width - 1
        is_whole = word >= columns.first_word[matches.row + 1] - 1
        last = columns.words[np.minimum(word, len(columns.words) - 1)]
        # A context of no words has no punctuation either.
        nothing = width == 0
        first = matches.first if nothing else first
        stop = matches.last + 1 if nothing else np.where(is_whole, high, last + 1)
        return first, stop

    def _made(self, places: NDArray[Any]) -> pa.Table:
        """Return the lines at some places as a table."""
        found = self._chosen(places)
        columns = self._scope.state.columns
        first, stop = self._edges(found)
        rows, place = np.unique(found.row, return_inverse=True)
        facts = self._scope.metadata(rows, ["id", *METADATA]).take(arrow.from_numbers(place))
        edges = (first, found.first, found.last + 1, stop)
        passages = texts(columns, np.concatenate(edges[:-1]), np.concatenate(edges[1:]))
        parts = (passages.slice(n * len(places), len(places)) for n in range(3))
        data = {
            "article": facts.column("id"),
            "position": arrow.from_numbers(found.first - columns.first_token[found.row]),
            **dict(zip(("before", "match", "after"), parts, strict=True)),
            **{name: facts.column(name) for name in METADATA},
        }
        return pa.table(data)

    def _everything(self) -> pa.Table:
        return self._made(np.arange(len(self)))

    def _lines(self, places: NDArray[Any]) -> list[Line]:
        rows = self._made(places).to_pylist()
        return [
            Line(id=row.pop("article"), **row, _open=partial(self._open, place))
            for row, place in zip(rows, places.tolist(), strict=True)
        ]

    def _open(self, place: int) -> Reading:
        """Return the article of a line, opened there."""
        columns, store = self._scope.state.columns, self._scope.state.search.store
        found = self._matches
        row, first, last = (int(n[place]) for n in (found.row, found.first, found.last))
        article = next(store.articles([int(columns.number[row])]))
        zone = ZONES[columns.flags[first] & ZONE]
        stop = int(columns.start[last]) + len(columns.forms[columns.form[last]])
        return opened(article, FIELDS[zone], int(columns.start[first]), stop)

    # By article

    def by_article(self) -> Table:
        """Count the lines of each article, in the order of the corpus, and show where they stand.

        Returns columns `article`, `title`, `date`, `source`, `words`, `lines`, `ipm` and `strip`:
        the article from beginning to end in 25 steps, `█` where there is a line, `▁` elsewhere.
        """
        rows, counts = np.unique(self._matches.row, return_counts=True)
        order = np.argsort(self._scope.state.place[rows])
        rows, counts = rows[order], counts[order]
        words = self._scope.row_words[rows]
        facts = self._scope.metadata(rows, ["id", *METADATA])
        data = {
            "article": facts.column("id"),
            **{name: facts.column(name) for name in METADATA},
            "words": pa.array(words),
            "lines": pa.array(counts),
            "ipm": pa.array(1e6 * counts / np.maximum(words, 1)),
            "strip": pa.array(self._strips(rows)),
        }
        return Table(pa.table(data), lambda: self.provenance)

    def _strips(self, rows: Numbers) -> list[str]:
        """Return for each of some rows where in the article the lines stand."""
        columns = self._scope.state.columns
        sizes = np.diff(columns.first_token)[self._matches.row]
        steps = self._position * _STRIP // np.maximum(sizes, 1)
        place = np.argsort(rows)[np.searchsorted(np.sort(rows), self._matches.row)]
        marks = np.zeros((len(rows), _STRIP), bool)
        marks[place, steps] = True
        return ["".join(_MARKS[mark] for mark in row) for row in marks.tolist()]

    def plot(self, *, top: int = 40, **texts: Any) -> Any:
        """Return a picture: a strip for each of the first `top` articles, a mark where a line is.

        `title`, `subtitle` and `footer` are written above and below it.
        """
        from corpus.pictures import strips

        row = self._matches.row
        _, first, place = np.unique(row, return_index=True, return_inverse=True)
        # Articles in the order of the lines.
        order = np.argsort(np.argsort(first))[place]
        chosen = np.flatnonzero(order < top)
        columns = self._scope.state.columns
        table = self._made(chosen)
        words = {
            "position": self._matches.word[chosen] - columns.first_word[row[chosen]],
            "words": np.diff(columns.first_word)[row[chosen]],
        }
        for name, values in words.items():
            table = table.drop_columns([name] if name in table.column_names else [])
            table = table.append_column(name, arrow.from_numbers(values))
        note = f"{render.counted(len(first), 'article')}" if len(first) > top else ""
        defaults = {
            "title": self._query,
            "subtitle": f"the first {top} of {note}" if note else "",
            "footer": str(self.provenance),
        }
        return strips.concordance(table, top=top, **{**defaults, **texts})

    # Showing

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return ["article", "position", "before", "match", "after", *METADATA]

    def _sliced(self, place: slice) -> Concordance:
        return self._of(np.arange(len(self))[place])

    def _each(self) -> Iterator[dict[str, Any]]:
        for first in range(0, len(self), 1000):
            yield from self._made(np.arange(first, min(len(self), first + 1000))).to_pylist()

    def __repr__(self) -> str:
        shown = [render.kwic(self._first()), self._caption(), *self._footer()]
        return "\n".join(shown)

    def _repr_html_(self) -> str:
        lines = markup.kwic(self._first(), self._caption())
        return markup.page(lines, markup.footer(self._footer()))


def _scattered(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return numbers whose bits depend on all bits of those given (splitmix64's finaliser)."""
    mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
