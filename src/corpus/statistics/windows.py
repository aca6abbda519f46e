"""Windows: the words that stand near matches, each once, and never in another article.

Everything is in words, numbered through the columns without punctuation.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.columns.columns import Columns, Numbers
from corpus.errors import CorpusError
from corpus.scope import Matches

Window = tuple[int, int] | Literal["sentence"]
WIDEST = 1000


class Spans(NamedTuple):
    """Stretches of words, from `first` to the one before `stop`, both ascending.

    They may overlap. Those of punctuation alone are empty.
    """

    first: Numbers
    stop: Numbers

    def places(self) -> Numbers:
        """Return every word in them once, in order."""
        first = self.first.copy()
        first[1:] = np.maximum(first[1:], self.stop[:-1])
        sizes = np.maximum(self.stop - first, 0)
        ends = np.cumsum(sizes)
        total = int(ends[-1]) if len(ends) else 0
        found: Numbers = np.arange(total) + np.repeat(first - (ends - sizes), sizes)
        return found

    def holding(self, places: Numbers) -> NDArray[np.bool_]:
        """Return which of them hold at least one of some words; these ascend."""
        return places.searchsorted(self.stop) > places.searchsorted(self.first)

    def hold(self, places: Numbers) -> NDArray[np.bool_]:
        """Return which of some words lie in one of them."""
        # The last that starts at or before a word reaches farthest of those that do.
        last = self.first.searchsorted(places, "right") - 1
        return (last >= 0) & (places < np.append(self.stop, 0)[last])


def nodes(matches: Matches) -> tuple[Numbers, Spans]:
    """Return what sorts matches as the columns are, and so their words.

    What differs by punctuation alone stays in its order, so that both ends ascend.
    """
    order = np.argsort(matches.word, kind="stable")
    return order, Spans(matches.word[order], matches.word_stop[order])


def around(columns: Columns, matches: Matches, window: Window) -> Spans:
    """Return the windows around matches that are sorted as the columns are, their words in them.

    A window in words goes over sentences and zones, never over the article's ends. The window
    "sentence" is every sentence that the match touches.
    """
    if window == "sentence":
        starts = columns.sentence_words
        first, stop = touched_sentences(columns, matches)
        return Spans(starts[first], starts[stop])
    left, right = window
    first = np.maximum(matches.word - left, columns.first_word[matches.row])
    stop = np.minimum(matches.word_stop + right, columns.first_word[matches.row + 1])
    return Spans(first, stop)


def touched_sentences(columns: Columns, matches: Matches) -> Spans:
    """Return the sentences that each match touches, by number, be it with punctuation only."""
    starts = columns.sentences
    first = starts.searchsorted(matches.first, "right") - 1
    return Spans(first, starts.searchsorted(matches.last, "right"))


def checked_window(window: Any) -> Window:
    """Return a window, or raise a CorpusError that says what one is."""
    if window == "sentence":
        return "sentence"
    try:
        left, right = (_whole(side) for side in window)
    except (TypeError, ValueError):
        left = right = -1
    if not (0 <= left <= WIDEST and 0 <= right <= WIDEST and left + right):
        raise CorpusError(
            f"there is no window {window!r}",
            f'give words to the left and right, as (5, 5), up to {WIDEST}, or "sentence"',
        )
    return left, right


def described(window: Window) -> str:
    """Return a window as settings of a result say it."""
    if window == "sentence":
        return "window of a sentence"
    return f"window {window[0]} left, {window[1]} right"


def _whole(value: Any) -> int:
    if isinstance(value, bool) or int(value) != value:
        raise ValueError(value)
    return int(value)
