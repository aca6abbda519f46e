"""Where sentences start: rules on the kinds of a few neighbouring tokens, for all tokens at once.

A sentence ends at `.`, `!`, `?`, `…` or a smile and what closes after it, when white space follows
and then what can begin a sentence. The rules below say what can, and after which words a full stop
ends nothing. Each is a mask over the places where a sentence may end.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.text.pieces import (
    ADDRESS,
    CLOSE,
    COUNT,
    DASH,
    DIGIT,
    FULL,
    INITIAL,
    LAST,
    LOWER,
    MARK,
    OPEN,
    OPENER,
    QUOTE,
    ROUND,
    SHORT,
    SMILE,
    STOP,
    TAG,
    TITLE,
    UNROUND,
    UPPER,
)

Mask = NDArray[np.bool_]
Places = NDArray[np.int64]


def sentence_starts(kind: NDArray[np.int32], gap: Mask, is_full_stop: Mask, block: Places) -> Mask:
    """Return true where a sentence starts within a block: a title, a lead or a paragraph.

    All arrays hold one value a token: what it is, whether white space stands before it, whether
    it is a single full stop, and the number of its block.
    """
    starts = np.zeros(len(kind), bool)
    stops = np.flatnonzero((kind == STOP) | (kind == SMILE))
    if not len(stops):
        return starts
    tokens = _Tokens(kind, gap, is_full_stop, block)
    nexts = _following(tokens)[stops + 1]
    inside = nexts < len(kind)
    stops, nexts = stops[inside], nexts[inside]
    inside = gap[nexts] & (block[nexts] == block[stops])
    stops, nexts = stops[inside], nexts[inside]
    ahead = _ahead(tokens, nexts)
    ends = _can_begin(tokens, stops, ahead) | _small_begins(tokens, stops, nexts, ahead)
    ends &= ~(is_full_stop[stops] & _inside(tokens, stops, ahead))
    ends &= ~_in_brackets(tokens, stops)
    starts[nexts[ends]] = True
    return starts


class _Tokens(NamedTuple):
    kind: NDArray[np.int32]
    gap: Mask
    is_full_stop: Mask
    block: Places

    def near(self, places: Places, steps: int | Places) -> NDArray[np.int32]:
        """Return the kind of the token some steps away, MARK beyond the block's ends."""
        there = places + steps
        inside = np.clip(there, 0, len(self.kind) - 1)
        same = (inside == there) & (self.block[inside] == self.block[places])
        return np.where(same, self.kind[inside], MARK)

    def begins(self, places: Places, steps: int) -> Mask:
        """Return whether the token some steps away is the first of its block or follows a stop."""
        before = places + steps - 1
        inside = np.clip(before, 0, len(self.kind) - 1)
        in_block = (inside == before) & (self.block[inside] == self.block[places])
        first: Mask = ~in_block | np.isin(self.kind[inside], (STOP, SMILE))
        return first


class _Ahead(NamedTuple):
    """What follows a possible end: the first token's kind, and that of the first word."""

    first: NDArray[np.int32]
    word: NDArray[np.int32]
    is_opener: Mask


def _following(tokens: _Tokens) -> Places:
    """Return for every place the first one from there on that closes nothing."""
    kind, size = tokens.kind, len(tokens.kind)
    closes = (kind == CLOSE) | (kind == UNROUND)
    closes |= ((kind == QUOTE) | (kind == STOP)) & ~tokens.gap
    # A smile before white space; pictures right before a word are bullets of a list.
    closes |= (kind == SMILE) & np.append(tokens.gap[1:], True)
    places = np.where(closes, size, np.arange(size))
    return np.append(np.minimum.accumulate(places[::-1])[::-1], size)


def _ahead(tokens: _Tokens, nexts: Places) -> _Ahead:
    first = tokens.kind[nexts]
    place = nexts + (first == DASH)
    word = tokens.near(nexts, place - nexts)
    for opening in (QUOTE, OPEN, ROUND, TAG):
        place = place + (word == opening)
        word = tokens.near(nexts, place - nexts)
    # `В городе`, but not `В. Петров`.
    alone = (word == INITIAL) & (tokens.near(nexts, place - nexts + 1) != STOP)
    return _Ahead(first, word, (word == OPENER) | alone)


def _can_begin(tokens: _Tokens, stops: Places, ahead: _Ahead) -> Mask:
    """Return where anything but a small letter follows; after a smile it must be a capital."""
    capital = (ahead.word == UPPER) | ahead.is_opener | (ahead.first == ADDRESS)
    return np.where(tokens.kind[stops] == SMILE, capital, ~_is_small(ahead.word))


def _small_begins(tokens: _Tokens, stops: Places, nexts: Places, ahead: _Ahead) -> Mask:
    """Return where the writer has no capitals: `всё начинается с любви. запомни это`.

    The full stop follows a word that no abbreviation looks like, and nothing closes or is added
    after it (`«Мы пришли.» сказал он`).
    """
    plain: Mask = (
        tokens.is_full_stop[stops] & (tokens.near(stops, -1) == FULL) & (nexts == stops + 1)
    )
    return plain & _is_small(ahead.word) & ~np.isin(ahead.first, (DASH, TAG))


def _inside(tokens: _Tokens, stops: Places, ahead: _Ahead) -> Mask:
    """Return where a full stop belongs to an abbreviation, an initial or a number in a list.

    `в 2024 г. Он`, `и т. д. Потом` and `на Тверской ул. Там` end a sentence; `ул. Ленина`,
    `А. Петров`, `В 1990 г. Петров`, `P. S. Он` and `1. Открыть мост` do not.
    """
    before, two, three = (tokens.near(stops, -steps) for steps in (1, 2, 3))
    in_row = (two == STOP) & ((three == LAST) | (three == SHORT))
    may_end = in_row | ((two == LAST) & (_is_number(three) | (three == LAST)))
    may_end |= (two == MARK) & (three == LAST)  # км/ч
    starts_sentence = tokens.begins(stops, -3) & ((three == INITIAL) | (three == OPENER))
    may_end |= _is_number(two) & ~starts_sentence & ~_adds(ahead.first)
    may_end &= ~_is_number(ahead.word)
    inner: Mask = (before == LAST) & ~may_end
    inner |= np.isin(before, (INITIAL, SHORT, TITLE))
    inner &= ~ahead.is_opener | _adds(ahead.first) | (before == TITLE)
    of_a_word = (two == STOP) & (_is_short(three) | (three == INITIAL))  # д. 5.
    inner |= (before == COUNT) & tokens.begins(stops, -1) & ~of_a_word
    return inner


def _is_small(kind: NDArray[np.int32]) -> Mask:
    return np.isin(kind, (LOWER, FULL, LAST, SHORT))


def _is_short(kind: NDArray[np.int32]) -> Mask:
    return np.isin(kind, (LAST, SHORT, TITLE))


def _is_number(kind: NDArray[np.int32]) -> Mask:
    return np.isin(kind, (DIGIT, COUNT))


def _adds(kind: NDArray[np.int32]) -> Mask:
    """Return where a dash or a bracket follows, which goes on with the sentence."""
    return np.isin(kind, (DASH, ROUND))


def _in_brackets(tokens: _Tokens, stops: Places) -> Mask:
    """Return where a mark stands right before a bracket that closes inside a sentence (так!).

    A bracket that opens a sentence ends it too, and one that nothing opened is a smile. A full stop
    there ends a sentence unless it is that of an abbreviation.
    """
    kind = tokens.kind
    closing: Mask = tokens.near(stops, 1) == UNROUND
    closing &= ~tokens.is_full_stop[stops] | _is_short(tokens.near(stops, -1))
    if not closing.any():
        return closing
    places = np.arange(len(kind))
    last_open = np.maximum.accumulate(np.where(kind == ROUND, places, 0))[stops]
    last_close = np.maximum.accumulate(np.where(kind == UNROUND, places, -1))[stops]
    opened = (kind[last_open] == ROUND) & (last_open > last_close)
    opened &= tokens.block[last_open] == tokens.block[stops]
    closing &= opened & ~tokens.begins(last_open, 0)
    return closing
