"""Golden files: `trees.txt` has queries and their trees, `errors.txt` queries and their errors.

`published.txt` has what the documentation of other programs gives as examples of CQL, each with
its meaning in the plain words of `explain`; `cql_errors.txt` the errors of token patterns.

A line with `>` is a query (`any>` and `plain>` name the mode); the indented lines below it are
what it must give. Lines with `#` and empty lines are for the reader.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from corpus.errors import QueryError
from corpus.query import Date, Node, explain, parse

HERE = Path(__file__).parent
TODAY = dt.date(2024, 10, 24)


def cases(name: str) -> list[tuple[str, list[str]]]:
    """Return the queries of a golden file with the lines below each."""
    found: list[tuple[str, list[str]]] = []
    query, expected = "", list[str]()
    for line in [*(HERE / name).read_text(encoding="utf-8").splitlines(), "> "]:
        if line.startswith((">", "any>", "plain>")):
            if query:
                found.append((query, expected))
            query, expected = line, []
        elif line.startswith("    "):
            expected.append(line)
    return found


def parsed(line: str) -> Node:
    mode, _, query = line.partition("> ")
    return parse(query, any=mode == "any", plain=mode == "plain", today=TODAY)


def tree_of(line: str) -> list[str]:
    return list(sketch(parsed(line)))


def sketch(node: Node, depth: int = 1) -> Iterator[str]:
    yield "    " * depth + " ".join([type(node).__name__, *own_fields(node)])
    for child in node.children:
        yield from sketch(child, depth + 1)


def own_fields(node: Node) -> list[str]:
    if isinstance(node, Date):
        return ["missing" if node.missing else f"{node.first or ''}..{node.last or ''}"]
    values = [getattr(node, field.name) for field in fields(node)]
    plain = [value for value in values if not isinstance(value, (Node, tuple))]
    return [str(value) for value in plain if value not in (None, 0)]


def error_of(line: str) -> list[str]:
    with pytest.raises(QueryError) as caught:
        parsed(line)
    return [f"    {part}" for part in str(caught.value).splitlines()]


@pytest.mark.parametrize(("line", "expected"), cases("trees.txt"))
def test_query_gives_the_tree_of_the_golden_file(line: str, expected: list[str]) -> None:
    assert tree_of(line) == expected


@pytest.mark.parametrize(("line", "expected"), cases("published.txt"))
def test_published_examples_of_cql_mean_what_they_mean_there(
    line: str, expected: list[str]
) -> None:
    assert [f"    {said}" for said in explain(parsed(line)).splitlines()] == expected


ERRORS = cases("errors.txt") + cases("cql_errors.txt")


@pytest.mark.parametrize(("line", "expected"), ERRORS)
def test_query_gives_the_error_of_the_golden_file(line: str, expected: list[str]) -> None:
    assert [part.rstrip() for part in error_of(line)] == expected


@pytest.mark.parametrize("line", [line for line, _ in cases("trees.txt") + cases("published.txt")])
def test_golden_query_prints_back_as_a_query_with_the_same_tree(line: str) -> None:
    tree = parsed(line)
    assert parse(str(tree)) == tree
    assert parse(str(tree), any=True) == tree


@pytest.mark.parametrize("line", [line for line, _ in ERRORS])
def test_golden_error_has_a_place_in_the_query_and_a_hint(line: str) -> None:
    query = line.partition("> ")[2]
    with pytest.raises(QueryError) as caught:
        parsed(line)
    assert caught.value.query == query
    assert 0 <= caught.value.place <= len(query)
    assert caught.value.hint
