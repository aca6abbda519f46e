"""Collocates: the words in the windows around what a query finds, and how strongly they are bound.

The counts are those of surface co-occurrence (Evert 2008): a place in several windows counts
once, and a place in a node not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from corpus import arrow
from corpus.columns.attributes import Attribute
from corpus.columns.columns import Numbers
from corpus.concordance import Concordance
from corpus.errors import CorpusError
from corpus.pictures import graphs
from corpus.render import grouped
from corpus.results.provenance import Provenance
from corpus.results.result import Table
from corpus.scope import Matches, Scope
from corpus.search import Values
from corpus.statistics.catalogue import COLLOCATION, Company, measure_named
from corpus.statistics.ordering import order
from corpus.statistics.selection import checked_minimum, checked_parts, parts_said, settings
from corpus.statistics.windows import Spans, Window, around, checked_window, described, nodes
from corpus.statistics.words import WITH_PART, attribute, of_parts, strings, word_counts


@dataclass(frozen=True)
class Neighbourhood:
    """What a query found in a scope, the nodes, and the windows around them."""

    scope: Scope
    query: str
    window: Window
    by: str
    parts: tuple[str, ...]
    """Parts of speech of the words that are counted, nothing for all."""
    matches: Matches

    @property
    def of(self) -> Attribute:
        """What collocates are told apart by."""
        return attribute(self.scope, self.by)

    @cached_property
    def spans(self) -> tuple[Numbers, Spans, Spans]:
        """The order that sorts the matches as the columns are, and so the nodes and the windows."""
        columns = self.scope.state.columns
        sorting, found = nodes(self.matches)
        return sorting, found, around(columns, self.matches.where(sorting), self.window)

    def company(self, minimum: int) -> tuple[Numbers, Company]:
        """Return the codes of what stands in the windows at least so often, and the counts."""
        _, own, windows = self.spans
        in_nodes, in_windows = own.places(), windows.places()
        inside = self._counts(in_nodes)
        # Every node lies in its window, so that what is left stands in windows alone.
        joint = self._counts(in_windows) - inside
        chosen = np.flatnonzero(joint >= minimum)
        frequency = word_counts(self.scope, self.by, parts=self.parts).frequency[chosen]
        return chosen, Company(
            joint=joint[chosen],
            node=len(self.matches.row),
            frequency=frequency,
            window=len(in_windows) - len(in_nodes),
            outside=frequency - inside[chosen],
            total=self.scope.words - len(in_nodes),
        )

    def _counts(self, places: Numbers) -> Numbers:
        """Return by code how many of some words are of the parts of speech that are counted."""
        places = of_parts(self.scope, places, self.parts)
        return np.bincount(self.of.code[places], minlength=len(self.of.values))

    def concordance(self, collocate: str, parts: tuple[str, ...]) -> Concordance:
        """Return the lines of the nodes in whose windows a collocate stands."""
        sorting, own, windows = self.spans
        places = windows.places()
        places = places[self.of.code[places] == self.of.values.code(collocate)]
        places = of_parts(self.scope, places, parts)
        places = places[~own.hold(places)]
        held = np.zeros(len(sorting), bool)
        held[sorting] = windows.holding(places)
        if not held.any():
            raise CorpusError(
                f"{' or '.join((collocate, *parts))} does not stand near {self.query}",
                "give a word from the column `collocate`",
            )
        name = " ".join((collocate, *parts))
        return Concordance(
            self.scope,
            self.matches.where(held),
            self.query,
            said=(f"with {name} in the {described(self.window)}",),
        )


class Collocates(Table):
    """The words near a node, one a row; `concordance` shows where one of them stands."""

    def __init__(
        self,
        table: pa.Table,
        provenance: Callable[[], Provenance],
        neighbourhood: Neighbourhood,
        measure: str,
    ) -> None:
        super().__init__(table, provenance)
        self._neighbourhood = neighbourhood
        self._measure = measure

    def _picture(self, **options: Any) -> Any:
        usual = {"measure": self._measure}
        query = self._neighbourhood.query
        return graphs.collocates(self.to_arrow(), query, **{**usual, **options})

    @property
    def matches(self) -> int:
        """How often the node occurs."""
        return len(self._neighbourhood.matches.row)

    def concordance(self, collocate: str, *, pos: Values = None) -> Concordance:
        """Return the lines of the node in whose window a collocate stands.

        `collocate` is a word from that column, `pos` keeps to some of its parts of speech, those
        of the table by default. Lines are not as many as the joint count where a window holds the
        word twice or two windows share it.
        """
        near = self._neighbourhood
        return near.concordance(collocate, checked_parts(pos) or near.parts)


def collocates(
    scope: Scope,
    query: str,
    *,
    window: Any = (5, 5),
    by: str = "lemma",
    measure: str = "log_dice",
    pos: Values = None,
    minimum: int = 5,
) -> Collocates:
    """Return the words in the windows around what a query finds, ordered by a measure.

    Columns `rank`, `collocate`, `pos` (the one that it has most often in the scope), `joint` (its
    occurrences in the windows), `frequency` (in the scope), `expected` (in the windows, by chance),
    and every measure of `catalogue.COLLOCATION`. The setting `pos` has only words of some parts of
    speech counted, in the windows and elsewhere; the windows are as large as before. CorpusError
    if the query names no words, or if a setting is unknown.
    """
    reach, least, parts = checked_window(window), checked_minimum(minimum), checked_parts(pos)
    key = measure_named(measure, COLLOCATION)
    if by not in WITH_PART:
        raise CorpusError(f"no collocates by {by!r}", f"use {' or '.join(WITH_PART)}")
    found = Neighbourhood(scope, query, reach, by, parts, scope.matches(query))
    # Codes ascend, which is the order of the alphabet.
    codes, company = found.company(least)
    places = order(key.of(company), np.asarray(company.frequency))
    said = settings(
        f"{grouped(len(found.matches.row))} matches",
        described(reach),
        f"by {by}",
        f"measure {measure}",
        f"minimum {least}",
        parts_said(parts),
    )
    table = _table(found, codes, company, places)
    return Collocates(table, scope.provenance(query, settings=said), found, measure)


def _table(found: Neighbourhood, codes: Numbers, company: Company, places: Numbers) -> pa.Table:
    def column(values: Any) -> pa.Array:
        return arrow.from_numbers(np.broadcast_to(values, codes.shape)[places])

    codes = codes[places]
    part = word_counts(found.scope, found.by, parts=found.parts).part
    return pa.table(
        {
            "rank": arrow.from_numbers(np.arange(1, len(codes) + 1)),
            "collocate": strings(found.of, codes),
            "pos": strings(attribute(found.scope, "pos"), part[codes]),
            "joint": column(company.joint),
            "frequency": column(company.frequency),
            "expected": column(company.expected),
            **{name: column(measure.of(company)) for name, measure in COLLOCATION.items()},
        }
    )
