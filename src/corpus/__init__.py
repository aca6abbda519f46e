"""corpus: a folder of Russian articles, searched, counted and opened in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpus.errors import CorpusError, QueryError
from corpus.model import Analysis, Article
from corpus.version import __version__

if TYPE_CHECKING:
    from corpus.morphology.analyser import Analyser
    from corpus.workspace import Corpus

__all__ = ["Analyser", "Analysis", "Article", "Corpus", "CorpusError", "QueryError", "__version__"]


def __getattr__(name: str) -> Any:
    # Corpus brings numpy, pyarrow and whoosh: `corpus -h` must not wait for them.
    if name == "Corpus":
        from corpus.workspace import Corpus

        return Corpus
    if name == "Analyser":
        from corpus.morphology.analyser import Analyser

        return Analyser
    raise AttributeError(f"module 'corpus' has no attribute {name!r}")
