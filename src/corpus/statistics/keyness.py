"""Keywords: the words that are more, or less, frequent in one scope than in another."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import arrow
from corpus.columns.columns import Numbers
from corpus.columns.types import PAIRED, word_ranks
from corpus.errors import CorpusError
from corpus.pictures import bars
from corpus.render import grouped
from corpus.results.result import Table
from corpus.scope import ARTICLES, WORDS, Scope
from corpus.search import Values
from corpus.statistics.catalogue import KEYNESS, Comparison, Measure, measure_named
from corpus.statistics.ordering import order
from corpus.statistics.selection import checked_minimum, checked_parts, settings

Unit = Literal["token", "article"]
UNITS = ("token", "article")
_BETWEEN = "\t"


class Words(NamedTuple):
    """Words, each with its counts in two scopes; all are parallel."""

    names: pa.Array
    parts: pa.Array | None
    """Parts of speech, of lemmas and forms alone."""
    ranks: Numbers
    """Their places in the order of Russian words."""
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

    Columns `rank`, `by`, `pos` (of lemmas and forms), `frequency`, `reference_frequency`, `ipm`,
    `reference_ipm`, then every measure of `catalogue.KEYNESS`. With unit="article" what is counted
    is the articles that hold a word, out of all: `articles`, `reference_articles`, `share` and
    `reference_share` (0 to 1) stand in the place of those four.

    Words of both sides are given: first those that are more frequent in the focus, the most
    telling by the measure at the top, then those that are more frequent in the reference, the
    most telling at the bottom; the sign of `log_ratio` parts them. `minimum` is the least count in
    the one or the other. A word that only one of them has is compared with none. Counts are taken
    as they are where articles are in both.
    """
    least, parts = checked_minimum(minimum), checked_parts(pos)
    chosen = measure_named(measure, KEYNESS)
    if unit not in UNITS:
        raise CorpusError(f"there is no unit {unit!r}", f"use {' or '.join(UNITS)}")
    if parts and by not in PAIRED:
        raise CorpusError(f"pos does not go with by={by!r}", f"use by={' or '.join(PAIRED)}")
    words = _compared(focus, reference, by, unit, least, parts)
    sizes = [scope.words if unit == "token" else scope.articles for scope in (focus, reference)]
    counts = Comparison(words.here, words.there, *sizes)
    said = settings(
        f"reference: {_described(focus, reference)}",
        f"by {by}",
        f"measure {measure}",
        f"minimum {least}",
        f"pos {', '.join(parts)}" if parts else "",
    )
    provenance = focus.provenance(counts=WORDS if unit == "token" else ARTICLES, settings=said)
    table = _table(words, counts, by, unit, _order(words, counts, chosen))
    return Table(table, provenance, picture=bars.keywords)


# Counting


def _compared(
    focus: Scope, reference: Scope, by: str, unit: Unit, least: int, parts: tuple[str, ...]
) -> Words:
    """Return the words that occur so often in the one or the other scope."""
    if focus.state is reference.state:
        return _by_code(focus, reference, by, unit, least, parts)
    return _by_name(focus, reference, by, unit, least, parts)


def _by_code(
    focus: Scope, reference: Scope, by: str, unit: Unit, least: int, parts: tuple[str, ...]
) -> Words:
    """Compare two scopes that rest on the same columns."""
    types = focus.state.types(by)
    here, there = (_counts(scope, by, unit) for scope in (focus, reference))
    kept = np.maximum(here, there) >= least
    if parts:
        kept &= types.of_parts(parts)
    chosen = np.flatnonzero(kept)
    part = types.parts(chosen) if by in PAIRED else None
    return Words(types.names(chosen), part, chosen, here[chosen], there[chosen])


def _by_name(
    focus: Scope, reference: Scope, by: str, unit: Unit, least: int, parts: tuple[str, ...]
) -> Words:
    """Compare two scopes whose codes have nothing to do with each other."""
    scopes, chosen = (focus, reference), []
    for scope in scopes:
        types = scope.state.types(by)
        kept = _counts(scope, by, unit) > 0
        chosen.append(np.flatnonzero(kept & types.of_parts(parts) if parts else kept))
    pairs = list(zip(scopes, chosen, strict=True))
    names = pa.concat_arrays([scope.state.types(by).names(own) for scope, own in pairs])
    part = None
    keys = names
    if by in PAIRED:
        part = pa.concat_arrays([scope.state.types(by).parts(own) for scope, own in pairs])
        keys = pc.binary_join_element_wise(names, part, _BETWEEN)
    code = arrow.numbers(keys.dictionary_encode().indices)
    size = int(code.max(initial=-1)) + 1
    # Each word stands among the keys of one scope at most once.
    here, there = np.zeros(size, np.int64), np.zeros(size, np.int64)
    own, other = np.split(code, [len(chosen[0])])
    here[own] = _counts(focus, by, unit)[chosen[0]]
    there[other] = _counts(reference, by, unit)[chosen[1]]
    example = np.zeros(size, np.int64)
    example[code] = np.arange(len(code))
    kept = np.maximum(here, there) >= least
    places = arrow.from_numbers(example[kept])
    names, part = names.take(places), part.take(places) if part is not None else None
    return Words(names, part, word_ranks(names, part), here[kept], there[kept])


def _counts(scope: Scope, by: str, unit: Unit) -> Numbers:
    return scope.counts(by) if unit == "token" else scope.article_counts(by)


# Rows


def _order(words: Words, counts: Comparison, measure: Measure[Comparison]) -> Numbers:
    """Return the places of words, from the most telling of the focus to that of the reference."""
    values = measure.of(counts)
    frequency = words.here + words.there
    if measure.direction == "attraction":
        return order(values, frequency, lambda places: words.ranks[places])
    # The measure is high on both sides: turned round where the word is less frequent here.
    less = KEYNESS["log_ratio"].of(counts) < 0
    places = order(np.where(less, -values, values), frequency, lambda tied: words.ranks[tied])
    return places[np.argsort(less[places], kind="stable")]


def _table(words: Words, counts: Comparison, by: str, unit: Unit, places: Numbers) -> pa.Table:
    def column(values: Any) -> pa.Array:
        return arrow.from_numbers(np.broadcast_to(values, places.shape)[places])

    taken = arrow.from_numbers(places)
    sides = ((words.here, counts.size), (words.there, counts.reference_size))
    scale, names = (1e6, ("frequency", "ipm")) if unit == "token" else (1, ("articles", "share"))
    rates = [scale * count / np.maximum(size, 1) for count, size in sides]
    data: dict[str, Any] = {
        "rank": arrow.from_numbers(np.arange(1, len(places) + 1)),
        by: words.names.take(taken),
        **({} if words.parts is None else {"pos": words.parts.take(taken)}),
        names[0]: column(words.here),
        f"reference_{names[0]}": column(words.there),
        names[1]: column(rates[0]),
        f"reference_{names[1]}": column(rates[1]),
        **{name: column(measure.of(counts)) for name, measure in KEYNESS.items()},
    }
    return pa.table(data)


def _described(focus: Scope, reference: Scope) -> str:
    """Return what the reference is, how large, and how many articles it shares with the focus."""
    is_same = focus.state is reference.state
    name = reference.name or ("whole corpus" if is_same else "another corpus")
    size = f"{grouped(reference.articles)} articles, {grouped(reference.words)} words"
    both = int((focus.mask & reference.mask).sum()) if is_same else 0
    shared = f", {grouped(both)} of them in the focus too, counted in both" if both else ""
    return f"{name}, {size}{shared}"
