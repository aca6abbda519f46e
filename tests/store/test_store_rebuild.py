"""Rebuilding and compacting change no result; what another version analysed is analysed again."""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pytest

from corpus import Article, Corpus, analysis, ingest
from corpus.morphology import analyser
from corpus.store import joining
from corpus.store.store import Store

QUERIES = (
    "мост", '"висячий мост"', "мост NEAR/5 река", "=моста", "мост -паром", "лед*", "title:мост",
    "source:хроника", "NOT мост",
)  # fmt: skip


def answers(corpus: Corpus) -> list[tuple[int, list[str], list[tuple[float, str]]]]:
    """Return total and ids in order of each query, by score and by date; scores and snippets."""
    found = []
    for query in QUERIES:
        by_score = corpus.search(query, limit=None)
        by_date = corpus.search(query, limit=None, sort="date")
        first = [(hit.score, hit.snippet.marked()) for hit in by_score[:3]]
        found.append((by_score.total, by_score.ids + by_date.ids, first))
    assert sum(total > 0 for total, _, _ in found) > len(QUERIES) // 2
    return found


def contents(corpus: Corpus) -> dict[str, tuple[Article, list[dict[str, object]]]]:
    """Return every article with its tokens."""
    store = Store(corpus.data)
    tables = [store.tokens(part) for part in store.manifest.parts]
    tokens: dict[int, list[dict[str, object]]] = {}
    for row in pa.concat_tables(tables).to_pylist() if tables else []:
        tokens.setdefault(row["article"], []).append(row)
    return {article.id: (article, tokens[number]) for number, article in store.scan()}


@pytest.fixture(scope="module")
def template(sample: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The sample corpus in many small parts, some articles replaced and some removed."""
    corpus = Corpus.create(tmp_path_factory.mktemp("pieces"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ingest, "BATCH_ARTICLES", 5)
        corpus.add(sample)
        names = [article.id for article in corpus]
        corpus.add([replace(corpus[name], title=f"{name} снова") for name in names[3:20:4]])
        corpus.remove(names[1:30:5])
    assert len(Store(corpus.data).manifest.parts) > 9
    return corpus


@pytest.fixture
def pieces(template: Corpus, tmp_path: Path) -> Corpus:
    """A copy of the template, to be changed."""
    shutil.copytree(template.root, tmp_path / "pieces")
    return Corpus(tmp_path / "pieces")


def test_rebuilding_after_adding_changes_no_result(pieces: Corpus) -> None:
    before = answers(pieces)
    pieces.rebuild()
    assert answers(pieces) == before
    pieces.rebuild()
    assert answers(Corpus(pieces.root)) == before


def test_compaction_keeps_everything(pieces: Corpus) -> None:
    before = contents(pieces)
    pieces.rebuild()
    state = Store(pieces.data).manifest
    assert (len(state.parts), state.parts[0].removed) == (1, ())
    assert contents(pieces) == before
    assert len(list((pieces.data / "parts").glob("articles-*"))) == 1
    assert pieces.check() == []


def test_compaction_in_steps_keeps_everything(
    pieces: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(pieces)
    for most in (7, 13, 1000):
        monkeypatch.setattr(joining, "_PART_ARTICLES", most)
        pieces.rebuild()
        assert contents(pieces) == before
        assert all(part.articles <= most for part in Store(pieces.data).manifest.parts)


def test_a_rebuild_needs_nothing_but_corpus_data(pieces: Corpus, tmp_path: Path) -> None:
    before = answers(pieces)
    shutil.copytree(pieces.data, tmp_path / "moved" / "corpus_data")
    moved = Corpus(tmp_path / "moved")
    moved.rebuild()
    assert (answers(moved), moved.check()) == (before, [])


def test_without_its_index_a_corpus_makes_it_by_the_next_search(pieces: Corpus) -> None:
    before = answers(pieces)
    shutil.rmtree(pieces.root / "index")
    again = Corpus(pieces.root)
    assert not any(finding.serious for finding in again.check())
    assert answers(again) == before


def test_removing_everything_leaves_a_corpus_that_works(small: Corpus) -> None:
    small.remove(["bridge", "ferry", "steel", "tree"])
    for _ in range(2):
        assert (small.search("мост").total, len(small), small.check()) == (0, 0, [])
        small.rebuild()
    assert Store(small.data).manifest.parts == ()
    small.add(Article(id="bridge", text="Мост открыли."))
    assert small.search("мост").ids == ["bridge"]


@pytest.mark.parametrize("by", ["search", "rebuild"])
def test_another_version_is_analysed_again_and_said_so(
    pieces: Corpus, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    before, results = contents(pieces), answers(pieces)
    old = analysis.version()
    monkeypatch.setattr(analyser, "RULES_VERSION", "next")
    corpus = Corpus(pieces.root)
    assert [finding.serious for finding in corpus.check()] == [False]
    assert old in corpus.check()[0].text
    assert old in corpus.info()["index"]
    corpus.search("мост") if by == "search" else corpus.rebuild()
    state = Store(corpus.data).manifest
    assert {part.analysis for part in state.parts} == {state.analysis} == {analysis.version()}
    assert corpus.check() == []
    assert contents(corpus) == before
    assert answers(corpus) == results


def test_another_version_is_told_by_the_search_that_catches_up(
    small: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    from corpus.progress import Progress

    said: list[str] = []

    class Listening(Progress):
        def say(self, message: str) -> None:
            said.append(message)

    monkeypatch.setattr(analyser, "RULES_VERSION", "next")
    corpus = Corpus(small.root, progress=Listening())
    assert corpus.search("мост").total == 2
    assert any("another version" in message for message in said)
    said.clear()
    corpus.search("река")
    assert said == []


def test_parts_of_two_versions_are_not_joined_before_they_are_alike(
    pieces: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(pieces)
    monkeypatch.setattr(analyser, "RULES_VERSION", "next")
    corpus = Corpus(pieces.root)
    corpus.add(Article(id="новая", text="Мост открыли вечером."))
    assert len({part.analysis for part in Store(corpus.data).manifest.parts}) >= 1
    corpus.rebuild()
    after = contents(corpus)
    assert after.pop("новая")[0].text == "Мост открыли вечером."
    assert after == before
    assert corpus.check() == []


def test_many_small_parts_are_joined_without_being_asked(
    small: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "_MANY_PARTS", 5)
    small.add(Article(id=f"много{n}", text=f"Река и лес номер{n}.") for n in range(60))
    for n in range(14):
        small.add(Article(id=f"один{n % 11}", text=f"Мост и паром слово{n}."))
    state = Store(small.data).manifest
    assert len(state.parts) < 9
    assert len(state.lexicon) < 11
    assert all(one.last < other.first for one, other in pairwise(state.parts))
    assert (len(small), small.check()) == (4 + 60 + 11, [])
    assert small.search("слово13").ids == ["один2"]
    assert small.search("слово2").ids == []
    assert all(tokens for _, tokens in contents(small).values())
    small.rebuild()
    assert len(Store(small.data).manifest.lexicon) == 1
    assert small.check() == []
