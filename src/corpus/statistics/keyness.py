"""Keywords: the words that are more, or less, frequent in one scope than in another."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from corpus import arrow
from corpus.columns.attributes import Attribute
from corpus.columns.columns import Numbers
from corpus.pictures import bars
from corpus.render import counted, grouped
from corpus.results.result import Table
from corpus.scope import Scope
from corpus.search import Values
from corpus.statistics.catalogue import KEYNESS, Comparison, Measure, measure_named
from corpus.statistics.ordering import alphabetical, order
from corpus.statistics.selection import (
    COUNTS,
    NOUNS,
    Unit,
    check_unit,
    checked_minimum,
    checked_parts,
    parts_said,
    settings,
    size_in,
)
from corpus.statistics.words import WITH_PART, attribute, strings, word_counts


class Words(NamedTuple):
    """Words in the order of the alphabet, each with its counts in two scopes; all are parallel."""

    names: pa.Array
    parts: pa.Array
    """The part of speech that each has most often: in the focus, or else in the reference."""
    here: Numbers
    there: Numbers


def keywords(
    focus: Scope,
    reference: Scope,
    *,
    by: str = "lemma",
    measure: str = "log_likelihood",
    unit: Unit = "token",
    pos: Values = None,
    minimum: int = 5,
) -> Table:
    """Return the words of two scopes by how their frequencies differ.

    Columns `rank`, `by`, `pos` (of lemmas and forms: the one that they have most often in the
    focus, or else in the reference), `frequency`, `reference_frequency`, `ipm`, `reference_ipm`,
    then every measure of `catalogue.KEYNESS`. With unit="article" what is counted is the articles
    that hold a word, out of all: `articles`, `reference_articles`, `share` and `reference_share`
    (0 to 1) stand in the place of those four; with unit="story" `stories`, of which versions of one
    article are one, that holds a word if any of them does. The setting `pos` has only words of some
    parts of speech counted; sizes are those of all words.

    Words of both sides are given: first those that are more frequent in the focus, the most
    telling by the measure at the top, then those that are more frequent in the reference, the
    most telling at the bottom; the sign of `log_ratio` parts them. `minimum` is the least count in
    the one or the other. A word that only one of them has is compared with none. Counts are taken
    as they are where articles are in both.
    """
    least, parts = checked_minimum(minimum), checked_parts(pos)
    chosen = measure_named(measure, KEYNESS)
    check_unit(unit)
    compare = _by_code if focus.state is reference.state else _by_name
    words = compare(_side(focus, by, unit, parts), _side(reference, by, unit, parts), least)
    sizes = [size_in(scope, unit) for scope in (focus, reference)]
    counts = Comparison(words.here, words.there, *sizes)
    said = settings(
        f"reference: {_described(focus, reference, unit)}",
        f"unit {unit}",
        f"by {by}",
        f"measure {measure}",
        f"minimum {least}",
        parts_said(parts),
    )
    provenance = focus.provenance(counts=COUNTS[unit], settings=said)
    table = _table(words, counts, by, unit, _order(words, counts, chosen))
    return Table(table, provenance, picture=bars.keywords)


# Counting


class _Side(NamedTuple):
    """The words of one scope, by code."""

    of: Attribute
    pos: Attribute
    counts: Numbers
    part: Numbers
    """Code of the part of speech that each has most often."""

    def names(self, codes: Numbers) -> tuple[pa.Array, pa.Array]:
        """Return some words and their parts of speech."""
        return strings(self.of, codes), strings(self.pos, self.part[codes])


def _side(scope: Scope, by: str, unit: Unit, parts: tuple[str, ...]) -> _Side:
    found = word_counts(scope, by, parts=parts)
    counts: Numbers = getattr(found, NOUNS[unit])
    return _Side(attribute(scope, by), attribute(scope, "pos"), counts, found.part)


def _by_code(here: _Side, there: _Side, least: int) -> Words:
    """Return the words of two scopes of one state that occur so often in the one or the other."""
    chosen = np.flatnonzero(np.maximum(here.counts, there.counts) >= least)
    both = here._replace(part=np.where(here.counts > 0, here.part, there.part))
    return Words(*both.names(chosen), here.counts[chosen], there.counts[chosen])


def _by_name(here: _Side, there: _Side, least: int) -> Words:
    """Return those of two scopes whose codes have nothing to do with each other."""
    sides = [(side, np.flatnonzero(side.counts)) for side in (here, there)]
    names, parts = (
        pa.concat_arrays(pair)
        for pair in zip(*(side.names(codes) for side, codes in sides), strict=True)
    )
    word = arrow.numbers(names.dictionary_encode().indices)
    own, other = np.split(word, [len(sides[0][1])])
    counts = np.zeros((2, int(word.max(initial=-1)) + 1), np.int64)
    place = np.zeros(counts.shape[1], np.int64)
    # Where each word stands among the names; in the first scope if it has it.
    place[other] = np.arange(len(own), len(word))
    place[own] = np.arange(len(own))
    for row, words, (side, codes) in zip(counts, (own, other), sides, strict=True):
        row[words] = side.counts[codes]
    kept = np.flatnonzero(counts.max(axis=0) >= least)
    kept = kept[alphabetical(names.take(arrow.from_numbers(place[kept])))]
    taken = arrow.from_numbers(place[kept])
    return Words(names.take(taken), parts.take(taken), *counts[:, kept])


# Rows


def _order(words: Words, counts: Comparison, measure: Measure[Comparison]) -> Numbers:
    """Return the places of words, from the most telling of the focus to that of the reference."""
    values = measure.of(counts)
    frequency = words.here + words.there
    if measure.direction == "attraction":
        return order(values, frequency)
    # The measure is high on both sides: turned round where the word is less frequent here.
    less = KEYNESS["log_ratio"].of(counts) < 0
    places = order(np.where(less, -values, values), frequency)
    return places[np.argsort(less[places], kind="stable")]


def _table(words: Words, counts: Comparison, by: str, unit: Unit, places: Numbers) -> pa.Table:
    def column(values: Any) -> pa.Array:
        return arrow.from_numbers(np.broadcast_to(values, places.shape)[places])

    taken = arrow.from_numbers(places)
    sides = ((words.here, counts.size), (words.there, counts.reference_size))
    scale, names = (1e6, (NOUNS[unit], "ipm")) if unit == "token" else (1, (NOUNS[unit], "share"))
    rates = [scale * count / np.maximum(size, 1) for count, size in sides]
    data: dict[str, Any] = {
        "rank": arrow.from_numbers(np.arange(1, len(places) + 1)),
        by: words.names.take(taken),
        **({"pos": words.parts.take(taken)} if by in WITH_PART else {}),
        names[0]: column(words.here),
        f"reference_{names[0]}": column(words.there),
        names[1]: column(rates[0]),
        f"reference_{names[1]}": column(rates[1]),
        **{name: column(measure.of(counts)) for name, measure in KEYNESS.items()},
    }
    return pa.table(data)


def _described(focus: Scope, reference: Scope, unit: Unit) -> str:
    """Return what the reference is, how large, and how many articles it shares with the focus."""
    is_same = focus.state is reference.state
    name = reference.name or ("whole corpus" if is_same else "another corpus")
    size = f"{grouped(reference.articles)} articles, {grouped(reference.words)} words"
    size += f", {counted(reference.stories, 'story')}" if unit == "story" else ""
    both = int((focus.mask & reference.mask).sum()) if is_same else 0
    shared = f", {grouped(both)} of them in the focus too, counted in both" if both else ""
    return f"{name}, {size}{shared}"
