"""Fronts: how far walks over the tokens have come, all of them at once.

A walk is an origin and the place it has reached, packed into one number that sorts by place; the
tokens that bear labels stand beside it. How a walk goes on depends on its place and its labels
alone. So of walks that differ by their origin only the longest needs to be kept, where no more is
asked than which stretches lie in no other one; else (`exact`) every one is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.arrow import unique_sorted
from corpus.columns.columns import Numbers

Mask = NDArray[np.bool_]

BITS = 32
_LOW = (1 << BITS) - 1


class Front(NamedTuple):
    """Walks in the order of their places; `labels` has the token of each label, or −1."""

    keys: Numbers
    labels: tuple[Numbers, ...] = ()

    @property
    def places(self) -> Numbers:
        return self.keys >> BITS

    @property
    def origins(self) -> Numbers:
        return self.keys & _LOW

    def where(self, mask: Mask | NDArray[np.intp] | slice) -> Front:
        """Return the walks for which a mask holds, or those at some positions."""
        return Front(self.keys[mask], tuple(label[mask] for label in self.labels))

    def moved(self, places: Numbers) -> Front:
        """Return the walks when they have come to other places, in the same order."""
        return Front((places << BITS) | self.origins, self.labels)


def begun(places: Numbers, labels: int = 0) -> Front:
    """Return walks that begin at some ascending places."""
    return Front((places << BITS) | places, tuple(np.full(len(places), -1) for _ in range(labels)))


def merged(fronts: Sequence[Front], exact: bool) -> Front:
    """Return the walks of several fronts as one; what may be left out is left out."""
    fronts = [front for front in fronts if len(front.keys)] or list(fronts[:1])
    if len(fronts) == 1 and not fronts[0].labels:
        # Each front is in order, and holds nothing twice.
        return fronts[0]
    keys = np.concatenate([front.keys for front in fronts])
    labels = tuple(map(np.concatenate, zip(*(front.labels for front in fronts), strict=True)))
    return settled(Front(keys, labels), exact)


def settled(front: Front, exact: bool) -> Front:
    """Return walks that stand in any order as a front."""
    if front.labels:
        return _with_labels(front, exact)
    # A stable sort takes what is in order already as a whole.
    keys = np.sort(front.keys, kind="stable")
    return Front(unique_sorted(keys) if exact else keys[_first_of_places(keys)])


def _first_of_places(keys: Numbers) -> Mask:
    places = keys >> BITS
    first = np.ones(len(keys), bool)
    np.not_equal(places[1:], places[:-1], out=first[1:])
    return first


def _with_labels(front: Front, exact: bool) -> Front:
    origins, places = front.origins, front.places
    order = np.lexsort((origins, *front.labels, places))
    kept = np.zeros(len(order), bool)
    kept[:1] = True
    for values in (places, *front.labels, *([origins] if exact else [])):
        own = values[order]
        kept[1:] |= own[1:] != own[:-1]
    return front.where(order[kept])


def news(front: Front, known: Front, exact: bool) -> Front:
    """Return the walks that none known replaces; both are in order and have no labels."""
    if exact:
        place = known.keys.searchsorted(front.keys)
        there = known.keys.take(place, mode="clip") == front.keys
        return front.where(~there)
    places = known.places
    place = places.searchsorted(front.places)
    there = places.take(place, mode="clip") == front.places
    shorter = known.origins.take(place, mode="clip") <= front.origins
    return front.where(~(there & shorter))
