"""The command search."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from corpus.cli import hits as view
from corpus.cli.options import (
    FieldChoice,
    Session,
    choice_option,
    common,
    examples,
    exclusive,
    limit_of,
    output_options,
    pass_session,
)
from corpus.cli.output import Output, Rows, machine_text, screen
from corpus.cli.parts import filter_options
from corpus.cli.queries import QueryCommand, query_text, words_of
from corpus.errors import CorpusError

if TYPE_CHECKING:
    from corpus.results.hits import Hits
    from corpus.results.result import Result, Table

SORTS = ("relevance", "date", "oldest", "title", "source")
EXPLAINED = 3
"""Hits that are explained unless their number is given."""
FACETS = ("source", "author", "tag", "year", "month")


@click.command(
    cls=QueryCommand,
    epilog=examples(
        "corpus search илон маск путину",
        "corpus search '\"личные темы\"~3' --source RT --date 2024-10..",
        "corpus search мост -паром --sort date --limit all",
        "corpus search '=Маску OR санкци*' --format jsonl | head -1",
        'corpus search \'source:RT [lemma="санкция"] [pos="VERB"]\'',
        "corpus search санкции --save санкции",
        note='The query: words in any form, all of them; "a phrase"; =form; OR NOT ( ); '
        "-without; а NEAR/5 б; бесед*; пентагон~; title:слово; date:2024-10; tokens in CQL: "
        '[pos="ADJ"] [lemma="мост"]. Put it in quotes where the shell would read it.',
    ),
)
@click.argument("words", metavar="QUERY...", nargs=-1, callback=words_of)
@click.option(
    "-n",
    "--limit",
    metavar="N|all",
    default="10",
    show_default=True,
    callback=limit_of,
    help="How many hits to show.",
)
@click.option(
    "--sort",
    type=click.Choice(SORTS),
    default="relevance",
    show_default=True,
    help="date: newest first; oldest: the other way round.",
)
@click.option("--any", "some", is_flag=True, help="Any of the words; the more the better.")
@click.option(
    "--reprints", is_flag=True, help="A line for each version of an article, not one for all."
)
@click.option("--plain", is_flag=True, help="Take the query as words: nothing in it is syntax.")
@filter_options
@click.option(
    "--save",
    metavar="NAME",
    help="Keep all hits under this name, for a notebook or for --subcorpus NAME of other commands.",
)
@click.option("--facets", type=FieldChoice(FACETS), help="Count the articles found by this.")
@choice_option(
    "--unit", ("article", "story"), "article", "With --facets; a story is all versions of one."
)
@click.option("--count", is_flag=True, help="Print only how many articles match.")
@click.option(
    "--explain", is_flag=True, help="Print how the query is read, and why the first hits match."
)
@output_options()
@common
@pass_session
@click.pass_context
def search(
    ctx: click.Context,
    session: Session,
    /,
    *,
    words: list[str],
    limit: int | None,
    sort: str,
    some: bool,
    reprints: bool,
    plain: bool,
    save: str | None,
    facets: str | None,
    unit: Any,
    count: bool,
    explain: bool,
    output: Output,
    **filters: tuple[str, ...],
) -> None:
    """Find articles, the best first, and show why each was found.

    All arguments together are the query; a lone - reads it from stdin.
    """
    aim = exclusive(facets=facets, count=count, explain=explain)
    if aim in ("count", "explain") and output.form not in ("table", "json"):
        raise click.UsageError(f"--{aim} is no table: leave --format out")
    if not words and not any(filters.values()):
        raise click.UsageError("Missing argument 'QUERY...'.")
    text = query_text(words, session)
    query: dict[str, Any] = {"match": "any" if some else "all", "plain": plain}
    kept: dict[str, Any] = {name: list(values) for name, values in filters.items() if values}
    is_given = ctx.get_parameter_source("limit") != ParameterSource.DEFAULT
    if aim == "explain":
        few = limit if is_given else EXPLAINED
        query["reprints"] = reprints
        session.write(output, [_explain(session, text, few, output, filters=kept, **query)])
        return
    if unit != "article" and not facets:
        raise click.UsageError("--unit goes with --facets")
    held = _held(limit, is_given, aim, saving=bool(save))
    found = session.corpus().search(text, limit=held, sort=sort, reprints=reprints, **query, **kept)
    if save:
        _save(found, save, session)
    if aim == "count":
        session.write(output, [_count(found, output)])
        if found.stories < found.total and output.for_people:
            session.note(found.counts)
    elif facets:
        table = _first(found.facets(facets, unit=unit), limit if is_given else None)
        _write_facets(found, table, output, session)
    else:
        _write_hits(_first(found, limit), output, session)


def _held(limit: int | None, is_given: bool, aim: str, saving: bool) -> int | None:
    """Return how many hits to ask for: all to save unless said otherwise, none just to count."""
    if saving:
        return limit if is_given else None
    return 0 if aim else limit


def _first(result: Any, limit: int | None) -> Any:
    return result if limit is None else result[:limit]


def _explain(session: Session, text: str, limit: int | None, output: Output, **query: Any) -> str:
    """Return how a query is read, what its words stand for, and what the first hits have of it.

    Where there is no corpus it is only said how the query is read.
    """
    from corpus.query import outline
    from corpus.render import json_text, visible
    from corpus.search import query_tree

    filters, reprints = query.pop("filters"), query.pop("reprints")
    lines = list(outline(query_tree(text, filters=filters, **query)))
    try:
        corpus = session.corpus()
    except CorpusError as error:
        session.note(f"{error.message}: nothing is searched")
        hits = None
    else:
        hits = corpus.search(text, limit=limit, reprints=reprints, **query, **filters)
    if output.form == "json":
        nodes = [{"depth": line.depth, "node": str(line.node), "text": line.text} for line in lines]
        nodes = list(hits.outline()) if hits is not None else nodes
        return json_text({"query": nodes, **(_reasons(hits) if hits else {})})
    if hits is None:
        said = [f"{'  ' * line.depth}{line.text}" for line in lines]
    else:
        said = [f"{'  ' * row['depth']}{_counted(row)}" for row in hits.outline()]
    if hits:
        said += ["", _records(hits.explain())]
    for hit in hits or ():
        said += ["", f"{hit.rank}. {hit.title or '(no title)'} · {hit.id} · {hit.score:.2f}"]
        said.append(_records(hit.explain()))
    return visible("".join(f"{line}\n" for line in said))


def _counted(row: dict[str, Any]) -> str:
    """Return what a node means, and how often it is found."""
    from corpus.render import counted, grouped

    said = []
    if row["matches"] is not None:
        said.append("1 match" if row["matches"] == 1 else f"{grouped(row['matches'])} matches")
    if row["articles"] is not None:
        said.append(counted(row["articles"], "article"))
    return f"{row['text'].removesuffix(':')} — {' in '.join(said)}" if said else row["text"]


def _reasons(hits: Hits) -> dict[str, Any]:
    """Return what the words of a query stand for, and what each hit has of them, for JSON."""
    found = [{"rank": h.rank, "id": h.id, "matches": list(h.explain())} for h in hits]
    return {"words": list(hits.explain()), "hits": found}


def _records(table: Table) -> str:
    from corpus.render import table as aligned

    return aligned(list(table), table.columns)


def _save(hits: Hits, name: str, session: Session) -> None:
    from corpus.render import counted

    _look_ahead(hits, session)
    hits.save(name)
    quoted = json.dumps(name, ensure_ascii=False)
    saved = counted(len(hits), "hit")
    session.note(f"{saved} saved; in a notebook: corpus.Corpus().load({quoted})")
    session.note(f"to count in these articles: corpus freq --subcorpus {shlex.quote(name)}")


def _look_ahead(hits: Hits, session: Session) -> None:
    """Make all snippets, which is what takes time, with progress; the hits keep them."""
    show = session.bars().start("reading what was found")
    for done, _ in enumerate(hits, 1):
        show(done, len(hits))


def _count(hits: Hits, output: Output) -> str:
    from corpus.render import json_text

    if output.form == "json":
        counts = {"total": hits.total, "stories": hits.stories, "partial": hits.partial}
        return json_text(counts)
    return f"{hits.total}\n"


def _metadata(result: Result) -> dict[str, str]:
    return {name: str(value) for name, value in result.provenance._asdict().items()}


def _write_facets(hits: Hits, table: Table, output: Output, session: Session) -> None:
    from corpus import render

    columns = table.to_arrow().column_names
    if not output.for_people:
        rows = Rows(columns, table, table.to_arrow, _metadata(table))
        session.write(output, machine_text(rows, output.form))
        return
    lines = view.header(hits, hits.total)
    records = [{**row, "share": f"{row['share']:.1%}"} for row in table]
    lines += ["", render.table(records, columns)] if records else []
    session.write(output, (f"{line}\n" for line in lines))


def _write_hits(hits: Hits, output: Output, session: Session) -> None:
    if output.path or output.form not in ("table", "jsonl"):
        _look_ahead(hits, session)
    if output.for_people:
        session.write(output, view.hits_text(hits, screen(output)))
        return
    rows = Rows(view.COLUMNS, map(view.record, hits), hits.to_arrow, _metadata(hits))
    session.write(output, machine_text(rows, output.form))
    for line in view.notes(hits):
        session.note(line)
