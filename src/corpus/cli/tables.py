"""Tables of counts as people see them, and as the records that machines get."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus.cli import notes
from corpus.cli.options import Session
from corpus.cli.output import Output, Rows, Screen, machine_text, screen

if TYPE_CHECKING:
    from corpus.results.result import Table

_LONGEST = 40
# Longer names of columns take two lines.
_NAME = 10
_PLURALS = {"pos": "parts of speech"}
_BAR = 24


class View(NamedTuple):
    """How a table is shown: what stands above and below it, and what of it people see."""

    head: str
    notes: Sequence[str] = ()
    columns: Sequence[str] = ()
    """The columns for people, none for all; machines get all."""
    bar: str = ""
    """The column that is drawn as a bar beside its numbers."""
    hollow: str = ""
    """The column by which people are spared rows about nothing at all, those where it is 0."""
    limit: int | None = None


def counted(count: int, thing: str) -> str:
    """Return a number with what is counted: 1 lemma, 1 234 lemmas."""
    from corpus.render import grouped

    if count == 1:
        return f"1 {thing}"
    return f"{grouped(count)} {_PLURALS.get(thing, thing.rstrip('s') + 's')}"


def write(table: Table, view: View, output: Output, session: Session) -> None:
    """Write the first rows of a table; what is said of them goes beside machine formats."""
    shown = table if view.limit is None else table[: view.limit]
    cut = notes.shown_of(len(shown), len(table))
    head = "; ".join(filter(None, (view.head, cut)))
    told, basis = [*view.notes, *table.notes], notes.basis(table.provenance)
    if output.for_people:
        session.write(output, _for_people(shown, view, head, told, basis, screen(output)))
        return
    metadata = table.provenance.to_metadata()
    rows = Rows(shown.columns, shown, shown.to_arrow, metadata)
    session.write(output, machine_text(rows, output.form))
    notes.say([head, *told, basis], session)


def _for_people(
    table: Table, view: View, head: str, told: Sequence[str], basis: str, place: Screen
) -> Iterator[str]:
    from corpus.render import visible, wrapped

    records = [row for row in table if not view.hollow or row[view.hollow]]
    yield visible(head) + "\n\n"
    if records:
        names = [name for name in view.columns or table.columns if name in table.columns]
        yield _grid(records, names, view.bar, place) + "\n\n"
    if len(records) < len(table):
        yield f"periods without articles are not shown: {len(table) - len(records)}\n"
    yield "".join(f"{visible(line)}\n" for line in told)
    yield "\n".join(wrapped(visible(basis), place.width)) + "\n"


def _grid(records: Sequence[dict[str, Any]], names: Sequence[str], bar: str, place: Screen) -> str:
    from corpus.render import aligned
    from corpus.results.display import grid

    shown = grid(records, names, _LONGEST)
    heads = [_two_lines(name) for name in shown.columns]
    above, below = ([head[n] for head in heads] for n in range(2))
    rows = [*([above] if any(above) else []), below, *shown.rows]
    text = aligned(rows, shown.numeric)
    if not bar:
        return text
    lines = text.split("\n")
    width = max(map(len, lines))
    room = _BAR if place.width is None else min(_BAR, place.width - width - 2)
    bars = [""] * (len(lines) - len(records)) + bars_of([row[bar] for row in records], room)
    return "\n".join(
        f"{line:{width}}  {one}".rstrip() for line, one in zip(lines, bars, strict=True)
    )


def _two_lines(name: str) -> tuple[str, str]:
    """Return a name as what stands in two lines of a table's head."""
    if len(name) <= _NAME or "_" not in name:
        return "", name
    first, _, last = name.partition("_")
    return first, last


def bars_of(values: Sequence[float | None], room: int) -> list[str]:
    """Return numbers as bars, the greatest of them `room` wide; eighths are told apart."""
    greatest = max((value for value in values if value), default=0.0)
    if greatest <= 0 or room < 4:
        return [""] * len(values)
    eighths = [round(8 * room * (value or 0) / greatest) for value in values]
    return ["█" * (n // 8) + " ▏▎▍▌▋▊▉"[n % 8].strip() for n in eighths]
