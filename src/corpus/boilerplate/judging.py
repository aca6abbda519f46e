"""Which lines of articles are boilerplate, by which rule, and what speaks for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.boilerplate.learning import Learned, Mask, is_others_title, owners
from corpus.boilerplate.lines import TITLE, Lines

RULES = ("box", "title", "code", "repeated", "told")
"""By what a line is boilerplate; what the corpus's owner told goes before all others."""
_BOX, _TITLE, _CODE, _REPEATED, _TOLD = range(len(RULES))

_VERSE = 8  # words that a line of verse has at most
_MOST, _FEW_LINES = 0.5, 2
"""More of an article's words, in more lines, are its matter, not its frame."""


@dataclass(frozen=True, slots=True)
class Overrules:
    """Keys of lines that are never boilerplate, and of those that always are."""

    kept: frozenset[int] = frozenset()
    dropped: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Marks:
    """Lines that are boilerplate: their places among the lines judged, one array a column.

    `rule` is a place in RULES. `times` tells how often: a marker came, or in how many articles of
    one source the line stands; `other` is the number of another article that has it, -1 if none;
    `marker` is the key of the line that opens a box, 0 for other rules.
    """

    place: NDArray[np.int64]
    rule: NDArray[np.int8]
    times: NDArray[np.int64]
    other: NDArray[np.int64]
    marker: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.place)


def judge(lines: Lines, learned: Learned, overrules: Overrules = Overrules()) -> Marks:
    """Return which lines are boilerplate; all lines of an article are there, the title first.

    Where several rules hold, the first of RULES is named.
    """
    owner, heads = owners(lines)
    in_text = lines.line != TITLE
    told = _is_one_of(lines.key, overrules.dropped) & in_text
    spared = _is_one_of(lines.key, overrules.kept)
    box, times, marker = _boxes(lines, owner, in_text & ~spared, learned)
    title = is_others_title(lines, owner, heads, learned.titles, learned.thresholds)
    counts = learned.articles.of(lines.key)
    tail = in_text & ~lines.code & (counts >= learned.thresholds.line_articles)
    verse = _is_verse(lines, owner, in_text & ~(lines.code | title | tail | box))
    tail &= lines.words >= learned.thresholds.line_words
    taken = (lines.code & in_text) | box
    title = _but_not_the_matter(lines, owner, title & ~verse & ~box, taken)
    # So many articles have these that they are neither verse nor versions of each other.
    many = tail & (counts >= learned.thresholds.marker_times)
    tail = many | _but_not_the_matter(lines, owner, tail & ~many & ~verse, taken | title)
    masks = {_BOX: box, _TITLE: title, _CODE: lines.code & in_text, _REPEATED: tail}
    rule = np.full(len(lines), -1, np.int8)
    for number in reversed(range(len(RULES) - 1)):
        rule[masks[number] & ~spared] = number
    rule = _leave_something(lines, owner, rule)
    rule[told] = _TOLD
    place = np.flatnonzero(rule >= 0)
    of_title = learned.titles.of(lines.key[place])
    of_line = learned.examples.of(lines.key[place])
    kind = rule[place]
    own = lines.article[place]
    other = np.where(kind == _TITLE, of_title, of_line)
    return Marks(
        place,
        kind,
        np.where(kind == _BOX, times[place], np.maximum(counts[place], 1)),
        np.where((other == own) | np.isin(kind, (_CODE, _TOLD)), -1, other),
        np.where(kind == _BOX, marker[place], np.uint64(0)),
    )


def _is_one_of(keys: NDArray[np.uint64], wanted: Iterable[int]) -> Mask:
    chosen = np.array(sorted(wanted), np.uint64)
    return np.isin(keys, chosen) if len(chosen) else np.zeros(len(keys), bool)


def _boxes(
    lines: Lines, owner: NDArray[np.int64], in_text: Mask, learned: Learned
) -> tuple[Mask, NDArray[np.int64], NDArray[np.uint64]]:
    """Return which lines are a marker or stand in its box, how often it came, and its key.

    A box ends above a line that is longer than those which made the marker one: often there is
    no second line, and the article goes on.
    """
    found = np.zeros(len(lines), bool)
    times = np.zeros(len(lines), np.int64)
    key = np.zeros(len(lines), np.uint64)
    is_marker = _is_one_of(lines.key, learned.markers) & in_text
    for place in np.flatnonzero(is_marker).tolist():
        marker = learned.markers[int(lines.key[place])]
        for offset, longest in enumerate(marker.longest, 1):
            below = place + offset
            if below >= len(lines) or owner[below] != owner[place] or is_marker[below]:
                break
            if lines.words[below] > longest:
                break
            found[[place, below]] = True
            times[[place, below]] = marker.times
            key[[place, below]] = marker.key
    return found, times, key


def _is_verse(lines: Lines, owner: NDArray[np.int64], own: Mask) -> Mask:
    """Return which lines stand among short ones that the article has for its own, as in verse.

    These are the two lines above, the two below, or one of each.
    """
    short = own & (lines.words >= 1) & (lines.words <= _VERSE)
    above, above_that, below, below_that = (_at(offset, short, owner) for offset in (-1, -2, 1, 2))
    return (above & (above_that | below)) | (below & below_that)


def _at(offset: int, values: Mask, owner: NDArray[np.int64]) -> Mask:
    """Return what is true of the line so many below, if it is of the same article."""
    places = np.arange(len(values)) + offset
    inside = (places >= 0) & (places < len(values))
    places = np.where(inside, places, 0)
    return np.asarray(inside & values[places] & (owner[places] == owner))


def _but_not_the_matter(lines: Lines, owner: NDArray[np.int64], marked: Mask, taken: Mask) -> Mask:
    """Return marks without those of articles that consist of what is marked.

    A digest is made of titles, and versions of a text are made of each other's lines.
    """
    if not marked.any():
        return marked
    left = (lines.line != TITLE) & ~taken
    articles = int(owner[-1]) + 1
    whole = np.bincount(owner, lines.words * left, articles)
    part = np.bincount(owner, lines.words * (marked & left), articles)
    many = np.bincount(owner, marked & left, articles) > _FEW_LINES
    return np.asarray(marked & ~(many & (part > _MOST * whole))[owner])


def _leave_something(
    lines: Lines, owner: NDArray[np.int64], rule: NDArray[np.int8]
) -> NDArray[np.int8]:
    """Take back what would leave an article without a word."""
    if not len(rule):
        return rule
    articles = int(owner[-1]) + 1
    in_text = lines.line != TITLE
    left = np.bincount(owner, lines.words * (in_text & (rule < 0)), articles)
    return np.where((left == 0)[owner], np.int8(-1), rule)
