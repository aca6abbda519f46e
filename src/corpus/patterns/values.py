"""Which strings of a vocabulary a value describes: expressions run over distinct strings alone."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus import arrow
from corpus.columns.vocabulary import folded
from corpus.errors import CorpusError
from corpus.limits import Budget
from corpus.query.expressions import re2
from corpus.text.fold import ALIKE, fold

CASE = "(?-i)"
"""Stands first in a value for which case counts."""

# Strings that are looked at between two looks at the clock.
_BLOCK = 1 << 15
# What is no letter when it is written in capitals, or names capitals.
_HAS_CLASSES = re.compile(r"\\|\(\?|\[:")
_SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}]")


class Strings:
    """Distinct strings, and how they are looked up: folded, or with their case."""

    def __init__(self, strings: pa.Array, folded_: pa.Array | None = None) -> None:
        self._strings = strings
        self._folded = folded_
        self._cased: pa.Array | None = None

    @classmethod
    def of(cls, values: list[str]) -> Strings:
        """Return some strings that are at hand."""
        return cls(arrow.strings(values))

    def __len__(self) -> int:
        return len(self._strings)

    @property
    def folded(self) -> pa.Array:
        """The strings without case and ё."""
        if self._folded is None:
            self._folded = folded(self._strings)
        return self._folded

    @property
    def cased(self) -> pa.Array:
        """The strings without ё."""
        if self._cased is None:
            self._cased = self._strings
            for written, counted in ALIKE:
                for one, other in ((written, counted), (written.upper(), counted.upper())):
                    self._cased = pc.replace_substring(self._cased, one, other)
        return self._cased

    def described(
        self, value: str, *, literal: bool = False, budget: Budget | None = None
    ) -> NDArray[np.bool_]:
        """Return which strings an expression describes as a whole; CorpusError if it is none."""
        if literal:
            return _equal(self.folded, [fold(value)])
        is_cased = CASE in value
        strings = self.cased if is_cased else self.folded
        plain = alike(value.removeprefix(CASE)) if is_cased else fold(value)
        if not _SPECIAL.search(plain.replace("|", "")):
            return _equal(strings, plain.split("|"))
        return _run(strings, _expression(value), value, budget)


def alike(value: str) -> str:
    """Return a value with letters that count as others replaced: е for ё."""
    for written, counted in ALIKE:
        value = value.replace(written, counted).replace(written.upper(), counted.upper())
    return value


def _expression(value: str) -> str:
    """Return the RE2 expression of a value; of folded strings small letters are asked at once."""
    try:
        if not _HAS_CLASSES.search(value):
            return re2(fold(value)).removeprefix("(?i)")
        return re2(value)
    except ValueError as error:
        raise _bad(value, error) from error


def _run(
    strings: pa.Array, expression: str, value: str, budget: Budget | None
) -> NDArray[np.bool_]:
    found = [np.zeros(0, bool)]
    try:
        # By itself first: brackets that do not match could be closed by those around it.
        pc.match_substring_regex(arrow.strings([""]), value)
        for first in range(0, len(strings), _BLOCK):
            if budget:
                budget.check()
            mask = pc.match_substring_regex(strings.slice(first, _BLOCK), expression)
            found.append(arrow.numbers(mask))
    except pa.ArrowInvalid as error:
        raise _bad(value, error) from error
    return np.concatenate(found)


def _equal(strings: pa.Array, values: list[str]) -> NDArray[np.bool_]:
    wanted = arrow.strings(values).cast(strings.type)
    if len(values) == 1:
        return arrow.numbers(pc.equal(strings, wanted[0]))
    return arrow.numbers(pc.is_in(strings, value_set=wanted))


def _bad(value: str, error: Exception) -> CorpusError:
    why = str(error).removeprefix("Invalid regular expression: ")
    return CorpusError(
        f"{value!r} is no regular expression: {why}",
        "the syntax is RE2's, without look-around and back references; "
        "put a backslash before a sign that is meant as itself",
    )
