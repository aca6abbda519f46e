"""What the documents say is so: commands, queries, tables and code of the README are tried."""

from __future__ import annotations

import html
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

import corpus
from corpus import Corpus, QueryError
from corpus.cli.commands import cli
from corpus.ingest import BATCH_ARTICLES
from corpus.limits import MATCHES, SECONDS
from corpus.query.faults import MAX_DEPTH
from corpus.query.parser import MAX_CHARACTERS, MAX_WORDS
from corpus.query.patterns import MOST_REPEATS
from corpus.query.tokens import MAX_DISTANCE
from corpus.receipt import Receipt
from corpus.sources import ALIASES
from corpus.sources.limits import MAX_CHARS, MAX_LINE, MAX_RATIO
from corpus.sources.reader import READERS
from corpus.sources.records import MAX_ID
from corpus.statistics.catalogue import COLLOCATION, KEYNESS
from corpus.store.schemas import TABLES

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
SHARED = {"--root", "--quiet", "-q", "--debug", "--help", "-h", "--version"}


def between(name: str) -> str:
    """Return what stands in the README between the markers of a name."""
    start, stop = f"<!-- {name} -->", f"<!-- /{name} -->"
    assert README.count(start) == README.count(stop) == 1
    return README.partition(start)[2].partition(stop)[0]


def section(title: str) -> str:
    """Return a section of the README, its smaller sections included."""
    marks = "#" * (title.index(" "))
    found = re.search(
        rf"^{re.escape(title)}$(.*?)(?=^#{{1,{len(marks)}}} |\Z)", README, re.M | re.S
    )
    assert found, title
    return found[1]


def rows(text: str) -> list[list[str]]:
    """Return the cells of the rows of the tables in a text, their heads left out."""
    lines = [line.strip() for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    rulers = [n for n, row in enumerate(cells) if set("".join(row)) <= set("-: ")]
    heads = {place for n in rulers for place in (n, n - 1)}
    return [row for n, row in enumerate(cells) if n not in heads]


def codes(text: str) -> list[str]:
    """Return what stands in a text as code."""
    return [code.replace(r"\|", "|") for code in CODE.findall(text)]


# Commands


@pytest.mark.parametrize("name", ["run", "test"])
def test_the_two_commands_are_one_line_each(name: str) -> None:
    kind, lines = FENCE.findall(between(name).strip() + "\n")[0]
    assert kind == "sh"
    assert len(lines.splitlines()) == 1
    assert lines.startswith("python3 -m venv .venv && ")
    for lock in re.findall(r"-r (\S+)", lines):
        assert (ROOT / lock).is_file()


def options(command: click.Command) -> set[str]:
    """Return the names of a command's options."""
    parameters = [p for p in command.params if isinstance(p, click.Option)]
    return {name for option in parameters for name in (*option.opts, *option.secondary_opts)}


def test_every_command_and_option_stands_in_the_readme_and_no_other() -> None:
    stated = {}
    for usage, _, given in rows(between("commands")):
        name = codes(usage)[0].split()[1]
        stated[name] = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", " ".join(codes(given))))
    assert stated == {name: options(c) - SHARED for name, c in cli.commands.items()}


def test_the_usage_lines_are_those_of_the_help() -> None:
    for usage, _, _ in rows(between("commands")):
        _, name, *arguments = codes(usage)[0].split()
        command = cli.commands[name]
        metavars = [
            p.make_metavar(click.Context(command))
            for p in command.params
            if isinstance(p, click.Argument)
        ]
        assert arguments == metavars, name


def test_the_choices_are_those_of_the_options() -> None:
    for usage, _, given in rows(between("commands")):
        name = codes(usage)[0].split()[1]
        kinds = {
            opt.removeprefix("--"): parameter.type
            for parameter in cli.commands[name].params
            for opt in parameter.opts
            if opt.startswith("--") and isinstance(parameter.type, click.Choice)
        }
        told = dict(re.findall(r"--(\w+) ([a-z]+(?:\|[a-z]+)+)", " ".join(codes(given))))
        for option, values in told.items():
            assert list(kinds[option].choices) == values.split("|"), (name, option)
        # Formats are mostly told below the table; measures are too many for it.
        assert set(kinds) - {"format", "measure"} == set(told) - {"format"}


def test_the_shared_options_stand_above_the_commands() -> None:
    assert set(" ".join(codes(section("## Commands"))).split()) >= SHARED
    assert options(cli) == SHARED - {"--help", "-h"}


# The tour


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sample corpus to work in, and two articles of one's own."""
    home = tmp_path / "home"
    folder = tmp_path / "copy"
    shutil.copytree(
        ROOT / "corpus_data" / "articles" / "sample", folder / "corpus_data/articles/sample"
    )
    own = folder / "мои-статьи"
    own.mkdir()
    (own / "мост.txt").write_text("Мост сохнет\n\nМост покрасили и сушат.\n", encoding="utf-8")
    (own / "река.md").write_text("# Река встала\n\nЛёд стоит.\n", encoding="utf-8")
    home.mkdir()
    for name in [name for name in os.environ if name.startswith("CORPUS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.chdir(folder)
    return folder


def invoke(line: str) -> Result:
    """Run a line of the README that begins with `corpus`."""
    words = [os.path.expanduser(word) for word in shlex.split(line, comments=True)]
    assert words[0] == "corpus"
    return CliRunner().invoke(cli, words[1:])


def test_the_tour_runs_and_prints_what_the_readme_shows(place: Path) -> None:
    printed = ""
    for kind, block in FENCE.findall(section("## A tour in five minutes")):
        if kind == "python":
            exec(compile(block, "README.md", "exec"), {"__name__": "readme"})
        elif kind == "text":
            assert printed == block
        else:
            for line in block.splitlines():
                if line.startswith("source "):
                    continue
                result = invoke(line)
                assert result.exit_code == 0, f"{line}\n{result.output}"
                assert "nothing found" not in result.output, line
                printed = result.stdout


def test_the_python_of_the_readme_runs(place: Path) -> None:
    for kind, block in FENCE.findall(section("## From Python")):
        assert kind == "python"
        exec(compile(block, "README.md", "exec"), {"__name__": "readme"})


def test_what_the_readme_says_of_exports_runs(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Corpus().search("мост")
    printed = ""
    for kind, block in FENCE.findall(section("## Taking a corpus elsewhere")):
        if kind == "python":
            exec(compile(block, "README.md", "exec"), {"__name__": "readme"})
            printed = capsys.readouterr().out
        elif kind == "text":
            assert printed == block
        else:
            for line in block.splitlines():
                result = invoke(line)
                assert result.exit_code == 0, f"{line}\n{result.output}"
    made = {"выгрузка", "мосты.conllu", "мосты.vert", "мосты.registry"}
    assert made <= {path.name for path in place.iterdir()}


# Tables


def queries() -> list[str]:
    return [code for row in rows(between("forms")) for code in codes(row[0])]


@pytest.mark.parametrize("query", queries())
def test_every_query_of_the_readme_finds_something(sample: Corpus, query: str) -> None:
    assert sample.search(query).total > 0


def test_the_wrong_keyboard_layout_is_noticed(sample: Corpus) -> None:
    assert sample.search("vjcn").suggestion == "мост"


def test_every_format_stands_in_the_readme() -> None:
    stated = {
        code for row in rows(section("## What can be taken in"))[:5] for code in codes(row[1])
    }
    assert stated == set(READERS)


def test_the_names_of_fields_are_those_that_are_understood() -> None:
    stated = {codes(field)[0]: tuple(codes(names)) for field, names in rows(between("fields"))}
    assert stated == ALIASES


def test_the_rules_of_cleaning_are_those_of_the_code() -> None:
    source = "".join(
        p.read_text(encoding="utf-8")
        for p in Path(corpus.__file__).parent.glob("text/*")
        if p.suffix == ".py"
    )
    known = set(re.findall(r'\b(?:[Rr]ule|edit)\(\s*"([a-z-]+)"', source))
    known |= set(re.findall(r'^HEADING_TAG = "([a-z-]+)"', source, re.M))
    assert {code for row in rows(between("rules")) for code in codes(row[0])} == known


def test_the_limits_are_those_of_the_code() -> None:
    numbers = [
        [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", limit)]
        for _, limit in rows(between("limits"))
    ]
    assert numbers == [
        [MAX_CHARS],
        [MAX_LINE // 2**20],
        [MAX_RATIO],
        [MAX_ID],
        [MAX_CHARACTERS, MAX_WORDS, MAX_DEPTH],
        [MAX_DISTANCE],
        [MOST_REPEATS],
        [int(SECONDS), MATCHES],
        [BATCH_ARTICLES],
    ]


def test_the_columns_named_exist() -> None:
    paragraph = README.partition("The three tables join")[2].partition("\n")[0]
    for name, text in zip(TABLES, re.split("`tokens` one|`lexicon` one", paragraph), strict=True):
        listed = re.search(r"\(([^()]*)\)", text)
        columns = codes(listed[1]) if listed else []
        assert set(columns) <= set(TABLES[name])


def public(thing: object) -> set[str]:
    """Return the names that an object shows to its users."""
    return {name for name in dir(thing) if not name.startswith("_")}


def test_what_objects_have_stands_in_the_readme(sample: Corpus) -> None:
    hits = sample.search("мост", limit=1)
    part, lines = sample.subcorpus("мост"), sample.concordance("мост")
    table = public(hits.facets("source"))
    every = table & public(hits)
    # What other modules of corpus call is no promise to users.
    inner = {"bound_to", "to_save", "from_saved", "counts", "lines"}
    objects = {
        "Corpus": public(sample),
        "Hits": public(hits) - every - inner,
        "Subcorpus": public(part),
        "Concordance": public(lines) - every,
        "Line": public(lines[0]) | public(lines[0].article) - public(sample[hits[0].id]),
        "Timeline": public(sample.timeline("мост")) - table,
        "Collocates": public(sample.collocates("мост")) - table,
        "Dispersion": public(sample.dispersion("мост")) - table,
        "Versions": public(sample.versions(hits[0].id)) - table,
        "Difference": public(sample.versions(hits[0].id).difference()),
        "Growth": public(sample.vocabulary()) - table,
        "Network": public(sample.network(["мост", "река"])) - table,
        "Picture": public(hits.facets("source").plot()),
        "Table": table - every,
        "every result": every,
        "Hit": public(hits[0]),
        "Snippet": public(hits[0].snippet) - public(()),
        "Article": public(sample[hits[0].id]) - {"markup"},
        "Receipt": public(Receipt()) - {"pruned"},
        "CorpusError": public(QueryError("", "", 0)) - public(Exception()),
    }
    stated = {(codes(name) or [name])[0]: names_in(text) for name, text in rows(between("api"))}
    assert stated == objects


def names_in(text: str) -> set[str]:
    """Return the attributes and methods that a row of the table names."""
    found = (re.fullmatch(r"(?!len\()([a-z_]+)(?:\(.*\))?", code) for code in codes(text))
    return {name[1] for name in found if name}


@pytest.mark.parametrize(("name", "known"), [("collocation", COLLOCATION), ("keyness", KEYNESS)])
def test_the_measures_are_those_of_the_code(name: str, known: dict[str, Any]) -> None:
    expected = [
        [
            f"`{measure.name}`",
            measure.title,
            measure.direction,
            "" if measure.threshold is None else f"{measure.threshold:g}",
            measure.good_for,
            measure.source,
        ]
        for measure in known.values()
    ]
    assert rows(between(name)) == expected


def test_the_parts_of_the_folder_exist() -> None:
    made_later = {"corpus_data/parts/", "corpus_data/manifest.json", "corpus_data/results/"}
    made_later |= {"corpus_data/subcorpora/"}
    made_later |= {"corpus_data/README.md", "sample/"}
    for row in rows(section("## What is where")):
        for code in codes(row[0]):
            assert code in made_later or (ROOT / code).exists(), code


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)\s]+)", README + CHANGELOG):
        assert (ROOT / target).exists(), target


# The rest


def test_the_picture_shows_what_a_search_finds(sample: Corpus) -> None:
    picture = (ROOT / "docs" / "search.svg").read_text(encoding="utf-8")
    drawn = "".join(html.unescape(re.sub(r"<[^>]+>", "", picture)).split())
    hits = sample.search("висячий мост", limit=3)
    seen = [f"{hits.total} articles match", *(t for h in hits for t in (h.title, h.snippet.text))]
    for text in seen:
        assert "".join(text.split()) in drawn, "make it anew: python tests/make_picture.py"
    assert re.findall(r"https?://[^\"]+", picture) == ["http://www.w3.org/2000/svg"]


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(r"^## \[(\d[^\]]*)\]", CHANGELOG, re.M)
    assert versions[0] == corpus.__version__


def test_the_changelog_says_why_each_dependency_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    asked = re.findall(r'^    "([a-z0-9]+(?:-[a-z]+)?)(?:\[\w+\])?[<>=]', text, re.M)
    asked += re.findall(r'"([a-z0-9]+)>=[\d.]+"', text)
    assert len(asked) > 10
    missing = {name for name in asked if name not in CHANGELOG}
    assert not missing


# Spelled in pieces, so that this file does not name what it looks for.
HOSTS = re.compile("|".join(["pypi" + r"\.org", "python" + "hosted", "index" + "-url"]), re.I)
MACHINE = re.compile(
    r"(?<![\w.~-])/(?:"
    + "|".join(["ro" + "ot", "ho" + "me", "wo" + "rk", "Us" + "ers", "o" + "pt"])
    + r")/\w"
)


def tracked() -> list[Path]:
    """Return the files that git knows or would take."""
    try:
        run = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no git, or no repository")
    paths = [ROOT / name for name in run.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_no_file_names_a_package_index_or_a_place_on_a_machine() -> None:
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        for pattern in (HOSTS, MACHINE):
            found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in pattern.finditer(text)]
    assert not found
