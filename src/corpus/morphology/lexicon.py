"""The lexicon: every distinct form of a corpus, analysed once, as arrays that tokens look up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.codes import Codes
from corpus.morphology.analyser import Analyser
from corpus.morphology.inventory import Forms, Ints
from corpus.morphology.parallel import Analyses, analyse_all, choosing
from corpus.processes import Pool
from corpus.text.tokens import Pieces


class Coded(NamedTuple):
    """Analyses in numbers: of each form how many readings it has, of each reading all else.

    `lemmas`, `parts` and `tags` are codes and the values that they stand for.
    """

    sizes: Ints
    atoms: Ints
    shapes: Ints
    lemmas: tuple[Ints, Sequence[str]]
    parts: tuple[Ints, Sequence[str]]
    tags: tuple[Ints, Sequence[str]]
    labels: Ints
    first: Ints
    second: Ints


def _coded(values: Sequence[str]) -> tuple[Ints, Sequence[str]]:
    codes = Codes[str]()
    return np.fromiter(codes.of(values), np.int32, count=len(values)), list(codes)


class Lexicon:
    """Forms (in `pieces`) and everything that each can be.

    Lemma, part of speech and tag are coded by number: a code stands for `list(lemmas)[code]`, and
    so on.
    """

    def __init__(self, analyser: Analyser | None = None) -> None:
        self.analyser = analyser or Analyser()
        self.pieces = Pieces()
        self.pool: Pool | None = None
        """Processes that share in analysing, if there are some."""
        self.lemmas, self.parts, self.tags = Codes[str](), Codes[str](), Codes[str]()
        self._size = 0
        self._columns: list[list[Ints]] = [[np.zeros(0, np.int32)] for _ in Coded._fields]

    def __len__(self) -> int:
        """Number of forms analysed; `pieces` may know more."""
        return self._size

    def load(self, forms: Sequence[str], coded: Coded) -> None:
        """Take in forms analysed earlier, before anything is tokenised."""
        self.pieces.add(forms)
        self._append(coded)

    def update(self, progress: Callable[[int, int], None] | None = None) -> Analyses:
        """Analyse the forms that tokenising has found since the last time; return them.

        Large numbers of forms are shared out over the machine's cores, any number over the
        processes of `pool`; the result is the same.
        Their alternatives are not kept here: no token needs them.
        """
        found = analyse_all(self.pieces.forms[len(self) :], self.analyser, progress, self.pool)
        self._append(
            Coded(
                found.sizes,
                found.atoms,
                found.shapes,
                _coded(found.lemmas),
                _coded(found.parts),
                _coded(found.tags),
                found.labels,
                found.first,
                found.second,
            )
        )
        return found

    def _append(self, coded: Coded) -> None:
        known = {"lemmas": self.lemmas, "parts": self.parts, "tags": self.tags}
        for column, (name, found) in zip(self._columns, coded._asdict().items(), strict=True):
            if name in known:
                codes, values = found
                found = np.fromiter(known[name].of(values), np.int32, count=len(values))[codes]
            column.append(np.asarray(found, np.int32))
        self._size += len(coded.sizes)

    def _arrays(self) -> dict[str, Ints]:
        """Return the columns, each as one array."""
        for column in self._columns:
            if len(column) > 1:
                column[:] = [np.concatenate(column)]
        return {name: c[0] for name, c in zip(Coded._fields, self._columns, strict=True)}

    def arrays(self) -> tuple[Ints, Ints, Ints]:
        """Return the codes of lemma, part of speech and tag by form, as it is by itself."""
        found = self._arrays()
        first = np.cumsum(found["sizes"]) - found["sizes"]
        return found["lemmas"][first], found["parts"][first], found["tags"][first]

    def choosing(
        self, tokens: Ints, starts: NDArray[np.bool_]
    ) -> Callable[[], tuple[Ints, Ints, Ints]]:
        """Have readings chosen for tokens; return what waits for them, if need be.

        That returns the codes of lemma, part of speech and tag that the tokens have in their
        sentences. `tokens` holds codes of forms, `starts` says which are the first of a sentence.
        The processes of `pool` do it if there are some; the result is the same.
        """
        found = self._arrays()
        sizes = found["sizes"]
        forms = Forms(
            first=(np.cumsum(sizes) - sizes).astype(np.int32),
            sizes=sizes,
            labels=found["labels"],
            words=found["lemmas"] * np.int32(64) + found["parts"],
            own=(found["first"], found["second"]),
            atoms=found["atoms"],
            shapes=found["shapes"],
            places=found["labels"],  # of no use here
        )
        places = choosing(forms, tokens, starts, self.analyser, self.pool)

        def chosen() -> tuple[Ints, Ints, Ints]:
            own = places()
            return found["lemmas"][own], found["parts"][own], found["tags"][own]

        return chosen

    def chosen(self, tokens: Ints, starts: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
        """Return what `choosing` does, once it is there."""
        return self.choosing(tokens, starts)()
