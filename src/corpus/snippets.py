"""The piece of an article that shows why it was found: by sentence, clipped on whole words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.model import Article, Snippet
from corpus.text.tokens import HEADING, LEAD, TITLE, Pieces, TokenColumns, tokenise

WIDTH = 240
"""A sentence longer than this is clipped around what was found in it."""
_ENOUGH = 110
_LEAD_IN = 3
_MOST_TRIED = 200
"""Of a sentence with more marks than a reader will see, only the first are tried."""


class Mark(NamedTuple):
    """What a query found: first and last word, which word of the query, and how much it tells."""

    first: int
    last: int
    group: int
    weight: float


def snippets(article: Article, marks: Sequence[Mark], pieces: Pieces) -> tuple[Snippet, Snippet]:
    """Return the best sentences of an article and its title, what was found in each marked.

    The first sentence chosen has the greatest weight of distinct query words; a second one is
    added if it holds others, or if the first is short. `pieces` may be shared between articles.
    """
    columns = tokenise([article], pieces)
    if not len(columns):
        return Snippet(""), Snippet(article.title)
    first_token = _first_tokens(columns)
    stretches = [
        (int(first_token[m.first]), int(first_token[m.last]), m)
        for m in marks
        if m.last < len(first_token)
    ]
    title = _title(article, columns, stretches)
    body = [s for s in stretches if columns.zone[s[0]] != TITLE]
    if not body:
        return _opening(article), title
    chosen = _choose(columns, body)
    clipped = [_clip(article, columns, sentence, body) for sentence in chosen]
    return _joined(clipped, [_adjoin(columns, a, b) for a, b in pairwise(chosen)]), title


def _first_tokens(columns: TokenColumns) -> NDArray[np.int64]:
    """Return the token at which each word stands, by word number."""
    return np.flatnonzero(columns.is_word)


_Stretch = tuple[int, int, Mark]


def _title(article: Article, columns: TokenColumns, found: Sequence[_Stretch]) -> Snippet:
    spans = [
        (int(columns.start[a]), int(columns.stop[b]))
        for a, b, _ in found
        if columns.zone[a] == TITLE
    ]
    return Snippet(article.title, _apart(spans))


def _opening(article: Article) -> Snippet:
    """Return how an article begins, for one that was found by its title or a filter alone."""
    text = article.lead or article.text.split("\n\n")[0]
    if len(text) <= WIDTH:
        return Snippet(text)
    cut = text.rfind(" ", 0, WIDTH)
    return Snippet(f"{text[: cut if cut > 0 else WIDTH]} …")


def _choose(columns: TokenColumns, found: Sequence[_Stretch]) -> list[int]:
    """Return the numbers of one or two sentences, in reading order."""
    groups: dict[int, dict[int, float]] = {}
    prose = [s for s in found if columns.zone[s[0]] != HEADING]
    for first, _, mark in prose or found:
        groups.setdefault(int(columns.sentence[first]), {})[mark.group] = mark.weight
    best = max(groups, key=lambda s: (sum(groups[s].values()), -s))
    covered = groups[best]
    rest = {
        sentence: sum(w for g, w in own.items() if g not in covered) + (sentence == best + 1) * 0.2
        for sentence, own in groups.items()
        if sentence != best
    }
    length = _length(columns, best)
    second = max(rest, key=lambda s: (rest[s], -s), default=None)
    if second is not None and (rest[second] >= 0.5 or length < _ENOUGH):
        return sorted([best, second])
    return [best]


def _length(columns: TokenColumns, sentence: int) -> int:
    tokens = np.flatnonzero(columns.sentence == sentence)
    return int(columns.stop[tokens[-1]] - columns.start[tokens[0]])


def _clip(
    article: Article, columns: TokenColumns, sentence: int, found: Sequence[_Stretch]
) -> Snippet:
    """Return one sentence, clipped if it is long, starting at most three words before a mark."""
    tokens = np.flatnonzero(columns.sentence == sentence)
    text = article.lead if columns.zone[tokens[0]] == LEAD else article.text
    low, high = int(columns.start[tokens[0]]), int(columns.stop[tokens[-1]])
    here = [
        (int(columns.start[a]), int(columns.stop[b]), mark)
        for a, b, mark in found
        if columns.sentence[a] == sentence
    ]
    here.sort(key=itemgetter(0, 1))
    start, stop = low, high
    if high - low > WIDTH:
        start = _densest(columns, tokens, here)
        ends = columns.stop[tokens]
        inside = ends[(ends > start) & (ends <= start + WIDTH)]
        stop = int(inside[-1]) if len(inside) else min(high, start + WIDTH)
    before, after = "… " if start > low else "", " …" if stop < high else ""
    shift = len(before) - start
    spans = [(a + shift, b + shift) for a, b, _ in here if a >= start and b <= stop]
    return Snippet(f"{before}{text[start:stop]}{after}".replace("\n\n", " ¶ "), _apart(spans))


def _densest(
    columns: TokenColumns, tokens: NDArray[np.int64], here: Sequence[tuple[int, int, Mark]]
) -> int:
    """Return where to start clipping, so that the most weight of distinct words is kept."""
    starts = columns.start[tokens]
    low, high = int(starts[0]), int(columns.stop[tokens[-1]])
    # Never leave the window half empty at the end of a sentence.
    # (The last token alone may be longer than the window.)
    last_token = min(int(np.searchsorted(starts, max(low, high - WIDTH))), len(starts) - 1)
    latest = int(starts[last_token])
    best, best_weight = low, -1.0
    for place, end, _ in here[:_MOST_TRIED]:
        token = int(np.searchsorted(starts, place))
        before = starts[max(0, token - _LEAD_IN) : token + 1]
        start = min(int(before[np.argmax(before >= min(place, end - WIDTH))]), latest)
        weights: dict[int, float] = {}
        for first, last, mark in here[bisect_left(here, start, key=itemgetter(0)) :]:
            if first > start + WIDTH:
                break
            if last <= start + WIDTH:
                weights[mark.group] = mark.weight
        if sum(weights.values()) > best_weight:
            best, best_weight = start, sum(weights.values())
    return best


def _adjoin(columns: TokenColumns, one: int, other: int) -> bool:
    """Return whether two sentences stand side by side in one paragraph."""
    last = np.flatnonzero(columns.sentence == one)[-1]
    following = min(last + 1, len(columns) - 1)
    return bool(
        columns.sentence[following] == other
        and columns.paragraph[following] == columns.paragraph[last]
        and columns.zone[following] == columns.zone[last]
    )


def _apart(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return spans in order, those that touch or overlap joined."""
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return tuple(joined)


def _joined(pieces: Sequence[Snippet], neighbours: Sequence[bool]) -> Snippet:
    text, spans = pieces[0].text, list(pieces[0].spans)
    for piece, neighbour in zip(pieces[1:], neighbours, strict=True):
        text += " " if neighbour or text.endswith("…") or piece.text.startswith("…") else " … "
        spans += [(a + len(text), b + len(text)) for a, b in piece.spans]
        text += piece.text
    return Snippet(text, tuple(spans))
