"""The command kwic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from corpus.cli import lines as view
from corpus.cli import notes
from corpus.cli.options import (
    Session,
    common,
    examples,
    limit_option,
    output_options,
    pass_session,
)
from corpus.cli.output import Output, Rows, machine_text, screen
from corpus.cli.parts import Part, part_options
from corpus.cli.queries import QueryCommand, required_query, words_of

if TYPE_CHECKING:
    from corpus.concordance import Concordance


def _context(ctx: click.Context, parameter: click.Parameter, value: str) -> int | str:
    """Read a number of words, or `sentence`."""
    if value == "sentence":
        return value
    if not (value.isascii() and value.isdigit()):
        raise click.BadParameter(f"{value!r} is neither a number nor sentence", ctx, parameter)
    return int(value)


def names_of(*known: str) -> Any:
    """Return a callback that reads names joined by commas, and refuses those not known."""

    def callback(ctx: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
        names = tuple(name.strip() for name in value.split(",") if name.strip())
        unknown = [name for name in names if known and name not in known]
        if unknown:
            valid = ", ".join(known)
            raise click.BadParameter(f"no {unknown[0]!r}; use some of: {valid}", ctx, parameter)
        return names

    return callback


@click.command(
    cls=QueryCommand,
    epilog=examples(
        "corpus kwic санкции",
        "corpus kwic '\"личные темы\"' --sort 1R,2R -n all",
        "corpus kwic мост --source RT --date 2024 --context sentence",
        "corpus kwic 'мост OR паром' --sample 50 --seed 7 --sort match",
        "corpus kwic санкции --in Иран --with date,source --format jsonl",
        note="The query is that of search. Words side by side need only stand in one article, and "
        'each has its own lines; a phrase is one in quotation marks; [pos="ADJ"] [lemma="мост"] is '
        "CQL: tokens and what they must be.",
    ),
)
@click.argument("words", metavar="QUERY...", nargs=-1, callback=words_of)
@limit_option("lines", but="; a sample is shown whole")
@click.option(
    "--context",
    metavar="N|sentence",
    default="8",
    show_default=True,
    callback=_context,
    help="Words on each side, or the whole sentence.",
)
@click.option(
    "--sort",
    metavar="LEVELS",
    default="",
    callback=names_of(),
    help="1L is the word before, 2R the second after; match, date, source, title, article; "
    "-date the other way round. As 1R,2R: the first counts most.",
)
@click.option("--sample", type=click.IntRange(0), metavar="N", help="So many lines by chance.")
@click.option(
    "--seed", type=int, default=0, show_default=True, help="The same seed, the same sample."
)
@click.option(
    "--with",
    "more",
    metavar="FIELDS",
    default="",
    callback=names_of(*view.METADATA),
    help="Add title, date, source to each line: --with date,source.",
)
@part_options
@output_options()
@common
@pass_session
@click.pass_context
def kwic(
    ctx: click.Context,
    session: Session,
    /,
    *,
    words: list[str],
    limit: int | None,
    context: Any,
    sort: tuple[str, ...],
    sample: int | None,
    seed: int,
    more: tuple[str, ...],
    part: Part,
    output: Output,
) -> None:
    """Show every place where words occur, and the words around it.

    All arguments together are the query; a lone - reads it from stdin.
    """
    query = required_query(words, session)
    is_default = ctx.get_parameter_source("limit") == ParameterSource.DEFAULT
    where = part.of(session.corpus())
    lines = where.concordance(query, context=context, sort=sort, sample=sample, seed=seed)
    told = (
        notes.per_word("kwic", [query]) if lines.total else notes.suggestion(where, "kwic", query)
    )
    shown = lines if limit is None or (is_default and sample is not None) else lines[:limit]
    head = "; ".join(
        filter(None, (view.header(lines, query), notes.shown_of(len(shown), len(lines))))
    )
    basis = notes.basis(lines.provenance)
    if output.for_people:
        is_wrapped = context == "sentence"
        session.write(output, _for_people(shown, output, more, is_wrapped, head, told, basis))
        return
    columns = (*view.COLUMNS, *more)
    rows = Rows(
        columns,
        (view.record(line, more) for line in shown),
        lambda: shown.to_arrow().select(columns),
        lines.provenance.to_metadata(),
    )
    session.write(output, machine_text(rows, output.form))
    notes.say([head, *told, basis], session)


def _for_people(
    lines: Concordance,
    output: Output,
    more: tuple[str, ...],
    is_wrapped: bool,
    head: str,
    told: list[str],
    basis: str,
) -> Iterator[str]:
    from corpus.render import visible, wrapped

    place = screen(output)
    yield visible(head) + "\n"
    if len(lines):
        yield "\n"
    make = view.sentences_text if is_wrapped else view.kwic_text
    yield from make(lines, place, more)
    yield "\n" + "".join(f"{visible(line)}\n" for line in told)
    yield "\n".join(wrapped(visible(basis), place.width)) + "\n"
