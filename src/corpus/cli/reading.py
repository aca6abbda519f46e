"""The commands about single articles and words: show, lemma."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from corpus.cli.options import (
    Session,
    Verb,
    common,
    examples,
    exclusive,
    lines_of,
    output_options,
    pass_session,
)
from corpus.cli.output import Output, Rows, Screen, machine_text, screen

if TYPE_CHECKING:
    from corpus.model import Article, Dictionary
    from corpus.versions import Versions

_LONGEST = 40
_EDGES = re.compile(r"(\[-|-\]|\{\+|\+\})")
_STYLES = {"[-": "\x1b[31m", "{+": "\x1b[1;32m"}
_RESET = "\x1b[0m"
LEMMA_COLUMNS = ("form", "lemma", "pos", "tag", "alternatives")


@click.command(
    cls=Verb,
    epilog=examples(
        "corpus show a3c1a6b5d08e0714",
        "corpus show a3c1a6b5d08e0714 --changes",
        "corpus show a3c1a6b5d08e0714 --raw -o статья.txt",
        "corpus show a3c1a6b5d08e0714 --cite bibtex",
        "corpus show a3c1a6b5d08e0714 --versions",
    ),
)
@click.argument("article_id", metavar="ID")
@click.option("--raw", is_flag=True, help="The text exactly as it came.")
@click.option("--changes", is_flag=True, help="What cleaning did to it, rule by rule.")
@click.option(
    "--cite",
    type=click.Choice(("gost", "bibtex")),
    help="A line for a bibliography (ГОСТ Р 7.0.5-2008), or a BibTeX entry.",
)
@click.option("--versions", is_flag=True, help="Its reprints and updates, and what differs.")
@output_options("table", "json")
@common
@pass_session
def show(
    session: Session,
    article_id: str,
    raw: bool,
    changes: bool,
    cite: str | None,
    versions: bool,
    output: Output,
) -> None:
    """Print one article.

    Readable, exactly as it came (--raw), what cleaning changed in it (--changes), how to cite it
    (--cite), or which versions of it there are (--versions): [-gone-] {+new+}.
    """
    given = exclusive(raw=raw, changes=changes, cite=cite, versions=versions)
    if given in ("raw", "cite") and output.form != "table":
        raise click.UsageError(f"--{given} is plain text: leave --format out")
    if versions:
        session.write(output, [_versions(session.corpus().versions(article_id), output)])
        return
    article = session.corpus().show(article_id)
    if cite:
        session.write(output, [article.citation(cite) + "\n"])
        return
    writers = {"raw": _raw, "changes": _changes, "": _article}
    session.write(output, [writers[given](article, output)])


def _raw(article: Article, output: Output) -> str:
    from corpus.render import visible
    from corpus.text.clean import restore

    text = article.raw or restore(article.text, article.changes, "text")
    if screen(output).width is None:
        return text
    # A terminal would obey what is meant to be read.
    lines = ("\t".join(map(visible, line.split("\t"))) for line in text.splitlines())
    return "\n".join(lines) + "\n"


def _changes(article: Article, output: Output) -> str:
    from corpus import render
    from corpus.text.clean import describe

    if output.form == "json":
        return render.json_text([change._asdict() for change in article.changes])
    room = 40 if screen(output).width else None
    rows = [
        {
            "rule": count.rule,
            "field": count.field,
            "times": count.times,
            "for example": " → ".join(_quoted(text, room) for text in count.samples[0]),
        }
        for count in describe(article.changes)
    ]
    if not rows:
        return "nothing was changed\n"
    return render.table(rows, list(rows[0])) + "\n"


def _quoted(text: str, room: int | None) -> str:
    """Return a piece of text in quotation marks, what cannot be seen or told apart named."""
    clipped = text if room is None or len(text) <= room else f"{text[:room]}…"
    shown = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in clipped)
    return f"«{''.join(shown)}»"


def _versions(found: Versions, output: Output) -> str:
    from corpus import render
    from corpus.results.display import grid

    if output.form == "json":
        changes = [{"from": one.before, "to": one.after, **one.fields} for one in found.differences]
        known = {"first": found.first, "versions": list(found), "differences": changes}
        return render.json_text(known)
    shown = grid(list(found), [name for name in found.columns if name != "url"], _LONGEST)
    place = screen(output)
    blocks = [
        f"{render.counted(len(found.ids), 'version')}, the first one {found.first}",
        render.aligned([shown.columns, *shown.rows], shown.numeric),
    ]
    blocks += [
        "\n".join(line for text in repr(one).split("\n") for line in _coloured(text, place))
        for one in found.differences
    ]
    return "\n\n".join(blocks) + "\n"


def _coloured(text: str, place: Screen) -> list[str]:
    """Return a line of a difference for a terminal: what is gone is red, what is new green."""
    from corpus.render import wrapped

    lines = wrapped(text, place.width)
    if not place.colour:
        return lines
    found, style = [], ""
    for line in lines:
        pieces = []
        for piece in _EDGES.split(line):
            style = _STYLES.get(piece, style)
            pieces.append(f"{style}{piece}{_RESET}" if style and piece else piece)
            style = "" if piece in ("-]", "+}") else style
        found.append("".join(pieces))
    return found


def _article(article: Article, output: Output) -> str:
    from corpus import render

    if output.form == "json":
        return render.json_text(asdict(article))
    return article_text(article, screen(output))


def article_text(article: Article, place: Screen) -> str:
    """Return an article to read: title, facts, lead and paragraphs, headings after `##`."""
    from corpus.model import Snippet
    from corpus.render import terminal, visible, wrapped

    def shown(text: str, bold: bool = False) -> str:
        colour = bold and place.colour
        return "\n".join(terminal(Snippet(text), width=place.width, colour=colour, bold=bold))

    when = " ".join(str(fact) for fact in (article.date, article.time) if fact)
    facts = (article.source, when, ", ".join(article.authors), article.id)
    tags = f"tags: {', '.join(article.tags)}" if article.tags else ""
    about = (" · ".join(fact for fact in facts if fact), article.url, tags)
    blocks = [
        "\n".join(
            [
                shown(article.title or "(no title)", bold=True),
                *("\n".join(wrapped(visible(line), place.width)) for line in about if line),
            ]
        ),
        *([shown(article.lead)] if article.lead else []),
    ]
    frame = boilerplate_paragraphs(article)
    for number, paragraph in enumerate(article.paragraphs):
        is_heading = number in article.headings
        text = f"## {paragraph}" if is_heading else paragraph
        if number in frame:
            blocks.append(_aside(text, place))
            continue
        blocks.append("\n".join(shown(line, is_heading) for line in text.split("\n")))
    return "\n\n".join(blocks) + "\n"


def boilerplate_paragraphs(article: Article) -> set[int]:
    """Return the numbers of the paragraphs that are boilerplate."""
    starts = {mark.start for mark in article.boilerplate if mark.field == "text"}
    found, place = set(), 0
    for number, paragraph in enumerate(article.paragraphs):
        if place in starts:
            found.add(number)
        place += len(paragraph) + 2
    return found


def _aside(text: str, place: Screen) -> str:
    """Return a paragraph that is boilerplate: grey, or where there is no colour, marked as such."""
    from corpus.render import greyed, visible, wrapped

    if place.colour:
        return "\n".join(greyed(line) for line in wrapped(visible(text), place.width))
    return "\n".join(wrapped(visible(f"[boilerplate] {text}"), place.width))


def _analysed(session: Session, forms: list[str]) -> list[Dictionary]:
    from corpus.errors import CorpusError
    from corpus.morphology.analyser import lemmas

    try:
        corpus = session.corpus()
    except CorpusError:
        if session.root is not None:
            raise
        return lemmas(forms)
    return corpus.lemma(forms)


@click.command(
    cls=Verb,
    epilog=examples(
        "corpus lemma стали",
        "corpus lemma Путину маску --format jsonl",
        "cat слова.txt | corpus lemma - --format tsv",
    ),
)
@click.argument("words", metavar="СЛОВО...", nargs=-1, required=True)
@output_options()
@common
@pass_session
def lemma(session: Session, words: tuple[str, ...], output: Output) -> None:
    """Show the dictionary forms of words.

    The likeliest lemma, part of speech, grammatical tag, and all alternatives: a word in a query
    finds every one of them. - reads words from stdin. Needs no corpus; where there is one, it
    decides on the lemmas of words that the dictionary lacks.
    """
    from corpus import render

    forms = [form for line in lines_of(words, "words", session) for form in line.split()]
    records = [answer._asdict() for answer in _analysed(session, forms)]
    if output.for_people:
        rows = [{**r, "alternatives": ", ".join(r["alternatives"])} for r in records]
        session.write(output, [render.table(rows, LEMMA_COLUMNS) + "\n"])
        return

    def arrow() -> Any:
        import pyarrow as pa

        kinds = {name: pa.string() for name in LEMMA_COLUMNS}
        kinds["alternatives"] = pa.list_(pa.string())
        return pa.Table.from_pylist(records, pa.schema(kinds))

    session.write(output, machine_text(Rows(LEMMA_COLUMNS, records, arrow), output.form))
