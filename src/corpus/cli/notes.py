"""What is said beside a result: what it was counted over, and what else to type."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING

from corpus.cli.options import Session

if TYPE_CHECKING:
    from corpus.counting import Counting
    from corpus.results.provenance import Provenance


def basis(provenance: Provenance) -> str:
    """Return what a result was counted over, what N counts, and with which settings."""
    from corpus.render import grouped

    where = provenance.subcorpus or "the whole corpus"
    size = f"{grouped(provenance.articles)} articles, {grouped(provenance.words)} words"
    counted = f"N counts {provenance.counts}" if provenance.counts else ""
    return " · ".join(filter(None, (f"{where}: {size}", counted, provenance.settings)))


def suggestion(part: Counting, command: str, query: str) -> list[str]:
    """Return the command that would find more, for a query that found nothing."""
    better = part.search(query, limit=0).suggestion
    return [f"did you mean: corpus {command} {shlex.quote(better)}"] if better else []


def per_word(command: str, queries: Iterable[str]) -> list[str]:
    """Return words of warning where words side by side were perhaps meant as a phrase."""
    from corpus.cli.queries import phrase_meant

    said = "each word was counted, in articles that have them all; as a phrase"
    meant = filter(None, map(phrase_meant, queries))
    return [f"{said}: corpus {command} {shlex.quote(phrase)}" for phrase in meant]


def shown_of(shown: int, total: int) -> str:
    """Return how many of all rows are shown, nothing if it is all of them."""
    from corpus.render import grouped

    return f"{grouped(shown)} shown, -n all for all" if shown < total else ""


def say(lines: Iterable[str], session: Session) -> None:
    """Say on stderr what stands in a table for people beside its rows."""
    for line in lines:
        session.note(line)
