"""Places for points on a square from -1 to 1: the same input has the same places everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

# Seeds in a sunflower grow at this angle to one another (Vogel 1979), none behind another.
_GOLDEN = np.pi * (3 - np.sqrt(5))
_ROUNDS = 300


def around(count: int) -> npt.NDArray[np.float64]:
    """Return places around the middle, each a little further away: (count, 2)."""
    # The first are left out: the middle needs room for its own label.
    rank = np.arange(count) + 2.5
    distance = np.sqrt(rank / (count + 1.5))
    angle = rank * _GOLDEN
    return np.column_stack([distance * np.cos(angle), distance * np.sin(angle)])


def spread(count: int, pairs: Sequence[tuple[int, int]]) -> npt.NDArray[np.float64]:
    """Return places whose distances are like the numbers of steps between points: (count, 2).

    Stress majorisation (Gansner, Koren and North 2004) with weights 1/d²: each round moves every
    point to where the others want it, and no round makes it worse. Points that no steps join are
    one step further apart than the furthest that some do. Begins from a circle.
    """
    if count < 2:
        return np.zeros((count, 2))
    wanted = _steps(count, pairs)
    weights = 1 / np.where(wanted > 0, wanted, 1) ** 2
    np.fill_diagonal(weights, 0)
    laplacian = np.diag(weights.sum(1)) - weights
    inverse = np.linalg.pinv(laplacian)
    angle = 2 * np.pi * np.arange(count) / count
    places = np.column_stack([np.cos(angle), np.sin(angle)])
    for _ in range(_ROUNDS):
        apart = np.linalg.norm(places[:, None] - places[None], axis=2)
        pull = -weights * wanted / np.where(apart > 1e-9, apart, 1)
        np.fill_diagonal(pull, 0)
        np.fill_diagonal(pull, -pull.sum(1))
        places = inverse @ (pull @ places)
    places -= (places.max(0) + places.min(0)) / 2
    return np.asarray(np.round(places / max(np.abs(places).max(), 1e-9), 6))


def _steps(count: int, pairs: Sequence[tuple[int, int]]) -> npt.NDArray[np.float64]:
    """Return how many steps lead from each point to each other one: Floyd and Warshall."""
    steps = np.full((count, count), np.inf)
    np.fill_diagonal(steps, 0)
    for a, b in pairs:
        if a != b:
            steps[a, b] = steps[b, a] = 1
    for middle in range(count):
        np.minimum(steps, steps[:, [middle]] + steps[[middle]], out=steps)
    joined = np.isfinite(steps)
    steps[~joined] = steps[joined].max() + 1
    return steps
