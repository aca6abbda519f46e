"""Similar articles: against the definition written plainly, and what must hold of any."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import pytest
from made_corpora import Read, made
from naive_corpus import Article as Naive
from naive_corpus import words_of

from corpus import Article, Corpus, CorpusError

TELLING = {"NOUN", "PROPN", "VERB", "ADJ", "X"}

NEWS = {
    "ferry": "Паром ушёл к острову. Капитан парома доволен: паром полон.",
    "island": "На остров ходит старый паром, капитан стар.",
    "steel": "Сталь подорожала, завод закупает сталь.",
    "plant": "Завод остановлен: сталь не привезли, капитан завода молчит.",
    "empty": "И вот, и так, и не то.",
}


def news(folder: Path) -> Corpus:
    return made(folder, [Article(id=name, text=text) for name, text in NEWS.items()])


def vectors(articles: list[Naive]) -> list[dict[str, float]]:
    """Return the weight of each lemma in each article, from the definition."""
    counts = [Counter(w.lemma for w in words_of(a) if w.pos in TELLING) for a in articles]
    size, having = len(articles), Counter(lemma for own in counts for lemma in own)
    idf = {lemma: math.log(1 + (size - n + 0.5) / (n + 0.5)) for lemma, n in having.items()}
    return [{w: (1 + math.log(n)) * idf[w] for w, n in own.items()} for own in counts]


def cosine(one: dict[str, float], other: dict[str, float]) -> float:
    def length(vector: dict[str, float]) -> float:
        return math.sqrt(sum(weight**2 for weight in vector.values()))

    product = sum(weight * other.get(lemma, 0) for lemma, weight in one.items())
    return product / (length(one) * length(other)) if product else 0.0


def test_agrees_with_the_definition(some: tuple[Corpus, Read]) -> None:
    corpus, read = some
    ids = [facts["id"] for facts in read.facts]
    weights = vectors(list(read.articles))
    for place, name in enumerate(ids):
        found = {row["id"]: row["similarity"] for row in corpus.similar(name, limit=None)}
        expected = {
            other: cosine(weights[place], weights[n])
            for n, other in enumerate(ids)
            if n != place and cosine(weights[place], weights[n]) > 0
        }
        assert found == pytest.approx(expected, abs=1e-5)
        assert list(found.values()) == sorted(found.values(), reverse=True)


def test_the_lemmas_that_weigh_most_are_named(tmp_path: Path) -> None:
    corpus = news(tmp_path)
    found = corpus.similar("ferry")
    assert [row["id"] for row in found] == ["island", "plant"]
    # «паром» stands three times in the one, «капитан» in a third article.
    assert found[0]["shared"].startswith("паром; ")
    assert found[0]["shared"].endswith("; капитан")
    assert found[1]["shared"] == "капитан"
    assert [row["rank"] for row in found] == [1, 2]


def test_two_articles_are_as_similar_either_way(some: tuple[Corpus, Read]) -> None:
    corpus, read = some
    ids = [facts["id"] for facts in read.facts]
    found = {
        (name, row["id"]): (row["similarity"], row["shared"])
        for name in ids
        for row in corpus.similar(name, limit=None)
    }
    for (one, other), value in found.items():
        assert found[other, one][0] == pytest.approx(value[0], abs=2e-6)
        assert found[other, one][1] == value[1]
    assert all(0 < value <= 1 for value, _ in found.values())
    assert all(one != other for one, other in found)


def test_what_is_the_same_but_for_function_words_is_as_similar_as_can_be(tmp_path: Path) -> None:
    texts = ("Паром ушёл к острову", "Паром ушёл от острова!", "Сталь подорожала")
    corpus = made(tmp_path, [Article(id=str(n), text=text) for n, text in enumerate(texts)])
    (row,) = corpus.similar("0")
    assert (row["id"], row["similarity"]) == ("1", 1.0)


def test_a_part_is_searched_with_the_weights_of_the_whole(tmp_path: Path) -> None:
    corpus = news(tmp_path)
    whole = {row["id"]: row["similarity"] for row in corpus.similar("ferry")}
    part = corpus.subcorpus(ids=["plant", "steel"])
    assert {row["id"]: row["similarity"] for row in part.similar("ferry")} == {
        "plant": whole["plant"]
    }


def test_nothing_depends_on_how_articles_were_added(alike: list[Corpus]) -> None:
    ids = sorted(alike[0].subcorpus(mask=[True] * len(alike[0])).ids)
    first, *others = ([list(c.similar(name, limit=5)) for name in ids] for c in alike)
    assert any(first)
    assert all(other == first for other in others)


def test_what_was_removed_counts_no_more(tmp_path: Path) -> None:
    corpus = news(tmp_path / "a")
    corpus.similar("ferry")
    corpus.remove(["island"])
    rest = [Article(id=name, text=text) for name, text in NEWS.items() if name != "island"]
    assert list(corpus.similar("ferry")) == list(made(tmp_path / "b", rest).similar("ferry"))
    with pytest.raises(CorpusError, match="no article with id 'island'"):
        corpus.similar("island")


def test_an_article_without_telling_words_is_similar_to_none(tmp_path: Path) -> None:
    corpus = news(tmp_path)
    assert len(corpus.similar("empty")) == 0
    assert corpus.similar("empty")._repr_html_()
    assert len(corpus.similar("ferry", limit=0)) == 0
    assert len(corpus.similar("ferry", limit=1)) == 1
    assert len(made(tmp_path / "alone", [Article(id="a", text="Паром.")]).similar("a")) == 0
