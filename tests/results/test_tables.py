"""Tables sorted, filtered and sliced: laws on random tables, and what users type."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import CorpusError
from corpus.results.provenance import Provenance
from corpus.results.result import Table
from corpus.results.rows import Unmade
from corpus.text.fold import fold

WORD = st.sampled_from(["ёлка", "Елка", "елка", "ель", "Еж", "ёж", "жук", "", "Яма", "яма", "abc"])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "word": st.none() | WORD,
            "ipm": st.none() | st.sampled_from([0.0, 1.5, 2.0, float("inf")]),
            "f": st.integers(0, 3),
            "tags": st.none() | st.lists(st.sampled_from("абв"), max_size=2),
        }
    ),
    max_size=12,
)
SCHEMA = pa.schema(
    [
        ("word", pa.string()),
        ("ipm", pa.float64()),
        ("f", pa.int64()),
        ("tags", pa.list_(pa.string())),
    ]
)


def table_of(rows: list[dict[str, Any]], provenance: Provenance, **more: Any) -> Table:
    return Table(pa.Table.from_pylist(rows, SCHEMA), provenance, **more)


@pytest.fixture
def words(provenance: Provenance) -> Table:
    """Five words, three of them nouns."""
    columns = {
        "lemma": ["мост", "ёлка", "быть", "Елизавета", "новый"],
        "pos": ["NOUN", "NOUN", "VERB", "NOUN", None],
        "ipm": [12.5, 3.25, 8000.0, None, 40.0],
        "first": [dt.date(2024, n, 1) for n in range(1, 6)],
    }
    return Table(pa.table(columns), provenance)


# Order


@settings(deadline=None)
@given(rows=ROWS, down=st.booleans())
def test_text_is_sorted_as_russians_do_and_stably(
    provenance: Provenance, rows: list[dict[str, Any]], down: bool
) -> None:
    given_first = [row for row in rows if row["word"] is not None]
    missing = [row for row in rows if row["word"] is None]
    # Stable also downwards: what is equal stays as it was.
    expected = sorted(given_first, key=lambda row: fold(row["word"]), reverse=down)
    table = table_of(rows, provenance)
    assert list(table.sort("word", descending=down)) == expected + missing
    assert list(table) == rows


@settings(deadline=None)
@given(rows=ROWS)
def test_several_columns_count_one_after_the_other(
    provenance: Provenance, rows: list[dict[str, Any]]
) -> None:
    table = table_of(rows, provenance)

    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        word, ipm = row["word"], row["ipm"]
        return word is None, fold(word or ""), ipm is None, -(ipm or 0.0), row["f"]

    assert list(table.sort("word", "-ipm", "f")) == sorted(rows, key=key)
    down = table.sort("-word", "ipm", "-f", descending=True)
    assert list(down) == list(table.sort("word", "-ipm", "f"))
    again = down.sort("word", "-ipm", "f")
    assert list(again) == list(down)


def test_yo_stands_beside_ye_and_case_does_not_matter(words: Table) -> None:
    assert words.sort("lemma")["lemma"].tolist() == ["быть", "Елизавета", "ёлка", "мост", "новый"]
    assert words.sort("-ipm")["lemma"].tolist() == ["быть", "новый", "мост", "ёлка", "Елизавета"]
    assert words.sort("first", descending=True)["lemma"][0] == "новый"


def test_odd_columns_are_sorted_or_refused(provenance: Provenance) -> None:
    columns = {
        "dictionary": pa.array(["б", "А", None, "б"]).dictionary_encode(),
        "nothing": pa.nulls(4),
        "truth": [True, None, False, True],
        "lists": [["б"], ["а", "в"], None, ["а"]],
        "records": [{"a": 1}] * 4,
        "number": [3, 1, 4, 2],
    }
    table = Table(pa.table(columns), provenance)
    assert table.sort("dictionary", "number")["number"].tolist() == [1, 2, 3, 4]
    assert table.sort("nothing")["number"].tolist() == [3, 1, 4, 2]
    assert table.sort("truth", "number")["number"].tolist() == [4, 2, 3, 1]
    assert table.sort("lists")["number"].tolist() == [2, 1, 3, 4]
    assert table["dictionary"].tolist() == ["б", "А", None, "б"]
    with pytest.raises(CorpusError, match="cannot be sorted by 'records'"):
        table.sort("records")
    with pytest.raises(CorpusError, match="sort by which column"):
        table.sort()


# Filters


@settings(deadline=None)
@given(rows=ROWS, word=st.none() | WORD, several=st.lists(st.integers(0, 5)))
def test_filters_keep_what_python_would(
    provenance: Provenance, rows: list[dict[str, Any]], word: str | None, several: list[int]
) -> None:
    table = table_of(rows, provenance)
    kept = [row for row in rows if row["word"] == word and row["f"] in several]
    assert list(table.filter(word=word, f=several)) == kept
    assert list(table.filter(lambda row: row["word"] == word and row["f"] in several)) == kept
    mask = [row["word"] == word and row["f"] in several for row in rows]
    for given_mask in (
        mask,
        np.array(mask, bool),
        pa.array(mask, pa.bool_()),
        pa.chunked_array([pa.array(mask, pa.bool_())]),
        pl.Series(mask, dtype=pl.Boolean),
        pd.Series(mask, dtype=bool),
        pd.Series(mask, dtype=bool)[::-1],
    ):
        assert list(table.filter(given_mask)) == kept
    other = table.filter(~np.array(mask, bool))
    assert len(other) + len(kept) == len(table)
    tagged = [row for row in rows if "а" in (row["tags"] or [])]
    assert list(table.filter(tags="а")) == tagged


def test_frames_give_masks(words: Table) -> None:
    expected = ["мост", "быть", "новый"]
    assert words.filter(words["ipm"] > 5)["lemma"].tolist() == expected
    assert words.filter(words.to_pandas()["ipm"] > 5)["lemma"].tolist() == expected
    assert words.filter(words.to_polars()["ipm"] > 5)["lemma"].tolist() == expected
    assert words.filter(words["pos"] == "NOUN", ipm=[12.5, 3.25])["lemma"].tolist() == [
        *("мост", "ёлка")
    ]
    by_words = words.to_pandas().sort_values("lemma")
    assert words.filter(by_words["ipm"] > 5)["lemma"].tolist() == expected
    assert words.filter(first="2024-02-01")["lemma"].tolist() == ["ёлка"]
    assert words.filter(first=dt.date(2024, 2, 1))["lemma"].tolist() == ["ёлка"]
    assert words.filter(ipm=40)["lemma"].tolist() == ["новый"]
    assert list(words.filter()) == list(words)


def test_what_was_filtered_stands_in_the_provenance(words: Table) -> None:
    once = words.filter(pos=["NOUN", "VERB"])
    assert once.provenance.settings.endswith("minimum 5 · rows kept: pos = NOUN | VERB")
    twice = once.filter(once["ipm"] > 5)
    assert twice.provenance.settings.endswith("rows kept: by a mask")
    assert "rows kept" not in words.provenance.settings
    assert once.sort("ipm").provenance == once.provenance


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda t: t.sort("ipn"), "no column 'ipn'\nHint: did you mean 'ipm'"),
        (lambda t: t.sort("-ipn"), "no column 'ipn'"),
        (lambda t: t.filter(lema="мост"), "did you mean 'lemma'"),
        (lambda t: t["частота"], "columns: lemma, pos, ipm, first"),
        (lambda t: t.filter([True]), "the mask has 1 values, the result 5 rows"),
        (lambda t: t.filter([1] * 5), "the mask holds int64, not booleans"),
        (lambda t: t.filter(3), "int is no mask"),
        (lambda t: t.filter("NOUN"), "'NOUN' is no mask"),
        (lambda t: t.filter(ipm="много"), "column 'ipm' holds double, never 'много'"),
        (lambda t: t.filter(first="вчера"), "never 'вчера'"),
    ],
)
def test_mistakes_are_explained(words: Table, act: Any, message: str) -> None:
    with pytest.raises(CorpusError) as caught:
        act(words)
    assert message in str(caught.value)


# Slices, copies, subclasses


@settings(deadline=None)
@given(rows=ROWS, place=st.slices(12))
def test_slices_are_those_of_lists(
    provenance: Provenance, rows: list[dict[str, Any]], place: slice
) -> None:
    table = table_of(rows, provenance)
    assert list(table[place]) == rows[place]
    assert list(table.head(3)) == rows[:3]
    assert [table[n] for n in range(-len(rows), len(rows))] == rows + rows


class Making:
    """Makes a table of so many rows, and keeps in mind which were asked for."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self.asked: list[int] = []

    def __call__(self, places: range) -> pa.Table:
        self.asked += places
        return self.table.take(pa.array(places, pa.int64()))


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, first=st.slices(12), second=st.slices(5))
def test_rows_not_yet_made_are_those_of_the_table(
    rows: list[dict[str, Any]], first: slice, second: slice, provenance: Provenance
) -> None:
    made = table_of(rows, provenance)
    for act in (
        lambda table: table,
        lambda table: table[first],
        lambda table: table[first][second],
        lambda table: table.select("f", "word")[second],
        lambda table: table[first].select("f", "word"),
        lambda table: table[first].sort("f"),
        lambda table: table[first].filter(f=[0, 1])[second],
    ):
        unmade = Table(Unmade(Making(made.to_arrow()), range(len(rows))), provenance)
        found, usual = act(unmade), act(made)
        assert (len(found), found.total, found.columns) == (len(usual), usual.total, usual.columns)
        assert repr(found) == repr(usual)
        assert [found[n] for n in range(-len(found), len(found))] == [*usual, *usual]
        assert found.to_arrow().equals(usual.to_arrow())
        assert len(found[:2]) == len(usual[:2])


def test_only_what_is_looked_at_is_made(provenance: Provenance) -> None:
    making = Making(pa.table({"n": range(1000), "text": map(str, range(1000))}))
    table = Table(Unmade(making, range(1000)), provenance)
    assert (len(table), table.columns, making.asked) == (1000, ["n", "text"], [])
    assert "10 из 1 000" in repr(table)
    assert table[500]["text"] == "500"
    assert [row["text"] for row in table[990::-400].select("text")] == ["990", "590", "190"]
    assert making.asked == [*range(10), 500, 990, 590, 190]


def test_a_cut_table_knows_how_many_there_were(words: Table) -> None:
    cut = words[:2]
    assert (len(cut), cut.total, cut._caption()) == (2, 5, "2 из 5")
    assert (cut.sort("lemma").total, cut[:1].total) == (5, 5)
    assert cut.filter(lemma="мост").total == 1
    made = Table(words.to_arrow(), words.provenance, total=1234, notes=["3 left out"])
    assert made._caption() == "5 из 1 234"
    assert made.head(2).notes == ("3 left out",)
    assert "3 left out" in repr(made)


def test_columns_are_chosen_by_name(words: Table) -> None:
    chosen = words.select("ipm", "lemma")
    assert chosen.columns == ["ipm", "lemma"]
    assert chosen[0] == {"ipm": 12.5, "lemma": "мост"}
    assert (len(chosen), chosen[:2].select("lemma").total) == (5, 5)
    assert str(chosen.provenance) == str(words.provenance)
    with pytest.raises(CorpusError, match="lema"):
        words.select("lemma", "lema")


def test_columns_cannot_be_written_to(words: Table) -> None:
    with pytest.raises(ValueError, match="read-only"):
        words["ipm"][0] = 1.0


class Pointed(Table):
    """A table that knows more than its rows."""

    def __init__(self, table: pa.Table, provenance: Provenance, point: str) -> None:
        super().__init__(table, provenance)
        self.point = point

    @cached_property
    def size(self) -> int:
        return len(self)

    def _picture(self, **options: Any) -> Any:
        return f"{self.point} {options}"


def test_subclasses_stay_what_they_are(words: Table) -> None:
    table = Pointed(words.to_arrow(), words.provenance, "2024-03")
    assert table.size == 5
    for new in (table[:3], table.filter(pos="NOUN"), table.sort("ipm").head(3)):
        assert type(new) is Pointed
        assert (new.point, new.size) == ("2024-03", 3)
    assert table.size == 5
    assert table.plot(width=3, footer="N") == "2024-03 {'footer': 'N', 'width': 3}"


def test_pictures_are_drawn_where_there_is_one(words: Table) -> None:
    with pytest.raises(CorpusError, match="no picture"):
        words.plot()
    drawn = Table(
        words.to_arrow(), words.provenance, picture=lambda t, n=1, footer="": (len(t), n, footer)
    )
    nouns = drawn.filter(pos="NOUN")
    assert nouns.plot(n=7) == (3, 7, str(nouns.provenance))


# Provenance


def test_provenance_is_one_readable_line(provenance: Provenance) -> None:
    assert str(provenance) == (
        "query: санкция · subcorpus: RT, 2024, 1 234 articles, 5 678 901 words"
        " · N counts words, punctuation not counted"
        " · window 5 left, 5 right · measure log_dice · minimum 5"
        " · corpus 0.2.0, analysis rules1, state 3 · 2024-11-05T12:00:00+03:00"
    )
    whole = provenance._replace(parsed="", subcorpus="", settings="", counts="articles")
    assert str(whole).startswith("whole corpus, 1 234 articles, 5 678 901 words · N counts art")
    assert Provenance.from_metadata(provenance.to_metadata()) == provenance


def test_provenance_of_older_files_is_understood(provenance: Provenance) -> None:
    raw = provenance.to_metadata()
    for name in ("subcorpus", "counts", "settings"):
        del raw[name]
    older = Provenance.from_metadata(raw)
    assert (older.subcorpus, older.counts, older.settings) == ("", "", "")
    with pytest.raises(KeyError):
        Provenance.from_metadata({"query": "мост"})
