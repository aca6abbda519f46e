"""Files mapped into memory, and Arrow files read from there without copying anything."""

from __future__ import annotations

import mmap
from typing import IO, Any

import pyarrow as pa


class SegmentError(ValueError):
    """A segment's file is not what its name promises."""


def map_file(file: IO[bytes]) -> mmap.mmap:
    """Map an open file for reading; the mapping outlives the file and its name."""
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def open_arrow(mapped: mmap.mmap | bytes) -> Any:
    """Return a reader of an Arrow file."""
    return pa.ipc.open_file(pa.BufferReader(pa.py_buffer(mapped)))
