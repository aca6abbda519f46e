"""Published values, or such as can be worked out with a pencil: one line each."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from corpus.statistics import intervals, measures, spread
from corpus.statistics.measures import Cells, expected, keyness_cells
from corpus.statistics.spread import PartCounts


def cells(o11: float, o12: float, o21: float, o22: float) -> Cells:
    return Cells(*(np.asarray(cell, dtype=float) for cell in (o11, o12, o21, o22)))


def pair(
    function: Callable[..., np.ndarray], joint: float, f_a: float, f_b: float, n: float
) -> float:
    """Return a measure of the joint and the expected count."""
    return float(function(joint, expected(f_a, f_b, n)))


def even(counts: list[int]) -> PartCounts:
    """Return the counts of one item in parts of equal size."""
    return PartCounts.of(counts, [100] * len(counts))


ENDS = intervals.count_interval
KEY = (10, 2, 1000, 1000)

# what, its value, the value published, to how many decimals
GOLDEN = [
    ("MI", pair(measures.mi, 8, 1105, 44, 15_000_000), 11.3, 1),
    ("MI³", pair(measures.mi3, 8, 1105, 44, 15_000_000), 11.27 + 6, 2),
    ("t", pair(measures.t_score, 8, 15828, 4675, 14307668), 0.999932, 6),
    ("z", pair(measures.z_score, 8, 15828, 4675, 14307668), 2.828236 / math.sqrt(5.171764), 5),
    (
        "simple LL",
        pair(measures.simple_log_likelihood, 8, 15828, 4675, 14307668),
        2 * (8 * math.log(8 / 5.171764) - 2.828236),
        5,
    ),
    ("LL", float(measures.log_likelihood(cells(10, 0, 3, 31764))), 167.23, 2),
    ("LL, repelled", float(measures.log_likelihood(cells(0, 50, 50, 0))), -138.629436, 6),
    ("Dice", float(measures.dice(130, 3121, 143)), 0.08, 2),
    ("logDice of words always together", float(measures.log_dice(7, 7, 7)), 14, 12),
    ("logDice one in two", float(measures.log_dice(5, 10, 10)), 13, 12),
    ("min. sensitivity", float(measures.minimum_sensitivity(17, 257, 1018)), 0.016699, 6),
    ("ΔP", float(measures.delta_p(cells(10, 90, 20, 880))), 0.1 - 20 / 900, 12),
    ("ΔP back", float(measures.delta_p_back(cells(10, 90, 20, 880))), 10 / 30 - 90 / 970, 12),
    ("log ratio", float(measures.log_ratio(keyness_cells(*KEY))), 2.3219, 4),
    ("log ratio of nothing", float(measures.log_ratio(keyness_cells(0, 4, 1000, 1000))), -3, 12),
    ("keyness LL", float(measures.keyness_log_likelihood(keyness_cells(*KEY))), 5.822, 3),
    ("keyness LL, four terms", float(measures.log_likelihood(keyness_cells(*KEY))), 5.854, 3),
    ("BIC", float(measures.bic(keyness_cells(*KEY))), -1.779, 3),
    (
        "%DIFF",
        float(measures.percent_diff(keyness_cells(206523, 178174, 959641, 1562358))),
        88.7,
        1,
    ),
    (
        "simple maths",
        float(measures.simple_maths(keyness_cells(35, 263, 112289776, 1559716979))),
        1.1224,
        4,
    ),
    ("χ²", float(measures.chi_squared(cells(3, 0, 0, 31774))), 31777, 6),
    (
        "odds ratio",
        float(measures.odds_ratio(keyness_cells(16217, 735, 2796938, 2087946))),
        16.6,
        1,
    ),
    ("range", float(spread.part_range(even([0, 4, 3, 2, 1]))[0]), 4, 0),
    ("Juilland D", float(spread.juilland_d(even([0, 4, 3, 2, 1]))[0]), 0.6464, 4),
    ("Gries DP", float(spread.gries_dp(even([1, 2, 3, 4, 5]))[0]), 0.2, 12),
    ("DPnorm", float(spread.dp_norm(even([2, 1, 0]))[0]), 0.5, 12),
    ("Carroll D2", float(spread.carroll_d2(even([2, 1, 1, 1, 0]))[0]), 0.8277, 4),
    ("ARF of even steps", spread.average_reduced_frequency([0, 10, 20, 30], 40), 4, 12),
    ("ARF of one clump", spread.average_reduced_frequency([5, 6, 7, 8], 40), 1.3, 12),
    ("ARF of one", spread.average_reduced_frequency([7], 40), 1, 12),
    ("ARF of none", spread.average_reduced_frequency([], 40), 0, 12),
    # Garwood's table.
    ("count 0, high", float(ENDS(0)[1]), 3.689, 3),
    ("count 1, low", float(ENDS(1)[0]), 0.0253, 4),
    ("count 1, high", float(ENDS(1)[1]), 5.572, 3),
    ("count 10, low", float(ENDS(10)[0]), 4.795, 3),
    ("count 10, high", float(ENDS(10)[1]), 18.39, 2),
    ("count 100, low", float(ENDS(100)[0]), 81.364, 3),
    ("count 100, high", float(ENDS(100)[1]), 121.627, 3),
    # Newcombe 1998, Two-sided confidence intervals for the single proportion, table I.
    ("share 81/263, low", float(intervals.share_interval(81, 263)[0]), 0.2553, 4),
    ("share 81/263, high", float(intervals.share_interval(81, 263)[1]), 0.3662, 4),
    ("share 0/20, low", float(intervals.share_interval(0, 20)[0]), 0, 12),
    ("share 0/20, high", float(intervals.share_interval(0, 20)[1]), 0.1611, 4),
    ("share 1/29, low", float(intervals.share_interval(1, 29)[0]), 0.0061, 4),
    ("share 1/29, high", float(intervals.share_interval(1, 29)[1]), 0.1718, 4),
]


@pytest.mark.parametrize(
    ("value", "published", "decimals"),
    [line[1:] for line in GOLDEN],
    ids=[line[0] for line in GOLDEN],
)
def test_published_values(value: float, published: float, decimals: int) -> None:
    assert value == pytest.approx(published, abs=0.51 * 10.0**-decimals)
