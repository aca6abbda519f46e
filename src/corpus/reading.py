"""Reading: a whole article opened at one place."""

from __future__ import annotations

from dataclasses import dataclass, fields

from corpus import markup, render
from corpus.model import Article, Snippet

# Characters on each side that the plain form shows.
_AROUND = 300


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Reading(Article):
    """An article opened at a match: characters `start` to `stop` of its title, lead or text."""

    field: str = "text"
    start: int = 0
    stop: int = 0

    def __repr__(self) -> str:
        text = getattr(self, self.field)
        low, high = max(0, self.start - _AROUND), min(len(text), self.stop + _AROUND)
        before, after = "… " if low else "", " …" if high < len(text) else ""
        found = f"**{text[self.start : self.stop]}**"
        passage = f"{before}{text[low : self.start]}{found}{text[self.stop : high]}{after}"
        return render.visible(f"{self.title}\n{self._facts()}\n\n{passage}")

    def _facts(self) -> str:
        return " · ".join(str(fact) for fact in (self.source, self.date, self.id) if fact)

    def marked(self, field: str) -> Snippet:
        """Return the title, lead or text, the match marked if it is there."""
        spans = ((self.start, self.stop),) if field == self.field else ()
        return Snippet(getattr(self, field), spans)

    def _repr_html_(self) -> str:
        parts = [self.marked(name) for name in ("title", "lead", "text")]
        frame = {mark.start: mark.evidence for mark in self.boilerplate if mark.field == "text"}
        return markup.reading(*parts, facts=self._facts(), frame=frame)


def opened(article: Article, field: str, start: int, stop: int) -> Reading:
    """Return an article opened at some characters of one of its fields."""
    known = {item.name: getattr(article, item.name) for item in fields(Article)}
    return Reading(**known, field=field, start=start, stop=stop)
