"""The commands that tell where and when: dispersion, timeline."""

from __future__ import annotations

from typing import Any

import click

from corpus.cli import notes, tables
from corpus.cli.options import (
    UNITS,
    FieldChoice,
    Session,
    choice_option,
    common,
    examples,
    limit_option,
    lines_of,
    output_options,
    pass_session,
)
from corpus.cli.output import Output
from corpus.cli.parts import Part, part_options
from corpus.cli.queries import QueryCommand, words_of

PARTS = ("article", "story", "source", "author", "tag", "day", "week", "month", "year")
PERIODS = ("day", "week", "month", "year")
SPLITS = ("source", "author", "tag")


def _queries(words: list[str], session: Session) -> list[str]:
    """Return a query for each argument, a `-` among them replaced by the lines of stdin."""
    queries = lines_of(tuple(words), "queries, one a line", session)
    if not queries:
        raise click.UsageError("Missing argument 'QUERY...'.")
    return list(dict.fromkeys(queries))


def _named(queries: list[str]) -> str:
    return ", ".join(f"«{query}»" for query in queries)


@click.command(
    cls=QueryCommand,
    epilog=examples(
        "corpus dispersion санкция",
        "corpus dispersion санкция мост '\"личные темы\"' --by source",
        "corpus dispersion санкция --by month --parts",
        "cat слова.txt | corpus dispersion - --format csv",
        note="range: parts with the word. d (Juilland) and d2 (Carroll): 1 is even. dp and dp_norm "
        "(Gries): 0 is even. arf: the frequency less what is clumped.",
    ),
)
@click.argument("words", metavar="QUERY...", nargs=-1, callback=words_of)
@choice_option("--by", FieldChoice(PARTS), "article", "The parts over which words are spread.")
@choice_option(
    "--unit", UNITS, "token", "Occurrences; or by source, month and so on articles, stories."
)
@click.option("--parts", is_flag=True, help="Show each part instead, and how often it has them.")
@limit_option("rows", "all")
@part_options
@output_options()
@common
@pass_session
def dispersion(
    session: Session,
    /,
    *,
    words: list[str],
    by: str,
    unit: Any,
    parts: bool,
    limit: int | None,
    part: Part,
    output: Output,
) -> None:
    """Measure how evenly words are spread over articles or time.

    Each argument is a query, and gets a row; - reads queries from stdin, one a line.
    """
    queries = _queries(words, session)
    table: Any = part.of(session.corpus()).dispersion(queries, by=by, unit=unit)
    head = f"spread over {tables.counted(table[0]['parts'], by)}"
    rate = "ipm" if unit == "token" else "share"
    shown, bar = (table.parts, rate) if parts else (table, "")
    told = notes.per_word("dispersion", queries)
    tables.write(shown, tables.View(head, told, bar=bar, limit=limit), output, session)


@click.command(
    cls=QueryCommand,
    epilog=examples(
        "corpus timeline санкция",
        "corpus timeline санкция мост --by year",
        "corpus timeline санкция --split source --date 2023.. --by year",
        "corpus timeline '\"личные темы\"' --unit article --format csv -o темы.csv",
        note="low and high are the ends of the 95 % interval.",
    ),
)
@click.argument("words", metavar="QUERY...", nargs=-1, callback=words_of)
@choice_option("--by", PERIODS, "month", "The length of a period.")
@choice_option(
    "--unit",
    UNITS,
    "token",
    "Occurrences in a million words, or the share of articles, of stories.",
)
@click.option("--split", type=FieldChoice(SPLITS), help="A line for each outlet, author or tag.")
@part_options
@output_options()
@common
@pass_session
def timeline(
    session: Session,
    /,
    *,
    words: list[str],
    by: str,
    unit: Any,
    split: str | None,
    part: Part,
    output: Output,
) -> None:
    """Count words by month or year, relative to what was published.

    Each argument is a query, and gets a line; - reads queries from stdin, one a line.
    """
    queries = _queries(words, session)
    where = part.of(session.corpus())
    asked: Any = queries[0] if len(queries) == 1 else queries
    table = where.timeline(asked, by=by, unit=unit, split=split or "")
    value = "ipm" if unit == "token" else "share"
    told = notes.per_word("timeline", queries)
    noun = "stories" if unit == "story" else "articles"
    if not table[noun].any():
        told += [line for query in queries for line in notes.suggestion(where, "timeline", query)]
    head = f"{_named(queries)} by {by}"
    view = tables.View(head, told, bar=value, hollow=f"{noun}_total")
    tables.write(table, view, output, session)
