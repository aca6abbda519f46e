"""Strips from the first word to the last: where in an article, or in a corpus, a query is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from corpus.pictures.bars import NAMES, STEP
from corpus.pictures.frame import (
    PALETTE,
    Texts,
    category,
    column,
    distinct,
    drawn,
    label,
    need,
    quantity,
    tooltip,
)
from corpus.pictures.picture import Picture, Spec
from corpus.render import grouped

if TYPE_CHECKING:
    import pyarrow as pa

# More bars than this cannot be told apart: neighbours are then counted together.
_MOST_PARTS = 400
# So few have a name each beside the axis.
_NAMED_PARTS = 40
# A strip holds that many marks; more would only make a block of colour and a slow page.
_MOST_HITS = 5000


def concordance(table: pa.Table, *, top: int = 40, **texts: Unpack[Texts]) -> Picture:
    """Draw a strip for each of the first `top` articles, with a mark where each hit stands.

    Takes `article` and `position` (words before the hit); of what else there is, `words` (of the
    whole article) gives a strip its length, `title` and `date` its name, and `before`, `match`,
    `after` are what the mouse shows.
    """
    need(table, "article", "position")
    articles = table.column("article").to_pylist()
    every = list(dict.fromkeys(articles))
    shown = set(every[:top])
    kept = [row for row, article in enumerate(articles) if article in shown]
    note = ""
    if len(every) > top or len(kept) > _MOST_HITS:
        note = f"the first {grouped(min(top, len(every)))} of {grouped(len(every))} articles"
    table = table.take(kept[:_MOST_HITS])
    names = _article_names(table)
    rows: list[Spec] = [
        {"label": names[row["article"]], "place": row["position"], **_context(row)}
        for row in table.to_pylist()
    ]
    hints = {"label": "article", "context": "found", "place": "words before it:d"}
    mark = {"type": "tick", "color": PALETTE[0], "thickness": 1.5, "size": 0.8 * STEP}
    marks: Spec = {
        "data": {"values": rows},
        "mark": {**mark, "opacity": 1},
        "encoding": {
            "y": category("label", axis=NAMES),
            "x": quantity("place", "words from the beginning", axis={"format": ",~r"}),
            "tooltip": tooltip(**hints),
        },
    }
    layers = [marks]
    if "words" in table.column_names:
        layers.insert(0, _lengths(table, names))
    height = STEP * max(1, len(names))
    return drawn("concordance", layers, height=height, note=note, zoom="x", **texts)


def _article_names(table: pa.Table) -> dict[Any, str]:
    """Return what each article is called: title and date, or else its id."""
    known: dict[Any, str] = {}
    for row in table.select([c for c in _ABOUT if c in table.column_names]).to_pylist():
        facts = [label(row.get("title") or row["article"]), str(row.get("date") or "")]
        known.setdefault(row["article"], " · ".join(filter(None, facts)))
    return dict(zip(known, distinct(known.values()), strict=True))


_ABOUT = ("article", "title", "date")


def _context(row: dict[str, Any]) -> dict[str, str]:
    before, after = str(row.get("before") or ""), str(row.get("after") or "")
    match = label(row.get("match"), 60)
    return {"context": f"{label(before[-60:], 60)} [{match}] {label(after[:60], 60)}"}


def _lengths(table: pa.Table, names: dict[Any, str]) -> Spec:
    words = dict(zip(table.column("article").to_pylist(), column(table, "words"), strict=True))
    rows = [{"label": names[article], "start": 0, "words": n} for article, n in words.items()]
    return {
        "data": {"values": rows},
        "mark": {"type": "bar", "height": {"band": 0.8}, "color": "currentColor", "opacity": 0.12},
        "encoding": {
            "y": category("label", axis=NAMES),
            "x": quantity("start", "words from the beginning"),
            "x2": {"field": "words"},
        },
    }


def dispersion(parts: pa.Table, **texts: Unpack[Texts]) -> Picture:
    """Draw how often a query is found in each part of a corpus.

    Takes `part`, `words`, `frequency`, and `query` where there are several. One query has bars:
    below one another where they are few, else side by side, as wide as the part has words, so that
    the area is the frequency. Several queries have a strip each, the shade telling how often.
    """
    need(parts, "part", "words", "frequency")
    named = "query" in parts.column_names
    queries = parts.column("query").to_pylist() if named else [""] * len(parts)
    names = list(dict.fromkeys(queries))
    labels = dict(zip(names, distinct(label(name) for name in names), strict=True))
    rows: list[Spec] = []
    note = ""
    for name in names:
        chosen = [row for row, query in enumerate(queries) if query == name]
        bins, number = _bins(parts.take(chosen))
        rows += [{"label": labels[name], **row} for row in bins]
        if number < len(chosen):
            note = f"{grouped(len(chosen))} parts, neighbours together in {number} bars"
    hints = {"label": "query"} if len(names) > 1 else {}
    hints |= {"part": "part", "ipm": "per million words:f"}
    layer: Spec = {
        "data": {"values": rows},
        "encoding": {
            "x": quantity("start", "words", axis={"format": ",~r"}, scale={"nice": False}),
            "x2": {"field": "stop"},
            "tooltip": tooltip(**hints, frequency="occurrences:d", words="words:d"),
        },
    }
    shape, height = _one(rows) if len(names) == 1 else _several(len(names))
    layer = {**layer, **shape, "encoding": {**layer["encoding"], **shape["encoding"]}}
    return drawn("dispersion", [layer], height=height, note=note, zoom="x", **texts)


def _one(rows: list[Spec]) -> tuple[Spec, int]:
    """Return what makes bars of parts, and the height of the picture."""
    rate = quantity("ipm", "per million words", axis={"format": ",~r"})
    if len(rows) > _NAMED_PARTS:
        upright = {"type": "rect", "color": PALETTE[0]}
        return {"mark": upright, "encoding": {"y": rate, "y2": {"datum": 0}}}, 200
    for row, name in zip(rows, distinct(row["part"] for row in rows), strict=True):
        row["part"] = name
    mark: Spec = {"type": "bar", "color": PALETTE[0], "height": {"band": 0.75}}
    sides: Spec = {"y": category("part", axis=NAMES), "x": rate, "x2": {"datum": 0}}
    return {"mark": mark, "encoding": sides}, STEP * len(rows)


def _several(queries: int) -> tuple[Spec, int]:
    """Return what makes strips of queries, and the height of the picture."""
    shade = quantity("ipm", "per million words", scale={"scheme": "viridis"})
    sides = {"y": category("label", axis=NAMES), "color": shade}
    return {"mark": "rect", "encoding": sides}, 30 * queries


def _bins(parts: pa.Table) -> tuple[list[Spec], int]:
    """Return one row a part, or a run of parts where they are too many, and how many there are."""
    names = [label(part) for part in parts.column("part").to_pylist()]
    number = min(len(names), _MOST_PARTS)
    cuts = np.linspace(0, len(names), number + 1).astype(int)[:-1]
    words = np.add.reduceat(np.array(column(parts, "words"), float), cuts)
    found = np.add.reduceat(np.array(column(parts, "frequency"), float), cuts)
    stops = np.cumsum(words)
    lasts = [*(cuts[1:] - 1).tolist(), len(names) - 1]
    rows = [
        {
            "part": names[a] if a == b else f"{names[a]} … {names[b]}",
            "words": size,
            "frequency": count,
            "ipm": 1e6 * count / size if size else None,
            "start": stop - size,
            "stop": stop,
        }
        for a, b, size, count, stop in zip(
            cuts.tolist(), lasts, words.tolist(), found.tolist(), stops.tolist(), strict=True
        )
    ]
    return rows, number
