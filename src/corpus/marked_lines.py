"""What is boilerplate in a corpus: lines and what opens boxes, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus import arrow
from corpus.boilerplate import VERSION
from corpus.marking import read_told
from corpus.store.manifest import Opening
from corpus.store.marked import coded
from corpus.store.store import Store

SCHEMA = pa.schema(
    [
        ("rule", pa.string()),
        ("line", pa.string()),
        ("articles", pa.int64()),
        ("times", pa.int64()),
        ("rates", pa.list_(pa.float64())),
        ("source", pa.string()),
        ("example", pa.string()),
    ]
)


def marked_lines(store: Store, minimum: int = 2) -> pa.Table:
    """Return a row for each line that opens boxes, and for each marked in enough articles.

    Columns: `rule` (marker, box, title, code, repeated, told); the `line`; in how many `articles`
    it is marked; how many `times` it counted (a marker: its occurrences; repeated: the articles of
    one source that have it); for a marker the `rates` at which lines from elsewhere stood one, two
    and more lines below; `source` and id of an `example`. The most frequent come first.
    """
    marks = _all_marks(store)
    keys = arrow.numbers(marks.column("key"))
    order = np.argsort(keys, kind="stable")
    fresh = arrow.changes(keys[order])
    first = np.flatnonzero(fresh)
    owner = arrow.numbers(marks.column("article"))[order]
    # An article may have a line twice; its marks stand side by side here.
    one_each = (fresh | arrow.changes(owner)).astype(np.int64)
    counts = np.add.reduceat(one_each, first) if len(first) else np.zeros(0, np.int64)
    wanted = np.flatnonzero(counts >= minimum)
    wanted = wanted[np.argsort(-counts[wanted], kind="stable")]
    examples = marks.take(pa.array(order[first[wanted]])).to_pylist()
    articles = dict(zip(keys[order][first].tolist(), counts.tolist(), strict=True))
    markers = store.manifest.boilerplate.markers
    rows = [_marker(marker, articles.get(marker.key, 0)) for marker in markers]
    opens = {marker.key for marker in markers}
    found = [row for row in examples if row["key"] not in opens]
    rows += [_line(row, articles[row["key"]], text) for row, text in _with_texts(store, found)]
    return pa.Table.from_pylist(rows, SCHEMA)


def _all_marks(store: Store) -> pa.Table:
    """Return the marks of all live articles."""
    whole = pa.concat_tables([store.marks(part) for part in store.manifest.parts] or _none())
    whole = whole.unify_dictionaries().combine_chunks()
    live = np.isin(arrow.numbers(whole.column("article")), store.live)
    return whole.filter(arrow.from_numbers(live))


def _none() -> list[pa.Table]:
    from corpus.store.schemas import schema

    return [schema("marks").empty_table()]


def _marker(marker: Opening, articles: int) -> dict[str, Any]:
    return {
        "rule": "marker",
        "line": marker.text,
        "articles": articles,
        "times": marker.times,
        "rates": list(marker.rates),
    }


def _with_texts(
    store: Store, rows: list[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield rows with id, source and text of the article that each names."""
    numbers = np.array(sorted({row["article"] for row in rows}), np.int64)
    articles = {}
    for part in store.manifest.parts:
        low, high = np.searchsorted(numbers, [part.first, part.last + 1])
        if low < high:
            own = numbers[low:high]
            known = store.rows(own, ["id", "source"]).to_pylist()
            texts = store.texts(part, own, ["text"]).column("text").to_pylist()
            for number, facts, text in zip(own.tolist(), known, texts, strict=True):
                articles[number] = {**facts, "text": text}
    return ((row, articles[row["article"]]) for row in rows)


def _line(row: dict[str, Any], articles: int, example: dict[str, Any]) -> dict[str, Any]:
    return {
        "rule": row["rule"],
        "line": example["text"][row["start"] : row["stop"]],
        "articles": articles,
        "times": row["times"],
        "source": example["source"],
        "example": example["id"],
    }


def marked_sizes(store: Store) -> dict[str, Any]:
    """Return how many articles, lines and words are marked, by which rules, and if that is new."""
    marks = _all_marks(store)
    codes, names = coded(marks.column("rule"))
    lines = np.bincount(codes, minlength=len(names)).tolist()
    owner: NDArray[np.int64] = arrow.numbers(marks.column("article"))
    return {
        "articles": int(arrow.changes(owner).sum()) if len(owner) else 0,
        "words": int(arrow.numbers(marks.column("words")).sum()),
        **{f"lines, {name}": count for name, count in zip(names, lines, strict=True) if count},
        "state": _state(store),
    }


def _state(store: Store) -> str:
    known = store.manifest.boilerplate
    if known.keep:
        return "kept: corpus rebuild --mark-boilerplate marks it"
    if any(not part.judged for part in store.manifest.parts) or known.version not in ("", VERSION):
        return "not looked for by this version yet: corpus rebuild"
    if known.overrules != read_told(store.folder).digest():
        return "boilerplate.txt has changed: corpus rebuild"
    if known.stale:
        return f"{known.stale} older articles would be marked otherwise now: corpus rebuild"
    return "up to date"
