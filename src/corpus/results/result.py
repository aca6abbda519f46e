"""What every result has: a view over one Arrow table that shows itself and leaves in any form."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, overload

import pyarrow as pa
import pyarrow.compute as pc

from corpus import markup, render
from corpus.errors import CorpusError
from corpus.results import display, files, rows
from corpus.results.provenance import Provenance

if TYPE_CHECKING:
    import numpy as np
    import pandas
    import polars

SHOWN = 10
"""Rows that a result shows of itself."""
_LONGEST = 60


class Result:
    """Rows with a provenance; subclasses say what the rows are.

    Table and provenance may be functions that make them of what does not change any more: they are
    made when they are first looked at; of an `Unmade` table those rows alone that are looked at. A
    result never changes: slicing, sorting and filtering return new ones, which `_with` makes.
    """

    _unit = "rows"
    notes: tuple[str, ...] = ()
    """Sentences that are printed below the rows."""

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

    @property
    def _rows(self) -> pa.Table | rows.Unmade:
        """The rows as they are: made, or not yet."""
        given = self._make_table
        is_made = "_table" in self.__dict__
        return given if isinstance(given, rows.Unmade) and not is_made else self._table

    @cached_property
    def provenance(self) -> Provenance:
        """What the result rests on."""
        made = self._make_provenance
        return made() if callable(made) else made

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self._rows.column_names)

    def __len__(self) -> int:
        return len(self._rows)

    # Other rows

    def head(self, n: int = SHOWN) -> Self:
        """Return the first rows."""
        return self._sliced(slice(0, max(0, n)))

    def sort(self, *columns: str, descending: bool = False) -> Self:
        """Return the rows in order of columns: `sort("pos", "-ipm")`, `-` for downwards.

        Text is sorted without regard to case, ё beside е; what is missing comes last either way,
        and equal rows stay as they were. `descending` turns all the directions round.
        """
        found = rows.order(columns, self._keys(), self._column, descending)
        return self._with(self._table.take(found))

    def filter(self, where: Any = None, /, **values: Any) -> Self:
        """Return the rows for which everything given holds.

        `column=value` compares, `column=[value, …]` takes any of several, None stands for what is
        missing; of a list, one item is enough. `where` is a mask (pandas, polars, numpy, pyarrow
        or a list of booleans, as `t["ipm"] > 5`) or a function of a row that returns a boolean.
        """
        names = [rows.known(name, self._keys()) for name in values]
        masks = [rows.is_one_of(self._column(n), n, values[n]) for n in names]
        if where is not None:
            given = [bool(where(row)) for row in self] if callable(where) else where
            masks.append(rows.mask_of(given, len(self)))
        if not masks:
            return self._with(self._table)
        return self._narrowed(self._table.filter(reduce(pc.and_, masks)), rows.told(where, values))

    def _narrowed(self, table: pa.Table, kept: str) -> Self:
        """Return a result with those rows only of which `kept` tells."""
        new = self._with(table)
        new._make_provenance = lambda: self.provenance.narrowed(kept)
        new.__dict__.pop("provenance", None)
        return new

    def _with(self, table: pa.Table | rows.Unmade) -> Self:
        """Return a result of the same kind with other rows: the hook that makes all new ones.

        What a subclass knows besides goes along; what it had worked out of its rows, in a
        `cached_property`, is worked out anew.
        """
        new = copy.copy(self)
        for name in [name for name in new.__dict__ if name != "provenance"]:
            if isinstance(getattr(type(self), name, None), cached_property):
                del new.__dict__[name]
        new._make_table = table
        return new

    def _sliced(self, place: slice) -> Self:
        return self._with(rows.sliced(self._rows, place))

    def _keys(self) -> list[str]:
        """Return the columns by which rows can be sorted and filtered."""
        return self.columns

    def _column(self, name: str) -> pa.ChunkedArray:
        """Return one of those columns."""
        return self._table.column(name)

    def _values(self, name: str) -> np.ndarray[Any, Any]:
        """Return a column as a numpy array that cannot be written to."""
        column = rows.decoded(self._column(rows.known(name, self._keys())))
        values: np.ndarray[Any, Any] = column.to_numpy()
        values.flags.writeable = False
        return values

    # Other forms

    def to_arrow(self) -> pa.Table:
        """Return the rows as a pyarrow Table."""
        return self._table

    def to_polars(self) -> polars.DataFrame:
        """Return the rows as a polars DataFrame."""
        return files.library("polars").from_arrow(self.to_arrow())

    def to_pandas(self) -> pandas.DataFrame:
        """Return the rows as a pandas DataFrame."""
        files.library("pandas")
        return self.to_arrow().to_pandas()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def to_parquet(self, path: str | Path) -> None:
        """Write the rows to a Parquet file, provenance in its metadata."""
        render.write_parquet(self.to_arrow(), Path(path), self._metadata())

    def to_csv(
        self,
        path: str | Path,
        *,
        excel: bool = False,
        delimiter: str | None = None,
        bom: bool | None = None,
    ) -> None:
        """Write the rows to a CSV file in UTF-8; lists are joined by `; `.

        `excel=True` is what a Russian Excel opens by a double click: columns parted by `;`,
        decimal commas, and the mark (BOM) by which it knows UTF-8; `delimiter` and `bom` set them
        one by one. Text is written as it is: a spreadsheet may take one that begins with = + - @
        for a formula, which `to_xlsx` rules out.
        """
        files.write_csv(
            Path(path),
            self._columns(),
            self._each(),
            delimiter=delimiter or (";" if excel else ","),
            decimal="," if excel else ".",
            bom=excel if bom is None else bom,
        )

    def to_jsonl(self, path: str | Path) -> None:
        """Write the rows to a file of JSON objects, one a line."""
        files.write_jsonl(Path(path), self._each())

    def to_xlsx(self, path: str | Path) -> None:
        """Write the rows to an Excel file, provenance on a second sheet; text is never a formula.

        What is longer than Excel's 32,767 characters a cell is cut, and the second sheet says so.
        """
        facts = self._metadata() | {f"note {n}": note for n, note in enumerate(self.notes, 1)}
        files.write_xlsx(Path(path), self._columns(), self._each(), len(self), facts)

    def _metadata(self) -> dict[str, str]:
        return self.provenance.to_metadata()

    # Display

    def __repr__(self) -> str:
        shown = display.grid(self._first(), self._columns(), _LONGEST)
        table = render.aligned([shown.columns, *shown.rows], shown.numeric)
        return "\n".join([table, *map(render.visible, (self._caption(), *self._footer()))])

    def _repr_html_(self) -> str:
        shown = display.grid(self._first(), self._columns(), markup.LONGEST)
        table = markup.table(*shown, caption=self._caption())
        return markup.page(table, markup.footer(self._footer()))

    def _caption(self) -> str:
        return f"{min(SHOWN, len(self))} из {render.grouped(len(self))}"

    def _footer(self) -> list[str]:
        return [*self.notes, str(self.provenance)]

    # Records, for display and for files

    def _columns(self) -> list[str]:
        """Return the names of the columns that records have."""
        return self.columns

    def __iter__(self) -> Iterator[Any]:
        return self._each()

    def _each(self) -> Iterator[dict[str, Any]]:
        """Yield the rows as records."""
        for batch in self.to_arrow().to_batches(max_chunksize=4096):
            yield from batch.to_pylist()

    def _first(self) -> list[dict[str, Any]]:
        """Return the records that are shown."""
        return list(self.head()._each())


class Table(Result):
    """A plain table: one dict a row.

    `total` is the number of rows before a cut, where the table holds only some; `notes` are
    printed below it. `picture` draws the rows for `plot`; subclasses may have `_picture` instead.
    """

    def __init__(
        self,
        table: pa.Table | Callable[[], pa.Table],
        provenance: Provenance | Callable[[], Provenance],
        *,
        total: int | None = None,
        notes: Sequence[str] = (),
        picture: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(table, provenance)
        self.notes = tuple(notes)
        self._total = total
        self._draw = picture

    @property
    def total(self) -> int:
        """The number of rows before the table was cut."""
        return len(self) if self._total is None else self._total

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self._each()

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> Self: ...
    @overload
    def __getitem__(self, place: str) -> np.ndarray[Any, Any]: ...
    def __getitem__(self, place: int | slice | str) -> dict[str, Any] | Self | np.ndarray[Any, Any]:
        if isinstance(place, str):
            return self._values(place)
        if isinstance(place, slice):
            return self._sliced(place)
        number = rows.place_of(place, len(self))
        return next(self._sliced(slice(number, number + 1))._each())

    def select(self, *columns: str) -> Self:
        """Return the same rows with some columns only, in the order named."""
        return self._with(self._rows.select([rows.known(name, self.columns) for name in columns]))

    def plot(self, **options: Any) -> Any:
        """Return a picture of the table, to be shown in a notebook or saved.

        `title`, `subtitle` and `footer` are written above and below it; other options are those of
        the functions in `corpus.pictures`. The footer says what was counted.
        """
        return self._picture(**{"footer": str(self.provenance), **options})

    def _picture(self, **options: Any) -> Any:
        """Return the picture of this kind of table: the hook for subclasses."""
        if self._draw is None:
            raise CorpusError(
                "there is no picture for this table",
                "to_pandas() and to_polars() give frames that can be drawn in any way",
            )
        return self._draw(self.to_arrow(), **options)

    def _sliced(self, place: slice) -> Self:
        new = super()._sliced(place)
        new._total = self.total
        return new

    def _narrowed(self, table: pa.Table, kept: str) -> Self:
        new = super()._narrowed(table, kept)
        new._total = None
        return new

    def _caption(self) -> str:
        return f"{min(SHOWN, len(self))} из {render.grouped(self.total)}"
