"""What the lines of many articles tell: titles, how often lines come, which lines open boxes.

Counting is by distinct bodies: the same article under ten addresses counts once, so that reprints
do not make boilerplate. Nor do versions of one article, which share their title.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from corpus.arrow import changes
from corpus.boilerplate.lines import TITLE, Lines

Keys = NDArray[np.uint64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on something is boilerplate."""

    title_words: int = 4
    """A title has so many words; shorter ones are what headings are called, too."""
    line_words: int = 5
    line_articles: int = 10
    """A line is repeated if so many articles of one source have it."""
    marker_words: int = 6
    """A marker has at most so many words, and what follows counts if it is longer."""
    marker_times: int = 50
    first_rate: float = 0.5
    """A marker is followed by lines from elsewhere at least so often."""
    often_times: int = 200
    often_rate: float = 0.25
    """… or so often if it comes so many times: where most of the articles that boxes name are not
    in the corpus, or have no title there. Lines that are no markers stay below .05."""
    further_rate: float = 0.15
    reach: int = 4


STANDARD = Thresholds()


@dataclass(frozen=True, slots=True)
class Marker:
    """A line that opens a box: how often it came, and how often each line below was foreign.

    `longest` tells for each line of the box how many words it has at most.
    """

    key: int
    times: int
    rates: tuple[float, ...]
    longest: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers by key; keys ascend."""

    keys: Keys
    values: NDArray[np.int64]

    def of(self, keys: Keys) -> NDArray[np.int64]:
        """Return the numbers of some keys, -1 for one that is not there."""
        if not len(self.keys):
            return np.full(len(keys), -1)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[places] == keys, self.values[places], -1)


@dataclass(frozen=True, slots=True)
class Learned:
    """What has been learned from the lines of some articles."""

    thresholds: Thresholds
    titles: Table
    """Of titles long enough: the lowest number of an article that has it."""
    articles: Table
    """Of lines: how many articles of the source that has it most often, versions not counted."""
    examples: Table
    """Of those lines: the lowest number of an article that has it."""
    foreign: Mask = field(repr=False)
    """Which of the lines learned from are a title or a long line of another article."""
    markers: dict[int, Marker]


def learn(
    lines: Lines,
    sources: NDArray[np.int64],
    thresholds: Thresholds = STANDARD,
    known: Iterable[Marker] = (),
    partly: bool = False,
) -> Learned:
    """Learn from the lines of articles; `sources` has a number for the source of each.

    `known` are markers that were accepted once: they stay, with what is known of them now.
    `partly`: these are some articles only, chosen by their lines (`related`), of which no rate can
    be learned: markers are those known.
    """
    owner, heads = owners(lines)
    bodies = _bodies(lines, heads)
    in_text = lines.line != TITLE
    counted = in_text & _one_of_each(bodies, sources, lines.key[heads])[owner]
    titles = _lowest(
        lines.key[heads], lines.article[heads], lines.words[heads] >= thresholds.title_words
    )
    repeatable = counted & (lines.words >= 1) & ~lines.code
    stories = _stories(bodies, lines, heads, thresholds)[owner[repeatable]]
    articles = _articles(lines.key[repeatable], stories, sources[owner[repeatable]])
    foreign = _foreign(lines, owner, heads, titles, thresholds)
    alone = in_text & _one_of_each(bodies, 0 * sources, lines.key[heads])[owner]
    markers = {marker.key: marker for marker in known}
    if not partly:
        markers = _markers(lines, owner, alone, foreign, thresholds, markers)
    examples = _lowest(lines.key, lines.article, in_text & (articles.of(lines.key) > 1))
    return Learned(thresholds, titles, articles, examples, foreign, markers)


def owners(lines: Lines) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each line the place of its article, and the places of the titles."""
    is_title = lines.line == TITLE
    return np.cumsum(is_title) - 1, np.flatnonzero(is_title)


def related(lines: Lines, new: Lines, thresholds: Thresholds = STANDARD) -> Lines:
    """Return the lines of those articles that share a line with new ones, or are named there.

    To judge the new ones these tell as much as all do; lines too short for a title do not count.
    """
    wanted = new.key[(new.words >= thresholds.title_words) & ~new.code]
    found = Table(np.sort(wanted), np.zeros(len(wanted), np.int64)).of(lines.key) >= 0
    owner, heads = owners(lines)
    shares = np.zeros(len(heads), bool)
    shares[owner[found]] = True
    return lines.taken(shares[owner])


def _bodies(lines: Lines, heads: NDArray[np.int64]) -> Keys:
    """Return a number for each article that those share whose lines are the same."""
    if not len(heads):
        return np.zeros(0, np.uint64)
    # Wraps round, which does no harm.
    parts = lines.key * (2 * lines.line + 3).astype(np.uint64)
    sums = np.add.reduceat(parts, heads)
    return np.asarray(sums - parts[heads], np.uint64)


def _stories(bodies: Keys, lines: Lines, heads: NDArray[np.int64], thresholds: Thresholds) -> Keys:
    """Return a number for each article that its versions share: their title stays, as a rule."""
    titled = lines.words[heads] >= thresholds.title_words
    return np.where(titled, lines.key[heads], bodies)


def _one_of_each(bodies: Keys, sources: NDArray[np.int64], titles: Keys) -> Mask:
    """Return for each article whether it stands for all with its body in its source.

    That the title decides, and not the number, makes it the same in whatever order they came.
    """
    order = np.lexsort((titles, sources, bodies))
    fresh = np.ones(len(order), bool)
    fresh[1:] = (bodies[order][1:] != bodies[order][:-1]) | (
        sources[order][1:] != sources[order][:-1]
    )
    found = np.zeros(len(order), bool)
    found[order[fresh]] = True
    return found


def _lowest(keys: Keys, numbers: NDArray[np.int64], where: Mask) -> Table:
    """Return the lowest of the numbers that each key has."""
    keys, numbers = keys[where], numbers[where]
    order = np.lexsort((numbers, keys))
    keys = keys[order]
    first = _starts(keys)
    return Table(keys[first], numbers[order][first])


def _articles(keys: Keys, stories: Keys, source: NDArray[np.int64]) -> Table:
    """Return of each key the number of stories in the source in which most have it."""
    order = np.lexsort((stories, source, keys))
    keys, source, stories = keys[order], source[order], stories[order]
    one_each = np.flatnonzero(changes(keys) | changes(source) | changes(stories))
    keys, source = keys[one_each], source[one_each]
    starts = np.flatnonzero(changes(keys) | changes(source))
    if not len(starts):
        return Table(keys, np.zeros(0, np.int64))
    counts = np.diff(np.append(starts, len(keys)))
    of_source = keys[starts]
    first = _starts(of_source)
    return Table(of_source[first], np.maximum.reduceat(counts, first).astype(np.int64))


def _foreign(
    lines: Lines,
    owner: NDArray[np.int64],
    heads: NDArray[np.int64],
    titles: Table,
    thresholds: Thresholds,
) -> Mask:
    """Return which lines are the title of another article, or a long line that others have too."""
    others_title = is_others_title(lines, owner, heads, titles, thresholds)
    long = (lines.words > thresholds.marker_words) & (lines.line != TITLE) & ~lines.code
    return np.asarray(others_title | (long & (_texts(lines, owner, heads, long) > 1)))


def is_others_title(
    lines: Lines,
    owner: NDArray[np.int64],
    heads: NDArray[np.int64],
    titles: Table,
    thresholds: Thresholds,
) -> Mask:
    """Return which lines are equal to the title of another article, and not to their own."""
    is_own = lines.key == lines.key[heads][owner]
    fits = (lines.words >= thresholds.title_words) & (lines.line != TITLE)
    return np.asarray(fits & ~is_own & (titles.of(lines.key) >= 0))


def _texts(
    lines: Lines, owner: NDArray[np.int64], heads: NDArray[np.int64], where: Mask
) -> NDArray[np.int64]:
    """Return of each line how many different texts have it, 0 where it is not asked.

    Versions of one text share their longest line, as a rule: all of them are one text here.
    """
    order = np.lexsort((lines.key, np.where(lines.line == TITLE, -1, lines.words), owner))
    # The last of each article is its longest line.
    last = np.append(heads[1:], len(lines)) - 1
    longest = lines.key[order[last]] if len(heads) else lines.key[:0]
    keys, text = lines.key[where], longest[owner[where]]
    by_key = np.lexsort((text, keys))
    sorted_keys, sorted_text = keys[by_key], text[by_key]
    fresh = changes(sorted_keys) | changes(sorted_text)
    first = _starts(sorted_keys)
    found = np.zeros(len(lines), np.int64)
    if len(first):
        counts = np.add.reduceat(fresh.astype(np.int64), first)
        group = np.cumsum(changes(sorted_keys)) - 1
        own = np.empty(len(keys), np.int64)
        own[by_key] = counts[group]
        found[where] = own
    return found


# Markers


def _markers(
    lines: Lines,
    owner: NDArray[np.int64],
    counted: Mask,
    foreign: Mask,
    thresholds: Thresholds,
    known: dict[int, Marker],
) -> dict[int, Marker]:
    """Return the lines that open boxes, those known before among them."""
    short = counted & (lines.words >= 1) & (lines.words <= thresholds.marker_words) & ~lines.code
    places = np.flatnonzero(short)
    order = np.argsort(lines.key[places], kind="stable")
    places = places[order]
    keys = lines.key[places]
    starts = _starts(keys)
    sizes = np.diff(np.append(starts, len(keys)))
    markers = {}
    old = np.array(sorted(known), np.uint64)
    wanted = (sizes >= thresholds.marker_times) | np.isin(keys[starts], old)
    for start, size in zip(starts[wanted].tolist(), sizes[wanted].tolist(), strict=True):
        own = places[start : start + size]
        key = int(keys[start])
        marker = _marker(key, lines, owner, own, foreign, thresholds)
        if marker or key in known:
            markers[key] = marker or known[key]
    return {**{key: known[key] for key in known if key not in markers}, **markers}


def _marker(
    key: int,
    lines: Lines,
    owner: NDArray[np.int64],
    places: NDArray[np.int64],
    foreign: Mask,
    thresholds: Thresholds,
) -> Marker | None:
    """Return the marker that a line is, if lines from elsewhere follow it often enough."""
    rates: list[float] = []
    longest: list[int] = []
    is_often = len(places) >= thresholds.often_times
    first = thresholds.often_rate if is_often else thresholds.first_rate
    for offset in range(1, thresholds.reach + 1):
        below = below_by(offset, places, owner)
        hits = below[foreign[below]]
        rate = len(hits) / len(places)
        if rate < (thresholds.further_rate if rates else first):
            break
        rates.append(round(rate, 4))
        longest.append(_room(lines.words[hits]))
    if not rates or len(places) < thresholds.marker_times:
        return None
    return Marker(key, len(places), tuple(rates), tuple(longest))


def below_by(offset: int, places: NDArray[np.int64], owner: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of the lines so many below others, where these are of the same article."""
    below = places + offset
    inside = below < len(owner)
    same = owner[below[inside]] == owner[places[inside]]
    found: NDArray[np.int64] = below[inside][same]
    return found


def _room(words: NDArray[np.int32]) -> int:
    """Return how long a line of a box may be: half as long again as nearly all that were seen."""
    in_order = np.sort(words)
    return int(in_order[(len(in_order) - 1) * 19 // 20]) * 3 // 2


def _starts(values: NDArray[np.generic]) -> NDArray[np.int64]:
    """Return where runs of equal values start."""
    return np.flatnonzero(changes(values))
