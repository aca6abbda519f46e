"""What is chosen for a statistic, checked: parts of speech, the least frequency, the unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from corpus.errors import CorpusError
from corpus.scope import ARTICLES, STORIES, WORDS, Scope
from corpus.search import Values

PARTS = (
    *("ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM"),
    *("PART", "PRON", "PROPN", "SCONJ", "VERB", "X"),
)
"""Parts of speech of words, as Universal Dependencies name them."""

Unit = Literal["token", "article", "story"]
UNITS = ("token", "article", "story")
"""What can be counted: occurrences, the articles that have any, or those without their reprints."""
COUNTS = {"token": WORDS, "article": ARTICLES, "story": STORIES}
"""What N counts then."""
NOUNS = {"token": "frequency", "article": "articles", "story": "stories"}
"""The column that holds how many there are."""


def checked_parts(pos: Values) -> tuple[str, ...]:
    """Return parts of speech in capital letters, nothing for all of them."""
    given = (pos,) if isinstance(pos, str) else tuple(pos or ())
    parts = tuple(str(part).strip().upper() for part in given)
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        raise CorpusError(
            f"there is no part of speech {', '.join(unknown)}", f"use some of: {', '.join(PARTS)}"
        )
    return parts


def checked_minimum(minimum: Any) -> int:
    """Return the least frequency, at least 1."""
    if isinstance(minimum, bool) or not isinstance(minimum, int) or minimum < 0:
        raise CorpusError(f"no minimum of {minimum!r}", "give a whole number from 1")
    return max(1, minimum)


def check_unit(unit: str, units: Sequence[str] = UNITS) -> None:
    """Raise a CorpusError if it is none of those that can be counted."""
    if unit not in units:
        raise CorpusError(f"there is no unit {unit!r}", f"use {' or '.join(units)}")


def size_in(scope: Scope, unit: str) -> int:
    """Return how many units a scope has: words, articles or stories."""
    return {"token": lambda: scope.words, "article": lambda: scope.articles}.get(
        unit, lambda: scope.stories
    )()


def parts_said(parts: tuple[str, ...]) -> str:
    """Return parts of speech as settings name them, nothing for all."""
    return f"pos {', '.join(parts)}" if parts else ""


def settings(*said: str) -> str:
    """Return settings as provenances say them, without those that say nothing."""
    return " · ".join(part for part in said if part)
