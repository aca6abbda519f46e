"""The error inside this package: a place and a message, before the whole query is known."""

from __future__ import annotations

from collections.abc import Callable

from corpus.errors import QueryError

MAX_DEPTH = 100
"""Levels of a query, those inside token patterns included."""
PLAIN = "or take every sign as text with --plain (plain=True)"
"""Ends a hint where a pasted sentence may be what was typed."""


class Fault(Exception):
    """Something that does not parse: `place` counts characters of the tidied text."""

    def __init__(self, place: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.place = place
        self.message = message
        self.hint = hint

    def report(self, query: str, place_in: Callable[[int], int] = int) -> QueryError:
        """Return the error a user sees; `place_in` leads from `place` to a place in `query`."""
        return QueryError(self.message, query, place_in(self.place), self.hint)


def short(text: str, width: int = 40) -> str:
    """Return a part of a query as an error quotes it."""
    return text if len(text) <= width else f"{text[: width - 1]}…"


def whole(text: str, least: int, most: int) -> int | None:
    """Return the whole number that a text is, or None if it is none from `least` to `most`."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        return None
    return int(text) if least <= int(text) <= most else None


def too_deep(place: int) -> Fault:
    """Return the error of a query with too many levels."""
    hint = f"At most {MAX_DEPTH} levels are possible: write several queries"
    return Fault(place, "The query is nested too deeply here", hint)
