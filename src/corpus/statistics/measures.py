"""Association and keyness: the formulas, from counts to values.

Counts are numbers or arrays that broadcast together; values are arrays of floats. A value that a
formula leaves open is `inf` or `nan`, as each docstring says; none of them warns.

Both kinds of measure look at the same table of four cells:

                       this word    other words
    here                 `o11`         `o12`       `r1`   the windows, or the corpus in question
    elsewhere            `o21`         `o22`       `r2`   the rest, or the reference corpus
                         `c1`          `c2`        `n`

Sources, cited below by name:
- Dunning 1993, Accurate methods for the statistics of surprise and coincidence.
- Evert 2008, Corpora and collocations.
- Gabrielatos & Marchi 2011, Keyness: matching metrics to definitions (%DIFF).
- Gries 2013, 50-something years of work on collocations (Delta P).
- Hardie 2014, Log ratio: an informal introduction.
- Katz, Baptista, Azen & Pike 1978, Obtaining confidence intervals for the risk ratio.
- Kilgarriff 2009, Simple maths for keywords.
- Pedersen & Bruce 1996, What to infer from a description (minimum sensitivity).
- Rayson & Garside 2000, Comparing corpora using frequency profiling.
- Rychlý 2008, A lexicographer-friendly association score (logDice).
- Wilson 2013, Embracing Bayes factors for key item analysis (BIC).
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Counts: TypeAlias = npt.ArrayLike
Values: TypeAlias = npt.NDArray[np.float64]

Z95 = 1.959963984540054
"""The normal quantile that leaves 2.5 % on either side."""


class Cells(NamedTuple):
    """The four cells of a table, see the head of this module."""

    o11: Values
    o12: Values
    o21: Values
    o22: Values

    @property
    def margins(self) -> tuple[Values, Values, Values, Values]:
        """The sums r1, r2, c1, c2."""
        o11, o12, o21, o22 = self
        return o11 + o12, o21 + o22, o11 + o21, o12 + o22

    @property
    def expected(self) -> Cells:
        """What the four cells would hold if word and place had nothing to do with each other."""
        r1, r2, c1, c2 = self.margins
        n = r1 + r2
        return Cells(*(_ratio(row * column, n) for row in (r1, r2) for column in (c1, c2)))


def window_cells(joint: Counts, window: Counts, outside: Counts, total: Counts) -> Cells:
    """Return the table of surface co-occurrence (Evert 2008).

    `joint` counts the collocate's occurrences in the windows, each once; `window` is R1, the words
    in the union of all windows; `outside` is C1, the collocate's occurrences that are not part of
    a node; `total` is N, the words of the corpus that are not part of a node.
    """
    o11, r1, c1, n = _floats(joint, window, outside, total)
    return Cells(o11, r1 - o11, c1 - o11, n - r1 - c1 + o11)


def keyness_cells(
    frequency: Counts, reference_frequency: Counts, size: Counts, reference_size: Counts
) -> Cells:
    """Return the table of a word's frequency in two corpora of these sizes."""
    a, b, c, d = _floats(frequency, reference_frequency, size, reference_size)
    return Cells(a, c - a, b, d - b)


def expected(window: Counts, outside: Counts, total: Counts) -> Values:
    """Return E11, the joint count that chance would give: R1·C1/N; nan if N is 0."""
    r1, c1, n = _floats(window, outside, total)
    return _ratio(r1 * c1, n)


# Association: of a collocate with the windows around a node.


def mi(joint: Counts, expected: Counts) -> Values:
    """Return log2(O/E), pointwise mutual information; -inf if O is 0, nan if E is too."""
    o, e = _floats(joint, expected)
    return _log2(_ratio(o, e))


def mi3(joint: Counts, expected: Counts) -> Values:
    """Return log2(O³/E), MI that favours what is frequent; -inf if O is 0, nan if E is too."""
    o, e = _floats(joint, expected)
    return _log2(_ratio(o**3, e))


def t_score(joint: Counts, expected: Counts) -> Values:
    """Return (O-E)/√O; -inf if O is 0, nan if E is too."""
    o, e = _floats(joint, expected)
    return _ratio(o - e, np.sqrt(o))


def z_score(joint: Counts, expected: Counts) -> Values:
    """Return (O-E)/√E; nan if both are 0."""
    o, e = _floats(joint, expected)
    return _ratio(o - e, np.sqrt(e))


def simple_log_likelihood(joint: Counts, expected: Counts) -> Values:
    """Return 2·(O·ln(O/E) - (O-E)) of one cell (Evert 2008); negative where O < E."""
    o, e = _floats(joint, expected)
    return _signed(2 * (_log_ratio_times(o, e) - (o - e)), o - e)


def log_likelihood(cells: Cells) -> Values:
    """Return 2·ΣO·ln(O/E) over four cells (Dunning 1993); negative where O11 < E11."""
    usual = cells.expected
    terms = [_log_ratio_times(o, e) for o, e in zip(cells, usual, strict=True)]
    return _signed(2 * sum(terms, np.zeros(())), cells.o11 - usual.o11)


def chi_squared(cells: Cells) -> Values:
    """Return Σ(O-E)²/E over four cells, without Yates's correction; nan if a margin is 0.

    It is high both for what is too frequent and for what is too rare.
    """
    (o11, o12, o21, o22), (r1, r2, c1, c2) = cells, cells.margins
    # The sum of the four terms in one fraction: nothing is lost in differences of near equals.
    return _ratio(_ratio((o11 * o22 - o12 * o21) ** 2, r1 * r2) * (r1 + r2), c1 * c2)


def odds_ratio(cells: Cells) -> Values:
    """Return (O11/O12)/(O21/O22); inf if only O21 or O12 is 0, nan if 0/0."""
    return _ratio(cells.o11 * cells.o22, cells.o12 * cells.o21)


def delta_p(cells: Cells) -> Values:
    """Return O11/R1 - O21/R2 (Gries 2013): how much likelier the word is here; nan if a row is 0.

    For a collocate: ΔP of the collocate given the window, from -1 to 1.
    """
    r1, r2, _, _ = cells.margins
    return _ratio(cells.o11, r1) - _ratio(cells.o21, r2)


def delta_p_back(cells: Cells) -> Values:
    """Return O11/C1 - O12/C2: how much likelier the place is if the word is this one.

    For a collocate: ΔP of the window given the collocate, from -1 to 1; nan if a column is 0.
    """
    _, _, c1, c2 = cells.margins
    return _ratio(cells.o11, c1) - _ratio(cells.o12, c2)


def dice(joint: Counts, node: Counts, frequency: Counts) -> Values:
    """Return 2·f_AB/(f_A+f_B), from 0 to 1; nan if neither word occurs.

    One node may have several of a collocate's occurrences in its window, so that f_AB may exceed
    f_A; where that would lift the value above 1, it is 1.
    """
    f_ab, f_a, f_b = _floats(joint, node, frequency)
    return np.minimum(_ratio(2 * f_ab, f_a + f_b), 1)


def log_dice(joint: Counts, node: Counts, frequency: Counts) -> Values:
    """Return 14 + log2(Dice) (Rychlý 2008), at most 14; -inf if the two never meet."""
    return 14 + _log2(dice(joint, node, frequency))


def minimum_sensitivity(joint: Counts, node: Counts, frequency: Counts) -> Values:
    """Return min(f_AB/f_A, f_AB/f_B) (Pedersen & Bruce 1996), 0 to 1; nan if either is 0."""
    f_ab, f_a, f_b = _floats(joint, node, frequency)
    return np.minimum(_ratio(f_ab, f_a), _ratio(f_ab, f_b))


# Both: how many times likelier a word is here than elsewhere.


def log_ratio(cells: Cells) -> Values:
    """Return log2((O11/R1)/(O21/R2)) (Hardie 2014); a count of 0 is taken as 0.5.

    1 means twice, 2 four times as frequent. nan if either row is empty.
    """
    a, b, c, d = _halved(cells)
    return _log2(_ratio(_ratio(a, c), _ratio(b, d)))


def log_ratio_interval(cells: Cells) -> tuple[Values, Values]:
    """Return the ends of the 95 % interval of the log ratio.

    The log ratio is the binary logarithm of a risk ratio, and so is its interval: the standard
    error of ln(ratio) is √(1/a - 1/c + 1/b - 1/d) (Katz et al. 1978), with 0.5 for a count of 0
    as in the ratio itself. It takes words as independent, which words of one article are not.
    """
    a, b, c, d = _halved(cells)
    variance = _ratio(1, a) - _ratio(1, c) + _ratio(1, b) - _ratio(1, d)
    # Rounding may carry it just below 0 where a word is all there is on both sides.
    margin = Z95 * np.sqrt(np.maximum(variance, 0)) / np.log(2)
    middle = log_ratio(cells)
    return middle - margin, middle + margin


# Keyness: of a word in one corpus against a reference.


def keyness_log_likelihood(cells: Cells) -> Values:
    """Return 2·(a·ln(a/E1) + b·ln(b/E2)) (Rayson & Garside 2000); negative where a < E1.

    The two terms of the word itself; `log_likelihood` of the same cells has all four.
    """
    usual = cells.expected
    terms = _log_ratio_times(cells.o11, usual.o11) + _log_ratio_times(cells.o21, usual.o21)
    return _signed(2 * terms, cells.o11 - usual.o11)


def bic(cells: Cells) -> Values:
    """Return LL - ln(N), N the words of both corpora (Wilson 2013): evidence of a difference.

    High both for what is too frequent and for what is too rare; nan if both corpora are empty.
    """
    r1, r2, _, _ = cells.margins
    n = np.where(r1 + r2 == 0, np.nan, r1 + r2)
    return np.abs(keyness_log_likelihood(cells)) - np.log(n)


def percent_diff(cells: Cells) -> Values:
    """Return 100·(a/c - b/d)/(b/d) (Gabrielatos & Marchi 2011).

    -100 if the word does not occur here; inf if it does not occur in the reference (the authors
    put a minute number for the 0 there, with the same meaning); nan if it occurs in neither.
    """
    here, there = _shares(cells)
    return 100 * _ratio(here - there, there)


def simple_maths(cells: Cells, smoothing: float = 1.0) -> Values:
    """Return (ipm+n)/(reference ipm+n) (Kilgarriff 2009); n, the smoothing, is per million.

    The higher n, the more frequent the words that come first. nan if either corpus is empty.
    """
    here, there = _shares(cells)
    return _ratio(1e6 * here + smoothing, 1e6 * there + smoothing)


def _shares(cells: Cells) -> tuple[Values, Values]:
    r1, r2, _, _ = cells.margins
    return _ratio(cells.o11, r1), _ratio(cells.o21, r2)


def _halved(cells: Cells) -> tuple[Values, Values, Values, Values]:
    """Return a, b and the sizes c, d: 0.5 for a count of 0, nan for an empty row."""
    r1, r2, _, _ = cells.margins
    a, b = (np.where(count == 0, 0.5, count) for count in (cells.o11, cells.o21))
    c, d = (np.where(size == 0, np.nan, size) for size in (r1, r2))
    return a, b, c, d


def _floats(*counts: Counts) -> tuple[Values, ...]:
    """Return counts as floats: cubes and products of whole numbers would overflow."""
    return tuple(np.asarray(count, dtype=np.float64) for count in counts)


def _ratio(over: Counts, under: Counts) -> Values:
    """Divide: x/0 is inf or -inf, 0/0 is nan."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.divide(over, under), dtype=np.float64)


def _log(values: Values) -> Values:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(values)


def _log2(values: Values) -> Values:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log2(values)


def _log_ratio_times(observed: Values, usual: Values) -> Values:
    """Return O·ln(O/E), which is 0 where O is 0."""
    present = observed > 0
    logs = _log(_ratio(np.where(present, observed, 1), np.where(present, usual, 1)))
    return np.where(present, observed * logs, 0.0)


def _signed(amount: Values, difference: Values) -> Values:
    """Return an amount that is never below 0 but for rounding with the sign of a difference."""
    return np.where(difference < 0, -1.0, 1.0) * np.maximum(amount, 0)
