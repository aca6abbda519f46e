"""Every other statistic written straight from its definition, to hold the real ones against.

Everything is worked out by going through the articles in order: slow, and plain to read. See
`naive_corpus` for what articles, words and matches are, `naive_measures` for the formulas and
`naive_windows` for collocates and networks. Nothing in them imports `corpus`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from naive_corpus import Corpus, Matches, Token, covered, is_of, size, words_of, zones_of
from naive_measures import Spread, ipm, ipm_interval, keyness, spread, wilson

Slot = str | Mapping[str, str] | None


# Frequencies


class Frequency(NamedTuple):
    frequency: int
    ipm: float
    articles: int
    """In how many articles it occurs."""


def frequencies(
    articles: Corpus,
    by: str = "lemma",
    pos: str | Sequence[str] | None = None,
    matches: Matches | None = None,
) -> dict[Hashable, Frequency]:
    """Return how often each word occurs, by `lemma`, `form`, `pos` or `tag`.

    `pos` keeps the words of one part of speech or of several; ipm is still per million of all
    words. With `matches`, only the words within matches are counted, each once.
    """
    counts: Counter[Hashable] = Counter()
    inside: Counter[Hashable] = Counter()
    for number, article in enumerate(articles):
        words = words_of(article)
        kept = range(len(words)) if matches is None else sorted(covered(matches[number]))
        keys = [getattr(words[n], by) for n in kept if is_of(words[n], pos)]
        counts.update(keys)
        inside.update(set(keys))
    n = size(articles)
    return {key: Frequency(count, ipm(count, n), inside[key]) for key, count in counts.items()}


def parts_of_speech(
    articles: Corpus, by: str = "lemma", pos: str | Sequence[str] | None = None
) -> dict[str, str]:
    """Return the part of speech that each word has most often, of equals the first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for word in (word for article in articles for word in words_of(article)):
        if is_of(word, pos):
            counts[getattr(word, by)][word.pos] += 1
    return {word: min(own, key=lambda part: (-own[part], part)) for word, own in counts.items()}


def match_frequencies(
    articles: Corpus, matches: Matches, by: str = "lemma"
) -> dict[tuple[str, ...], Frequency]:
    """Return how often each match occurs as a whole, its words in order as the key."""
    counts: Counter[tuple[str, ...]] = Counter()
    inside: Counter[tuple[str, ...]] = Counter()
    for article, spans in zip(articles, matches, strict=True):
        words = words_of(article)
        keys = [tuple(getattr(w, by) for w in words[start:stop]) for start, stop in spans]
        counts.update(keys)
        inside.update(set(keys))
    n = size(articles)
    return {key: Frequency(count, ipm(count, n), inside[key]) for key, count in counts.items()}


class Share(NamedTuple):
    frequency: int
    words: int
    ipm: float
    articles: int
    """In how many of its articles the query matches; without a query, how many it has."""


def frequencies_by_field(
    articles: Corpus,
    labels: Sequence[Iterable[Hashable]],
    matches: Matches | None = None,
) -> dict[Hashable, Share]:
    """Return the frequency of a query by the labels of articles: sources, authors, months.

    An article may have no label, one, or several; it counts for each of them once. Without
    matches every word counts.
    """
    found: dict[Hashable, list[int]] = defaultdict(lambda: [0, 0, 0])
    for number, article in enumerate(articles):
        words = len(words_of(article))
        hits = words if matches is None else len(matches[number])
        for label in set(labels[number]):
            row = found[label]
            row[0] += hits
            row[1] += words
            row[2] += matches is None or hits > 0
    return {label: Share(f, w, ipm(f, w), a) for label, (f, w, a) in found.items()}


def ngrams(
    articles: Corpus,
    n: int,
    by: str = "lemma",
    slots: Sequence[Slot] | None = None,
) -> dict[tuple[str, ...], Frequency]:
    """Return how often each run of n words occurs, never across a zone or an article.

    `slots` says what may stand in each place: None is anything, "NOUN" a part of speech,
    {"lemma": "рост"} a word. ipm is per million words.
    """
    counts: Counter[tuple[str, ...]] = Counter()
    inside: Counter[tuple[str, ...]] = Counter()
    for article in articles:
        words, zones = words_of(article), zones_of(article)
        here = []
        for start in range(len(words) - n + 1):
            run = words[start : start + n]
            if zones[start] != zones[start + n - 1]:
                continue
            if slots and not all(map(_fits, slots, run)):
                continue
            here.append(tuple(getattr(w, by) for w in run))
        counts.update(here)
        inside.update(set(here))
    total = size(articles)
    return {key: Frequency(f, ipm(f, total), inside[key]) for key, f in counts.items()}


def _fits(slot: Slot, word: Token) -> bool:
    if slot is None or isinstance(slot, str):
        return slot in (None, word.pos)
    return all(getattr(word, name) == value for name, value in slot.items())


# Keywords


class Keyword(NamedTuple):
    frequency: int
    reference_frequency: int
    ipm: float
    reference_ipm: float
    measures: Mapping[str, float]


def keywords(
    articles: Corpus,
    reference: Corpus,
    by: str = "lemma",
    unit: str = "token",
    pos: str | Sequence[str] | None = None,
) -> dict[Hashable, Keyword]:
    """Return every word of either corpus with its counts and the value of every measure.

    `pos` keeps the words of some parts of speech; the corpora are as large as before. With
    `unit="article"` a word counts once an article, and the corpora's sizes are their numbers of
    articles (those without a word too).
    """
    here, there = frequencies(articles, by, pos), frequencies(reference, by, pos)
    sizes = [size(c) if unit == "token" else len(c) for c in (articles, reference)]
    found = {}
    for key in here.keys() | there.keys():
        none = Frequency(0, 0.0, 0)
        rows = (here.get(key, none), there.get(key, none))
        a, b = (row.frequency if unit == "token" else row.articles for row in rows)
        found[key] = Keyword(a, b, ipm(a, sizes[0]), ipm(b, sizes[1]), keyness(a, b, *sizes))
    return found


# Dispersion


def dispersion(articles: Corpus, matches: Matches, labels: Sequence[Hashable]) -> Spread:
    """Return how matches are spread over the parts that labels make of a corpus.

    Articles with the label None are left out, and so are parts without words. By article: give
    each its number as its label.
    """
    counts: Counter[Hashable] = Counter()
    sizes: Counter[Hashable] = Counter()
    for article, spans, label in zip(articles, matches, labels, strict=True):
        if label is not None:
            counts[label] += len(spans)
            sizes[label] += len(words_of(article))
    parts = [label for label in sizes if sizes[label]]
    return spread([counts[p] for p in parts], [sizes[p] for p in parts])


def arf(articles: Corpus, matches: Matches) -> float:
    """Return the average reduced frequency; a match stands where its first word does."""
    places, before = [], 0
    for article, spans in zip(articles, matches, strict=True):
        places += [before + start for start, _ in spans]
        before += len(words_of(article))
    places.sort()
    f = len(places)
    if not f:
        return 0.0
    distances = [places[0] + before - places[-1]]
    distances += [places[i] - places[i - 1] for i in range(1, f)]
    return f / before * sum(min(distance, before / f) for distance in distances)


# Timelines


class Moment(NamedTuple):
    frequency: int
    words: int
    ipm: float
    low: float
    high: float
    articles: int
    articles_total: int
    share: float
    share_low: float
    share_high: float


def timeline(
    articles: Corpus, matches: Matches, periods: Sequence[Hashable]
) -> dict[Hashable, Moment]:
    """Return the frequency in each period that has an article; articles of None are left out."""
    found = {}
    for period in dict.fromkeys(periods):
        if period is None:
            continue
        own = [number for number, label in enumerate(periods) if label == period]
        counts = [len(matches[number]) for number in own]
        words = [len(words_of(articles[number])) for number in own]
        hit = sum(count > 0 for count in counts)
        found[period] = Moment(
            sum(counts),
            sum(words),
            ipm(sum(counts), sum(words)),
            *ipm_interval(counts, words),
            hit,
            len(own),
            hit / len(own),
            *wilson(hit, len(own)),
        )
    return found


# Vocabulary


class Growth(NamedTuple):
    words: int
    types: int
    hapaxes: int
    """Types that occurred once so far."""


def vocabulary_growth(articles: Corpus, at: Sequence[int], by: str = "lemma") -> list[Growth]:
    """Return what the first so many words of a corpus hold, articles in order."""
    words = [getattr(word, by) for article in articles for word in words_of(article)]
    grown = []
    for many in at:
        counts = Counter(words[:many])
        once = sum(count == 1 for count in counts.values())
        grown.append(Growth(min(many, len(words)), len(counts), once))
    return grown
