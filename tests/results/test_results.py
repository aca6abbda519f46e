"""Results in every form: Python, Arrow, polars, pandas, DuckDB, HTML, files, saved names."""

from __future__ import annotations

import csv
import datetime as dt
import html.parser
import json
import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus import Article, Corpus, CorpusError

Make = Callable[..., Corpus]
HOSTILE = "<script>alert(1)</script> мост $5 и $6 \u202eзадом\u202c <img src=x onerror=alert(2)>"


def test_a_hit_tells_what_where_and_why(small: Corpus) -> None:
    hits = small.search("паром")
    assert (hits.total, len(hits)) == (2, 2)
    hit = hits[0]
    assert hit.id == "ferry"
    assert hit.rank == 1
    assert hit.source == "Газета"
    assert hit.date == dt.date(2024, 1, 2)
    assert hit.snippet.marked().startswith("**Паром** стоял у моста")
    assert hit.heading.marked("<", ">") == "Последний рейс <парома>"
    for start, stop in hit.snippet.spans:
        assert hit.snippet.text[start:stop].lower().startswith("паром")


def test_slices_are_hits_and_places_count_from_the_end(small: Corpus) -> None:
    hits = small.search("у", match="any", limit=None)
    assert [h.id for h in hits[:2]] == hits.ids[:2]
    assert hits[-1].id == hits.ids[-1]
    assert hits[:1].total == hits.total
    with pytest.raises(IndexError):
        hits[99]


def test_limits_bound_what_is_held_never_the_total(small: Corpus) -> None:
    hits = small.search("река", limit=1)
    assert (len(hits), hits.total) == (1, 3)
    assert len(small.search("река", limit=None)) == 3
    assert len(small.search("река", limit=0)) == 0
    assert hits.facets("source").to_arrow().to_pylist() == [
        {"source": "Газета", "articles": 3, "share": 1.0}
    ]


def test_every_frame_takes_the_hits(small: Corpus) -> None:
    import duckdb
    import pandas as pd
    import polars as pl

    hits = small.search("мост", limit=None)
    names = ["rank", "id", "score", "title", "date", "source", "url", "snippet", "authors", "tags"]
    names.append("reprints")
    assert hits.to_arrow().column_names == names
    assert hits.to_polars()["id"].to_list() == hits.ids
    assert list(hits.to_pandas()["id"]) == hits.ids
    assert pl.DataFrame(hits)["id"].to_list() == hits.ids
    assert pa.table(hits)["id"].to_pylist() == hits.ids
    assert list(pd.DataFrame.from_arrow(hits)["id"]) == hits.ids
    found = duckdb.sql("SELECT id FROM hits ORDER BY rank").fetchall()
    assert [row[0] for row in found] == hits.ids


def test_files_hold_what_was_found_and_where_it_came_from(small: Corpus, tmp_path: Path) -> None:
    hits = small.search("мост")
    hits.to_parquet(tmp_path / "hits.parquet")
    table = pq.read_table(tmp_path / "hits.parquet")
    assert table["id"].to_pylist() == hits.ids
    metadata = {k.decode(): v.decode() for k, v in table.schema.metadata.items()}
    assert metadata["query"] == "мост"
    assert metadata["analysis"] == hits.provenance.analysis
    hits.to_csv(tmp_path / "hits.csv")
    rows = list(csv.DictReader((tmp_path / "hits.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["id"] for row in rows] == hits.ids


def test_saved_hits_come_back_as_they_were(small: Corpus) -> None:
    hits = small.search("мост -театр", limit=None, date="2024")
    small.save(hits, "мосты")
    again = Corpus(small.root).load("мосты")
    assert (again.total, again.ids, again.query) == (hits.total, hits.ids, hits.query)
    assert [h.snippet for h in again] == [h.snippet for h in hits]
    assert again.provenance == hits.provenance
    assert again.timeline("month").to_arrow() == hits.timeline("month").to_arrow()
    again.save("ещё раз")
    with pytest.raises(CorpusError, match="nothing is saved as 'нет'") as caught:
        small.load("нет")
    assert "мосты" in caught.value.hint
    with pytest.raises(CorpusError, match="cannot be a name"):
        hits.save("../вверх")


def test_timelines_show_months_without_articles(make: Make) -> None:
    corpus = make(a=("Мост", "Мост."), b=("Мост", "Мост и река."))
    corpus.add(Article(id="c", text="Мост.", date=dt.date(2024, 4, 2)))
    corpus.add(Article(id="d", text="Мост без даты."))
    rows = corpus.search("мост").timeline("month").to_arrow().to_pylist()
    assert rows == [
        {"period": "2024-01", "articles": 2},
        {"period": "2024-02", "articles": 0},
        {"period": "2024-03", "articles": 0},
        {"period": "2024-04", "articles": 1},
    ]
    with pytest.raises(CorpusError, match="no period 'век'"):
        corpus.search("мост").timeline("век")


class Tags(html.parser.HTMLParser):
    """Collects the tags and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes.update(name for name, _ in attrs)


def test_hostile_articles_are_shown_not_run(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path)
    corpus.add(Article(id='x"><b>', title=HOSTILE, text=HOSTILE, source=HOSTILE, tags=(HOSTILE,)))
    hits = corpus.search("мост")
    for page in (hits._repr_html_(), hits.facets("tag")._repr_html_()):
        tags = Tags(page)
        assert tags.seen <= {
            *("div", "p", "ol", "li", "strong", "br", "small", "mark", "footer", "wbr"),
            *("table", "caption", "thead", "tbody", "tr", "th", "td"),
        }
        assert tags.attributes <= {"class", "lang", "value", "scope", "style"}
        assert not re.search(r"style=\"(?!text-align:(left|right)\")", page)
        assert "mathjax_ignore" in page
        assert "\u202e" not in page


def test_showing_hits_changes_nothing(small: Corpus) -> None:
    hits = small.search("мост", limit=None)
    before = hits.to_arrow()
    repr(hits), hits._repr_html_(), list(hits), hits[0]
    assert hits.to_arrow() == before


def test_provenance_says_what_was_counted(small: Corpus) -> None:
    provenance = small.search("мост", source="Газета").provenance
    assert provenance.articles == 4
    assert provenance.words == sum(row["words"] for row in _articles(small))
    assert "4 articles" in str(provenance)
    assert "source:Газета" in provenance.parsed


def _articles(corpus: Corpus) -> list[dict[str, int]]:
    tables = [pq.read_table(p) for p in (corpus.data / "parts").glob("articles-*.parquet")]
    return list(pa.concat_tables(tables).to_pylist())


def test_results_are_plain_json(small: Corpus) -> None:
    from corpus import render

    text = render.jsonl(small.search("ёлка")._each())
    record = json.loads(text)
    assert list(record) == ["rank", "id", "score", "title", "date", "source", "url", "snippet"]
    assert "Ёлка" in text
    assert render.jsonl([]) == ""
    assert render.delimited([], ["a", "b"]) == "a,b\n"
