"""What one query may take: time, and the number of matches. Nothing is ever cut off silently."""

from __future__ import annotations

import time
from dataclasses import dataclass

from corpus.errors import CorpusError

SECONDS = 60.0
MATCHES = 10_000_000


class LimitError(CorpusError):
    """A query met a limit, and was not answered."""


@dataclass
class Limits:
    """The time a query may take, in seconds, and the matches it may have; None is no limit.

    `corpus.limits.seconds = 300` counts for all queries from then on.
    """

    seconds: float | None = SECONDS
    matches: int | None = MATCHES


class Budget:
    """What is left of the limits of one query that begins now."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        seconds = self.limits.seconds
        self._deadline = None if seconds is None else time.monotonic() + seconds

    @property
    def left(self) -> float | None:
        """The seconds that are left, None if there is no limit."""
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def check(self) -> None:
        """Raise LimitError if the time is up."""
        if self._deadline is not None and time.monotonic() > self._deadline:
            raise self.too_long()

    def count(self, matches: int) -> None:
        """Raise LimitError if a query has so many matches."""
        most = self.limits.matches
        if most is not None and matches > most:
            raise LimitError(
                f"the query has more than {most:,} matches".replace(",", "\u202f"),
                "ask for something rarer, or raise the limit: --most N, "
                "in Python corpus.limits.matches = N",
            )

    def too_many(self) -> LimitError:
        """Return the error for a query that has too many ways to match to be followed."""
        return LimitError(
            "from one place of the text the pattern can go on in millions of ways",
            "ask for less: smaller numbers in {…}, or fewer labels",
        )

    def too_long(self) -> LimitError:
        """Return the error for a query that took too long."""
        return LimitError(
            f"the query took longer than {self.limits.seconds:g} seconds",
            "ask for something rarer, or give it more time: --timeout SECONDS, "
            "in Python corpus.limits.seconds = SECONDS",
        )
