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
    made.add(
        [
            Article(title=f"О слове {key}", text=text, id=key, source="Река")
            for key, text in texts.items()
        ]
    )
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


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("мост паром", {}),
        ("у моста ждёт паром", {}),
        ("стали холодной водой", {"match": "any"}),
        ('"паром" OR мост^3', {}),
        ('"моста ждёт" OR "мост паром" OR сталь', {}),
        ("(мост паром)^2 OR (завод вода)", {}),
        ("title:мост пар* =моста", {}),
        ("мост NEAR/3 ждать -завод", {}),
        ("мост -завод", {"source": "Река"}),
        ("мост паром", {"sort": "title"}),
        ("и", {}),
    ],
)
def test_the_parts_of_a_score_add_up_to_it(
    corpus: Corpus, query: str, options: dict[str, str]
) -> None:
    hits = corpus.search(query, **options)
    assert len(hits) or query == "и"
    for hit in hits:
        assert sum(row["score"] for row in hit.explain()) == pytest.approx(hit.score, abs=0.002)


def test_a_word_says_from_what_its_score_is_made(corpus: Corpus) -> None:
    hits = {hit.id: hit for hit in corpus.search("стали")}
    row = next(row for row in hits["сталь"].explain() if row["lemma"] == "сталь")
    z = row["title"] + row["text"]
    assert row["title"] > row["text"] > 0
    assert row["score"] == pytest.approx(0.5 * row["idf"] * 2.2 * z / (z + 1.2), abs=0.001)


def test_neighbouring_words_that_stand_together_say_so(corpus: Corpus) -> None:
    rows = corpus.search("моста ждёт")[0].explain()
    together = {row["part"]: row["matches"] for row in rows if row["word"] == "моста ждёт"}
    assert together == {"adjacent": 1, "near": 2}


def test_function_words_count_nothing_beside_others_and_something_alone(corpus: Corpus) -> None:
    beside = corpus.search("у моста")[0].explain()
    assert [row["score"] for row in beside if row["lemma"] == "у"] == [0.0]
    assert corpus.search("у")[0].score > 0


def test_phrases_forms_and_patterns_are_explained_and_what_is_excluded_is_not(
    corpus: Corpus,
) -> None:
    (hit,) = corpus.search('"ждать паром" =моста пар* NOT завод')
    rows = [(row["word"], row["lemma"], row["forms"]) for row in hit.explain()]
    assert rows == [
        ("ждать", "ждать", "ждёт 1"),
        ("паром", "паром", "паром 1"),
        ("паром", "", "паром 1"),
        ("=моста", "", "моста 1"),
        ("пар*", "", "паром 1"),
        ("NOT", "", ""),
    ]


def test_a_word_that_an_article_lacks_has_a_row_without_matches(corpus: Corpus) -> None:
    hits = {hit.id: hit for hit in corpus.search("мост завод", match="any")}
    lacking = [row for row in hits["мост"].explain() if not row["matches"]]
    assert [row["word"] for row in lacking] == ["завод"]


def test_filters_have_no_words_to_explain(corpus: Corpus) -> None:
    hits = corpus.search("id:мост")
    assert len(hits.explain()) == 0
    (row,) = hits[0].explain()
    assert (row["word"], row["part"], row["score"]) == ("id:мост", "filter", hits[0].score)


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
    rows = hit.explain()
    assert rows["forms"].tolist() == ["Мост 2", "Мост 2"]
    assert rows["part"].tolist() == ["lemma", "form"]
