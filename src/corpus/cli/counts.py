"""The commands that count words: freq, ngrams."""

from __future__ import annotations

from typing import Any

import click

from corpus.cli import notes, tables
from corpus.cli.options import (
    ATTRIBUTES,
    UNITS,
    FieldChoice,
    Session,
    Verb,
    case_option,
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
from corpus.cli.parts import Part, part_options
from corpus.cli.queries import QueryCommand, query_text, words_of

FIELDS = ("tags", "source", "author", "day", "week", "month", "year")


@click.command(
    cls=QueryCommand,
    epilog=examples(
        "corpus freq --pos NOUN --source RT",
        "corpus freq санкция --by form",
        "corpus freq санкция --by source",
        "corpus freq 'бесед*' --date 2024 -n all --format csv -o частоты.csv",
        note="Without a query every word is counted. By source, month and so on, a million words "
        "are those of that source, that month.",
    ),
)
@click.argument("words", metavar="[QUERY]...", nargs=-1, callback=words_of)
@limit_option("rows")
@choice_option(
    "--by",
    FieldChoice(ATTRIBUTES + FIELDS),
    "lemma",
    "What is counted apart; tag is the grammatical one, tags are those of articles.",
)
@choice_option("--unit", UNITS, "token", "Occurrences, or articles, or stories that have any.")
@pos_option
@case_option
@minimum_option(1)
@part_options
@output_options()
@common
@pass_session
def freq(
    session: Session,
    /,
    *,
    words: list[str],
    limit: int | None,
    by: str,
    unit: Any,
    pos: tuple[str, ...],
    case: bool,
    minimum: int,
    part: Part,
    output: Output,
) -> None:
    """Count words, or what a query finds, the most frequent first.

    By lemma, form, part of speech or tag, or by what is known of the articles. All arguments
    together are the query; a lone - reads it from stdin.
    """
    query = query_text(words, session).strip()
    where = part.of(session.corpus())
    table = where.frequencies(query, by=by, unit=unit, pos=list(pos), case=case, minimum=minimum)
    told = []
    if query:
        told = notes.per_word(f"freq --by {by}", [query])
        told = told if len(table) else notes.suggestion(where, "freq", query)
    found = f" for «{query}»" if query else ""
    head = f"{tables.counted(len(table), by)}{found}" if len(table) else f"nothing found{found}"
    tables.write(table, tables.View(head, told, limit=limit), output, session)


@click.command(
    cls=Verb,
    epilog=examples(
        "corpus ngrams",
        "corpus ngrams 3 --by form --minimum 10",
        'corpus ngrams --slots "ADJ NOUN" --date 2024',
        "corpus ngrams --slots 'рост * NOUN' --in экономика",
        note="A slot is a word in any form, =роста for this very form, a part of speech (NOUN, "
        "VERB, ADJ …), or * for anything; a|b is either.",
    ),
)
@click.argument("n", metavar="[N]", type=click.IntRange(1), required=False)
@limit_option("rows")
@choice_option("--by", ATTRIBUTES, "lemma", "What runs of words are told apart by.")
@click.option("--slots", metavar="SLOTS", help='What may stand in each place: "ADJ NOUN".')
@case_option
@minimum_option(2)
@part_options
@output_options()
@common
@pass_session
def ngrams(
    session: Session,
    /,
    *,
    n: int | None,
    limit: int | None,
    by: str,
    slots: str | None,
    case: bool,
    minimum: int,
    part: Part,
    output: Output,
) -> None:
    """Count runs of N words side by side, the most frequent first.

    N is 2, or the number of slots. Runs never lead over a heading or the end of an article.
    """
    asked = [slot_of(slot) for slot in slots.split()] if slots else None
    size = n or (len(asked) if asked else 2)
    where = part.of(session.corpus())
    table = where.ngrams(size, by=by, slots=asked, case=case, minimum=minimum)
    head = tables.counted(len(table), f"{size}-gram") if len(table) else "nothing found"
    tables.write(table, tables.View(head, limit=limit), output, session)


def slot_of(text: str) -> dict[str, list[str]] | None:
    """Read a slot: `*`, parts of speech, a lemma, or `=` and a form; `|` parts alternatives."""
    if text == "*":
        return None
    is_form = text.startswith("=")
    values = text.removeprefix("=").split("|")
    if is_form:
        return {"form": [value.removeprefix("=") for value in values]}
    is_pos = all(value.isascii() and value.isupper() for value in values)
    return {"pos" if is_pos else "lemma": values}
