"""Lines of a concordance as people see them, and as the records that machines get."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from corpus.cli.output import Screen

if TYPE_CHECKING:
    from corpus.concordance import Concordance, Line

COLUMNS = ("article", "position", "before", "match", "after")
METADATA = ("title", "date", "source")
_BLOCK = 1000
_GAP = "  "
# No node takes more than this part of a line, nor the facts beside it.
_SHARE = 3
_LEAST = 10
_CLOSING, _OPENING = ".,;:!?)]»”…%", "([«„“"


def record(line: Line, more: Sequence[str]) -> dict[str, Any]:
    """Return a line as the fields that machines get, with more metadata if it was asked for."""
    facts = {name: getattr(line, name) for name in (*COLUMNS[1:], *more)}
    return {"article": line.id, **facts}


def header(lines: Concordance, query: str) -> str:
    """Return how many lines there are, and how many in a million words."""
    from corpus.render import grouped

    if not lines.total:
        return f"nothing found for «{query}»"
    noun = "line" if lines.total == 1 else "lines"
    rate = 1e6 * lines.total / max(1, lines.provenance.words)
    return f"{grouped(lines.total)} {noun} for «{query}», {rate:.1f} in a million words"


def kwic_text(lines: Iterable[Line], place: Screen, more: Sequence[str]) -> Iterator[str]:
    """Yield lines for people, the matches one below the other, in blocks.

    On a terminal contexts are cut to its width; elsewhere columns grow from block to block.
    """
    widths = _Widths(place)
    for block in _batched(lines):
        rows = [_Row(line, more) for line in block]
        widths.fit(rows)
        yield "".join(widths.laid_out(row) + "\n" for row in rows)


def sentences_text(lines: Iterable[Line], place: Screen, more: Sequence[str]) -> Iterator[str]:
    """Yield lines for people whose context is a sentence: nothing is cut, long ones are wrapped."""
    from corpus import render
    from corpus.model import Snippet

    margin = 5
    width = None if place.width is None else max(20, place.width - margin)
    for number, line in enumerate(lines, 1):
        row = _Row(line, more)
        start = len(row.before)
        marked = Snippet(row.text, ((start, start + len(row.match)),))
        shown = [
            *render.terminal(marked, width=width, colour=place.colour),
            *render.wrapped(row.facts, width),
        ]
        first = f"{number:{margin - 2}}. "
        yield "".join(f"{' ' * margin if n else first}{text}\n" for n, text in enumerate(shown))


def _batched(lines: Iterable[Line]) -> Iterator[list[Line]]:
    rest = iter(lines)
    while block := list(itertools.islice(rest, _BLOCK)):
        yield block


class _Row:
    """One line in pieces that cannot steer a terminal; joined they read as the text does."""

    def __init__(self, line: Line, more: Sequence[str]) -> None:
        before, self.match, after = map(_flat, (line.before, line.match, line.after))
        self.before = before + ("" if not before or before[-1] in _OPENING else " ")
        self.after = ("" if not after or after[0] in _CLOSING else " ") + after
        # Titles are long, and what is cut off is the end.
        names = sorted(more, key=lambda name: name == "title")
        known = (line.id, *(getattr(line, name) for name in names))
        self.facts = " · ".join(_flat(str(fact)) for fact in known if fact)

    @property
    def text(self) -> str:
        return self.before + self.match + self.after


class _Widths:
    """Where the columns stand: contexts, and the facts at the end of the line."""

    def __init__(self, place: Screen) -> None:
        self._place = place
        self._before = self._rest = self._facts = 0
        # Without colour, the match stands between two pairs of asterisks.
        self._marks = 0 if place.colour else 4

    def fit(self, rows: Sequence[_Row]) -> None:
        from corpus.render import columns_of

        facts = max(columns_of(row.facts) for row in rows)
        if self._place.width is None:
            self._facts = max(self._facts, facts)
            self._before = max(self._before, *(columns_of(row.before) for row in rows))
            rests = (columns_of(row.match + row.after) + self._marks for row in rows)
            self._rest = max(self._rest, *rests)
            return
        self._facts = min(facts, self._place.width // _SHARE)
        room = self._place.width - self._facts - len(_GAP)
        node = min(max(columns_of(row.match) for row in rows) + self._marks, room // _SHARE)
        self._before = max(_LEAST, (room - node) // 2)
        self._rest = max(_LEAST, room - self._before)

    def laid_out(self, row: _Row) -> str:
        from corpus import render
        from corpus.model import Snippet

        before = _last(row.before, self._before)
        match = _first(row.match, self._rest - self._marks)
        after = _first(row.after, self._rest - self._marks - render.columns_of(match))
        before = " " * (self._before - render.columns_of(before)) + before
        marked = Snippet(before + match + after, ((len(before), len(before) + len(match)),))
        (line,) = render.terminal(marked, colour=self._place.colour)
        used = render.columns_of(match + after) + self._marks
        fill = " " * (self._rest - used)
        return f"{line}{fill}{_GAP}{_first(row.facts, self._facts)}"


def _flat(text: str) -> str:
    from corpus.render import visible

    return visible(text.replace("\n", " "))


def _first(text: str, width: int) -> str:
    """Return the beginning of a text that is so wide at most, `…` for what is left out."""
    from corpus.render import columns_of

    if columns_of(text) <= width:
        return text
    kept = text[: max(0, width - 1)]
    while columns_of(kept) > max(0, width - 1):
        kept = kept[:-1]
    return f"{kept.rstrip()}…" if width > 0 else ""


def _last(text: str, width: int) -> str:
    """Return the end of a text that is so wide at most, `…` for what is left out."""
    return _first(text[::-1], width)[::-1]
