"""A tree in plain words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from corpus.query import wording
from corpus.query.tree import (
    And,
    Boost,
    Date,
    Form,
    Fuzzy,
    In,
    Is,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Regex,
    Wildcard,
    Word,
    number,
)


class Line(NamedTuple):
    """One node in plain words; `depth` counts from 0."""

    depth: int
    node: Node
    text: str


def explain(node: Node) -> str:
    """Return the tree in plain words, one line a node, what belongs to a node indented below it."""
    return "\n".join(f"{'  ' * line.depth}{line.text}" for line in outline(node))


def outline(node: Node) -> Iterator[Line]:
    """Yield the lines of `explain`, each with its node, for those who want to add counts.

    Every node of a query has a line. Of a token pattern those have one that find stretches; what a
    single token must be is one line, a global condition another.
    """
    ahead = [(0, node)]
    while ahead:
        depth, here = ahead.pop()
        yield Line(depth, here, WORDING[type(here)](here))
        ahead.extend((depth + 1, child) for child in reversed(wording.below(here)))


def _fuzzy(node: Fuzzy) -> str:
    limit = {None: "typos", 1: "at most 1 letter wrong"}
    return f"the word {node.text}, {limit.get(node.distance, 'at most 2 letters wrong')} allowed"


def _phrase(node: Phrase) -> str:
    if not node.slop:
        return "one after the other:"
    return f"in this order, at most {_count(node.slop, 'other word')} between them:"


def _near(node: Near) -> str:
    places = {"s": "in one sentence", "p": "in one paragraph"}
    return f"both, {places.get(str(node.distance)) or _apart(node)}, in either order:"


def _apart(node: Near) -> str:
    return f"at most {_count(int(node.distance), 'word')} apart"


def _is(node: Is) -> str:
    verb = "matches" if "*" in node.value else "is"
    return f"the {node.field} {verb} {node.value}"


def _date(node: Date) -> str:
    if node.missing:
        return "without a date"
    if node.first == node.last:
        return f"dated {_day(node.first)}"
    if node.first and node.last:
        return f"dated from {_day(node.first)} to {_day(node.last)}"
    if node.first:
        return f"dated {_day(node.first)} or later"
    return f"dated {_day(node.last)} or earlier"


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _count(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


WORDING: dict[type[Node], Callable[[Any], str]] = {
    Word: lambda node: f"the word {node.text} in any form",
    Form: lambda node: f"the very form {node.text}",
    Wildcard: lambda node: f"words like {node.pattern} (* any letters, ? one letter)",
    Regex: lambda node: f"words whose form or lemma matches /{node.expression}/",
    Fuzzy: _fuzzy,
    Phrase: _phrase,
    Near: _near,
    And: lambda node: "all of:",
    Or: lambda node: "any of:",
    Not: lambda node: "not:",
    In: lambda node: f"in the {node.field}:",
    Is: _is,
    Date: _date,
    Boost: lambda node: f"counting {number(node.factor)} times:",
    **wording.WORDING,
}
