"""What a source may be at most, and the two ways a file is refused."""

from __future__ import annotations

MAX_CHARS = 5_000_000
"""Characters of one article."""
MAX_LINE = 64 * 2**20
"""Bytes of one line, and characters of one JSON value: an article escaped as `\\uXXXX` fits."""
MAX_PAGE = 4 * MAX_CHARS
"""Bytes of a file that is one article."""
MAX_RATIO = 200
"""How many bytes one compressed byte may become."""
FREE_BYTES = 2**20
"""Bytes that may be expanded before `MAX_RATIO` is applied."""
HEAD = 2**16
"""Bytes from which encoding and kind of a file are told."""

TOO_LONG = f"longer than {MAX_CHARS:,} characters"


class Refused(Exception):
    """A file that cannot be read; the text of the exception is the reason a user is given."""


class CutShort(Refused):
    """A file that can be read up to here and no further."""
