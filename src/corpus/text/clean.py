"""Cleaning: what came in becomes text with known paragraphs and headings; every edit is recorded.

Rules run in a fixed order, each over what the one before it left. An edit is a `Change` that says
which rule made it, where, what stood there and what stands there now, so `restore` gives back what
came in. Nothing is judged by meaning here: boxes, advertisements and wrong encodings stay.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from corpus.model import Article, Change
from corpus.text.letters import LONE_LETTER, LOOK_ALIKE
from corpus.text.markup import ENTITY, HEADING_LINE, HEADING_TAG, HTML, HTML_LINE, MARKDOWN
from corpus.text.paragraphs import CUT_WORD, GAP, SPLIT, find_breaks, is_finished
from corpus.text.rules import (
    NEWLINE,
    ONE_LINE,
    SPACE,
    Edit,
    Rule,
    characters,
    edit,
    restore,
    rule,
    run,
)

__all__ = [
    "Cleaned",
    "RuleCount",
    "clean_article",
    "clean_line",
    "clean_text",
    "clean_url",
    "describe",
    "restore",
]

_BODY: dict[str, tuple[Rule, ...]] = {
    "plain": HTML,
    "headings": (NEWLINE, HEADING_LINE, *HTML),
    "markdown": (NEWLINE, *MARKDOWN, *HTML),
}
_LETTERS = (LOOK_ALIKE, LONE_LETTER)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned body: paragraphs parted by a blank line, which of them are headings, and how."""

    text: str
    headings: tuple[int, ...]
    changes: tuple[Change, ...]


class RuleCount(NamedTuple):
    """How often a rule changed a field, with a few samples of what was there before and after."""

    rule: str
    field: str
    times: int
    samples: tuple[tuple[str, str], ...]


# Bodies ---------------------------------------------------------------------------------------


def clean_text(text: str, *, title: str = "", markup: str = "plain") -> Cleaned:
    """Clean the body of an article.

    `title`: taken away where it opens the body, however often, unless nothing else is there.
    `markup`: `plain` (headings are guessed), `headings` (`## ` marks them) or `markdown`.
    """
    changes: list[Change] = []
    text = run(_BODY[markup], text, "text", changes)
    text = run((*characters(text), GAP, SPACE, CUT_WORD), text, "text", changes)
    marked = markup != "plain" or any(change.rule == HEADING_TAG for change in changes)
    breaks = find_breaks(text, soft=markup == "markdown")
    indented = _indented(text, breaks)
    text = edit("paragraph", breaks, text, "text", changes)
    text = run((*_LETTERS, _EMPTY_HEADING) if marked else _LETTERS, text, "text", changes)
    above = text.count(SPLIT)
    text = edit("title", _find_title(text, title), text, "text", changes)
    above -= text.count(SPLIT)
    if marked:
        headings = _marked_headings(text)
        text = edit("heading", _find_marks(text), text, "text", changes)
    else:
        headings = _guessed_headings(text.split(SPLIT), {number - above for number in indented})
    return Cleaned(text, headings, tuple(changes))


def _indented(text: str, breaks: Sequence[Edit]) -> set[int]:
    """Return the numbers of paragraphs that stand behind a space, unless most of them do."""
    ends = [text[stop - 1] for _, stop, mark in breaks if mark == SPLIT]
    indented = {number for number, last in enumerate(ends, 1) if last == " "}
    return indented if len(indented) * 2 < len(ends) else set()


# The title at the start of the body

_MOST_TITLE_LINES = 6


def _find_title(text: str, title: str) -> list[Edit]:
    """Find the title at the start of the body, repeated or in more than one line."""
    key = _key(title)
    done = 0
    while key and (end := _end_of_title(text, done, key)):
        done = end
    return [Edit(0, done, "")] if done else []


def _end_of_title(text: str, start: int, key: str) -> int:
    """Return where the text after a title at `start` begins; 0 if there is no title or no text."""
    place, words = start, ""
    for _ in range(_MOST_TITLE_LINES):
        end = text.find(SPLIT, place)
        if end < 0 or end - place > 4 * len(key) + 40:
            return 0
        words = f"{words} {_key(text[place:end])}".strip()
        place = end + len(SPLIT)
        if words == key:
            return place
    return 0


def _key(text: str) -> str:
    """Return what two spellings of a title have in common: words, without case, ё as е."""
    return " ".join(re.findall(r"\w+", text.casefold().replace("ё", "е")))


# Headings

_MARK = re.compile(r"#{1,6} ")
_EMPTY_HEADING = rule("heading", r"(?:\n\n#{1,6})+(?=\n\n|\Z)|\A(?:#{1,6}(?:\n\n|\Z))+", "", ("#",))
_MOST_WORDS, _MOST_WORDS_ASKED, _MOST_CHARACTERS = 12, 8, 100
_HEADING_START = re.compile(r"[A-ZА-ЯЁІЇЄҐ0-9«\"“„]")
# An item of a list, a date under a quotation, an address, a call to read on.
_NO_HEADING = re.compile(
    r"\d{1,3}[.)]? |[а-яa-z]\) |\d{1,2} [а-яa-z]+ \d{4}|[а-яa-z]+ \d{1,2},? \d{4}\b|\S*(?:@|://)"
    r"|(?:читайте|смотрите|подписывайтесь|подпишитесь|также по теме|на страницу)\b",
    re.I,
)
_LETTERS_OF_WORD = re.compile(r"[^\W\d_]{2}")


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Yield where each paragraph starts, and the paragraph."""
    start = 0
    for paragraph in text.split(SPLIT):
        yield start, paragraph
        start += len(paragraph) + len(SPLIT)


def _marked_headings(text: str) -> tuple[int, ...]:
    return tuple(number for number, (_, p) in enumerate(_paragraphs(text)) if _MARK.match(p))


def _find_marks(text: str) -> Iterator[Edit]:
    for start, paragraph in _paragraphs(text):
        if match := _MARK.match(paragraph):
            yield Edit(start, start + match.end(), "")


def _guessed_headings(paragraphs: Sequence[str], indented: set[int]) -> tuple[int, ...]:
    """Return the numbers of short lines that stand above a paragraph as a heading does.

    Short lines in a row are a list or verse; one that stands behind a space, where the others
    do not, is a caption; one that comes three times is the head of every page.
    """
    fits = [
        number
        for number, paragraph in enumerate(paragraphs[:-1])
        if number not in indented and _looks_like_heading(paragraph)
    ]
    times = Counter(paragraphs[number] for number in fits)
    return tuple(
        number
        for number in fits
        if times[paragraphs[number]] < 3 and _stands_above_text(paragraphs, number)
    )


def _looks_like_heading(paragraph: str) -> bool:
    is_question = paragraph[-1] == "?"
    return (
        len(paragraph) <= _MOST_CHARACTERS
        and _HEADING_START.match(paragraph) is not None
        and _NO_HEADING.match(paragraph) is None
        and _LETTERS_OF_WORD.search(paragraph) is not None
        and paragraph[-1] not in ",:;—–-"
        and not is_finished(paragraph[:-1] if is_question else paragraph)
        and len(paragraph.split()) <= (_MOST_WORDS_ASKED if is_question else _MOST_WORDS)
    )


def _stands_above_text(paragraphs: Sequence[str], number: int) -> bool:
    after, heading = paragraphs[number + 1], paragraphs[number]
    is_answered = heading[-1] == "?" and after[0] in "—–-"
    if len(after) <= len(heading) or is_answered:
        return False
    if len(after.split()) >= _MOST_WORDS:
        return True
    above_is_short = number > 0 and len(paragraphs[number - 1].split()) < _MOST_WORDS
    return is_finished(after) and not above_is_short


# Lines, addresses, articles -------------------------------------------------------------------

# A line of Cyrillic words and single spaces: nothing to clean, and most lines are such.
_CLEAN_LINE = re.compile(
    r"[А-Яа-яЁё0-9«»„“…—–,.!?:;()\"'/%№+-]+(?: [А-Яа-яЁё0-9«»„“…—–,.!?:;()\"'/%№+-]+)*"
)
_LONGEST_CLEAN_LINE = 2000


def clean_line(text: str, field: str) -> tuple[str, tuple[Change, ...]]:
    """Clean a title, a lead, a name or a tag: one line, without white space at its ends."""
    if not text or (len(text) <= _LONGEST_CLEAN_LINE and _CLEAN_LINE.fullmatch(text)):
        return text, ()
    changes: list[Change] = []
    text = run(HTML_LINE, text, field, changes)
    text = run((*characters(text), ONE_LINE, *_LETTERS), text, field, changes)
    return text, tuple(changes)


# Not in `?ref=https://…`, where the second address says where the reader came from.
_NESTED = rule(
    "nested-url",
    r"\A.+(?=https?://\w)(?<![?&]ref=)(?<![?&]from=)(?<![?&]referrer=)(?<![?&]referer=)",
    flags=re.I,
)


def clean_url(url: str) -> tuple[str, tuple[Change, ...]]:
    """Clean an address; where another address stands inside it, that one is kept."""
    changes: list[Change] = []
    url = run((ENTITY, *characters(url), ONE_LINE, _NESTED), url, "url", changes)
    return url, tuple(changes)


def clean_article(article: Article) -> Article:
    """Clean every field of an article; `raw` and `changes` lead back to what came in.

    Changes in `authors` and `tags` name the place too: `authors.0`.
    """
    changes: list[Change] = [*article.changes]

    def line(text: str, field: str) -> str:
        text, made = clean_line(text, field)
        changes.extend(made)
        return text

    def lines(texts: Sequence[str], field: str) -> tuple[str, ...]:
        return tuple(line(text, f"{field}.{i}") for i, text in enumerate(texts))

    title = line(article.title, "title")
    url, made = clean_url(article.url)
    body = clean_text(article.text, title=title, markup=article.markup)
    changes.extend((*made, *body.changes))
    return replace(
        article,
        text=body.text,
        title=title,
        lead=line(article.lead, "lead"),
        source=line(article.source, "source"),
        authors=lines(article.authors, "authors"),
        url=url,
        tags=lines(article.tags, "tags"),
        headings=body.headings,
        raw=article.raw or article.text,
        changes=tuple(changes),
    )


def describe(changes: Iterable[Change], samples: int = 3) -> list[RuleCount]:
    """Sum up changes by rule and field, in the order in which they were made."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        groups.setdefault((change.rule, change.field), []).append(change)
    return [
        RuleCount(name, field, len(group), _samples(group, samples))
        for (name, field), group in groups.items()
    ]


def _samples(changes: Iterable[Change], most: int) -> tuple[tuple[str, str], ...]:
    different = dict.fromkeys((change.before, change.after) for change in changes)
    return tuple(different)[:most]
