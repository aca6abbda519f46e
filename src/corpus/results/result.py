"""Results: read-only views over one Arrow table that show themselves and leave in any form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import pyarrow as pa

from corpus import render
from corpus.errors import CorpusError
from corpus.results.provenance import Provenance

if TYPE_CHECKING:
    import pandas
    import polars


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
            return Table(sliced(self._table, place), self.provenance)
        return dict(self._table.slice(place_of(place, len(self)), 1).to_pylist()[0])

    def __repr__(self) -> str:
        return render.table(self._records(10), self._columns()) + f"\n{self._caption()}"


def place_of(place: int, size: int) -> int:
    number = place + size if place < 0 else place
    if not 0 <= number < size:
        raise IndexError(f"no row {place}: there are {size}")
    return number


def sliced(table: pa.Table, place: slice) -> pa.Table:
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
