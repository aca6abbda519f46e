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
from corpus.text.fold import ALIKE, fold

CASE = "(?-i)"
"""Stands first in a value for which case counts."""

# Strings that are looked at between two looks at the clock.
_BLOCK = 1 << 15
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
        strings, value = (
            (self.cased, alike(value.removeprefix(CASE)))
            if value.startswith(CASE)
            else (self.folded, _small(value))
        )
        if not _SPECIAL.search(value.replace("|", "")):
            checked(value)
            return _equal(strings, value.split("|"))
        return _run(strings, value, budget)


def alike(value: str) -> str:
    """Return an expression with letters that count as others replaced: е for ё."""
    for written, counted in ALIKE:
        value = value.replace(written, counted).replace(written.upper(), counted.upper())
    return value


def _small(value: str) -> str:
    """Return an expression for folded strings; what a backslash makes special keeps its case."""
    value = alike(value)
    return f"(?i){value}" if "\\" in value or "(?" in value else value.lower()


def checked(value: str) -> None:
    """Raise CorpusError if a value is no regular expression, by itself."""
    try:
        pc.match_substring_regex(arrow.strings(["а"]), value)
    except pa.ArrowInvalid as error:
        raise _bad(value, error) from error


def _run(strings: pa.Array, value: str, budget: Budget | None) -> NDArray[np.bool_]:
    checked(value)
    flags, value = ("(?i)", value[4:]) if value.startswith("(?i)") else ("", value)
    found = [np.zeros(0, bool)]
    for first in range(0, len(strings), _BLOCK):
        if budget:
            budget.check()
        block = strings.slice(first, _BLOCK)
        try:
            mask = pc.match_substring_regex(block, rf"{flags}\A(?:{value})\z")
        except pa.ArrowInvalid as error:
            raise _bad(value, error) from error
        found.append(arrow.numbers(mask))
    return np.concatenate(found)


def _equal(strings: pa.Array, values: list[str]) -> NDArray[np.bool_]:
    wanted = arrow.strings(values).cast(strings.type)
    if len(values) == 1:
        return arrow.numbers(pc.equal(strings, wanted[0]))
    return arrow.numbers(pc.is_in(strings, value_set=wanted))


def _bad(value: str, error: Exception) -> CorpusError:
    why = str(error).removeprefix("Invalid regular expression: ")
    return CorpusError(
        f"{value.removeprefix('(?i)')!r} is no regular expression: {why}",
        "the syntax is RE2's, without look-around and back references; "
        "put a backslash before a sign that is meant as itself",
    )
