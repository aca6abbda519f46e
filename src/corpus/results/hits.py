"""Hits: the articles that a query found."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, overload

import pyarrow as pa
import pyarrow.compute as pc

from corpus import markup, render
from corpus.errors import CorpusError
from corpus.fields import FIELDS, field_named
from corpus.model import Hit, Snippet
from corpus.periods import PERIODS
from corpus.results.facets import NOUNS, count_by, count_over_time, dates_of
from corpus.results.provenance import Provenance
from corpus.results.result import SHOWN, Result, Table
from corpus.results.rows import place_of

if TYPE_CHECKING:
    import numpy as np

COLUMNS = "rank id score title date source url snippet authors tags reprints".split()
_LISTS = ("authors", "tags", "reprints")
_STORED = [name for name in COLUMNS if name != "snippet"]
_SINGLE = [name for name in _STORED if name not in _LISTS]

Snippets = Callable[[Sequence[int]], list[tuple[Snippet, Snippet]]]
"""Article numbers to (snippet, title) with what the query found marked."""


class Hits(Result):
    """Articles that a query found, the best first.

    `total` is the exact number of articles that match, `stories` that of different ones, versions
    of one being counted once; `len()` is the number held here. Snippets are made when they are
    looked at. When no article matches all words, `total` is 0 and the articles held are the best
    that match some: `partial` is then their full number.
    """

    _unit = "hits"

    def __init__(
        self,
        rows: pa.Table | Callable[[], pa.Table],
        provenance: Provenance | Callable[[], Provenance],
        *,
        total: int,
        partial: int = 0,
        stories: int | None = None,
        suggestion: str = "",
        everything: Callable[[Sequence[str]], pa.Table] | None = None,
        snippets: Snippets | None = None,
        explain: Callable[[int | None], pa.Table] | None = None,
        outline: Callable[[], pa.Table] | None = None,
        ids: Callable[[], list[str]] | None = None,
        folded: Callable[[], pa.Table] | None = None,
    ) -> None:
        super().__init__(rows, provenance)
        self.total = total
        self.partial = partial
        self.stories = (total or partial) if stories is None else stories
        self.suggestion = suggestion
        self._everything = everything or (lambda columns: self._table.select(columns))
        self._make_snippets = snippets
        self._explain = explain
        self._outline = outline
        self._make_ids = ids
        self._folded = folded
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

    def facets(self, by: str, *, unit: Literal["article", "story"] = "article") -> Table:
        """Count all matching articles by source, author, tag, day, week, month or year.

        Returns columns `by`, `articles`, `share` (of the matching articles), the most frequent
        first. An article with two tags counts once under each. With unit="story" the column is
        `stories`: versions of one article count once under each value that any of them has, and
        only in the period of the earliest.
        """
        by = field_named(by)
        if by not in FIELDS:
            raise CorpusError(f"no facet {by!r}", f"use one of: {', '.join(FIELDS)}")
        from corpus.pictures import bars

        rows = self._counted([FIELDS[by]], unit)
        table = count_by(rows, by, NOUNS[unit])
        return Table(table, self._basis(unit), picture=bars.frequencies)

    def _counted(self, columns: list[str], unit: str) -> pa.Table:
        """Return some of the metadata of all matching articles, `story` beside it if it counts."""
        if unit not in NOUNS:
            raise CorpusError(f"there is no unit {unit!r}", f"use {' or '.join(NOUNS)}")
        return self._everything(columns if unit == "article" else [*columns, "story"])

    def timeline(
        self, by: str = "month", *, unit: Literal["article", "story"] = "article"
    ) -> Table:
        """Count all matching articles by day, week, month or year; undated ones are left out.

        Returns columns `period` and `articles`, in order of time, periods with none included
        unless they are thousands. With unit="story" the column is `stories`: of versions of one
        article only the earliest counts.
        """
        if by not in PERIODS:
            raise CorpusError(f"no period {by!r}", f"use one of: {', '.join(PERIODS)}")
        from corpus.pictures import curves

        dates = dates_of(self._counted(["date"], unit))
        undated = render.counted(dates.null_count, unit)
        notes = [f"{undated} without a date left out"] if dates.null_count else []
        table = count_over_time(dates, by, NOUNS[unit])
        return Table(table, self._basis(unit), notes=notes, picture=curves.timeline)

    def _basis(self, unit: str) -> Provenance:
        return self.provenance._replace(counts=NOUNS[unit]) if unit == "story" else self.provenance

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
        """Return rank, id, score, title, date, source, url, snippet, authors, tags and reprints.

        In `snippet` the words found stand between `**`.
        """
        marked = [hit.snippet.marked() for hit in self]
        table = self._table.select(self._keys())
        return table.add_column(COLUMNS.index("snippet"), "snippet", pa.array(marked, pa.string()))

    def to_save(self) -> pa.Table:
        """Return everything that `from_saved` needs.

        Below the hits stand the articles behind them, with rank 0 and without a snippet; `line` is
        the rank of the hit that stands for an article.
        """
        snippets = [hit.snippet for hit in self]
        spans = pa.array([[list(s) for s in snippet.spans] for snippet in snippets], _SPANS)
        texts = pa.array([snippet.text for snippet in snippets], pa.string())
        table = self._table.append_column("snippet", texts).append_column("spans", spans)
        table = table.append_column("line", table.column("rank"))
        table = pa.concat_tables([table, self._behind(table.schema)])
        numbers = {"total": self.total, "partial": self.partial, "stories": self.stories}
        metadata = self._metadata() | {name: str(number) for name, number in numbers.items()}
        return table.replace_schema_metadata({**(table.schema.metadata or {}), **metadata})

    def _behind(self, schema: pa.Schema) -> pa.Table:
        """Return the articles that hits stand for besides themselves, as they are saved."""
        if self._folded is None:
            return schema.empty_table()
        folded = self._folded()
        folded = folded.filter(pc.is_in(folded.column("line"), value_set=self._ranks()))
        size = len(folded)
        given = set(folded.column_names)
        columns = {
            "rank": pa.array([0] * size, pa.int64()),
            "score": pa.array([0.0] * size, pa.float64()),
            "snippet": pa.array([""] * size, pa.string()),
        }
        rows = [
            folded.column(f.name) if f.name in given else columns.get(f.name, [[]] * size)
            for f in schema
        ]
        return pa.table(dict(zip(schema.names, rows, strict=True)), schema)

    def _ranks(self) -> pa.Array:
        return self._table.column("rank").combine_chunks()

    @classmethod
    def from_saved(cls, table: pa.Table) -> Self:
        """Return the hits that `to_save` put into a table."""
        raw = {k.decode(): v.decode() for k, v in (table.schema.metadata or {}).items()}
        columns = (table.column(n).to_pylist() for n in ("article", "snippet", "spans", "title"))
        known = {
            number: (Snippet(text, tuple((a, b) for a, b in spans)), Snippet(title))
            for number, text, spans, title in zip(*columns, strict=True)
        }
        everything = table.drop_columns(["snippet", "spans"])
        if "line" not in table.column_names:
            # Saved before versions of one article had one line.
            none = pa.array([[]] * len(table), pa.list_(pa.string()))
            everything = everything.append_column("reprints", none)
            everything = everything.append_column("line", everything.column("rank"))
        is_hit = pc.greater(everything.column("rank"), 0)
        folded = everything.filter(pc.invert(is_hit))
        return cls(
            everything.filter(is_hit).drop_columns(["line"]),
            Provenance.from_metadata(raw),
            total=int(raw["total"]),
            partial=int(raw["partial"]),
            stories=int(raw["stories"]) if "stories" in raw else None,
            everything=lambda columns: _with_story(everything).select(columns),
            folded=lambda: folded,
            snippets=lambda numbers: [known[number] for number in numbers],
        )

    def __repr__(self) -> str:
        verb = "matches" if self.total == 1 else "match"
        found = self.counts if self.total else "0 articles"
        lines = [f"Hits({found} {verb} {self.query!r})"]
        for hit in self.head():
            line = f"{hit.rank:3}. {hit.title or '(no title)'} · {render.facts(hit)}"
            lines.append(render.clipped(line, markup.LONGEST))
        shown = [render.visible(line.replace("\n", " ")) for line in lines]
        return "\n".join([*shown, *map(render.visible, (self._caption(), *self._footer()))])

    def _repr_html_(self) -> str:
        hits = markup.hits(list(self.head()), self._caption())
        return markup.page(hits, markup.footer(self._footer()))

    @property
    def counts(self) -> str:
        """How many articles match, and how many stories they are if those are fewer."""
        articles = render.counted(self.total or self.partial, "article")
        if self.stories < (self.total or self.partial):
            return f"{articles}, {render.counted(self.stories, 'story')}"
        return articles

    def _caption(self) -> str:
        shown, every = min(SHOWN, len(self)), self.total or self.partial
        said = f"{shown} из {render.grouped(self.lines)}"
        said += " с частью слов" if self.partial else ""
        if self.stories < every:
            stories = render.grouped(self.stories)
            said += f" · статей {render.grouped(every)}, без перепечаток {stories}"
        return f"0 из 0 · {said}" if self.partial else said

    @property
    def lines(self) -> int:
        """How many hits there would be without a limit."""
        return (self.total or self.partial) if self._folded is None else self.stories

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
        new.stories = len(table)
        new.suggestion = ""
        none = pa.array([[]] * len(table), pa.list_(pa.string()))
        place = table.column_names.index("reprints")
        table = table.set_column(place, "reprints", none)
        new._make_table, new._folded = table, None
        new._everything = _with_story(table.append_column("line", table.column("rank"))).select
        return new

    @cached_property
    def ids(self) -> list[str]:
        """Ids of the hits held, in order."""
        return self._make_ids() if self._make_ids else self._table.column("id").to_pylist()


def _with_story(table: pa.Table) -> pa.Table:
    return table.append_column("story", table.column("line"))


_SPANS = pa.list_(pa.list_(pa.int32()))
