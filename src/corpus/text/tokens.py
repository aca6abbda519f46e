"""Text to token columns: pieces, tokens, words, sentences, all without a Python loop over tokens.

A compiled pattern cuts a text into pieces that tile it: a word with the blank after it, a mark with
the blank after it, or white space. Every distinct piece has a code; what a piece is, how long it is
and which form it holds are looked up in arrays by that code, and offsets are a running sum of
lengths. So the cost of a token is one dictionary look-up and a few numpy operations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.model import Article

VERSION = "1"
"""Part of the analysis version: changes when the same text would be cut otherwise."""

# Runs are capped so that 5 MB without a blank become many tokens, not one.
_WORD = r"[^\W\d_][^\W_]{0,99}(?:[-‑'’][^\W_]{1,100}){0,8}"
_NUMBER = r"\d{1,40}(?:[.,]\d{1,40}){0,8}(?:[-‑]?[^\W\d_]{1,40})?"
_MARKS = r"[.!?…]{1,20}|[-–—_=*]{1,100}|[^\w\s]"
PIECE = re.compile(rf"{_WORD} ?|{_NUMBER} ?|(?:{_MARKS}) ?|\s+")
WORD = re.compile(rf"{_WORD}|{_NUMBER}")

ZONES = ("title", "lead", "heading", "text")
TITLE, LEAD, HEADING, TEXT = range(4)

# What a piece is. Words and numbers are counted as words; the rest is punctuation or space.
SPACE, BREAK, LOWER, UPPER, INITIAL, SHORT, LAST, DIGIT = range(8)
STOP, CLOSE, QUOTE, OPEN, DASH, MARK = range(8, 14)
_MARK_KINDS = {
    **dict.fromkeys("»”)]}", CLOSE),
    **dict.fromkeys("\"'“", QUOTE),
    **dict.fromkeys("«„([{#@№$€", OPEN),
}
# A full stop after a SHORT word does not end a sentence; after a LAST one it may.
ABBREVIATIONS = frozenset(
    (
        "акад англ арх без бул буд вв вкл гос гр греч губ дир доп ед жен зав зам изд илл им "
        "инж исп ит кв кн коп корп лат лит макс мес мин млн млрд моск муж наб наз напр нач "
        "нем обл обр оз ок отв отд пер пл пос пп пр пред прим просп проф ред рис род рос рр "
        "рус сб св сек сел след см соч сост соц спец ср ст стр табл тел терр тов трлн тыс уд "
        "ул устар уч фам фин фр франц хим худ церк чел чл шт экз эл эт юр янв февр фев апр "
        "авг сент сен окт нояб ноя дек"
    ).split()
)
MAY_END = frozenset("г гг д п руб коп чел тыс млн млрд трлн кг км см мм м т ч".split())


def kind_of(piece: str) -> int:
    """Return what a piece is, judged by itself alone."""
    form = piece.rstrip(" ") if piece[:1] != " " else ""
    if not form or form.isspace():
        return BREAK if "\n" in piece else SPACE
    first = form[0]
    if first.isdecimal():
        return DIGIT
    if first.isalnum():
        return _kind_of_word(form)
    if first in ".!?…":
        return STOP
    if first in "-–—":
        return DASH
    return _MARK_KINDS.get(first, MARK)


def _kind_of_word(form: str) -> int:
    if len(form) == 1 and form.isupper():
        return INITIAL
    if form in MAY_END:
        return LAST
    if form.lower() in ABBREVIATIONS:
        return SHORT
    return UPPER if form[0].isupper() or form[0].istitle() else LOWER


class Pieces(dict[str, int]):
    """Codes of pieces and of the forms in them, growing as texts are read.

    `forms[form_of[code]]` is the form in a piece; white space has form -1.
    """

    def __init__(self, forms: Iterable[str] = ()) -> None:
        super().__init__()
        self.forms: list[str] = []
        self.form_codes: dict[str, int] = {}
        self._form_of: list[int] = []
        self._length: list[int] = []
        self._kind: list[int] = []
        self._form_length: list[int] = []
        self._arrays = [np.zeros(0, np.int32) for _ in range(4)]
        for form in forms:
            self.form_code(form)

    def __missing__(self, piece: str) -> int:
        code = self[piece] = len(self._length)
        kind = kind_of(piece)
        self._kind.append(kind)
        self._length.append(len(piece))
        self._form_of.append(-1 if kind <= BREAK else self.form_code(piece.rstrip(" ")))
        return code

    def form_code(self, form: str) -> int:
        """Return the code of a form, giving it the next one if it is new."""
        code = self.form_codes.get(form)
        if code is None:
            code = self.form_codes[form] = len(self.forms)
            self.forms.append(form)
            self._form_length.append(len(form))
        return code

    def arrays(self) -> list[NDArray[np.int32]]:
        """Return form code, length and kind of every piece, and the length of every form."""
        lists = (self._form_of, self._length, self._kind, self._form_length)
        for place, (old, new) in enumerate(zip(self._arrays, lists, strict=True)):
            if len(old) < len(new):
                self._arrays[place] = np.concatenate([old, np.array(new[len(old) :], np.int32)])
        return self._arrays


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
    cut = [PIECE.findall(run.text) for run in runs]
    sizes = np.array([len(found) for found in cut], np.int64)
    codes = np.fromiter(
        map(pieces.__getitem__, chain.from_iterable(cut)), np.int32, count=int(sizes.sum())
    )
    return _columns(runs, sizes, codes, pieces)


def _runs(articles: Sequence[Article]) -> Iterable[_Run]:
    for number, article in enumerate(articles):
        yield _Run(number, TITLE, article.title, ())
        yield _Run(number, LEAD, article.lead, ())
        yield _Run(number, TEXT, article.text, article.headings)


def _columns(
    runs: Sequence[_Run], sizes: NDArray[np.int64], codes: NDArray[np.int32], pieces: Pieces
) -> TokenColumns:
    form_of, length_of, kind_of_code, form_length = pieces.arrays()
    kind = kind_of_code[codes]
    run = np.repeat(np.arange(len(runs), dtype=np.int32), sizes)
    ends = np.cumsum(length_of[codes], dtype=np.int64)
    starts = ends - length_of[codes]
    run_base = _first_of_each(starts, sizes)
    paragraph = _count_within(kind == BREAK, sizes)

    kept = np.flatnonzero(kind > BREAK)
    run, kind, codes = run[kept], kind[kept], codes[kept]
    form = form_of[codes]
    start = starts[kept] - run_base[run]
    paragraph = paragraph[kept]
    stop = start + form_length[form]
    # A gap is white space before a token: in the piece before it or as a piece of its own.
    gap = np.ones(len(start), bool)
    gap[1:] = (start[1:] > stop[:-1]) | (run[1:] != run[:-1])

    article = np.array([r.article for r in runs], np.int32)[run]
    zone = _zones(runs, run, paragraph)
    is_word = (kind >= LOWER) & (kind <= DIGIT)
    new_block = _changes(run) | _changes(paragraph) | _changes(zone)
    full_stop = form == pieces.form_codes.get(".", -2)
    new_sentence = new_block | _sentence_starts(kind, gap, full_stop, np.cumsum(new_block))
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


def _sentence_starts(
    kind: NDArray[np.int32],
    gap: NDArray[np.bool_],
    is_full_stop: NDArray[np.bool_],
    block: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Return true where a sentence starts within a block: a title, a lead or a paragraph.

    A sentence ends at `.`, `!`, `?` or `…` and the closing quotes after it, when white space
    follows and then anything but a small letter; not after an abbreviation or an initial.
    """
    size = len(kind)
    starts = np.zeros(size, bool)
    stops = np.flatnonzero(kind == STOP)
    if not len(stops):
        return starts

    def near(places: NDArray[np.int64], steps: int | NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the kind of the token some steps away, MARK beyond the block's ends."""
        there = places + steps
        inside = np.clip(there, 0, size - 1)
        same = (inside == there) & (block[inside] == block[places])
        return np.where(same, kind[inside], MARK)

    closes = (kind == CLOSE) | (((kind == QUOTE) | (kind == STOP)) & ~gap)
    # For every place, the first place from there on that does not close anything.
    open_place = np.where(closes, size, np.arange(size))
    following = np.append(np.minimum.accumulate(open_place[::-1])[::-1], size)
    nxt = following[stops + 1]
    inside = nxt < size
    stops, nxt = stops[inside], nxt[inside]
    dash = (kind[nxt] == DASH).astype(np.int64)
    first = near(nxt, dash)
    first = np.where((first == QUOTE) | (first == OPEN), near(nxt, dash + 1), first)
    full_stop = is_full_stop[stops]
    before, two_before, three_before = (near(stops, -steps) for steps in (1, 2, 3))
    in_row = (two_before == STOP) & ((three_before == LAST) | (three_before == SHORT))
    may_end = in_row | np.isin(two_before, (DIGIT, LAST))
    # `в 2024 г. Он` and `и т. д. Он` end a sentence; `ул. Ленина` and `А. Петров` do not.
    inner = (before == INITIAL) | (before == SHORT)
    inner |= (before == LAST) & ~(may_end & (first != DIGIT))
    ends = gap[nxt] & (first != LOWER) & (first != LAST) & ~(full_stop & inner)
    starts[nxt[ends]] = True
    return starts
