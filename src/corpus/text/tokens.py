"""Text to token columns: chunks, pieces, tokens, words, sentences, with no Python loop over tokens.

A text is split at its blanks into chunks, and a compiled pattern cuts each distinct chunk into
pieces that tile it: a word, a mark, or white space. What the pieces of a chunk are, how long they
are and which form they hold is looked up in arrays by the chunk's code, and offsets are a running
sum of lengths. So the cost of a token is less than one dictionary look-up and a few numpy
operations.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
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
_LONGEST = max(map(len, ABBREVIATIONS | MAY_END))

_PARAGRAPH = "\n\n"
# Chunks that are kept: a few times as many as a year of a newspaper has.
_MOST_CHUNKS = 1_000_000


def kind_of(piece: str) -> int:
    """Return what a piece is, judged by itself alone; the blank after it does not count."""
    first = piece[0]
    if first.isalpha():
        return _kind_of_word(piece.rstrip(" "))
    if first.isspace():
        return BREAK if "\n" in piece else SPACE
    if first.isdecimal():
        return DIGIT
    if first.isalnum():
        return _kind_of_word(piece.rstrip(" "))
    if first in ".!?…":
        return STOP
    if first in "-–—":
        return DASH
    return _MARK_KINDS.get(first, MARK)


def _kind_of_word(form: str) -> int:
    if len(form) <= _LONGEST:
        if len(form) == 1 and form.isupper():
            return INITIAL
        if form in MAY_END:
            return LAST
        if form.lower() in ABBREVIATIONS:
            return SHORT
    return UPPER if form[0].isupper() or form[0].istitle() else LOWER


class Pieces:
    """Codes of forms, growing as texts are read, and the pieces of every chunk met so far.

    `forms[code]` is a form. White space has negative codes, from -1 downwards.
    """

    def __init__(self, forms: Iterable[str] = ()) -> None:
        self.forms: list[str] = []
        self.form_codes: dict[str, int] = {}
        self._spaces: dict[str, int] = {}
        self._chunks = _Chunks(self._code)
        self._kinds, self._lengths = array("i"), array("i")
        for form in forms:
            self.form_code(form)

    def form_code(self, form: str) -> int:
        """Return the code of a form, giving it the next one if it is new."""
        code = self.form_codes.get(form)
        if code is None:
            code = self.form_codes[form] = len(self.forms)
            self.forms.append(form)
        return code

    def _code(self, piece: str) -> int:
        """Return the code of a piece, which has no blank after it."""
        code = self.form_codes.get(piece)
        if code is not None:
            return code
        if piece.isspace():
            return self._spaces.setdefault(piece, -1 - len(self._spaces))
        return self.form_code(piece)

    def cut(self, texts: Iterable[str]) -> Cut:
        """Cut texts into pieces, giving new forms new codes."""
        if len(self._chunks) > _MOST_CHUNKS:
            self._chunks = _Chunks(self._code)
        return self._chunks.pieces([self._chunks.codes(text) for text in texts])

    def kinds_and_lengths(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the kind and the length of every piece by its code, negative ones included."""
        new = self.forms[len(self._kinds) :]
        self._kinds.extend(map(kind_of, new))
        self._lengths.extend(map(len, new))
        spaces = list(self._spaces)[::-1]  # from the end of an array negative codes count
        kinds, lengths = list(map(kind_of, spaces)), list(map(len, spaces))
        return (
            np.concatenate([np.array(self._kinds, np.int32), np.array(kinds, np.int32)]),
            np.concatenate([np.array(self._lengths, np.int32), np.array(lengths, np.int32)]),
        )


class Cut(NamedTuple):
    """Pieces of some texts, one text after the other.

    `sizes` tells how many each text has, `codes` which, `blank` whether a blank stands behind.
    """

    sizes: NDArray[np.int64]
    codes: NDArray[np.int32]
    blank: NDArray[np.bool_]


_ODD = -1


class _Chunks(dict[str, int]):
    """Codes of chunks, and the pieces of every chunk, one chunk after the other.

    A chunk is `_ODD` if it is empty or has white space at its ends: that flows together with the
    white space around it. A text with such a chunk is cut in one go, its pieces taking the place
    of chunks.
    """

    def __init__(self, code: Callable[[str], int]) -> None:
        super().__init__()
        self._code = code
        self._whole: dict[str, int] = {}
        self._pieces, self._ends = array("i"), array("i", [0])
        self._break = self[_PARAGRAPH] = self._add([_PARAGRAPH])

    def __missing__(self, chunk: str) -> int:
        found = PIECE.findall(chunk)
        code = self._add(found)
        if not chunk or chunk.strip() != chunk:
            code = _ODD  # what it holds has codes all the same, in order of appearance
        self[chunk] = code
        return code

    def _add(self, pieces: Iterable[str]) -> int:
        self._pieces.extend(map(self._code, pieces))
        self._ends.append(len(self._pieces))
        return len(self._ends) - 2

    def codes(self, text: str) -> tuple[NDArray[np.int32], bool]:
        """Return the codes of a text's chunks, and whether it was cut in one go instead."""
        chunks = text.replace(_PARAGRAPH, f" {_PARAGRAPH} ").split(" ") if text else []
        codes = np.fromiter(map(self.__getitem__, chunks), np.int32, count=len(chunks))
        if codes.min(initial=0) != _ODD:
            return codes, False
        found = PIECE.findall(text)
        return np.fromiter(map(self._whole_piece, found), np.int32, count=len(found)), True

    def _whole_piece(self, piece: str) -> int:
        code = self._whole.get(piece)
        if code is None:
            has_blank = piece[-1] == " " and not piece.isspace()
            code = self._whole[piece] = self._add([piece[:-1], " "] if has_blank else [piece])
        return code

    def pieces(self, texts: Sequence[tuple[NDArray[np.int32], bool]]) -> Cut:
        """Return the pieces of the chunks of texts."""
        codes = np.concatenate([np.zeros(0, np.int32), *(codes for codes, _ in texts)])
        chunks = np.array([len(codes) for codes, _ in texts], np.int64)
        ends = np.array(self._ends, np.int32)
        counts = np.diff(ends)[codes]
        stops = np.cumsum(counts)
        place = np.repeat(ends[codes] - (stops - counts), counts)
        place += np.arange(len(place))
        # A blank stood between two chunks, but not beside the end of a paragraph.
        ends_paragraph = codes == self._break
        before_blank = ~ends_paragraph
        before_blank[:-1] &= ~ends_paragraph[1:]
        last = np.cumsum(chunks) - 1
        before_blank[last[chunks > 0]] = False
        if any(whole for _, whole in texts):
            before_blank[np.repeat([whole for _, whole in texts], chunks)] = False
        blank = np.zeros(len(place), bool)
        blank[stops[before_blank] - 1] = True
        sizes = np.diff(np.append(0, stops)[np.append(0, last + 1)])
        return Cut(sizes, np.array(self._pieces, np.int32)[place], blank)


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
