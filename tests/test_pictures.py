"""Pictures: what they show, that texts of strangers stay texts, that they are drawn and saved."""

from __future__ import annotations

import ast
import datetime as dt
import json
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
import pytest

from corpus import CorpusError, pictures
from corpus.pictures import Picture, layout, panel
from corpus.pictures.frame import FOOTER, PALETTE, distinct, label, lines
from corpus.pictures.picture import MIME, VERSION

HOSTILE = (
    "<script>alert(1)</script>",
    "$5 … $6",
    "a.b[0]['c']\\\"",
    "<img src=x onerror=alert(1)>",
    "\u202eпереворот\u202c",
    "щ" * 100_000,
    "datum.label + 1",
    "${1}{{2}}",
    "строка\nстрока",
    "",
)
MONTHS = [f"2024-{month:02}" for month in range(1, 11)]
COUNTS = [3, 14, 15, 9, 26, 5, 35, 8, 97, 93]


def timeline_table(**more: Any) -> pa.Table:
    ipm = [float(10 * n) for n in COUNTS]
    known = {"period": MONTHS, "frequency": COUNTS, "words": [100_000] * 10, "ipm": ipm}
    band = {"low": [x / 2 for x in ipm], "high": [x * 2 for x in ipm]}
    return pa.table({**known, **band, **more})


def collocate_table() -> pa.Table:
    known = {"rank": range(1, 11), "collocate": HOSTILE, "joint": COUNTS}
    return pa.table({**known, "log_dice": [float(9 - n) for n in range(10)]})


def keyword_table(names: tuple[str, ...] = HOSTILE) -> pa.Table:
    ratio = [5.0, 4.0, 3.0, 2.0, 1.0, -1.0, -2.0, -3.0, -4.0, 0.0]
    known = {"rank": range(1, 11), "lemma": names, "frequency": COUNTS, "log_ratio": ratio}
    ends = {"log_ratio_low": [x - 1 for x in ratio], "log_ratio_high": [x + 1 for x in ratio]}
    return pa.table({**known, **ends, "log_likelihood": [float(n) for n in COUNTS]})


def network_table() -> pa.Table:
    return pa.table(
        {
            "source": [*HOSTILE[:6], HOSTILE[0]],
            "target": [*HOSTILE[1:7], HOSTILE[6]],
            "joint": COUNTS[:7],
            "frequency_source": COUNTS[:7],
            "frequency_target": COUNTS[1:8],
            "log_dice": [8.5, 7.0, 3.0, 4.0, 5.0, 6.0, 7.0],
        }
    )


def parts_table(queries: tuple[str, ...] = ("мост",), count: int = 10) -> pa.Table:
    rows = [
        {"query": query, "part": HOSTILE[n % 10], "words": 100 + n, "frequency": n % 3}
        for query in queries
        for n in range(count)
    ]
    return pa.Table.from_pylist(rows)


def concordance_table(count: int = 10) -> pa.Table:
    rows = [
        {
            "article": f"a{n}",
            "title": HOSTILE[n % 10],
            "date": None,
            "words": 200,
            "position": 3 * n,
        }
        | {"before": HOSTILE[n % 10], "match": "мост", "after": HOSTILE[-1 - n % 10]}
        for n in range(count)
    ]
    return pa.Table.from_pylist(rows)


def line_table(points: range = range(10)) -> pa.Table:
    """Two lines of each point, of texts that try to be something else."""
    rows = [
        {"point": n, "date": None, "source": HOSTILE[-1 - n % 10], "match": HOSTILE[n % 10]}
        | {"before": "начало " + HOSTILE[n % 10], "after": HOSTILE[-1 - n % 10] + " конец"}
        for n in points
        for _ in range(2)
    ]
    return pa.Table.from_pylist(rows)


def clickable(lines: pa.Table | None = None, **options: Any) -> Picture:
    """A timeline of ten points with some lines each."""
    texts = TEXTS | options
    picture = pictures.timeline(timeline_table(**{"a.b": HOSTILE}), **texts)
    lines = line_table() if lines is None else lines
    return panel.with_lines(picture, lines, COUNTS, HOSTILE if options else ())


# The elements of a drawing: none that is a link, an image or a program.
DRAWN = set("svg g path rect line text tspan circle defs clipPath linearGradient stop".split())
TEXTS: dict[str, Any] = {"title": " ".join(HOSTILE), "subtitle": HOSTILE[0], "footer": HOSTILE[3]}
ALL: dict[str, Callable[[], Picture]] = {
    "timeline": lambda: pictures.timeline(timeline_table(), **TEXTS),
    "timeline of several": lambda: pictures.timeline(
        timeline_table(**{"a.b": HOSTILE}), series="a.b", **TEXTS
    ),
    "timeline with lines": lambda: clickable(series="a.b"),
    "frequencies": lambda: pictures.frequencies(
        pa.table({"rank": range(10), "lemma": HOSTILE, "frequency": COUNTS}), **TEXTS
    ),
    "facets": lambda: pictures.frequencies(
        pa.table({"source": HOSTILE, "articles": COUNTS, "share": [0.1] * 10}), **TEXTS
    ),
    "keywords": lambda: pictures.keywords(keyword_table(), names=HOSTILE[:2], **TEXTS),
    "collocates": lambda: pictures.collocates(collocate_table(), HOSTILE[0], **TEXTS),
    "network": lambda: pictures.network(network_table(), **TEXTS),
    "dispersion": lambda: pictures.dispersion(parts_table(), **TEXTS),
    "dispersion over many": lambda: pictures.dispersion(parts_table(count=900), **TEXTS),
    "dispersion of several": lambda: pictures.dispersion(parts_table(HOSTILE), **TEXTS),
    "concordance": lambda: pictures.concordance(concordance_table(), **TEXTS),
    "vocabulary": lambda: pictures.vocabulary(
        pa.table({"words": [10 * n for n in COUNTS], "lemmas": COUNTS}), **TEXTS
    ),
}


@pytest.fixture(params=ALL, scope="module")
def picture(request: pytest.FixtureRequest) -> Picture:
    """Each picture, made of texts that try to be something else."""
    return ALL[request.param]()


def values(picture: Picture, layer: int = 0) -> list[dict[str, Any]]:
    spec = picture.spec
    found: list[dict[str, Any]] = spec["layer"][layer].get("data", spec.get("data"))["values"]
    return found


def svg(picture: Picture, folder: Path) -> str:
    return picture.save(folder / "picture.svg").read_text(encoding="utf-8")


def test_a_notebook_gets_what_it_draws_by_itself_and_an_image(picture: Picture) -> None:
    data, metadata = picture._repr_mimebundle_()
    assert set(data) == {MIME, "text/plain", "image/png"}
    assert data[MIME]["$schema"].endswith("/v5.json")
    assert metadata[MIME]["embed_options"]["actions"]["editor"] is False
    json.dumps(data, allow_nan=False)


def test_displaying_changes_nothing() -> None:
    picture = ALL["network"]()
    before = json.dumps(picture.spec)
    picture._repr_mimebundle_()[0][MIME].clear()
    picture.spec["layer"].clear()
    assert json.dumps(picture.spec) == before


def test_texts_of_strangers_are_drawn_as_texts(picture: Picture, tmp_path: Path) -> None:
    check_texts(svg(picture, tmp_path))


def check_texts(drawing: str) -> None:
    elements = list(ElementTree.fromstring(drawing).iter())
    assert {element.tag.rpartition("}")[2] for element in elements} <= DRAWN
    names = {name for element in elements for name in element.attrib}
    assert not [name for name in names if name.startswith("on") or "href" in name]
    assert "\u202e" not in drawing
    assert len(drawing) < 500_000, "the word of 100,000 letters is in it"


def test_texts_of_strangers_are_in_no_expression_and_no_name(picture: Picture) -> None:
    spec = picture.on_screen
    without_texts(spec)
    text = json.dumps(spec, ensure_ascii=False)
    expressions = set(re.findall(r'"(?:calculate|filter)": ("(?:\\.|[^"\\])*")', text))
    assert {json.loads(found) for found in expressions} <= panel.EXPRESSIONS
    assert '"expr"' not in text
    assert '"signal"' not in text
    fields = set(re.findall(r'"field": "([^"]*)"', text))
    assert all(re.fullmatch("[a-z_0-9]+", field) for field in fields), fields


def without_texts(spec: Any) -> None:
    """Take out of a specification what may be a text of a stranger: data, title and footer."""
    if isinstance(spec, list):
        for item in spec:
            without_texts(item)
    elif isinstance(spec, dict):
        for key in {"data", "title"} & set(spec):
            del spec[key]
        if spec.get("name") == FOOTER:
            del spec["mark"]
        for item in spec.values():
            without_texts(item)


def test_an_old_drawer_draws_the_same(picture: Picture) -> None:
    import vl_convert

    # The oldest that can be had here, nearest to what JupyterLab 4 has (5.6).
    shapes = re.compile('aria-roledescription="[^"]*"')
    for spec in (picture.spec, picture.on_screen):
        drawings = [vl_convert.vegalite_to_svg(spec, vl_version=v) for v in ("5.8", VERSION)]
        assert "NaN" not in drawings[0]
        old, new = (shapes.findall(drawing) for drawing in drawings)
        assert old == new


def test_colours_are_of_the_palette_or_of_the_text_around(picture: Picture) -> None:
    text = json.dumps(picture.spec)
    assert set(re.findall("#[0-9A-Fa-f]{3,8}", text)) <= {*PALETTE}
    assert picture.spec["config"]["background"] == "transparent"


@pytest.mark.parametrize("name", ["timeline of several", "keywords", "network"])
def test_altair_takes_it_over(name: str) -> None:
    picture = ALL[name]()
    changed = picture.chart.properties(width=300).to_dict()
    assert changed["width"] == 300
    assert len(changed["layer"]) == len(picture.spec["layer"])


def test_the_same_table_has_the_same_picture(picture: Picture, request: Any) -> None:
    name = request.node.callspec.params["picture"]
    assert json.dumps(ALL[name]().spec) == json.dumps(picture.spec)


def test_nothing_is_loaded_before_a_picture_is_saved() -> None:
    program = (
        "import sys, pyarrow as pa\nfrom corpus import pictures\n"
        "pictures.frequencies(pa.table({'lemma': ['а'], 'frequency': [1]})).spec\n"
        "print([m for m in ('altair', 'vl_convert', 'jsonschema') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_saved_in_every_form(tmp_path: Path) -> None:
    picture = ALL["timeline"]()
    beginnings = {"png": b"\x89PNG", "svg": b"<svg", "pdf": b"%PDF", "html": b"<!DOCTYPE html>"}
    for kind, beginning in beginnings.items():
        path = picture.save(tmp_path / f"картина.{kind}")
        assert path.read_bytes().lstrip().startswith(beginning)
    page = (tmp_path / "картина.html").read_text(encoding="utf-8")
    assert not re.search(r"<(script|link)[^>]+(src|href)=", page), "a page that needs a network"
    assert page.count("<script") == page.count("</script") == 2
    spec = json.loads(picture.save(str(tmp_path / "картина.json")).read_text(encoding="utf-8"))
    assert spec["config"].pop("background") == "white"
    assert spec["layer"] == picture.spec["layer"]


def test_paper_is_white_unless_told_otherwise(tmp_path: Path) -> None:
    picture = ALL["timeline"]()
    assert 'fill="white"' in svg(picture, tmp_path)
    path = picture.save(tmp_path / "clear.svg", background=None)
    assert 'fill="white"' not in path.read_text(encoding="utf-8")


def test_cyrillic_and_digits_in_threes(tmp_path: Path) -> None:
    table = pa.table({"lemma": ["ёж", "Щука"], "frequency": [12_000, 8_000]})
    drawing = svg(pictures.frequencies(table, title="Частые слова"), tmp_path)
    assert all(f">{text}<" in drawing for text in ("ёж", "Щука", "Частые слова"))
    assert ">10\N{NO-BREAK SPACE}000<" in drawing


def test_an_unknown_ending_is_told_which_there_are(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"\.png, \.svg, \.pdf, \.html, \.json"):
        ALL["timeline"]().save(tmp_path / "picture.doc")
    assert not list(tmp_path.iterdir())


def test_without_the_libraries_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    monkeypatch.setitem(sys.modules, "altair", None)
    picture = ALL["timeline"]()
    assert set(picture._repr_mimebundle_()[0]) == {MIME, "text/plain"}
    with pytest.raises(CorpusError, match=r"(?s)vl-convert is.*pip install 'corpus\[notebook\]'"):
        picture.save(tmp_path / "picture.png")
    with pytest.raises(CorpusError, match=r"(?s)altair is.*pip install 'corpus\[notebook\]'"):
        _ = picture.chart


@pytest.mark.parametrize("draw", [pictures.timeline, pictures.vocabulary, pictures.concordance])
def test_a_table_that_does_not_fit_is_told_what_is_missing(draw: Callable[..., Picture]) -> None:
    with pytest.raises(CorpusError, match=r"(?s)needs the column.*the table has: x"):
        draw(pa.table({"x": ["а"]}))


def test_a_table_without_rows_has_no_picture() -> None:
    with pytest.raises(CorpusError, match="nothing to draw"):
        pictures.timeline(timeline_table().slice(0, 0))


def test_a_timeline_is_the_same_in_every_time_zone() -> None:
    days = {"2024": 19723, "2024-03": 19783, "2024-03-05": 19787, "2024-W10": 19786}
    for period, day in days.items():
        table = pa.table({"period": [period], "articles": [1]})
        (row,) = values(pictures.timeline(table))
        assert row["time"] == day * 86_400_000
    with pytest.raises(CorpusError, match="no period"):
        pictures.timeline(pa.table({"period": ["март"], "articles": [1]}))


def test_a_timeline_has_a_band_where_there_is_an_interval() -> None:
    picture = pictures.timeline(timeline_table())
    line, band = picture.spec["layer"]
    assert line["mark"]["type"] == "line"
    assert band["mark"]["type"] == "area"
    assert values(picture)[1]["value"] == 140.0
    assert len(pictures.timeline(timeline_table().select(["period", "ipm"])).spec["layer"]) == 1


def test_a_gap_is_a_gap() -> None:
    table = pa.table({"period": MONTHS[:3], "ipm": [1.0, float("nan"), None]})
    assert [row["value"] for row in values(pictures.timeline(table))] == [1.0, None, None]


def clicked(picture: Picture, point: int | None) -> list[str]:
    """Return the texts that are drawn after a click on a point."""
    import vl_convert

    spec = picture.on_screen
    if point is not None:
        *_, click = spec["vconcat"][0]["layer"][-1]["params"]
        click["value"] = [{"point": point}]
    drawing = vl_convert.vegalite_to_svg(spec, vl_version="5.8")
    check_texts(drawing)
    elements = ElementTree.fromstring(drawing).iter()
    return ["".join(e.itertext()) for e in elements if e.tag.endswith("}text")]


def test_a_click_opens_the_lines_of_a_point() -> None:
    lines = pa.table({"point": [1, 1, 3], "match": ["мост", "мосту", "мосты"]})
    for name in ("before", "after", "source"):
        lines = lines.append_column(name, pa.array([f"{name} {n}" for n in range(3)]))
    lines = lines.append_column("date", pa.array([dt.date(2024, 2, n) for n in (1, 2, 3)]))
    picture = clickable(lines)
    before = clicked(picture, None)
    assert panel.HINT in before
    assert not [text for text in before if "concordance" in text or "мост" in text]
    after = clicked(picture, 1)
    assert panel.HINT not in after
    assert "2024-02 · 14 lines, 2 of them here, evenly spaced" in after
    assert 'timeline.concordance("2024-02")  opens all of them' in after
    own = ["2024-02-01 · source 0", "2024-02-02 · source 1", "before 0", "before 1"]
    own += ["мост", "мосту", "after 0", "after 1"]
    assert [text for text in after if text in own] == own
    assert not {"before 2", "мосты", "after 2"} & {*before, *after}
    assert "2024-03 · 15 lines, too many points to show them here" in clicked(picture, 2)


def test_a_point_without_lines_says_so_and_one_with_all_does_not_say_how_many_there_are() -> None:
    table = timeline_table().slice(0, 2)
    lines = line_table(range(1, 2))
    picture = panel.with_lines(pictures.timeline(table), lines, [0, 2])
    assert "2024-01 · nothing found" in clicked(picture, 0)
    assert not [text for text in clicked(picture, 0) if "concordance" in text]
    assert "2024-02 · 2 lines" in clicked(picture, 1)
    none = panel.with_lines(pictures.timeline(table), lines.slice(0, 0), [0, 0])
    assert "2024-02 · nothing found" in clicked(none, 1)


@pytest.mark.parametrize("point", range(10))
def test_lines_of_strangers_are_texts_too(point: int) -> None:
    drawn = clicked(clickable(series="a.b"), point)
    assert [text for text in drawn if text.endswith("opens all of them")] or point == 5
    assert len("".join(drawn)) < 3000, "the word of 100,000 letters is in it"


def test_how_a_line_is_named_is_how_python_writes_it() -> None:
    names = ["мост", '"висячий мост"', "", "а\\б'в\"г"]
    table = pa.table({"period": ["2024"] * 4, "ipm": [1.0] * 4, "query": names})
    picture = pictures.timeline(table, series="query")
    picture = panel.with_lines(picture, line_table(range(4)), [9] * 4, names)
    for point, name in enumerate(names):
        (call,) = [text for text in clicked(picture, point) if "concordance" in text]
        (node,) = ast.parse(call.partition("  opens")[0]).body
        assert isinstance(node, ast.Expr)
        assert isinstance(node.value, ast.Call)
        assert [ast.literal_eval(value) for value in node.value.args] == ["2024", name]


def test_a_paper_has_the_curve_alone(tmp_path: Path) -> None:
    plain = pictures.timeline(timeline_table(**{"a.b": HOSTILE}), **TEXTS)
    picture = clickable()
    assert picture.spec == plain.spec
    drawings = [re.sub(r"clip\d+", "clip", svg(one, tmp_path)) for one in (picture, plain)]
    assert drawings[0] == drawings[1]
    assert picture._repr_mimebundle_()[0]["image/png"] == plain._repr_mimebundle_()[0]["image/png"]
    assert panel.HINT in picture.save(tmp_path / "a.html").read_text(encoding="utf-8")
    assert panel.HINT not in picture.save(tmp_path / "a.json").read_text(encoding="utf-8")


def test_days_of_years_do_not_swell_a_notebook() -> None:
    days = [(dt.date(2020, 1, 1) + dt.timedelta(n)).isoformat() for n in range(3000)]
    third = [n / 3 for n in range(3000)]
    table = pa.table({"period": days, "frequency": range(3000), "words": [10**6] * 3000})
    for name in ("ipm", "low", "high"):
        table = table.append_column(name, pa.array(third))
    lines = pa.table({"point": range(500), "match": ["мост"] * 500})
    for name in ("before", "after", "source"):
        lines = lines.append_column(name, pa.array(["слово " * 20] * 500))
    lines = lines.append_column("date", pa.array([dt.date(2020, 1, 1)] * 500))
    picture = panel.with_lines(pictures.timeline(table), lines, range(3000))
    size = len(json.dumps(picture.on_screen, ensure_ascii=False).encode())
    assert size < 400_000


def test_keywords_show_both_sides_and_their_strength() -> None:
    names = tuple("абвгдежзик")
    rows = values(pictures.keywords(keyword_table(names), top=3))
    assert [row["label"] for row in rows] == ["а", "б", "в", "ж", "з", "и"]
    assert [row["side"] for row in rows] == ["here"] * 3 + ["in the reference"] * 3
    rows = values(pictures.keywords(keyword_table(names), measure="log_likelihood", top=2))
    assert [(row["label"], row["value"] > 0) for row in rows] == [
        ("а", True),
        ("б", True),
        ("з", False),
        ("и", False),
    ]


def test_the_first_rows_are_shown_and_the_rest_is_said() -> None:
    words = pa.table({"lemma": [f"слово{n}" for n in range(1200)], "frequency": range(1200)})
    picture = pictures.frequencies(words, top=5, subtitle="все")
    assert len(values(picture)) == 5
    assert picture.spec["title"]["subtitle"] == ["все · the first 5 of 1 200 rows"]


def test_bars_of_one_name_are_told_apart() -> None:
    table = pa.table({"lemma": ["стать"] * 3, "pos": ["NOUN", "VERB", "VERB"], "ipm": [3, 2, 1]})
    found = [row["label"] for row in values(pictures.frequencies(table))]
    assert found == ["стать NOUN", "стать VERB", "стать VERB (2)"]


def test_collocates_the_stronger_the_nearer() -> None:
    rows = values(pictures.collocates(collocate_table().slice(0, 8), "мост", top=5))
    distances = [row["x"] ** 2 + row["y"] ** 2 for row in rows]
    assert distances == sorted(distances)
    assert [row["value"] for row in rows] == [9.0, 8.0, 7.0, 6.0, 5.0]


def test_network_joins_what_is_joined() -> None:
    picture = pictures.network(network_table())
    joints, words = values(picture, 0), values(picture, 1)
    places = {(word["x"], word["y"]) for word in words}
    assert len(places) == len(words) == 7
    assert len(joints) == 7
    assert all({(j["x"], j["y"]), (j["x2"], j["y2"])} <= places for j in joints)


def test_a_dispersion_counts_all_however_many_parts() -> None:
    table = parts_table(count=5000)
    picture = pictures.dispersion(table)
    rows = values(picture)
    assert len(rows) == 400
    assert sum(row["frequency"] for row in rows) == sum(table["frequency"].to_pylist())
    assert rows[-1]["stop"] == sum(table["words"].to_pylist())
    assert all(a["stop"] == b["start"] for a, b in pairwise(rows))
    assert "5 000 parts" in picture.spec["title"]["subtitle"][0]


def test_a_concordance_has_a_strip_for_each_article() -> None:
    picture = pictures.concordance(concordance_table(100), top=30)
    strips, marks = values(picture, 0), values(picture, 1)
    assert len({strip["label"] for strip in strips}) == len(strips) == 30
    assert [mark["place"] for mark in marks] == [3 * n for n in range(30)]
    assert marks[1]["context"] == "$5 … $6 [мост] строка строка"


def test_places_around_the_middle_leave_room_for_labels() -> None:
    places = layout.around(30)
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    assert apart[~np.eye(30, dtype=bool)].min() > 0.2
    assert np.linalg.norm(places, axis=1).max() <= 1.001


def test_places_are_as_far_apart_as_steps_lead() -> None:
    chain = layout.spread(5, [(n, n + 1) for n in range(4)])
    apart = np.linalg.norm(chain[0] - chain, axis=1)
    assert np.allclose(apart, apart[1] * np.arange(5), rtol=0.02)
    assert layout.spread(1, []).tolist() == [[0, 0]]
    two = layout.spread(4, [(0, 1), (2, 3)])
    assert np.linalg.norm(two[0] - two[1]) < np.linalg.norm(two[0] - two[2])


def test_labels() -> None:
    assert label("абв\n  гд\t") == "абв гд"
    assert label(None) == ""
    assert len(label("щ" * 100_000)) == 40
    assert label("\u202eа") == "\\u202eа"
    assert distinct(["а", "б", "а"]) == ["а", "б", "а (2)"]
    assert all(len(line) <= 80 for line in lines("щ" * 1000, 80, 3))
    assert len(lines("щ " * 1000, 80, 3)) == 3
