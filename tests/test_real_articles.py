"""On real news and gold lemmas, where they are to be had."""

from __future__ import annotations

import pytest
from real import real

from corpus import Corpus


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    paths = [real("seed/seed_article.txt"), real("news/lenta.jsonl.gz")]
    corpus = Corpus.create(tmp_path_factory.mktemp("news"))
    receipt = corpus.add(paths)
    assert not receipt.failed
    return corpus


def test_the_seed_article_comes_first_with_its_words_marked(news: Corpus) -> None:
    hits = news.search("илон маск путину")
    assert hits[0].title.startswith("Илон Маск")
    assert {"Илон", "Маск"} <= {hits[0].snippet.text[a:b] for a, b in hits[0].snippet.spans}
    assert any(hits[0].snippet.text[a:b].startswith("Путин") for a, b in hits[0].snippet.spans)


def test_an_exact_form_is_found_as_it_stands(news: Corpus) -> None:
    for hit in news.search("=Маску", limit=None):
        article = news[hit.id]
        assert "маску" in f"{article.title} {article.lead} {article.text}".lower()


def test_rebuilding_changes_no_result(news: Corpus) -> None:
    queries = ["россия", '"владимир путин"', "суд NEAR/5 дело", "=москве -россия", "банк*", "суд~"]
    before = [[(h.id, h.score) for h in news.search(q, limit=None)] for q in queries]
    news.rebuild()
    assert [[(h.id, h.score) for h in news.search(q, limit=None)] for q in queries] == before
    assert news.check() == []
