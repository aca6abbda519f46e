"""Text to token columns: tokens, words, sentences, without a Python loop over tokens.

What the pieces of a text are, how long they are and which form they hold comes as arrays from
`corpus.text.pieces`; offsets are a running sum of lengths. So the cost of a token is less than one
dictionary look-up and a few numpy operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.model import Article
from corpus.text.pieces import BREAK, DIGIT, LOWER, PIECE, WORD, Cut, Pieces
from corpus.text.sentences import sentence_starts

__all__ = ["PIECE", "VERSION", "WORD", "ZONES", "Pieces", "TokenColumns", "tokenise"]

VERSION = "2"
"""Part of the analysis version: changes when the same text would be cut otherwise."""

ZONES = ("title", "lead", "heading", "text")
TITLE, LEAD, HEADING, TEXT = range(4)
FIELDS = {"title": "title", "lead": "lead", "heading": "text", "text": "text"}
"""The field of an article in which a zone's characters are counted."""


@dataclass(frozen=True, slots=True)
class TokenColumns:
    """Tokens of a batch of articles, one array a column, all of one length, in reading order.

    `article` counts from 0 within the batch; `form` holds form codes of the `Pieces` used;
    `start` and `stop` count characters in the field that the zone names (`text` for headings).
    `is_word` is true for words and numbers; `word` is the number of words before a token.
    """

    article: NDArray[np.int32]
    zone: NDArray[np.int8]
    paragraph: NDArray[np.int32]
    sentence: NDArray[np.int32]
    token: NDArray[np.int32]
    word: NDArray[np.int32]
    form: NDArray[np.int32]
    start: NDArray[np.int32]
    stop: NDArray[np.int32]
    is_word: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.form)

    def part(self, first: int, last: int) -> TokenColumns:
        """Return the tokens from one up to another, not copied; articles keep their numbers."""
        columns = (getattr(self, name)[first:last] for name in self.__slots__)
        return TokenColumns(*columns)


class _Run(NamedTuple):
    """One string of an article that is tokenised by itself: its title, its lead or its text."""

    article: int
    zone: int
    text: str
    headings: tuple[int, ...]


def tokenise(articles: Sequence[Article], pieces: Pieces) -> TokenColumns:
    """Cut cleaned articles into token columns, giving new pieces new codes in `pieces`."""
    runs = list(_runs(articles))
    return _columns(runs, pieces.cut([run.text for run in runs]), pieces)


def _runs(articles: Sequence[Article]) -> Iterable[_Run]:
    for number, article in enumerate(articles):
        yield _Run(number, TITLE, article.title, ())
        yield _Run(number, LEAD, article.lead, ())
        yield _Run(number, TEXT, article.text, article.headings)


def _columns(runs: Sequence[_Run], cut: Cut, pieces: Pieces) -> TokenColumns:
    kinds, lengths = pieces.kinds_and_lengths()
    sizes, form, blank = cut
    kind, length = kinds[form], lengths[form]
    run = np.repeat(np.arange(len(runs), dtype=np.int32), sizes)
    width = length + blank
    starts = np.cumsum(width, dtype=np.int64) - width
    run_base = _first_of_each(starts, sizes)
    paragraph = _count_within(kind == BREAK, sizes)

    kept = np.flatnonzero(kind > BREAK)
    run, kind, form = run[kept], kind[kept], form[kept]
    start = starts[kept] - run_base[run]
    paragraph = paragraph[kept]
    stop = start + length[kept]
    # A gap is white space before a token: in the piece before it or as a piece of its own.
    gap = np.ones(len(start), bool)
    gap[1:] = (start[1:] > stop[:-1]) | (run[1:] != run[:-1])

    article = np.array([r.article for r in runs], np.int32)[run]
    zone = _zones(runs, run, paragraph)
    is_word = (kind >= LOWER) & (kind <= DIGIT)
    new_block = _changes(run) | _changes(paragraph) | _changes(zone)
    full_stop = form == pieces.form_codes.get(".", -2)
    new_sentence = new_block | sentence_starts(kind, gap, full_stop, np.cumsum(new_block))
    new_article = _changes(article)
    return TokenColumns(
        article=article,
        zone=zone,
        paragraph=paragraph.astype(np.int32),
        sentence=_number(np.cumsum(new_sentence) - 1, new_article),
        token=_number(np.arange(len(form)), new_article),
        word=_number(np.cumsum(is_word) - is_word, new_article),
        form=form,
        start=start.astype(np.int32),
        stop=stop.astype(np.int32),
        is_word=is_word,
    )


def _first_of_each(values: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first value of each run; 0 for an empty run."""
    firsts = np.cumsum(sizes) - sizes
    padded = np.append(values, 0)
    return np.asarray(padded[firsts])


def _count_within(flags: NDArray[np.bool_], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many flags stand before each place within its run."""
    before: NDArray[np.int64] = np.cumsum(flags) - flags
    return before - np.repeat(_first_of_each(before, sizes), sizes)


def _changes(values: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Return true where a value differs from the one before; the first is a change."""
    changed = np.ones(len(values), bool)
    changed[1:] = values[1:] != values[:-1]
    return changed


def _number(count: NDArray[np.int64], restart: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return `count` less its value at the last restart."""
    if not len(count):
        return count.astype(np.int32)
    places = np.maximum.accumulate(np.where(restart, np.arange(len(count)), 0))
    return (count - count[places]).astype(np.int32)


def _zones(
    runs: Sequence[_Run], run: NDArray[np.int32], paragraph: NDArray[np.int64]
) -> NDArray[np.int8]:
    """Return each token's zone; paragraphs that a text's headings name become headings."""
    zone = np.array([r.zone for r in runs], np.int8)[run]
    marks = [(n, p) for n, r in enumerate(runs) for p in r.headings]
    if marks:
        width = int(paragraph.max(initial=0)) + 1
        keys = np.array([n * width + p for n, p in marks if p < width], np.int64)
        zone[np.isin(run.astype(np.int64) * width + paragraph, keys)] = HEADING
    return zone
