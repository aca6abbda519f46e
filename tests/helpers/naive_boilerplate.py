"""The rules of boilerplate once more, article by article and line by line, to compare with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from golden_lines import Case

from corpus.boilerplate.learning import Thresholds
from corpus.boilerplate.lines import is_code, key_of
from corpus.text.tokens import WORD

MOST = 0.5


def size(line: str) -> int:
    return len(WORD.findall(line))


def _keep_first(found: dict[Any, Case], key: object, a: Case) -> None:
    """Keep the article whose title has the lowest key."""
    if key not in found or key_of(a.title) < key_of(found[key].title):
        found[key] = a


class Naive:
    """What all articles tell."""

    def __init__(self, articles: Sequence[Case], thresholds: Thresholds) -> None:
        self.t = thresholds
        self.titles = {key_of(a.title) for a in articles if size(a.title) >= thresholds.title_words}
        self.texts: dict[int, set[int]] = defaultdict(set)
        bodies: dict[tuple[int, ...], Case] = {}
        editions: dict[tuple[str, tuple[int, ...]], Case] = {}
        for a in articles:
            body = tuple(map(key_of, a.lines))
            _keep_first(bodies, body, a)
            _keep_first(editions, (a.source, body), a)
            longest = max((size(line), key_of(line)) for line in a.lines)[1]
            for line in a.lines:
                self.texts[key_of(line)].add(longest)
        by_source: dict[int, dict[str, set[object]]] = defaultdict(lambda: defaultdict(set))
        for (source, body), a in editions.items():
            story = key_of(a.title) if size(a.title) >= thresholds.title_words else body
            for line in a.lines:
                if size(line) and not is_code(line):
                    by_source[key_of(line)][source].add(story)
        self.counts = {k: max(map(len, own.values())) for k, own in by_source.items()}
        self.markers = self._markers(list(bodies.values()))

    def is_title(self, a: Case, line: str) -> bool:
        fits = size(line) >= self.t.title_words and key_of(line) != key_of(a.title)
        return fits and key_of(line) in self.titles

    def is_foreign(self, a: Case, line: str) -> bool:
        long = size(line) > self.t.marker_words and not is_code(line)
        return self.is_title(a, line) or (long and len(self.texts[key_of(line)]) > 1)

    def _markers(self, articles: Sequence[Case]) -> dict[int, list[int]]:
        places: dict[int, list[tuple[Case, int]]] = defaultdict(list)
        for a in articles:
            for n, line in enumerate(a.lines):
                if 1 <= size(line) <= self.t.marker_words and not is_code(line):
                    places[key_of(line)].append((a, n))
        found = {}
        for key, own in places.items():
            often = len(own) >= self.t.often_times
            least = self.t.often_rate if often else self.t.first_rate
            longest: list[int] = []
            for offset in range(1, self.t.reach + 1):
                below = [(a, a.lines[n + offset]) for a, n in own if n + offset < len(a.lines)]
                hits = sorted(size(line) for a, line in below if self.is_foreign(a, line))
                if len(hits) / len(own) < (self.t.further_rate if longest else least):
                    break
                longest.append(hits[(len(hits) - 1) * 19 // 20] * 3 // 2)
            if longest and len(own) >= self.t.marker_times:
                found[key] = longest
        return found

    def rules(self, a: Case) -> tuple[str, ...]:
        """Return the rule of each line of an article."""
        box = self._box(a)
        code = {n for n, line in enumerate(a.lines) if is_code(line)}
        title = {n for n, line in enumerate(a.lines) if self.is_title(a, line)}
        tail = {
            n
            for n, line in enumerate(a.lines)
            if n not in code and self.counts.get(key_of(line), 0) >= self.t.line_articles
        }
        short = {n for n, line in enumerate(a.lines) if 1 <= size(line) <= 8}
        short -= code | title | tail | box
        pairs = ((-2, -1), (-1, 1), (1, 2))
        verse = {n for n in range(len(a.lines)) for p in pairs if {n + p[0], n + p[1]} <= short}
        loose = self._but_the_matter(a, title - box - verse, box | code)
        repeated = {n for n in tail if size(a.lines[n]) >= self.t.line_words}
        many = {n for n in repeated if self.counts[key_of(a.lines[n])] >= self.t.marker_times}
        taken = box | code | loose
        few = self._but_the_matter(a, repeated - many - verse - taken, taken)
        named = dict.fromkeys(many | few, "repeated")
        named |= dict.fromkeys(code, "code")
        named |= dict.fromkeys(loose, "title")
        named |= dict.fromkeys(box, "box")
        left = sum(size(line) for n, line in enumerate(a.lines) if n not in named)
        if not left:
            named = {}
        return tuple(named.get(n, "") for n in range(len(a.lines)))

    def _box(self, a: Case) -> set[int]:
        found: set[int] = set()
        for n, line in enumerate(a.lines):
            for offset, longest in enumerate(self.markers.get(key_of(line), ()), 1):
                below = n + offset
                if below >= len(a.lines) or key_of(a.lines[below]) in self.markers:
                    break
                if size(a.lines[below]) > longest:
                    break
                found |= {n, below}
        return found

    def _but_the_matter(self, a: Case, marked: set[int], taken: set[int]) -> set[int]:
        whole = sum(size(line) for n, line in enumerate(a.lines) if n not in taken)
        part = sum(size(a.lines[n]) for n in marked)
        return marked if part <= MOST * whole or len(marked) <= 2 else set()
