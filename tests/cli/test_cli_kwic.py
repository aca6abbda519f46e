"""corpus kwic: lines of a concordance for people and for machines, of any part of the corpus."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import shlex
from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.shell_completion import ShellComplete

from corpus import Corpus
from corpus.cli.commands import cli
from corpus.cli.lines import COLUMNS, kwic_text, record
from corpus.cli.options import Session
from corpus.cli.output import Screen
from corpus.concordance import Line
from corpus.render import columns_of


def lines(result: Any) -> list[str]:
    return list(result.stdout.splitlines())


@pytest.fixture
def kwic(run: Any, sample: Corpus) -> Any:
    """Return a function that makes a concordance of the sample corpus."""
    return lambda *args, **options: run("kwic", "--root", sample.root, *args, **options)


def records(result: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines(result)]


def test_matches_stand_one_below_the_other(kwic: Any, sample: Corpus) -> None:
    found = sample.concordance("=парома", sort="1R")
    shown = lines(kwic("=парома", "--sort", "1R", "-n", "3"))
    assert shown[0].startswith(f"{found.total} lines for «=парома», ")
    assert shown[0].endswith(" in a million words; 3 shown, -n all for all")
    assert shown[1] == shown[5] == ""
    assert len({line.index("**парома**") for line in shown[2:5]}) == 1
    for line, text in zip(found[:3], shown[2:5], strict=True):
        assert text.endswith(f"  {line.id}")
        assert line.before in text
        assert line.after in text
    assert shown[6] == (
        "the whole corpus: 48 articles, 12 817 words · N counts words, punctuation not counted · "
        "context: 8 words each side · sorted by 1R"
    )


def test_jsonl_has_exactly_the_promised_fields(kwic: Any, sample: Corpus) -> None:
    found = sample.concordance("висячий")
    made = records(kwic("висячий", "-n", "all", "--format", "jsonl"))
    assert COLUMNS == ("article", "position", "before", "match", "after")
    assert all(tuple(one) == COLUMNS for one in made)
    assert made == [record(line, ()) for line in found]


@pytest.mark.parametrize("form", ["json", "csv", "tsv", "parquet"])
def test_every_format_has_the_same_lines(kwic: Any, sample: Corpus, form: str) -> None:
    result = kwic("висячий", "--with", "date,source", "--format", form)
    if form == "json":
        rows = json.loads(result.stdout)
    elif form == "parquet":
        table = pq.read_table(io.BytesIO(result.stdout_bytes))
        assert table.schema.metadata[b"query"] == "висячий".encode()
        rows = table.to_pylist()
    else:
        delimiter = "\t" if form == "tsv" else ","
        rows = list(csv.DictReader(io.StringIO(result.stdout), delimiter=delimiter))
    assert tuple(rows[0]) == (*COLUMNS, "date", "source")
    found = sample.concordance("висячий")[:20]
    assert [(row["article"], int(row["position"])) for row in rows] == [
        (line.id, line.position) for line in found
    ]
    assert "lines for «висячий»" in result.stderr


def test_context_is_words_or_a_sentence(kwic: Any, sample: Corpus) -> None:
    (first, *_) = records(kwic("мост", "--context", "2", "--format", "jsonl"))
    assert max(len(first[side].split()) for side in ("before", "after")) <= 3
    result = kwic("мост", "--context", "sentence", "-n", "2", "--with", "title,date,source")
    line = sample.concordance("мост", context="sentence")[0]
    shown = lines(result)
    assert shown[2].startswith("  1. ")
    assert f"**{line.match}**" in shown[2]
    assert shown[3] == f"     {line.id} · {line.date} · {line.source} · {line.title}"


def test_a_sample_is_shown_whole_and_is_always_the_same(kwic: Any, sample: Corpus) -> None:
    args = ("мост", "--sample", "30", "--format", "jsonl")
    drawn = records(kwic(*args, "--seed", "7"))
    assert len(drawn) == 30
    assert drawn == records(kwic(*args, "--seed", "7")) != records(kwic(*args, "--seed", "8"))
    assert "sample of 30 of 62, seed 7" in kwic(*args, "--seed", "7").stderr
    assert len(records(kwic(*args, "-n", "5"))) == 5


def test_parts_of_the_corpus(run: Any, kwic: Any, sample: Corpus) -> None:
    def ids(*args: str) -> set[str]:
        return {
            one["article"] for one in records(kwic("мост", "-nall", "--format", "jsonl", *args))
        }

    source = set(sample.search("мост", source="Наука и поле", limit=None).ids)
    assert ids("--source", "Наука и поле") == source
    found = set(sample.search("паром мост", limit=None).ids)
    assert ids("--in", "паром") == found
    run("search", "--root", sample.root, "паром", "--save", "паромы", "-q")
    assert ids("--subcorpus", "паромы") == found
    assert ids("--subcorpus", "паромы", "--source", "Наука и поле") == found & source
    told = kwic("мост", "--subcorpus", "паромы").stdout
    assert f"паромы: {sample.search('паром').total} articles, " in told


def test_what_is_saved_as_a_subcorpus_goes_before_saved_hits(kwic: Any, sample: Corpus) -> None:
    sample.search("река").save("имя")
    part = sample.subcorpus("хлеб")
    part.save("имя")
    told = kwic("хлеб", "--subcorpus", "имя").stdout
    assert f"имя: {len(part)} articles" in told
    hint = kwic("мост", "--subcorpus", "нет", code=1).stderr
    assert "имя" in hint.partition("Hint: saved: ")[2]


def test_a_shell_completes_the_names_of_what_is_saved(small: Corpus) -> None:
    small.search("мост").save("мосты")
    small.subcorpus("река").save("моря")
    shell = ShellComplete(cli, {"obj": Session()}, "corpus", "_CORPUS_COMPLETE")

    def completed(*args: str, start: str = "") -> list[str]:
        return [item.value for item in shell.get_completions(["kwic", *args], start)]

    root = ("--root", str(small.root))
    assert completed(*root, "--subcorpus") == ["моря", "мосты"]
    assert completed(*root, "--subcorpus", start="мос") == ["мосты"]
    assert completed("--root", "/нет/такого", "--subcorpus") == []


def test_nothing_found_is_no_error(kwic: Any) -> None:
    shown = lines(kwic("паромм"))
    assert shown[0] == "nothing found for «паромм»"
    assert "did you mean: corpus kwic 'паром'" in shown
    assert kwic("паромм", "--format", "jsonl").stdout == ""
    assert kwic("паромм", "--format", "csv").stdout == ",".join(COLUMNS) + "\n"


def test_words_side_by_side_are_told_from_a_phrase(kwic: Any) -> None:
    hint = "as a phrase: corpus kwic '\"висячий мост\"'"
    assert hint in kwic("висячий", "мост").stdout
    assert hint in kwic("висячий мост", "--format", "jsonl").stderr
    assert "as a phrase" not in kwic('"висячий мост"').stdout
    assert "as a phrase" not in kwic("мост AND паром").stdout
    assert "as a phrase" not in kwic("мост", "-паром").stdout


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        ([], 2, "Missing argument 'QUERY...'"),
        (["мост", "--context", "много"], 2, "neither a number nor sentence"),
        (["мост", "--with", "автор"], 2, "use some of: title, date, source"),
        (["мост", "--sample", "-1"], 2, "--sample"),
        (["мост", "--context", "5000"], 1, 'give a number of words to 1000, or "sentence"'),
        (["мост", "--sort", "1Q"], 1, "1L, 2L, 1R, 2R"),
        (["source:RT"], 1, "names no words"),
        (["мост", "--in", "мост ("], 1, "^"),
    ],
)
def test_errors_say_what_is_valid(kwic: Any, args: list[str], code: int, message: str) -> None:
    assert message in kwic(*args, code=code).stderr


def test_query_comes_from_stdin_and_levels_may_go_down(kwic: Any) -> None:
    assert kwic("-", input="мост\n").stdout == kwic("мост").stdout
    args = ("мост", "-n", "all", "--with", "date", "--format", "jsonl")
    dates = [one["date"] for one in records(kwic(*args, "--sort", "-date")) if one["date"]]
    assert dates == sorted(dates, reverse=True)


# Layout


def line(before: str, match: str, after: str, name: str = "a1") -> Line:
    return Line(name, 0, before, match, after, "", None, "", lambda: None)  # type: ignore[arg-type,return-value]


LINES = [
    line("вчера утром через реку у самого города перекинули висячий", "мост", ", а паром ушёл"),
    line("Что будет с этим", "мостом", "через год", "a22"),
    line("«", "Мост", "» отвечает", "очень-длинное-имя-статьи"),
]


def test_golden_lines_on_a_terminal() -> None:
    shown = "".join(kwic_text(LINES, Screen(width=60), ()))
    assert shown == (
        "…нули висячий **мост**, а паром ушёл    a1\n"
        "…будет с этим **мостом** через год      a22\n"
        "             «**Мост**» отвечает        очень-длинное-имя-с…\n"
    )


def test_golden_lines_down_a_pipe() -> None:
    shown = "".join(kwic_text(LINES, Screen(), ()))
    assert shown == (
        "вчера утром через реку у самого города перекинули висячий **мост**, а паром ушёл  a1\n"
        "                                         Что будет с этим **мостом** через год    a22\n"
        "                                                         «**Мост**» отвечает      "
        "очень-длинное-имя-статьи\n"
    )


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(sample: Corpus, width: int) -> None:
    found = sample.concordance('"висячий мост" OR река OR и')[:200]
    for colour in (True, False):
        shown = "".join(kwic_text(found, Screen(colour, width), ("title", "source")))
        bare = re.sub(r"\x1b\[[\d;]*m", "", shown).splitlines()
        assert len(bare) == 200
        assert max(map(columns_of, bare)) <= width


def test_hostile_text_cannot_steer_a_terminal() -> None:
    shown = "".join(kwic_text([line("\u202eтсом", "м\x1b[31mост", "\nдва\x07")], Screen(), ()))
    assert not {"\x1b", "\u202e", "\x07"} & set(shown)
    assert shown.count("\n") == 1


def test_lines_are_made_as_they_are_read(small: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    made = itertools.count()

    def endless() -> Any:
        for _ in made:
            yield LINES[0]

    stream = kwic_text(endless(), Screen(), ())
    next(stream)
    assert next(made) <= 1001


@pytest.mark.parametrize("form", ["table", "jsonl"])
def test_a_closed_pipe_ends_quietly(shell: Callable[..., Any], sample: Corpus, form: str) -> None:
    root = shlex.quote(str(sample.root))
    done = shell(f"corpus kwic --root {root} и -n all --format {form} -q | head -1")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n") == 1
