"""Results: read-only views over one Arrow table that show themselves and leave in any form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self, overload

import pyarrow as pa
import pyarrow.compute as pc

from corpus import render
from corpus.errors import CorpusError
from corpus.model import Hit, Snippet

if TYPE_CHECKING:
    import pandas
    import polars

PERIODS = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "year": "%Y"}


class Provenance(NamedTuple):
    """What a result rests on, enough to cite it and to make it again."""

    query: str
    parsed: str
    articles: int
    words: int
    analysis: str
    generation: int
    version: str
    made: str

    def __str__(self) -> str:
        return (
            f"query: {self.parsed} · corpus: {render.grouped(self.articles)} articles, "
            f"{render.grouped(self.words)} words (punctuation not counted), state "
            f"{self.generation} · corpus {self.version}, analysis {self.analysis} · {self.made}"
        )


class Result:
    """A table with a name; subclasses say what its rows are.

    Table and provenance may be functions that make them of what does not change any more: they are
    made when they are first looked at.
    """

    _unit = "rows"

    def __init__(
        self,
        table: pa.Table | Callable[[], pa.Table],
        provenance: Provenance | Callable[[], Provenance],
    ) -> None:
        self._make_table = table
        self._make_provenance = provenance

    @cached_property
    def _table(self) -> pa.Table:
        return self._make_table() if callable(self._make_table) else self._make_table

    @cached_property
    def provenance(self) -> Provenance:
        """What the result rests on."""
        made = self._make_provenance
        return made() if callable(made) else made

    def to_arrow(self) -> pa.Table:
        """Return the rows as a pyarrow Table."""
        return self._table

    def to_polars(self) -> polars.DataFrame:
        """Return the rows as a polars DataFrame."""
        return _import("polars").from_arrow(self.to_arrow())

    def to_pandas(self) -> pandas.DataFrame:
        """Return the rows as a pandas DataFrame."""
        _import("pandas")
        return self.to_arrow().to_pandas()

    def to_parquet(self, path: str | Path) -> None:
        """Write the rows to a Parquet file, provenance in its metadata."""
        render.write_parquet(self.to_arrow(), Path(path), self._metadata())

    def to_csv(self, path: str | Path) -> None:
        """Write the rows to a CSV file in UTF-8."""
        Path(path).write_text(render.delimited(self._records(), self._columns()), encoding="utf-8")

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return len(self._table)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} {self._unit})"

    def _repr_html_(self) -> str:
        return render.html(
            self._records(10), self._columns(), self._caption(), str(self.provenance)
        )

    def _caption(self) -> str:
        return f"{min(10, len(self))} из {render.grouped(len(self))}"

    def _columns(self) -> list[str]:
        return list(self.to_arrow().column_names)

    def _records(self, limit: int | None = None) -> list[dict[str, Any]]:
        table = self.to_arrow()
        return list((table if limit is None else table.slice(0, limit)).to_pylist())

    def _metadata(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.provenance._asdict().items()}


class Table(Result):
    """A plain table: one dict a row."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._records())

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> Table: ...
    def __getitem__(self, place: int | slice) -> dict[str, Any] | Table:
        if isinstance(place, slice):
            return Table(_sliced(self._table, place), self.provenance)
        return dict(self._table.slice(_place(place, len(self)), 1).to_pylist()[0])

    def __repr__(self) -> str:
        return render.table(self._records(10), self._columns()) + f"\n{self._caption()}"


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
        ids: Callable[[], list[str]] | None = None,
    ) -> None:
        super().__init__(rows, provenance)
        self.total = total
        self.partial = partial
        self.suggestion = suggestion
        self._everything = everything or (lambda columns: self._table.select(columns))
        self._make_snippets = snippets
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
    def __getitem__(self, place: slice) -> Hits: ...
    def __getitem__(self, place: int | slice) -> Hit | Hits:
        if isinstance(place, slice):
            return self._with(_sliced(self._table, place))
        number = _place(place, len(self))
        return self._hits(number, number + 1)[0]

    def facets(self, by: str) -> Table:
        """Count all matching articles by source, author, tag, or year; most frequent first.

        Returns columns `by`, `articles`, `share` (of the matching articles). An article with two
        tags counts once under each.
        """
        if by not in _FACETS:
            raise CorpusError(f"no facet {by!r}", f"use one of: {', '.join(_FACETS)}")
        table = self._everything([_FACETS[by]])
        values = _facet_values(table.column(0), by)
        counted = pc.value_counts(values).to_pylist() if len(values) else []
        rows = sorted(counted, key=lambda row: (-row["counts"], row["values"] or ""))
        size = max(1, len(table))
        data = {
            by: pa.array([row["values"] or "" for row in rows], pa.string()),
            "articles": pa.array([row["counts"] for row in rows], pa.int64()),
            "share": pa.array([row["counts"] / size for row in rows], pa.float64()),
        }
        return Table(pa.table(data), self.provenance)

    def timeline(self, by: str = "month") -> Table:
        """Count all matching articles by day, week, month or year; undated ones are left out.

        Returns columns `period` and `articles`, in order of time, periods with none included for
        months and years.
        """
        if by not in PERIODS:
            raise CorpusError(f"no period {by!r}", f"use one of: {', '.join(PERIODS)}")
        # Day by day first: a period's name is worked out for days, not for articles.
        days = self._everything(["date"]).column("date").drop_null().value_counts()
        dates = days.field("values").to_pylist()
        counts: dict[str, int] = dict.fromkeys(_all_periods(dates, by), 0)
        for date, count in zip(dates, days.field("counts").to_pylist(), strict=True):
            name = date.strftime(PERIODS[by])
            counts[name] = counts.get(name, 0) + count
        names = sorted(counts)
        data = {"period": names, "articles": pa.array([counts[n] for n in names], pa.int64())}
        return Table(pa.table(data), self.provenance)

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
        table = self._table.select(
            ["rank", "id", "score", "title", "date", "source", "url", "authors", "tags"]
        )
        return table.add_column(7, "snippet", pa.array(marked, pa.string()))

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
        kinds: Mapping[str, type] = {"articles": int, "words": int, "generation": int}
        fields = {name: kinds.get(name, str)(raw[name]) for name in Provenance._fields}
        columns = (table.column(n).to_pylist() for n in ("article", "snippet", "spans", "title"))
        known = {
            number: (Snippet(text, tuple((a, b) for a, b in spans)), Snippet(title))
            for number, text, spans, title in zip(*columns, strict=True)
        }
        return cls(
            table.drop_columns(["snippet", "spans"]),
            Provenance(**fields),
            total=int(raw["total"]),
            partial=int(raw["partial"]),
            snippets=lambda numbers: [known[number] for number in numbers],
        )

    def __repr__(self) -> str:
        lines = [f"Hits({render.grouped(self.total)} articles match {self.query!r})"]
        for hit in self[:10]:
            facts = " · ".join(str(f) for f in (hit.source, hit.date, hit.id) if f)
            lines.append(f"{hit.rank:3}. {hit.title or '(no title)'} · {facts}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return render.hits_html(list(self[:10]), self._caption(), str(self.provenance))

    def _caption(self) -> str:
        if self.partial:
            return f"0 из 0 · {min(10, len(self))} из {render.grouped(self.partial)} с частью слов"
        return f"{min(10, len(self))} из {render.grouped(self.total)}"

    def _columns(self) -> list[str]:
        return ["rank", "id", "score", "title", "date", "source", "url", "snippet"]

    def _records(self, limit: int | None = None) -> list[dict[str, Any]]:
        return [
            {
                **{name: getattr(hit, name) for name in self._columns()[:-1]},
                "snippet": hit.snippet.marked(),
            }
            for hit in (self if limit is None else self[:limit])
        ]

    def _hits(self, first: int, last: int) -> list[Hit]:
        rows = self._table.slice(first, last - first).to_pylist()
        new = [row["article"] for row in rows if row["article"] not in self._made]
        if new and self._make_snippets:
            self._made.update(zip(new, self._make_snippets(new), strict=True))
        found = []
        for row in rows:
            snippet, heading = self._made.get(row["article"], (Snippet(""), Snippet(row["title"])))
            facts = {name: row[name] for name in self._columns()[:-1]}
            facts |= {name: tuple(row[name] or ()) for name in ("authors", "tags")}
            found.append(Hit(**facts, snippet=snippet, heading=heading))
        return found

    def _with(self, rows: pa.Table) -> Hits:
        new = Hits(
            rows,
            self.provenance,
            total=self.total,
            partial=self.partial,
            suggestion=self.suggestion,
            everything=self._everything,
            snippets=self._make_snippets,
        )
        new._made = self._made
        new._save = self._save
        return new

    @cached_property
    def ids(self) -> list[str]:
        """Ids of the hits held, in order."""
        return self._make_ids() if self._make_ids else self._table.column("id").to_pylist()


_SPANS = pa.list_(pa.list_(pa.int32()))


# What hits can be counted by, and the column that tells it.
_FACETS = {"source": "source", "author": "authors", "tag": "tags", "year": "date", "month": "date"}


def _facet_values(column: pa.ChunkedArray, by: str) -> pa.ChunkedArray:
    if by in PERIODS:
        return pc.strftime(column, format=PERIODS[by]).drop_null()
    return column if by == "source" else pc.list_flatten(column)


def _all_periods(dates: Sequence[dt.date], by: str) -> list[str]:
    """Return every month or year between the first date and the last, so that gaps show."""
    if not dates or by not in ("month", "year"):
        return []
    first, last = min(dates), max(dates)
    if by == "year":
        return [str(year) for year in range(first.year, last.year + 1)]
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{month // 12}-{month % 12 + 1:02}" for month in months]


def _place(place: int, size: int) -> int:
    number = place + size if place < 0 else place
    if not 0 <= number < size:
        raise IndexError(f"no row {place}: there are {size}")
    return number


def _sliced(table: pa.Table, place: slice) -> pa.Table:
    first, last, step = place.indices(len(table))
    if step == 1:
        return table.slice(first, max(0, last - first))
    return table.take(pa.array(range(first, last, step), pa.int64()))


def _import(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        raise CorpusError(f"{name} is not installed", "pip install 'corpus[notebook]'") from error
