"""The metadata of many articles in one file beside the index, which opens at once.

Parquet keeps articles well but opens slowly: a search would wait for every part. What stands here
can be had from the parts at any time; the file names the parts that it was made from, and the
checksum in its name tells whether it is whole.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path

import pyarrow as pa

from corpus.store.files import TEMPORARY
from corpus.store.manifest import Part

_PARTS = b"parts"
# So many parts may be read one by one before the file is written anew.
_MOST_BESIDE = 4

Read = Callable[[Sequence[Part]], pa.Table]


def metadata(folder: Path, parts: Sequence[Part], read: Read) -> pa.Table:
    """Return the metadata of some parts: of the first ones as kept, of the others by `read`."""
    table, known = _kept(folder, parts)
    if table is None:
        return read(parts)
    rest = parts[known:]
    return pa.concat_tables([table, read(rest)]).unify_dictionaries() if rest else table


def keep(folder: Path, parts: Sequence[Part], read: Callable[[], pa.Table]) -> None:
    """Keep the metadata of all `parts` for the next time, unless nearly all of it is kept.

    A folder that cannot be written to keeps nothing.
    """
    if len(parts) - _kept(folder, parts)[1] <= _MOST_BESIDE:
        return
    names = json.dumps([_named(part) for part in parts])
    table = read().replace_schema_metadata({_PARTS: names.encode()})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    data = sink.getvalue()
    path = folder / f"metadata-{zlib.crc32(data):08x}.arrow"
    old = [other for other in _files(folder) if other != path]
    temporary = path.with_name(f"{path.name}.{os.getpid()}{TEMPORARY}")
    with suppress(OSError):
        # Not forced to disk: what a power cut leaves of it has another checksum.
        temporary.write_bytes(data)
        temporary.replace(path)
        for other in old:
            other.unlink()


def _kept(folder: Path, parts: Sequence[Part]) -> tuple[pa.Table | None, int]:
    """Return the metadata of the first parts, and how many they are."""
    for path in _files(folder):
        table = _opened(path)
        if table is None:
            continue
        made_from = json.loads(table.schema.metadata[_PARTS])
        pairs = zip(parts, made_from, strict=False)
        same = takewhile(lambda pair: _named(pair[0]) == pair[1], pairs)
        rows = [part.articles for part, _ in same]
        if rows:
            return table.slice(0, sum(rows)).replace_schema_metadata(None), len(rows)
    return None, 0


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("metadata-*.arrow"))


def _opened(path: Path) -> pa.Table | None:
    """Return what a file holds, None if it is damaged."""
    try:
        data = pa.memory_map(str(path)).read_buffer()
        if zlib.crc32(data) != int(path.stem.removeprefix("metadata-"), 16):
            return None
        return pa.ipc.open_file(data).read_all()
    except (OSError, ValueError, pa.ArrowException):
        return None


def _named(part: Part) -> list[str | int]:
    """Return what tells a part's articles from all others."""
    marks = part.marks_file.sha256 if part.marks_file else ""
    return [part.articles_file.name, part.articles_file.sha256, part.articles, marks]
