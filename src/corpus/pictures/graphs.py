"""Words as points: the collocates around a word, the words of a text joined by what they share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from corpus.errors import CorpusError
from corpus.pictures.frame import (
    PALETTE,
    Texts,
    column,
    drawn,
    first,
    label,
    need,
    quantity,
    tooltip,
)
from corpus.pictures.layout import around, spread
from corpus.pictures.picture import Picture, Spec

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

_MOST_WORDS = 80


def collocates(
    table: pa.Table,
    word: str,
    *,
    measure: str = "log_dice",
    top: int = 30,
    **texts: Unpack[Texts],
) -> Picture:
    """Draw a word and its `top` strongest collocates by a measure, the stronger the nearer.

    Nearness follows the rank, so that labels have room. A circle's area follows the joint count,
    thickness and shade of a line the measure.
    """
    need(table, "collocate", "joint", measure)
    values = np.array([math.nan if x is None else x for x in column(table, measure)], float)
    order = np.argsort(-values, kind="stable")
    table, note = first(table.take(order[np.isfinite(values[order])]), top, "collocates")
    if not len(table):
        raise CorpusError("there are no collocates to draw", "a lower `minimum` finds more")
    places = around(len(table))
    facts = {"joint": "together:d", "frequency": "alone and together:d"}
    facts = {name: hint for name, hint in facts.items() if name in table.column_names}
    rows: list[Spec] = [
        {"label": label(name), "value": value, "x": x, "y": y, "x2": 0, "y2": 0}
        for name, value, (x, y) in zip(
            table.column("collocate").to_pylist(),
            column(table, measure),
            places.tolist(),
            strict=True,
        )
    ]
    for name in facts:
        for row, value in zip(rows, column(table, name), strict=True):
            row[name] = value
    hints = tooltip(label="collocate", value=f"{measure.replace('_', ' ')}:f", **facts)
    middle = [{"label": label(word), "x": 0, "y": 0}]
    layers = [
        _edges(rows, "value", hints),
        _points(rows, "joint", hints, PALETTE[0]),
        _points(middle, None, [], PALETTE[1]),
        _names(rows),
        _names(middle, bold=True),
    ]
    return drawn("collocates", layers, height=520, note=note, zoom="xy", **texts)


def network(
    table: pa.Table, *, measure: str = "log_dice", top: int = 200, **texts: Unpack[Texts]
) -> Picture:
    """Draw words as points, joined where they occur together; the strongest `top` joints.

    Words with more joints between them lie further apart (see `layout.spread`). A circle's area
    follows the frequency of the word, thickness and shade of a line the measure.
    """
    need(table, "source", "target", "joint", measure)
    joint = np.array([x or 0 for x in column(table, "joint")], float)
    strength = np.array([math.nan if x is None else x for x in column(table, measure)], float)
    size = _frequencies(table)
    order = np.argsort(-strength, kind="stable")
    order = order[np.isfinite(strength[order]) & (joint[order] > 0)]
    table, note = first(table.take(order), top, "joints")
    words = list(size)
    if len(words) > _MOST_WORDS:
        raise CorpusError(f"{len(words)} words cannot be told apart", f"{_MOST_WORDS} at most")
    number = {word: place for place, word in enumerate(words)}
    pairs = [
        (number[a], number[b])
        for a, b in zip(
            table.column("source").to_pylist(), table.column("target").to_pylist(), strict=True
        )
    ]
    places = spread(len(words), pairs)
    points = [
        {"label": label(word), "frequency": size[word], "x": x, "y": y}
        for word, (x, y) in zip(words, places.tolist(), strict=True)
    ]
    lines = _joints(table, measure, pairs, points, places)
    drawing = tooltip(label="words", joint="together:d", value=f"{measure.replace('_', ' ')}:f")
    word = tooltip(label="word", frequency="occurrences:d")
    layers = [
        _edges(lines, "value", drawing),
        _points(points, "frequency", word, PALETTE[0]),
        _names(points),
    ]
    return drawn("network", layers, height=520, note=note, zoom="xy", **texts)


def _frequencies(table: pa.Table) -> dict[str, int | None]:
    """Return the words in the order in which they appear, with their frequencies if known."""
    found: dict[str, int | None] = {}
    for side in ("source", "target"):
        known = f"frequency_{side}" in table.column_names
        counts = column(table, f"frequency_{side}") if known else [None] * len(table)
        for word, count in zip(table.column(side).to_pylist(), counts, strict=True):
            found.setdefault(word, count)
    return found


def _joints(
    table: pa.Table,
    measure: str,
    pairs: list[tuple[int, int]],
    points: list[Spec],
    places: npt.NDArray[np.float64],
) -> list[Spec]:
    return [
        {
            "label": f"{points[a]['label']} – {points[b]['label']}",
            "joint": joint,
            "value": value,
            **dict(zip(("x", "y", "x2", "y2"), [*places[a], *places[b]], strict=True)),
        }
        for (a, b), joint, value in zip(
            pairs, column(table, "joint"), column(table, measure), strict=True
        )
    ]


# How far the axes reach: names at the edges, which are `_NAME` wide at most, need room.
_REACH = {"x": 1.3, "y": 1.12}
_NAME = 160


def _place() -> dict[str, Any]:
    scales: dict[str, Spec] = {
        axis: {"domain": [-reach, reach], "nice": False, "zero": False}
        for axis, reach in _REACH.items()
    }
    return {axis: quantity(axis, None, axis=None, scale=scale) for axis, scale in scales.items()}


def _edges(rows: list[Spec], value: str, hints: list[Spec]) -> Spec:
    scale = {"scale": {"range": [0.5, 4], "zero": False}, "legend": None}
    shade = {"scale": {"range": [0.15, 0.5], "zero": False}, "legend": None}
    return {
        "data": {"values": rows},
        "mark": {"type": "rule", "strokeCap": "round"},
        "encoding": {
            **_place(),
            "x2": {"field": "x2"},
            "y2": {"field": "y2"},
            "strokeWidth": quantity(value, None, **scale),
            "opacity": quantity(value, None, **shade),
            "tooltip": hints,
        },
    }


def _points(rows: list[Spec], value: str | None, hints: list[Spec], colour: str) -> Spec:
    known = value and any(row.get(value) is not None for row in rows)
    scale = {"scale": {"range": [30, 320], "zero": True}, "legend": None}
    size = quantity(value or "", None, **scale) if known else {"value": 220}
    return {
        "data": {"values": rows},
        "mark": {"type": "circle", "color": colour, "opacity": 1},
        "encoding": {**_place(), "size": size, "tooltip": hints},
    }


def _names(rows: list[Spec], *, bold: bool = False) -> Spec:
    # Above circles whose radius is 10 at most.
    style: Spec = {"type": "text", "baseline": "bottom", "dy": -11, "limit": _NAME}
    if bold:
        style |= {"fontWeight": "bold", "fontSize": 14}
    return {
        "data": {"values": rows},
        "mark": style,
        "encoding": {**_place(), "text": {"field": "label", "type": "nominal"}},
    }
