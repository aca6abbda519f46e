"""The lexicon: every distinct form of a corpus, analysed once, as arrays that tokens look up."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.codes import Codes
from corpus.morphology.analyser import Analyser
from corpus.morphology.parallel import Analyses, analyse_all
from corpus.processes import Pool
from corpus.text.tokens import Pieces


class Lexicon:
    """Forms (in `pieces`) and their lemma, part of speech and tag, each coded by number.

    `arrays()[0][form_code]` is a code into `list(lemmas)`, and so on: arrays of one length.
    """

    def __init__(self, analyser: Analyser | None = None) -> None:
        self.analyser = analyser or Analyser()
        self.pieces = Pieces()
        self.pool: Pool | None = None
        """Processes that share in analysing, if there are some."""
        self.lemmas, self.parts, self.tags = Codes[str](), Codes[str](), Codes[str]()
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
            places = list(known.of(values))
            column.extend(map(places.__getitem__, codes))

    def update(self, progress: Callable[[int, int], None] | None = None) -> Analyses:
        """Analyse the forms that tokenising has found since the last time; return them.

        Large numbers of forms are shared out over the machine's cores, any number over the
        processes of `pool`; the result is the same.
        Their alternatives are not kept here: no token needs them.
        """
        found = analyse_all(self.pieces.forms[len(self) :], self.analyser, progress, self.pool)
        names = (self.lemmas, self.parts, self.tags)
        for column, known, values in zip(self._columns, names, found[1:4], strict=True):
            column.extend(known.of(values))
        return found

    def arrays(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        """Return the codes of lemma, part of speech and tag by form code."""
        lemma, pos, tag = (np.array(column, np.int32) for column in self._columns)
        return lemma, pos, tag
