"""The vote on the lemmas of words outside the dictionary, see `corpus.morphology.names`.

All articles of the corpus vote. When some come or go, only the words that their words compete with
are decided anew; the others would be decided as before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus import arrow
from corpus.columns.columns import SENTENCE, Columns, Numbers
from corpus.columns.vocabulary import folded
from corpus.morphology import names
from corpus.morphology.dictionary import has

_MANY = 0.1


class Result(NamedTuple):
    """What a vote changes: by lemma the final one, which may be the lemma itself."""

    final: dict[str, str]
    gone: Numbers
    """Numbers of the articles that have had their last vote."""


def vote(columns: Columns, known: int, live: Numbers) -> Result:
    """Let the articles of a corpus vote after some have come and some have gone.

    The first `known` rows have voted before; `live` are the numbers of the articles that count.
    """
    votes = np.isin(columns.number, live)
    voted = ~np.isin(columns.number, columns.gone)
    voted[known:] = False
    gone = columns.number[voted & ~votes]
    if not len(columns.unknown):
        return Result({}, gone)
    words = _Words.of(columns)
    touched = words.where((votes != voted)[words.row])
    if not len(touched.form):
        return Result({}, gone)
    pairs = _Pairs(columns, words.where(votes[words.row]))
    # To find out who is concerned takes as long as to decide, so with many touched all decide.
    many = len(touched.form) > _MANY * len(words.form)
    concerned = np.ones(len(pairs), bool) if many else pairs.concerned(touched)
    final = names.decide(pairs.seen(concerned), has)
    lemmas = np.union1d(touched.lemma, pairs.lemma[concerned])
    return Result(_changed(columns, lemmas, final), gone)


def _changed(columns: Columns, lemmas: Numbers, final: dict[str, str]) -> dict[str, str]:
    """Return those of some lemmas that become another one than before."""
    given = columns.lemmas.list(lemmas)
    before = columns.voted
    wanted = ((lemma, final.get(lemma, lemma)) for lemma in given)
    return {lemma: word for lemma, word in wanted if before.get(lemma, lemma) != word}


@dataclass(frozen=True)
class _Words:
    """Occurrences of words outside the dictionary: codes, rows, and whether a sentence begins."""

    form: Numbers
    lemma: Numbers
    row: Numbers
    starts: NDArray[np.bool_]

    @classmethod
    def of(cls, columns: Columns) -> _Words:
        token = columns.unknown
        return cls(
            columns.form[token].astype(np.int64),
            columns.lemma[token].astype(np.int64),
            columns.first_token.searchsorted(token, "right") - 1,
            (columns.flags[token] & SENTENCE) > 0,
        )

    def where(self, mask: NDArray[np.bool_]) -> _Words:
        return _Words(self.form[mask], self.lemma[mask], self.row[mask], self.starts[mask])


class _Pairs:
    """Each form outside the dictionary with each lemma it was given, and how often."""

    def __init__(self, columns: Columns, words: _Words) -> None:
        self._columns = columns
        lemmas = max(1, len(columns.lemmas))
        key, which, self.times = np.unique(
            words.form * lemmas + words.lemma, return_inverse=True, return_counts=True
        )
        self.form, self.lemma = np.divmod(key, lemmas)
        self.starts = np.bincount(which[words.starts], minlength=len(key))

    def __len__(self) -> int:
        return len(self.form)

    @cached_property
    def _texts(self) -> pa.Array:
        return self._columns.forms.take(self.form)

    @cached_property
    def _keys(self) -> tuple[NDArray[np.int32], list[str]]:
        """The folded form of each pair as a code, and the folded forms."""
        encoded = folded(self._texts).dictionary_encode()
        return arrow.numbers(encoded.indices), encoded.dictionary.to_pylist()

    def concerned(self, touched: _Words) -> NDArray[np.bool_]:
        """Return which pairs are to be decided anew: those linked by words or by lemmas."""
        codes, keys = self._keys
        place = {key: code for code, key in enumerate(keys)}
        fresh = folded(self._columns.forms.take(np.unique(touched.form))).to_pylist()
        chosen = np.isin(self.lemma, touched.lemma)
        found: set[str] = set()
        while True:
            fresh += [keys[code] for code in np.unique(codes[chosen]).tolist()]
            found |= names.linked(place, (key for key in fresh if key not in found))
            own = [place[key] for key in found if key in place]
            chosen = np.isin(codes, own)
            more = chosen | np.isin(self.lemma, self.lemma[chosen])
            if (more == chosen).all():
                return chosen
            chosen, fresh = more, []

    def seen(self, chosen: NDArray[np.bool_]) -> list[names.Seen]:
        """Return some pairs as the vote counts them."""
        places = np.flatnonzero(chosen)
        forms = self._columns.forms.list(self.form[places])
        lemmas = self._columns.lemmas.list(self.lemma[places])
        columns: Sequence[list[int]] = (self.times[places].tolist(), self.starts[places].tolist())
        return list(map(names.Seen, forms, lemmas, *columns))
