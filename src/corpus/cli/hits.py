"""Hits as people see them, and what machines are told beside the records."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from corpus.cli.output import Screen

if TYPE_CHECKING:
    from corpus.model import Hit
    from corpus.results.hits import Hits

COLUMNS = ("rank", "id", "score", "title", "date", "source", "url", "snippet", "reprints")


def record(hit: Hit) -> dict[str, Any]:
    """Return a hit as the fields that machines get."""
    fields = {name: getattr(hit, name) for name in COLUMNS}
    return {**fields, "snippet": hit.snippet.marked()}


def notes(hits: Hits) -> list[str]:
    """Return what a reader of bare records must know besides."""
    from corpus.render import grouped

    found = hits.total or hits.partial
    said = [] if found else ["nothing found"]
    if hits.partial:
        said.append("no article holds all the words; these hold some of them")
    if len(hits) < hits.lines:
        said.append(f"{grouped(len(hits))} of {grouped(hits.lines)} shown; --limit all for all")
    if hits.lines < found:
        said.append(f"{hits.counts}; --reprints shows all versions")
    return said + did_you_mean(hits)


def did_you_mean(hits: Hits) -> list[str]:
    """Return the query that would find more, as a command to type."""
    if not hits.suggestion:
        return []
    return [f"did you mean: corpus search {shlex.quote(hits.suggestion)}"]


def header(hits: Hits, shown: int) -> list[str]:
    """Return the lines above the hits: how many there are, how many are seen, what else to try."""
    from corpus.render import visible

    return [visible(line) for line in (_found(hits, shown), *did_you_mean(hits))]


def _found(hits: Hits, shown: int) -> str:
    from corpus.render import grouped

    if hits.partial:
        best = grouped(hits.partial)
        return f"no article holds all the words; the best of {best} that hold some:"
    if not hits.total:
        return f"nothing found for «{hits.query}»"
    verb = "matches" if hits.total == 1 else "match"
    line = f"{hits.counts} {verb} «{hits.query}»"
    rest = f"; {grouped(shown)} shown, --limit all for all"
    return line + (rest if shown < hits.lines else "")


def hits_text(hits: Hits, place: Screen) -> Iterator[str]:
    """Yield hits for people: a header, then title, facts and snippet of each."""
    from corpus.render import wrapped

    first, *rest = header(hits, len(hits))
    # What is to be copied and run stays on one line.
    yield "".join(f"{line}\n" for line in (*wrapped(first, place.width), *rest))
    digits = max(2, len(str(len(hits))))
    for hit in hits:
        yield "\n" + hit_text(hit, place, digits)


def hit_text(hit: Hit, place: Screen, digits: int) -> str:
    """Return one hit, its number hanging out on the left."""
    from corpus import render
    from corpus.model import Snippet

    margin = digits + 2
    width = None if place.width is None else max(20, place.width - margin)
    heading = hit.heading if hit.heading.text else Snippet(hit.title or "(no title)")
    lines = [
        *render.terminal(heading, width=width, colour=place.colour, bold=True),
        *render.wrapped(render.visible(render.facts(hit)), width),
        *render.terminal(hit.snippet, width=width, colour=place.colour),
    ]
    number = f"{hit.rank:{digits}}. "
    shown = [f"{' ' * margin if n else number}{line}".rstrip() for n, line in enumerate(lines)]
    return "\n".join(shown) + "\n"
