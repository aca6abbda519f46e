"""Which articles are versions of one another, as it is kept beside the columns."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import naive_reprints as naive
import numpy as np
import pytest
from story_articles import story_articles

from corpus import Article, Corpus
from corpus.columns.columns import Columns
from corpus.columns.stories import STOP_WORDS
from corpus.reprints import candidates as tables
from corpus.store.store import Store


def columns_of(corpus: Corpus) -> Columns:
    return corpus._counted().columns


def stories(corpus: Corpus) -> dict[str, str]:
    """Return the id of each article's first version."""
    columns = columns_of(corpus)
    store = corpus._current()
    ids = store.rows(columns.number, ["id"]).column(0).to_pylist()
    live = np.isin(columns.number, store.live)
    return {ids[n]: ids[columns.story[n]] for n in np.flatnonzero(live).tolist()}


def pairs(corpus: Corpus) -> dict[tuple[str, str], int]:
    """Return what each two bodies share, told by the texts' own first ids."""
    columns, store = columns_of(corpus), corpus._current()
    ids = store.rows(columns.number, ["id"]).column(0).to_pylist()
    prints = columns.sketches.print
    live = np.isin(columns.number, store.live)
    name: dict[int, str] = {}
    for row in np.flatnonzero(live).tolist():
        name[int(prints[row])] = min(ids[row], name.get(int(prints[row]), "~"))
    rows = zip(*(column.tolist() for column in columns.alike), strict=True)
    return {
        tuple(sorted((name[int(prints[a])], name[int(prints[b])]))): times for a, b, times in rows
    }


def naive_stories(corpus: Corpus) -> dict[str, str]:
    """Return the id of each article's first version, from the store's tokens, all with all."""
    store: Store = corpus._current()
    words: dict[int, list[str]] = {number: [] for number in store.live.tolist()}
    titles: dict[int, list[str]] = {number: [] for number in words}
    for part in store.manifest.parts:
        for row in store.tokens(part).to_pylist():
            telling = row["pos"] not in ("PUNCT", "SYM", *STOP_WORDS)
            if row["article"] in words and telling:
                found = titles if row["zone"] == "title" else words
                found[row["article"]].append(row["lemma"].replace("ё", "е"))
    facts = store.rows(store.live, ["article", "date", "time", "id"]).to_pylist()
    facts.sort(key=lambda f: (f["date"] is None, f["date"] or dt.date.min, f["time"], f["id"]))
    own = [words[fact["article"]] for fact in facts]
    # What has next to no text is told by its title too.
    own = [
        text if len(text) >= 16 else titles[fact["article"]] + text
        for fact, text in zip(facts, own, strict=True)
    ]
    first = naive.groups(naive.same(own), len(own))
    return {fact["id"]: facts[n]["id"] for fact, n in zip(facts, first, strict=True)}


@pytest.mark.parametrize("seed", range(4))
def test_stories_are_those_of_all_with_all_whatever_came_and_went(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(tables, "MOST", (50, 3)[seed % 2])
    chance = random.Random(seed)
    articles = story_articles(seed)
    corpus = Corpus.create(tmp_path / "one")
    chance.shuffle(articles)
    for place in range(0, 24, 4):
        corpus.add(articles[place : place + 4])
        there = sorted(article.id for article in corpus)
        corpus.remove(chance.sample(there, 2))
        if chance.random() < 0.3:
            corpus.rebuild()
    corpus.add(articles[:3])
    other = Corpus.create(tmp_path / "other")
    other.add(sorted((corpus[article.id] for article in corpus), key=lambda a: a.id))
    assert stories(corpus) == stories(other)
    assert pairs(corpus) == pairs(other)
    if seed % 2 == 0:
        assert stories(corpus) == naive_stories(corpus)
    assert len(set(stories(corpus).values())) < len(corpus)


TEXT = (
    "Новый мост через реку Тихую открыли вчера утром. Мэр перерезала ленту, и по мосту прошёл "
    "первый трамвай. Строили его четыре года, и стоил он два миллиарда рублей. Паром, который "
    "возил горожан сто лет, ушёл на покой: его поставят у музея на вечную стоянку."
)


def version(name: str, day: int | None, text: str = TEXT, **more: str) -> Article:
    return Article(
        id=name, text=text, date=dt.date(2024, 5, day) if day else None, title=name, **more
    )


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus.create(tmp_path / "corpus")


def test_the_first_version_is_the_earliest_then_the_first_by_id(corpus: Corpus) -> None:
    corpus.add([version("c", 2), version("d", 2, TEXT + " Так сообщили в мэрии.")])
    assert stories(corpus) == {"c": "c", "d": "c"}
    corpus.add([version("b", 2), version("a", None)])
    assert stories(corpus) == dict.fromkeys("abcd", "b")
    corpus.add([version("z", 1)])
    assert stories(corpus) == dict.fromkeys("abcdz", "z")
    corpus.remove("z")
    assert stories(corpus) == dict.fromkeys("abcd", "b")
    corpus.remove(["b", "c"])
    assert stories(corpus) == dict.fromkeys("ad", "d")


def test_a_link_that_held_a_group_together_goes(corpus: Corpus) -> None:
    sentences = TEXT.split(". ")
    half = "Летом на набережной посадят липы и поставят скамейки из старого дуба"
    quarter = "Осенью откроют второй берег и пустят по нему автобус до самого вокзала"
    steps = [
        sentences,
        [*sentences, half],
        [*sentences, half, quarter],
    ]
    texts = [". ".join(step) for step in steps]
    corpus.add([version(f"v{n}", n + 1, text) for n, text in enumerate(texts)])
    assert set(stories(corpus).values()) == {"v0"}
    corpus.remove("v1")
    assert stories(corpus) == {"v0": "v0", "v2": "v2"}


def test_a_changed_article_is_grouped_anew(corpus: Corpus) -> None:
    corpus.add([version("a", 1), version("b", 2)])
    corpus.add(version("b", 2, "Совсем другое: завод закупает сталь, театр ставит оперу, снег."))
    assert stories(corpus) == {"a": "a", "b": "b"}


def test_titles_and_stop_words_do_not_count(corpus: Corpus) -> None:
    other = TEXT.replace("который возил", "который же и возил").replace("его поставят", "поставят")
    corpus.add([version("a", 1), Article(id="b", title="Иной заголовок", text=other)])
    assert set(stories(corpus).values()) == {"a"}


def test_titles_tell_what_has_next_to_no_text(corpus: Corpus) -> None:
    text = "Полное видео смотрите на сайте телеканала."
    titles = {"a": "Мост открыли", "b": "Паром ушёл на покой", "c": "Мост открыли"}
    corpus.add(
        Article(id=name, title=title, text=text, source=name) for name, title in titles.items()
    )
    assert stories(corpus) == {"a": "a", "b": "b", "c": "a"}


def test_damage_is_found_and_mended(corpus: Corpus) -> None:
    corpus.add([version("a", 1), version("b", 2)])
    folder = corpus._index.generation / "columns"  # type: ignore[operator]
    path = next(folder.glob("*.sketch"))
    path.write_bytes(bytes(len(path.read_bytes())))
    assert any("sketch" in finding.text for finding in Corpus(corpus.root).check())
    fresh = Corpus(corpus.root)
    fresh.rebuild()
    assert not fresh.check()
    assert stories(fresh) == {"a": "a", "b": "a"}
