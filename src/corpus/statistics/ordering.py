"""The order of results: by the measure, then by frequency, then by the alphabet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.columns.columns import Numbers

_DIGITS = 40
"""Binary digits by which values are compared: the last few are up to how they were rounded."""


def order(
    values: NDArray[Any], frequency: NDArray[Any], ranks: Callable[[Numbers], Numbers]
) -> Numbers:
    """Return the places of values from the highest to the lowest, nan last.

    Equal ones stand by frequency, the higher first, and then in the order that `ranks` gives for
    some places: so that nothing depends on the codes, which are in order of arrival.
    """
    keys = [-_compared(values), -np.asarray(frequency)]
    places = np.lexsort(keys[::-1])
    same = np.ones(len(places), bool)
    for key in keys:
        same[1:] &= key[places[1:]] == key[places[:-1]]
    same[:1] = False
    tied = same.copy()
    tied[:-1] |= same[1:]
    # Only what is tied needs the alphabet.
    within = np.zeros(len(places), np.int64)
    within[tied] = ranks(places[tied])
    return places[np.lexsort((within, np.cumsum(~same)))]


def _compared(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return values rounded so that the same counts give the same, whatever stood beside them."""
    fraction, exponent = np.frexp(np.asarray(values, np.float64))
    rounded = np.ldexp(np.round(np.ldexp(fraction, _DIGITS)), exponent - _DIGITS)
    return np.where(np.isnan(values), -np.inf, rounded)
