"""Which articles are versions of one another, kept with the columns; see `corpus.reprints`.

What is kept depends on the articles alone that count, whatever came before or after. When some
come or go, only pairs that these can have changed are looked at anew: those of their own, and those
of articles that begin or cease to stand for a hash that very many have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.columns.columns import WORD, ZONE, Columns, Numbers
from corpus.columns.vocabulary import folded
from corpus.reprints.candidates import Mask, Pairs, candidates, displaced
from corpus.reprints.comparing import are_same, share_text, shared
from corpus.reprints.groups import groups
from corpus.reprints.sketches import Shingles, Sketches, shingles, sketches, starts, word_hashes
from corpus.text.tokens import ZONES

STOP_WORDS = ("ADP", "AUX", "CCONJ", "DET", "INTJ", "PART", "PRON", "SCONJ")
"""Parts of speech whose words tell nothing of what an article is about."""
_TITLE = ZONES.index("title")
# A text of fewer telling words is too short to tell articles apart.
_SHORT = 16
# Articles that are sketched together have about so many tokens.
_PORTION = 1 << 20

Order = Callable[[Numbers], Numbers]
"""Numbers of articles to the place of each in the order of the corpus."""


class Changes(NamedTuple):
    """What is to be appended: sketches of new rows, and what has changed of pairs and stories."""

    sketches: Sketches
    alike: NDArray[np.int64]
    """In threes: two rows and how many shingles they share, 0 if they are no pair any more."""
    story: NDArray[np.int64]
    """In pairs: a row and the row of its first version."""


def regroup(columns: Columns, known: int, live: Numbers, order: Order) -> Changes:
    """Find out what is new after some articles have come and some have gone.

    The first `known` rows have been looked at before; `live` are the numbers of the articles that
    count.
    """
    rows = len(columns.number)
    counts = np.isin(columns.number, live)
    counted = ~np.isin(columns.number, columns.gone)
    counted[known:] = False
    new = _joined([_sketched(columns, *edges) for edges in _portions(columns, known, rows)])
    every = _joined([columns.sketches, new])
    before, now = _bodies(every, counted), _bodies(every, counts)
    concerned = (before.mask ^ now.mask) | displaced(every, before.mask, now.mask)
    found = _alike(columns, every, now.mask, concerned)
    a, b, common = columns.alike
    lost = concerned[a] | concerned[b]
    pairs = Pairs(np.concatenate([a[~lost], found[0]]), np.concatenate([b[~lost], found[1]]))
    times = np.concatenate([common[~lost], found[2]])
    same = are_same(times, every.shingles[pairs.a], every.shingles[pairs.b])
    group = groups(Pairs(pairs.a[same], pairs.b[same]), rows)
    story = np.arange(rows)
    story[counts] = group[now.of[counts]]
    story = _first_versions(columns, story, order)
    gone = np.stack([a[lost], b[lost], np.zeros(int(lost.sum()), np.int64)], axis=1)
    changed = np.flatnonzero(story != _extended(columns.story, rows))
    return Changes(
        new,
        np.concatenate([gone, np.stack(found, axis=1)]).ravel(),
        np.stack([changed, story[changed]], axis=1).ravel(),
    )


def in_common(columns: Columns, row: int, rows: Numbers) -> Numbers:
    """Return how many shingles one row shares with each of some."""
    shingles_of = partial(_shingles_of, columns)
    return shared(Pairs(np.full(len(rows), row), rows), shingles_of)


class _Bodies(NamedTuple):
    """Articles that have the same shingles are one body, told by the least of their rows."""

    of: Numbers
    """The body of each row; its own if it does not count, or has no shingles."""
    mask: Mask
    """Which rows tell a body."""


def _bodies(sketches: Sketches, counts: Mask) -> _Bodies:
    rows = np.flatnonzero(counts & (sketches.shingles > 0))
    order = rows[np.argsort(sketches.print[rows], kind="stable")]
    printed = sketches.print[order]
    fresh = np.ones(len(order), bool)
    fresh[1:] = printed[1:] != printed[:-1]
    of, mask = np.arange(len(counts)), np.zeros(len(counts), bool)
    mask[order[fresh]] = True
    of[order] = order[fresh][np.cumsum(fresh) - 1]
    return _Bodies(of, mask)


def _alike(
    columns: Columns, every: Sketches, among: Mask, chosen: Mask
) -> tuple[Numbers, Numbers, Numbers]:
    """Return the pairs that share text, one of them chosen, and how many shingles they share."""
    pairs = candidates(every, among, chosen)
    common = shared(pairs, partial(_shingles_of, columns))
    kept = share_text(common, every.shingles[pairs.a], every.shingles[pairs.b])
    return pairs.a[kept], pairs.b[kept], common[kept]


def _first_versions(columns: Columns, group: Numbers, order: Order) -> Numbers:
    """Return for each row the first row of its group in the order of the corpus."""
    sizes = np.bincount(group, minlength=len(group))
    rows = np.flatnonzero(sizes[group] > 1)
    rows = rows[np.argsort(order(columns.number[rows]), kind="stable")]
    first = np.arange(len(group))
    # Written last, the first one stays.
    first[group[rows[::-1]]] = rows[::-1]
    return first[group]


def _extended(story: Numbers, rows: int) -> Numbers:
    return np.concatenate([story, np.arange(len(story), rows)])


# Sketches


def _portions(columns: Columns, first: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield first row and end of runs of rows that have about so many tokens."""
    while first < stop:
        most = columns.first_token[first] + _PORTION
        end = int(np.searchsorted(columns.first_token, most, "right")) - 1
        end = min(max(end, first + 1), stop)
        yield first, end
        first = end


def _sketched(columns: Columns, first: int, stop: int) -> Sketches:
    return sketches(_shingles_of(columns, np.arange(first, stop)))


def _joined(pieces: list[Sketches]) -> Sketches:
    """Return the sketches of articles, those of the first piece first."""
    sizes = [np.diff(piece.start) for piece in pieces]
    return Sketches(
        np.concatenate([np.zeros(0, np.uint64), *(piece.hash for piece in pieces)]),
        starts(np.concatenate([np.zeros(0, np.int64), *sizes])),
        np.concatenate([np.zeros(0, np.int64), *(piece.shingles for piece in pieces)]),
        np.concatenate([np.zeros(0, np.uint64), *(piece.print for piece in pieces)]),
    )


def _shingles_of(columns: Columns, rows: Numbers) -> Shingles:
    """Return the shingles of some rows, which ascend.

    Titles are left out, for a reprint may have another one; but where the text is next to nothing,
    as below a video, they say what the article is. Lemmas are those given in the sentence, so that
    an article's shingles depend on nothing else.
    """
    first, sizes = columns.first_token[rows], np.diff(columns.first_token)[rows]
    edges = starts(sizes)
    token = np.arange(edges[-1]) + np.repeat(first - edges[:-1], sizes)
    flags = columns.flags[token]
    telling = ~np.isin(columns.parts.strings.to_pylist(), STOP_WORDS)
    kept = ((flags & WORD) > 0) & telling[columns.pos[token]]
    is_title = (flags & ZONE) == _TITLE
    is_short = np.diff(starts(kept & ~is_title)[edges]) < _SHORT
    kept &= ~is_title | np.repeat(is_short, sizes)
    lemma = columns.lemma[token[kept]]
    used = np.flatnonzero(np.bincount(lemma, minlength=1))
    hashes = np.zeros(int(used.max(initial=-1)) + 1, np.uint64)
    if len(lemma):
        hashes[used] = word_hashes(_texts(columns.lemmas.take(used)))
    before = starts(kept)[edges]
    return shingles(hashes[lemma], before)


def _texts(lemmas: pa.Array) -> list[str]:
    return list(folded(lemmas).to_pylist())
