"""The tree of a token query (CQL): what single tokens must be, and how they follow one another.

A `Pattern` is one node of the tree of a query, beside words and phrases. What is below it speaks
of tokens, not of articles, so that those who walk through words and filters never meet it.

What a pattern finds: every stretch of tokens that it describes, in one zone of one article,
sentence ends being nothing special. A stretch that lies in a longer one which it finds too is not
counted apart. A stretch has one token at least.
"""

from __future__ import annotations

from dataclasses import dataclass

from corpus.query.tree import Leaf

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


@dataclass(frozen=True, slots=True)
class Anything(Leaf):
    """Every token, a comma too: `[]`."""


@dataclass(frozen=True, slots=True)
class Conjunction(Leaf):
    """All of the conditions hold."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Disjunction(Leaf):
    """One of the conditions holds at least."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negation(Leaf):
    """The condition does not hold."""

    item: Condition


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


Condition = Has | Anything | Conjunction | Disjunction | Negation | Comparison


# Stretches of tokens


@dataclass(frozen=True, slots=True)
class TokenPattern(Leaf):
    """One token for which a condition holds; `label` names it for comparisons."""

    condition: Condition
    label: str = ""


@dataclass(frozen=True, slots=True)
class Edge(Leaf):
    """The place where a structure begins, or ends if `closing`: `<s>`, `</s>`. It has no token."""

    structure: str
    closing: bool = False


@dataclass(frozen=True, slots=True)
class Region(Leaf):
    """A whole structure from its first token to its last: `<s/>`."""

    structure: str


@dataclass(frozen=True, slots=True)
class Series(Leaf):
    """One after the other, nothing between them."""

    items: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Choice(Leaf):
    """One of the items."""

    items: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Repeat(Leaf):
    """The item from `least` to `most` times, one after the other."""

    item: Stretch
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Within(Leaf):
    """Stretches of `item` that lie in a stretch of `region`, or, `negated`, in none of them."""

    item: Stretch
    region: Stretch
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Containing(Leaf):
    """Stretches of `item` in which a stretch of `inner` lies, or, `negated`, none of them."""

    item: Stretch
    inner: Stretch
    negated: bool = False


Stretch = TokenPattern | Edge | Region | Series | Choice | Repeat | Within | Containing


@dataclass(frozen=True, slots=True)
class Pattern(Leaf):
    """A token query as one node of a query: a stretch, and what its labelled tokens must share."""

    stretch: Stretch
    where: Condition | None = None
