"""A panel below a chart: a click on a point opens some of the lines that the point stands for.

It is a part of the picture, drawn without Python and without a network. The lines are texts of
strangers: they are values of columns, cut to the room there is, and direction marks are visible.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from corpus.pictures.frame import FOOTER, WIDTH, label
from corpus.pictures.picture import Picture, Spec
from corpus.render import columns_of

if TYPE_CHECKING:
    import pyarrow as pa

HINT = "Click a point: its lines appear here."
LINES = 5
"""So many lines of a point there is room for."""

_PARAM = "point"
_ROW = 17
_ROWS = LINES + 2
# Beside an axis a chart in a panel's company is not fitted to a width: this is what it has inside.
_INSIDE = WIDTH - 64
# Where columns end, in dots: date and source, what stands before a match. Letters of type of one
# width have 0.6 of its size, a little less in some fonts: so texts can be put beside one another.
_SIZE = 11
_LETTER = 0.602 * _SIZE
_ABOUT, _BEFORE = 166, 398
_LETTERS_BEFORE = int((_BEFORE - _ABOUT) / _LETTER) - 2
_LETTERS_AFTER = int((_INSIDE - _BEFORE) / _LETTER)
_LONGEST_MATCH = 24
# What stands close to the word before it.
_CLOSING = tuple(".,:;!?…»)")

# Vega works these out; the names of the columns are ours, and texts of strangers are their values.
_LINES = "format(datum.lines, ',d') + (datum.lines == 1 ? ' line' : ' lines')"
_KEPT = (
    "datum.kept == datum.lines ? '' : datum.kept == 0 ? ', too many points to show them here'"
    " : ', ' + datum.kept + ' of them here, evenly spaced'"
)
_POINT = "datum.period + (datum.series ? ' · ' + datum.series : '') + ' · '"
_FOUND = f"{_POINT} + (datum.lines == 0 ? 'nothing found' : {_LINES} + ({_KEPT}))"
_NAME = "(isValid(datum.name) ? ', ' + datum.name : '')"
_ANY = "datum.lines > 0"
_OPENS = f"'timeline.concordance(\"' + datum.period + '\"' + {_NAME} + ')  opens all of them'"
EXPRESSIONS = frozenset({_ANY, _FOUND, _OPENS})
"""All there are in a panel, whatever stands in its lines."""


def with_lines(
    picture: Picture, lines: pa.Table, found: Sequence[int], names: Sequence[str] = ()
) -> Picture:
    """Return a picture of a timeline whose points show their lines below it when clicked.

    Of `lines`, which have the columns of a concordance, `point` is the place among the rows that
    are drawn. For each of these, `found` tells how many lines there are in all, and `names` on
    which line of the chart it is, if there are several.
    """
    spec = picture.spec
    kept = Counter(lines.column("point").to_pylist())
    points = spec["data"]["values"]
    for point, row in enumerate(points):
        row |= {"point": point, "lines": found[point], "kept": kept[point]}
        if names:
            row["name"] = label(_quoted(names[point]), 60)
    panel = _panel(_rows(lines))
    footer = [layer for layer in spec["layer"] if layer.get("name") == FOOTER]
    layers = [layer for layer in spec["layer"] if layer not in footer]
    for layer in footer:
        # Below the panel stand no axis and no title of one.
        layer["mark"]["dy"] = 12
    panel["layer"] += footer
    chart = {"width": _INSIDE, "height": spec["height"], "layer": _clickable(layers)}
    shown: Spec = {key: spec[key] for key in ("$schema", "title", "config") if key in spec}
    shown |= {"data": _as_csv(points), "vconcat": [chart, panel], "spacing": 12}
    return Picture(picture.spec, "timeline", shown)


def _quoted(name: str) -> str:
    """Return a name as one writes it in Python, and in the other quotation marks if it has some."""
    return repr(name) if '"' in name else json.dumps(name, ensure_ascii=False)


def _clickable(layers: list[Spec]) -> list[Spec]:
    """Return layers with one more above them: that which is clicked, dragged and pointed at.

    It is larger than the points are, and not seen before it is clicked. Layers that have neither
    gestures nor hints of their own let the mouse through.
    """
    line, *others = layers
    gestures = line.pop("params", [])
    sides = {key: value for key, value in line["encoding"].items() if key != "tooltip"}
    click = {"type": "point", "on": "click", "fields": ["point"], "toggle": False}
    is_open = {"param": _PARAM, "empty": False, "value": 0.35}
    hits: Spec = {
        "params": [*gestures, {"name": _PARAM, "select": click}],
        "mark": {"type": "point", "filled": True, "size": 260, "cursor": "pointer"},
        "encoding": {**line["encoding"], "opacity": {"condition": is_open, "value": 0}},
    }
    return [{**line, "encoding": sides}, *others, hits]


def _rows(lines: pa.Table) -> list[Spec]:
    """Return lines as they are drawn, each with its place below its point."""
    places: Counter[int] = Counter()
    rows = []
    for line in lines.to_pylist():
        point, match = line["point"], label(line["match"], _LONGEST_MATCH)
        apart = not line["after"].startswith(_CLOSING)
        letters = columns_of(match) + apart
        rows.append(
            {
                "point": point,
                "place": places[point],
                "about": _about(line),
                "before": _end(line["before"], _LETTERS_BEFORE),
                "match": match,
                "after": label(line["after"], max(1, _LETTERS_AFTER - letters)),
                "stop": round(_BEFORE + letters * _LETTER, 1),
            }
        )
        places[point] += 1
    return rows


def _end(text: str, width: int) -> str:
    """Return the end of a text as a label has the beginning of one."""
    text = label(text[-4 * width :], len(text) * 6)
    return text if len(text) <= width else "…" + text[1 - width :]


def _about(line: dict[str, Any]) -> str:
    return label(" · ".join(str(line[name]) for name in ("date", "source") if line[name]), 32)


def _as_csv(rows: Sequence[Spec]) -> Spec:
    """Return rows as data in a third of the room that their names and blanks need in a notebook.

    Numbers are written with six digits, which is more than can be seen or is said.
    """
    if not rows:
        return {"values": []}
    file = io.StringIO()
    names = list(rows[0])
    writer = csv.DictWriter(file, names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()})
    parse = {name: "number" for name in names if not any(isinstance(r[name], str) for r in rows)}
    return {"values": file.getvalue(), "format": {"type": "csv", "parse": parse}}


def _panel(rows: list[Spec]) -> Spec:
    is_open: Spec = {"filter": {"param": _PARAM, "empty": False}}
    head: Spec = {"type": "text", "align": "left", "baseline": "middle"}
    head |= {"limit": _INSIDE}
    typed: Spec = {"font": "monospace", "fontSize": _SIZE}
    return {
        "width": _INSIDE,
        "height": _ROWS * _ROW,
        "layer": [
            {
                "data": {"values": [{}]},
                "transform": [{"filter": {"param": _PARAM}}],
                "mark": {**head, "text": HINT, "opacity": 0.8},
                "encoding": {"x": {"value": 0}, "y": {"value": _ROW / 2}},
            },
            {
                "transform": [is_open, {"calculate": _FOUND, "as": "found"}],
                "mark": {**head, "fontWeight": "bold"},
                "encoding": _text("found", 0, {"value": _ROW / 2}),
            },
            {
                "transform": [
                    is_open,
                    {"filter": _ANY},
                    {"calculate": _OPENS, "as": "opens"},
                ],
                "mark": {**head, **typed},
                "encoding": _text("opens", 0, {"value": 1.5 * _ROW}),
            },
            {"data": _as_csv(rows), "transform": [is_open], "layer": _columns(head, typed)},
        ],
    }


def _columns(left: Spec, typed: Spec) -> list[Spec]:
    """Return the columns of a concordance: about the article, before, match, after."""
    scale = {"domain": [_ROWS - 2.5, -2.5], "nice": False, "zero": False}
    place = {"field": "place", "type": "quantitative", "scale": scale, "axis": None}
    inside = {"domain": [0, _INSIDE], "nice": False}
    stop = {"field": "stop", "type": "quantitative", "scale": inside, "axis": None}
    bold = {**typed, "fontWeight": "bold"}
    right = {**left, **typed, "align": "right", "limit": _BEFORE - _ABOUT}
    room = _INSIDE - _BEFORE
    return [
        {
            "mark": {**left, "fontSize": 10, "opacity": 0.8, "limit": _ABOUT - 4},
            "encoding": _text("about", 0, place),
        },
        {"mark": right, "encoding": _text("before", _BEFORE - _LETTER, place)},
        {"mark": {**left, **bold, "limit": room}, "encoding": _text("match", _BEFORE, place)},
        {
            "mark": {**left, **typed, "limit": room},
            "encoding": {**_text("after", 0, place), "x": stop},
        },
    ]


def _text(field: str, x: float, y: Spec) -> Spec:
    return {"text": {"field": field, "type": "nominal"}, "x": {"value": x}, "y": y}
