"""Keywords of real corpora of random articles, held against the naive count, and their laws."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import naive_statistics
import pytest
from counted_articles import articles_of, some_articles

from corpus import Corpus
from corpus.counting import Counting
from corpus.errors import CorpusError
from corpus.results.result import Table
from corpus.statistics.catalogue import KEYNESS

SEEDS = range(2)
UNITS: tuple[Any, ...] = ("token", "article")


@pytest.fixture(scope="module", params=SEEDS)
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A corpus from which articles were removed."""
    made = Corpus.create(tmp_path_factory.mktemp("random"))
    made.add(some_articles(request.param, 20))
    made._scope()
    made.remove(["n03", "n07"])
    return made


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A corpus of other articles, whose words came in another order."""
    made = Corpus.create(tmp_path_factory.mktemp("another"))
    made.add(some_articles(99, 12))
    return made


@pytest.fixture(params=["complement", "whole", "another"])
def sides(
    request: pytest.FixtureRequest, corpus: Corpus, another: Corpus
) -> tuple[Counting, Counting]:
    part = corpus.subcorpus(source=["Газета", "ТАСС"])
    return part, {"complement": ~part, "whole": corpus, "another": another}[request.param]


def keyed(table: Table, by: str) -> dict[Any, dict[str, Any]]:
    """Return rows by what the naive statistics know words by; there all is in small letters."""
    rows = {r[by].lower() if by in ("lemma", "form") else r[by]: r for r in table}
    assert len(rows) == len(table)
    return rows


@pytest.mark.parametrize("pos", [None, ("NOUN", "VERB")])
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("by", ["lemma", "form", "pos", "tag"])
def test_counts_and_measures_are_those_of_the_naive_count(
    sides: tuple[Counting, Counting], by: str, unit: Any, pos: Any
) -> None:
    focus, reference = sides
    articles = [articles_of(side._scope()) for side in sides]
    usual = naive_statistics.keywords(*articles, by=by, unit=unit, pos=pos)
    here, there = (naive_statistics.parts_of_speech(own, by, pos) for own in articles)
    found = focus.keywords(reference, by=by, unit=unit, pos=pos, minimum=1)
    rows = keyed(found, by)
    assert rows.keys() == usual.keys()
    count, rate, scale = ("frequency", "ipm", 1) if unit == "token" else ("articles", "share", 1e6)
    for key, row in rows.items():
        own = usual[key]
        if by in ("lemma", "form"):
            assert row["pos"] == {**there, **here}[key]
        assert (row[count], row[f"reference_{count}"]) == (own.frequency, own.reference_frequency)
        assert row[rate] * scale == pytest.approx(own.ipm)
        assert row[f"reference_{rate}"] * scale == pytest.approx(own.reference_ipm)
        for name in KEYNESS:
            assert row[name] == pytest.approx(own.measures[name], nan_ok=True, abs=1e-9), name


@pytest.mark.parametrize("unit", UNITS)
def test_a_corpus_against_itself_has_no_keywords(corpus: Corpus, unit: Any) -> None:
    rows = list(corpus.keywords(corpus, unit=unit, minimum=1))
    assert rows
    for row in rows:
        for name in ("log_likelihood", "log_ratio", "percent_diff", "chi_squared"):
            # Of a word in every article the odds are infinite on both sides.
            assert row[name] == pytest.approx(0, abs=1e-9) or math.isnan(row[name])
        assert row["log_ratio_low"] == pytest.approx(-row["log_ratio_high"])
        assert row["simple_maths"] == pytest.approx(1)
        assert row["bic"] < 0


@pytest.mark.parametrize("unit", UNITS)
def test_the_other_way_round_signs_are_turned(sides: tuple[Counting, Counting], unit: Any) -> None:
    focus, reference = sides
    here = keyed(focus.keywords(reference, unit=unit, minimum=1), "lemma")
    there = keyed(reference.keywords(focus, unit=unit, minimum=1), "lemma")
    assert here.keys() == there.keys()
    for key, row in here.items():
        other = there[key]
        for name in ("log_likelihood", "log_ratio"):
            assert row[name] == pytest.approx(-other[name], abs=1e-9)
        for name in ("bic", "chi_squared"):
            assert row[name] == pytest.approx(other[name], nan_ok=True, abs=1e-9)
        assert row["log_ratio_low"] == pytest.approx(-other["log_ratio_high"])
        if row["odds_ratio"] and math.isfinite(row["odds_ratio"]):
            assert row["odds_ratio"] == pytest.approx(1 / other["odds_ratio"])


@pytest.mark.parametrize("measure", KEYNESS)
def test_positive_keywords_come_first(sides: tuple[Counting, Counting], measure: str) -> None:
    focus, reference = sides
    rows = list(focus.keywords(reference, measure=measure, minimum=1))
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    values = [row[measure] for row in rows]
    if KEYNESS[measure].direction == "difference":
        less = [row["log_ratio"] < 0 for row in rows]
        assert less == sorted(less)
        above = [v for v, is_less in zip(values, less, strict=True) if not is_less]
        below = [v for v, is_less in zip(values, less, strict=True) if is_less]
        assert above == sorted(above, reverse=True)
        assert below == sorted(below)
    else:
        values = [-math.inf if math.isnan(v) else v for v in values]
        assert values == pytest.approx(sorted(values, reverse=True))


def test_a_minimum_only_leaves_rows_out(sides: tuple[Counting, Counting]) -> None:
    focus, reference = sides
    for pos in (None, ["NOUN", "verb"]):
        every = keyed(focus.keywords(reference, minimum=1, pos=pos), "lemma")
        few = keyed(focus.keywords(reference, minimum=6, pos=pos), "lemma")
        for key, row in few.items():
            assert {**row, "rank": 0} == {**every[key], "rank": 0}
        assert few.keys() == {
            key
            for key, row in every.items()
            if max(row["frequency"], row["reference_frequency"]) >= 6
        }
        assert few


def test_a_lemma_has_one_row_with_the_frequency_of_the_frequency_list(
    sides: tuple[Counting, Counting],
) -> None:
    focus, reference = sides
    for pos in (None, "NOUN"):
        here, there = ({row["lemma"]: row for row in side.frequencies(pos=pos)} for side in sides)
        for row in focus.keywords(reference, pos=pos, minimum=1):
            own, other = here.get(row["lemma"]), there.get(row["lemma"])
            assert row["frequency"] == (own["frequency"] if own else 0)
            assert row["reference_frequency"] == (other["frequency"] if other else 0)
            assert row["pos"] == (own or other)["pos"]


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_depends_on_how_articles_came_in(
    tmp_path: Path, another: Corpus, seed: int
) -> None:
    articles = some_articles(seed)
    once, often = Corpus.create(tmp_path / "once"), Corpus.create(tmp_path / "often")
    once.add(articles)
    shuffled = random.Random(seed).sample(articles, len(articles))
    for first in range(0, len(shuffled), 3):
        often.add(shuffled[first : first + 3])
        often._scope()
    for measure in ("log_likelihood", "bic", "odds_ratio"):
        for unit in UNITS:
            found = [
                [
                    repr(list(part.keywords(other, measure=measure, unit=unit, minimum=1)))
                    for part in (corpus.subcorpus(source="Газета"),)
                    for other in (None, another)
                ]
                for corpus in (once, often)
            ]
            assert found[0] == found[1]


def test_the_same_words_are_found_by_code_and_by_name(tmp_path: Path) -> None:
    articles = some_articles(3, 20)
    both = Corpus.create(tmp_path / "both")
    both.add(articles)
    parts = []
    for n, own in enumerate((articles[:9], articles[9:])):
        parts.append(Corpus.create(tmp_path / str(n)))
        parts[n].add(own)
    half = both.subcorpus(ids=[article.id for article in articles[:9]])
    for by in ("lemma", "form", "tag"):
        for unit in UNITS:
            by_code = half.keywords(by=by, unit=unit, minimum=2)
            by_name = parts[0].keywords(parts[1], by=by, unit=unit, minimum=2)
            assert repr(list(by_code)) == repr(list(by_name))


def test_empty_parts_and_empty_results(corpus: Corpus, another: Corpus) -> None:
    nothing = corpus.subcorpus(ids=[])
    for focus, reference in ((nothing, corpus), (corpus, nothing), (nothing, another)):
        for unit in UNITS:
            rows = list(focus.keywords(reference, unit=unit, minimum=1))
            assert rows
            assert all(math.isnan(row["log_ratio"]) for row in rows)
    assert len(nothing.keywords(nothing)) == 0
    table = corpus.subcorpus(source="Газета").keywords(minimum=10_000)
    assert len(table) == 0
    assert table.to_arrow().column_names[:4] == ["rank", "lemma", "pos", "frequency"]


def test_the_columns_are_those_promised(corpus: Corpus) -> None:
    part = corpus.subcorpus(source="Газета")
    both = ("frequency", "reference_frequency", "ipm", "reference_ipm")
    names = part.keywords().to_arrow().column_names
    assert names == ["rank", "lemma", "pos", *both, *KEYNESS]
    names = part.keywords(by="form", unit="article").to_arrow().column_names
    shares = ("articles", "reference_articles", "share", "reference_share")
    assert names == ["rank", "form", "pos", *shares, *KEYNESS]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"measure": "loglikelihood"}, "log_likelihood"),
        ({"by": "lema"}, "lemma"),
        ({"unit": "word"}, "token or article"),
        ({"pos": "GLAGOL"}, "VERB"),
        ({"minimum": "5"}, "whole number"),
    ],
)
def test_unknown_settings_name_the_valid_ones(
    corpus: Corpus, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(CorpusError) as caught:
        corpus.subcorpus(source="Газета").keywords(**wrong)
    assert said in f"{caught.value} {caught.value.hint}"


def test_a_whole_corpus_needs_a_reference(corpus: Corpus) -> None:
    with pytest.raises(CorpusError, match="reference"):
        corpus.keywords()


def test_provenance_says_what_was_compared(corpus: Corpus, another: Corpus) -> None:
    part = corpus.subcorpus(source="Газета", name="Газета")
    against_rest = part.keywords(minimum=3, pos="NOUN").provenance
    for said in ("reference: NOT (Газета), ", "measure log_likelihood", "minimum 3", "pos NOUN"):
        assert said in against_rest.settings
    assert "counted in both" not in against_rest.settings
    assert (against_rest.subcorpus, against_rest.articles) == ("Газета", len(part))
    against_all = part.keywords(corpus, unit="article").provenance
    said = f"whole corpus, {len(corpus)} articles"
    assert said in against_all.settings
    assert f"{len(part)} of them in the focus too, counted in both" in against_all.settings
    assert against_all.counts == "articles"
    assert "reference: another corpus, 12 articles" in part.keywords(another).provenance.settings
