"""What stands near what: collocates and networks, written straight from their definitions.

See `naive_corpus` for what articles, words and matches are, `naive_measures` for the formulas.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from naive_corpus import Corpus, Matches, covered, is_of, words_of
from naive_measures import association

# Collocates


class Windows(NamedTuple):
    """What is counted for collocates, before any measure."""

    nodes: int
    """f_A: matches."""
    window: int
    """R1: words in the union of the windows, node words excluded."""
    total: int
    """N: words of the corpus that are in no node."""
    joint: Mapping[str, int]
    """O11 of each collocate."""
    frequency: Mapping[str, int]
    """f_B: in the whole corpus."""
    outside: Mapping[str, int]
    """C1: outside the nodes."""


def windows(
    articles: Corpus,
    matches: Matches,
    window: tuple[int, int] | str = (5, 5),
    by: str = "lemma",
    pos: str | Sequence[str] | None = None,
) -> Windows:
    """Count what stands in the windows around nodes.

    A window reaches so many words to the left of a node's first and to the right of its last
    word, over sentence ends and from zone to zone, never out of the article; or it is
    `"sentence"`, all the sentences that the node touches. A place in several windows counts once,
    a place in any node not at all. `pos` keeps the words of some parts of speech; windows and
    corpus are as large as before.
    """
    joint: Counter[str] = Counter()
    frequency: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    nodes = r1 = n = 0
    places_around = _in_windows(articles, matches, window)
    for article, spans, around in zip(articles, matches, places_around, strict=True):
        words = words_of(article)
        within = covered(spans)
        nodes += len(spans)
        r1 += len(around)
        n += len(words) - len(within)
        for place, word in enumerate(words):
            if not is_of(word, pos):
                continue
            key = getattr(word, by)
            frequency[key] += 1
            outside[key] += place not in within
            joint[key] += place in around
    return Windows(nodes, r1, n, +joint, frequency, outside)


class Collocate(NamedTuple):
    joint: int
    frequency: int
    expected: float
    measures: Mapping[str, float]


def collocates(
    articles: Corpus,
    matches: Matches,
    window: tuple[int, int] | str = (5, 5),
    by: str = "lemma",
    pos: str | Sequence[str] | None = None,
) -> dict[str, Collocate]:
    """Return every word in the windows with its counts and the value of every measure."""
    found = windows(articles, matches, window, by, pos)
    return {
        key: Collocate(
            joint,
            found.frequency[key],
            found.window * found.outside[key] / found.total,
            association(
                joint,
                found.nodes,
                found.frequency[key],
                found.window,
                found.outside[key],
                found.total,
            ),
        )
        for key, joint in found.joint.items()
    }


# Networks


def network(
    articles: Corpus, queries: Mapping[str, Matches], unit: str = "sentence"
) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Return (joint, units with the one, units with the other) of every pair of queries.

    A unit is a `sentence` or an `article`; a match lies in every sentence that it touches. Pairs
    come in the order of the queries, once, those that never meet too.
    """
    units: dict[str, set[Hashable]] = {}
    for name, matches in queries.items():
        units[name] = set()
        for number, (article, spans) in enumerate(zip(articles, matches, strict=True)):
            words = words_of(article)
            for start, stop in spans:
                if unit == "article":
                    units[name].add(number)
                else:
                    units[name] |= {(number, word.sentence) for word in words[start:stop]}
    return _pairs(units)


def _pairs(units: Mapping[str, set[Hashable]]) -> dict[tuple[str, str], tuple[int, int, int]]:
    names = list(units)
    return {
        (one, other): (len(units[one] & units[other]), len(units[one]), len(units[other]))
        for n, one in enumerate(names)
        for other in names[n + 1 :]
    }


def network_in_windows(
    articles: Corpus, queries: Mapping[str, Matches], distance: int
) -> dict[tuple[str, str], int]:
    """Return the joint count of every pair of queries, as `network` does, by distance in words.

    Two matches are near if they are in one article, do not overlap, and fewer than `distance`
    words stand between them. The joint count is the number of matches of the one query that have
    one of the other near, or the other way round, whichever is smaller.
    """
    places = {
        name: [(n, *span) for n, spans in enumerate(matches) for span in spans]
        for name, matches in queries.items()
    }

    def near(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
        first, second = sorted((one, other))
        return first[0] == second[0] and 0 <= second[1] - first[2] < distance

    def having(one: str, other: str) -> int:
        return sum(any(near(a, b) for b in places[other]) for a in places[one])

    names = list(queries)
    return {
        (one, other): min(having(one, other), having(other, one))
        for n, one in enumerate(names)
        for other in names[n + 1 :]
    }


def _in_windows(
    articles: Corpus, matches: Matches, window: tuple[int, int] | str
) -> list[set[int]]:
    """Return the places in the windows of each article, node words excluded."""
    found = []
    for article, spans in zip(articles, matches, strict=True):
        words = words_of(article)
        around: set[int] = set()
        for start, stop in spans:
            if window == "sentence":
                touched = {word.sentence for word in words[start:stop]}
                around |= {p for p, word in enumerate(words) if word.sentence in touched}
            else:
                left, right = window
                around |= set(range(max(0, start - left), min(len(words), stop + right)))
        found.append(around - covered(spans))
    return found
