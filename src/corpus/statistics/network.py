"""Networks: how often what some queries find stands together, query by query."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus import arrow
from corpus.columns.columns import Numbers
from corpus.concordance import Concordance
from corpus.errors import CorpusError
from corpus.pictures import graphs
from corpus.results.provenance import Provenance
from corpus.results.result import Table
from corpus.scope import ARTICLES, WORDS, Matches, Scope
from corpus.statistics import measures
from corpus.statistics.ordering import order
from corpus.statistics.selection import checked_minimum, settings
from corpus.statistics.windows import Spans, checked_window, nodes, touched_sentences

SENTENCES = "sentences that hold a word"


class Network(Table):
    """An edge a row; `concordance` shows where what it joins stands together."""

    def __init__(
        self,
        table: pa.Table,
        provenance: Callable[[], Provenance],
        *,
        scope: Scope,
        queries: list[str],
        unit: int | str,
    ) -> None:
        super().__init__(table, provenance, picture=graphs.network)
        self._scope = scope
        self._queries = queries
        self._within = unit

    def concordance(self, query: str, other: str) -> Concordance:
        """Return the lines of one of the queries in whose sentence, article or window another is.

        As many as the joint count, or more, where windows were counted; otherwise as many as the
        one is found in what holds both.
        """
        for name in (query, other):
            if name not in self._queries:
                problem = f"{name!r} is not in the network"
                raise CorpusError(problem, f"name two of: {', '.join(self._queries)}")
        one, another = (_found(self._scope, name) for name in (query, other))
        near = np.zeros(len(one.row), bool)
        near[one.sorting] = _beside(self._scope, one, another, self._within)
        where = f"{'in the ' if isinstance(self._within, int) else ''}{_described(self._within)}"
        lines = one.matches.where(near)
        return Concordance(self._scope, lines, query, said=(f"with {other} {where}",))


class Edges(NamedTuple):
    """Every two of the queries, by their places among them, and what is counted of them."""

    source: Numbers
    target: Numbers
    joint: Numbers
    frequency_source: Numbers
    frequency_target: Numbers


def network(
    scope: Scope, queries: Sequence[str], *, window: Any = "sentence", minimum: int = 1
) -> Network:
    """Return every two of some queries that stand together, the most strongly bound first.

    Columns `source`, `target`, `joint`, `frequency_source`, `frequency_target`, `log_dice`,
    `expected`, `log_likelihood`. There is no difference between source and target but that the
    one was named before the other.

    With the window "sentence" or "article" these are what is counted: those that hold the one,
    the other, and both; a match over several sentences is in each. `expected` is the joint count
    that chance would give, and the log-likelihood is that of the table of all of them.

    With the window (n, n) matches are counted. One is near another if fewer than n words stand
    between them, in the same article; what overlaps is not near. `joint` is the number of matches
    of the one that have one of the other near, or that of the other that have one of the one,
    whichever is smaller: so it is the same both ways, and no match counts twice. What chance
    would give is not known then, and the last two columns are empty.
    """
    least = checked_minimum(minimum)
    names = list(dict.fromkeys(query.strip() for query in queries))
    if len(names) < 2:
        raise CorpusError("a network is made of two queries or more", 'network(["мост", "река"])')
    unit = window if window in ("sentence", "article") else _distance(window)
    found = [_found(scope, query) for query in names]
    if isinstance(unit, int):
        edges, total = _near(found, unit), None
    else:
        edges, total = _together([_units(scope, own, unit) for own in found]), _size(scope, unit)
    kept = Edges(*(values[edges.joint >= least] for values in edges))
    said = settings(f"queries: {', '.join(names)}", _described(unit), f"minimum {least}")
    counts = {"article": ARTICLES, "sentence": SENTENCES}.get(str(unit), WORDS)
    return Network(
        _table(names, kept, total),
        scope.provenance(counts=counts, settings=said),
        scope=scope,
        queries=names,
        unit=unit,
    )


class _Found(NamedTuple):
    """What a query found, and what sorts it as the columns are: so stand its rows."""

    matches: Matches
    sorting: Numbers
    row: Numbers


def _found(scope: Scope, query: str) -> _Found:
    matches = scope.matches(query)
    sorting, _ = nodes(matches)
    return _Found(matches, sorting, matches.row[sorting])


def _beside(scope: Scope, one: _Found, other: _Found, unit: int | str) -> NDArray[np.bool_]:
    """Return which matches of the one have one of the other in the same unit, or near."""
    if isinstance(unit, int):
        these, others = _apart([one, other], unit)
        return _has_near(these, others, unit)
    return _touched(scope, one, unit).holding(_units(scope, other, unit))


def _distance(window: Any) -> int:
    try:
        reach = checked_window(window)
    except CorpusError:
        reach = (0, 1)
    if reach == "sentence" or reach[0] != reach[1]:
        raise CorpusError(
            f"there is no window {window!r} in a network",
            'give "sentence", "article", or the same number of words twice, as (5, 5)',
        )
    return reach[0]


def _described(unit: int | str) -> str:
    return f"window {unit} left, {unit} right" if isinstance(unit, int) else f"in one {unit}"


# Sentences and articles


def _units(scope: Scope, found: _Found, unit: str) -> Numbers:
    """Return the sentences or articles that hold a match, ascending."""
    return _touched(scope, found, unit).places()


def _touched(scope: Scope, found: _Found, unit: str) -> Spans:
    """Return the sentences or the article of each match."""
    if unit == "article":
        return Spans(found.row, found.row + 1)
    return touched_sentences(scope.state.columns, found.matches.where(found.sorting))


def _size(scope: Scope, unit: str) -> int:
    if unit == "article":
        return scope.articles
    return scope.once("sentences", lambda: _sentences(scope))


def _sentences(scope: Scope) -> int:
    starts = scope.state.columns.sentence_words
    first = starts[:-1][np.diff(starts) > 0]
    return len(first) if scope.is_all else int(scope.word_mask[first].sum())


def _together(units: list[Numbers]) -> Edges:
    """Count the units that each two have both."""
    held = np.zeros(1 + max(int(own.max(initial=0)) for own in units), bool)
    joint = []
    for n, own in enumerate(units):
        held[own] = True
        joint += [int(held[other].sum()) for other in units[n + 1 :]]
        held[own] = False
    return _edges(joint, [len(own) for own in units])


# Words


def _near(found: list[_Found], distance: int) -> Edges:
    """Count the matches of each two that have one of the other near."""
    apart = _apart(found, distance)
    joint = [
        min(int(_has_near(a, b, distance).sum()), int(_has_near(b, a, distance).sum()))
        for a, b in itertools.combinations(apart, 2)
    ]
    return _edges(joint, [len(own.row) for own in found])


def _apart(found: list[_Found], distance: int) -> list[Matches]:
    """Return matches in order, the words of articles so far apart that nothing reaches the next."""
    apart = []
    for own in found:
        matches, shift = own.matches.where(own.sorting), own.row * distance
        word, word_stop = matches.word + shift, matches.word_stop + shift
        apart.append(matches._replace(word=word, word_stop=word_stop))
    return apart


def _has_near(these: Matches, others: Matches, distance: int) -> NDArray[np.bool_]:
    """Return which matches have one of the others so near before or after them.

    Which stand behind them is told by tokens, for some may have no words; how near, by words.
    """
    after = others.first.searchsorted(these.last, "right")
    not_after = others.word.searchsorted(these.word_stop + distance)
    before = others.last.searchsorted(these.first)
    not_before = others.word_stop.searchsorted(these.word - distance, "right")
    near: NDArray[np.bool_] = (not_after > after) | (before > not_before)
    return near


# Rows


def _edges(joint: list[int], frequency: list[int]) -> Edges:
    pairs = np.array(list(itertools.combinations(range(len(frequency)), 2)), np.int64)
    source, target = pairs.T
    counts = np.array(frequency, np.int64)
    return Edges(source, target, np.array(joint, np.int64), counts[source], counts[target])


def _table(names: list[str], edges: Edges, total: int | None) -> pa.Table:
    source, target, joint, a, b = edges
    log_dice = measures.log_dice(joint, a, b)
    places = order(log_dice, joint)
    none = pa.nulls(len(places), pa.float64())
    expected = likelihood = none
    if total is not None:
        cells = measures.window_cells(joint, a, b, total)
        expected = arrow.from_numbers(measures.expected(a, b, total)[places])
        likelihood = arrow.from_numbers(measures.log_likelihood(cells)[places])
    data = {
        "source": arrow.strings([names[n] for n in source[places].tolist()]).cast(pa.string()),
        "target": arrow.strings([names[n] for n in target[places].tolist()]).cast(pa.string()),
        "joint": arrow.from_numbers(joint[places]),
        "frequency_source": arrow.from_numbers(a[places]),
        "frequency_target": arrow.from_numbers(b[places]),
        "log_dice": arrow.from_numbers(log_dice[places]),
        "expected": expected,
        "log_likelihood": likelihood,
    }
    return pa.table(data)
