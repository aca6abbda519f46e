"""Results as they show themselves: whatever is in them, safely, and always the same."""

from __future__ import annotations

import datetime as dt
import html
import html.parser
import re
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import markup, render
from corpus.results import display
from corpus.results.provenance import Provenance
from corpus.results.result import Table

TEXT = st.text(max_size=40) | st.sampled_from(
    ["<script>alert(1)</script>", "$5 … $6", "\u202eзадом\u202c", "я" * 5000, "&amp;" * 40, "=1+1"]
)
COLUMNS: list[tuple[pa.DataType, st.SearchStrategy[Any]]] = [
    (pa.string(), TEXT),
    (pa.float64(), st.floats()),
    (pa.float32(), st.floats(width=32)),
    (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    (pa.bool_(), st.booleans()),
    (pa.binary(), st.binary(max_size=8)),
    (pa.date32(), st.dates()),
    (pa.time64("us"), st.times()),
    (pa.timestamp("us"), st.datetimes()),
    (pa.timestamp("us", "UTC"), st.datetimes(timezones=st.just(dt.UTC))),
    (pa.duration("us"), st.timedeltas(dt.timedelta(-9999), dt.timedelta(9999))),
    (pa.decimal128(9, 2), st.integers(-9999, 9999).map(lambda n: Decimal(n) / 100)),
    (pa.list_(pa.string()), st.lists(TEXT, max_size=3)),
    (pa.list_(pa.list_(pa.float64())), st.lists(st.lists(st.floats(), max_size=2), max_size=2)),
    (pa.struct([("а", pa.int32()), ("б", pa.string())]), st.just({"а": 1, "б": "<b>"})),
    (pa.map_(pa.string(), pa.int64()), st.lists(st.tuples(TEXT, st.integers(0, 9)), max_size=2)),
    (pa.null(), st.none()),
]


@st.composite
def odd_tables(draw: st.DrawFn) -> pa.Table:
    """Tables of any values that Arrow holds, some of them missing."""
    size = draw(st.integers(0, 13))
    kinds = draw(st.lists(st.sampled_from(COLUMNS), max_size=4))
    names = draw(st.lists(TEXT, min_size=len(kinds), max_size=len(kinds), unique=True))
    columns = [
        pa.array(draw(st.lists(st.none() | values, min_size=size, max_size=size)), kind)
        for kind, values in kinds
    ]
    return pa.Table.from_arrays(columns, names)


class Page(html.parser.HTMLParser):
    """The tags of a page, their attributes, whether they close, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.open: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(attrs)
        if tag not in ("br", "wbr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


SAFE = set("div table caption thead tbody tr th td footer small br wbr".split())
ATTRIBUTES = {
    ("class", "corpus tex2jax_ignore mathjax_ignore"),
    ("lang", "ru"),
    ("scope", "col"),
    ("style", "text-align:left"),
    ("style", "text-align:right"),
}


@settings(deadline=None)
@given(data=odd_tables())
def test_anything_can_be_shown_safely_and_twice(provenance: Provenance, data: pa.Table) -> None:
    result = Table(data, provenance, notes=["<b>note</b>"])
    page, text = result._repr_html_(), repr(result)
    parsed = Page(page)
    assert parsed.tags <= SAFE
    assert parsed.attributes <= ATTRIBUTES
    assert not parsed.open
    for shown in (parsed.text, text):
        assert all(render._harmless(character) for character in shown)
        assert "<b>note</b>" in shown
    assert not re.search(r"[^\s<>;&]{61}", re.sub(r"<[^>]*>", " ", page))
    assert (result._repr_html_(), repr(result)) == (page, text)
    # The same table: one with a NaN in it does not even equal itself.
    assert result.to_arrow() is data
    assert len(text.splitlines()) == 1 + min(10, len(data)) + 3


def shown(name: str, values: list[Any]) -> list[str]:
    grid = display.grid([{name: value} for value in values], [name], 60)
    return [row[0] for row in grid.rows]


@pytest.mark.parametrize(
    ("name", "values", "texts"),
    [
        ("ipm", [12.345, 1.0, 0.1 + 0.2], ["12.35", "1.00", "0.30"]),
        ("ipm", [1234567.891, 12.3, 0.5], ["1 234 567.9", "12.3", "0.5"]),
        ("share", [0.1 + 0.2, 0.05, 0.0], ["0.300", "0.050", "0.000"]),
        ("dp", [0.000123456, -0.5, 1e-20], ["0.00012", "-0.500", "1e-20"]),
        ("ll", [float("nan"), float("inf"), None, 1e300], ["NaN", "inf", "", "1e+300"]),
        ("frequency", [1234567, 12, None, -4567], ["1 234 567", "12", "", "-4 567"]),
        ("year", [2024, 1999], ["2024", "1999"]),
        ("truth", [True, None], ["True", ""]),
        ("tags", [["а", "б"], [], None], ["а; б", "", ""]),
        ("nested", [{"а": [1, None]}], ['{"а": [1, null]}']),
        ("text", ["две\nстроки", "я" * 99], ["две строки", "я" * 59 + "…"]),
        ("mark", ["\u202eзадом", "a\u2028b\tc"], ["\\u202eзадом", "a\\u2028b\\u0009c"]),
        ("bytes", [b"\xff\x00a"], ["\\xff\\u0000a"]),
    ],
)
def test_values_are_shown_as_people_read_them(
    name: str, values: list[Any], texts: list[str]
) -> None:
    assert shown(name, values) == texts


def test_numbers_stand_on_the_right(provenance: Provenance) -> None:
    data = pa.table({"lemma": ["мост", "путешествие"], "ipm": [1234.5, 3.0]})
    result = Table(data, provenance)
    assert repr(result).splitlines()[:4] == [
        "lemma            ipm",
        "мост         1 234.5",
        "путешествие      3.0",
        "2 из 2",
    ]
    page = result._repr_html_()
    assert '<th scope="col" style="text-align:left">lemma</th>' in page
    assert '<td style="text-align:right">1\u00a0234.5</td>' in page
    assert f"<footer><small>{html.escape(str(provenance))}</small></footer>" in page


def test_long_tables_say_how_long(provenance: Provenance) -> None:
    result = Table(pa.table({"n": list(range(1234))}), provenance)
    assert "<caption>10 из 1 234</caption>" in result._repr_html_()
    assert result._repr_html_().count("<tr>") == 11


@settings(deadline=None)
@given(text=st.text(max_size=80) | st.text("а&<;#1", min_size=25, max_size=90))
def test_breaking_words_loses_nothing(text: str) -> None:
    page = markup.escape(text)
    assert html.unescape(page.replace("<wbr>", "")) == render.visible(text)
    assert not re.search(r"&[#\w]*<wbr>", page)


def test_strips_are_not_broken() -> None:
    strip = "▁" * 25 + "█" + "▁" * 24
    assert markup.escape(strip) == strip
    assert "<wbr>" in markup.escape("ы" * 50)
