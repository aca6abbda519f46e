"""Fields of articles go by one name everywhere, and by that of their column."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from corpus import Corpus
from corpus.fields import FIELDS, field_named
from corpus.results.result import Table

DIVIDED: list[Callable[[Corpus, str], Table]] = [
    lambda corpus, by: corpus.facets(by),
    lambda corpus, by: corpus.facets(by, "мост"),
    lambda corpus, by: corpus.search("мост").facets(by),
    lambda corpus, by: corpus.dispersion("мост", by=by),
    lambda corpus, by: corpus.dispersion("мост", by=by).parts,
    lambda corpus, by: corpus.timeline("мост", split=by),
]


@pytest.mark.parametrize("divide", DIVIDED)
@pytest.mark.parametrize("name", ["author", "tag"])
def test_the_name_of_the_column_will_do(sample: Corpus, divide: Any, name: str) -> None:
    one, other = (divide(sample, by) for by in (name, FIELDS[name]))
    assert one.to_arrow().equals(other.to_arrow())
    assert len(one)
    assert one.provenance.settings == other.provenance.settings


def test_tags_of_words_are_not_those_of_articles(sample: Corpus) -> None:
    grammatical = {row["tag"] for row in sample.frequencies(by="tag")}
    articles = {row["tag"] for row in sample.facets("tags")}
    assert {row["tags"] for row in sample.frequencies(by="tags")} == articles
    assert articles
    assert not grammatical & articles
    authors = sample.frequencies(by="authors").to_arrow()
    assert authors.equals(sample.frequencies(by="author").to_arrow())


def test_other_names_stay_as_they_are() -> None:
    assert [field_named(name) for name in (*FIELDS, "lemma", "")] == [*FIELDS, "lemma", ""]
