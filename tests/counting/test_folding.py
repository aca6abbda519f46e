"""Search shows one line a story; totals, facets and saved hits agree with the lines of all."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from story_articles import story_articles

from corpus import Corpus
from corpus.model import Snippet
from corpus.results.hits import Hits

QUERIES = ("мост", "река паром", "мост OR снег", "-мост", "заголовок", "title:театр")
SORTS = ("relevance", "date", "oldest", "title", "source")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    made = Corpus.create(tmp_path_factory.mktemp("stories"))
    articles = story_articles(7, 60)
    made.add(articles[:40])
    made.remove([articles[3].id, articles[20].id])
    made.add(articles[40:])
    return made


@pytest.fixture(scope="module")
def story(corpus: Corpus) -> dict[str, str]:
    """The first version of each article, by id."""
    return {article.id: corpus.versions(article.id).first for article in corpus}


def cases(corpus: Corpus) -> Iterator[tuple[Hits, Hits]]:
    """Yield hits, folded and each on its own."""
    for query in QUERIES:
        for sort in SORTS:
            yield (
                corpus.search(query, sort=sort, limit=None),
                corpus.search(query, sort=sort, limit=None, reprints=True),
            )


def test_each_story_has_the_best_of_its_versions(corpus: Corpus, story: dict[str, str]) -> None:
    folds = 0
    for folded, every in cases(corpus):
        stories = list(dict.fromkeys(story[name] for name in every.ids))
        assert sorted(story[name] for name in folded.ids) == sorted(stories)
        assert folded.total == every.total == len(every)
        assert folded.stories == every.stories == len(folded) == len(stories)
        for hit in folded:
            own = [name for name in every.ids if story[name] == story[hit.id]]
            assert sorted([hit.id, *hit.reprints]) == sorted(own)
            folds += len(hit.reprints)
        assert not any(hit.reprints for hit in every)
    assert folds > 100


def test_lines_are_in_order_and_of_equals_the_first_version_is_shown(
    corpus: Corpus, story: dict[str, str]
) -> None:
    for query in QUERIES:
        for sort in SORTS[1:]:
            every = corpus.search(query, sort=sort, limit=None, reprints=True).ids
            first = {story[name]: name for name in reversed(every)}
            lines = list(dict.fromkeys(first[story[name]] for name in every))
            assert corpus.search(query, sort=sort, limit=None).ids == lines
        best = corpus.search(query, limit=None)
        assert (np.diff(best["score"]) <= 0).all()
        # What stands closely together counts for the first fifty, which are others with reprints.
        scores = {h.id: h.score for h in corpus.search(query, limit=None, reprints=True)}
        for hit in best if len(scores) <= 50 and " " not in query else ():
            own = max(scores[name] for name in (hit.id, *hit.reprints))
            assert hit.score == own
            assert hit.id == story[hit.id] or scores.get(story[hit.id]) != own


def test_a_limit_bounds_lines_alone(corpus: Corpus) -> None:
    for query in QUERIES:
        whole = corpus.search(query, limit=None)
        for limit in (0, 1, 3):
            some = corpus.search(query, limit=limit)
            assert [hit.reprints for hit in some] == [hit.reprints for hit in whole][:limit]
            assert some.ids == whole.ids[:limit]
            assert (some.total, some.stories) == (whole.total, whole.stories)
            assert [hit.reprints for hit in whole[:limit]] == [hit.reprints for hit in some]


def test_versions_behind_a_line_come_in_the_order_of_the_corpus(corpus: Corpus) -> None:
    order = [row["id"] for row in corpus.articles()]
    for folded, _ in cases(corpus):
        for hit in folded:
            assert list(hit.reprints) == sorted(hit.reprints, key=order.index)


@pytest.mark.parametrize("by", ["source", "tag", "month"])
def test_facets_and_timelines_count_articles_or_stories(
    corpus: Corpus, story: dict[str, str], by: str
) -> None:
    articles = {article.id: article for article in corpus}

    def values(name: str) -> list[str]:
        article = articles[name]
        if by == "month":
            return [f"{article.date:%Y-%m}"] if article.date else []
        return list(article.tags) if by == "tag" else [article.source]

    def counts(table: Any) -> dict[str, int]:
        return {row[by]: row.get("articles", row.get("stories")) for row in table}

    for folded, every in cases(corpus):
        names = every.ids
        wanted = Counter(value for name in names for value in values(name))
        pairs = {(story[name], value) for name in names for value in values(name)}
        if by == "month":
            first: dict[str, str] = {}
            for own, value in sorted(pairs, key=lambda pair: pair[1]):
                first.setdefault(own, value)
            pairs = set(first.items())
        stories = Counter(value for _, value in pairs)
        for hits in (folded, every):
            assert counts(hits.facets(by)) == wanted
            assert counts(hits.facets(by, unit="story")) == stories
            if by == "month":
                line = {r["period"]: r["stories"] for r in hits.timeline(unit="story")}
                assert {k: v for k, v in line.items() if v} == stories
        total = folded.stories or 1
        for row in folded.facets(by, unit="story"):
            assert row["share"] == pytest.approx(row["stories"] / total)


def facts(hits: Hits) -> list[Any]:
    """Return everything but what is marked in titles, which is not saved."""
    return [dataclasses.replace(hit, heading=Snippet(""), _why=None) for hit in hits]


def test_saved_hits_are_the_same_hits(corpus: Corpus) -> None:
    for query in QUERIES:
        hits = corpus.search(query, limit=None)
        hits.save("найдено")
        loaded = corpus.load("найдено")
        loaded.save("ещё раз")
        for again in (loaded, corpus.load("ещё раз")):
            assert facts(again) == facts(hits)
            assert (again.total, again.stories, len(again)) == (hits.total, hits.stories, len(hits))
            for unit in ("article", "story"):
                for by in ("source", "tag", "month"):
                    assert list(again.facets(by, unit=unit)) == list(hits.facets(by, unit=unit))
        part = corpus.load_subcorpus("найдено")
        assert sorted(part.ids) == sorted(corpus.search(query, limit=None, reprints=True).ids)


def test_filtered_hits_stand_for_themselves(corpus: Corpus) -> None:
    hits = corpus.search("мост", limit=None)
    some = hits.filter(source="Газета")
    assert 0 < len(some) == some.total == some.stories < len(hits)
    assert not any(hit.reprints for hit in some)
    assert sum(row["articles"] for row in some.facets("source")) == len(some)
    assert not any(row["reprints"] for row in some.to_arrow().to_pylist())


def test_a_part_folds_what_is_in_it(corpus: Corpus) -> None:
    part = corpus.subcorpus(source="Газета")
    hits = part.search("мост", limit=None)
    names = {name for hit in hits for name in (hit.id, *hit.reprints)}
    assert names == set(part.search("мост", limit=None, reprints=True).ids)
    assert names <= set(part.ids)


def test_numbers_are_said(corpus: Corpus) -> None:
    hits = corpus.search("мост", limit=3)
    assert f"Hits({hits.total} articles, {hits.stories} stories match 'мост')" in repr(hits)
    assert "reprint" in repr(corpus.search("мост", limit=None))
    assert f"статей {hits.total}, без перепечаток {hits.stories}" in hits._repr_html_()
    table = hits.to_arrow()
    assert table.column("reprints").to_pylist() == [list(hit.reprints) for hit in hits]
    assert np.all(np.diff(hits["score"]) <= 0)


def test_hits_saved_before_there_were_stories_load(corpus: Corpus, tmp_path: Path) -> None:
    hits = corpus.search("мост", limit=None, reprints=True)
    table = hits.to_save().drop_columns(["line", "reprints"])
    raw = {k: v for k, v in (table.schema.metadata or {}).items() if k != b"stories"}
    old = Hits.from_saved(table.replace_schema_metadata(raw))
    assert (old.total, old.stories, old.ids) == (len(hits), len(hits), hits.ids)
    assert list(old.facets("source")) == list(hits.facets("source"))
    assert facts(old) == facts(hits)
