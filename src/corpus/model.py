"""The records that pass from one layer to the next; all of them frozen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from corpus.errors import CorpusError


class Change(NamedTuple):
    """One edit that cleaning made.

    `start` counts characters in `field` as it stood right after the edit's rule had run, so that
    undoing the edits from the last to the first gives back the text as it came.
    """

    rule: str
    field: str
    start: int
    before: str
    after: str


class Mark(NamedTuple):
    """A line of an article that is boilerplate: it stays in the text and is not counted.

    `rule` is box, title, code, repeated or told; `start` and `stop` are its place in `field`;
    `times` tells how often (a box's marker, or articles with the line), `evidence` says it.
    """

    rule: str
    field: str
    start: int
    stop: int
    times: int
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article.

    Readers in `corpus.sources` yield articles as they came: `text` not yet cleaned, `changes`
    empty. Articles that a corpus gives back are cleaned: `text` holds paragraphs parted by one
    blank line, `headings` numbers those that are headings, and `raw`, `record` and `changes`
    lead back to what came in.
    """

    text: str
    title: str = ""
    id: str = ""
    lead: str = ""
    source: str = ""
    authors: tuple[str, ...] = ()
    url: str = ""
    date: dt.date | None = None
    time: str = ""
    """The time of day as the source states it, `HH:MM` or `HH:MM:SS` with an offset if given."""
    tags: tuple[str, ...] = ()
    headings: tuple[int, ...] = ()
    """Numbers of the paragraphs of `text` that are headings, from 0."""
    markup: str = "plain"
    """How `text` marks headings as it comes: `plain`, `markdown`, or `headings` (`## ` only)."""
    raw: str = ""
    """The text as it came, with its HTML or Markdown; empty means: the same as `text`."""
    record: dict[str, Any] = field(default_factory=dict)
    """Every other field of the source's record, named and written as it came."""
    origin: str = ""
    """Where it came from: a path, with `:line` or `#record` in a file of many articles."""
    added_at: dt.datetime | None = None
    hash: str = ""
    changes: tuple[Change, ...] = ()
    boilerplate: tuple[Mark, ...] = ()
    """Lines that are not of the article but of the site: left out of search and counts."""
    problems: tuple[str, ...] = ()
    """What could not be understood and was left empty, for example an impossible date."""

    def __repr__(self) -> str:
        facts = [self.source, self.date.isoformat() if self.date else "", self.id]
        return f"Article({self.title or self.text[:60]!r} · {' · '.join(f for f in facts if f)})"

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The paragraphs of `text`, headings among them."""
        return tuple(self.text.split("\n\n")) if self.text else ()

    def citation(self, style: str = "gost", accessed: dt.date | None = None) -> str:
        """Return a line for a bibliography (ГОСТ Р 7.0.5-2008), or with `bibtex` an entry.

        `accessed` is the day on which the address was seen; without it, that of adding.
        """
        from corpus.citation import citation

        return citation(self, style, accessed)


class Failure(NamedTuple):
    """An article or a file that could not be taken in."""

    path: str
    reason: str


class Dictionary(NamedTuple):
    """What one form can be: `alternatives` holds every candidate lemma, the likeliest first."""

    form: str
    lemma: str
    pos: str
    tag: str
    alternatives: tuple[str, ...]


class Analysis(NamedTuple):
    """What a token is in its sentence.

    `pos` is the part of speech of Universal Dependencies, `tag` the grammemes of OpenCorpora,
    `feats` the same as the FEATS of CoNLL-U; `alternatives` holds every lemma that the form can
    have, the chosen one first. `start` and `stop` are its place in the text, if there is one.
    """

    form: str
    lemma: str
    pos: str
    tag: str
    feats: str
    alternatives: tuple[str, ...]
    start: int | None = None
    stop: int | None = None


class Finding(NamedTuple):
    """Something that checking a corpus found; a note needs no action, the rest does."""

    serious: bool
    text: str
    remedy: str


class Snippet(NamedTuple):
    """A piece of an article; `spans` are the stretches of `text` that the query found."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()

    def marked(self, before: str = "**", after: str = "**") -> str:
        """Return the text with something written before and after each span."""
        pieces, place = [], 0
        for start, stop in self.spans:
            pieces += [self.text[place:start], before, self.text[start:stop], after]
            place = stop
        return "".join([*pieces, self.text[place:]])


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that a query found."""

    rank: int
    id: str
    score: float
    title: str
    date: dt.date | None
    source: str
    url: str
    snippet: Snippet
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    reprints: tuple[str, ...] = ()
    """Ids of the other versions of the article that match, the earliest first."""
    heading: Snippet = field(default=Snippet(""), repr=False)
    """The title with what the query found in it."""
    _why: Callable[[], Any] | None = field(default=None, repr=False, compare=False)

    def explain(self) -> Any:
        """Return a Table of the parts of the score: what each word of the query met here.

        Columns `word part lemma candidate matches forms zones idf title text score`; the scores
        add up to that of the hit. `part` is lemma, form, adjacent, near or filter; `candidate` the
        lemma's place among those that the word can have, the likeliest being 1; `title` and `text`
        are what they give to the word's frequency. CorpusError if the hits were saved and loaded:
        then search again.
        """
        if self._why is None:
            raise CorpusError("saved hits do not know why they were found", "search again")
        return self._why()
