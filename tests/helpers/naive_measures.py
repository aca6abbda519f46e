"""The formulas of the statistics, for single numbers and written straight from their definitions.

Slow, and plain to read. Nothing here imports `corpus` or numpy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

NAN = math.nan
INF = math.inf


def ipm(frequency: float, words: float) -> float:
    """Return the frequency per million words; nan without words."""
    return 1e6 * frequency / words if words else NAN


def association(
    joint: int, f_a: int, f_b: int, window: int, outside: int, total: int
) -> dict[str, float]:
    """Return every measure of a collocate that occurs in the windows at least once."""
    o11, o12, o21 = joint, window - joint, outside - joint
    o22 = total - window - outside + joint
    e11 = window * outside / total
    low, middle, high = _log_ratio(o11, o21, o11 + o12, o21 + o22)
    dice = min(1.0, 2 * joint / (f_a + f_b))
    return {
        "mi": math.log2(o11 / e11),
        "mi3": math.log2(o11**3 / e11),
        "t": (o11 - e11) / math.sqrt(o11),
        "z": (o11 - e11) / math.sqrt(e11),
        "log_likelihood": math.copysign(_log_likelihood(o11, o12, o21, o22), o11 - e11),
        "dice": dice,
        "log_dice": 14 + math.log2(dice),
        "minimum_sensitivity": min(joint / f_a, joint / f_b),
        "delta_p": _over(o11, o11 + o12) - _over(o21, o21 + o22),
        "delta_p_back": _over(o11, o11 + o21) - _over(o12, o12 + o22),
        "log_ratio": middle,
        "log_ratio_low": low,
        "log_ratio_high": high,
    }


def keyness(a: int, b: int, c: int, d: int, smoothing: float = 1.0) -> dict[str, float]:
    """Return every measure of a word that occurs a times in c words, b times in d others."""
    e1, e2 = c * (a + b) / (c + d), d * (a + b) / (c + d)
    amount = 2 * ((a * math.log(a / e1) if a else 0) + (b * math.log(b / e2) if b else 0))
    likelihood = max(amount, 0.0)
    low, middle, high = _log_ratio(a, b, c, d)
    here, there = _over(a, c), _over(b, d)
    return {
        "log_likelihood": math.copysign(likelihood, -1) if a < e1 else likelihood,
        "bic": likelihood - math.log(c + d),
        "log_ratio": middle,
        "log_ratio_low": low,
        "log_ratio_high": high,
        "percent_diff": 100 * _over(here - there, there),
        "chi_squared": _chi_squared(a, c - a, b, d - b),
        "odds_ratio": _over(a * (d - b), b * (c - a)),
        "simple_maths": (1e6 * here + smoothing) / (1e6 * there + smoothing),
    }


def _log_likelihood(*cells: int) -> float:
    return max(0.0, 2 * sum(o * math.log(o / e) for o, e in _expected(*cells) if o))


def _chi_squared(*cells: int) -> float:
    return sum(_over((o - e) ** 2, e) for o, e in _expected(*cells))


def _expected(o11: int, o12: int, o21: int, o22: int) -> list[tuple[int, float]]:
    """Return the four cells, each with what is expected in it."""
    n = o11 + o12 + o21 + o22
    return [
        (o11, (o11 + o12) * (o11 + o21) / n),
        (o12, (o11 + o12) * (o12 + o22) / n),
        (o21, (o21 + o22) * (o11 + o21) / n),
        (o22, (o21 + o22) * (o12 + o22) / n),
    ]


def _log_ratio(a: float, b: float, c: float, d: float) -> tuple[float, float, float]:
    """Return the low end, the log ratio and the high end."""
    if not c or not d:
        return NAN, NAN, NAN
    a, b = a or 0.5, b or 0.5
    middle = math.log2((a / c) / (b / d))
    margin = 1.959963984540054 * math.sqrt(max(0, 1 / a - 1 / c + 1 / b - 1 / d)) / math.log(2)
    return middle - margin, middle, middle + margin


def _over(over: float, under: float) -> float:
    """Divide: x/0 is inf or -inf, 0/0 is nan."""
    if under:
        return over / under
    return math.copysign(INF, over) if over else NAN


class Spread(NamedTuple):
    frequency: int
    parts: int
    range: int
    d: float
    dp: float
    dp_norm: float
    d2: float


def spread(v: Sequence[int], sizes: Sequence[int]) -> Spread:
    """Return the measures of counts in parts of these sizes, all above 0."""
    n, f = len(v), sum(v)
    occupied = sum(count > 0 for count in v)
    if not f:
        return Spread(0, n, 0, NAN, NAN, NAN, NAN)
    s = [part / sum(sizes) for part in sizes]
    dp = sum(abs(count / f - share) for count, share in zip(v, s, strict=True)) / 2
    if n == 1:
        return Spread(f, 1, occupied, NAN, dp, NAN, NAN)
    rates = [count / part for count, part in zip(v, sizes, strict=True)]
    mean = sum(rates) / n
    sigma = math.sqrt(sum((rate - mean) ** 2 for rate in rates) / n)
    p = [rate / sum(rates) for rate in rates]
    entropy = -sum(share * math.log(share) for share in p if share)
    return Spread(
        f,
        n,
        occupied,
        1 - sigma / mean / math.sqrt(n - 1),
        dp,
        dp / (1 - min(s)),
        entropy / math.log(n),
    )


def ipm_interval(counts: Sequence[int], words: Sequence[int]) -> tuple[float, float]:
    """Return the 95 % interval of the ipm of articles with these counts and lengths."""
    x, w = sum(counts), sum(words)
    if not w:
        return NAN, NAN
    phi = clumping(counts, words)
    low, high = count_interval(x / phi)
    return low * phi / w * 1e6, high * phi / w * 1e6


def clumping(counts: Sequence[int], words: Sequence[int]) -> float:
    """Return phi: the variance of the count between articles over that of independent words."""
    filled = [(x, w) for x, w in zip(counts, words, strict=True) if w]
    n, total = len(filled), sum(counts)
    if not total:
        return 1.0
    if n == 1:
        return max(1.0, float(total))
    rate = total / sum(words)
    variance = n / (n - 1) * sum((x - rate * w) ** 2 for x, w in filled)
    return max(1.0, variance / total)


def count_interval(count: float) -> tuple[float, float]:
    """Return Garwood's interval of a count, by halving."""
    low = _bisected(count, 0.025) if count > 0 else 0.0
    return low, _bisected(count + 1, 0.975)


def _bisected(shape: float, probability: float) -> float:
    low, high = 0.0, shape + 10 * math.sqrt(shape) + 20
    for _ in range(200):
        middle = (low + high) / 2
        if _gamma_below(shape, middle) < probability:
            low = middle
        else:
            high = middle
    return low


def _gamma_below(shape: float, x: float) -> float:
    """Return the regularised lower incomplete gamma function by its series."""
    if not x:
        return 0.0
    term = total = 1.0
    step = 0
    while term > 1e-17 * total:
        step += 1
        term *= x / (shape + step)
        total += term
    return math.exp(shape * math.log(x) - x - math.lgamma(shape + 1)) * total


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share."""
    if not whole:
        return NAN, NAN
    z = 1.959963984540054
    p = part / whole
    middle = (p + z * z / (2 * whole)) / (1 + z * z / whole)
    margin = z / (1 + z * z / whole) * math.sqrt(p * (1 - p) / whole + (z / (2 * whole)) ** 2)
    return max(0.0, middle - margin), min(1.0, middle + margin)
