"""What must hold for any counts."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import CorpusError
from corpus.statistics import measures, spread
from corpus.statistics.catalogue import (
    COLLOCATION,
    KEYNESS,
    Company,
    Comparison,
    measure_named,
)
from corpus.statistics.intervals import clumping, count_interval, ipm_interval, share_interval
from corpus.statistics.spread import PartCounts

BIG = 10**10
LAWS = settings(max_examples=60, deadline=None)


@st.composite
def companies(draw: st.DrawFn) -> Company:
    """Return counts as windows in some corpus would give them."""
    joint, only_window, only_outside, rest = draw(st.tuples(*[st.integers(0, 10**6)] * 4))
    nodes, inside = draw(st.integers(1, 10**6)), draw(st.integers(0, 100))
    window, outside = joint + only_window, joint + only_outside
    total = window + only_outside + rest
    return Company(joint, nodes, outside + inside, window, outside, total)


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    a, b = draw(st.integers(0, 10**6)), draw(st.integers(0, 10**6))
    more, reference_more = draw(st.integers(0, BIG)), draw(st.integers(0, BIG))
    return Comparison(a, b, a + more, b + reference_more)


def swapped(n: Comparison) -> Comparison:
    return Comparison(n.reference_frequency, n.frequency, n.reference_size, n.size)


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-6, abs=1e-6, nan_ok=True)


@LAWS
@given(companies())
def test_association_keeps_its_bounds(n: Company) -> None:
    values = {name: float(measure.of(n)) for name, measure in COLLOCATION.items()}
    assert not values["log_dice"] > 14
    assert math.isnan(values["dice"]) or 0 <= values["dice"] <= 1
    assert not values["minimum_sensitivity"] > 1
    assert not abs(values["delta_p"]) > 1
    assert not abs(values["delta_p_back"]) > 1
    assert not values["log_ratio_low"] > values["log_ratio"]
    assert not values["log_ratio_high"] < values["log_ratio"]


@LAWS
@given(companies())
def test_measures_agree_on_who_attracts_whom(n: Company) -> None:
    above = float(n.joint) - float(n.expected)
    if abs(above) < 1e-6 or math.isnan(above):
        return
    for name in ("mi", "t", "z", "log_likelihood", "delta_p", "delta_p_back"):
        value = float(COLLOCATION[name].of(n))
        assert math.isnan(value) or value * above >= 0, name


@LAWS
@given(st.lists(companies(), max_size=5))
def test_many_are_as_each_alone(many: list[Company]) -> None:
    columns = Company(*(np.array([getattr(n, name) for n in many]) for name in COMPANY))
    for measure in COLLOCATION.values():
        alone = [float(measure.of(n)) for n in many]
        assert measure.of(columns) == pytest.approx(alone, nan_ok=True)


COMPANY = ("joint", "node", "frequency", "window", "outside", "total")


@LAWS
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_words_that_never_meet_and_corpora_without_words_do_not_warn(a: int, b: int) -> None:
    for company in (Company(0, 0, 0, 0, 0, 0), Company(0, a, b, a, b, a + b)):
        for measure in COLLOCATION.values():
            measure.of(company)
    for comparison in (Comparison(0, 0, 0, 0), Comparison(a, 0, a, 0), Comparison(0, b, 0, b)):
        for measure in KEYNESS.values():
            measure.of(comparison)


# What a count of 0 gives, as the docstrings say: (a, b, c, d), measure, value.
ZEROS = """
0 5 1000 1000  log_likelihood  -6.931472
0 5 1000 1000  log_ratio       -3.321928
0 5 1000 1000  percent_diff    -100
0 5 1000 1000  odds_ratio      0
0 5 1000 1000  simple_maths    0.00019996
5 0 1000 1000  log_likelihood  6.931472
5 0 1000 1000  log_ratio       3.321928
5 0 1000 1000  percent_diff    inf
5 0 1000 1000  odds_ratio      inf
5 0 1000 1000  simple_maths    5001
0 0 1000 1000  log_likelihood  0
0 0 1000 1000  log_ratio       0
0 0 1000 1000  percent_diff    nan
0 0 1000 1000  odds_ratio      nan
0 0 1000 1000  chi_squared     nan
0 0 1000 1000  simple_maths    1
5 0 1000 0     log_likelihood  0
5 0 1000 0     log_ratio       nan
5 0 1000 0     log_ratio_low   nan
5 0 1000 0     percent_diff    nan
5 0 1000 0     simple_maths    nan
0 0 0 0        bic             nan
"""


@pytest.mark.parametrize("line", ZEROS.strip().splitlines())
def test_zero_counts(line: str) -> None:
    *counts, name, value = line.split()
    found = KEYNESS[name].of(Comparison(*map(int, counts)))
    assert float(found) == near(float(value))


NEVER = "mi -inf, mi3 -inf, t -inf, dice 0, log_dice -inf, minimum_sensitivity 0"


@pytest.mark.parametrize("line", NEVER.split(", "))
def test_words_that_never_meet(line: str) -> None:
    name, value = line.split()
    assert float(COLLOCATION[name].of(Company(0, 10, 10, 100, 10, 1000))) == float(value)


@LAWS
@given(st.integers(0, 10**6), st.integers(1, BIG))
def test_a_corpus_has_no_key_against_itself(count: int, more: int) -> None:
    n = Comparison(count, count, count + more, count + more)
    for name in ("log_likelihood", "log_ratio"):
        assert float(KEYNESS[name].of(n)) == pytest.approx(0, abs=1e-6)
    assert float(KEYNESS["simple_maths"].of(n)) == 1
    if count:
        assert float(KEYNESS["percent_diff"].of(n)) == 0
        assert float(KEYNESS["chi_squared"].of(n)) == 0
        assert float(KEYNESS["odds_ratio"].of(n)) == 1


@LAWS
@given(comparisons())
def test_the_other_way_round(n: Comparison) -> None:
    def both(name: str) -> tuple[float, float]:
        return float(KEYNESS[name].of(n)), float(KEYNESS[name].of(swapped(n)))

    here, there = both("log_likelihood")
    assert abs(here) == near(abs(there))
    for name in ("bic", "chi_squared"):
        here, there = both(name)
        assert here == near(there)
    here, there = both("log_ratio")
    assert here == near(-there)
    assert both("log_ratio_low")[0] == near(-both("log_ratio_high")[1])
    here, there = both("simple_maths")
    assert math.isnan(here) or here * there == near(1)


@LAWS
@given(comparisons(), st.integers(2, 1000))
def test_what_grows_with_the_corpus_and_what_does_not(n: Comparison, times: int) -> None:
    larger = Comparison(
        n.frequency * times, n.reference_frequency * times, n.size * times, n.reference_size * times
    )
    if not (n.frequency and n.reference_frequency):
        return
    for name in ("log_ratio", "percent_diff", "odds_ratio", "simple_maths"):
        assert float(KEYNESS[name].of(larger)) == near(float(KEYNESS[name].of(n)))
    chi, more = float(KEYNESS["chi_squared"].of(n)), float(KEYNESS["chi_squared"].of(larger))
    assert math.isnan(chi) or more == pytest.approx(chi * times, rel=1e-6, abs=1e-6)


PARTS = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 50), min_size=n, max_size=n),
        st.lists(st.integers(50, 5000), min_size=n, max_size=n),
    )
)


def spreads(counts: PartCounts) -> dict[str, np.ndarray]:
    return {
        "d": spread.juilland_d(counts),
        "dp": spread.gries_dp(counts),
        "dp_norm": spread.dp_norm(counts),
        "d2": spread.carroll_d2(counts),
    }


@LAWS
@given(PARTS)
def test_dispersion_keeps_its_bounds(parts: tuple[list[int], list[int]]) -> None:
    counts, sizes = parts
    found = spreads(PartCounts.of(counts, sizes))
    for name, values in found.items():
        value = float(values[0])
        if not any(counts):
            assert math.isnan(value), name
        elif len(sizes) == 1:
            assert math.isnan(value) != (name == "dp"), name
        else:
            assert 0 <= value <= 1, name
    assert spread.part_range(PartCounts.of(counts, sizes))[0] == sum(map(bool, counts))


@LAWS
@given(PARTS, st.integers(1, 5), st.integers(0, 5))
def test_order_and_empty_parts_do_not_matter(
    parts: tuple[list[int], list[int]], times: int, empty: int
) -> None:
    counts, sizes = parts
    plain = spreads(PartCounts.of(counts, sizes))
    turned = spreads(PartCounts.of([0] * empty + counts[::-1], [0] * empty + sizes[::-1]))
    larger = spreads(PartCounts.of([c * times for c in counts], [s * times for s in sizes]))
    for name, values in plain.items():
        assert turned[name] == pytest.approx(values, nan_ok=True, abs=1e-9)
        assert larger[name] == pytest.approx(values, nan_ok=True, abs=1e-9)


@pytest.mark.parametrize("parts", [2, 3, 10])
def test_perfectly_even_and_all_in_one_part(parts: int) -> None:
    even = spreads(PartCounts.of([7] * parts, [100] * parts))
    clumped = spreads(PartCounts.of([7] + [0] * (parts - 1), [100] * parts))
    ends = {"d": (1, 0), "dp": (0, 1 - 1 / parts), "dp_norm": (0, 1), "d2": (1, 0)}
    for name, (evenly, together) in ends.items():
        assert even[name][0] == pytest.approx(evenly, abs=1e-12)
        assert clumped[name][0] == pytest.approx(together, abs=1e-12)


@LAWS
@given(st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=1, max_size=6))
def test_many_items_are_as_each_alone(rows: list[list[int]]) -> None:
    sizes = [90, 20, 300, 47]
    together = spreads(PartCounts.of(rows, sizes))
    for number, row in enumerate(rows):
        for name, values in spreads(PartCounts.of(row, sizes)).items():
            assert together[name][number] == pytest.approx(values[0], nan_ok=True)


@LAWS
@given(st.sets(st.integers(0, 499), min_size=1), st.integers(0, 499))
def test_arf_lies_between_one_and_the_frequency_wherever_the_corpus_starts(
    places: set[int], turn: int
) -> None:
    value = spread.average_reduced_frequency(sorted(places), 500)
    assert 1 - 1e-9 <= value <= len(places) + 1e-9
    turned = sorted((place + turn) % 500 for place in places)
    assert spread.average_reduced_frequency(turned, 500) == pytest.approx(value)


@LAWS
@given(st.lists(st.sets(st.integers(0, 99)), max_size=6))
def test_arf_of_many_items_is_that_of_each(items: list[set[int]]) -> None:
    pairs = [(number, place) for number, places in enumerate(items) for place in sorted(places)]
    item, position = (np.array([p[n] for p in pairs], dtype=np.int64) for n in (0, 1))
    found = spread.average_reduced_frequencies(item, position, len(items), 100)
    alone = [spread.average_reduced_frequency(sorted(places), 100) for places in items]
    assert found == pytest.approx(alone)


def tail(count: int, mean: float) -> float:
    """Return the probability of `count` or more where `mean` are expected, summed up."""
    logs = (k * math.log(mean) - mean - math.lgamma(k + 1) for k in range(count))
    return 1 - math.fsum(map(math.exp, logs))


@LAWS
@given(st.integers(1, 100))
def test_a_count_interval_leaves_two_and_a_half_per_cent_on_either_side(count: int) -> None:
    low, high = map(float, count_interval(count))
    assert tail(count, low) == pytest.approx(0.025, rel=1e-8)
    assert 1 - tail(count + 1, high) == pytest.approx(0.025, rel=1e-8)


@LAWS
@given(st.integers(101, 5000))
def test_a_large_count_interval_does_so_nearly(count: int) -> None:
    low, high = map(float, count_interval(count))
    assert tail(count, low) == pytest.approx(0.025, rel=2e-3)
    assert 1 - tail(count + 1, high) == pytest.approx(0.025, rel=2e-3)


@LAWS
@given(st.floats(0, 1e4), st.floats(0, 1e4))
def test_count_intervals_grow_with_the_count(one: float, other: float) -> None:
    low, high = count_interval(np.array(sorted([one, other])))
    assert low[0] <= low[1] + 1e-3
    assert high[0] <= high[1] + 1e-3
    assert (low <= sorted([one, other])).all()
    assert (high > sorted([one, other])).all()


@LAWS
@given(st.integers(1, 10**6), st.data())
def test_a_share_interval_holds_the_share(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    low, high = map(float, share_interval(part, whole))
    assert 0 <= low <= part / whole <= high <= 1


def test_nothing_to_measure_has_no_interval() -> None:
    assert np.isnan(share_interval(0, 0)).all()
    assert np.isnan(ipm_interval(0, 0)).all()
    assert [float(end) for end in ipm_interval(0, 10**6)] == near([0, 3.688879])


def test_clumped_words_widen_an_interval() -> None:
    group = np.zeros(100, dtype=np.int64)
    words = np.full(100, 500)
    one_each = np.tile([0, 1], 50)
    in_one = np.array([50] + [0] * 99)
    assert clumping(one_each, words, group, 1)[0] == 1
    assert clumping(in_one, words, group, 1)[0] == pytest.approx(50)
    narrow, wide = (ipm_interval(50, 50_000, phi) for phi in (1, 50))
    assert wide[0] < narrow[0] < 1000 < narrow[1] < wide[1]
    # All of one article are worth one occurrence: from a fortieth of it to five and a half.
    assert [float(end) for end in wide] == near([0.025317808 * 1000, 5.57164339 * 1000])


def test_clumping_of_groups_is_that_of_each() -> None:
    chance = random.Random(5)
    counts = np.array([chance.randrange(5) for _ in range(60)])
    words = np.array([chance.randrange(3) * 100 for _ in range(60)])
    counts[words == 0] = 0
    group = np.array([chance.randrange(4) for _ in range(60)])
    group[group == 2] = 1
    together = clumping(counts, words, group, 5)
    for number in range(5):
        own = group == number
        alone = clumping(counts[own], words[own], np.zeros(own.sum(), dtype=np.int64), 1)
        assert together[number] == pytest.approx(alone[0])
    assert together[2] == together[4] == 1


def test_nineteen_of_twenty_intervals_hold_the_truth() -> None:
    """Articles of all lengths, a third of them about the word: words alone would be too sure."""
    chance = np.random.default_rng(7)
    months, articles = 2000, 40
    words = chance.integers(100, 1000, (months, articles))
    about = chance.random((months, articles)) < 0.3
    counts = chance.poisson(np.where(about, words / 100, 0))
    truth = 1e6 * 0.3 / 100
    group = np.repeat(np.arange(months), articles)
    phi = clumping(counts.ravel(), words.ravel(), group, months)
    held = {}
    for name, factor in (("words", 1.0), ("articles", phi)):
        low, high = ipm_interval(counts.sum(1), words.sum(1), factor)
        held[name] = float(((low <= truth) & (truth <= high)).mean())
    assert held["articles"] > 0.93
    assert held["words"] < 0.75


def test_measures_are_named_as_the_columns_are() -> None:
    assert " ".join(COLLOCATION) == (
        "mi mi3 t z log_likelihood dice log_dice minimum_sensitivity delta_p delta_p_back "
        "log_ratio log_ratio_low log_ratio_high"
    )
    assert " ".join(KEYNESS) == (
        "log_likelihood bic log_ratio log_ratio_low log_ratio_high percent_diff chi_squared "
        "odds_ratio simple_maths"
    )


@pytest.mark.parametrize("measure", [*COLLOCATION.values(), *KEYNESS.values()])
def test_every_measure_says_what_it_is(measure) -> None:
    assert measure.title
    assert measure.good_for.endswith(".")
    assert measure.source
    assert len(repr(measure).splitlines()) == 1


def test_an_unknown_measure_is_told_which_there_are() -> None:
    assert measure_named("log_dice", COLLOCATION) is COLLOCATION["log_dice"]
    with pytest.raises(CorpusError) as caught:
        measure_named("LogDice", COLLOCATION)
    assert "did you mean 'log_dice'?" in caught.value.hint
    assert "minimum_sensitivity" in caught.value.hint
    with pytest.raises(CorpusError, match="measure 'mi'"):
        measure_named("mi", KEYNESS)


def test_two_terms_and_four_terms_agree_on_small_shares() -> None:
    cells = measures.keyness_cells(50, 20, BIG, BIG)
    assert measures.log_likelihood(cells) == pytest.approx(
        measures.keyness_log_likelihood(cells), rel=1e-4
    )
