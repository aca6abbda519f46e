"""Folding: of the versions of an article that a query finds, one stands for all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.columns.columns import Columns, Numbers

Mask = NDArray[np.bool_]


class Stories(NamedTuple):
    """By document of the index: a number that versions of one article share, -1 for one alone.

    `is_first` tells the first versions.
    """

    of: Numbers
    is_first: Mask

    def numbered(self, docs: NDArray[Any]) -> Numbers:
        """Return a number for each of some documents that versions alone share."""
        own = self.of[docs]
        return np.where(own < 0, -1 - np.arange(len(docs)), own)


class Folded(NamedTuple):
    """Articles by number that stand behind others; `place` is that of the one shown, in order."""

    numbers: Numbers
    place: Numbers


NOTHING = Folded(np.zeros(0, np.int64), np.zeros(0, np.int64))


def stories(columns: Columns, articles: Numbers, docs: NDArray[Any]) -> Stories:
    """Return the stories of documents, told by the numbers of their articles; `docs` are live."""
    rows = columns.rows_of(articles)
    own = columns.story[rows] if len(columns.story) else rows
    live = np.zeros(len(rows), bool)
    live[docs] = True
    # A document without tokens yet is in no story.
    live &= rows >= 0
    many = np.bincount(own[live], minlength=len(columns.number)) > 1
    told = live.copy()
    told[live] = many[own[live]]
    return Stories(np.where(told, own, -1), own == rows)


def shown(found: Stories, docs: NDArray[Any], value: NDArray[Any], articles: Numbers) -> Mask:
    """Return which of some documents stand for their story: those of the least value.

    Of equal ones it is the first version, then what was added first; `articles` are the numbers.
    """
    kept = np.ones(len(docs), bool)
    told = np.flatnonzero(found.of[docs] >= 0)
    own = docs[told]
    story = found.of[own]
    order = np.lexsort((articles[own], ~found.is_first[own], value[told], story))
    again = story[order[1:]] == story[order[:-1]]
    kept[told[order[1:][again]]] = False
    return kept


def behind(found: Stories, docs: NDArray[Any], lines: NDArray[Any]) -> tuple[Numbers, Numbers]:
    """Return which of some documents are versions of those shown, and the places of these."""
    place = np.full(int(found.of.max(initial=-1)) + 1, -1, np.int64)
    story = found.of[lines]
    place[story[story >= 0]] = np.flatnonzero(story >= 0)
    own = place[found.of[docs]]
    return docs[own >= 0], own[own >= 0]


def in_order(
    versions: tuple[Numbers, Numbers], articles: Numbers, order: Callable[[Numbers], Numbers]
) -> Folded:
    """Return documents behind others as articles, by place and then in the order of the corpus."""
    docs, place = versions
    numbers = articles[docs]
    places = np.lexsort((order(numbers), place))
    return Folded(numbers[places], place[places])
