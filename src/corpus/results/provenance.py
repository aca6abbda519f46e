"""What a result rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from corpus.render import counted


class Provenance(NamedTuple):
    """What a result rests on, enough to cite it and to make it again.

    `articles` and `words` are the sizes of what was counted over: of `subcorpus`, or of the whole
    corpus where that is "". `counts` says what N counts, `settings` with which settings a number
    was worked out, as "window 5 left, 5 right · measure log_dice · minimum 5".
    """

    query: str
    parsed: str
    articles: int
    words: int
    analysis: str
    generation: int
    version: str
    made: str
    subcorpus: str = ""
    counts: str = ""
    settings: str = ""

    def __str__(self) -> str:
        scope = f"subcorpus: {self.subcorpus}" if self.subcorpus else "whole corpus"
        size = f"{counted(self.articles, 'article')}, {counted(self.words, 'word')}"
        facts = [
            f"query: {self.parsed}" if self.parsed else "",
            f"{scope}, {size}",
            f"N counts {self.counts}" if self.counts else "",
            self.settings,
            f"corpus {self.version}, analysis {self.analysis}, state {self.generation}",
            self.made,
        ]
        return " · ".join(fact for fact in facts if fact)

    def to_metadata(self) -> dict[str, str]:
        """Return all fields as text, for the metadata of a file."""
        return {name: str(value) for name, value in self._asdict().items()}

    @classmethod
    def from_metadata(cls, raw: Mapping[str, str]) -> Self:
        """Return what `to_metadata` wrote; fields that an older version did not know are usual."""
        given: dict[str, Any] = {name: raw[name] for name in cls._fields if name in raw}
        for name in ("articles", "words", "generation"):
            given[name] = int(raw[name])
        return cls(**given)

    def narrowed(self, rows: str) -> Self:
        """Return the same with a further setting: which rows were kept."""
        kept = f"rows kept: {rows}"
        return self._replace(settings=f"{self.settings} · {kept}" if self.settings else kept)
