"""Words and wildcards inside a piece of a query, cut as texts are cut."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from corpus.query.faults import PLAIN, Fault, short
from corpus.query.tree import Form, Node, Or, Phrase, PhraseItem, Wildcard, Word
from corpus.text.fold import tidy_word

# The same words as in `corpus.text.tokens`, which is not imported because it needs numpy.
WORD = re.compile(
    r"[^\W\d_][^\W_]{0,99}(?:[-‑'’][^\W_]{1,100}){0,8}"
    r"|\d{1,40}(?:[.,]\d{1,40}){0,8}"
    r"(?:[-‑]?[^\W\d_]{1,40}(?:[-‑][^\W\d_][^\W_]{0,99}){0,8})?"
)
URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s()\"«»„“”]*")
PUNCTUATION = frozenset(".,;:!?…—–‒―−-«»'’‘‚‹›/№§%‰°•·$€£₽¥")
"""Marks that may stand alone in prose: they are no words and vanish without an error."""

# What parts words that no space parts; all other marks (км/ч, AT&T, 12:30) make them a phrase.
_PARTING = re.compile(r"[,;!?…—–]|\.\.")
_AFTER_MARKS = frozenset("!.…")
_JOINING = "-‑'’"
_WILD = re.compile(r"[*?]+")
_OTHER_ENGINES = {
    "&": "Write AND or И in capitals: путин AND маск",
    "+": "Leave + out: all words must occur anyway",
    "*": "Put some letters beside it: бесед* or *вода",
    "=": "Put the form right after the sign: =путину",
    "~": "Put ~ right after a word or a phrase: пентагон~",
    "<": "Dates are compared as date:<2024",
    ">": "Dates are compared as date:>=2024",
}


class Piece(NamedTuple):
    """A word or a wildcard: its place in the query, its text, and what stands before it."""

    start: int
    stop: int
    text: str
    parted: bool

    @property
    def is_wild(self) -> bool:
        return bool(_WILD.search(self.text))


class Lump(NamedTuple):
    """What a run of characters without a space holds between two commas: one word or more."""

    start: int
    stop: int
    pieces: tuple[Piece, ...]


def words(text: str) -> list[tuple[int, str]]:
    """Return the words of a text with the place where each starts."""
    return [(found.start(), found[0]) for found in WORD.finditer(text)]


def tidy(text: str) -> str:
    """Return the query as cleaning would leave it in a text; tidying again changes nothing."""
    while (tidied := tidy_word(text)) != text:
        text = tidied
    return text


def place_before_tidying(text: str, place: int) -> int:
    """Return the place in `text` that became `place` of the tidied text."""
    lengths = range(len(text) + 1)
    return bisect_right(lengths, place, key=lambda length: len(tidy(text[:length]))) - 1


def pieces(text: str, place: int) -> Iterator[Piece]:
    """Yield the words and wildcards of a run without spaces that stands at `place`.

    A question mark that ends a word ends a sentence: `Кто?` is a word. It is a wildcard inside a
    word, in a word with another wildcard, and when doubled: `м?р`, `м?р?`, `мир??`.
    """
    is_url = bool(URL.match(text))
    before = -1
    for start, word in words(text if is_url else _masked(text)):
        stop = start + len(word)
        kept = text[start:stop]
        if not is_url:
            kept = _without_mark(kept, text[stop : stop + 1])
        if not kept.strip("*?" + _JOINING):
            if "*" in kept:
                raise Fault(place + start, "A wildcard alone matches every word", _advice("*"))
            continue
        parted = before >= 0 and not is_url and bool(_PARTING.search(text[before:start]))
        before = start + len(kept)
        yield Piece(place + start, place + before, kept, parted)


def lumps(text: str, place: int) -> list[Lump]:
    """Return the lumps of a run without spaces; raise Fault if it is none and not punctuation."""
    rows: list[list[Piece]] = []
    for piece in pieces(text, place):
        if piece.parted or not rows:
            rows.append([])
        rows[-1].append(piece)
    if not rows and not PUNCTUATION.issuperset(text):
        odd = next(sign for sign in text if sign not in PUNCTUATION)
        raise Fault(place, f"“{short(text)}” is not a word", _advice(odd))
    # Marks around words belong to them, so that ~2 and ^2 may follow: C++^2.
    starts = [place, *(row[0].start for row in rows[1:])]
    stops = [*(row[-1].stop for row in rows[:-1]), place + len(text)]
    return [Lump(*made) for made in zip(starts, stops, map(tuple, rows), strict=False)]


def node_of(lump: Lump) -> Word | Wildcard | Phrase:
    """Return the node of a lump: several words without a space between them are a phrase."""
    items = tuple(item_of(piece) for piece in lump.pieces)
    return items[0] if len(items) == 1 else Phrase(items)


def item_of(piece: Piece) -> Word | Wildcard:
    """Return the node of a piece."""
    return Wildcard(re.sub(r"\*+", "*", piece.text)) if piece.is_wild else Word(piece.text)


def as_form(item: Node, place: int) -> PhraseItem:
    """Return a word as the very form it was typed in; raise Fault where that has no meaning."""
    if isinstance(item, Word):
        return Form(item.text)
    if isinstance(item, Form):
        return item
    if isinstance(item, Or):
        return Or(tuple(as_form(one, place) for one in item.items))
    shape = "a wildcard" if isinstance(item, Wildcard) else "a typo"
    hint = f"Leave one of them out: {short(str(item))} or =путину"
    raise Fault(place, f"= asks for one very form, and {short(str(item))} is {shape}", hint)


def _masked(text: str) -> str:
    """Return the text with wildcards replaced by what may continue a word there."""
    if not _WILD.search(text):
        return text
    filled = re.sub(r"(?<=\d)[*?]+", lambda wild: "0" * len(wild[0]), text)
    return _WILD.sub(lambda wild: "х" * len(wild[0]), filled)


def _without_mark(raw: str, following: str) -> str:
    """Return a word without the question marks that end a sentence rather than match letters."""
    bare = raw.rstrip("?")
    marks = len(raw) - len(bare)
    if marks == 1 or (following and following in _AFTER_MARKS):
        return raw if _WILD.search(bare) else bare.rstrip(_JOINING)
    return raw


def _advice(sign: str) -> str:
    advice = _OTHER_ENGINES.get(sign, "Leave it out: путин маск")
    return f"{advice}; {PLAIN}"
