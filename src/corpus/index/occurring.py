"""Token patterns asked of the columns, answered by documents of the index."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from corpus.columns.columns import ZONE, Columns
from corpus.errors import CorpusError
from corpus.index.patterned import Numbers, Occurrences
from corpus.index.snapshot import Snapshot
from corpus.limits import Budget
from corpus.patterns.matcher import Matcher, Stretches
from corpus.query.patterns import Pattern
from corpus.text.tokens import TITLE

# Matches that are remembered: some 60 megabytes.
_MOST_KEPT = 1 << 22


class Occurring:
    """Finds patterns in the articles of a snapshot; remembers what was found last."""

    def __init__(self, columns: Columns, snapshot: Snapshot) -> None:
        self.columns = columns
        self._snapshot = snapshot
        self._known: dict[Pattern, Stretches] = {}

    @cached_property
    def matcher(self) -> Matcher:
        """What finds patterns in the articles that are searched."""
        docs = self._snapshot.docs
        rows = np.zeros(len(self.columns.number), bool)
        rows[self._row_of_doc[docs]] = True
        return Matcher(self.columns, rows)

    @cached_property
    def _row_of_doc(self) -> Numbers:
        """The row of each document, -1 for one that is deleted and has no tokens any more."""
        found = self.columns.rows_of(self._snapshot.articles)
        if (found[self._snapshot.docs] < 0).any():
            raise CorpusError("the index holds articles that the columns do not", "corpus rebuild")
        return found

    @cached_property
    def _doc_of_row(self) -> Numbers:
        docs = self._snapshot.docs
        found = np.full(len(self.columns.number), -1, np.int64)
        found[self._row_of_doc[docs]] = docs
        return found

    def stretches(self, pattern: Pattern, budget: Budget) -> Stretches:
        """Return everything that a pattern finds."""
        found = self._known.pop(pattern, None)
        if found is None:
            found = self.matcher.find(pattern, budget)
        budget.count(len(found.first))
        self._known[pattern] = found
        kept = list(self._known.items())
        while sum(len(own.first) for _, own in kept) > _MOST_KEPT:
            self._known.pop(kept.pop(0)[0], None)
        return found

    def occurrences(self, pattern: Pattern, budget: Budget) -> Occurrences:
        """Return the same by document of the index."""
        columns = self.columns
        first, stop = self.stretches(pattern, budget)
        row = columns.first_token.searchsorted(first, "right") - 1
        before = columns.first_word[row]
        doc = self._doc_of_row[row]
        found = Occurrences(
            doc,
            first,
            stop,
            columns.word_at(first) - before,
            columns.word_at(stop) - before,
            self._in_title(first),
        )
        # Documents mostly stand in the order of the columns.
        in_order = bool((doc[1:] >= doc[:-1]).all())
        return found if in_order else found.where(np.argsort(doc, kind="stable"))

    def _in_title(self, tokens: Numbers) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (self.columns.flags[tokens] & ZONE) == TITLE
        return found
