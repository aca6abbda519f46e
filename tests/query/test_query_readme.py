"""What the README says of the query language is so, and each of its twenty lessons is run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus import Corpus
from corpus.cli.commands import cli
from corpus.query import explain, parse
from corpus.query.inventory import (
    ATTRIBUTE_NAMES,
    CATEGORIES,
    FEATURES,
    PARTS,
    STRUCTURE_NAMES,
    TAGS,
    UPOS,
)
from corpus.query.patterns import MOST_REPEATS

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
SECTION = README.partition("## The query language\n")[2].partition("\n## ")[0]
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


def rows(name: str) -> list[list[str]]:
    """Return the cells of the table between the markers of a name, its head left out."""
    start, stop = f"<!-- {name} -->", f"<!-- /{name} -->"
    assert README.count(start) == README.count(stop) == 1
    lines = README.partition(start)[2].partition(stop)[0].strip().splitlines()
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def codes(text: str) -> list[str]:
    return [code.replace(r"\|", "|") for code in CODE.findall(text)]


LESSONS = [(codes(row[1])[0], int(row[3]), int(row[4]), row[5]) for row in rows("lesson")]


def test_there_are_twenty_lessons() -> None:
    assert [row[0] for row in rows("lesson")] == [str(n) for n in range(1, 21)]


@pytest.mark.parametrize(("query", "articles", "places", "first"), LESSONS)
def test_a_lesson_finds_what_the_readme_says(
    sample: Corpus, query: str, articles: int, places: int, first: str
) -> None:
    lines = sample.concordance(query)
    total = sample.search(query, limit=0).total
    assert (total, len(lines), lines[0].match) == (articles, places, first)
    assert explain(parse(query))


@pytest.mark.parametrize("name", ["attributes", "operators"])
def test_every_example_of_the_tables_finds_something(sample: Corpus, name: str) -> None:
    examples = [code for row in rows(name) for code in codes(row[2])]
    assert len(examples) >= len(rows(name))
    for query in examples:
        assert sample.search(query, limit=0).total > 0, query


def test_every_query_in_the_prose_is_understood() -> None:
    prose = re.sub(r"<!-- (\w+) -->.*?<!-- /\1 -->", "", SECTION, flags=re.S)
    prose = prose.partition("#### If you know")[0]
    queries = [c for c in codes(prose) if re.search(r'[\[<"].*[\]>"]$', c) and "…" not in c]
    assert len(queries) > 8
    for query in queries:
        if query not in ("[]", "[]*", "[[:alpha:]]", "<s>", "</s>", "<s/>", "within <s/>"):
            assert parse(query), query


def test_the_commands_of_the_section_print_what_it_shows(
    sample: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORPUS_ROOT", str(sample.root))
    shown = re.findall(r"^```sh\n(.*)\n```\n\n```text\n(.*?)^```$", SECTION, re.M | re.S)
    assert shown
    for line, text in shown:
        result = CliRunner().invoke(cli, shlex.split(line)[1:])
        assert result.stdout == text


def test_the_names_are_those_that_are_understood() -> None:
    attributes = {name: codes(row[0])[0] for row in rows("attributes") for name in codes(row[0])}
    assert attributes == ATTRIBUTE_NAMES
    structures = {name for row in rows("structures") for name in codes(row[0])}
    assert structures == set(STRUCTURE_NAMES)
    compared = SECTION.partition("or by a category:")[2].partition(".")[0]
    assert tuple(codes(compared)) == CATEGORIES
    assert f"at most {MOST_REPEATS}" in rows("operators")[4][1]


def test_the_values_are_those_that_are_understood() -> None:
    stated = {codes(row[0])[0]: codes(row[1]) for row in rows("values")}
    assert stated == {
        "pos": [*UPOS, *PARTS],
        "tag": list(TAGS),
        "feats": [f"{name}={'/'.join(values)}" for name, values in FEATURES.items()],
    }
