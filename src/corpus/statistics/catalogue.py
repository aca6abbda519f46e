"""The measures by name: what each is called, says and is good for, and how it is worked out.

The names are those of the columns of the result tables, in their order, and those that
`measure=` takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import Generic, Literal, TypeVar

from corpus.errors import CorpusError
from corpus.statistics import measures
from corpus.statistics.measures import Cells, Counts, Values

Direction = Literal["attraction", "difference"]


@dataclass(frozen=True)
class Company:
    """How often a node and its collocates occur, alone and together; arrays broadcast."""

    joint: Counts
    """f_AB and O11: the collocate's occurrences in the windows, each counted once."""
    node: Counts
    """f_A: how often the node occurs."""
    frequency: Counts
    """f_B: how often the collocate occurs in the corpus, nodes included."""
    window: Counts
    """R1: words in the union of the windows, nodes excluded."""
    outside: Counts
    """C1: how often the collocate occurs outside the nodes."""
    total: Counts
    """N: words of the corpus outside the nodes."""

    @cached_property
    def cells(self) -> Cells:
        """The table of the windows and the rest."""
        return measures.window_cells(self.joint, self.window, self.outside, self.total)

    @cached_property
    def expected(self) -> Values:
        """E11: the joint count that chance would give."""
        return measures.expected(self.window, self.outside, self.total)


@dataclass(frozen=True)
class Comparison:
    """How often words occur in a corpus and in its reference; arrays broadcast."""

    frequency: Counts
    reference_frequency: Counts
    size: Counts
    reference_size: Counts

    @cached_property
    def cells(self) -> Cells:
        """The table of the two corpora."""
        return measures.keyness_cells(
            self.frequency, self.reference_frequency, self.size, self.reference_size
        )


C = TypeVar("C", Company, Comparison)


@dataclass(frozen=True)
class Measure(Generic[C]):
    """One measure.

    `direction` says how to read a value: `attraction`, the higher the more attracted (or the more
    frequent here), low or negative where repelled; `difference`, high in both cases, so that the
    side must be taken from elsewhere, for instance from the sign of the log ratio. `threshold`
    is the value from which the literature takes notice, None where there is no custom.
    """

    name: str
    title: str
    direction: Direction
    threshold: float | None
    good_for: str
    source: str
    of: Callable[[C], Values] = field(repr=False, compare=False)
    """Works the values out from counts."""


def _pairs(counts: Company) -> tuple[Counts, Counts, Counts]:
    return counts.joint, counts.node, counts.frequency


_COLLOCATION: tuple[Measure[Company], ...] = (
    Measure(
        "mi",
        "MI",
        "attraction",
        3.0,
        "Finds exclusive pairs, names and terms; overrates rare words, so set a minimum.",
        "Church & Hanks 1990; Evert 2008",
        lambda n: measures.mi(n.joint, n.expected),
    ),
    Measure(
        "mi3",
        "MI³",
        "attraction",
        None,
        "Like MI, but favours frequent pairs over rare ones.",
        "Daille 1994; Evert 2008",
        lambda n: measures.mi3(n.joint, n.expected),
    ),
    Measure(
        "t",
        "t-score",
        "attraction",
        2.0,
        "Finds frequent, well attested pairs, grammatical words among them.",
        "Church et al. 1991; Evert 2008",
        lambda n: measures.t_score(n.joint, n.expected),
    ),
    Measure(
        "z",
        "z-score",
        "attraction",
        1.96,
        "Between MI and t; overrates pairs with a low expected frequency.",
        "Berry-Rogghe 1973; Evert 2008",
        lambda n: measures.z_score(n.joint, n.expected),
    ),
    Measure(
        "log_likelihood",
        "Log-likelihood",
        "attraction",
        3.84,
        "Tells how sure it is that the pair is no chance, not how strong it is; negative where "
        "the words avoid each other.",
        "Dunning 1993",
        lambda n: measures.log_likelihood(n.cells),
    ),
    Measure(
        "dice",
        "Dice",
        "attraction",
        None,
        "Finds pairs in which each word occurs mostly with the other; 0 to 1.",
        "Dice 1945; Evert 2008",
        lambda n: measures.dice(*_pairs(n)),
    ),
    Measure(
        "log_dice",
        "logDice",
        "attraction",
        None,
        "Ranks typical pairs, and can be compared between corpora of different sizes; at most 14, "
        "one more means twice as often.",
        "Rychlý 2008",
        lambda n: measures.log_dice(*_pairs(n)),
    ),
    Measure(
        "minimum_sensitivity",
        "Minimum sensitivity",
        "attraction",
        None,
        "Finds pairs in which neither word does without the other; 0 to 1.",
        "Pedersen & Bruce 1996",
        lambda n: measures.minimum_sensitivity(*_pairs(n)),
    ),
    Measure(
        "delta_p",
        "ΔP (collocate given window)",
        "attraction",
        0.0,
        "Tells how much likelier the collocate is near the node than elsewhere; -1 to 1.",
        "Gries 2013",
        lambda n: measures.delta_p(n.cells),
    ),
    Measure(
        "delta_p_back",
        "ΔP (window given collocate)",
        "attraction",
        0.0,
        "Tells how well the collocate foretells that the node is near; -1 to 1.",
        "Gries 2013",
        lambda n: measures.delta_p_back(n.cells),
    ),
    Measure(
        "log_ratio",
        "Log ratio",
        "attraction",
        1.0,
        "Tells how many times more frequent the collocate is near the node: 1 is twice, 2 is four "
        "times; look at its interval too.",
        "Hardie 2014",
        lambda n: measures.log_ratio(n.cells),
    ),
    Measure(
        "log_ratio_low",
        "Log ratio, low end of the 95 % interval",
        "attraction",
        0.0,
        "Ranks by what is certain about the log ratio, so that rare words do not come first.",
        "Hardie 2014; Katz et al. 1978",
        lambda n: measures.log_ratio_interval(n.cells)[0],
    ),
    Measure(
        "log_ratio_high",
        "Log ratio, high end of the 95 % interval",
        "attraction",
        None,
        "Below 0 it shows words that surely avoid the node.",
        "Hardie 2014; Katz et al. 1978",
        lambda n: measures.log_ratio_interval(n.cells)[1],
    ),
)

_KEYNESS: tuple[Measure[Comparison], ...] = (
    Measure(
        "log_likelihood",
        "Log-likelihood",
        "attraction",
        3.84,
        "Tells how sure it is that the frequencies differ, not how much; negative where the word "
        "is rarer than in the reference.",
        "Rayson & Garside 2000",
        lambda n: measures.keyness_log_likelihood(n.cells),
    ),
    Measure(
        "bic",
        "BIC",
        "difference",
        2.0,
        "Like log-likelihood, but takes the corpora's size into account: from 2 there is evidence, "
        "from 10 it is very strong, below 0 it speaks against a difference.",
        "Wilson 2013",
        lambda n: measures.bic(n.cells),
    ),
    Measure(
        "log_ratio",
        "Log ratio",
        "attraction",
        1.0,
        "Tells how many times more frequent the word is: 1 is twice, 2 is four times, negative is "
        "rarer; look at its interval too.",
        "Hardie 2014",
        lambda n: measures.log_ratio(n.cells),
    ),
    Measure(
        "log_ratio_low",
        "Log ratio, low end of the 95 % interval",
        "attraction",
        0.0,
        "Ranks by what is certain about the log ratio, so that rare words do not come first.",
        "Hardie 2014; Katz et al. 1978",
        lambda n: measures.log_ratio_interval(n.cells)[0],
    ),
    Measure(
        "log_ratio_high",
        "Log ratio, high end of the 95 % interval",
        "attraction",
        None,
        "Below 0 it shows words that are surely rarer than in the reference.",
        "Hardie 2014; Katz et al. 1978",
        lambda n: measures.log_ratio_interval(n.cells)[1],
    ),
    Measure(
        "percent_diff",
        "%DIFF",
        "attraction",
        100.0,
        "Tells by how many per cent the word is more frequent: 100 is twice, -50 is half, infinite "
        "if the reference does not have it.",
        "Gabrielatos & Marchi 2011",
        lambda n: measures.percent_diff(n.cells),
    ),
    Measure(
        "chi_squared",
        "χ²",
        "difference",
        3.84,
        "An older test of difference, for comparison with earlier work; unreliable where fewer "
        "than 5 occurrences are expected.",
        "Pearson 1900; Evert 2008",
        lambda n: measures.chi_squared(n.cells),
    ),
    Measure(
        "odds_ratio",
        "Odds ratio",
        "attraction",
        1.0,
        "Tells how many times the odds of the word are those in the reference: above 1 more "
        "frequent, below 1 rarer, infinite if the reference does not have it.",
        "Pojanapunya & Watson Todd 2018; Evert 2008",
        lambda n: measures.odds_ratio(n.cells),
    ),
    Measure(
        "simple_maths",
        "Simple maths",
        "attraction",
        1.0,
        "Tells how many times more frequent the word is, held back for rare words; above 1 more "
        "frequent than in the reference.",
        "Kilgarriff 2009",
        lambda n: measures.simple_maths(n.cells),
    ),
)

COLLOCATION: Mapping[str, Measure[Company]] = {m.name: m for m in _COLLOCATION}
"""Measures of how a collocate and a node attract each other, in the order of the columns."""

KEYNESS: Mapping[str, Measure[Comparison]] = {m.name: m for m in _KEYNESS}
"""Measures of how a word's frequencies in two corpora differ, in the order of the columns."""


def measure_named(name: str, known: Mapping[str, Measure[C]]) -> Measure[C]:
    """Return a measure by its name, or raise a CorpusError that names those there are."""
    if name in known:
        return known[name]
    asked = str(name).lower().replace("-", "_").replace(" ", "_")
    near = get_close_matches(asked, known, 1)
    meant = f"did you mean {near[0]!r}? " if near else ""
    raise CorpusError(
        f"there is no measure {name!r} here", hint=f"{meant}measures are: {', '.join(known)}"
    )
