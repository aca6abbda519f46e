"""Random queries over random articles: the index must answer as the definitions do."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from naive import matches, words_of
from random_articles import random_article, random_query

from corpus import Corpus
from corpus.query import parse


@pytest.mark.parametrize("seed", range(4))
def test_index_finds_what_the_definitions_say(tmp_path: Path, seed: int) -> None:
    pick = random.Random(seed)
    corpus = Corpus.create(tmp_path)
    # Several segments, with articles replaced and removed in between.
    for start in (0, 12, 24):
        corpus.add(random_article(pick, n) for n in range(start, start + 12))
    corpus.add(random_article(pick, n) for n in (1, 5, 13))
    corpus.remove(["n2", "n20", "n30"])
    articles = {a.id: (a, words_of(a)) for a in corpus}
    assert len(articles) == 33
    for _ in range(250):
        node = random_query(pick)
        expected = {name for name, (a, words) in articles.items() if matches(node, a, words)}
        hits = corpus.search(str(node), limit=None)
        found = set(hits.ids) if hits.total else set()
        assert found == expected, str(node)
        assert hits.total == len(expected)
        assert parse(str(node)) is not None
