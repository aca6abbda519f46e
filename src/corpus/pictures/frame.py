"""What all pictures have in common: palette, size, title above, footer below; texts made harmless.

Words and titles come from articles that anybody may have written. They reach a picture only as
values of the columns named here and as whole titles, never in an expression or as a column's name:
Vega draws such texts as they are.
"""

from __future__ import annotations

import datetime as dt
import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from corpus import render
from corpus.errors import CorpusError
from corpus.pictures.picture import SCHEMA, Picture, Spec

if TYPE_CHECKING:
    import pyarrow as pa

WIDTH = 720
FOOTER = "footer"
"""The name of the layer below all others."""

# Okabe and Ito (2008), told apart by all common kinds of colour vision, without its yellow, which
# is lost on white, and its black, which is lost on black.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")

_TEXT = "currentColor"
_CONFIG: Mapping[str, Any] = {
    "background": "transparent",
    "font": "sans-serif",
    "locale": {
        "number": {"decimal": ".", "thousands": "\N{NO-BREAK SPACE}", "grouping": [3]}
        | {"currency": ["", ""]}
    },
    "view": {"stroke": None},
    "title": {"color": _TEXT, "subtitleColor": _TEXT, "anchor": "start", "frame": "group"}
    | {"fontSize": 14, "subtitleFontSize": 12, "offset": 12},
    "axis": {"labelColor": _TEXT, "titleColor": _TEXT, "domainColor": _TEXT, "tickColor": _TEXT}
    | {"gridColor": _TEXT, "gridOpacity": 0.15, "domainOpacity": 0.5, "tickOpacity": 0.5}
    | {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 220},
    "axisQuantitative": {"tickCount": 6, "labelOverlap": True, "labelSeparation": 8},
    "legend": {"labelColor": _TEXT, "titleColor": _TEXT, "labelFontSize": 12, "titleFontSize": 12}
    | {"titleFontWeight": "normal", "labelLimit": 220, "orient": "top", "symbolOpacity": 1},
    "text": {"color": _TEXT, "fontSize": 12},
    "rule": {"color": _TEXT},
    "range": {"category": list(PALETTE)},
}

# The wheel alone scrolls the notebook, as it does everywhere else on the page.
_ZOOM = "wheel![event.shiftKey]"


class Texts(TypedDict, total=False):
    """What every picture takes besides its table: lines above it, and where it comes from below."""

    title: str
    subtitle: str
    footer: str


def drawn(
    name: str,
    layers: Sequence[Spec],
    *,
    height: int,
    note: str = "",
    zoom: Sequence[str] = (),
    rows: Sequence[Spec] = (),
    **texts: Unpack[Texts],
) -> Picture:
    """Return layers as a picture; along the axes in `zoom` it can be dragged and zoomed.

    Zooming is Shift and the wheel, a double click goes back. `note` joins the subtitle. `rows` are
    what those layers draw that have no data of their own.
    """
    layers = [dict(layer) for layer in layers]
    if zoom:
        select = {"type": "interval", "encodings": list(zoom), "zoom": _ZOOM}
        layers[0]["params"] = [{"name": "view", "select": select, "bind": "scales"}]
    if footer := texts.get("footer"):
        layers.append(_footer(footer))
    spec: Spec = {"$schema": SCHEMA, "width": WIDTH, "height": height}
    # However long the names beside an axis are, the picture is no wider than a notebook.
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    if rows:
        spec["data"] = {"values": list(rows)}
    title = lines(texts.get("title", ""), 80, 3)
    subtitle = lines(" · ".join(filter(None, (texts.get("subtitle"), note))), 100, 3)
    if title or subtitle:
        spec["title"] = {"text": title, **({"subtitle": subtitle} if subtitle else {})}
    return Picture({**spec, "layer": layers, "config": dict(_CONFIG)}, name)


def _footer(text: str) -> Spec:
    # Below the axis and its title; there is no such thing in Vega-Lite.
    style = {"type": "text", "align": "left", "baseline": "top", "dy": 46, "fontSize": 10}
    return {
        "name": FOOTER,
        "data": {"values": [{}]},
        "mark": {**style, "opacity": 0.8, "text": lines(text, 95, 6), "clip": False},
        "encoding": {"x": {"value": 0}, "y": {"value": "height"}},
    }


def lines(text: str, width: int, most: int) -> list[str]:
    """Return a text as at most so many lines, shortened by an ellipsis."""
    return textwrap.wrap(
        render.visible(text), width, max_lines=most, placeholder=" …", break_on_hyphens=False
    )


def label(value: object, width: int = 40) -> str:
    """Return a value as a short text in one line, direction marks and controls visible."""
    text = " ".join(str("" if value is None else value)[: 4 * width].split())
    text = render.visible(text)
    return text if len(text) <= width else text[: width - 1] + "…"


def distinct(labels: Iterable[str]) -> list[str]:
    """Return labels that differ: an axis would lay equal ones on one another."""
    seen: dict[str, int] = {}
    found = []
    for text in labels:
        seen[text] = seen.get(text, 0) + 1
        found.append(text if seen[text] == 1 else f"{text} ({seen[text]})")
    return found


def plain(value: Any) -> Any:
    """Return a number, or None for what is none: a picture has a gap there."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def column(table: pa.Table, name: str) -> list[Any]:
    """Return the values of a column, those that are no number as None."""
    need(table, name)
    return [plain(value) for value in table.column(name).to_pylist()]


def need(table: pa.Table, *names: str) -> None:
    """Fail if a table lacks a column or has no rows."""
    missing = [name for name in names if name not in table.column_names]
    if missing:
        raise CorpusError(
            f"this picture needs the column {missing[0]!r}",
            f"the table has: {', '.join(table.column_names)}",
        )
    if not len(table):
        raise CorpusError("there is nothing to draw: the table has no rows")


def chosen(table: pa.Table, wanted: Sequence[str]) -> str:
    """Return the first of the columns wanted that a table has."""
    for name in wanted:
        if name in table.column_names:
            return name
    need(table, wanted[0])
    raise AssertionError


def quantity(field: str, title: str | None, **more: Any) -> Spec:
    """Return the encoding of a number."""
    return {"field": field, "type": "quantitative", "title": title, **more}


def category(field: str, title: str | None = None, **more: Any) -> Spec:
    """Return the encoding of a name, in the order of the rows."""
    return {"field": field, "type": "nominal", "title": title, "sort": None, **more}


def tooltip(**fields: str) -> list[Spec]:
    """Return what the mouse shows: field → title, with `:n` after the title for numbers.

    The format of a number is that of whole ones for counts (`:d`), else three digits (`:f`).
    """
    shown = []
    for field, text in fields.items():
        title, _, form = text.partition(":")
        kind: Spec = {"field": field, "title": title, "type": "nominal"}
        if form:
            kind |= {"type": "quantitative", "format": _FORMATS[form]}
        shown.append(kind)
    return shown


_FORMATS = {"d": ",d", "f": ",.3~f", "%": ".2~%"}


def first(table: pa.Table, top: int, what: str) -> tuple[pa.Table, str]:
    """Return the first rows of a table, and a note where that is not all of them."""
    if len(table) <= top:
        return table, ""
    shown = f"the first {render.grouped(top)} of {render.grouped(len(table))} {what}"
    return table.slice(0, top), shown


def coloured(names: Sequence[str], field: str = "series") -> Spec:
    """Return the encoding of a colour for each name, in their order; a legend for more than one."""
    palette = [PALETTE[n % len(PALETTE)] for n in range(len(names))]
    scale = {"domain": list(names), "range": palette}
    legend: Spec = {} if len(names) > 1 else {"legend": None}
    return category(field, scale=scale, **legend)
