"""What word counts share: which words are asked for, and how often each value occurs in a scope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.columns.attributes import ATTRIBUTES, Attribute, distinct_pairs
from corpus.columns.columns import Numbers
from corpus.errors import CorpusError
from corpus.scope import Scope


class WordCounts(NamedTuple):
    """How often each value of an attribute occurs; all arrays are by code."""

    frequency: Numbers
    articles: Numbers
    """In how many articles."""
    part: Numbers
    """Code of the part of speech that it has most often, of equals the first in order."""


def word_counts(
    scope: Scope, by: str, *, case: bool = False, parts: tuple[str, ...] = ()
) -> WordCounts:
    """Return counts of the words of a scope, of some parts of speech alone if any are given."""
    return scope.once(
        ("word counts", by, case, parts), lambda: _counted(scope, attribute(scope, by, case), parts)
    )


def _counted(scope: Scope, of: Attribute, parts: tuple[str, ...]) -> WordCounts:
    pos = attribute(scope, "pos")
    values, sorts = len(of.values), len(pos.values)
    # Under 64 parts of speech, so a table of all pairs is a small multiple of the vocabulary.
    pairs = of.code.astype(np.int64)
    pairs *= sorts
    pairs += pos.code
    table = np.bincount(scope.of_words(pairs), minlength=values * sorts).reshape(values, sorts)
    if parts:
        kept = is_part(pos, parts)
        table[:, ~kept] = 0
        mask = kept[pos.code] & scope.word_mask
        row, code = distinct_pairs(scope.state.columns.word_row[mask], of.code[mask], values)
    else:
        row, code = of.held
        code = code if scope.is_all else code[scope.mask[row]]
    part = table.argmax(axis=1) if sorts else np.zeros(values, np.int64)
    return WordCounts(table.sum(axis=1), np.bincount(code, minlength=values), part)


def attribute(scope: Scope, by: str, case: bool = False) -> Attribute:
    """Return an attribute of a scope's words; CorpusError if there is none such."""
    if by not in ATTRIBUTES:
        raise CorpusError(f"no attribute {by!r}", f"use one of: {', '.join(ATTRIBUTES)}")
    return scope.state.columns.attribute(by, case)


def is_part(pos: Attribute, parts: Sequence[str]) -> NDArray[np.bool_]:
    """Return by code which parts of speech are among some."""
    codes = pos.values.codes(pa.array(parts, pa.string()))
    mask = np.zeros(len(pos.values), bool)
    mask[codes[codes >= 0]] = True
    return mask


def descending(frequency: Numbers) -> Numbers:
    """Return places by frequency, the greatest first, those of equal ones in their order."""
    size = len(frequency)
    if not size:
        return np.zeros(0, np.int64)
    # Place and frequency in one number: numpy sorts numbers far quicker than places.
    bits = int(size - 1).bit_length()
    keys: Numbers = frequency.max() - frequency
    keys <<= bits
    keys |= np.arange(size)
    keys.sort()
    keys &= (1 << bits) - 1
    return keys


def ipm(frequency: Numbers, words: Numbers | int) -> NDArray[np.float64]:
    """Return occurrences per million words, 0 where there are no words."""
    found: NDArray[np.float64] = 1e6 * np.asarray(frequency) / np.maximum(words, 1)
    return found
