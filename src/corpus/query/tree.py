"""The tree a query becomes: frozen nodes that print back as a query.

`str(node)` names every operator (`путин AND маск`), so what it prints parses to the same tree
whether or not adjacent words must all occur. Positions, lemmas and indexes are other layers' work.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, ClassVar, Literal

RESERVED = frozenset({"AND", "OR", "NOT", "NEAR", "И", "ИЛИ", "НЕ"})
"""Words that stand for operators when written in capitals; as words they print in quotes."""

# How tightly a node holds together when printed; a looser one inside a tighter gets brackets.
# A pattern of tokens (`corpus.query.patterns`) holds together as NEAR does.
_OR, _AND, NEAR, _NOT, _WHOLE, _WORD = range(6)


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a query."""

    binding: ClassVar[int] = _WHOLE
    has_places: ClassVar[bool] = False
    """Whether it has places in a text, as the sides of NEAR must."""

    @property
    def children(self) -> tuple[Node, ...]:
        """The nodes directly below, from left to right."""
        found: list[Node] = []
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Node):
                found.append(value)
            elif isinstance(value, tuple):
                found.extend(value)
        return tuple(found)

    def walk(self) -> Iterator[Node]:
        """Yield this node and everything below it, each before its children."""
        ahead: list[Node] = [self]
        while ahead:
            node = ahead.pop()
            yield node
            ahead.extend(reversed(node.children))

    def to_dict(self) -> dict[str, Any]:
        """Return the tree as plain values: `kind` and the node's fields, dates as ISO text."""
        plain: dict[str, Any] = {"kind": type(self).__name__.lower()}
        for field in fields(self):
            plain[field.name] = _plain(getattr(self, field.name))
        return plain


@dataclass(frozen=True, slots=True)
class Leaf(Node):
    """A part of a query that has no parts of its own."""

    @property
    def children(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Word(Leaf):
    """A word in any of its forms, as typed."""

    text: str
    binding: ClassVar[int] = _WORD
    has_places: ClassVar[bool] = True

    def __str__(self) -> str:
        return f'"{self.text}"' if self.text in RESERVED else self.text


@dataclass(frozen=True, slots=True)
class Form(Leaf):
    """One very form: `=путину`."""

    text: str
    binding: ClassVar[int] = _WORD
    has_places: ClassVar[bool] = True

    def __str__(self) -> str:
        return f"={self.text}"


@dataclass(frozen=True, slots=True)
class Wildcard(Leaf):
    """Words of a shape: `*` is any letters or none, `?` is one letter."""

    pattern: str
    binding: ClassVar[int] = _WORD
    has_places: ClassVar[bool] = True

    def __str__(self) -> str:
        return self.pattern


@dataclass(frozen=True, slots=True)
class Regex(Leaf):
    """Words whose form or lemma is, as a whole, what a regular expression describes."""

    expression: str
    binding: ClassVar[int] = _WORD
    has_places: ClassVar[bool] = True

    def __str__(self) -> str:
        escaped = re.sub(r"\\.|/", lambda found: found[0].replace("/", r"\/")[-2:], self.expression)
        return f"/{escaped}/"


@dataclass(frozen=True, slots=True)
class Fuzzy(Leaf):
    """A word with at most `distance` letters wrong; None leaves the number to the search."""

    text: str
    distance: int | None = None
    binding: ClassVar[int] = _WORD
    has_places: ClassVar[bool] = True

    def __str__(self) -> str:
        return f"{self.text}~{'' if self.distance is None else self.distance}"


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Any of the items."""

    items: tuple[Node, ...]
    binding: ClassVar[int] = _OR

    @property
    def children(self) -> tuple[Node, ...]:
        return self.items

    def __str__(self) -> str:
        return " OR ".join(_within(item, NEAR) for item in self.items)


@dataclass(frozen=True, slots=True)
class And(Node):
    """All of the items; those that are `Not` must be absent."""

    items: tuple[Node, ...]
    binding: ClassVar[int] = _AND

    @property
    def children(self) -> tuple[Node, ...]:
        return self.items

    def __str__(self) -> str:
        return " AND ".join(_within(item, NEAR) for item in self.items)


@dataclass(frozen=True, slots=True)
class Not(Node):
    """Everything but the item."""

    item: Node
    binding: ClassVar[int] = _NOT

    def __str__(self) -> str:
        return f"NOT {_within(self.item, _WHOLE)}"


PhraseItem = Word | Form | Wildcard | Regex | Fuzzy | Or


@dataclass(frozen=True, slots=True)
class Phrase(Node):
    """Words in this order, with at most `slop` other words between them in all.

    An item that is an `Or` holds single words only: `"(личные OR частные) темы"`.
    """

    items: tuple[PhraseItem, ...]
    slop: int = 0
    binding: ClassVar[int] = _WORD
    has_places: ClassVar[bool] = True

    @property
    def children(self) -> tuple[Node, ...]:
        return self.items

    def __str__(self) -> str:
        gaps = f"~{self.slop}" if self.slop else ""
        return f'"{" ".join(_in_phrase(item) for item in self.items)}"{gaps}'


@dataclass(frozen=True, slots=True)
class Near(Node):
    """Both sides, in either order, at most `distance` words apart or in one sentence, paragraph.

    Each side is a `Word`, `Form`, `Wildcard`, `Regex`, `Fuzzy`, `Phrase`, `Pattern`, `Near` or an
    `Or` of these.
    """

    left: Node
    right: Node
    distance: int | Literal["s", "p"]
    binding: ClassVar[int] = NEAR
    has_places: ClassVar[bool] = True

    def __str__(self) -> str:
        return f"{_within(self.left, NEAR)} NEAR/{self.distance} {_within(self.right, _NOT)}"


@dataclass(frozen=True, slots=True)
class In(Node):
    """The item, looked for in one field only: `title` or `text`."""

    field: str
    item: Node

    def __str__(self) -> str:
        return f"{self.field}:{_within(self.item, _WHOLE)}"


@dataclass(frozen=True, slots=True)
class Is(Leaf):
    """Articles whose `source`, `author`, `tag`, `id` or `url` is `value`; `*` is any characters."""

    field: str
    value: str

    def __str__(self) -> str:
        if self.value and not set(self.value) & set('()"«»„“”^,;') and not _has_space(self.value):
            return f"{self.field}:{self.value}"
        doubled = self.value.replace('"', '""')
        return f'{self.field}:"{doubled}"'


@dataclass(frozen=True, slots=True)
class Date(Leaf):
    """Articles dated from `first` to `last`, both included; None is open; `missing`: undated."""

    first: dt.date | None = None
    last: dt.date | None = None
    missing: bool = False

    def __post_init__(self) -> None:
        if self.missing is bool(self.first or self.last):
            raise ValueError("a Date has a bound or is missing, one of the two")

    def __str__(self) -> str:
        if self.missing:
            return "date:none"
        first, last = self.first, self.last
        if first and last and (period := _period(first, last)):
            return f"date:{period}"
        return f"date:{first.isoformat() if first else ''}..{last.isoformat() if last else ''}"


@dataclass(frozen=True, slots=True)
class Boost(Node):
    """The item, counting `factor` times as much for the order of the results."""

    item: Node
    factor: float

    def __str__(self) -> str:
        return f"{_within(self.item, _WORD)}^{number(self.factor)}"


def all_of(items: Iterable[Node]) -> Node:
    """Return the items joined by And: nested Ands are opened, a single item stays itself."""
    opened = _opened(items, And)
    return opened[0] if len(opened) == 1 else And(opened)


def any_of(items: Iterable[Node]) -> Node:
    """Return the items joined by Or: nested Ors are opened, a single item stays itself."""
    opened = _opened(items, Or)
    return opened[0] if len(opened) == 1 else Or(opened)


def is_filter(node: Node) -> bool:
    """Return whether a node says which articles count rather than what they speak of.

    Exclusions and everything with a field are filters; they stay required when any word will do.
    """
    if isinstance(node, (Not, In, Is, Date)):
        return True
    return isinstance(node, (And, Or, Boost)) and all(is_filter(item) for item in node.children)


def is_positional(node: Node) -> bool:
    """Return whether a node has places in a text, as the sides of NEAR must."""
    if isinstance(node, Or):
        return all(is_positional(item) for item in node.items)
    return node.has_places


def number(value: float) -> str:
    """Return a number as it is typed: without an exponent or an idle fraction."""
    return format(Decimal(repr(value)).normalize(), "f")


def _opened(items: Iterable[Node], kind: type[And] | type[Or]) -> tuple[Node, ...]:
    opened: list[Node] = []
    for item in items:
        opened.extend(item.items if isinstance(item, kind) else (item,))
    return tuple(opened)


def _within(node: Node, least: int) -> str:
    return str(node) if node.binding >= least else f"({node})"


def _in_phrase(item: Node) -> str:
    if isinstance(item, Or):
        return f"({' OR '.join(map(_in_phrase, item.items))})"
    return item.text if isinstance(item, Word) else str(item)


def _has_space(text: str) -> bool:
    return text.split() != [text]


def _period(first: dt.date, last: dt.date) -> str:
    """Return the day, month or year from `first` to `last`, or nothing if it is none of them."""
    if first == last:
        return first.isoformat()
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return first.isoformat()[:4]
    if first.day == 1 and last == first.replace(day=monthrange(first.year, first.month)[1]):
        return first.isoformat()[:7]
    return ""


def _plain(value: Any) -> Any:
    if isinstance(value, Node):
        return value.to_dict()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value
