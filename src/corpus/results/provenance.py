"""What a result rests on."""

from __future__ import annotations

from typing import NamedTuple

from corpus import render


class Provenance(NamedTuple):
    """What a result rests on, enough to cite it and to make it again."""

    query: str
    parsed: str
    articles: int
    words: int
    analysis: str
    generation: int
    version: str
    made: str
    subcorpus: str = ""
    """The part of the corpus that was looked through, nothing for the whole."""
    counts: str = ""
    """What N counts."""
    settings: str = ""

    def __str__(self) -> str:
        return (
            f"query: {self.parsed} · corpus: {render.grouped(self.articles)} articles, "
            f"{render.grouped(self.words)} words (punctuation not counted), state "
            f"{self.generation} · corpus {self.version}, analysis {self.analysis} · {self.made}"
        )
