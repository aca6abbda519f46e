"""The piece of an article that shows why it was found: by sentence, clipped on whole words."""

from __future__ import annotations

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
_OWN = 0.3
"""What a second sentence's own worth counts beside what it adds to the first."""
_NEIGHBOUR = 1.2
"""By how much a second sentence is worth more if it stands beside the first."""


class Mark(NamedTuple):
    """A stretch of words that a query found.

    Positions of its first and last word, which word of the query it is, and the numbers of the
    sentence and the paragraph in which it starts and of the paragraph in which it ends.
    """

    first: int
    last: int
    group: int
    sentence: int
    paragraph: int
    last_paragraph: int


class Starts(NamedTuple):
    """The positions at which paragraphs and sentences start, by number."""

    paragraphs: NDArray[np.uint32]
    sentences: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Marked:
    """An article as far as snippets need it, with what a query found in it.

    `paragraphs` are zone and text of those that have words, the title left out; the first of them
    has the number `first_paragraph`. `first_word` is the position of the article's first word.
    """

    title: str
    paragraphs: Sequence[tuple[int, str]]
    first_paragraph: int
    first_word: int
    starts: Starts
    marks: Sequence[Mark]


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
    word_tokens = np.flatnonzero(columns.is_word)
    before = word_tokens.searchsorted(edges).tolist()
    return [
        _snippets(excerpt, columns.part(first, last), word_tokens[words:] - first, weights)
        for excerpt, (first, last), words in zip(excerpts, pairwise(edges), before, strict=False)
    ]


@dataclass(frozen=True, slots=True)
class _Excerpt:
    """A title and the paragraphs that may be shown, as an article of its own.

    `marks` are first and last word and the word of the query; `sentences` the first words of the
    chosen ones, the best first; `worth` is what the second would add. Words are counted through
    the excerpt.
    """

    article: Article
    opening: str
    marks: Sequence[tuple[int, int, int]]
    sentences: Sequence[int] = ()
    worth: float = 0.0


def _excerpt(article: Marked, weights: Sequence[float]) -> _Excerpt:
    base, first_paragraph = article.first_word, article.first_paragraph
    in_title = [
        (mark.first - base, mark.last - base, mark.group)
        for mark in article.marks
        if mark.paragraph < first_paragraph
    ]
    body = [mark for mark in article.marks if mark.paragraph >= first_paragraph]
    opening = article.paragraphs[0][1] if article.paragraphs else ""
    if not body:
        return _Excerpt(Article(title=article.title, text=""), opening, in_title)
    chosen, worth = _choose(article, body, weights)
    kept = sorted({paragraph for _, paragraph in chosen})
    starts = article.starts.paragraphs
    # Each kept paragraph moves up to where the one before it ends; what leads out of them goes.
    moves: dict[int, int] = {}
    goal = starts.item(first_paragraph) - base
    for number in kept:
        moves[number] = goal - starts.item(number)
        if number < kept[-1]:
            goal += starts.item(number + 1) - starts.item(number)
    marks = in_title + [
        (mark.first + moves[mark.paragraph], mark.last + moves[mark.last_paragraph], mark.group)
        for mark in body
        if mark.paragraph in moves and mark.last_paragraph in moves
    ]
    own = [article.paragraphs[number - first_paragraph] for number in kept]
    texts = [(zone, text) for zone, text in own if zone != LEAD]
    return _Excerpt(
        Article(
            title=article.title,
            lead="\n\n".join([text for zone, text in own if zone == LEAD]),
            text="\n\n".join([text for _, text in texts]),
            headings=tuple([n for n, (zone, _) in enumerate(texts) if zone == HEADING]),
        ),
        opening,
        marks,
        [article.starts.sentences.item(s) + moves[paragraph] for s, paragraph in chosen],
        worth,
    )


def _choose(
    article: Marked, marks: Sequence[Mark], weights: Sequence[float]
) -> tuple[list[tuple[int, int]], float]:
    """Return the best sentence and the next, and what the latter would add.

    Sentences come with the numbers of their paragraphs.
    """
    every = sorted({(mark.sentence, mark.group, mark.paragraph) for mark in marks})
    zones = [article.paragraphs[item[2] - article.first_paragraph][0] for item in every]
    prose = [item for item, zone in zip(every, zones, strict=True) if zone != HEADING]
    found: dict[int, list[int]] = {}
    paragraphs: dict[int, int] = {}
    for sentence, group, paragraph in prose or every:
        found.setdefault(sentence, []).append(group)
        paragraphs[sentence] = paragraph
    best = _greatest({s: sum([weights[g] for g in own]) for s, own in found.items()})
    covered = found.pop(best)
    if not found:
        return [(best, paragraphs[best])], 0.0
    new = {s: sum([weights[g] for g in own if g not in covered]) for s, own in found.items()}
    worth = {s: new[s] + _OWN * sum([weights[g] for g in own]) for s, own in found.items()}
    for beside in (best - 1, best + 1):
        if beside in worth:
            worth[beside] *= _NEIGHBOUR
    second = _greatest(worth)
    return [(best, paragraphs[best]), (second, paragraphs[second])], new[second]


def _greatest(worth: Mapping[int, float]) -> int:
    """Return the first of the greatest; keys ascend."""
    return max(worth, key=worth.__getitem__)


class _Stretch(NamedTuple):
    """A mark in its text: first character, the one after the last, and the word of the query."""

    start: int
    stop: int
    group: int


def _snippets(
    excerpt: _Excerpt,
    columns: TokenColumns,
    word_tokens: NDArray[np.int64],
    weights: Sequence[float],
) -> tuple[Snippet, Snippet]:
    """Return the snippet of an excerpt and its title.

    `columns` are its tokens, `word_tokens` the numbers of those that are words.
    """
    article = excerpt.article
    in_title: list[_Stretch] = []
    in_sentence: dict[int, list[_Stretch]] = {}
    if excerpt.marks:
        first_words, last_words, groups = zip(*excerpt.marks, strict=True)
        first, last = word_tokens[list(first_words)], word_tokens[list(last_words)]
        places = (columns.start[first], columns.stop[last])
        found = map(_Stretch, *(column.tolist() for column in places), groups)
        homes = zip(columns.zone[first].tolist(), columns.sentence[first].tolist(), strict=True)
        for (zone, sentence), stretch in sorted(zip(homes, found, strict=True), key=itemgetter(1)):
            own = in_title if zone == TITLE else in_sentence.setdefault(sentence, [])
            own.append(stretch)
    title = Snippet(article.title, _apart([found[:2] for found in in_title]))
    if not excerpt.sentences:
        return _opening(excerpt.opening), title
    chosen = columns.sentence[word_tokens[excerpt.sentences]].tolist()
    if excerpt.worth < 0.5 and _length(columns, chosen[0]) >= _ENOUGH:
        del chosen[1:]
    chosen.sort()
    clipped = [_clip(article, columns, n, in_sentence.get(n, ()), weights) for n in chosen]
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
    best, best_weight = int(starts[0]), -1.0
    for place, end, _ in here[:_MOST_TRIED]:
        token = int(np.searchsorted(starts, place))
        before = starts[max(0, token - _LEAD_IN) : token + 1]
        start = int(before[np.argmax(before >= min(place, end - WIDTH))])
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
