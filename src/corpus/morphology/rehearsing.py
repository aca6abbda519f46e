"""More to learn from the same sentences: what stands where, whatever the words are.

A treebank of a few thousand sentences shows each ambiguous word a few times, often in one reading
only, and a model of the words learns little of the sentence. So it learns twice from words of the
open classes without being told the word; and half of all words are put before it as if each was an
ambiguous one, with the readings of another word that can be what this one is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpus.morphology import templates
from corpus.morphology.context import Rows
from corpus.morphology.fitting import Problem
from corpus.morphology.inventory import COARSE, FINE, MIDDLE, WORD, Forms, Ints, Inventory
from corpus.morphology.templates import Template

OPEN = frozenset("NOUN PROPN ADJ VERB ADV".split())
"""Parts of speech whose words are too many to be known one by one."""
_SHARE = 0.5
_SEED = 2


def is_open(names: Inventory, labels: Ints) -> NDArray[np.bool_]:
    """Return which labels are of open classes."""
    coarse = [name.partition(".")[0] in OPEN for name in names.lists["coarse"].names]
    found: NDArray[np.bool_] = np.array(coarse)[names.labels[labels, COARSE]]
    return found


def without_words(
    problem: Problem, layout: list[Template], names: Inventory, labels: Ints
) -> tuple[Problem, NDArray[np.bool_]]:
    """Return the groups of a problem whose rows are all of open classes, less the words.

    `labels` are those of its rows. Returned with which groups these are.
    """
    features = problem.features.copy()
    for column, slot in enumerate(templates.slots(layout, names)):
        if slot.view == WORD or layout[slot.template].name == "lemma":
            features[:, column] = 0
    kept = np.logical_and.reduceat(is_open(names, labels), problem.starts)
    return problem._replace(features=features).part(kept), kept


class Borrowed:
    """For half of the tokens of open classes, the readings of another that can be the same."""

    def __init__(
        self, names: Inventory, forms: Forms, tokens: Ints, problem: Problem, rows: Rows
    ) -> None:
        labels = forms.labels[forms.first[tokens]]
        # The right readings, of several the first.
        right = np.flatnonzero(problem.right)[::-1]
        labels[rows.tokens[right]] = forms.labels[rows.readings[right]]
        wanted = names.labels[labels, MIDDLE].tolist()
        lenders = _lenders(names, forms, problem, rows)
        random = np.random.Generator(np.random.PCG64(_SEED))
        taken = is_open(names, labels) & (random.random(len(labels)) < _SHARE)
        draws = random.random(len(labels)).tolist()
        token: list[int] = []
        reading: list[int] = []
        flags: list[bool] = []
        starts: list[int] = []
        for place in np.flatnonzero(taken).tolist():
            some = lenders.get(wanted[place])
            if not some:
                continue
            code = tokens[some[int(draws[place] * len(some))]]
            mine = _classes(names, forms, int(code))
            if len({middle for _, middle, _ in mine}) > 1:
                starts.append(len(token))
                token += [place] * len(mine)
                reading += mine.values()
                flags += [middle == wanted[place] for _, middle, _ in mine]
        self.tokens, self.readings = np.array(token, np.int64), np.array(reading, np.int64)
        self.right, self.starts = np.array(flags, bool), np.array(starts, np.int64)

    def labels(self, names: Inventory, forms: Forms) -> Ints:
        """Return the classes of the rows, which are of no word."""
        found = names.labels[forms.labels[self.readings]].copy()
        found[:, WORD] = 0
        return found

    def problem(self, features: NDArray[np.int32], labels: Ints, own: int, size: int) -> Problem:
        """Return what is to be learnt; `features` below `own` are of the word itself.

        How often a class is right among borrowed ones is learnt beside, and forgotten.
        """
        features[features < own] = 0
        features[:, 0] = size + labels[:, FINE]
        most = size + int(labels[:, FINE].max(initial=0)) + 1
        return Problem(features, self.starts, self.right, self.right, most)


def _lenders(names: Inventory, forms: Forms, problem: Problem, rows: Rows) -> dict[int, list[int]]:
    """Return for each class the tokens, all their readings being open, that can have it."""
    labels = forms.labels[rows.readings]
    kept = np.logical_and.reduceat(is_open(names, labels), problem.starts).tolist()
    middle = names.labels[labels, MIDDLE].tolist()
    found: dict[int, list[int]] = {}
    starts, counts = problem.starts.tolist(), problem.counts.tolist()
    for start, count, keep in zip(starts, counts, kept, strict=True):
        if keep:
            for number in sorted(set(middle[start : start + count])):
                found.setdefault(number, []).append(int(rows.tokens[start]))
    return found


def _classes(names: Inventory, forms: Forms, code: int) -> dict[tuple[int, int, int], int]:
    """Return the readings of a form, one for each class that it can have."""
    found: dict[tuple[int, int, int], int] = {}
    first = int(forms.first[code])
    for reading in range(first, first + int(forms.sizes[code])):
        coarse, middle, fine, _ = names.labels[forms.labels[reading]].tolist()
        found.setdefault((coarse, middle, fine), reading)
    return found
