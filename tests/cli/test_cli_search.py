"""corpus search: what it prints, in every format."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpus import Corpus
from corpus.cli.hits import COLUMNS


def lines(result: Any) -> list[str]:
    return list(result.stdout.splitlines())


@pytest.fixture
def find(run: Any, sample: Corpus) -> Any:
    """Return a function that searches the sample corpus."""
    return lambda *args, **options: run("search", "--root", sample.root, *args, **options)


def test_table_has_a_header_then_title_facts_and_snippet(find: Any, sample: Corpus) -> None:
    hits = sample.search("музей")
    shown = lines(find("музей"))
    assert shown[:2] == [f"{hits.total} articles match «музей»", ""]
    assert shown[2] == f" 1. {hits[0].heading.marked()}"
    assert shown[3] == f"    {hits[0].source} · {hits[0].date} · {hits[0].id}"
    assert shown[4] == f"    {hits[0].snippet.marked()}"
    assert "**" in shown[4]


def test_header_says_how_many_are_not_shown(find: Any, sample: Corpus) -> None:
    hits = sample.search("вода")
    found = f"{hits.total} articles, {hits.stories} stories match «вода»"
    result = find("вода", "-n", "2")
    assert lines(result)[0] == f"{found}; 2 shown, --limit all for all"
    assert result.stderr == ""
    everything = find("вода", "--limit", "all")
    assert lines(everything)[0] == found
    assert f"\n{hits.stories}. " in everything.stdout
    assert f"\n{hits.total}. " not in everything.stdout


def test_each_story_has_a_line_unless_reprints_are_wanted(find: Any, sample: Corpus) -> None:
    (folded,) = [hit for hit in sample.search("вода", limit=None) if hit.reprints]
    shown = find("вода", "-n", "all").stdout
    assert f"{folded.source} · {folded.date} · {folded.id} · +1 reprint\n" in shown
    assert folded.reprints[0] not in shown
    every = find("вода", "-n", "all", "--reprints").stdout
    assert "reprint" not in every
    assert f"\n{sample.search('вода').total}. " in every
    records = [json.loads(r) for r in lines(find("вода", "-n", "all", "--format", "jsonl"))]
    assert [r["reprints"] for r in records if r["reprints"]] == [list(folded.reprints)]
    assert find("вода", "--count").stderr == "17 articles, 16 stories\n"
    assert json.loads(find("вода", "--count", "--format", "json").stdout)["stories"] == 16
    by_story = find("вода", "--facets", "source", "--unit", "story", "--format", "jsonl")
    facets = [json.loads(r) for r in lines(by_story)]
    assert facets == list(sample.search("вода").facets("source", unit="story"))
    assert find("вода", "--unit", "story", code=2).stderr.endswith("--unit goes with --facets\n")


def test_one_article_matches(find: Any, sample: Corpus) -> None:
    name = sample.search("вода")[0].id
    assert lines(find(f"id:{name}"))[0] == f"1 article matches «id:{name}»"


@pytest.mark.parametrize("form", ["jsonl", "json"])
def test_json_has_exactly_the_promised_fields(find: Any, sample: Corpus, form: str) -> None:
    text = find("музей", "--format", form).stdout
    records = json.loads(text) if form == "json" else [json.loads(r) for r in text.splitlines()]
    hits = sample.search("музей")
    assert all(tuple(record) == COLUMNS for record in records)
    assert [record["id"] for record in records] == hits.ids
    assert records[0]["snippet"] == hits[0].snippet.marked()
    assert "музей" in text


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_delimited_has_a_header_and_the_same_fields(
    find: Any, sample: Corpus, form: str, delimiter: str
) -> None:
    text = find("музей", "--format", form).stdout
    rows = list(csv.DictReader(io.StringIO(text), delimiter=delimiter))
    assert tuple(rows[0]) == COLUMNS
    assert [row["id"] for row in rows] == sample.search("музей").ids
    assert "\r" not in text


def test_parquet_goes_down_a_pipe_with_its_provenance(find: Any, sample: Corpus) -> None:
    data = find("музей", "--format", "parquet").stdout_bytes
    table = pq.read_table(io.BytesIO(data))
    assert table.column("id").to_pylist() == sample.search("музей").ids
    assert table.schema.metadata[b"query"] == "музей".encode()


def test_machine_formats_say_on_stderr_what_is_left_out(find: Any, sample: Corpus) -> None:
    result = find("вода", "-n1", "--format", "jsonl")
    assert len(lines(result)) == 1
    assert result.stderr == (
        "1 of 16 shown; --limit all for all\n"
        "17 articles, 16 stories; --reprints shows all versions\n"
    )
    assert find("вода", "-n1", "--format", "jsonl", "-q").stderr == ""


@pytest.mark.parametrize(
    ("form", "empty"),
    [
        ("json", "[]\n"),
        ("jsonl", ""),
        ("csv", ",".join(COLUMNS) + "\n"),
        ("tsv", "\t".join(COLUMNS) + "\n"),
    ],
)
def test_nothing_found_is_no_error(find: Any, form: str, empty: str) -> None:
    result = find("зюзюблик", "--format", form)
    assert result.stdout == empty
    assert "nothing found" in result.stderr


def test_nothing_found_suggests_a_command_to_type(find: Any) -> None:
    shown = lines(find("муззей"))
    assert shown == ["nothing found for «муззей»", "did you mean: corpus search 'музей'"]


def test_partial_results_are_said_to_be_that(find: Any, sample: Corpus) -> None:
    partial = sample.search("музей зюзюблик").partial
    first = lines(find("музей", "зюзюблик"))[0]
    assert first == f"no article holds all the words; the best of {partial} that hold some:"
    result = find("музей", "зюзюблик", "--format", "jsonl")
    assert "no article holds all the words" in result.stderr
    assert find("музей", "зюзюблик", "--count").stdout == "0\n"


def test_all_arguments_are_one_query(find: Any) -> None:
    assert find("мост", "паром").stdout == find("мост паром").stdout


@pytest.mark.parametrize(
    "query",
    [
        ["река", "-паром"],
        ["-паром", "река"],
        ["река", "-n", "5", "-паром"],
        ["река", '-"висячий мост"'],
        ["река", "-(мост OR паром)"],
        ["река", "-source:Наука*"],
        ["река", "-tesla"],
        ["река", "-2024"],
        ["--", "река", "-паром"],
        ["=река"],
    ],
)
def test_a_word_to_leave_out_is_no_option(find: Any, sample: Corpus, query: list[str]) -> None:
    words = " ".join(word for word in query if word not in ("-n", "5", "--"))
    ids = [json.loads(line)["id"] for line in lines(find("--format", "jsonl", *query))]
    assert ids == sample.search(words, limit=5 if "-n" in query else 10).ids


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["река", "-l", "5"], "No such option"),
        (["река", "--limt", "5"], "No such option"),
        (["река", "-limit", "5"], "two minus signs: --limit"),
        (["река", "-nato"], "write NOT nato"),
        (["река", "-openai"], "write NOT openai"),
        (["река", "-n", "пять"], "neither a number nor all"),
        (["река", "-n", "-5"], "neither a number nor all"),
        (["река", "--sort", "size"], "relevance"),
        (["река", "--format", "xml"], "jsonl"),
        (["река", "--count", "--explain"], "exclude each other"),
        (["река", "--count", "--format", "parquet"], "leave --format out"),
        (["река", "-o", "/нет/такой"], "no folder"),
        (["река", "-o", "/"], "is a folder"),
        ([], "Missing argument"),
        (["\udcff"], "not text"),
    ],
)
def test_what_is_no_option_is_a_usage_error(find: Any, args: list[str], message: str) -> None:
    assert message in find(*args, code=2).stderr


def test_query_comes_from_stdin(find: Any) -> None:
    assert find("-", input="музей\n").stdout == find("музей").stdout
    result = find("-", input="музей".encode("cp1251"), code=1)
    assert "not UTF-8" in result.stderr
    assert "iconv" in result.stderr


def test_a_filter_alone_is_a_query(find: Any, sample: Corpus) -> None:
    result = find("--source", "Наука и поле", "--date", "2024", "--count")
    assert result.stdout == f"{sample.search(source='Наука и поле', date='2024').total}\n"


def test_repeated_filters_are_alternatives(find: Any, sample: Corpus) -> None:
    args = ["--date", "2023", "--date", "2024", "--sort", "oldest", "-n", "all"]
    records = [json.loads(r) for r in lines(find("вода", *args, "--format", "jsonl"))]
    dates = [record["date"] for record in records]
    assert dates == sorted(dates)
    assert len(dates) == sample.search("вода", date=["2023", "2024"]).stories


def test_any_and_plain_reach_the_library(find: Any, sample: Corpus) -> None:
    assert find("мост", "музей", "--any", "--count").stdout == (
        f"{sample.search('мост музей', match='any').total}\n"
    )
    assert find("вода? (река", "--plain", "--count").stdout == (
        f"{sample.search('вода? (река', plain=True).total}\n"
    )


def test_facets_are_a_table_of_all_matches(find: Any, sample: Corpus) -> None:
    table = sample.search("вода").facets("source")
    records = [
        json.loads(r) for r in lines(find("вода", "--facets", "source", "--format", "jsonl"))
    ]
    assert [record["source"] for record in records] == [row["source"] for row in table]
    shown = lines(find("вода", "--facets", "source"))
    assert shown[0] == "17 articles, 16 stories match «вода»"
    assert shown[2].split() == ["source", "articles", "share"]
    assert shown[3].endswith("%")


def test_facets_are_cut_only_when_asked(find: Any, sample: Corpus) -> None:
    tags = len(sample.search("вода", limit=None).facets("tag"))
    assert len(lines(find("вода", "--facets", "tag", "--format", "csv"))) == tags + 1
    assert len(lines(find("вода", "--facets", "tag", "--format", "csv", "-n", "3"))) == 4


def test_count_prints_a_number(find: Any, sample: Corpus) -> None:
    total = sample.search("вода").total
    assert find("вода", "--count").stdout == f"{total}\n"
    assert json.loads(find("вода", "--count", "--format", "json").stdout)["total"] == total


def test_explain_needs_no_corpus(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("search", "мост", "-паром", "--source", "RT", "--explain")
    assert "the word мост in any form" in result.stdout
    assert "the source is RT" in result.stdout
    assert result.stderr.endswith("nothing is searched\n")
    said = json.loads(run("search", "мост паром", "--explain", "--format", "json").stdout)
    assert [node["depth"] for node in said["query"]] == [0, 1, 1]


def test_explain_says_which_lemma_was_met_in_which_forms(find: Any) -> None:
    shown = find("мостом", "--explain", "-n", "1").stdout
    assert re.search(r"^мостом +мост +1 +17 +1\.0$", shown, re.MULTILINE)
    assert re.search(r"^мостом +lemma +мост +1 +\d+ +.*мост\w* \d+.* text \d+", shown, re.MULTILINE)
    said = json.loads(find("мостом", "--explain", "--format", "json", "-n", "2").stdout)
    assert [hit["rank"] for hit in said["hits"]] == [1, 2]
    assert said["hits"][0]["matches"][0]["lemma"] == "мост"
    assert said["words"][0]["articles"] == 17


def test_a_wrong_query_gets_a_caret(find: Any) -> None:
    result = find('мост "река', code=1)
    assert result.stderr.startswith("Error: This quotation mark")
    assert '\n  мост "река\n       ^\nHint: ' in result.stderr
    assert result.stdout == ""


def test_save_keeps_all_hits_unless_a_limit_is_given(run: Any, sample: Corpus) -> None:
    total, stories = sample.search("вода").total, sample.search("вода").stories
    result = run("search", "--root", sample.root, "вода", "--save", "всё")
    assert 'corpus.Corpus().load("всё")' in result.stderr
    assert "corpus freq --subcorpus всё" in result.stderr.replace("'", "")
    assert "10 shown" in lines(result)[0]
    assert len(sample.load("всё")) == stories > 10
    assert len(sample.load_subcorpus("всё")) == total > stories
    run("search", "--root", sample.root, "вода", "--save", "три", "-n", "3", "-q")
    assert len(sample.load("три")) == 3
    assert sample.load("три").total == total
    run("search", "--root", sample.root, "зюзюблик", "--save", "пусто", "--count")
    assert len(sample.load("пусто")) == 0


def test_output_goes_to_a_file_whole(find: Any, tmp_path: Path) -> None:
    path = tmp_path / "находки.csv"
    result = find("музей", "--format", "csv", "-o", path)
    assert result.stdout == ""
    assert path.read_text(encoding="utf-8") == find("музей", "--format", "csv").stdout
    assert [p.name for p in tmp_path.iterdir()] == ["находки.csv"]


def test_format_never_follows_the_name_of_the_file(find: Any, tmp_path: Path) -> None:
    path = tmp_path / "hits.csv"
    result = find("музей", "-o", path)
    assert "add --format csv" in result.stderr
    assert path.read_text(encoding="utf-8") == find("музей").stdout
    assert find("музей", "-o", path, "-q").stderr == ""


def test_output_never_replaces_a_device(find: Any) -> None:
    find("музей", "-o", "/dev/null")
    assert not Path("/dev/null").is_file()


def test_hostile_text_cannot_steer_a_terminal(run: Any, make: Any) -> None:
    corpus = make(evil=("Мост \u202eтсом", "Мост открыли.\u202e \x1b[31mКрасная река\x1b[0m."))
    shown = run("search", "--root", corpus.root, "мост").stdout
    assert not {"\x1b", "\u202e"} & set(shown)
    assert not {"\x1b", "\u202e"} & set(run("show", "--root", corpus.root, "evil").stdout)
