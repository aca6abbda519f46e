"""What token patterns found, as a node of a query: matches by document, not by postings."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.arrow import unique_sorted
from corpus.index.arrays import Floats, Integers
from corpus.index.evaluate import ArrayQuery, LeafEvaluation
from corpus.index.ranking import divisors, saturated
from corpus.index.spans import Spans

Numbers = NDArray[np.int64]


class Occurrences(NamedTuple):
    """Matches by document of the index, in order; `word` and `word_stop` count in the document.

    `first` and `stop` are tokens of the columns. A match of punctuation alone has no words.
    """

    doc: Numbers
    first: Numbers
    stop: Numbers
    word: Numbers
    word_stop: Numbers
    in_title: NDArray[np.bool_]

    def where(self, mask: NDArray[Any] | slice) -> Occurrences:
        """Return those for which a mask holds."""
        return Occurrences._make(values[mask] for values in self)


class Patterned(ArrayQuery):
    """A token pattern of which it is known what it finds."""

    def __init__(self, found: Occurrences, text: str) -> None:
        self.found = found
        self.text = text
        self.boost = 1.0

    def __repr__(self) -> str:
        return f"Patterned({self.text})"

    def children(self) -> Any:
        return iter(())

    def is_leaf(self) -> bool:
        return True

    def in_leaf(self, leaf: LeafEvaluation) -> Occurrences:
        """Return what was found in the documents of a segment that are not deleted."""
        first = leaf.leaf.first
        low, high = self.found.doc.searchsorted((first, first + leaf.size))
        own = self.found.where(slice(low, high))
        own = own._replace(doc=own.doc - first)
        return own if leaf.leaf.live is None else own.where(leaf.leaf.live[own.doc])

    def find(self, leaf: LeafEvaluation) -> Integers:
        return unique_sorted(self.in_leaf(leaf).doc.astype(np.uint32))

    def locate(self, leaf: LeafEvaluation) -> Spans:
        own = self.in_leaf(leaf)
        own = own.where(own.word_stop > own.word)
        base = leaf.base[own.doc].astype(np.int64)
        first, last = (base + own.word, base + own.word_stop - 1)
        # Matches that differ by punctuation alone are one here.
        kept = np.ones(len(first), bool)
        kept[1:] = (first[1:] != first[:-1]) | (last[1:] != last[:-1])
        return Spans(first[kept].astype(np.uint32), last[kept].astype(np.uint32))

    def places(self, leaf: LeafEvaluation) -> None:
        return None

    def rate(self, leaf: LeafEvaluation, docs: Integers) -> Floats:
        own = self.in_leaf(leaf)
        frequency = np.zeros(len(docs))
        for field, here in (("title", own.in_title), ("text", ~own.in_title)):
            counts = np.bincount(own.doc[here], minlength=leaf.size)
            frequency += counts[docs] / divisors(leaf, field)[docs]
        scores = saturated(leaf, leaf.whole.count(self), frequency)
        return scores if self.boost == 1.0 else self.boost * scores
