"""The lexicon: every distinct form of a corpus, analysed once, as arrays that tokens look up."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence

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
        self._alternatives: list[tuple[str, ...] | None] = []

    def __len__(self) -> int:
        """Number of forms analysed; `pieces` may know more."""
        return len(self._alternatives)

    def load(self, entries: Iterable[Dictionary]) -> None:
        """Take in analyses made earlier, in their order, before anything else is tokenised."""
        for entry in entries:
            self.pieces.form_code(entry.form)
            self._append(entry)

    def update(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Analyse the forms that tokenising has found since the last time.

        Large numbers of forms are shared out over the machine's cores; the result is the same.
        """
        new = self.pieces.forms[len(self) :]
        for entry in analyse_all(new, self.analyser, progress):
            self._append(entry)

    def entries(self, first: int = 0) -> Sequence[Dictionary]:
        """Return the analyses of forms from number `first` on."""
        columns = zip(*(column[first:] for column in self._columns), strict=True)
        return [
            Dictionary(
                form,
                self.lemmas.values[lemma],
                self.parts.values[pos],
                self.tags.values[tag],
                alternatives or (self.lemmas.values[lemma],),
            )
            for form, (lemma, pos, tag), alternatives in zip(
                self.pieces.forms[first : len(self)],
                columns,
                self._alternatives[first:],
                strict=True,
            )
        ]

    def arrays(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        """Return the codes of lemma, part of speech and tag by form code."""
        lemma, pos, tag = (np.array(column, np.int32) for column in self._columns)
        return lemma, pos, tag

    def _append(self, entry: Dictionary) -> None:
        lemma, pos, tag = self._columns
        lemma.append(self.lemmas.code(entry.lemma))
        pos.append(self.parts.code(entry.pos))
        tag.append(self.tags.code(entry.tag))
        # Most forms have one lemma only: keep no tuple for those.
        only = len(entry.alternatives) == 1
        self._alternatives.append(None if only else entry.alternatives)
