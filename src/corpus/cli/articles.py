"""The commands about the corpus itself: init, add, remove, rebuild, export, info, check."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.cli.options import (
    Session,
    Verb,
    common,
    examples,
    lines_of,
    output_options,
    pass_session,
)
from corpus.cli.output import Output, screen

if TYPE_CHECKING:
    from corpus.model import Finding
    from corpus.receipt import Receipt

SHOWN = 20
"""How many failures and how many problems a receipt lists on a terminal."""
EXPORTED = ("articles.parquet", "tokens.parquet", "lexicon.parquet", "README.md")


@click.command(cls=Verb, epilog=examples("corpus init", "corpus init мой-корпус"))
@click.argument("folder", required=False)
@common
@pass_session
def init(session: Session, folder: str | None) -> None:
    """Make a new, empty corpus in FOLDER, or here."""
    from corpus.workspace import Corpus

    place = folder or session.root or "."
    is_new = not (Path(place).expanduser() / "corpus_data").is_dir()
    corpus = Corpus.create(place, progress=session.bars())
    root = "" if corpus.root == Path.cwd() else f"--root {shlex.quote(str(place))} "
    made = "made an empty corpus in" if is_new else "there is a corpus already in"
    session.write(Output(), [f"{made} {corpus.root}\n"])
    session.note(
        f"next: corpus {root}add FILES     or put articles into {corpus.inbox}\n"
        f'then: corpus {root}search "илон маск"'
    )


def _mapping(
    ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    """Read `title=headline` and refuse fields that do not exist, naming those that do."""
    if not values:
        return {}
    from corpus.sources.records import ALIASES

    mapping = {}
    for value in values:
        name, equals, column = (part.strip() for part in value.partition("="))
        if not equals or not name or not column:
            raise click.BadParameter(f"{value!r} is not FIELD=COLUMN, as title=headline")
        if name not in ALIASES:
            fields = ", ".join(ALIASES)
            raise click.BadParameter(f"there is no field {name!r}; the fields are: {fields}")
        mapping[name] = column
    return mapping


_keeping = click.option(
    "--keep-boilerplate/--mark-boilerplate",
    "keep_boilerplate",
    default=None,
    help="Search and count lines of the site (boxes, scripts, tails) like the article's own, or "
    "leave them out. The corpus remembers it; new ones leave them out.",
)


@click.command(
    cls=Verb,
    epilog=examples(
        "corpus add новости/ архив.jsonl.gz",
        "corpus add 'статьи/*.html' --source \"Северный вестник\"",
        "corpus add выгрузка.csv --map title=headline --map text=body",
        "curl -s https://example.org/dump.jsonl | corpus add -",
    ),
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--source", default="", metavar="NAME", help="The outlet of all these articles.")
@_keeping
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="FIELD=COLUMN",
    callback=_mapping,
    help="Take FIELD from COLUMN: --map title=headline. Repeatable. "
    "Fields: title text date lead tags source authors url id.",
)
@output_options("table", "json")
@common
@pass_session
@click.pass_context
def add(
    ctx: click.Context,
    session: Session,
    paths: tuple[str, ...],
    source: str,
    mapping: dict[str, str],
    keep_boilerplate: bool | None,
    output: Output,
) -> None:
    """Take in articles from files, folders, patterns or stdin.

    Text, Markdown, HTML, JSON lines, CSV, TSV and Parquet, also .gz, and .zip of them; - is stdin.
    What is in the corpus already is not added twice. Exit code 1 if anything could not be read.
    """
    receipt = session.corpus().add(
        paths, source=source, mapping=mapping, keep_boilerplate=keep_boilerplate
    )
    _write_receipt(receipt, summary(receipt), output, session)
    ctx.exit(0 if receipt else 1)


@click.command(
    cls=Verb,
    epilog=examples(
        "corpus remove a3c1a6b5d08e0714",
        "corpus search реклама --limit all --format jsonl | jq -r .id | corpus remove -",
    ),
)
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@output_options("table", "json")
@common
@pass_session
def remove(session: Session, ids: tuple[str, ...], output: Output) -> None:
    """Take articles out of the corpus.

    A lone - reads ids from stdin, one a line. If one is unknown, nothing is removed.
    """
    receipt = session.corpus().remove(lines_of(ids, "ids", session))
    _write_receipt(receipt, f"{len(receipt.removed)} removed", output, session)


@click.command(
    cls=Verb,
    epilog=examples(
        "corpus rebuild",
        "corpus rebuild --prune",
        'corpus rebuild --keep-line "Как это было"',
    ),
)
@click.option("--prune", is_flag=True, help="Drop articles whose file in the inbox is gone.")
@click.option("--salvage", is_flag=True, help="Give up articles in damaged files; keep the rest.")
@_keeping
@click.option(
    "--keep-line",
    "keep_lines",
    multiple=True,
    metavar="LINE",
    help="LINE is never boilerplate: noted in corpus_data/boilerplate.txt. Repeatable.",
)
@click.option(
    "--drop-line",
    "drop_lines",
    multiple=True,
    metavar="LINE",
    help="LINE always is boilerplate: noted there, too. Repeatable.",
)
@output_options("table", "json")
@common
@pass_session
@click.pass_context
def rebuild(
    ctx: click.Context,
    session: Session,
    prune: bool,
    salvage: bool,
    keep_boilerplate: bool | None,
    keep_lines: tuple[str, ...],
    drop_lines: tuple[str, ...],
    output: Output,
) -> None:
    """Take in what is new in the inbox, then index all anew.

    The inbox is corpus_data/articles/: its files are part of the corpus.
    Searches go on meanwhile and see the old index until the new one is whole. What is boilerplate
    is learned anew from all articles.
    """
    receipt = session.corpus().rebuild(
        prune=prune,
        salvage=salvage,
        keep_boilerplate=keep_boilerplate,
        keep_lines=keep_lines,
        drop_lines=drop_lines,
    )
    summary = str(receipt) if any(receipt.counts.values()) else "nothing new in the inbox"
    _write_receipt(receipt, summary, output, session)
    session.note("the search index is new")
    ctx.exit(0 if receipt else 1)


def summary(receipt: Receipt) -> str:
    """Return one line for what an `add` did."""
    new = receipt.added or receipt.changed or receipt.failed
    if receipt.identical and not new:
        count = _articles(len(receipt.identical), "all ", "the article was", "articles were")
        return f"nothing new: {count} in the corpus already"
    return str(receipt)


def _write_receipt(receipt: Receipt, line: str, output: Output, session: Session) -> None:
    from corpus.render import json_text, visible

    if output.form == "json":
        session.write(output, [json_text(receipt.to_dict())])
        return
    most = SHOWN if screen(output).width else None
    session.write(output, [visible("\n".join([line, *details(receipt, most)])) + "\n"])


def details(receipt: Receipt, most: int | None = None) -> list[str]:
    """Return the lines below a receipt's counts: what failed, and what one should look at.

    `most` bounds the failures and the problems named; None names all.
    """
    lines = _listed("failed:", receipt.failed, most)
    lines += _listed("taken in with something left empty:", receipt.problems, most)
    repeats = [
        (name, f"has the text of {other}" if name in receipt.same_text else f"repeats {other}")
        for name, other in receipt.near_duplicate
    ]
    # A dump may hold thousands of them, and nothing is wrong with one.
    lines += _listed("versions of articles that are there:", repeats, most or SHOWN)
    if receipt.vanished:
        count = _articles(len(receipt.vanished), "", "1 article", "articles")
        lines.append(f"the file of {count} is gone from the inbox:")
        lines += [f"  {name}" for name in receipt.vanished]
        lines.append("  dropped" if receipt.pruned else "  to drop: corpus rebuild --prune")
    return lines


def _listed(heading: str, pairs: Sequence[tuple[str, str]], most: int | None) -> list[str]:
    """Return pairs of a place and what happened there below a heading, or nothing for none."""
    lines = [f"  {place}: {what}" for place, what in pairs[:most]]
    if most is not None and len(pairs) > most:
        lines.append(f"  … and {len(pairs) - most} more: --format json shows all")
    return [heading, *lines] if lines else []


def _articles(count: int, before: str, one: str, many: str) -> str:
    from corpus.render import grouped

    return one if count == 1 else f"{before}{grouped(count)} {many}"


@click.command(
    cls=Verb,
    epilog=examples(
        "corpus export выгрузка/",
        "corpus export новости.conllu --format conllu",
        "corpus export новости.vert --format vert",
    ),
)
@click.argument("path")
@click.option(
    "--format",
    "form",
    type=click.Choice(("parquet", "conllu", "vert")),
    default="parquet",
    show_default=True,
    help="A folder of Parquet tables, one CoNLL-U file, or one vertical file.",
)
@common
@pass_session
def export(session: Session, path: str, form: str) -> None:
    """Write the corpus to PATH for other tools.

    As Parquet, PATH is a folder: articles, tokens and lexicon, with a README.md that explains every
    column. As conllu or vert it is a file; beside a vertical file, for Sketch Engine and KonText,
    lies the registry with which it is compiled.
    """
    place = Path(path).expanduser()
    if form == "parquet":
        if place.suffix in (".conllu", ".vert"):
            hint = f"for a file add --format {place.suffix[1:]}"
            raise click.UsageError(f"Parquet tables go into a folder, not to {path}: {hint}")
        made = session.corpus().to_parquet(place)
        written = [made / name for name in EXPORTED]
    elif form == "conllu":
        written = [session.corpus().to_conllu(place)]
    else:
        made = session.corpus().to_vertical(place)
        written = [made, made.with_suffix(".registry")]
    session.write(Output(), (f"{name}\n" for name in written))


@click.command(
    cls=Verb,
    epilog=examples(
        "corpus info", "corpus info --boilerplate", "corpus --root мой-корпус info --format json"
    ),
)
@click.option(
    "--boilerplate", is_flag=True, help="List the lines that are left out, and what speaks for it."
)
@output_options("table", "json")
@common
@pass_session
def info(session: Session, boilerplate: bool, output: Output) -> None:
    """Show what the corpus holds and the state of its index.

    With --boilerplate: lines that open boxes, and lines that are marked in two articles or more.
    """
    from corpus.render import json_text

    if boilerplate:
        session.write(output, [boilerplate_text(list(session.corpus().boilerplate()), output)])
        return
    facts = session.corpus().info()
    session.write(output, [json_text(facts) if output.form == "json" else facts_text(facts)])


def boilerplate_text(rows: list[dict[str, Any]], output: Output) -> str:
    """Return lines of boilerplate as a table, on a terminal the first of them."""
    from corpus.render import json_text, table

    if output.form == "json":
        return json_text(rows)
    if not rows:
        return "no boilerplate was found\n"
    width = screen(output).width
    shown = rows[:SHOWN] if width else rows
    room = max(30, width - 50) if width else None
    names = ("rule", "articles", "times", "rates", "source", "line")
    lines = [
        {
            **row,
            "rates": " ".join(f"{rate:.2f}" for rate in row["rates"] or ()),
            "source": row["source"] or "",
            "line": row["line"] if room is None else f"{row['line'][:room]}",
        }
        for row in shown
    ]
    rest = len(rows) - len(shown)
    more = f"… and {rest} more lines: --format json shows all\n" if rest else ""
    return f"{table(lines, names)}\n{more}"


def facts_text(facts: dict[str, Any]) -> str:
    """Return names and values in two columns; a value of many is one a line."""
    from corpus.render import grouped, visible

    def worded(value: Any) -> str:
        if value is None or value == "":
            return "(none)"
        return grouped(value) if isinstance(value, int) else visible(str(value))

    rows: list[tuple[str, str]] = []
    for name, value in facts.items():
        label = name.replace("_", " ")
        if isinstance(value, dict):
            parts = [f"{visible(str(k)) or '(none)'}: {worded(v)}" for k, v in value.items()]
            rows += [("" if n else label, part) for n, part in enumerate(parts or ["(none)"])]
        else:
            rows.append((label, worded(value)))
    width = max((len(label) for label, _ in rows), default=0)
    return "".join(f"{label:{width}}  {value}\n" for label, value in rows)


@click.command(cls=Verb, epilog=examples("corpus check", "corpus check && corpus search санкции"))
@output_options("table", "json")
@common
@pass_session
@click.pass_context
def check(ctx: click.Context, session: Session, output: Output) -> None:
    """Verify the files of the corpus and its index.

    Exit code 1 if anything is wrong, with what mends it.
    """
    from corpus.render import json_text

    findings = session.corpus().check()
    if output.form == "json":
        session.write(output, [json_text([finding._asdict() for finding in findings])])
    else:
        session.write(output, [findings_text(findings)])
    ctx.exit(1 if any(finding.serious for finding in findings) else 0)


def findings_text(findings: list[Finding]) -> str:
    """Return what was found, each with its remedy below it."""
    from corpus.render import visible

    if not findings:
        return "everything is in order\n"
    lines = []
    for finding in sorted(findings, key=lambda finding: not finding.serious):
        lines.append(f"{'damage' if finding.serious else 'note'}: {finding.text}")
        lines += [f"  {finding.remedy}"] if finding.remedy else []
    return visible("\n".join(lines)) + "\n"
