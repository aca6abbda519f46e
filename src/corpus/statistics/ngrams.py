"""N-grams: runs of words side by side and how often each occurs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial, reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus.columns.attributes import Attribute
from corpus.columns.columns import Numbers
from corpus.errors import CorpusError
from corpus.pictures import bars
from corpus.results.result import Table
from corpus.results.rows import Unmade
from corpus.scope import Scope
from corpus.search import Values
from corpus.statistics import runs
from corpus.statistics.ordering import descending
from corpus.statistics.runs import Runs
from corpus.statistics.selection import checked_minimum, checked_parts, settings
from corpus.statistics.words import attribute, ipm, is_part
from corpus.text.fold import fold

LONGEST = 9
SLOT_KEYS = ("lemma", "form", "pos")

Slot = str | Mapping[str, Values] | None


def ngrams(
    scope: Scope,
    n: int = 2,
    *,
    by: str = "lemma",
    slots: Sequence[Slot] | None = None,
    case: bool = False,
    minimum: int = 2,
) -> Table:
    """Count the runs of n words that stand in one zone of an article, most frequent first.

    `slots` has what may stand in each place: None, a part of speech, or a mapping of lemma, form
    and pos, all of which must hold; a list of values means any of them. Lemmas and forms are
    matched as in queries, whatever their case and ё. N of ipm is words.
    """
    if not 1 <= n <= LONGEST:
        raise CorpusError(f"no n-grams of {n} words", f"give a number from 1 to {LONGEST}")
    if slots is not None and (isinstance(slots, str) or len(slots) != n):
        raise CorpusError(
            f"{n}-grams have {n} slots, not {slots!r}", "give each word one, None for any word"
        )
    of = attribute(scope, by, case)
    least = checked_minimum(minimum)
    start = _starts(scope, n, slots or ())
    found = runs.counted(of, start, n, scope.state.columns.word_row, least)
    order = descending(found.frequency)
    places = "" if slots is None else f"slots {' '.join(map(_said, slots))}"
    said = settings(f"{n}-grams by {by}", places, f"minimum {least}")
    return Table(
        Unmade(partial(_table, scope, of, found, order), range(len(order))),
        scope.provenance(settings=said),
        picture=bars.frequencies,
    )


def _table(scope: Scope, of: Attribute, found: Runs, order: Numbers, places: range) -> pa.Table:
    """Return some rows: hundreds of thousands of texts are not made for a look at ten."""
    chosen = np.arange(places.start, places.stop, places.step)
    shown = found.taken(order[chosen])
    return pa.table(
        {
            "rank": pa.array(chosen + 1),
            "ngram": runs.texts(of, shown.words),
            "frequency": pa.array(shown.frequency),
            "ipm": pa.array(ipm(shown.frequency, scope.words)),
            "articles": pa.array(shown.articles),
        }
    )


def _starts(scope: Scope, n: int, slots: Sequence[Slot]) -> Numbers:
    """Return the words of a scope that a run of n words in one zone starts at."""
    zone = scope.state.columns.word_zone
    size = max(0, len(zone) - n + 1)
    mask = zone[n - 1 :][:size] == zone[:size]
    if not scope.is_all:
        mask &= scope.word_mask[:size]
    for place, slot in enumerate(slots):
        if slot is not None:
            mask &= _fits(scope, slot)[place : place + size]
    return np.flatnonzero(mask)


def _fits(scope: Scope, slot: str | Mapping[str, Values]) -> NDArray[np.bool_]:
    """Return which words fit a slot."""
    wanted = {"pos": slot} if isinstance(slot, str) else dict(slot)
    unknown = sorted(set(wanted) - set(SLOT_KEYS))
    if unknown or not wanted:
        raise CorpusError(
            f"a slot cannot be {slot!r}", f"use None, a part of speech, or {', '.join(SLOT_KEYS)}"
        )
    masks = [_has(attribute(scope, name), name, values) for name, values in wanted.items()]
    return reduce(np.logical_and, masks)


def _has(of: Attribute, name: str, values: Values) -> NDArray[np.bool_]:
    """Return which words have one of some values of an attribute."""
    if name == "pos":
        return is_part(of, checked_parts(values))[of.code]
    keys = [fold(value) for value in ([values] if isinstance(values, str) else values or ())]
    is_key = pc.is_in(of.values.folded, value_set=pa.array(keys, pa.large_string()))
    codes = np.flatnonzero(is_key.to_numpy(zero_copy_only=False))
    if len(codes) == 1:
        return np.asarray(of.code == codes[0])
    chosen = np.zeros(len(of.values), bool)
    chosen[codes] = True
    return chosen[of.code]


def _said(slot: Slot) -> str:
    """Return a slot as a provenance names it, in the manner of the query language."""
    if slot is None:
        return "[]"
    wanted = {"pos": slot} if isinstance(slot, str) else slot
    pairs = [
        f'{name}="{values if isinstance(values, str) else "|".join(values or ())}"'
        for name, values in wanted.items()
    ]
    return f"[{' & '.join(pairs)}]"
