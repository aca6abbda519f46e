"""What the vote of a whole corpus has made of lemmas."""

from __future__ import annotations

from corpus import Corpus
from corpus.columns.columns import Columns


def columns_of(corpus: Corpus) -> Columns:
    """Return the token columns of a corpus, brought up to date."""
    corpus.search("мост")
    found = Columns.open(next((corpus.root / "index").glob("g*/columns")))
    assert found is not None
    return found


def renamed_in(corpus: Corpus) -> dict[str, str]:
    """Return the lemmas that the corpus has changed, and what they are now."""
    return columns_of(corpus).renamed
