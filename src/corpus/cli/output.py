"""Records in every format, to stdout or a file."""

from __future__ import annotations

import errno
import io
import itertools
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import click

from corpus.errors import CorpusError

if TYPE_CHECKING:
    import pyarrow as pa

Record = Mapping[str, Any]
Chunks = Iterable[str | bytes]

FORMATS = ("table", "json", "jsonl", "csv", "tsv", "parquet")


class ClosedPipe(Exception):
    """Whoever read our output has left: there is nothing more to do, and nothing wrong."""


class Output(NamedTuple):
    """The format that was asked for and the file, None for stdout."""

    form: str = "table"
    path: Path | None = None

    @property
    def for_people(self) -> bool:
        """Whether this is read by a person, so that notes may stand in it."""
        return self.form == "table"

    def write(self, chunks: Chunks) -> None:
        """Write text or bytes, to a file whole or not at all, to stdout as it comes."""
        if self.path is None:
            _to_stdout(chunks)
        else:
            _to_file(self.path, chunks)


class Screen(NamedTuple):
    """What a table may do: `colour`, and `width` to wrap at or None where nothing is wrapped."""

    colour: bool = False
    width: int | None = None


class Rows(NamedTuple):
    """Records of known columns, and how they become an Arrow table."""

    columns: Sequence[str]
    records: Iterable[Record]
    arrow: Callable[[], pa.Table]
    metadata: Mapping[str, str] = {}


def screen(output: Output) -> Screen:
    """Return what the place that a table goes to can show."""
    if output.path:
        return Screen()
    terminal = is_terminal(sys.stdout)
    context = click.get_current_context(silent=True)
    asked = context.color if context else None
    colour = terminal if asked is None else asked
    return Screen(colour, shutil.get_terminal_size().columns if terminal else None)


def is_terminal(stream: IO[str] | None) -> bool:
    """Return whether a person sits at the other end."""
    return stream is not None and stream.isatty()


def machine_text(rows: Rows, form: str) -> Iterator[str | bytes]:
    """Yield records in a format for machines, JSON lines one by one, CSV in blocks."""
    from corpus import render

    if form == "jsonl":
        yield from (render.jsonl([record]) for record in rows.records)
    elif form == "json":
        yield render.json_text(list(rows.records))
    elif form == "parquet":
        yield parquet_bytes(rows.arrow(), rows.metadata)
    else:
        delimiter = "\t" if form == "tsv" else ","
        yield from _in_blocks(render.delimited_lines(rows.records, rows.columns, delimiter))


def _in_blocks(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines some hundreds at a time: each chunk that is written is flushed."""
    rest = iter(lines)
    while block := list(itertools.islice(rest, 500)):
        yield "".join(block)


def parquet_bytes(table: pa.Table, metadata: Mapping[str, str]) -> bytes:
    """Return a table as a Parquet file, with more said in its metadata."""
    import pyarrow.parquet as pq

    table = table.replace_schema_metadata({**(table.schema.metadata or {}), **metadata})
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd")
    return file.getvalue()


def _to_stdout(chunks: Chunks) -> None:
    for chunk in chunks:
        with closed_pipe_noticed():
            # `color=True` leaves the text as it is; what may be coloured was decided before.
            click.echo(chunk, nl=False, color=True)


@contextmanager
def closed_pipe_noticed() -> Iterator[None]:
    """Tell that the reader of stdout has left; nothing but writing to stdout may stand inside."""
    try:
        yield
    except OSError as error:
        # Windows says EINVAL.
        if error.errno in (errno.EPIPE, errno.EINVAL):
            raise ClosedPipe from None
        raise CorpusError(f"could not write the output: {error.strerror}") from error


def _to_file(path: Path, chunks: Chunks) -> None:
    def write(file: Any) -> None:
        for chunk in chunks:
            file.write(
                chunk.encode("utf-8", "backslashreplace") if isinstance(chunk, str) else chunk
            )

    if path.exists() and not path.is_file():
        # A device or a pipe must be written to, never replaced.
        with path.open("wb") as file:
            write(file)
        return
    from corpus.store.files import write_whole

    write_whole(Path(os.path.realpath(path)), write)
