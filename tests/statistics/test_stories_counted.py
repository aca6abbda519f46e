"""Statistics by article and by story, against counting in sets; nothing but ids is taken over."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from story_articles import story_articles

from corpus import Article, Corpus, CorpusError
from corpus.counting import Counting

NOUN = {"article": "articles", "story": "stories"}
UNITS = tuple(NOUN)


class Naive:
    """A corpus or a part of one, in sets."""

    def __init__(self, corpus: Corpus, part: Counting) -> None:
        self.part = part
        self.order: list[str] = [row["id"] for row in part.articles()]  # type: ignore[attr-defined]
        articles = {article.id: article for article in corpus}
        self.articles: dict[str, Article] = {name: articles[name] for name in self.order}
        # Of a part, the first version is the first that is in it.
        group = {name: corpus.versions(name).first for name in self.order}
        self.first: dict[str, str] = {}
        for name in self.order:
            self.first.setdefault(group[name], name)
        self.story = {name: self.first[group[name]] for name in self.order}
        self.lemmas: dict[str, set[str]] = defaultdict(set)
        store = corpus._current()
        ids = dict(zip(store.numbers.tolist(), store.metadata.column("id").to_pylist()))  # noqa: B905
        for piece in store.manifest.parts:
            for row in store.tokens(piece).to_pylist():
                name = ids[row["article"]]
                if name in self.articles and row["pos"] not in ("PUNCT", "SYM"):
                    self.lemmas[name].add(row["lemma"])

    def unit(self, name: str, unit: str) -> str:
        return name if unit == "article" else self.story[name]

    def units(self, names: Any, unit: str) -> set[str]:
        return {self.unit(name, unit) for name in names}

    def matching(self, query: str) -> list[str]:
        return self.part.search(query, limit=None, reprints=True).ids

    def holding(self, unit: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for name, lemmas in self.lemmas.items():
            for lemma in lemmas:
                found[lemma].add(self.unit(name, unit))
        return found

    def values(self, name: str, by: str) -> list[str]:
        article = self.articles[name]
        if by == "month":
            return [f"{article.date:%Y-%m}"] if article.date else []
        return list(article.tags) if by == "tag" else [article.source]

    def divided(self, names: Any, by: str, unit: str) -> dict[str, set[str]]:
        """Return the units of each value; of periods a story has that of its first version."""
        found: dict[str, set[str]] = defaultdict(set)
        for name in names:
            own = self.unit(name, unit)
            for value in self.values(own if by == "month" else name, by):
                found[value].add(own)
        return found


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    made = Corpus.create(tmp_path_factory.mktemp("stories"))
    made.add(story_articles(11, 50))
    made.remove("n07")
    return made


@pytest.fixture(scope="module", params=["all", "part"])
def naive(request: Any, corpus: Corpus) -> Naive:
    part = corpus if request.param == "all" else corpus.subcorpus("мост OR паром", source="Газета")
    return Naive(corpus, part)


@pytest.mark.parametrize("unit", UNITS)
def test_frequencies(naive: Naive, unit: Any) -> None:
    wanted = {lemma: len(units) for lemma, units in naive.holding(unit).items()}
    table = naive.part.frequencies(unit=unit)
    assert {row["lemma"]: row[NOUN[unit]] for row in table} == wanted
    size = len(naive.units(naive.order, unit))
    assert all(row["share"] == pytest.approx(row[NOUN[unit]] / size) for row in table)
    counts = [row[NOUN[unit]] for row in table]
    assert counts == sorted(counts, reverse=True)
    assert all(row[NOUN[unit]] >= 3 for row in naive.part.frequencies(unit=unit, minimum=3))
    (row,) = naive.part.frequencies("мост", unit=unit)
    assert row[NOUN[unit]] == wanted["мост"]
    nouns = {row["lemma"]: row[NOUN[unit]] for row in naive.part.frequencies(pos="NOUN", unit=unit)}
    assert nouns.items() <= wanted.items()


@pytest.mark.parametrize("by", ["source", "tags", "month"])
@pytest.mark.parametrize("unit", UNITS)
def test_frequencies_and_facets_by_field(naive: Naive, unit: Any, by: str) -> None:
    name = by.removesuffix("s")
    every = naive.divided(naive.order, name, unit)
    found = naive.divided(naive.matching("мост"), name, unit)
    table = naive.part.frequencies("мост", by=by, unit=unit)
    assert {row[by]: (row[NOUN[unit]], row["of"]) for row in table} == {
        value: (len(found[value]), len(units)) for value, units in every.items()
    }
    table = naive.part.facets(name, "мост", unit=unit)
    assert {row[name]: (row[NOUN[unit]], row["of"]) for row in table} == {
        value: (len(found[value]), len(units)) for value, units in every.items()
    }
    whole = {row[name]: row[NOUN[unit]] for row in naive.part.facets(name, unit=unit)}
    assert whole == {value: len(units) for value, units in every.items()}


@pytest.mark.parametrize("unit", UNITS)
def test_keywords(corpus: Corpus, unit: Any) -> None:
    focus = corpus.subcorpus(source="Газета")
    here, there = Naive(corpus, focus), Naive(corpus, ~focus)
    own, other = here.holding(unit), there.holding(unit)
    sizes = [len(side.units(side.order, unit)) for side in (here, there)]
    table = focus.keywords(unit=unit, minimum=2)
    noun = NOUN[unit]
    wanted = {
        lemma: (len(own[lemma]), len(other[lemma]))
        for lemma in {*own, *other}
        if max(len(own[lemma]), len(other[lemma])) >= 2
    }
    assert {r["lemma"]: (r[noun], r[f"reference_{noun}"]) for r in table} == wanted
    for row in table:
        assert row["share"] == pytest.approx(row[noun] / sizes[0])
        assert row["reference_share"] == pytest.approx(row[f"reference_{noun}"] / sizes[1])
    said = str(table.provenance)
    assert f"unit {unit}" in said
    assert f"N counts {noun}" in said


@pytest.mark.parametrize("unit", UNITS)
def test_timelines(naive: Naive, unit: Any) -> None:
    noun = NOUN[unit]
    every = naive.divided(naive.order, "month", unit)
    table = naive.part.timeline(["мост", "снег"], unit=unit)
    for query in ("мост", "снег"):
        found = naive.divided(naive.matching(query), "month", unit)
        rows = [row for row in table if row["query"] == query and row[f"{noun}_total"]]
        assert {r["period"]: (r[noun], r[f"{noun}_total"]) for r in rows} == {
            month: (len(found[month]), len(units)) for month, units in every.items()
        }
    undated = [n for n in naive.units(naive.order, unit) if not naive.articles[n].date]
    assert table.undated == len(undated)
    assert f"unit {unit}" in str(table.provenance)
    assert table.plot(series="query")


def test_timelines_by_source_date_stories_by_the_first_of_each_source(naive: Naive) -> None:
    table = naive.part.timeline("мост", unit="story", split="source")
    matched = set(naive.matching("мост"))
    first: dict[tuple[str, str], str] = {}
    hit = set()
    for name in naive.order:
        key = naive.articles[name].source, naive.story[name]
        first.setdefault(key, name)
        hit |= {key} if name in matched else set()
    wanted: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for (source, story), name in first.items():
        for month in naive.values(name, "month"):
            wanted[source, month][0] += (source, story) in hit
            wanted[source, month][1] += 1
    rows = {(r["source"], r["period"]): [r["stories"], r["stories_total"]] for r in table}
    assert {key: counts for key, counts in rows.items() if counts[1]} == wanted


@pytest.mark.parametrize("by", ["source", "tag", "month"])
@pytest.mark.parametrize("unit", UNITS)
def test_dispersion(naive: Naive, unit: Any, by: str) -> None:
    noun = NOUN[unit]
    known = [name for name in naive.order if any(naive.values(name, by))]
    every = naive.divided(known, by, unit)
    found = naive.divided([n for n in naive.matching("мост") if n in set(known)], by, unit)
    result = naive.part.dispersion("мост", by=by, unit=unit)
    assert {r["part"]: (r["of"], r[noun]) for r in result.parts} == {
        value: (len(units), len(found[value])) for value, units in every.items() if value
    }
    (row,) = result
    matched = naive.units([n for n in naive.matching("мост") if n in set(known)], unit)
    if by != "month" or unit == "article":
        assert row[noun] == len(matched)
    assert row["range"] == sum(1 for value in every if value and found[value])


def test_dispersion_over_stories_leaves_reprints_out(naive: Naive) -> None:
    result = naive.part.dispersion("мост", by="story")
    assert [row["part"] for row in result.parts] == list(dict.fromkeys(naive.story.values()))
    left = len(naive.order) - len(set(naive.story.values()))
    assert result.notes == (f"{left} {'reprint' if left == 1 else 'reprints'} left out",)
    counts = {row["article"]: row["lines"] for row in naive.part.concordance("мост").by_article()}
    assert {row["part"]: row["frequency"] for row in result.parts if row["frequency"]} == {
        name: times for name, times in counts.items() if name in set(naive.story.values())
    }


def test_units_that_make_no_sense_are_refused(corpus: Corpus) -> None:
    for ask in (
        lambda: corpus.frequencies(unit="word"),  # type: ignore[arg-type]
        lambda: corpus.dispersion("мост", unit="article"),
        lambda: corpus.dispersion("мост", by="story", unit="story"),
        lambda: corpus.facets("source", unit="token"),  # type: ignore[arg-type]
        lambda: corpus.search("мост").facets("source", unit="token"),  # type: ignore[arg-type]
        lambda: corpus.timeline("мост", unit="word"),  # type: ignore[arg-type]
    ):
        with pytest.raises(CorpusError):
            ask()


def test_without_reprints_stories_are_articles(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path)
    corpus.add(story_articles(11, 6))
    for by_article, by_story in (
        (corpus.frequencies(unit="article"), corpus.frequencies(unit="story")),
        (corpus.timeline("мост", unit="article"), corpus.timeline("мост", unit="story")),
        (corpus.facets("source"), corpus.facets("source", unit="story")),
    ):
        rows = [tuple(row.values()) for row in by_article]
        assert rows == [tuple(row.values()) for row in by_story]
