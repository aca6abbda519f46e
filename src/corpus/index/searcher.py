"""ArrowSearcher: Whoosh's searcher, its searches answered by arrays.

Limit, filter, mask, sorting, grouping, collapsing and matched terms are done here. What is asked in
a way that needs Whoosh's collectors (facets of code, time-limited collectors) goes their way.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh import sorting
from whoosh.idsets import DocIdSet
from whoosh.query import Query
from whoosh.searching import Results, ResultsPage, Searcher

from corpus.index.arrays import Floats, best
from corpus.index.evaluate import Evaluation, LeafEvaluation
from corpus.index.scoring import Scoring
from corpus.index.snapshot import Snapshot

Documents = NDArray[np.int64]

_SIMPLE = frozenset(
    "limit scored sortedby reverse groupedby optimize filter mask terms maptype collapse "
    "collapse_limit collapse_order".split()
)


class Top(NamedTuple):
    """The best documents, the best first, their scores, and how many match in all."""

    docs: list[int]
    scores: list[float]
    total: int


class Answer(NamedTuple):
    """The documents that match a query, ascending, and the score of each."""

    docs: Documents
    scores: Floats


class ArrowSearcher(Searcher):  # type: ignore[misc]
    """Searches an index of Arrow segments; others are searched as Whoosh does."""

    @cached_property
    def snapshot(self) -> Snapshot | None:
        """The arrays that are searched; None if a segment is of another kind."""
        return Snapshot(self.ixreader) if Snapshot.readable(self.ixreader) else None

    def evaluation(
        self, *, seconds: float | None = None, cancelled: Callable[[], bool] | None = None
    ) -> Evaluation:
        """Return what evaluates one query; TimeLimit is raised where it takes too long."""
        assert self.snapshot is not None
        scoring = self._scoring
        if scoring is None or scoring.weighting is not self.weighting:
            scoring = self._scoring = Scoring(self.snapshot, self.weighting, self)
        return Evaluation(self.snapshot, scoring, seconds=seconds, cancelled=cancelled)

    _scoring: Scoring | None = None

    def docs_for_query(self, q: Any, for_deletion: bool = False) -> list[int]:
        if self.snapshot is None or for_deletion:
            return list(super().docs_for_query(q, for_deletion=for_deletion))
        return list(self.evaluation().docs(q).tolist())

    def top(self, q: Query, limit: int = 10) -> Top:
        """Return the best documents that match a query, equal ones in the order of documents.

        What `search` does without options, for those who need numbers only.
        """
        evaluation = self.evaluation()
        found = [_top_of(leaf, q, limit) for leaf in evaluation.leaves]
        # Leaves and whole point at each other: parted, their arrays are free at once.
        evaluation.leaves.clear()
        if len(found) == 1:
            return found[0]
        pairs = ((-score, doc) for top in found for doc, score in zip(*top[:2], strict=True))
        first = sorted(pairs)[:limit]
        total = sum(top.total for top in found)
        return Top([doc for _, doc in first], [-score for score, _ in first], total)

    def values(self, column: str, docs: Sequence[int]) -> list[Any]:
        """Return the values of a column for some documents."""
        assert self.snapshot is not None
        return self.snapshot.values(column, docs)

    def search(
        self,
        q: Query,
        *,
        seconds: float | None = None,
        cancelled: Callable[[], bool] | None = None,
        **kwargs: Any,
    ) -> Results:
        """Search as Whoosh's searcher does; totals are exact, equal scores in document order.

        `seconds` and `cancelled` bound what the query may take: whoosh's TimeLimit then.
        """
        limit = kwargs.get("limit", 10)
        if limit is not None and limit < 1:
            raise ValueError("limit must be >= 1")
        plan = self._plan(kwargs)
        if plan is None:
            return super().search(q, **kwargs)
        started = time.perf_counter()
        evaluation = self.evaluation(seconds=seconds, cancelled=cancelled)
        answer = self._answer(evaluation, q, kwargs)
        order, collapsed = plan.order(answer, limit)
        results = _results(self, q, answer, order[:limit], plan.sorted, started)
        _note_filter(results, self, kwargs)
        if plan.groups:
            groups = {name: plan.grouped(self, key, answer, order) for name, key in plan.groups}
            results._facetmaps = {name: _map(plan.maptype, found) for name, found in groups.items()}
        if collapsed is not None:
            results.collapsed_counts = collapsed
        if kwargs.get("terms"):
            _note_terms(results, evaluation, q, answer)
        return results

    def _plan(self, kwargs: dict[str, Any]) -> Plan | None:
        """Return how to order and group hits; None if that needs Whoosh's collectors."""
        if self.snapshot is None or not _SIMPLE.issuperset(kwargs):
            return None
        if not kwargs.get("scored", True) and not kwargs.get("sortedby"):
            kwargs = {**kwargs, "unscored": True}
        keys = _field_names(kwargs.get("sortedby"))
        groups = _group_names(kwargs.get("groupedby"))
        collapse = _field_names(kwargs.get("collapse"))
        if keys is None or groups is None or collapse is None or kwargs.get("collapse_order"):
            return None
        wanted = [*(name for name, _ in keys), *(name for _, name in groups)]
        wanted += [name for name, _ in collapse]
        columns = {name: self.snapshot.sort_values(name) for name in wanted}
        if any(column is None for column in columns.values()):
            return None
        return Plan(
            columns,  # type: ignore[arg-type]
            keys,
            bool(kwargs.get("reverse")),
            groups,
            collapse[0][0] if collapse else "",
            kwargs.get("collapse_limit", 1),
            kwargs.get("maptype"),
        )

    def _answer(self, evaluation: Evaluation, q: Any, kwargs: dict[str, Any]) -> Answer:
        scored = kwargs.get("scored", True) and not kwargs.get("sortedby")
        allowed, denied = (self._numbers(kwargs.get(name)) for name in ("filter", "mask"))
        parts, scores = [], []
        for leaf in evaluation.leaves:
            own = leaf.docs(q)
            for numbers, wanted in ((allowed, True), (denied, False)):
                if numbers is not None:
                    own = own[np.isin(own + np.int64(leaf.leaf.first), numbers) == wanted]
            parts.append(own + np.int64(leaf.leaf.first))
            scores.append(leaf.score(q, own) if scored else np.zeros(len(own)))
        if not parts:
            return Answer(np.zeros(0, np.int64), np.zeros(0))
        docs = np.concatenate(parts) if len(parts) > 1 else parts[0]
        every = np.concatenate(scores) if len(scores) > 1 else scores[0]
        if scored and self.weighting.use_final:
            pairs = zip(docs.tolist(), every.tolist(), strict=True)
            every = np.array([self.weighting.final(self, doc, score) for doc, score in pairs])
        return Answer(docs, every)

    def _numbers(self, obj: Any) -> Documents | None:
        """Return the documents that a filter or mask stands for."""
        if obj is None:
            return None
        if isinstance(obj, Query):
            return self.evaluation().docs(obj)
        if isinstance(obj, ResultsPage):
            obj = obj.results
        found = obj.docs() if isinstance(obj, Results) else obj
        if not isinstance(found, (set, frozenset, DocIdSet, list, tuple)):
            raise ValueError(f"a filter is a query, results or numbers, not {obj!r}")
        return np.array(sorted(found), np.int64)


def _top_of(leaf: LeafEvaluation, q: Query, limit: int) -> Top:
    """Return the best documents of one segment."""
    docs = leaf.docs(q)
    total = len(docs)
    value = leaf.constant(q)
    if value is None:
        scores = leaf.score(q, docs)
        order = best(scores, limit)
        docs, own = docs[order], scores[order].tolist()
    else:
        docs = docs[:limit]
        own = [value] * len(docs)
    first = leaf.leaf.first
    return Top([first + doc for doc in docs.tolist()], own, total)


class Plan(NamedTuple):
    """How hits are ordered, collapsed and grouped: numbers by document, for each column."""

    columns: dict[str, NDArray[Any]]
    keys: list[tuple[str, bool]]
    reverse: bool
    groups: list[tuple[str, str]]
    collapse: str
    collapse_limit: int
    maptype: Any

    @property
    def sorted(self) -> bool:
        return bool(self.keys)

    def order(
        self, answer: Answer, limit: int | None
    ) -> tuple[NDArray[np.int64], dict[Any, int] | None]:
        """Return the order of hits, and how many each collapsed value hid."""
        whole = bool(self.groups or self.collapse or self.reverse or limit is None)
        if self.keys:
            values = [self.columns[name][answer.docs] for name, _ in self.keys]
            signed = [
                _reversed(v) if back else v for v, (_, back) in zip(values, self.keys, strict=True)
            ]
            order = np.lexsort([answer.docs, *reversed(signed)])
        elif whole:
            order = np.argsort(-answer.scores, kind="stable")
        else:
            return best(answer.scores, limit or 0), None
        if self.reverse:
            order = order[::-1]
        if not self.collapse:
            return order, None
        return self._collapsed(answer, order)

    def _collapsed(
        self, answer: Answer, order: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], dict[Any, int]]:
        """Keep of each value only the first hits, as many as are allowed."""
        values = self.columns[self.collapse][answer.docs[order]]
        _, codes = np.unique(values, return_inverse=True)
        by_code = np.argsort(codes, kind="stable")
        starts = np.searchsorted(codes[by_code], codes[by_code])
        rank = np.empty(len(codes), np.int64)
        rank[by_code] = np.arange(len(codes)) - starts
        kept = rank < self.collapse_limit
        hidden: dict[Any, int] = defaultdict(int)
        for value in values[~kept].tolist():
            hidden[value] += 1
        return order[kept], hidden

    def grouped(
        self, searcher: ArrowSearcher, name: str, answer: Answer, order: NDArray[np.int64]
    ) -> dict[Any, list[tuple[float, int]]]:
        """Return the hits by a column's value, each group in the order of the hits."""
        docs = answer.docs[order]
        values, codes = np.unique(self.columns[name][docs], return_inverse=True)
        by_code = np.argsort(codes, kind="stable")
        edges = np.searchsorted(codes[by_code], np.arange(len(values) + 1))
        reader = searcher.ixreader.column_reader(name)
        found = {}
        for number in range(len(values)):
            own = by_code[edges[number] : edges[number + 1]]
            pairs = zip(answer.scores[order][own].tolist(), docs[own].tolist(), strict=True)
            found[reader[int(docs[own[0]])]] = list(pairs)
        return found


def _reversed(values: NDArray[Any]) -> NDArray[Any]:
    return -values if values.dtype.kind == "f" else -values.astype(np.int64)


def _field_names(spec: Any) -> list[tuple[str, bool]] | None:
    """Return fields and whether each is reversed; None if the spec is more than that."""
    if spec is None or spec == []:
        return []
    items = spec if isinstance(spec, (list, tuple)) else [spec]
    if isinstance(spec, sorting.MultiFacet):
        items = spec.facets
    found = []
    for item in items:
        if isinstance(item, str):
            found.append((item, False))
        elif type(item) is sorting.FieldFacet and not item.allow_overlap:
            found.append((item.fieldname, bool(item.reverse)))
        else:
            return None
    return found


def _group_names(spec: Any) -> list[tuple[str, str]] | None:
    if spec is None:
        return []
    items = spec if isinstance(spec, (list, tuple)) else [spec]
    if not all(isinstance(item, str) for item in items):
        return None
    return [(item, item) for item in items]


def _map(maptype: Any, groups: dict[Any, list[tuple[float, int]]]) -> Any:
    found = (maptype or sorting.OrderedList)()
    for name, pairs in groups.items():
        for score, docnum in pairs:
            found.add(name, docnum, score)
    return found


class _Collected:
    """Stands where Whoosh's results look for the collector that made them."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def count(self) -> int:
        return len(self._answer.docs)

    def all_ids(self) -> list[int]:
        return list(self._answer.docs.tolist())

    def computes_count(self) -> bool:
        return True


def _results(
    searcher: Any,
    q: Any,
    answer: Answer,
    order: NDArray[np.int64],
    is_sorted: bool,
    started: float,
) -> Results:
    docs = answer.docs[order].tolist()
    scores = [None] * len(docs) if is_sorted else answer.scores[order].tolist()
    results = Results(
        searcher, q, list(zip(scores, docs, strict=True)), runtime=time.perf_counter() - started
    )
    results.collector = _Collected(answer)
    results._total = len(answer.docs)
    return results


def _note_filter(results: Results, searcher: Any, kwargs: dict[str, Any]) -> None:
    if kwargs.get("filter") or kwargs.get("mask"):
        results.filtered_count = 0
        results.allowed = kwargs.get("filter")
        results.restricted = kwargs.get("mask")


def _note_terms(results: Results, evaluation: Evaluation, q: Any, answer: Answer) -> None:
    """Note which terms of the query each hit holds, and which matching documents each term has."""
    docterms: dict[int, list[Any]] = defaultdict(list)
    termdocs: dict[Any, list[int]] = {}
    hits = np.array(sorted(doc for _, doc in results.top_n), np.int64)
    for part in evaluation.leaves:
        leaf = part.leaf
        # Clause by clause: over several fields at once Whoosh finds the terms of the first alone.
        terms = {t for q in q.leaves() for t in q.existing_terms(leaf.reader, expand=True)}
        for field, text in sorted(terms):
            found = leaf.documents(field, text) + np.int64(leaf.first)
            matching = found[np.isin(found, answer.docs)].tolist()
            if matching:
                termdocs.setdefault((field, text), []).extend(matching)
            for doc in hits[np.isin(hits, found)].tolist():
                docterms[doc].append((field, text))
    results.docterms = docterms
    results.termdocs = termdocs
