"""A group of operands and operators to one operand, a pass for each level of precedence.

From tight to loose: `title:` and `NOT`/`-` before a thing, `NEAR`, `AND` and adjacency, `OR`. When
any word will do, adjacency is looser than `AND`: of the things that only stand side by side one
must occur, while exclusions and fields stay required.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, cast

from corpus.query.faults import MAX_DEPTH, Fault, too_deep
from corpus.query.fields import EXAMPLES
from corpus.query.tokens import Token
from corpus.query.tree import (
    And,
    Boost,
    Date,
    In,
    Is,
    Near,
    Node,
    Not,
    all_of,
    any_of,
    is_filter,
    is_positional,
)

BRACKETS = "Brackets come in pairs: путин (маск OR трамп)"


class Operand(NamedTuple):
    """A finished part of a query: its node, where it stands, and how many nodes deep it is."""

    node: Node
    start: int
    stop: int
    depth: int
    listed: bool = False


Part = Operand | Token


def joined(parts: list[Part], place: int, any: bool) -> Operand:
    """Return a whole group as one operand; `place` is that of its bracket."""
    if not parts:
        hint = "Put words into it or leave it out: путин (маск OR трамп)"
        raise Fault(place, "This group is empty", hint)
    bound = _without_prefixes(parts)
    _check_sides(bound)
    near = _without_near(bound)
    return _any([_branch(branch, any) for branch in _split(near, "or")])


def _without_prefixes(parts: list[Part]) -> list[Part]:
    """Return the parts with fields and NOT applied to what follows them."""
    done: list[Part] = []
    for place in range(len(parts) - 1, -1, -1):
        part = parts[place]
        if isinstance(part, Token) and part.kind in ("not", "field"):
            following = parts[place + 1] if place + 1 < len(parts) else None
            done[-1:] = [_prefixed(part, following, done[-1] if done else None)]
        else:
            done.append(part)
    return done[::-1]


def _prefixed(prefix: Token, following: Part | None, operand: Part | None) -> Operand:
    """Return `operand` under a prefix; `following` is what the query has right after it."""
    sign = f"{prefix.text}:" if prefix.kind == "field" else prefix.text
    example = EXAMPLES["title"] if prefix.kind == "field" else "маск"
    gap = "" if prefix.kind == "field" or sign == "-" else " "
    hint = f"Write {sign}{gap}{example}, or {sign}{gap}(маск OR трамп)"
    if prefix.kind == "field":
        hint += f"; to exclude, -{sign}{example}"
    if isinstance(following, Token) and following.kind == "not":
        raise Fault(following.start, f"NOT cannot follow {sign}", hint)
    is_apart = gap == "" and isinstance(operand, Operand) and operand.start != prefix.stop
    if not isinstance(operand, Operand) or is_apart:
        raise Fault(prefix.start, f"{sign} needs something after it", hint)
    if operand.listed:
        hint = f"Put them in brackets: {sign}{gap}(путин маск); or put a space after the comma"
        raise Fault(operand.start, f"It is not clear how far {sign} reaches in this list", hint)
    node = Not(operand.node) if prefix.kind == "not" else _in_field(prefix, operand)
    return deeper(operand, node, operand.stop)._replace(start=prefix.start)


def _in_field(field: Token, operand: Operand) -> In:
    for node in operand.node.walk():
        if isinstance(node, (In, Is, Date)):
            hint = f"Put the two side by side: {field.text}:космос источник:RT"
            raise Fault(operand.start, f"{field.text}: cannot hold another field", hint)
    return In(field.text, operand.node)


def _check_sides(parts: list[Part]) -> None:
    """Raise Fault if an operator lacks a left or a right side."""
    for place, part in enumerate(parts):
        if isinstance(part, Operand):
            continue
        sign = part.text if part.kind != "near" else "NEAR"
        before = parts[place - 1] if place else None
        hint = f"Write путин {sign}{'/5' if part.kind == 'near' else ''} маск"
        if isinstance(before, Token):
            raise Fault(part.start, "Two operators follow one another", hint)
        if before is None or place == len(parts) - 1:
            side = "before" if before is None else "after"
            raise Fault(part.start, f"{sign} needs something {side} it", hint)


def _without_near(parts: list[Part]) -> list[Part]:
    """Return the parts with every NEAR joined, from left to right."""
    done: list[Part] = []
    ahead = iter(parts)
    for part in ahead:
        if isinstance(part, Token) and part.kind == "near":
            left, right = done.pop(), next(ahead)
            assert isinstance(left, Operand)
            assert isinstance(right, Operand)
            done.append(_near(left, part, right))
        else:
            done.append(part)
    return done


def _near(left: Operand, token: Token, right: Operand) -> Operand:
    for side in (left, right):
        if not is_positional(side.node):
            raise _misplaced(side)
    unit = token.text
    distance = cast(Literal["s", "p"], unit) if unit in ("s", "p") else int(unit)
    return _combined([left, right], Near(left.node, right.node, distance))


def _misplaced(side: Operand) -> Fault:
    """Return why an operand cannot be a side of NEAR."""
    message = "NEAR needs words or phrases on both sides"
    hint = "Write путин NEAR/5 (маск OR трамп)"
    for kinds, what, advice in (
        (Not, "an exclusion", "Exclude outside: (путин NEAR/5 маск) -трамп"),
        ((Is, Date), "a filter", "Put it beside: путин NEAR/5 маск источник:RT"),
        (In, "a field", "Put the field outside: title:(путин NEAR/5 маск)"),
        (Boost, "a weighted part", "Put ^ outside: (путин NEAR/5 маск)^2"),
        (And, "a group of words", 'Make it a phrase: "илон маск" NEAR/5 путин'),
    ):
        if isinstance(side.node, kinds):
            message, hint = f"NEAR needs words or phrases, not {what}", advice
    return Fault(side.start, message, hint)


def _split(parts: list[Part], kind: str) -> list[list[Part]]:
    """Return the parts between the tokens of a kind."""
    rows: list[list[Part]] = [[]]
    for part in parts:
        if isinstance(part, Token) and part.kind == kind:
            rows.append([])
        else:
            rows[-1].append(part)
    return rows


def _branch(parts: list[Part], any: bool) -> Operand:
    """Return what stands between two ORs as one operand."""
    rows = [_all(row) for row in _rows(parts)]
    if not any:
        return _all(rows)
    content = [row for row in rows if not is_filter(row.node)]
    required = [row for row in rows if is_filter(row.node)]
    return _all([_any(content), *required] if content else required)


def _all(operands: list[Operand]) -> Operand:
    return _combined(operands, all_of(operand.node for operand in operands))


def _any(operands: list[Operand]) -> Operand:
    return _combined(operands, any_of(operand.node for operand in operands))


def _rows(parts: list[Part]) -> list[list[Operand]]:
    """Return the operands in rows: those joined by AND share a row."""
    rows: list[list[Operand]] = []
    joined = False
    for part in parts:
        if isinstance(part, Token):
            joined = True
        else:
            if not joined:
                rows.append([])
            rows[-1].append(part)
            joined = False
    return rows


def _combined(operands: list[Operand], node: Node) -> Operand:
    """Return an operand over others; a single one stays itself and is no deeper."""
    depth = max(operand.depth for operand in operands) + (len(operands) > 1)
    if depth > MAX_DEPTH:
        raise too_deep(operands[-1].start)
    return Operand(node, operands[0].start, operands[-1].stop, depth)


def deeper(operand: Operand, node: Node, stop: int) -> Operand:
    """Return `node`, made over an operand, as an operand; raise Fault beyond the limit."""
    if operand.depth >= MAX_DEPTH:
        raise too_deep(operand.start)
    return Operand(node, operand.start, stop, operand.depth + 1, operand.listed)
