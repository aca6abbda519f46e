"""The piece of an article that shows why it was found: by sentence, clipped on whole words."""

from __future__ import annotations

import itertools
import sys
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
_NEXT = 0.2
"""What it is worth that a sentence comes right after the best one."""
_GONE = -sys.maxsize


class Marks(NamedTuple):
    """What a query found: first and last word of each stretch, and which word of the query it is.

    Stretches come word by word of the query, each word's in reading order.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    group: NDArray[np.int64]

    def where(self, mask: NDArray[np.bool_]) -> Marks:
        """Return the marks for which the mask holds."""
        return Marks(*(column[mask] for column in self))


@dataclass(frozen=True, slots=True)
class Marked:
    """An article as far as snippets need it, with what a query found in it.

    `paragraphs` are zone and text of those that have words, the title left out; the next two say
    at which word of the article, ascending, each of them and each sentence starts.
    """

    title: str
    paragraphs: Sequence[tuple[int, str]]
    paragraph_starts: NDArray[np.int64]
    sentence_starts: NDArray[np.int64]
    marks: Marks


def snippets(
    articles: Sequence[Marked], weights: Sequence[float], pieces: Pieces
) -> list[tuple[Snippet, Snippet]]:
    """Return for each article its best sentences and its title, what was found in each marked.

    The first sentence chosen has the greatest weight of distinct query words; a second one is
    added if it holds others, or if the first is short. Only the paragraphs of these are cut into
    tokens. `weights` say how much each word of the query tells; `pieces` may be shared.
    """
    excerpts = [_excerpt(article, weights) for article in articles]
    columns = tokenise([excerpt.article for excerpt in excerpts], pieces)
    edges = columns.article.searchsorted(np.arange(len(excerpts) + 1)).tolist()
    return [
        _snippets(excerpt, columns.part(first, last), weights)
        for excerpt, (first, last) in zip(excerpts, pairwise(edges), strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Excerpt:
    """A title and the paragraphs that may be shown, as an article of its own.

    `sentences` are the first words of the chosen ones, the best first; `worth` is what the second
    would add. Marks and sentences count words through the excerpt.
    """

    article: Article
    opening: str
    marks: Marks
    sentences: Sequence[int] = ()
    worth: float = 0.0


def _excerpt(article: Marked, weights: Sequence[float]) -> _Excerpt:
    starts, marks = article.paragraph_starts, article.marks
    opening = article.paragraphs[0][1] if article.paragraphs else ""
    in_body = marks.first >= starts[0] if len(starts) else np.zeros(len(marks.first), bool)
    if not in_body.any():
        return _Excerpt(Article(title=article.title, text=""), opening, marks)
    body = marks.where(in_body)
    paragraphs = _units(starts, body.first)
    chosen, worth = _choose(article, body, paragraphs, weights)
    first_words = article.sentence_starts[chosen]
    kept = sorted(set(_units(starts, first_words).tolist()))
    # Each kept paragraph moves up to where the one before it ends; what leads out of them goes.
    moves = np.full(len(starts), _GONE)
    goal = int(starts[0])
    for number in kept:
        moves[number] = goal - starts[number]
        goal += int(starts[min(number + 1, len(starts) - 1)] - starts[number])
    first, last = moves[paragraphs], moves[_units(starts, body.last)]
    stays = (first != _GONE) & (last != _GONE)
    moved = Marks(body.first + first, body.last + last, body.group).where(stays)
    own = [article.paragraphs[number] for number in kept]
    texts = [(zone, text) for zone, text in own if zone != LEAD]
    return _Excerpt(
        Article(
            title=article.title,
            lead="\n\n".join(text for zone, text in own if zone == LEAD),
            text="\n\n".join(text for _, text in texts),
            headings=tuple(n for n, (zone, _) in enumerate(texts) if zone == HEADING),
        ),
        opening,
        Marks(*map(np.concatenate, zip(marks.where(~in_body), moved, strict=True))),
        (first_words + moves[_units(starts, first_words)]).tolist(),
        worth,
    )


def _units(starts: NDArray[np.int64], words: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which of the units that start at some words holds each word."""
    return starts.searchsorted(words, "right") - 1


def _choose(
    article: Marked, marks: Marks, paragraphs: NDArray[np.int64], weights: Sequence[float]
) -> tuple[list[int], float]:
    """Return the numbers of the best sentence and of the next, and what the latter would add."""
    sentences = _units(article.sentence_starts, marks.first)
    columns = (sentences.tolist(), marks.group.tolist(), paragraphs.tolist())
    every = sorted(set(zip(*columns, strict=True)))
    prose = [item for item in every if article.paragraphs[item[2]][0] != HEADING]
    found: dict[int, list[int]] = {}
    for sentence, group, _ in prose or every:
        found.setdefault(sentence, []).append(group)
    best = _greatest({s: sum([weights[g] for g in own]) for s, own in found.items()})
    covered = found.pop(best)
    rest = {s: sum([weights[g] for g in own if g not in covered]) for s, own in found.items()}
    if not rest:
        return [best], 0.0
    if best + 1 in rest:
        rest[best + 1] += _NEXT
    second = _greatest(rest)
    return [best, second], rest[second]


def _greatest(worth: Mapping[int, float]) -> int:
    """Return the first of the greatest; keys ascend."""
    return max(worth, key=worth.__getitem__)


class _Stretch(NamedTuple):
    """A mark in its text: first character, the one after the last, and the word of the query."""

    start: int
    stop: int
    group: int


def _snippets(
    excerpt: _Excerpt, columns: TokenColumns, weights: Sequence[float]
) -> tuple[Snippet, Snippet]:
    """Return the snippet of an excerpt, of which `columns` are the tokens, and its title."""
    article, marks = excerpt.article, excerpt.marks
    word_tokens = np.flatnonzero(columns.is_word)
    first = word_tokens[marks.first]
    places = columns.start[first], columns.stop[word_tokens[marks.last]], marks.group

    def stretches(mask: NDArray[np.bool_]) -> list[_Stretch]:
        own = (column[mask].tolist() for column in places)
        return sorted(itertools.starmap(_Stretch, zip(*own, strict=True)))

    spans = [(found.start, found.stop) for found in stretches(columns.zone[first] == TITLE)]
    title = Snippet(article.title, _apart(spans))
    if not excerpt.sentences:
        return _opening(excerpt.opening), title
    sentences = columns.sentence[first]
    chosen = columns.sentence[word_tokens[excerpt.sentences]].tolist()
    if excerpt.worth < 0.5 and _length(columns, chosen[0]) >= _ENOUGH:
        del chosen[1:]
    chosen.sort()
    clipped = [_clip(article, columns, n, stretches(sentences == n), weights) for n in chosen]
    return _joined(clipped, [_adjoin(columns, a, b) for a, b in pairwise(chosen)]), title


def _opening(text: str) -> Snippet:
    """Return how an article begins, for one that was found by its title or a filter alone."""
    if len(text) <= WIDTH:
        return Snippet(text)
    cut = text.rfind(" ", 0, WIDTH)
    return Snippet(f"{text[: cut if cut > 0 else WIDTH]} …")


def _length(columns: TokenColumns, sentence: int) -> int:
    tokens = np.flatnonzero(columns.sentence == sentence)
    return int(columns.stop[tokens[-1]] - columns.start[tokens[0]])


def _clip(
    article: Article,
    columns: TokenColumns,
    sentence: int,
    here: Sequence[_Stretch],
    weights: Sequence[float],
) -> Snippet:
    """Return one sentence, clipped if it is long, starting at most three words before a mark."""
    tokens = np.flatnonzero(columns.sentence == sentence)
    text = article.lead if columns.zone[tokens[0]] == LEAD else article.text
    low, high = int(columns.start[tokens[0]]), int(columns.stop[tokens[-1]])
    start, stop = low, high
    if high - low > WIDTH:
        start = _densest(columns, tokens, here, weights)
        ends = columns.stop[tokens]
        inside = ends[(ends > start) & (ends <= start + WIDTH)]
        stop = int(inside[-1]) if len(inside) else min(high, start + WIDTH)
    before, after = "… " if start > low else "", " …" if stop < high else ""
    shift = len(before) - start
    spans = [(a + shift, b + shift) for a, b, _ in here if a >= start and b <= stop]
    return Snippet(f"{before}{text[start:stop]}{after}".replace("\n\n", " ¶ "), _apart(spans))


def _densest(
    columns: TokenColumns,
    tokens: NDArray[np.int64],
    here: Sequence[_Stretch],
    weights: Sequence[float],
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
        groups: dict[int, float] = {}
        for found in here[bisect_left(here, start, key=itemgetter(0)) :]:
            if found.start > start + WIDTH:
                break
            if found.stop <= start + WIDTH:
                groups[found.group] = weights[found.group]
        if sum(groups.values()) > best_weight:
            best, best_weight = start, sum(groups.values())
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
