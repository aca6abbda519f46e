"""Whose surname it is: Алевтина Ветрова is a woman, у Сергея Ветрова a man.

Half of the forms that men and women of a family have are written alike. The name before and the
verb beside tell them apart for certain, and too few sentences are there to learn that from.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpus.morphology.inventory import COARSE, FINE, Forms, Ints, Inventory
from corpus.morphology.templates import Neighbours

Flags = NDArray[np.bool_]

GIVEN = frozenset({"Name", "Patr"})
_BEFORE_GENITIVES = frozenset("NOUN PROPN ADJ ADP NUM DET PRON".split())


class Agreement:
    """What the classes of readings say of surnames and of what stands beside them."""

    def __init__(self, inventory: Inventory) -> None:
        fine = [frozenset(name.split(".")) for name in inventory.lists["fine"].names]
        coarse = [name.partition(".")[0] for name in inventory.lists["coarse"].names]
        by_fine, by_coarse = inventory.labels[:, FINE], inventory.labels[:, COARSE]

        def fines(*wanted: str) -> Flags:
            return np.array([name.issuperset(wanted) for name in fine])[by_fine]

        self._woman, self._man = fines("Surn", "femn"), fines("Surn", "masc")
        given = np.array([not name.isdisjoint(GIVEN) for name in fine])[by_fine]
        self._given_woman, self._given_man = given & fines("femn"), given & fines("masc")
        self._she = fines("past", "femn")
        self._noun = np.array([name in _BEFORE_GENITIVES for name in coarse])[by_coarse]
        self._mark = np.array([name == "PUNCT" for name in coarse])[by_coarse]

    def broken(
        self, token: NDArray[np.int64], labels: Ints, chosen: Ints, forms: Forms, near: Neighbours
    ) -> Flags:
        """Return which readings are of the surname of a man where a woman is meant, or of hers.

        `labels` are those of the readings, `token` tells whose they are; `chosen` is the reading
        of each token as far as it is known.
        """
        women, men = self._woman[labels], self._man[labels]
        found = np.zeros(len(labels), bool)
        concerned = np.flatnonzero(women | men)
        if not len(concerned):
            return found
        token, women, men = token[concerned], women[concerned], men[concerned]
        label = forms.labels[chosen]

        def beside(flags: Flags, step: int) -> Flags:
            return near.shifted(flags[label].astype(np.int32), step, 0)[token] > 0

        # Ветрова сказала …, but жена Ветрова сказала; «…», — сказала Ветрова.
        hers = beside(self._she, 1) & ~beside(self._noun, -1)
        hers |= beside(self._she, -1) & beside(self._mark, -2)
        hers |= beside(self._given_woman, -1)
        his = beside(self._given_man, -1)
        found[concerned] = (men & hers & ~his) | (women & his)
        return found
