"""The commands that weigh words: collocates, keywords."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from corpus.cli import notes, tables
from corpus.cli.options import (
    ATTRIBUTES,
    UNITS,
    Function,
    Session,
    Verb,
    choice_option,
    common,
    examples,
    limit_option,
    minimum_option,
    output_options,
    pass_session,
    pos_option,
)
from corpus.cli.output import Output
from corpus.cli.parts import Part, part_options, reference_options
from corpus.cli.queries import QueryCommand, required_query, words_of

COLLOCATION = (
    *("mi", "mi3", "t", "z", "log_likelihood", "dice", "log_dice", "minimum_sensitivity"),
    *("delta_p", "delta_p_back", "log_ratio", "log_ratio_low", "log_ratio_high"),
)
KEYNESS = (
    *("log_likelihood", "bic", "log_ratio", "log_ratio_low", "log_ratio_high", "percent_diff"),
    *("chi_squared", "odds_ratio", "simple_maths"),
)
# Beside the measure that orders the rows, people see these; machines get all.
_USUAL_COLLOCATION = ("log_dice", "log_likelihood", "mi")
_USUAL_KEYNESS = ("log_likelihood", "log_ratio")


def _window(ctx: click.Context, parameter: click.Parameter, value: str) -> tuple[int, int] | str:
    """Read `5,5`, `5` for both sides, or `sentence`."""
    if value == "sentence":
        return value
    sides = [side.strip() for side in value.split(",")]
    if len(sides) > 2 or not all(side.isascii() and side.isdigit() for side in sides):
        said = f"{value!r} is neither two numbers, as 5,5, nor sentence"
        raise click.BadParameter(said, ctx, parameter)
    return int(sides[0]), int(sides[-1])


def _measure_option(known: tuple[str, ...], default: str) -> Callable[[Function], Function]:
    text = f"What orders the words: {', '.join(known)}."
    return choice_option("--measure", known, default, text, metavar="NAME")


@click.command(
    cls=QueryCommand,
    epilog=examples(
        "corpus collocates санкция",
        "corpus collocates санкция --window 0,3 --pos VERB",
        "corpus collocates '\"личные темы\"' --window sentence --measure log_likelihood",
        "corpus collocates Иран --source RT --format csv -o соседи.csv",
        note="log_dice finds typical pairs, mi exclusive ones (set a minimum), log_likelihood and "
        "t those that are no chance. Other formats than table have every measure.",
    ),
)
@click.argument("words", metavar="QUERY...", nargs=-1, callback=words_of)
@limit_option("collocates")
@click.option(
    "--window",
    metavar="N,N|sentence",
    default="5,5",
    show_default=True,
    callback=_window,
    help="Words to the left and right, or the sentence.",
)
@_measure_option(COLLOCATION, "log_dice")
@choice_option("--by", ("lemma", "form"), "lemma", "What collocates are told apart by.")
@pos_option
@minimum_option(5, "stands there less often")
@part_options
@output_options()
@common
@pass_session
def collocates(
    session: Session,
    /,
    *,
    words: list[str],
    limit: int | None,
    window: Any,
    measure: str,
    by: str,
    pos: tuple[str, ...],
    minimum: int,
    part: Part,
    output: Output,
) -> None:
    """Find the words that stand near others, the closest bound first.

    All arguments together are the query; a lone - reads it from stdin.
    """
    query = required_query(words, session)
    where = part.of(session.corpus())
    table = where.collocates(
        query, window=window, by=by, measure=measure, pos=list(pos), minimum=minimum
    )
    told = notes.per_word("collocates", [query])
    told = told if len(table) else notes.suggestion(where, "collocates", query)
    found = tables.counted(len(table), "collocate") if len(table) else "no collocates"
    measures = dict.fromkeys((measure, *_USUAL_COLLOCATION))
    columns = ("rank", "collocate", "pos", "joint", "frequency", "expected", *measures)
    view = tables.View(f"{found} of «{query}»", told, columns, limit=limit)
    tables.write(table, view, output, session)


@click.command(
    cls=Verb,
    epilog=examples(
        "corpus keywords --source RT",
        "corpus keywords --source RT --against-source Lenta --pos NOUN",
        "corpus keywords --date 2024 --against-date 2023 --measure log_ratio --minimum 20",
        "corpus keywords --in санкции --against-all --unit article",
        "corpus keywords --subcorpus санкции --rarer",
        note="--source, --in and so on say whose words they are; the same options with --against "
        "what they are compared with. Without these it is the rest of the corpus.",
    ),
)
@limit_option("keywords")
@_measure_option(KEYNESS, "log_likelihood")
@choice_option("--unit", UNITS, "token", "Count occurrences, or articles, or stories with a word.")
@choice_option("--by", ATTRIBUTES, "lemma", "What is compared.")
@pos_option
@minimum_option(5, "is rarer on both sides")
@click.option("--rarer", is_flag=True, help="Begin with what is more frequent in the reference.")
@part_options
@reference_options
@click.option("--against-all", is_flag=True, help="Compare with the whole corpus.")
@output_options()
@common
@pass_session
def keywords(
    session: Session,
    /,
    *,
    limit: int | None,
    measure: str,
    unit: Any,
    by: str,
    pos: tuple[str, ...],
    minimum: int,
    rarer: bool,
    part: Part,
    reference: Part,
    against_all: bool,
    output: Output,
) -> None:
    """Find the words that tell one part of the corpus from another.

    A part is told by filters, a query (--in) or a name (--subcorpus).
    """
    if against_all and reference:
        raise click.UsageError("--against-all leaves nothing else to compare with")
    if not part and (against_all or not reference):
        raise click.UsageError(
            "say whose keywords: corpus keywords --source NAME, or --in QUERY, --date 2024 …"
        )
    corpus = session.corpus()
    other = reference.of(corpus) if reference else corpus if against_all else None
    table = part.of(corpus).keywords(
        other, by=by, measure=measure, unit=unit, pos=list(pos), minimum=minimum
    )
    nouns = {"token": "frequency", "article": "articles", "story": "stories"}
    of = (nouns[unit], "ipm" if unit == "token" else "share")
    counts = (f"{side}{name}" for name in of for side in ("", "reference_"))
    columns = ("rank", by, *counts, *dict.fromkeys((measure, *_USUAL_KEYNESS)))
    head = f"{tables.counted(len(table), by)} compared" if len(table) else "nothing to compare"
    view = tables.View(head, (), columns, limit=limit)
    tables.write(table[::-1] if rarer else table, view, output, session)
