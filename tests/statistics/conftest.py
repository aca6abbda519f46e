"""Random corpora that the tests of statistics share; none may change them."""

from __future__ import annotations

import random

import pytest
from made_corpora import Read, made, read_back, some_articles

from corpus import Corpus


@pytest.fixture(scope="session", params=range(3))
def some(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Corpus, Read]:
    """A random corpus, and the same as the naive statistics read it."""
    folder = tmp_path_factory.mktemp("some")
    corpus = made(folder / "corpus", some_articles(request.param), 8)
    return corpus, read_back(corpus, folder / "out")


@pytest.fixture(scope="session")
def alike(tmp_path_factory: pytest.TempPathFactory) -> list[Corpus]:
    """Corpora of the same articles, added in another order and in other batches."""
    articles, corpora = some_articles(7), []
    for batch in (100, 7, 3):
        random.Random(batch).shuffle(articles)
        corpora.append(made(tmp_path_factory.mktemp("alike"), articles, batch))
    return corpora
