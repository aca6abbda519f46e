"""The order of a concordance's lines: by what stands so far from the match, by dates, by titles.

Levels count from the edges of the match: `1L` is the word before it, `2R` the second after it.
Punctuation is skipped, case does not count, ё stands beside е; lines that are equal stay in the
order of the corpus.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus import arrow
from corpus.columns.columns import Numbers
from corpus.columns.passages import texts
from corpus.errors import CorpusError
from corpus.scope import Matches, Scope
from corpus.text.collation import ranks

_SIDE = re.compile(r"([1-9]\d?)([LR])")
OTHERS = ("match", "date", "source", "title", "article")
"""Levels that are no words beside the match."""
_NONE = -1
_LAST = np.iinfo(np.int32).max

Keys = NDArray[np.integer]
Key = Callable[[Scope, Matches], Keys]


class LineOrder:
    """The places of some lines when they are sorted; worked out when it is asked for.

    `is_sorted` says that they stand in the order of the corpus already.
    """

    def __init__(
        self,
        scope: Scope,
        matches: Matches,
        levels: Sequence[str],
        *,
        descending: bool = False,
        is_sorted: bool = True,
    ) -> None:
        self._scope = scope
        self._matches = matches
        # A `-` before a level that is turned round already turns it back.
        signs = [-1 if level.startswith("-") != descending else 1 for level in levels]
        named = (level.removeprefix("-") for level in levels)
        self._keys = [_key(name, sign) for name, sign in zip(named, signs, strict=True)]
        self._rest = [] if is_sorted else [_corpus_places]

    def all(self) -> Numbers:
        """Return the places of all lines in order."""
        keys = [*self._keys, *self._rest]
        return _order([key(self._scope, self._matches) for key in keys])

    def first(self, count: int) -> Numbers:
        """Return the places of the first lines in order: much less work than all of them."""
        size = len(self._matches.row)
        if not 0 < count < size // 4:
            return self.all()[:count]
        key = self._keys[0](self._scope, self._matches)
        # What is not greater than the last that can be among them holds all of them.
        ahead = np.flatnonzero(key <= np.partition(key, count - 1)[count - 1])
        matches = self._matches.where(ahead)
        rest = [other(self._scope, matches) for other in (*self._keys[1:], *self._rest)]
        return ahead[_order([key[ahead], *rest])[:count]]


def _key(name: str, sign: int) -> Key:
    """Return what gives numbers that sort lines by a level; CorpusError if there is none such."""
    side = _SIDE.fullmatch(name)
    if side:
        distance = int(side[1]) * (-1 if side[2] == "L" else 1)
        return lambda scope, matches: sign * _beside(scope, matches, distance)
    if name == "match":
        return lambda scope, matches: sign * _by_match(scope, matches)
    if name == "date":
        return lambda scope, matches: _by_date(scope, matches, sign)
    if name in OTHERS:
        column = "id" if name == "article" else name
        return lambda scope, matches: sign * _by_name(scope, matches, column)
    raise CorpusError(
        f"no level {name!r} to sort by", f"use some of: 1L, 2L, 1R, 2R …, {', '.join(OTHERS)}"
    )


def _beside(scope: Scope, matches: Matches, distance: int) -> NDArray[np.int32]:
    """Return the rank of the word so far before or after each match.

    What is not there, since the article ends, comes first.
    """
    columns = scope.state.columns
    word = matches.word + distance if distance < 0 else matches.word_stop + distance - 1
    there = (word >= columns.first_word[matches.row]) & (word < columns.first_word[matches.row + 1])
    key = np.full(len(matches.row), _NONE, np.int32)
    key[there] = columns.forms.ranks[columns.word_form[word[there]]]
    return key


def _by_match(scope: Scope, matches: Matches) -> Keys:
    columns = scope.state.columns
    if np.array_equal(matches.first, matches.last):
        found: Keys = columns.forms.ranks[columns.form[matches.first]]
        return found
    values = texts(columns, matches.first, matches.last + 1).to_pylist()
    distinct = list(dict.fromkeys(values))
    by_value = dict(zip(distinct, ranks(distinct), strict=True))
    return np.array([by_value[value] for value in values], np.int64)


def _by_date(scope: Scope, matches: Matches, sign: int) -> Keys:
    """Return days; articles without a date come last either way."""
    rows, place = np.unique(matches.row, return_inverse=True)
    days = scope.metadata(rows, ["date"]).column(0).cast(pa.int32())
    known = sign * arrow.numbers(days.fill_null(sign * _LAST)).astype(np.int64)
    return known[place]


def _by_name(scope: Scope, matches: Matches, column: str) -> Keys:
    rows, place = np.unique(matches.row, return_inverse=True)
    values = scope.metadata(rows, [column]).column(0).cast(pa.string()).to_pylist()
    return np.array(ranks([value or "" for value in values]), np.int64)[place]


def _corpus_places(scope: Scope, matches: Matches) -> Keys:
    """Return what puts lines into the order of the corpus."""
    return scope.state.place[matches.row] * (1 << 32) + (
        matches.first - scope.state.columns.first_token[matches.row]
    )


def _order(keys: Sequence[NDArray[Any]]) -> Numbers:
    """Return what sorts by some keys, the first counting most; what is equal stays in its order.

    As many keys as have room are made one number, with the place of each line in its lowest bits:
    numbers that are all different are sorted several times faster than an order is found.
    """
    count = len(keys[0])
    low_bits = count.bit_length()
    order = np.arange(count)
    for key, width in reversed(_packed(keys, 63 - low_bits)):
        if low_bits + width > 63:
            order = order[np.argsort(key[order], kind="stable")]
            continue
        numbers = (key[order] << low_bits) | np.arange(count)
        numbers.sort()
        order = order[numbers & ((1 << low_bits) - 1)]
    return order


def _packed(keys: Sequence[NDArray[Any]], room: int) -> list[tuple[Numbers, int]]:
    """Return keys as fewer numbers from 0 that sort alike, each with the bits that it takes."""
    packed: list[tuple[Numbers, int]] = []
    for key in keys:
        low = int(key.min(initial=0))
        width = (int(key.max(initial=0)) - low).bit_length()
        number = key.astype(np.int64) - low
        if packed and packed[-1][1] + width <= room:
            number |= packed[-1][0] << width
            width += packed.pop()[1]
        packed.append((number, width))
    return packed
