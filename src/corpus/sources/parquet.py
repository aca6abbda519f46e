"""Parquet files, a batch at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from shutil import copyfileobj
from typing import Any, BinaryIO

from corpus.model import Article, Failure
from corpus.sources.archives import Member
from corpus.sources.limits import Refused
from corpus.sources.records import Item, Place, read_records

BATCH = 64
SPOOLED = 2**23


def read_parquet(member: Member, place: Place) -> Iterator[Article | Failure]:
    """Yield the articles of a Parquet file; `path#3` is its third row."""
    with member.open() as stream, _seekable(stream) as file:
        yield from read_records(_items(file, place.path), place)


def _items(file: BinaryIO, path: str) -> Iterator[Item]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(file, pre_buffer=False, buffer_size=2**20)
        row = 0
        for batch in table.iter_batches(batch_size=BATCH):
            for record in _records(_in_microseconds(batch)):
                row += 1
                yield Item(f"{path}#{row}", record)
    except (pa.ArrowException, OSError) as error:
        raise Refused(f"Parquet file is damaged: {str(error).splitlines()[0][:200]}") from error


def _records(batch: Any) -> Iterator[dict[str, Any] | str]:
    """Yield the rows of `batch`, or why one has no values: a string in it may be no UTF-8."""
    try:
        yield from batch.to_pylist()
        return
    except (ValueError, ArithmeticError):
        pass
    for place in range(batch.num_rows):
        try:
            yield batch.slice(place, 1).to_pylist()[0]
        except (ValueError, ArithmeticError) as error:
            yield f"a value cannot be read: {error}"


def _in_microseconds(batch: Any) -> Any:
    """Return `batch` with times as Python knows them, which has no nanoseconds."""
    import pyarrow as pa

    columns = [
        column.cast(pa.timestamp("us", column.type.tz), safe=False)
        if pa.types.is_timestamp(column.type) and column.type.unit == "ns"
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


@contextmanager
def _seekable(stream: BinaryIO) -> Iterator[BinaryIO]:
    """Give a stream that can be read from its end, which is where Parquet begins."""
    if stream.seekable():
        yield stream
        return
    with tempfile.SpooledTemporaryFile(SPOOLED) as file:
        copyfileobj(stream, file)
        file.seek(0)
        yield file  # type: ignore[misc]
