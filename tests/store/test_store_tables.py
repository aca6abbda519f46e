"""The Parquet tables: their columns, what the README says of them, and offsets that are true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus import Article, Corpus
from corpus.store.schemas import TABLES, schema
from corpus.store.store import Store


@pytest.fixture(scope="module")
def exported(sample: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample.to_parquet(tmp_path_factory.mktemp("выгрузка") / "corpus")


def test_the_tables_have_the_documented_columns(sample: Corpus, exported: Path) -> None:
    for table in TABLES:
        paths = [*(sample.data / "parts").glob(f"{table}-*.parquet"), exported / f"{table}.parquet"]
        assert len(paths) > 1
        for path in paths:
            assert pq.read_schema(path).equals(schema(table)), path
            described = {
                field.name: (field.metadata or {}).get(b"description", b"").decode()
                for field in pq.read_schema(path)
            }
            assert described == {name: text for name, (_, text) in TABLES[table].items()}


def test_the_tables_are_compressed_and_dictionary_coded(exported: Path) -> None:
    for table in TABLES:
        group = pq.ParquetFile(exported / f"{table}.parquet").metadata.row_group(0)
        columns = [group.column(n) for n in range(group.num_columns)]
        assert {column.compression for column in columns} == {"ZSTD"}
    coded = {
        column.path_in_schema: "RLE_DICTIONARY" in column.encodings
        for column in columns_of(exported / "tokens.parquet")
    }
    assert all(coded[name] for name in ("zone", "form", "lemma", "pos", "tag"))


def columns_of(path: Path) -> Iterator[pq.ColumnChunkMetaData]:
    group = pq.ParquetFile(path).metadata.row_group(0)
    return (group.column(n) for n in range(group.num_columns))


def test_every_token_stands_where_it_says(exported: Path) -> None:
    articles = {row["article"]: row for row in rows(exported, "articles")}
    tokens = rows(exported, "tokens")
    assert len(tokens) > 5_000
    for token in tokens:
        field = token["zone"] if token["zone"] in ("title", "lead") else "text"
        text = articles[token["article"]][field]
        assert text[token["start"] : token["stop"]] == token["form"], token


def test_the_numberings_of_tokens_run_on(exported: Path) -> None:
    articles = {row["article"]: row for row in rows(exported, "articles")}
    words = dict.fromkeys(articles, 0)
    tokens = rows(exported, "tokens")
    for before, token in pairwise([None, *tokens]):
        number = token["article"]
        fresh = before is None or before["article"] != number
        assert token["token"] == (0 if fresh else before["token"] + 1)
        assert token["word"] == words[number]
        assert fresh or 0 <= token["sentence"] - before["sentence"] <= 1
        words[number] += token["pos"] not in ("PUNCT", "SYM")
    assert words == {number: row["words"] for number, row in articles.items()}


def test_headings_of_the_tokens_are_those_of_the_articles(exported: Path) -> None:
    marked: dict[int, set[int]] = {}
    for token in rows(exported, "tokens"):
        if token["zone"] == "heading":
            marked.setdefault(token["article"], set()).add(token["paragraph"])
    stated = {row["article"]: set(row["headings"]) for row in rows(exported, "articles")}
    assert marked == {number: places for number, places in stated.items() if places}


def test_every_form_is_in_the_lexicon_once(sample: Corpus) -> None:
    # As they were read in their sentences; in what is exported, all articles have decided on names.
    lexicon, tokens = (
        [row for path in (sample.data / "parts").glob(f"{name}-*.parquet") for row in read(path)]
        for name in ("lexicon", "tokens")
    )
    known = {row["form"]: row for row in lexicon}
    assert len(known) == len(lexicon)
    for token in tokens:
        entry = known[token["form"]]
        readings = list(zip(*(entry[n] for n in ("lemmas", "parts", "tags")), strict=True))
        assert (token["lemma"], token["pos"], token["tag"]) in readings
        assert readings[0] == (entry["lemma"], entry["pos"], entry["tag"])
        assert entry["alternatives"][0] == entry["lemma"]
        assert set(entry["alternatives"]) >= set(entry["lemmas"])


def read(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def rows(folder: Path, table: str) -> list[dict[str, object]]:
    return list(pq.read_table(folder / f"{table}.parquet").to_pylist())


def test_an_export_leaves_out_what_was_removed(small: Corpus, tmp_path: Path) -> None:
    small.remove("ferry")
    small.add(Article(id="steel", text="Цены упали."))
    folder = small.to_parquet(tmp_path / "out")
    articles = rows(folder, "articles")
    assert [row["id"] for row in articles] == ["bridge", "tree", "steel"]
    assert {row["article"] for row in rows(folder, "tokens")} == {a["article"] for a in articles}


def test_an_empty_corpus_exports_empty_tables(tmp_path: Path) -> None:
    folder = Corpus.create(tmp_path / "corpus").to_parquet(tmp_path / "out")
    for table in TABLES:
        read = pq.read_table(folder / f"{table}.parquet")
        assert (len(read), read.schema.equals(schema(table))) == (0, True)


@pytest.mark.parametrize("place", ["store", "export"])
def test_the_readme_explains_every_column(sample: Corpus, exported: Path, place: str) -> None:
    folder = sample.data if place == "store" else exported
    text = (folder / "README.md").read_text(encoding="utf-8")
    for table, columns in TABLES.items():
        section = text.split(f"## {table} (")[1].split("\n## ")[0]
        listed = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", section, re.M)
        assert [name for name, _, _ in listed] == list(columns)
        assert [meaning for _, _, meaning in listed] == [text for _, text in columns.values()]


@pytest.mark.parametrize("library", ["polars", "pandas", "duckdb"])
@pytest.mark.parametrize("place", ["store", "export"])
def test_the_snippets_of_the_readme_run(
    sample: Corpus,
    exported: Path,
    place: str,
    library: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip(library)
    folder = sample.data if place == "store" else exported
    text = (folder / "README.md").read_text(encoding="utf-8")
    snippets = re.findall(r"```python\n(.*?)```", text, re.S)
    (snippet,) = [code for code in snippets if f"import {library}" in code]
    monkeypatch.chdir(folder)
    exec(compile(snippet, "README.md", "exec"), {})
    shown = capsys.readouterr().out
    assert {"polars": "Северный вестник", "pandas": "мост", "duckdb": "говорить"}[library] in shown


def test_columns_of_another_type_are_damage(small: Corpus) -> None:
    store = Store(small.data)
    path = store.parts_folder / store.manifest.parts[0].articles_file.name
    table = pq.read_table(path)
    changed = table.set_column(0, "article", table.column("article").cast(pa.int32()))
    pq.write_table(changed, path)
    (finding,) = small.check()
    assert str(path) in finding.text
