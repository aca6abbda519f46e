"""The table of contents of an index: one JSON file under a checksum, replaced in one step.

Whoosh's own is a pickle, and reading a pickle can run code. Here the schema comes from whoever
opens the index, and the rest is plain values.
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
from typing import Any

import numpy as np
from whoosh.index import TOC, EmptyIndexError

from corpus.index.codec import ArrowSegment, FileRecord, force_to_disk
from corpus.index.mapped import SegmentError

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
