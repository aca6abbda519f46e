"""The one error a user of corpus meets: what happened, where, and what to do next."""

from __future__ import annotations


class CorpusError(Exception):
    """Something the user can mend.

    `message` says what is wrong and where; `hint` says what to do, best as a command to type.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\nHint: {self.hint}" if self.hint else self.message


class QueryError(CorpusError):
    """A query that does not parse: `place` counts characters from the start of `query`."""

    def __init__(self, message: str, query: str, place: int, hint: str = "") -> None:
        self.query = query
        self.place = place
        super().__init__(f"{message}\n{_under_caret(query, place)}", hint)


class LockedError(CorpusError):
    """Another process is writing to the corpus."""


class DamagedError(CorpusError):
    """A file of the corpus or of its index is missing, cut short or altered."""


def _under_caret(query: str, place: int, width: int = 60) -> str:
    """Return the part of `query` around `place` with a caret on the line below it."""
    first = max(0, place - width // 2)
    part = query[first : first + width].replace("\n", " ").replace("\t", " ")
    prefix = "…" if first else ""
    suffix = "…" if first + width < len(query) else ""
    return f"  {prefix}{part}{suffix}\n  {' ' * (len(prefix) + place - first)}^"
