"""Frequencies: how often words, or what a query finds, occur by lemma, form, source, month …."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from corpus.columns.attributes import ATTRIBUTES, distinct_pairs
from corpus.columns.columns import Numbers
from corpus.errors import CorpusError
from corpus.fields import FIELDS, field_named
from corpus.pictures import bars
from corpus.results.result import Table
from corpus.scope import Scope
from corpus.search import Values
from corpus.statistics import runs
from corpus.statistics.fields import held, left_out, sums
from corpus.statistics.ordering import descending, descending_by_name
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
from corpus.statistics.words import (
    WITH_PART,
    attribute,
    in_stories,
    ipm,
    is_part,
    strings,
    word_counts,
    words_of,
)

ARTICLE_TAGS = "tags"
"""`tag` is the grammatical tag of words: the tags of articles go by the name of their column."""
_OF_FIELD = {"token": "words of the articles", "article": "articles", "story": "stories"}
BY_FIELD = {ARTICLE_TAGS: "tag"} | {name: name for name in FIELDS if name not in ATTRIBUTES}


def frequencies(
    scope: Scope,
    query: str = "",
    *,
    by: str = "lemma",
    pos: Values = None,
    case: bool = False,
    minimum: int = 1,
    unit: Unit = "token",
) -> Table:
    """Count words, or what a query finds, by an attribute of words or a field of articles.

    `by`: lemma, form, pos, tag (grammatical), or source, author, tags (of articles), day, week,
    month, year. A match of several words counts as one, its words joined by blanks. `pos` keeps
    words of some parts of speech, and matches all of whose words are. N of ipm is all words of the
    scope whatever their part of speech; by a field, all words of the articles that have the value.

    With unit="article" or "story" what is counted, ordered by and bound by `minimum` is in how many
    articles or stories something occurs: `articles` or `stories` and `share` of all there are stand
    in the place of `ipm` and `articles`; by a field, `of` is how many have the value.
    """
    by = by if by == ARTICLE_TAGS else field_named(by)
    parts = checked_parts(pos)
    least = checked_minimum(minimum)
    check_unit(unit)
    said = settings(
        f"by {by}",
        "" if unit == "token" else f"unit {unit}",
        parts_said(parts),
        f"minimum {least}",
        left_out(scope, by),
    )
    counts = COUNTS[unit]
    if by in BY_FIELD:
        make = partial(_by_field, scope, query, by, parts, least, unit)
        counts = f"{_OF_FIELD[unit]} of each {by}"
        counts += ", punctuation not counted" if unit == "token" else ""
    elif by not in ATTRIBUTES:
        valid = ", ".join((*ATTRIBUTES, *BY_FIELD))
        raise CorpusError(f"words cannot be counted by {by!r}", f"use one of: {valid}")
    elif query.strip():
        make = partial(_of_matches, scope, query, by, parts, case, least, unit)
    else:
        make = partial(_of_words, scope, by, parts, case, least, unit)
    return Table(
        make(),
        scope.provenance(query, counts=counts, settings=said),
        picture=bars.frequencies,
    )


# By attribute


def _of_words(
    scope: Scope, by: str, parts: tuple[str, ...], case: bool, minimum: int, unit: Unit
) -> pa.Table:
    """Return the frequency list; the whole of it is made once for a scope."""
    key = "frequency list", by, parts, case, unit
    table = scope.once(key, partial(_frequency_list, scope, by, parts, case, unit))
    frequency = table.column(NOUNS[unit]).to_numpy()
    # They descend: those that are frequent enough stand first.
    return table.slice(0, int(np.searchsorted(-frequency, -minimum, "right")))


def _frequency_list(
    scope: Scope, by: str, parts: tuple[str, ...], case: bool, unit: Unit
) -> pa.Table:
    found = word_counts(scope, by, case=case, parts=parts)
    counts: Numbers = getattr(found, NOUNS[unit])
    used = np.flatnonzero(counts)
    used = used[descending(counts[used])]
    names = {by: strings(attribute(scope, by, case), used)}
    if by in WITH_PART:
        names["pos"] = strings(attribute(scope, "pos"), found.part[used])
    own = counts if unit == "story" else found.articles
    return _table(scope, names, found.frequency[used], own[used], unit)


def _table(
    scope: Scope, names: dict[str, pa.Array], frequency: Numbers, held: Numbers, unit: Unit
) -> pa.Table:
    """Return the columns; `held` is in how many articles each occurs, or in how many stories."""
    if unit == "token":
        counts = {
            "frequency": pa.array(frequency),
            "ipm": pa.array(ipm(frequency, scope.words)),
            "articles": pa.array(held),
        }
    else:
        counts = {
            NOUNS[unit]: pa.array(held),
            "share": pa.array(held / max(1, size_in(scope, unit))),
            "frequency": pa.array(frequency),
        }
    return pa.table({"rank": pa.array(np.arange(1, len(held) + 1)), **names, **counts})


# Of a query


class _Found(NamedTuple):
    """Different matches of some number of words."""

    name: pa.StringArray
    part: pa.StringArray
    frequency: Numbers
    held: Numbers
    """In how many articles, or stories."""


def _of_matches(
    scope: Scope,
    query: str,
    by: str,
    parts: tuple[str, ...],
    case: bool,
    minimum: int,
    unit: Unit,
) -> pa.Table:
    first, size = _runs_of(scope, query, parts)
    found = [
        _different(scope, np.sort(first[size == n]), n, by, case, unit)
        for n in np.unique(size[size > 0]).tolist()
    ]
    none = pa.array([], pa.string())
    name, part = (
        pa.concat_arrays([none, *(getattr(f, which) for f in found)]) for which in ("name", "part")
    )
    frequency, units = (
        np.concatenate([np.zeros(0, np.int64), *(getattr(f, which) for f in found)])
        for which in ("frequency", "held")
    )
    counts = frequency if unit == "token" else units
    order = descending_by_name(counts, name)
    order = order[counts[order] >= minimum]
    names = {by: name.take(order)}
    if by in WITH_PART:
        names["pos"] = part.take(order)
    return _table(scope, names, frequency[order], units[order], unit)


def _runs_of(scope: Scope, query: str, parts: tuple[str, ...]) -> tuple[Numbers, Numbers]:
    """Return first word and number of words of each match whose words are of some parts of speech.

    Matches of punctuation alone have no words.
    """
    found = scope.matches(query)
    first, size = found.word, found.word_stop - found.word
    if not parts:
        return first, size
    pos = attribute(scope, "pos")
    kept = is_part(pos, parts)
    mask = size > 0
    for place in range(int(size.max(initial=0))):
        inside = np.flatnonzero(mask & (size > place))
        mask[inside] = kept[pos.code[first[inside] + place]]
    return first[mask], size[mask]


def _different(scope: Scope, start: Numbers, n: int, by: str, case: bool, unit: Unit) -> _Found:
    """Count runs of n words by what they are made of; starts ascend."""
    of, pos = attribute(scope, by, case), attribute(scope, "pos")
    run, example = runs.numbered(of, start, n)
    part, example_of_part = runs.numbered(pos, start, n)
    frequency = np.bincount(run, minlength=len(example))
    row, code = distinct_pairs(scope.state.columns.word_row[start], run, len(example))
    in_articles = np.bincount(code, minlength=len(example))
    found = in_stories(scope, row, code, len(example)) if unit == "story" else in_articles
    return _Found(
        runs.texts(of, runs.codes_at(of, example, n)),
        runs.texts(pos, runs.codes_at(pos, example_of_part[_most_frequent(run, part)], n)),
        frequency,
        found,
    )


def _most_frequent(group: Numbers, value: Numbers) -> Numbers:
    """Return the value that stands most often with each group, of equals the least."""
    values = int(value.max(initial=0)) + 1
    pairs, count = np.unique(group * values + value, return_counts=True)
    groups, value = np.divmod(pairs, values)
    order = np.lexsort((value, -count, groups))
    _, first = np.unique(groups[order], return_index=True)
    return np.asarray(value[order[first]])


# By field


def _by_field(
    scope: Scope, query: str, by: str, parts: tuple[str, ...], minimum: int, unit: Unit
) -> pa.Table:
    """Return a row a value; those that have nothing at all stand there too, unless left out."""
    field = scope.field(BY_FIELD[by])
    here = _by_row(scope, query, parts)
    if unit != "token":
        return _units_by_field(scope, by, here, minimum, unit)
    frequency, words = (sums(field, values) for values in (here, scope.row_words))
    counts_all = not query.strip() and not parts
    articles = sums(field, np.ones_like(here) if counts_all else (here > 0).astype(np.int64))
    names = pa.array(field.values, pa.string())
    order = descending_by_name(frequency, names)
    if minimum > 1:
        order = order[frequency[order] >= minimum]
    return pa.table(
        {
            by: names.take(order),
            "frequency": pa.array(frequency[order]),
            "words": pa.array(words[order]),
            "ipm": pa.array(ipm(frequency, words)[order]),
            "articles": pa.array(articles[order]),
        }
    )


def _units_by_field(scope: Scope, by: str, here: Numbers, minimum: int, unit: Unit) -> pa.Table:
    """Return how many articles or stories of each value have something, out of how many."""
    names = pa.array(scope.field(BY_FIELD[by]).values, pa.string())
    counts = held(scope, BY_FIELD[by], here > 0, unit)
    of = held(scope, BY_FIELD[by], scope.mask, unit)
    order = descending_by_name(counts, names)
    # A month may have but later versions of stories.
    order = order[of[order] > 0]
    if minimum > 1:
        order = order[counts[order] >= minimum]
    return pa.table(
        {
            by: names.take(order),
            NOUNS[unit]: pa.array(counts[order]),
            "share": pa.array((counts / np.maximum(of, 1))[order]),
            "of": pa.array(of[order]),
        }
    )


def _by_row(scope: Scope, query: str, parts: tuple[str, ...]) -> Numbers:
    """Return how many words, or matches, of some parts of speech each row has."""
    columns = scope.state.columns
    rows = len(scope.mask)
    if query.strip() and parts:
        first, _ = _runs_of(scope, query, parts)
        return np.bincount(columns.word_row[first], minlength=rows)
    if query.strip():
        return scope.matches(query).counts(rows)
    if not parts:
        return scope.row_words
    return np.bincount(columns.word_row[words_of(scope, parts)], minlength=rows)
