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
_NUMBER = (
    r"\d{1,40}(?:[.,]\d{1,40}){0,8}"
    r"(?:[-‑]?[^\W\d_]{1,40}(?:[-‑][^\W\d_][^\W_]{0,99}){0,8})?"
)
# A Roman numeral, also one with letters of Cyrillic that look like it.
_ROMAN = re.compile("[IІVXХLCDM]{2,9}")
# A word of small letters that is no abbreviation, since those end in consonants.
_FULL_ENDS = frozenset("аеёиоуыэюяйь")
_COUNT = re.compile(r"\d{1,3} ?")
# A smile of marks, or pictures in a row with what colours and joins them.
_PICTURE = (
    r"\u2600-\u2610\u2614-\u26ff\u2708-\u270d\u2728\u2744\u2753-\u2757\u2763\u2764\u2b50"
    r"\U0001f000-\U0001faff"
)
_SMILES = (
    r"[:;=]['-]?[()]{1,20}(?!\w)|[()]{3,20}"
    rf"|[{_PICTURE}][{_PICTURE}\u200d\u20e3\ufe0f]{{0,40}}"
)
_SMILE = re.compile(_SMILES)
_MARKS = rf"[.!?…]{{1,100}}|{_SMILES}|``|[-–—_=*]{{1,100}}|[^\w\s]"
PIECE = re.compile(rf"{_WORD} ?|{_NUMBER} ?|(?:{_MARKS}) ?|\s+")
WORD = re.compile(rf"{_WORD}|{_NUMBER}")

# What a piece is. Words and numbers are counted as words; the rest is punctuation or space.
SPACE, BREAK, LOWER, FULL, UPPER, OPENER, INITIAL, SHORT, TITLE, LAST, COUNT, DIGIT = range(12)
STOP, CLOSE, UNROUND, QUOTE, OPEN, ROUND, ADDRESS, TAG, DASH, SMILE, MARK = range(12, 23)
_MARK_KINDS = {
    **dict.fromkeys("»”}", CLOSE),
    **dict.fromkeys(")]", UNROUND),
    **dict.fromkeys("\"'“`", QUOTE),
    **dict.fromkeys("«„{№$€", OPEN),
    **dict.fromkeys("([", ROUND),
    "@": ADDRESS,
    "#": TAG,
}
# A full stop after a SHORT word (TITLE with a capital) does not end a sentence; after a LAST one it
# may.
ABBREVIATIONS = frozenset(
    (
        "акад англ арх без бул буд букв бывш вв вкл гос гр греч губ дир доп е ед жен зав зам изд "
        "илл им инж исп ит к кв кн коп корп корр куб лат лит макс мес моск муж н наб назв наз напр "
        "нач нем о обл обр ок отв отд пер перен пл пос пп пр пред прим просп проф разг ред реж "
        "рис род рос рр рус св сек сел след см сокр соч сост соц спец ср ст стр табл тел терр "
        "тов ул ум уст устар уч фам фин фр франц хим худ церк чл шт экз эл юр янв февр фев апр "
        "авг сент сен окт нояб ноя дек"
    ).split()
)
MAY_END = frozenset(
    "в вв г га гг д долл кг км коп л м мин мл млн млрд мм п р руб с т трлн тыс ц ч чел э эт".split()
)
# First names and titles as they are shortened before a surname: capitals only, the words ник and
# бор end sentences.
TITLES = frozenset("Ал Алекс Вл Дж Дм Евг Ник Dr Jr Mr Mrs Ms Prof St".split())
_LONGEST = max(map(len, ABBREVIATIONS | MAY_END | TITLES))
# Words that, with a capital, begin a sentence even after an abbreviation: никто не зовётся Однако.
OPENERS = frozenset(
    (
        "без более ведь весь во вот все всё где да для до ее её ещё если есть же за затем здесь из "
        "или именно их каждый как какой когда кроме кто лишь между меня мне многие может мы на над "
        "надо нам нас наш не него нет ни никто но об обо один однако он она они оно от перед по "
        "под пока после потом потому поэтому почему при про против пусть раньше с самый сегодня "
        "сейчас среди так также такие такой там те тем теперь тогда тоже только тот тут ты уже "
        "хотя через что чтобы эта эти это этой этом этот этого"
    ).split()
)

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
        return COUNT if _COUNT.fullmatch(piece) else DIGIT
    if first.isalnum():
        return _kind_of_word(piece.rstrip(" "))
    if first in ".!?…":
        return STOP
    if first in "-–—":
        return DASH
    return SMILE if _SMILE.match(piece) else _MARK_KINDS.get(first, MARK)


def _kind_of_word(form: str) -> int:
    if len(form) == 1 and form.isupper():
        return TITLE if form.isascii() else INITIAL
    if len(form) <= _LONGEST:
        if form in MAY_END:
            return LAST
        if form in ABBREVIATIONS:
            return SHORT
        if form in TITLES or form.lower() in ABBREVIATIONS:
            return TITLE
        if _ROMAN.fullmatch(form):
            return DIGIT
    if not (form[0].isupper() or form[0].istitle()):
        return FULL if len(form) > 3 and form[-1] in _FULL_ENDS else LOWER
    return OPENER if form.lower() in OPENERS else UPPER


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
