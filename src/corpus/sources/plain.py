"""Plain text and Markdown: one file, one article."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.model import Article, Failure
from corpus.sources.archives import Member
from corpus.sources.frontmatter import Front, split_front
from corpus.sources.records import Place, build, choose
from corpus.sources.streams import read_page
from corpus.sources.values import Notes, is_empty, tidy_record

MAX_TITLE = 300
MAX_HEADING = 1000
_FIRST_LINE = re.compile(r"\s*(?P<line>\S[^\r\n]*)(?:\r\n|\r|\n|\Z)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#[ \t]+(?P<title>.*?)(?:[ \t]+#+)?[ \t]*\Z")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*{1,3}|_{2,3}|`)(?=\S)(.+?)(?<=\S)\1")


def read_plain(member: Member, place: Place) -> Iterator[Article | Failure]:
    """Yield the article in a plain text file."""
    with member.open() as stream:
        text, problem = read_page(stream)
    yield from parse_plain(text, place, problem)


def read_markdown(member: Member, place: Place) -> Iterator[Article | Failure]:
    """Yield the article in a Markdown file."""
    with member.open() as stream:
        text, problem = read_page(stream)
    yield from parse_markdown(text, place, problem)


def parse_plain(text: str, place: Place, problem: str = "") -> Iterator[Article | Failure]:
    """Yield the article that `text` is: its first line is the title if it is a short one.

    A title that the text repeats stays in it, as every other line does.
    """
    front = split_front(text)
    stated = "title" in choose(front.fields, place.mapping)
    title, body = ("", front.body) if stated else split_title(front.body)
    yield _article(front, title, body.strip("\r\n"), place, "plain", problem)


def parse_markdown(text: str, place: Place, problem: str = "") -> Iterator[Article | Failure]:
    """Yield the article that `text` is, its body still in Markdown.

    Without a title in the front matter the first `# ` heading is the title.
    """
    front = split_front(text)
    body = front.body.strip("\r\n")
    yield _article(front, first_heading(body), body, place, "markdown", problem)


def split_title(text: str) -> tuple[str, str]:
    """Return the first line and what follows it; a long line or a lone one is no title."""
    first = _FIRST_LINE.match(text)
    if not first or is_empty(text[first.end() :]):
        return "", text
    title = first["line"].strip()
    return (title, text[first.end() :]) if len(title) < MAX_TITLE else ("", text)


def first_heading(text: str) -> str:
    """Return the first heading of the first level, without marks; code is passed over."""
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) else fence
        elif mark:
            fence = mark[1]
        elif len(line) < MAX_HEADING and (heading := _HEADING.match(line)):
            return unmarked(heading["title"])
    return ""


def unmarked(text: str) -> str:
    """Return one line of Markdown as a reader sees it."""
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", text)).strip()


def _article(
    front: Front, title: str, body: str, place: Place, markup: str, problem: str
) -> Article | Failure:
    if is_empty(body):
        return Failure(place.path, "no text")
    notes = Notes(filter(None, (problem, front.problem)))
    record = tidy_record(front.fields, notes)
    values = {name: record[column] for name, column in choose(record, place.mapping).items()}
    values = {"title": title} | values | {"text": body}
    return build(values, place.path, place, record=record, markup=markup, problems=tuple(notes))
