"""show and lemma."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpus import Article, Corpus

RAW = "Мост\xa0открыли.\r\n\r\n## Река\r\n\r\nCергей пришёл."


@pytest.fixture
def root(tmp_path: Path) -> Path:
    corpus = Corpus.create(tmp_path / "c")
    article = Article(
        id="мост-1",
        title="Мост",
        lead="Коротко о мосте.",
        text=RAW,
        source="Газета",
        authors=("Анна Река",),
        tags=("мост", "река"),
        url="https://example.org/most",
        markup="markdown",
        record={"views": 7},
    )
    corpus.add(article)
    return corpus.root


def test_show_is_readable(run: Any, root: Path) -> None:
    assert run("--root", root, "show", "мост-1").stdout == (
        "Мост\nГазета · Анна Река · мост-1\nhttps://example.org/most\ntags: мост, река\n\n"
        "Коротко о мосте.\n\nМост открыли.\n\n## Река\n\nСергей пришёл.\n"
    )


def test_show_raw_is_exact(run: Any, root: Path, tmp_path: Path) -> None:
    assert run("--root", root, "show", "мост-1", "--raw").stdout_bytes == RAW.encode()
    run("--root", root, "show", "мост-1", "--raw", "-o", tmp_path / "raw.txt")
    assert (tmp_path / "raw.txt").read_bytes() == RAW.encode()


def test_show_changes_names_rules_and_what_cannot_be_seen(run: Any, root: Path) -> None:
    shown = run("--root", root, "show", "мост-1", "--changes").stdout
    assert shown.startswith("rule")
    assert "\\xa0" in shown
    changes = json.loads(
        run("--root", root, "show", "мост-1", "--changes", "--format", "json").stdout
    )
    assert set(changes[0]) == {"rule", "field", "start", "before", "after"}


def test_show_json_is_the_whole_article(run: Any, root: Path) -> None:
    article = json.loads(run("--root", root, "show", "мост-1", "--format", "json").stdout)
    assert article["record"] == {"views": 7}
    assert article["raw"] == RAW
    assert article["headings"] == [1]


def test_show_names_ids_that_begin_alike(run: Any, root: Path) -> None:
    result = run("--root", root, "show", "мост-2", code=1)
    assert result.stderr.startswith("Error: no article with id 'мост-2'\nHint: ")
    assert run("--root", root, "show", "x", "--raw", "--changes", code=2)
    assert run("--root", root, "show", "x", "--raw", "--format", "json", code=2)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("nowhere")
def test_lemma_needs_no_corpus_and_gives_all_candidates(run: Any) -> None:
    (record,) = map(json.loads, run("lemma", "стали", "--format", "jsonl").stdout.splitlines())
    assert list(record) == ["form", "lemma", "pos", "tag", "alternatives"]
    assert set(record["alternatives"]) == {"стать", "сталь"}
    assert "стать, сталь" in run("lemma", "стали").stdout


@pytest.mark.usefixtures("nowhere")
def test_lemma_reads_stdin_and_writes_every_format(run: Any) -> None:
    result = run("lemma", "-", "--format", "csv", input="мосту реке\n\nпаромы\n")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["lemma"] for row in rows] == ["мост", "река", "паром"]
    data = run("lemma", "стали", "--format", "parquet").stdout_bytes
    table = pq.read_table(io.BytesIO(data))
    assert set(table.to_pylist()[0]["alternatives"]) == {"стать", "сталь"}
    assert run("lemma", "-", "--format", "jsonl", input="").stdout == ""


def test_show_cites_an_article(run: Any, root: Path, tmp_path: Path) -> None:
    line = run("--root", root, "show", "мост-1", "--cite", "gost").stdout
    assert line.startswith("Анна Река. Мост // Газета. URL: https://example.org/most (дата обращ")
    entry = tmp_path / "x.bib"
    run("--root", root, "show", "мост-1", "--cite", "bibtex", "-o", entry)
    assert re.match("@online{most-1-[0-9a-f]{8},\n", entry.read_text(encoding="utf-8"))
    for wrong in (["--raw"], ["--format", "json"]):
        assert run("--root", root, "show", "мост-1", "--cite", "gost", *wrong, code=2).stderr
