"""ArrowIndex: a Whoosh index whose segments are Arrow files and whose contents are listed as JSON.

Whoosh's own table of contents is a pickle, and reading a pickle can run code. Here the schema comes
from whoever opens the index, and the rest is plain values under a checksum.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from time import sleep
from typing import Any

import numpy as np
from whoosh.fields import ensure_schema
from whoosh.index import _DEF_INDEX_NAME, TOC, EmptyIndexError, FileIndex

from corpus.index.codec import ArrowSegment, FileRecord, force_to_disk
from corpus.index.segment import SegmentError

_FORMAT = 1
_TRIES = 10


@dataclass(frozen=True)
class Contents:
    """What belongs to an index: its segments, and what its maker noted about it."""

    schema: Any
    segments: list[ArrowSegment]
    generation: int
    about: Mapping[str, Any] = field(default_factory=dict)
    version: int = _FORMAT
    release: tuple[int, int, int] = (0, 0, 0)


class ArrowIndex(FileIndex):  # type: ignore[misc]
    """An index in a Whoosh storage; `schema` must be the one with which it was made."""

    def __init__(self, storage: Any, schema: Any, indexname: str = _DEF_INDEX_NAME) -> None:
        self.storage = storage
        self._schema = ensure_schema(schema)
        self.indexname = indexname
        self._read_toc()

    @classmethod
    def create(
        cls,
        storage: Any,
        schema: Any,
        indexname: str = _DEF_INDEX_NAME,
        *,
        about: Mapping[str, Any] | None = None,
    ) -> ArrowIndex:
        """Make a new, empty index in the place of one that may be there."""
        for name in storage.list():
            if TOC._pattern(indexname).match(name):
                storage.delete_file(name)
        write_contents(storage, indexname, Contents(schema, [], 0, about or {}))
        return cls(storage, schema, indexname)

    @property
    def about(self) -> Mapping[str, Any]:
        """What the maker of the index noted about it."""
        return self._read_toc().about

    def _read_toc(self) -> Contents:
        return read_contents(self.storage, self.indexname, self._schema)

    def reader(self, reuse: Any = None) -> Any:
        """Return a reader of the newest state; nothing of an older one is used again."""
        for tries in range(_TRIES, 0, -1):
            contents = self._read_toc()
            try:
                return self._reader(
                    self.storage, contents.schema, contents.segments, contents.generation
                )
            except OSError:
                # A writer may have deleted a file between the two steps.
                if tries == 1 or contents.generation == self.latest_generation():
                    raise
                sleep(0.01)
        raise AssertionError("unreachable")

    def writer(self, procs: int = 1, **kwargs: Any) -> Any:
        """Return a writer; several processes are of no use to one that does not loop."""
        from corpus.index.writer import ArrowWriter

        return ArrowWriter(self, **kwargs)

    def searcher(self, **kwargs: Any) -> Any:
        """Return a searcher over the newest state."""
        from corpus.index.searcher import ArrowSearcher

        return ArrowSearcher(self.reader(), fromindex=self, **kwargs)


def read_contents(storage: Any, indexname: str, schema: Any) -> Contents:
    """Return the newest contents; SegmentError if they are not as they were written."""
    for tries in range(_TRIES, 0, -1):
        generation = TOC._latest_generation(storage, indexname)
        if generation < 0:
            raise EmptyIndexError(f"there is no index {indexname!r} in {storage!r}")
        name = TOC._filename(indexname, generation)
        try:
            with storage.open_file(name) as file:
                data = bytes(file.read())
            break
        except (OSError, NameError):
            if tries == 1 or generation == TOC._latest_generation(storage, indexname):
                raise
    return _parsed(data, name, generation, indexname, schema)


def _parsed(data: bytes, name: str, generation: int, indexname: str, schema: Any) -> Contents:
    try:
        content = json.loads(data)
        if content.pop("sha256") != _digest(content):
            raise SegmentError(f"the checksum of {name} does not fit its content")
        if content["format"] != _FORMAT or content["generation"] != generation:
            raise SegmentError(f"{name} is of another format or generation")
        segments = [_segment(indexname, row) for row in content["segments"]]
    except SegmentError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, zlib.error) as error:
        raise SegmentError(f"{name} is not a table of contents written here") from error
    return Contents(schema, segments, generation, content["about"])


def _segment(indexname: str, row: Mapping[str, Any]) -> ArrowSegment:
    found = ArrowSegment(indexname)
    if not re.fullmatch("[a-z0-9]{1,64}", row["name"]):
        raise SegmentError(f"{row['name']!r} is not the name of a segment")
    found.segid = row["name"]
    found.set_doc_count(int(row["documents"]))
    found.files = {ending: FileRecord(*map(int, facts)) for ending, facts in row["files"].items()}
    if row["deleted"]:
        bits = np.frombuffer(zlib.decompress(base64.b64decode(row["deleted"])), np.uint8)
        mask = np.unpackbits(bits, count=found.count)
        found.deleted = set(np.flatnonzero(mask).tolist())
    return found


def _row(segment: ArrowSegment) -> dict[str, Any]:
    mask = segment.deleted_mask()
    bits = b"" if mask is None else zlib.compress(np.packbits(mask).tobytes())
    return {
        "name": segment.segid,
        "documents": segment.count,
        "deleted": base64.b64encode(bits).decode(),
        "files": {ending: list(facts) for ending, facts in segment.files.items()},
    }


def write_contents(storage: Any, indexname: str, contents: Contents) -> None:
    """Make `contents` those of the index: the one step that makes a change real.

    What they name, and then they themselves, are on disk before the name is given.
    """
    content: dict[str, Any] = {
        "format": _FORMAT,
        "generation": contents.generation,
        "about": dict(contents.about),
        "segments": [_row(segment) for segment in contents.segments],
    }
    content["sha256"] = _digest(content)
    name = TOC._filename(indexname, contents.generation)
    temporary = f"{name}.{os.getpid()}"
    sync_folder(storage)
    file = storage.create_file(temporary)
    try:
        file.write(json.dumps(content).encode())
        force_to_disk(file.file)
    finally:
        file.close()
    storage.rename_file(temporary, name, safe=False)
    sync_folder(storage)


def _digest(content: Mapping[str, Any]) -> str:
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def sync_folder(storage: Any) -> None:
    """Force the list of names in a storage's folder to disk, where there is one."""
    folder = getattr(storage, "folder", "")
    if not folder or os.name == "nt":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(number)
    finally:
        os.close(number)
