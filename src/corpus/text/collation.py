"""The order of Russian words: case does not count, and ё stands where е does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corpus.text.fold import fold


def ranks(words: Sequence[str]) -> list[int]:
    """Return the place of each word among all in order; words that differ in case or ё share one.

    >>> ranks(["ель", "Ёлка", "елка", "жук"])
    [1, 0, 0, 2]
    """
    keys = [fold(word) for word in words]
    places = {key: place for place, key in enumerate(sorted(set(keys)))}
    return [places[key] for key in keys]


def alphabetical(words: Iterable[str]) -> list[str]:
    """Return words in order, those that differ in case or ё alone always in the same one.

    >>> alphabetical(["ель", "Ёлка", "жук", "елка"])
    ['Ёлка', 'елка', 'ель', 'жук']
    """
    return sorted(words, key=lambda word: (fold(word), word))
