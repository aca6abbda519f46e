"""Lines along an axis: how often over time, how the vocabulary grows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Unpack

from corpus.errors import CorpusError
from corpus.pictures.frame import (
    Texts,
    chosen,
    coloured,
    column,
    distinct,
    drawn,
    label,
    need,
    quantity,
    tooltip,
)
from corpus.pictures.picture import Picture, Spec

if TYPE_CHECKING:
    import pyarrow as pa

# What a timeline can show, the best first, and what stands beside the axis.
_MEASURES = {
    "ipm": "per million words",
    "share": "share of articles",
    "articles": "articles",
    "stories": "stories",
    "frequency": "occurrences",
}
_COUNTS = {
    "frequency": "occurrences:d",
    "words": "words in the period:d",
    "articles": "articles:d",
    "articles_total": "articles in the period:d",
    "stories": "stories:d",
    "stories_total": "stories in the period:d",
}
# So many periods have a label each, drawn where there is room; beyond that the axis chooses.
_LABELLED = 400


def timeline(
    table: pa.Table,
    *,
    value: str = "",
    series: str = "",
    **texts: Unpack[Texts],
) -> Picture:
    """Draw a line over the periods, with a band where the table has `low` and `high`.

    Without `value` it is the first there is of ipm, share, articles, frequency. A column named by
    `series` makes a line of each of its values.
    """
    need(table, "period")
    value = value or chosen(table, list(_MEASURES))
    names = table.column_names
    measure = _MEASURES.get(value, value)
    if "stories" in names:
        measure = measure.replace("articles", "stories")
    rows = [
        {"time": _milliseconds(period), "period": period, "value": number, "series": name}
        for period, number, name in zip(
            table.column("period").to_pylist(),
            column(table, value),
            _series(table, series),
            strict=True,
        )
    ]
    for extra in ("low", "high", *_COUNTS):
        if extra in names:
            for row, number in zip(rows, column(table, extra), strict=True):
                row[extra] = number
    colour = coloured(list(dict.fromkeys(row["series"] for row in rows)))
    share = value == "share"
    axis: Spec = {"format": "~%"} if share else {"format": ",~r"}
    tallest = max((row.get("high") or row["value"] or 0 for row in rows), default=0)
    # Room above and beside the points at the edges, which zooming would cut.
    room = {"domainMax": 1.04 * tallest} if tallest else {}
    upright = quantity("value", measure, axis=axis, scale=room)
    along: Spec = {"field": "time", "type": "temporal", "title": None}
    along["scale"] = {"type": "utc", "padding": 8}
    along["axis"] = _time_axis(sorted({row["period"] for row in rows}))
    hints = tooltip(
        **({"series": "line"} if series else {}),
        period="period",
        value=f"{measure}:{'%' if share else 'f'}",
        **_details(names, "%" if share else "f", value),
    )
    layers: list[Spec] = [
        {
            "mark": {"type": "line", "point": {"size": 45, "filled": True}, "strokeWidth": 2},
            "encoding": {"x": along, "y": upright, "color": colour, "tooltip": hints},
        }
    ]
    if {"low", "high"} <= set(names):
        band = {"y": quantity("low", upright["title"]), "y2": {"field": "high"}}
        layers.append(
            {
                "mark": {"type": "area", "opacity": 0.2},
                "encoding": {"x": along, "color": colour, **band},
            }
        )
    return drawn("timeline", layers, height=280, zoom="x", rows=rows, **texts)


def _details(names: list[str], form: str, value: str) -> dict[str, str]:
    hints = {
        "low": f"95 % interval from:{form}",
        "high": f"to:{form}",
        **_COUNTS,
    }
    return {name: hint for name, hint in hints.items() if name in names and name != value}


def _series(table: pa.Table, name: str) -> list[str]:
    if not name:
        return [""] * len(table)
    values = column(table, name)
    short = distinct(label(value) for value in dict.fromkeys(values))
    names = dict(zip(dict.fromkeys(values), short, strict=True))
    return [names[value] for value in values]


def _milliseconds(period: str) -> int:
    """Return when a period begins, as Vega counts time, whatever the reader's time zone."""
    days = (_start(period) - dt.date(1970, 1, 1)).days
    return days * 86_400_000


def _start(period: str) -> dt.date:
    year, _, rest = period.partition("-")
    try:
        if rest.startswith("W"):
            return dt.date.fromisocalendar(int(year), int(rest[1:]), 1)
        month, _, day = rest.partition("-")
        return dt.date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise CorpusError(
            f"{period!r} is no period", "periods are like 2024, 2024-03, 2024-W09, 2024-03-05"
        ) from error


def _time_axis(periods: list[str]) -> Spec:
    shape = next(iter(periods), "")
    form = {4: "%Y", 7: "%Y-%m", 8: "%G-W%V"}.get(len(shape), "%Y-%m-%d")
    axis: Spec = {"format": form, "labelOverlap": True, "grid": False}
    if len(periods) <= _LABELLED:
        axis["values"] = [_milliseconds(period) for period in periods]
    return axis


def vocabulary(
    table: pa.Table,
    *,
    along: str = "words",
    **texts: Unpack[Texts],
) -> Picture:
    """Draw each further column of numbers over the column `along`, which counts words read."""
    lines = [field.name for field in table.schema if field.name != along and _number(field.type)]
    need(table, along, *([] if lines else ["lemmas"]))
    words = column(table, along)
    rows: list[dict[str, Any]] = [
        {"words": size, "value": number, "series": name.replace("_", " ")}
        for name in lines
        for size, number in zip(words, column(table, name), strict=True)
    ]
    names = [name.replace("_", " ") for name in lines]
    axis = {"axis": {"format": ",~r"}}
    layer = {
        "data": {"values": rows},
        "mark": {"type": "line", "point": {"size": 25, "filled": True}, "strokeWidth": 2},
        "encoding": {
            "x": quantity("words", along.replace("_", " "), **axis),
            "y": quantity("value", names[0] if len(names) == 1 else None, **axis),
            "color": coloured(names),
            "tooltip": tooltip(series="line", words="words:d", value="number:f"),
        },
    }
    return drawn("vocabulary", [layer], height=320, zoom="x", **texts)


def _number(kind: pa.DataType) -> bool:
    return str(kind).startswith(("int", "uint", "float", "double", "halffloat"))
