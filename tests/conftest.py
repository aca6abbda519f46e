"""What the tests share: small corpora made from sentences, and the sample corpus."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import Article, Corpus

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "corpus_data" / "articles" / "sample"

TEXTS = {
    "bridge": ("Мост открыли", "Мэр открыла висячий мост через реку.\n\nПаром ушёл на покой."),
    "ferry": ("Последний рейс парома", "Паром стоял у моста. Мост ещё строили, и река ждала."),
    "steel": ("Сталь подорожала", "Цены на сталь стали выше. Завод закупает сталь у реки."),
    "tree": ("Ёлка на площади", "Новогодняя елка стоит у театра. Ёлки украсили дети."),
}


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Corpus]:
    """Return a function that makes a corpus of articles: `make(id=(title, text), …)`."""

    def build(**texts: tuple[str, str]) -> Corpus:
        corpus = Corpus.create(tmp_path / "corpus")
        corpus.add(
            Article(id=name, title=title, text=text, date=dt.date(2024, 1, 1 + n), source="Газета")
            for n, (name, (title, text)) in enumerate(texts.items())
        )
        return corpus

    return build


@pytest.fixture
def small(make: Callable[..., Corpus]) -> Corpus:
    """Four short articles."""
    return make(**TEXTS)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The sample corpus, taken in once a session; tests must not change it."""
    root = tmp_path_factory.mktemp("sample")
    shutil.copytree(SAMPLE, root / "corpus_data" / "articles" / "sample")
    (root / "index").mkdir()
    corpus = Corpus(root)
    corpus.search("мост")
    return corpus
