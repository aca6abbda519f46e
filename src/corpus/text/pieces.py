"""Texts in pieces: words, marks and white space, each known by a code.

A text is split at its blanks into chunks, and a compiled pattern cuts each distinct chunk into the
pieces that tile it. A chunk that was met before costs one look-up; its pieces come from an array.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Runs are capped so that 5 MB without a blank become many tokens, not one.
_WORD = r"[^\W\d_][^\W_]{0,99}(?:[-‑'’][^\W_]{1,100}){0,8}"
_NUMBER = r"\d{1,40}(?:[.,]\d{1,40}){0,8}(?:[-‑]?[^\W\d_]{1,40})?"
_MARKS = r"[.!?…]{1,20}|[-–—_=*]{1,100}|[^\w\s]"
PIECE = re.compile(rf"{_WORD} ?|{_NUMBER} ?|(?:{_MARKS}) ?|\s+")
WORD = re.compile(rf"{_WORD}|{_NUMBER}")

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

    def add(self, forms: Iterable[str]) -> None:
        """Give codes to forms, all of them new if there was none, in their order."""
        if self.forms:
            for form in forms:
                self.form_code(form)
        else:
            self.forms.extend(forms)
            self.form_codes.update(zip(self.forms, range(len(self.forms)), strict=True))

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
