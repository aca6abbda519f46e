"""The lexicon: every distinct form of a corpus, analysed once, as arrays that tokens look up."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.model import Dictionary
from corpus.morphology.analyser import Analyser
from corpus.morphology.parallel import analyse_all
from corpus.text.tokens import Pieces


class Codes:
    """Strings with a code each, in order of first appearance."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._codes: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.values)

    def code(self, value: str) -> int:
        """Return the code of a string, giving it the next one if it is new."""
        code = self._codes.setdefault(value, len(self.values))
        if code == len(self.values):
            self.values.append(value)
        return code


class Lexicon:
    """Forms (in `pieces`) and their lemma, part of speech and tag, each coded by number.

    `lemma_codes()[form_code]` is a code into `lemmas.values`, and so on: arrays of one length.
    """

    def __init__(self, analyser: Analyser | None = None) -> None:
        self.analyser = analyser or Analyser()
        self.pieces = Pieces()
        self.lemmas, self.parts, self.tags = Codes(), Codes(), Codes()
        self._columns = tuple(array("i") for _ in range(3))

    def __len__(self) -> int:
        """Number of forms analysed; `pieces` may know more."""
        return len(self._columns[0])

    def load(self, forms: Sequence[str], coded: Sequence[tuple[list[int], list[str]]]) -> None:
        """Take in forms analysed earlier, before anything is tokenised.

        `coded` holds codes and values of lemma, part of speech and tag: each value is one string
        in memory, however many forms share it.
        """
        for form in forms:
            self.pieces.form_code(form)
        names = (self.lemmas, self.parts, self.tags)
        for column, known, (codes, values) in zip(self._columns, names, coded, strict=True):
            places = [known.code(value) for value in values]
            column.extend(map(places.__getitem__, codes))

    def update(self, progress: Callable[[int, int], None] | None = None) -> list[Dictionary]:
        """Analyse the forms that tokenising has found since the last time; return them.

        Large numbers of forms are shared out over the machine's cores; the result is the same.
        Their alternatives are not kept here: no token needs them.
        """
        new = self.pieces.forms[len(self) :]
        entries = list(analyse_all(new, self.analyser, progress))
        for entry in entries:
            self._append(entry.lemma, entry.pos, entry.tag)
        return entries

    def arrays(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        """Return the codes of lemma, part of speech and tag by form code."""
        lemma, pos, tag = (np.array(column, np.int32) for column in self._columns)
        return lemma, pos, tag

    def _append(self, lemma: str, pos: str, tag: str) -> None:
        lemmas, parts, tags = self._columns
        lemmas.append(self.lemmas.code(lemma))
        parts.append(self.parts.code(pos))
        tags.append(self.tags.code(tag))
