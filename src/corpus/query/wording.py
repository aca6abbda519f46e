"""Token patterns in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from corpus.query.inventory import GRAMMEMES, PARTS, UPOS, is_plain
from corpus.query.patterns import (
    MOST_REPEATS,
    Anything,
    Choice,
    Comparison,
    Condition,
    Conjunction,
    Containing,
    Disjunction,
    Edge,
    Has,
    Negation,
    Pattern,
    Region,
    Repeat,
    Series,
    TokenPattern,
    Within,
)
from corpus.query.tree import Node

STRUCTURES = {
    "s": "sentence",
    "p": "paragraph",
    "article": "article",
    "title": "title",
    "lead": "lead",
    "heading": "heading",
    "text": "text",
}
# Features of Universal Dependencies for which the grammemes have plain words.
_FEATURES = {
    "case=nom": "nomn", "case=gen": "gent", "case=par": "gen2", "case=dat": "datv",
    "case=acc": "accs", "case=ins": "ablt", "case=loc": "loct", "case=voc": "voct",
    "number=sing": "sing", "number=plur": "plur",
    "gender=masc": "masc", "gender=fem": "femn", "gender=neut": "neut",
    "animacy=anim": "anim", "animacy=inan": "inan",
    "tense=past": "past", "tense=pres": "pres", "tense=fut": "futr",
    "person=1": "1per", "person=2": "2per", "person=3": "3per",
    "aspect=perf": "perf", "aspect=imp": "impf",
    "mood=ind": "indc", "mood=imp": "impr", "voice=act": "actv", "voice=pass": "pssv",
}  # fmt: skip
_ATTRIBUTES = {"norm": "form", "pos": "part of speech", "feats": "features"}
_NOUNS = {**{name.lower(): word for name, word in PARTS.items()}}
_NOUNS.update({name.lower(): word for name, word in UPOS.items()})
_ZONES = {"title": "in the title", "lead": "in the lead", "heading": "in a heading"}


def below(node: Node) -> tuple[Node, ...]:
    """Return the nodes that have lines of their own below that of a node."""
    if isinstance(node, Pattern):
        return (node.stretch,) if node.where is None else (node.stretch, node.where)
    if isinstance(node, Within) and isinstance(node.region, Region):
        return (node.item,)
    if isinstance(node, (Within, Containing)):
        inner = node.region if isinstance(node, Within) else node.inner
        return (node.item, inner)
    if isinstance(node, Repeat):
        return (node.item,)
    return node.items if isinstance(node, (Series, Choice)) else node.children


def token(node: TokenPattern) -> str:
    """Return what a token must be: `a noun in the instrumental case`."""
    label = f", called {node.label}" if node.label else ""
    if isinstance(node.condition, Anything):
        return f"any token{label}"
    items = list(node.condition.items if isinstance(node.condition, Conjunction) else ())
    items = items or [node.condition]
    noun = next(filter(None, map(_noun, items)), "")
    clauses = [item for item in items if not noun or _noun(item) != noun]
    if len(items) == 1 and (nouns := _nouns(items[0])):
        return f"{nouns}{label}"
    said = condition(clauses[0]) if len(items) == 1 and clauses else ""
    said = said or " and ".join(map(_said, clauses))
    return f"{_article(noun or 'token')}{' ' if said else ''}{said}{label}"


def condition(node: Condition) -> str:
    """Return what a condition asks for, to be said after a noun."""
    return WORDING_OF_CONDITIONS[type(node)](node)


def _said(node: Condition) -> str:
    """Return a condition as one of several, alternatives in brackets."""
    said = condition(node)
    return f"({said})" if isinstance(node, (Conjunction, Disjunction)) else said


def _noun(node: Condition) -> str:
    """Return the part of speech that a condition asks for, "" if it asks for something else."""
    if not isinstance(node, Has) or node.negated or node.attribute not in ("pos", "tag"):
        return ""
    return _NOUNS.get(node.value.lower(), "")


def _nouns(node: Condition) -> str:
    """Return parts of speech to choose from, "" if a condition is something else."""
    if isinstance(node, Has) and not node.negated:
        nouns = [_noun(Has(node.attribute, value)) for value in _choices(node)]
    elif isinstance(node, Disjunction):
        nouns = list(map(_noun, node.items))
    else:
        return ""
    return " or ".join(map(_article, nouns)) if all(nouns) else ""


def _choices(node: Has) -> list[str]:
    """Return the plain values that an expression chooses from, the one if it is none."""
    values = node.value.split("|")
    return values if not node.literal and all(map(is_plain, values)) else [node.value]


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _has(node: Has) -> str:
    value = node.value.lower()
    no = "not " if node.negated else ""
    grammeme = value if node.attribute == "tag" else ""
    if node.attribute == "feats":
        grammeme = _FEATURES.get(value, "")
    if grammeme in GRAMMEMES:
        return f"{no}{GRAMMEMES[grammeme]}"
    if _noun(Has(node.attribute, node.value)):
        return f"that is {no}{_article(_noun(Has(node.attribute, node.value)))}"
    if node.attribute == "heading" and value in ("yes", "no"):
        return "in a heading" if (value == "yes") != node.negated else "not in a heading"
    if node.attribute == "zone" and is_plain(value):
        return f"{no}{_ZONES.get(value, 'in the text')}"
    values = " or ".join(_choices(node))
    return f"whose {_attribute(node.attribute)} {_verb(node)} {values}"


def _negation(node: Negation) -> str:
    if isinstance(node.item, Has):
        return _has(replace(node.item, negated=not node.item.negated))
    return f"not ({condition(node.item)})"


def _attribute(name: str) -> str:
    return _ATTRIBUTES.get(name, name)


def _verb(node: Has) -> str:
    has_many = node.attribute in ("tag", "feats")
    if not node.literal and not all(map(is_plain, _choices(node))):
        return "does not match" if node.negated else "matches"
    if has_many:
        return "has no" if node.negated else "has"
    return "is not" if node.negated else "is"


def _comparison(node: Comparison) -> str:
    verb = "is not" if node.negated else "is"
    of = _attribute(node.left_attribute)
    other = "that" if node.left_attribute == node.right_attribute else "the"
    other += "" if other == "that" else f" {_attribute(node.right_attribute)}"
    return f"the {of} of {node.left} {verb} {other} of {node.right}"


def where(node: Condition) -> str:
    """Return a global condition in plain words."""
    return f"where {condition(node)}"


def _repeat(node: Repeat) -> str:
    if node.least == node.most:
        return f"{node.least} time{'' if node.least == 1 else 's'} in a row:"
    if (node.least, node.most) == (0, 1):
        return "once or not at all:"
    if node.most == MOST_REPEATS:
        least = {0: "any number of times", 1: "once or more"}
        return f"{least.get(node.least, f'{node.least} times or more')}:"
    return f"{node.least} to {node.most} times in a row:"


def _within(node: Within) -> str:
    no = "not " if node.negated else ""
    if isinstance(node.region, Region):
        return f"{no}within {'a' if node.negated else 'one'} {STRUCTURES[node.region.structure]}:"
    return f"the first, {no}lying within the second:"


def _edge(node: Edge) -> str:
    side = "end" if node.closing else "start"
    return f"the {side} of {_article(STRUCTURES[node.structure])}"


def _pattern(node: Pattern) -> str:
    return "tokens:" if node.where is None else "tokens that fit together:"


WORDING_OF_CONDITIONS: dict[type[Node], Callable[[Any], str]] = {
    Has: _has,
    Anything: lambda node: "of any kind",
    Conjunction: lambda node: " and ".join(map(_said, node.items)),
    Disjunction: lambda node: " or ".join(map(_said, node.items)),
    Negation: _negation,
    Comparison: _comparison,
}
WORDING: dict[type[Node], Callable[[Any], str]] = {
    Pattern: _pattern,
    TokenPattern: token,
    Edge: _edge,
    Region: lambda node: f"a whole {STRUCTURES[node.structure]}",
    Series: lambda node: "one after the other:",
    Choice: lambda node: "one of:",
    Repeat: _repeat,
    Within: _within,
    Containing: lambda node: f"the first, {'not ' if node.negated else ''}containing the second:",
    **dict.fromkeys((Conjunction, Disjunction, Negation, Comparison), where),
}
