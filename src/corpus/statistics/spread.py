"""Dispersion: how evenly a word is spread over the parts of a corpus, or along it.

Counts come as triples (item, part, count) with one entry for each part that an item occurs in, so
that one word and a whole vocabulary are the same to the formulas. Each returns one value an item,
nan where the item does not occur. None of them warns.

Sources, cited below by name:
- Carroll 1970, An alternative to Juilland's usage coefficient.
- Gries 2008, Dispersions and adjusted frequencies in corpora; Lijffijt & Gries 2012, a correction.
- Juilland, Brodin & Davidovitch 1970, Frequency dictionary of French words.
- Savický & Hlaváčová 2002, Measures of word commonness (ARF).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Integers: TypeAlias = npt.NDArray[np.integer[Any]]
Values: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PartCounts:
    """How often items occur in the parts of a corpus.

    `item`, `part` and `count` are parallel: the item's number (0 to `items` - 1), the part's
    number and a count above 0; no pair stands twice. `sizes` holds the words of each part; a part
    without words is no part.
    """

    item: Integers
    part: Integers
    count: Integers
    items: int
    sizes: Integers

    @classmethod
    def of(cls, counts: npt.ArrayLike, sizes: npt.ArrayLike) -> PartCounts:
        """Return the counts of one item in every part, or of several: one row an item."""
        rows = np.atleast_2d(np.asarray(counts))
        item, part = np.nonzero(rows)
        return cls(item, part, rows[item, part], len(rows), np.asarray(sizes))

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return int(np.count_nonzero(self.sizes))


def part_range(counts: PartCounts) -> Integers:
    """Return in how many parts each item occurs; 0 if it does not."""
    return np.bincount(counts.item, minlength=counts.items)


def juilland_d(counts: PartCounts) -> Values:
    """Return 1 - (σ/μ)/√(n-1) of the relative frequencies in n parts (Juilland et al. 1970).

    σ is that of a population. 1: perfectly even, 0: all in one part; nan if there is one part.
    """
    n = counts.parts
    rates = counts.count / counts.sizes[counts.part]
    mean = _sums(counts, rates) / max(n, 1)
    squares = _sums(counts, (rates - mean[counts.item]) ** 2)
    squares += (n - part_range(counts)) * mean**2
    # σ = √(squares/n): both roots in one, so that a word of one part gets 0 and not nearly 0.
    return _within(1 - _ratio(np.sqrt(_ratio(squares, n * (n - 1))), mean))


def gries_dp(counts: PartCounts) -> Values:
    """Return ½·Σ|v/f - s| (Gries 2008): v/f the item's share in a part, s that of all words.

    0: spread exactly as the parts' sizes are; towards 1: all in a small part.
    """
    shares = _ratio(counts.count, _sums(counts, counts.count)[counts.item])
    sizes = _ratio(counts.sizes, counts.sizes.sum())[counts.part]
    # A part without the item adds the part's own share.
    elsewhere = 1 - _sums(counts, sizes)
    return _present(counts, _within((_sums(counts, np.abs(shares - sizes)) + elsewhere) / 2))


def dp_norm(counts: PartCounts) -> Values:
    """Return DP/(1 - min s), so that 1 can be reached (Lijffijt & Gries 2012).

    nan if there is one part.
    """
    parts = counts.sizes[counts.sizes > 0]
    smallest = parts.min() / parts.sum() if len(parts) else np.nan
    return _within(_ratio(gries_dp(counts), 1 - smallest))


def carroll_d2(counts: PartCounts) -> Values:
    """Return H(p)/log n (Carroll 1970), p the relative frequencies in n parts, made to add to 1.

    1: perfectly even, 0: all in one part; nan if there is one part.
    """
    rates = counts.count / counts.sizes[counts.part]
    p = rates / _sums(counts, rates)[counts.item]
    entropy = _sums(counts, -p * np.log(p))
    return _present(counts, _within(_ratio(entropy, np.log(max(counts.parts, 1)))))


def average_reduced_frequency(positions: npt.ArrayLike, total: int) -> float:
    """Return the ARF of one item from its sorted positions in a corpus of `total` words."""
    places = np.asarray(positions, dtype=np.int64)
    return float(average_reduced_frequencies(np.zeros_like(places), places, 1, total)[0])


def average_reduced_frequencies(
    item: Integers, position: Integers, items: int, total: int
) -> Values:
    """Return (F/N)·Σmin(d, N/F) of each item (Savický & Hlaváčová 2002).

    `item` and `position` are parallel, sorted by item and then by position (0 to `total` - 1);
    d are the distances from one occurrence to the next, the corpus closed to a ring. The value
    is near F for what is spread evenly, near 1 for what stands in one clump, 0 for what does not
    occur.
    """
    # Differences of narrow or unsigned numbers could overflow.
    item, position = (np.asarray(column, dtype=np.int64) for column in (item, position))
    if not len(item):
        return np.zeros(items)
    frequency = np.bincount(item, minlength=items)
    first = np.flatnonzero(np.diff(item, prepend=-1))
    last = np.append(first[1:], len(item)) - 1
    distance = np.diff(position, prepend=0)
    distance[first] = position[first] + total - position[last]
    reach = (total / np.maximum(frequency, 1))[item]
    capped = np.minimum(distance, reach)
    return np.bincount(item, weights=capped / reach, minlength=items).astype(np.float64)


def _sums(counts: PartCounts, values: npt.NDArray[np.generic]) -> Values:
    """Return the sum of the entries' values for each item."""
    return np.bincount(counts.item, weights=values, minlength=counts.items).astype(np.float64)


def _present(counts: PartCounts, values: Values) -> Values:
    return np.where(part_range(counts) > 0, values, np.nan)


def _within(values: Values) -> Values:
    """Return values that rounding may have carried past 0 or 1, without that."""
    return np.clip(values, 0, 1)


def _ratio(over: npt.ArrayLike, under: npt.ArrayLike) -> Values:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.divide(over, under), dtype=np.float64)
