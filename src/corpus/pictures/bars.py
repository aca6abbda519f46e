"""Horizontal bars: how often the words of a list occur, what sets two corpora apart."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from corpus.errors import CorpusError
from corpus.pictures.frame import (
    PALETTE,
    Texts,
    category,
    chosen,
    coloured,
    column,
    distinct,
    drawn,
    first,
    label,
    need,
    quantity,
    tooltip,
)
from corpus.pictures.picture import Picture, Spec
from corpus.render import grouped

if TYPE_CHECKING:
    import pyarrow as pa

# Height of a row with its bar.
STEP = 20

_MEASURES = {
    "ipm": "per million words",
    "frequency": "occurrences",
    "articles": "articles",
    "stories": "stories",
    "share": "share of articles",
}
_COUNTS = {
    "frequency": "occurrences:d",
    "articles": "articles:d",
    "stories": "stories:d",
    "words": "words:d",
}


def frequencies(
    table: pa.Table,
    *,
    value: str = "",
    top: int = 30,
    **texts: Unpack[Texts],
) -> Picture:
    """Draw a bar for each of the first rows of a frequency list, n-gram list or facet table.

    Without `value` it is the first there is of ipm, frequency, articles, share.
    """
    value = value or chosen(table, list(_MEASURES))
    need(table, value)
    names = next(name for name in table.column_names if name not in ("rank", *_MEASURES, "words"))
    table, note = first(table, top, "rows")
    rows: list[dict[str, Any]] = [
        {"label": text, "value": number}
        for text, number in zip(_labels(table, names), column(table, value), strict=True)
    ]
    extra = {name: _COUNTS[name] for name in _COUNTS if name in table.column_names}
    for name in extra:
        for row, number in zip(rows, column(table, name), strict=True):
            row[name] = number
    form = "~%" if value == "share" else ",~r"
    scale = {"axis": {"format": form}}
    named = _MEASURES.get(value, value)
    hints = {"label": names, "value": f"{named}:{'%' if value == 'share' else 'f'}"}
    layer = {
        "data": {"values": rows},
        "mark": {"type": "bar", "color": PALETTE[0], "height": {"band": 0.75}},
        "encoding": {
            "y": category("label", axis=NAMES),
            "x": quantity("value", named, **scale),
            "tooltip": tooltip(**hints, **{k: v for k, v in extra.items() if k != value}),
        },
    }
    return drawn("frequencies", [layer], height=STEP * len(rows), note=note, **texts)


# Names of rows: no ticks, the letters near the bars.
NAMES: Spec = {"ticks": False, "domain": False, "labelPadding": 6, "grid": False}


def _labels(table: pa.Table, name: str) -> list[str]:
    """Return the names of rows; the part of speech beside those that occur twice."""
    texts = [label(value) or "(none)" for value in table.column(name).to_pylist()]
    if "pos" in table.column_names and name != "pos":
        often = Counter(texts)
        parts = table.column("pos").to_pylist()
        texts = [
            f"{text} {part}" if often[text] > 1 and part else text
            for text, part in zip(texts, parts, strict=True)
        ]
    return distinct(texts)


def keywords(
    table: pa.Table,
    *,
    measure: str = "log_ratio",
    names: tuple[str, str] = ("here", "in the reference"),
    top: int = 20,
    **texts: Unpack[Texts],
) -> Picture:
    """Draw the first words of both sides, at most `top` of each, with intervals of log ratio.

    Which are first is for the order of the table to say: those of this side from its beginning,
    those of the other from its end. The side is told by the sign of log ratio, the length of a
    bar by `measure`; what has no sign is drawn to the left for words that are rarer here.
    """
    need(table, "log_ratio", measure)
    words = next(name for name in table.column_names if name != "rank")
    ratio = np.array([_or_nan(x) for x in column(table, "log_ratio")], float)
    size = np.array([_or_nan(x) for x in column(table, measure)], float)
    strength = size if measure == "log_ratio" else np.abs(size) * np.sign(ratio)
    order = np.flatnonzero(np.isfinite(strength))
    more, less = order[strength[order] > 0], order[strength[order] < 0]
    if not len(more) and not len(less):
        raise CorpusError("no word is more frequent on one side than on the other")
    shown = [*more[:top].tolist(), *less[-top:].tolist()]
    note = ""
    if len(shown) < len(table):
        note = f"the first {len(shown)} of {grouped(len(table))} words"
    picked = table.take(shown)
    rows = [
        {"label": text, "value": float(value), "side": side, **_counts(picked, n)}
        for n, (text, value, side) in enumerate(
            zip(
                _labels(picked, words),
                strength[shown],
                [label(names[0])] * len(more[:top]) + [label(names[1])] * len(less[-top:]),
                strict=True,
            )
        )
    ]
    colour = coloured([label(name) for name in distinct(names)], "side")
    axis = {"axis": {"format": ",~r"}}
    hints = tooltip(label="word", side="more frequent", value=f"{measure.replace('_', ' ')}:f")
    layers: list[Spec] = [
        {
            "data": {"values": rows},
            "mark": {"type": "bar", "height": {"band": 0.75}},
            "encoding": {
                "y": category("label", axis=NAMES),
                "x": quantity("value", measure.replace("_", " "), **axis),
                "color": colour,
                "tooltip": hints + tooltip(**_hints(picked)),
            },
        }
    ]
    if measure == "log_ratio" and {"log_ratio_low", "log_ratio_high"} <= set(table.column_names):
        layers.append(
            {
                "data": {"values": rows},
                "mark": {"type": "rule", "strokeWidth": 1.5, "opacity": 0.7},
                "encoding": {
                    "y": category("label"),
                    "x": quantity("log_ratio_low", measure.replace("_", " ")),
                    "x2": {"field": "log_ratio_high"},
                },
            }
        )
    return drawn("keywords", layers, height=STEP * len(rows), note=note, **texts)


_SIDES = {
    "frequency": "occurrences:d",
    "reference_frequency": "in the reference:d",
    "ipm": "per million words:f",
    "reference_ipm": "in the reference, per million:f",
    "log_ratio_low": "95 % interval from:f",
    "log_ratio_high": "to:f",
}


def _hints(table: pa.Table) -> dict[str, str]:
    return {name: hint for name, hint in _SIDES.items() if name in table.column_names}


def _counts(table: pa.Table, row: int) -> dict[str, Any]:
    values = {name: table.column(name)[row].as_py() for name in _hints(table)}
    return {name: value if _finite(value) else None for name, value in values.items()}


def _finite(value: Any) -> bool:
    return value is not None and math.isfinite(value)


def _or_nan(value: Any) -> float:
    return math.nan if value is None else float(value)
