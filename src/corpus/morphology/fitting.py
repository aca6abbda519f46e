"""Fitting the model's weights: the right reading is to be more probable than the others.

A log-linear model (Berger, Della Pietra & Della Pietra 1996) by gradient descent with a step of
its own for each weight (Duchi, Hazan & Singer 2011) and a penalty that keeps most weights at 0
(Tsuruoka, Tsujii & Ananiadou 2009); rounded to whole numbers at the end. Only operations that
give the same bits on every machine are used, so no exponential function.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Problem(NamedTuple):
    """Groups of rows, of which some are right.

    `features` has the numbers of each row's features, 0 for none; `starts` the first row of each
    group; `right` which rows are entirely right and `nearly` which have the right word at least.
    """

    features: NDArray[np.int32]
    starts: NDArray[np.int64]
    right: NDArray[np.bool_]
    nearly: NDArray[np.bool_]
    size: int

    @property
    def counts(self) -> NDArray[np.int64]:
        return np.diff(np.append(self.starts, len(self.features)))

    def part(self, kept: NDArray[np.bool_]) -> Problem:
        """Return the problem with some of its groups only."""
        rows = np.repeat(kept, self.counts)
        counts = self.counts[kept]
        return Problem(
            self.features[rows],
            np.cumsum(counts) - counts,
            self.right[rows],
            self.nearly[rows],
            self.size,
        )


def joined(problems: Sequence[Problem]) -> Problem:
    """Return one problem of several whose features have the same numbers."""
    sizes = np.cumsum([0, *(len(problem.features) for problem in problems)])
    starts = [p.starts + size for p, size in zip(problems, sizes[:-1], strict=True)]
    return Problem(
        np.concatenate([problem.features for problem in problems]),
        np.concatenate(starts),
        np.concatenate([problem.right for problem in problems]),
        np.concatenate([problem.nearly for problem in problems]),
        max(problem.size for problem in problems),
    )


class Settings(NamedTuple):
    """How weights are fitted."""

    epochs: int = 10
    batch: int = 400
    rate: float = 0.3
    decay: float = 1e-5
    penalty: float = 2e-5
    least: int = 3
    """Features met in fewer rows get no weight."""
    scale: int = 8
    """A weight of 1 becomes this whole number."""


def power(x: Floats) -> Floats:
    """Return nearly e to the power of x, which is not above 0, by multiplication alone."""
    found = np.maximum(1.0 + x / 1024.0, 0.0)
    for _ in range(10):
        found = found * found
    return found


def fit(problem: Problem, settings: Settings, seed: int = 1) -> NDArray[np.int8]:
    """Return the weights of all features."""
    times = np.bincount(problem.features.ravel(), minlength=problem.size)
    used = times >= settings.least
    used[0] = True
    number = np.where(used, np.cumsum(used) - 1, 0).astype(np.int32)
    features = number[problem.features]
    weights = np.zeros(int(used.sum()))
    squares = np.full(len(weights), 1e-2)
    total = np.zeros(len(weights))
    random = np.random.Generator(np.random.PCG64(seed))
    starts, counts = problem.starts, problem.counts
    for epoch in range(settings.epochs):
        order = random.permutation(len(starts))
        for first in range(0, len(order), settings.batch):
            groups = np.sort(order[first : first + settings.batch])
            here = counts[groups]
            begin = np.cumsum(here) - here
            rows = np.repeat(starts[groups] - begin, here) + np.arange(here.sum())
            slope = _slope(weights, features[rows], begin, here, problem, rows)
            slope += settings.decay * len(groups) * weights
            squares += slope * slope
            step = settings.rate / np.sqrt(squares)
            weights -= step * slope
            cut = np.maximum(np.abs(weights) - step * settings.penalty * len(groups), 0.0)
            weights = np.sign(weights) * cut
        if epoch >= settings.epochs // 2:
            total += weights
    mean = total / max(1, settings.epochs - settings.epochs // 2)
    whole = np.clip(np.rint(mean * settings.scale), -127, 127).astype(np.int8)
    whole[0] = 0
    found = np.zeros(problem.size, np.int8)
    found[np.flatnonzero(used)] = whole
    return found


def _slope(
    weights: Floats,
    features: NDArray[np.int32],
    starts: NDArray[np.int64],
    counts: NDArray[np.int64],
    problem: Problem,
    rows: NDArray[np.int64],
) -> Floats:
    """Return the slope of the loss of some groups: of the right row's and of the right word's."""
    score = _sums(weights[features])
    top = np.repeat(np.maximum.reduceat(score, starts), counts)
    chance = power(score - top)
    chance /= np.repeat(_group_sums(chance, counts), counts)
    pull = np.zeros(len(rows))
    for flags in (problem.right[rows], problem.nearly[rows]):
        wanted = np.where(flags, chance, 0.0)
        share = np.repeat(_group_sums(wanted, counts), counts)
        pull += np.where(share > 0, chance - wanted / np.where(share > 0, share, 1.0), 0.0)
    columns = features.shape[1]
    places, pulls = features.ravel(), np.repeat(pull, columns)
    slope = np.asarray(np.bincount(places, pulls, minlength=len(weights)), np.float64)
    slope[0] = 0.0
    return slope


def _sums(values: Floats) -> Floats:
    """Return the sum of each row, added from left to right on every machine."""
    total = np.zeros(len(values))
    for column in range(values.shape[1]):
        total += values[:, column]
    return total


def _group_sums(values: Floats, counts: NDArray[np.int64]) -> Floats:
    """Return the sum of each group, added from first to last on every machine."""
    groups = np.repeat(np.arange(len(counts)), counts)
    return np.asarray(np.bincount(groups, values, minlength=len(counts)), np.float64)
