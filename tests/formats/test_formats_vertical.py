"""Vertical text: a golden file, and what the readers of it make of hostile texts."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from decided import renamed_in
from hostile import articles, words
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Article, Corpus, CorpusError
from corpus.formats import vertical
from corpus.formats.blocks import blocks
from corpus.store.store import Store

GOLDEN = Path(__file__).with_name("tiny.vert")
STRUCTURES = {"doc": 0, "p": 1, "s": 2}
# How Manatee's compiler and the parser of KonText's tools tell a tag from a token, and read its
# attributes. They differ in how they understand a quotation mark.
MANATEE_TAG = re.compile(r"</?(doc|p|s|g)( +(.*))?/?>[ \t]*")
MANATEE_VALUE = re.compile(r'\s*([A-Za-z0-9_]+)\s*=\s*"((?:\\["\\]|[^"])*)"')
KONTEXT_VALUE = re.compile(r'(\w+)="([^"]+)"')


class Text(NamedTuple):
    """What was read: attributes of every `doc` and `p`, tokens, and how many of each tag."""

    docs: list[dict[str, str]]
    paragraphs: list[dict[str, str]]
    tokens: list[list[str]]
    tags: Counter[str]


def read(text: str) -> Text:
    """Read vertical text strictly."""
    result = Text([], [], [], Counter())
    assert text.splitlines() == text.split("\n")[:-1]
    opened: list[str] = []
    lines = text.split("\n")[:-1]
    for line, following in pairwise([*lines, ""]):
        assert line
        assert line == line.strip(" \r")
        assert not line.startswith(("<!", "<?")), "Manatee passes over these"
        if not (line.startswith("<") and line.endswith(">")):
            assert MANATEE_TAG.fullmatch(line) is None
            assert opened == ["doc", "p", "s"]
            columns = line.split("\t")
            assert len(columns) == 4
            assert all(column and not re.search(r"\s", column) for column in columns)
            result.tokens.append(columns)
            continue
        found = MANATEE_TAG.fullmatch(line)
        assert found, line
        name = found[1]
        result.tags[name] += not line.startswith("</")
        if name == "g":
            assert line == "<g/>"
            assert not following.startswith("<g/>")
            assert "\t" in following
        elif line.startswith("</"):
            assert opened.pop() == name
        else:
            assert len(opened) == STRUCTURES[name]
            opened.append(name)
            values = attributes(line[1 + len(name) : -1])
            {"doc": result.docs, "p": result.paragraphs, "s": []}[name].append(values)
    assert not opened
    return result


def attributes(text: str) -> dict[str, str]:
    """Return the attributes of a tag, on which both ways of reading agree."""
    place, found = 0, {}
    while place < len(text):
        match = MANATEE_VALUE.match(text, place)
        assert match, text
        found[match[1]] = re.sub(r'\\(["\\])', r"\1", match[2])
        place = match.end()
    assert dict(KONTEXT_VALUE.findall(text)) == found
    return found


def test_a_small_article_is_as_in_the_golden_file(tiny: Corpus, tmp_path: Path) -> None:
    path = tiny.to_vertical(tmp_path / "new" / "tiny.vert")
    text = path.read_bytes().decode()
    assert text == GOLDEN.read_text(encoding="utf-8")
    found = read(text)
    assert [p.get("type") for p in found.paragraphs] == [
        *("title", "lead", None, "heading", None),
        None,
    ]
    assert found.docs[1] == {"id": "b"}


@settings(max_examples=10, deadline=None)
@given(st.lists(articles(), min_size=1, max_size=4))
def test_hostile_articles_keep_the_rules(given_articles: list[Article]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        corpus = Corpus.create(Path(folder) / "corpus")
        corpus.add(given_articles)
        found = read(corpus.to_vertical(Path(folder) / "x.vert").read_bytes().decode())
        assert sum(found.tags[name] for name in ("doc", "p")) >= len(corpus)
        shown = "".join(token[0] for token in found.tokens)
        plain = "".join(article.title + article.lead + article.text for article in corpus)
        assert shown == re.sub(r"\s+", "", plain)


@given(words)
def test_a_value_reads_alike_everywhere(value: str) -> None:
    shown = vertical.attribute(value)
    assert attributes(f'x="{shown}"' if shown else "") == ({"x": shown} if shown else {})


def test_what_is_glued_reads_as_the_text(sample: Corpus, tmp_path: Path) -> None:
    text = sample.to_vertical(tmp_path / "x.vert").read_text(encoding="utf-8")
    (first,) = re.findall(r'<doc id="sv-2024-1020".*?</doc>', text, re.S)
    shown = re.sub(r"\n<g/>\n", "", re.sub(r"\t.*", "", first))
    article = sample["sv-2024-1020"]
    plain = re.sub(r"\s+", "", article.title + article.lead + article.text)
    assert re.sub(r"\s+", "", re.sub(r"<[^>]*>", "", shown)) == plain
    assert " ".join(article.title.split()) in " ".join(shown.split())


def test_how_tokens_are_put_into_blocks_makes_no_difference(sample: Corpus, tmp_path: Path) -> None:
    whole = sample.to_vertical(tmp_path / "x.vert").read_text(encoding="utf-8")
    store, renamed = Store(sample.data), renamed_in(sample)
    for size in (1, 700):
        assert (
            "".join(vertical.text(block) for block in blocks(store, size=size, renamed=renamed))
            == whole
        )


def test_removed_and_unchosen_articles_are_left_out(small: Corpus, tmp_path: Path) -> None:
    small.remove("ferry")
    text = small.to_vertical(tmp_path / "x.vert").read_text(encoding="utf-8")
    assert [doc["id"] for doc in read(text).docs] == ["bridge", "steel", "tree"]
    store = Store(small.data)
    number = store.number_of("steel")
    assert number is not None
    path = vertical.to_vertical(store, tmp_path / "y.vert", [number])
    assert [doc["id"] for doc in read(path.read_text(encoding="utf-8")).docs] == ["steel"]


# The registry


def test_the_registry_declares_all_that_the_text_has(tiny: Corpus, tmp_path: Path) -> None:
    path = tiny.to_vertical(tmp_path / "tiny.vert")
    options, inner = registry((tmp_path / "tiny.registry").read_text(encoding="utf-8"))
    assert options["VERTICAL"] == str(path)
    assert options["PATH"] == str(tmp_path / "tiny.manatee")
    assert options["ENCODING"] == "UTF-8"
    found = read(path.read_text(encoding="utf-8"))
    assert list(inner["ATTRIBUTE"])[: len(found.tokens[0])] == ["word", "lemma", "pos", "tag"]
    assert set(inner["STRUCTURE"]) == set(found.tags)
    for name, values in (("doc", found.docs), ("p", found.paragraphs)):
        assert set(inner["STRUCTURE"][name]) >= {key for value in values for key in value}


def registry(text: str) -> tuple[dict[str, str], dict[str, dict[str, list[str]]]]:
    """Return the options of a registry, and of each attribute and structure what is in it."""
    options: dict[str, str] = {}
    inner: dict[str, Any] = {"ATTRIBUTE": {}, "STRUCTURE": {}}
    outer: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        if line.strip() == "}":
            outer.pop()
            continue
        found = re.fullmatch(r"""\s*([A-Z]+[0-9]?) ("[^"]*"|'[^']*'|[a-z0-9_]+)( \{)?""", line)
        assert found, line
        keyword, value = found[1], found[2].strip("\"'")
        if outer:
            outer[-1].append(value)
        elif keyword in inner:
            inner[keyword][value] = []
        else:
            options[keyword] = value
        if found[3]:
            outer.append(inner[keyword][value] if len(outer) == 0 else [])
    assert not outer
    return options, inner


def test_a_registry_that_is_there_is_left_alone(tiny: Corpus, tmp_path: Path) -> None:
    beside = tmp_path / "tiny.registry"
    beside.write_text("mine", encoding="utf-8")
    tiny.to_vertical(tmp_path / "tiny.vert")
    assert beside.read_text(encoding="utf-8") == "mine"
    with pytest.raises(CorpusError, match="name of a registry"):
        tiny.to_vertical(beside)


def test_odd_names_of_folders_are_quoted() -> None:
    options, _ = registry(vertical.registry(Path('/мои "данные"/it\'s.vert')))
    assert options["NAME"] == "it's"
    assert options["VERTICAL"] == '/мои "данные"/its.vert'
