"""The tree of a token query (CQL): what single tokens must be, and how they follow one another.

A `Pattern` is one node of the tree of a query, beside words and phrases. What is below it speaks
of tokens, not of articles, so that those who walk through words and filters never meet it.

What a pattern finds: every stretch of tokens that it describes, in one zone of one article,
sentence ends being nothing special. A stretch that lies in a longer one which it finds too is not
counted apart. A stretch has one token at least.

Every part prints as CQL that is read as the same part. `series`, `choice`, `conjunction` and
`disjunction` build what the parser builds: parts of a kind are never nested in their own kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import ClassVar

from corpus.query.tree import NEAR, Leaf, Node

ATTRIBUTES = ("form", "norm", "lemma", "pos", "tag", "feats", "heading", "zone")
"""What a token can be asked for."""
STRUCTURES = ("s", "p", "article", "title", "lead", "heading", "text")
"""What a pattern can lie within: a sentence, a paragraph, an article, a zone."""
MOST_REPEATS = 100
"""The largest number in {…}; `*` and `+` stand for so many at most."""


# On one token


@dataclass(frozen=True, slots=True)
class Has(Leaf):
    """The attribute is, as a whole, what a regular expression describes; `negated`: is not.

    Case does not count unless the expression says `(?-i)`, and е is ё. `tag` and `feats` match if
    one of the grammemes or features does, or all of them as one text. With `literal` the value is
    no expression but the text itself.
    """

    attribute: str
    value: str
    negated: bool = False
    literal: bool = False

    def __str__(self) -> str:
        sign = ("!" if self.negated else "") + ("==" if self.literal else "=")
        return f"{self.attribute}{sign}{quoted(self.value, self.literal)}"


@dataclass(frozen=True, slots=True)
class Anything(Leaf):
    """Every token, a comma too: `[]`."""

    def __str__(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Conjunction(Leaf):
    """All of the conditions hold."""

    items: tuple[Condition, ...]

    def __str__(self) -> str:
        return " & ".join(_bracketed(item, Conjunction, Disjunction) for item in self.items)


@dataclass(frozen=True, slots=True)
class Disjunction(Leaf):
    """One of the conditions holds at least."""

    items: tuple[Condition, ...]

    def __str__(self) -> str:
        return " | ".join(_bracketed(item, Disjunction) for item in self.items)


@dataclass(frozen=True, slots=True)
class Negation(Leaf):
    """The condition does not hold."""

    item: Condition

    def __str__(self) -> str:
        return f"!{_bracketed(self.item, Conjunction, Disjunction, Comparison)}"


@dataclass(frozen=True, slots=True)
class Comparison(Leaf):
    """Two labelled tokens have the same value of an attribute or of a grammatical category.

    `1.lemma = 2.lemma`, `1.case = 2.case`. Attributes are compared as `Has` reads them, without
    case and ё. A token without the category (a verb has no case) is equal to none and unequal to
    none. `negated`: the values differ.
    """

    left: str
    left_attribute: str
    right: str
    right_attribute: str
    negated: bool = False

    def __str__(self) -> str:
        sign = "!=" if self.negated else "="
        return f"{self.left}.{self.left_attribute} {sign} {self.right}.{self.right_attribute}"


Condition = Has | Anything | Conjunction | Disjunction | Negation | Comparison


# Stretches of tokens


@dataclass(frozen=True, slots=True)
class TokenPattern(Leaf):
    """One token for which a condition holds; `label` names it for comparisons."""

    condition: Condition
    label: str = ""

    def __str__(self) -> str:
        return f"{self.label}:[{self.condition}]" if self.label else f"[{self.condition}]"


@dataclass(frozen=True, slots=True)
class Edge(Leaf):
    """The place where a structure begins, or ends if `closing`: `<s>`, `</s>`. It has no token."""

    structure: str
    closing: bool = False

    def __str__(self) -> str:
        return f"<{'/' if self.closing else ''}{self.structure}>"


@dataclass(frozen=True, slots=True)
class Region(Leaf):
    """A whole structure from its first token to its last: `<s/>`."""

    structure: str

    def __str__(self) -> str:
        return f"<{self.structure}/>"


@dataclass(frozen=True, slots=True)
class Series(Leaf):
    """One after the other, nothing between them."""

    items: tuple[Stretch, ...]

    def __str__(self) -> str:
        return " ".join(_bracketed(i, Series, Choice, Within, Containing) for i in self.items)


@dataclass(frozen=True, slots=True)
class Choice(Leaf):
    """One of the items."""

    items: tuple[Stretch, ...]

    def __str__(self) -> str:
        return " | ".join(_bracketed(item, Choice, Within, Containing) for item in self.items)


@dataclass(frozen=True, slots=True)
class Repeat(Leaf):
    """The item from `least` to `most` times, one after the other."""

    item: Stretch
    least: int
    most: int

    def __str__(self) -> str:
        item = str(self.item) if isinstance(self.item, TokenPattern) else f"({self.item})"
        return f"{item}{_times(self.least, self.most)}"


@dataclass(frozen=True, slots=True)
class Within(Leaf):
    """Stretches of `item` that lie in a stretch of `region`, or, `negated`, in none of them."""

    item: Stretch
    region: Stretch
    negated: bool = False

    def __str__(self) -> str:
        region = _bracketed(self.region, Series, Choice, Within, Containing)
        return f"{self.item} {'!' if self.negated else ''}within {region}"


@dataclass(frozen=True, slots=True)
class Containing(Leaf):
    """Stretches of `item` in which a stretch of `inner` lies, or, `negated`, none of them."""

    item: Stretch
    inner: Stretch
    negated: bool = False

    def __str__(self) -> str:
        inner = _bracketed(self.inner, Series, Choice, Within, Containing)
        return f"{self.item} {'!' if self.negated else ''}containing {inner}"


Stretch = TokenPattern | Edge | Region | Series | Choice | Repeat | Within | Containing


@dataclass(frozen=True, slots=True)
class Pattern(Leaf):
    """A token query as one node of a query: a stretch, and what its labelled tokens must share."""

    stretch: Stretch
    where: Condition | None = None
    binding: ClassVar[int] = NEAR
    has_places: ClassVar[bool] = True

    def __str__(self) -> str:
        if self.where is None:
            return str(self.stretch)
        return f"{self.stretch} & {_bracketed(self.where, Conjunction, Disjunction)}"


# To build and to walk


def series(items: Iterable[Stretch]) -> Stretch:
    """Return stretches that follow one another; a single one stays itself."""
    opened = [one for item in items for one in (item.items if isinstance(item, Series) else [item])]
    return opened[0] if len(opened) == 1 else Series(tuple(opened))


def choice(items: Iterable[Stretch]) -> Stretch:
    """Return stretches to choose from; a single one stays itself."""
    opened = [one for item in items for one in (item.items if isinstance(item, Choice) else [item])]
    return opened[0] if len(opened) == 1 else Choice(tuple(opened))


def conjunction(items: Iterable[Condition]) -> Condition:
    """Return conditions that must all hold; a single one stays itself."""
    opened = [
        i for item in items for i in (item.items if isinstance(item, Conjunction) else [item])
    ]
    return opened[0] if len(opened) == 1 else Conjunction(tuple(opened))


def disjunction(items: Iterable[Condition]) -> Condition:
    """Return conditions of which one must hold; a single one stays itself."""
    opened = [
        i for item in items for i in (item.items if isinstance(item, Disjunction) else [item])
    ]
    return opened[0] if len(opened) == 1 else Disjunction(tuple(opened))


def parts(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below, those inside a pattern too, from left to right."""
    if not isinstance(node, Leaf):
        return node.children
    found: list[Node] = []
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            found.extend(value)
    return tuple(found)


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it, inside patterns too, each before its parts."""
    ahead = [node]
    while ahead:
        here = ahead.pop()
        yield here
        ahead.extend(reversed(parts(here)))


def depth(node: Node) -> int:
    """Return how many nodes deep a node is, inside patterns too; a leaf is 1 deep."""
    level, deep = [node], 0
    while level:
        level, deep = [below for here in level for below in parts(here)], deep + 1
    return deep


# To print


def quoted(value: str, literal: bool = False) -> str:
    """Return a value between quotation marks, as CQL reads it back."""
    if literal:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    doubled = _QUOTE.sub(lambda found: '""' if found[0] == '"' else found[0], value)
    return f'"{doubled}"'


# A quotation mark; one behind a backslash is none.
_QUOTE = re.compile(r'\\.|"', re.S)


def _bracketed(node: Node, *looser: type[Node]) -> str:
    return f"({node})" if isinstance(node, looser) else str(node)


def _times(least: int, most: int) -> str:
    signs = {(0, 1): "?", (0, MOST_REPEATS): "*", (1, MOST_REPEATS): "+"}
    if (least, most) in signs:
        return signs[least, most]
    return f"{{{least}}}" if least == most else f"{{{least},{most}}}"
