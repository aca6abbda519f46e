"""Hits: the articles that a query found."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, overload

import pyarrow as pa

from corpus import markup, render
from corpus.errors import CorpusError
from corpus.fields import FIELDS, field_named
from corpus.model import Hit, Snippet
from corpus.periods import PERIODS
from corpus.results.facets import count_by, count_over_time
from corpus.results.provenance import Provenance
from corpus.results.result import SHOWN, Result, Table
from corpus.results.rows import place_of

if TYPE_CHECKING:
    import numpy as np

COLUMNS = "rank id score title date source url snippet authors tags".split()
_LISTS = ("authors", "tags")
_STORED = [name for name in COLUMNS if name != "snippet"]
_SINGLE = [name for name in _STORED if name not in _LISTS]

Snippets = Callable[[Sequence[int]], list[tuple[Snippet, Snippet]]]
"""Article numbers to (snippet, title) with what the query found marked."""


class Hits(Result):
    """Articles that a query found, the best first.

    `total` is the exact number of articles that match; `len()` the number held here. Snippets are
    made when they are looked at. When no article matches all words, `total` is 0 and the articles
    held are the best that match some: `partial` is then their full number.
    """

    _unit = "hits"

    def __init__(
        self,
        rows: pa.Table | Callable[[], pa.Table],
        provenance: Provenance | Callable[[], Provenance],
        *,
        total: int,
        partial: int = 0,
        suggestion: str = "",
        everything: Callable[[Sequence[str]], pa.Table] | None = None,
        snippets: Snippets | None = None,
        explain: Callable[[int | None], pa.Table] | None = None,
        outline: Callable[[], pa.Table] | None = None,
        ids: Callable[[], list[str]] | None = None,
    ) -> None:
        super().__init__(rows, provenance)
        self.total = total
        self.partial = partial
        self.suggestion = suggestion
        self._everything = everything or (lambda columns: self._table.select(columns))
        self._make_snippets = snippets
        self._explain = explain
        self._outline = outline
        self._make_ids = ids
        self._save: Callable[[Hits, str], Path] | None = None
        self._made: dict[int, tuple[Snippet, Snippet]] = {}

    @property
    def query(self) -> str:
        """The query as it was typed, filters included."""
        return self.provenance.query

    def __iter__(self) -> Iterator[Hit]:
        # In blocks: the first hits come at once, and each part of the store is read once a block.
        for first in range(0, len(self), 50):
            yield from self._hits(first, min(len(self), first + 50))

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> Self: ...
    @overload
    def __getitem__(self, place: str) -> np.ndarray[Any, Any]: ...
    def __getitem__(self, place: int | slice | str) -> Hit | Self | np.ndarray[Any, Any]:
        if isinstance(place, str):
            return self._values(place)
        if isinstance(place, slice):
            return self._sliced(place)
        number = place_of(place, len(self))
        return self._hits(number, number + 1)[0]

    def facets(self, by: str) -> Table:
        """Count all matching articles by source, author, tag, day, week, month or year.

        Returns columns `by`, `articles`, `share` (of the matching articles), the most frequent
        first. An article with two tags counts once under each.
        """
        by = field_named(by)
        if by not in FIELDS:
            raise CorpusError(f"no facet {by!r}", f"use one of: {', '.join(FIELDS)}")
        from corpus.pictures import bars

        column = self._everything([FIELDS[by]]).column(0)
        return Table(count_by(column, by), self.provenance, picture=bars.frequencies)

    def timeline(self, by: str = "month") -> Table:
        """Count all matching articles by day, week, month or year; undated ones are left out.

        Returns columns `period` and `articles`, in order of time, periods with none included
        unless they are thousands.
        """
        if by not in PERIODS:
            raise CorpusError(f"no period {by!r}", f"use one of: {', '.join(PERIODS)}")
        from corpus.pictures import curves

        dates = self._everything(["date"]).column("date")
        undated = render.counted(dates.null_count, "article")
        notes = [f"{undated} without a date left out"] if dates.null_count else []
        table = count_over_time(dates, by)
        return Table(table, self.provenance, notes=notes, picture=curves.timeline)

    def explain(self) -> Table:
        """Return the lemmas that each word of the query was taken for, the likeliest first.

        A token pattern has a row, too; `outline()` has one for each of its parts.

        Columns `word lemma candidate articles counts`: `candidate` numbers the lemmas a word can
        have from 1, `articles` is the number in the whole corpus, `counts` the weight in the order
        of the hits. `hit.explain()` says which of them an article has, and in which forms.
        """
        if self._explain is None:
            raise CorpusError("saved hits do not know how they were found", "search again")
        return Table(self._explain(None), self.provenance)

    def outline(self) -> Table:
        """Return the query node by node: what each means, and how often it is found by itself.

        Columns `depth node text articles matches`; numbers are those of the whole corpus. A part of
        a token pattern has matches alone; what cannot be counted has none.
        """
        if self._outline is None:
            raise CorpusError("saved hits do not know how they were found", "search again")
        return Table(self._outline(), self.provenance)

    def save(self, name: str) -> Path:
        """Keep the hits under a name, for `corpus.load(name)` here or in a notebook."""
        if self._save is None:
            raise CorpusError("these hits belong to no corpus", "save them with to_parquet(path)")
        return self._save(self, name)

    def bound_to(self, save: Callable[[Hits, str], Path]) -> Self:
        """Return the hits, knowing where to save themselves."""
        self._save = save
        return self

    def to_arrow(self) -> pa.Table:
        """Return rank, id, score, title, date, source, url, snippet, authors and tags.

        In `snippet` the words found stand between `**`.
        """
        marked = [hit.snippet.marked() for hit in self]
        table = self._table.select(self._keys())
        return table.add_column(COLUMNS.index("snippet"), "snippet", pa.array(marked, pa.string()))

    def to_save(self) -> pa.Table:
        """Return everything that `from_saved` needs."""
        snippets = [hit.snippet for hit in self]
        spans = pa.array([[list(s) for s in snippet.spans] for snippet in snippets], _SPANS)
        texts = pa.array([snippet.text for snippet in snippets], pa.string())
        table = self._table.append_column("snippet", texts).append_column("spans", spans)
        metadata = {**self._metadata(), "total": str(self.total), "partial": str(self.partial)}
        return table.replace_schema_metadata({**(table.schema.metadata or {}), **metadata})

    @classmethod
    def from_saved(cls, table: pa.Table) -> Self:
        """Return the hits that `to_save` put into a table."""
        raw = {k.decode(): v.decode() for k, v in (table.schema.metadata or {}).items()}
        columns = (table.column(n).to_pylist() for n in ("article", "snippet", "spans", "title"))
        known = {
            number: (Snippet(text, tuple((a, b) for a, b in spans)), Snippet(title))
            for number, text, spans, title in zip(*columns, strict=True)
        }
        return cls(
            table.drop_columns(["snippet", "spans"]),
            Provenance.from_metadata(raw),
            total=int(raw["total"]),
            partial=int(raw["partial"]),
            snippets=lambda numbers: [known[number] for number in numbers],
        )

    def __repr__(self) -> str:
        verb = "matches" if self.total == 1 else "match"
        lines = [f"Hits({render.counted(self.total, 'article')} {verb} {self.query!r})"]
        for hit in self.head():
            line = f"{hit.rank:3}. {hit.title or '(no title)'} · {render.facts(hit)}"
            lines.append(render.clipped(line, markup.LONGEST))
        shown = [render.visible(line.replace("\n", " ")) for line in lines]
        return "\n".join([*shown, *map(render.visible, (self._caption(), *self._footer()))])

    def _repr_html_(self) -> str:
        hits = markup.hits(list(self.head()), self._caption())
        return markup.page(hits, markup.footer(self._footer()))

    def _caption(self) -> str:
        if self.partial:
            shown = min(SHOWN, len(self))
            return f"0 из 0 · {shown} из {render.grouped(self.partial)} с частью слов"
        return f"{min(SHOWN, len(self))} из {render.grouped(self.total)}"

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(COLUMNS)

    def _keys(self) -> list[str]:
        return _STORED

    def _columns(self) -> list[str]:
        return [name for name in COLUMNS if name not in _LISTS]

    def _each(self) -> Iterator[dict[str, Any]]:
        for hit in self:
            facts = {name: getattr(hit, name) for name in self._columns()}
            yield {**facts, "snippet": hit.snippet.marked()}

    def _hits(self, first: int, last: int) -> list[Hit]:
        rows = self._table.slice(first, last - first).to_pylist()
        new = [row["article"] for row in rows if row["article"] not in self._made]
        if new and self._make_snippets:
            self._made.update(zip(new, self._make_snippets(new), strict=True))
        found = []
        for row in rows:
            snippet, heading = self._made.get(row["article"], (Snippet(""), Snippet(row["title"])))
            facts = {name: row[name] for name in _SINGLE}
            facts |= {name: tuple(row[name] or ()) for name in _LISTS}
            why = functools.partial(self._why, row["article"]) if self._explain else None
            found.append(Hit(**facts, snippet=snippet, heading=heading, _why=why))
        return found

    def _why(self, number: int) -> Table:
        assert self._explain is not None
        return Table(self._explain(number), self.provenance)

    def _with(self, table: pa.Table) -> Self:
        new = super()._with(table)
        new._make_ids = None
        return new

    def _narrowed(self, table: pa.Table, kept: str) -> Self:
        # What is not held is not known to be kept: from here on, the hits held are all there are.
        new = super()._narrowed(table, kept)
        new.total, new.partial = (0, len(table)) if self.partial else (len(table), 0)
        new.suggestion = ""
        new._everything = table.select
        return new

    @cached_property
    def ids(self) -> list[str]:
        """Ids of the hits held, in order."""
        return self._make_ids() if self._make_ids else self._table.column("id").to_pylist()


_SPANS = pa.list_(pa.list_(pa.int32()))
