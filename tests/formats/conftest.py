"""One small article that has all that a format must show."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from corpus import Article, Corpus

TINY = Article(
    id="мост 1/2",
    title='Мост "Заря" открыт',
    lead="Он висячий.",
    text="Мэр идёт по улице (ей весело)!\nСмеялись и дети.\n\n## Новый паром\n\nУшёл в 2024…",
    markup="markdown",
    source="Северный вестник",
    authors=("Ефим Карачаров", 'Анна "Тая" Горшенина'),
    url="https://severny-vestnik.example/most?a=1&b=2",
    date=dt.date(2024, 10, 20),
    tags=("город", "мосты"),
)


@pytest.fixture
def tiny(tmp_path: Path) -> Corpus:
    """The small article and an even smaller one of which hardly anything is known."""
    corpus = Corpus.create(tmp_path / "corpus")
    receipt = corpus.add([TINY, Article(id="b", text="Да.")])
    assert not receipt.failed
    return corpus
