"""The order of results: by the measure, then by frequency, then by the alphabet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.columns.columns import Numbers
from corpus.columns.vocabulary import Vocabulary

_DIGITS = 40
"""Binary digits by which values are compared: the last few are up to how they were rounded."""


def order(values: NDArray[Any], frequency: NDArray[Any]) -> Numbers:
    """Return the places of values from the highest to the lowest, nan last.

    Equal ones stand by frequency, the higher first, and then as they are given: what is given in
    the order of the alphabet depends on nothing else.
    """
    return np.lexsort((-np.asarray(frequency), -_compared(values)))


def _compared(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return values rounded so that the same counts give the same, whatever stood beside them."""
    fraction, exponent = np.frexp(np.asarray(values, np.float64))
    rounded = np.ldexp(np.round(np.ldexp(fraction, _DIGITS)), exponent - _DIGITS)
    return np.where(np.isnan(values), -np.inf, rounded)


def descending(frequency: Numbers) -> Numbers:
    """Return places by frequency, the greatest first, those of equal ones in their order."""
    size = len(frequency)
    if not size:
        return np.zeros(0, np.int64)
    # Place and frequency in one number: numpy sorts numbers far quicker than places.
    bits = int(size - 1).bit_length()
    keys: Numbers = frequency.max() - frequency
    keys <<= bits
    keys |= np.arange(size)
    keys.sort()
    keys &= (1 << bits) - 1
    return keys


def descending_by_name(frequency: Numbers, names: pa.Array) -> Numbers:
    """Return places by frequency, the greatest first, those of equal ones in Russian order."""
    alphabet = alphabetical(names)
    return alphabet[descending(frequency[alphabet])]


def alphabetical(names: pa.Array) -> Numbers:
    """Return the places of names in Russian order."""
    places, _ = Vocabulary(names.cast(pa.large_string())).collated
    return np.argsort(places)
