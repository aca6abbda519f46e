"""Vocabulary: how it grows with the words read, and how rich it is.

Sources, cited below by name:
- Baayen 2001, Word Frequency Distributions (growth curve, hapax legomena, productivity).
- Covington & McFall 2010, Cutting the Gordian knot: the moving-average type-token ratio.
- Guiraud 1954, Les caractères statistiques du vocabulaire.
- Heaps 1978, Information Retrieval (the law); Herdan 1960, Type-token mathematics.
- Scott 2004, WordSmith Tools (standardised type/token ratio).
- Yule 1944, The Statistical Study of Literary Vocabulary.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from corpus import arrow
from corpus.columns.columns import Numbers
from corpus.errors import CorpusError
from corpus.pictures import curves
from corpus.results.provenance import Provenance
from corpus.results.result import Table
from corpus.scope import Scope
from corpus.statistics.runs import in_order
from corpus.statistics.selection import settings
from corpus.statistics.words import attribute

STRETCH = 1000
"""Words of a stretch for type/token ratios that do not depend on the size of the corpus."""


class Growth(Table):
    """A row a point of the corpus: how many words were read, and what they hold.

    Columns `words`, `types`, `hapaxes` (types met once so far), `ttr` (types by words) and `heaps`
    (types by the law that was fitted).
    """

    def __init__(
        self, table: pa.Table, figures: pa.Table, provenance: Callable[[], Provenance]
    ) -> None:
        super().__init__(table, provenance, picture=curves.vocabulary)
        self._figures = figures

    @property
    def figures(self) -> Table:
        """Figures of the whole vocabulary in one row; null where there are too few words.

        `words` N, `types` V, `hapaxes` V1; `ttr` V/N; `sttr` mean type/token ratio of stretches of
        1000 words, one after the other (Scott 2004); `mattr` that of all stretches of 1000 words
        (Covington & McFall 2010); `guiraud` V/√N; `herdan` ln V/ln N; `yule_k`
        10⁴(Σf² - N)/N² over the frequencies f of types; `hapax_share` V1/V; `productivity` V1/N
        (Baayen 2001); `heaps_k`, `heaps_beta` of V = K·N^β, by least squares of the logarithms
        over the points of the growth.
        """
        return Table(self._figures, lambda: self.provenance)


def vocabulary(scope: Scope, *, by: str = "lemma", points: int = 50) -> Growth:
    """Measure how the types of a scope grow, at evenly spaced points in the order of the corpus."""
    if points < 1:
        raise CorpusError(f"no growth of {points} points", "give a number from 1")
    of = attribute(scope, by)
    code, place = in_order(scope.of_words(of.code).astype(np.int64), _places(scope))
    return Growth(
        *_grown(code, place, points),
        scope.provenance(settings=settings(f"by {by}", f"{points} points")),
    )


def _places(scope: Scope) -> Numbers:
    """Return how many words come before each word of a scope in the order of the corpus."""
    first_word = scope.state.columns.first_word
    shift = np.repeat(scope.words_before - first_word[:-1], np.diff(first_word))
    shift += np.arange(len(shift))
    return scope.of_words(shift)


def _grown(code: Numbers, place: Numbers, points: int) -> tuple[pa.Table, pa.Table]:
    """Return growth and figures; places are sorted under each code."""
    words = len(code)
    is_first = np.ones(words, bool)
    np.not_equal(code[1:], code[:-1], out=is_first[1:])
    first = np.flatnonzero(is_first)
    frequency = np.diff(first, append=words)
    repeated = first[frequency > 1]
    at = np.unique(np.arange(1, points + 1) * words // points)
    at = at[at > 0]
    types = np.sort(place[first]).searchsorted(at)
    # A type is a hapax from its first occurrence to its second.
    hapaxes = types - np.sort(place[repeated + 1]).searchsorted(at)
    k, beta = _heaps(at, types)
    growth = {
        "words": pa.array(at),
        "types": pa.array(types),
        "hapaxes": pa.array(hapaxes),
        "ttr": pa.array(types / at),
        "heaps": arrow.known(k * at.astype(float) ** beta),
    }
    total, once = len(first), int((frequency == 1).sum())
    figures = {
        "ttr": _ratio(total, words),
        "sttr": _standardised(is_first, place),
        "mattr": _moving(is_first, place),
        "guiraud": _ratio(total, math.sqrt(words)),
        "herdan": _ratio(math.log(max(1, total)), math.log(max(1, words))),
        "yule_k": 1e4 * _ratio(float((frequency.astype(float) ** 2).sum()) - words, words**2),
        "hapax_share": _ratio(once, total),
        "productivity": _ratio(once, words),
        "heaps_k": k,
        "heaps_beta": beta,
    }
    counts = {"words": words, "types": total, "hapaxes": once}
    return pa.table(growth), pa.table(
        {name: pa.array([value]) for name, value in counts.items()}
        | {name: arrow.known(np.array([value])) for name, value in figures.items()}
    )


def _heaps(words: Numbers, types: Numbers) -> tuple[float, float]:
    """Return K and β of types = K·words^β, nan for fewer than two points."""
    if len(words) < 2:
        return math.nan, math.nan
    x, y = np.log(words), np.log(types)
    beta = float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
    return math.exp(y.mean() - beta * x.mean()), beta


def _standardised(is_first: np.typing.NDArray[np.bool_], place: Numbers) -> float:
    """Return the mean type/token ratio of whole stretches, what remains at the end left out."""
    stretches = len(place) // STRETCH
    stretch = place // STRETCH
    fresh = is_first.copy()
    fresh[1:] |= stretch[1:] != stretch[:-1]
    return _ratio(int((fresh & (stretch < stretches)).sum()), stretches * STRETCH)


def _moving(is_first: np.typing.NDArray[np.bool_], place: Numbers) -> float:
    """Return the mean type/token ratio of all stretches, wherever they start."""
    starts = len(place) - STRETCH + 1
    if starts < 1:
        return math.nan
    # A stretch has a type for each occurrence in it whose last one before lies in front of it.
    before = np.full(len(place), -1, np.int64)
    before[1:] = np.where(is_first[1:], -1, place[:-1])
    low = np.maximum(before + 1, place - STRETCH + 1)
    np.maximum(low, 0, out=low)
    high = np.minimum(place, starts - 1)
    return _ratio(int(np.maximum(high - low + 1, 0).sum()), starts * STRETCH)


def _ratio(over: float, under: float) -> float:
    return over / under if under else math.nan
