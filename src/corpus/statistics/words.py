"""What word counts share: which words are asked for, and how often each value occurs in a scope."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus import arrow
from corpus.arrow import changes
from corpus.columns.attributes import ATTRIBUTES, Attribute, distinct_pairs
from corpus.columns.columns import Numbers
from corpus.errors import CorpusError
from corpus.scope import Scope

WITH_PART = ("lemma", "form")
"""Those of which tables say which part of speech each has most often."""


class WordCounts:
    """How often each value of an attribute occurs in a scope; all arrays are by code.

    Where parts of speech are given, only words of these are counted.
    """

    frequency: Numbers
    part: Numbers
    """Code of the part of speech that each has most often, of equals the first in order."""

    def __init__(self, scope: Scope, of: Attribute, parts: tuple[str, ...]) -> None:
        self._scope, self._of, self._parts = scope, of, parts
        words, pos = words_of(scope, parts), attribute(scope, "pos")
        values, sorts = len(of.values), len(pos.values)
        # Under 64 parts of speech, so a table of all pairs is a small multiple of the vocabulary.
        pairs = of.code[words].astype(np.int64)
        pairs *= sorts
        pairs += pos.code[words]
        table = np.bincount(pairs, minlength=values * sorts).reshape(values, sorts)
        self.frequency = table.sum(axis=1)
        self.part = table.argmax(axis=1) if sorts else np.zeros(values, np.int64)

    @cached_property
    def articles(self) -> Numbers:
        """In how many articles each occurs; made when it is asked for, as it takes longer."""
        scope, of = self._scope, self._of
        if self._parts:
            words = words_of(scope, self._parts)
            row = scope.state.columns.word_row[words]
            row, code = distinct_pairs(row, of.code[words], len(of.values))
        else:
            row, code = of.held
            code = code if scope.is_all else code[scope.mask[row]]
        return np.bincount(code, minlength=len(of.values))

    @cached_property
    def stories(self) -> Numbers:
        """In how many stories each occurs: versions of one article count once."""
        scope, of = self._scope, self._of
        words = words_of(scope, self._parts)
        row = scope.state.columns.word_row[words]
        row, code = distinct_pairs(row, of.code[words], len(of.values))
        return in_stories(scope, row, code, len(of.values))


def in_stories(scope: Scope, row: NDArray[Any], code: NDArray[Any], codes: int) -> Numbers:
    """Return in how many stories each code stands; the pairs are distinct, codes below `codes`."""
    story = scope.story[row]
    shared = scope.versions[story] > 1
    key = np.sort(story[shared] * codes + code[shared])
    once = code[~shared], key[changes(key)] % max(1, codes)
    return np.bincount(np.concatenate(once), minlength=codes)


def word_counts(
    scope: Scope, by: str, *, case: bool = False, parts: tuple[str, ...] = ()
) -> WordCounts:
    """Return counts of the words of a scope, of some parts of speech alone if any are given."""
    of = attribute(scope, by, case)
    return scope.once(("word counts", by, case, parts), lambda: WordCounts(scope, of, parts))


def attribute(scope: Scope, by: str, case: bool = False) -> Attribute:
    """Return an attribute of a scope's words; CorpusError if there is none such."""
    if by not in ATTRIBUTES:
        raise CorpusError(f"no attribute {by!r}", f"use one of: {', '.join(ATTRIBUTES)}")
    return scope.state.columns.attribute(by, case)


def words_of(scope: Scope, parts: tuple[str, ...] = ()) -> NDArray[np.bool_] | slice:
    """Return what picks from an array by word those in a scope, and of some parts of speech."""
    if parts:
        pos = attribute(scope, "pos")
        return is_part(pos, parts)[pos.code] & scope.word_mask
    return slice(None) if scope.is_all else scope.word_mask


def is_part(pos: Attribute, parts: Sequence[str]) -> NDArray[np.bool_]:
    """Return by code which parts of speech are among some."""
    codes = pos.values.codes(arrow.strings(parts))
    mask = np.zeros(len(pos.values), bool)
    mask[codes[codes >= 0]] = True
    return mask


def of_parts(scope: Scope, words: Numbers, parts: tuple[str, ...]) -> Numbers:
    """Return those of some words that are of some parts of speech, all if none are given."""
    pos = attribute(scope, "pos")
    return words[is_part(pos, parts)[pos.code[words]]] if parts else words


def strings(of: Attribute, codes: Numbers) -> pa.StringArray:
    """Return the values that codes stand for, as tables have them."""
    return of.values.take(codes).cast(pa.string())


def ipm(frequency: Numbers, words: Numbers | int) -> NDArray[np.float64]:
    """Return occurrences per million words, 0 where there are no words."""
    found: NDArray[np.float64] = 1e6 * np.asarray(frequency) / np.maximum(words, 1)
    return found
