"""95 % intervals: of a count, of a share, and of a frequency whose words come in articles.

What was printed is taken as a sample of how its authors write: intervals made in this way hold
the figure behind the sample in 95 of 100 cases. Words are not independent of each other: an article
about sanctions says `санкция` ten times. An interval that takes every word as a draw of its own is
too narrow, so articles are taken as what was drawn (see `clumping`).

Sources, cited below by name:
- Garwood 1936, Fiducial limits for the Poisson distribution.
- Wilson & Hilferty 1931, The distribution of chi-square.
- Wilson 1927, Probable inference, the law of succession, and statistical inference.
- Cochran 1977, Sampling techniques, chapters 6 (ratio estimators) and 9A (clusters).
- Rao & Scott 1992, A simple method for the analysis of clustered binary data (effective counts).
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from corpus.statistics.measures import Z95, Counts, Values

Integers: TypeAlias = npt.NDArray[np.integer[Any]]

_FEW = 101.0
"""Up to this shape a quantile is solved for; above, Wilson and Hilferty's cube is near enough."""
_STEPS = 4
"""Newton's steps; from where they start, three reach the last digit."""
_log_gamma = np.frompyfunc(math.lgamma, 1, 1)


def count_interval(count: Counts) -> tuple[Values, Values]:
    """Return the ends of the 95 % interval of a Poisson count, which need not be whole.

    Garwood's exact interval: at its low end, so many or more would be seen in 2.5 % of cases, at
    its high end so many or fewer. Up to a count of 100 it is exact to 9 digits; above, an end is
    off by less than 0.002 (Wilson & Hilferty's approximation). For 0 it is 0 to 3.69.
    """
    k = np.asarray(count, dtype=np.float64)
    # The low end of 0.001 has more than a thousand zeros after the point.
    tiny = k < 1e-3
    low = np.where(tiny, 0.0, _gamma_quantile(np.where(tiny, 1.0, k), 0.025))
    return low, _gamma_quantile(k + 1, 0.975)


def share_interval(part: Counts, whole: Counts) -> tuple[Values, Values]:
    """Return the ends of the 95 % interval of part/whole (Wilson 1927), nan if whole is 0."""
    k, n = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    n = np.where(n > 0, n, np.nan)
    square = Z95**2
    middle = (k + square / 2) / (n + square)
    margin = Z95 / (n + square) * np.sqrt(k * (n - k) / n + square / 4)
    # Rounding may carry an end past the share itself where that is 0 or 1.
    return np.clip(middle - margin, 0, k / n), np.clip(middle + margin, k / n, 1)


def ipm_interval(count: Counts, words: Counts, phi: Counts = 1.0) -> tuple[Values, Values]:
    """Return the ends of the 95 % interval of a frequency per million words, nan without words.

    `phi` says how much more a count varies than independent words would (see `clumping`): it is
    worth count/phi independent ones. The interval of that effective count is stretched back.
    """
    k, n, phi = (np.asarray(given, dtype=np.float64) for given in (count, words, phi))
    scale = 1e6 * phi / np.where(n > 0, n, np.nan)
    low, high = count_interval(k / phi)
    return low * scale, high * scale


def clumping(counts: Counts, words: Counts, group: Integers, groups: int) -> Values:
    """Return phi of each group of articles: how a count varies, with independent words as 1.

    `counts`, `words` and `group` (0 to `groups` - 1) are parallel, one entry an article, those
    where the word does not occur among them: they say as much about how it clumps.

    The frequency of a group is the ratio r = Σx/Σw of the articles' counts and lengths. Its
    linearised variance (Cochran 1977, 6.4) makes that of the count n/(n-1)·Σ(x - r·w)² for n
    articles; of independent words it would be Σx. phi is the ratio of the two, at least 1: text
    that is more even than chance is no reason to claim more than chance allows. Where all
    occurrences stand in one of many articles phi nears their number, and they are worth one;
    so they are where there is only one article, from which no variance can be had. 1 if there is
    no occurrence.
    """
    x, w = np.asarray(counts, dtype=np.float64), np.asarray(words, dtype=np.float64)
    filled = w > 0
    x, w, group = x[filled], w[filled], group[filled]

    def sums(values: Values) -> Values:
        return np.bincount(group, weights=values, minlength=groups).astype(np.float64)

    articles = np.bincount(group, minlength=groups)
    total, size = sums(x), sums(w)
    rate = total / np.where(size > 0, size, 1)
    squares = sums((x - rate[group] * w) ** 2)
    variance = squares * articles / np.maximum(articles - 1, 1)
    variance = np.where(articles == 1, total**2, variance)
    return np.maximum(variance / np.where(total > 0, total, 1), 1)


def _gamma_quantile(shape: Values, probability: float) -> Values:
    """Return x with P(shape, x) = probability, P the regularised lower incomplete gamma function.

    That is half the quantile of chi squared with 2·shape degrees of freedom.
    """
    solved = _solved(np.minimum(shape, _FEW), probability)
    return np.where(shape > _FEW, _cube(shape, probability), solved)


def _cube(shape: Values, probability: float) -> Values:
    """Return nearly the same (Wilson & Hilferty 1931)."""
    z = math.copysign(Z95, probability - 0.5)
    root = np.maximum(1 - 1 / (9 * shape) + z / (3 * np.sqrt(shape)), 0)
    return np.asarray(shape * root**3, dtype=np.float64)


def _solved(shape: Values, probability: float) -> Values:
    """Return the same by Newton's method on ln P as a function of ln x.

    P is x^a·e^-x/Γ(a+1)·S with the series S = 1 + x/(a+1) + x²/((a+1)(a+2)) + …, and the slope of
    ln P over ln x is a/S. It is a concave function, so that the steps lead to the root from any
    start; the first term alone gives one that is never too high, the cube one that is close.
    """
    log_gamma = np.asarray(_log_gamma(shape + 1), dtype=np.float64)
    least = (math.log(probability) + log_gamma) / shape
    log_x = np.maximum(least, np.log(np.maximum(_cube(shape, probability), 1e-300)))
    for _ in range(_STEPS):
        series = _series(shape, np.exp(log_x))
        log_p = shape * log_x - np.exp(log_x) - log_gamma + np.log(series)
        log_x = log_x - (log_p - math.log(probability)) * series / shape
    return np.exp(log_x)


def _series(shape: Values, x: Values) -> Values:
    term = total = np.ones_like(x)
    step = 0
    while np.any(term > 1e-16 * total):
        step += 1
        term = term * x / (shape + step)
        total = total + term
    return total
