"""Why an article was found: the lemmas of each word of a query, the forms met, what they count."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import Article, Corpus, CorpusError


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    made = Corpus.create(tmp_path_factory.mktemp("причины"))
    texts = {
        "сталь": "Завод варит сталь. Листы стали везут к мосту, а сталь дорожает.",
        "стать": "Дни стали короче. Вода стала холодной.",
        "мост": "Мост закрыли. У моста ждёт паром.",
    }
    made.add([Article(title=f"О слове {key}", text=text, id=key) for key, text in texts.items()])
    return made


def test_each_word_says_its_lemmas_and_how_many_articles_have_them(corpus: Corpus) -> None:
    rows = {row["lemma"]: row for row in corpus.search("стали").explain()}
    assert rows["стать"]["candidate"] == 1
    assert rows["сталь"]["candidate"] == 2
    assert rows["стать"]["counts"] == 2 * rows["сталь"]["counts"] == 1.0
    assert rows["сталь"]["articles"] >= 1
    assert {row["word"] for row in rows.values()} == {"стали"}


def test_a_hit_says_which_lemma_it_has_in_which_forms(corpus: Corpus) -> None:
    hits = {hit.id: hit for hit in corpus.search("стали")}
    (first, *_) = hits["сталь"].explain().filter(lemma="сталь")
    assert first["matches"] >= 3
    assert "сталь 3" in first["forms"]
    assert "title 1" in first["zones"]
    (other, *_) = hits["стать"].explain().filter(lemma="стать")
    assert "стала 1" in other["forms"]


def test_what_the_words_add_is_the_score(corpus: Corpus) -> None:
    for hit in corpus.search("мост паром"):
        assert sum(row["score"] for row in hit.explain()) == pytest.approx(hit.score, abs=0.02)
    for hit in corpus.search('"паром" OR мост^3'):
        assert sum(row["score"] for row in hit.explain()) == pytest.approx(hit.score, abs=0.02)


def test_phrases_forms_and_patterns_are_explained_and_what_is_excluded_is_not(
    corpus: Corpus,
) -> None:
    (hit,) = corpus.search('"ждать паром" =моста пар* NOT завод')
    rows = [(row["word"], row["lemma"], row["forms"]) for row in hit.explain()]
    assert rows == [
        ("ждать", "ждать", "ждёт 1"),
        ("паром", "паром", "паром 1"),
        ("=моста", "", "моста 1"),
        ("пар*", "", "паром 1"),
    ]


def test_a_word_that_an_article_lacks_has_a_row_without_matches(corpus: Corpus) -> None:
    hits = {hit.id: hit for hit in corpus.search("мост завод", match="any")}
    lacking = [row for row in hits["мост"].explain() if not row["matches"]]
    assert [row["word"] for row in lacking] == ["завод"]


def test_filters_alone_have_nothing_to_explain(corpus: Corpus) -> None:
    hits = corpus.search("id:мост")
    assert len(hits.explain()) == len(hits[0].explain()) == 0


def test_saved_hits_say_that_they_do_not_know(corpus: Corpus) -> None:
    corpus.search("мост").save("мосты")
    loaded = corpus.load("мосты")
    for explain in (loaded.explain, loaded[0].explain):
        with pytest.raises(CorpusError, match="saved hits"):
            explain()


def test_explaining_survives_later_articles(corpus: Corpus, tmp_path: Path) -> None:
    own = Corpus.create(tmp_path)
    own.add(Article(title="Мост", text="Мост длинный.", id="а"))
    hit = own.search("мост")[0]
    own.add(Article(title="Мосты", text="Мосты мостов.", id="б"))
    assert hit.explain()["forms"].tolist() == ["Мост 2"]
