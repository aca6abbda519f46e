"""Repeats: which of the articles that were just added say what another one says."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from corpus.columns.columns import Columns
from corpus.receipt import Receipt
from corpus.store.store import Store


def with_repeats(receipt: Receipt, store: Store, columns: Columns) -> Receipt:
    """Return a receipt that names every new version of an article that was there before it.

    What it repeats is the earliest of those, by date; or the one with the very same text.
    """
    added = set(receipt.added)
    if not added:
        return receipt
    repeats = dict(receipt.near_duplicate)
    for numbers, ids in _stories(store, columns):
        for number, name in zip(numbers, ids, strict=True):
            earlier = (i for n, i in zip(numbers, ids, strict=True) if n < number)
            other = next(earlier, None)
            if name in added and other is not None:
                repeats.setdefault(name, other)
    pairs = ((name, repeats[name]) for name in receipt.added if name in repeats)
    return replace(receipt, near_duplicate=tuple(pairs))


def _stories(store: Store, columns: Columns) -> list[tuple[list[int], list[str]]]:
    """Return the numbers and the ids of each story's versions, the earliest first."""
    rows = np.flatnonzero(np.isin(columns.number, store.live))
    many = np.bincount(columns.story[rows], minlength=len(columns.number)) > 1
    rows = rows[many[columns.story[rows]]]
    numbers = columns.number[rows]
    order = np.lexsort((store.places(numbers), columns.story[rows]))
    numbers, story = numbers[order], columns.story[rows[order]]
    ids = store.rows(numbers, ["id"]).column(0).to_pylist()
    edges = [*np.flatnonzero(np.diff(story, prepend=-1)).tolist(), len(story)]
    return [(numbers[a:b].tolist(), ids[a:b]) for a, b in pairwise(edges)]
