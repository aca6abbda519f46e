"""What can be said of a pattern before any token is looked at."""

from __future__ import annotations

from functools import reduce

from corpus.errors import CorpusError
from corpus.query.patterns import (
    Anything,
    Choice,
    Comparison,
    Condition,
    Conjunction,
    Containing,
    Disjunction,
    Edge,
    Negation,
    Pattern,
    Region,
    Repeat,
    Series,
    Stretch,
    TokenPattern,
    Within,
)

_GAP = TokenPattern(Anything())


def is_gap(node: Stretch) -> bool:
    """Return whether a part is a number of tokens, whatever they are."""
    return isinstance(node, Repeat) and node.item == _GAP


def simplified(node: Stretch) -> Stretch:
    """Return a part that describes the same, with gaps inside gaps and beside gaps made one."""
    if isinstance(node, TokenPattern):
        return Repeat(node, 1, 1) if node == _GAP else node
    if isinstance(node, Series):
        return _series([simplified(item) for item in node.items])
    if isinstance(node, Choice):
        return Choice(tuple(simplified(item) for item in node.items))
    if isinstance(node, Repeat):
        return _repeat(node)
    if isinstance(node, Within):
        return Within(simplified(node.item), simplified(node.region), node.negated)
    if isinstance(node, Containing):
        return Containing(simplified(node.item), simplified(node.inner), node.negated)
    return node


def _repeat(node: Repeat) -> Stretch:
    if node.item == _GAP:
        return node
    item = simplified(node.item)
    if isinstance(item, Repeat) and item.item == _GAP and item.least < 2:
        # From so many times the least to so many times the most, nothing is left out between.
        return Repeat(_GAP, item.least * node.least, item.most * node.most)
    return Repeat(item, node.least, node.most)


def _series(items: list[Stretch]) -> Stretch:
    found: list[Stretch] = []
    for item in items:
        for one in item.items if isinstance(item, Series) else (item,):
            if found and is_gap(one) and is_gap(found[-1]):
                before = found.pop()
                assert isinstance(before, Repeat)
                assert isinstance(one, Repeat)
                one = Repeat(_GAP, before.least + one.least, before.most + one.most)
            found.append(one)
    return found[0] if len(found) == 1 else Series(tuple(found))


def nullable(node: Stretch) -> bool:
    """Return whether a part may hold no token at all, wherever it stands."""
    if isinstance(node, Repeat):
        return node.least == 0 or nullable(node.item)
    if isinstance(node, Series):
        return all(map(nullable, node.items))
    if isinstance(node, Choice):
        return any(map(nullable, node.items))
    return isinstance(node, (Within, Containing)) and nullable(node.item)


def labels_of(node: Stretch) -> tuple[str, ...]:
    """Return the labels of a part in their order; those of regions name nothing outside."""
    if isinstance(node, TokenPattern):
        return (node.label,) if node.label else ()
    if isinstance(node, (Series, Choice)):
        found = (label for item in node.items for label in labels_of(item))
        return tuple(dict.fromkeys(found))
    if isinstance(node, (Repeat, Within, Containing)):
        return labels_of(node.item)
    return ()


def compared_labels(where: Condition | None) -> set[str]:
    """Return the labels that a global condition speaks of."""
    if isinstance(where, Comparison):
        return {where.left, where.right}
    if isinstance(where, Negation):
        return compared_labels(where.item)
    if isinstance(where, (Conjunction, Disjunction)):
        return reduce(set.union, map(compared_labels, where.items), set())
    return set()


def without_labels(node: Stretch, kept: set[str]) -> Stretch:
    """Return a part in which only some labels are left: others need not be remembered."""
    if isinstance(node, TokenPattern):
        return node if node.label in kept else TokenPattern(node.condition)
    if isinstance(node, Series):
        return Series(tuple(without_labels(item, kept) for item in node.items))
    if isinstance(node, Choice):
        return Choice(tuple(without_labels(item, kept) for item in node.items))
    if isinstance(node, Repeat):
        return Repeat(without_labels(node.item, kept), node.least, node.most)
    if isinstance(node, Within):
        region = without_labels(node.region, set())
        return Within(without_labels(node.item, kept), region, node.negated)
    if isinstance(node, Containing):
        inner = without_labels(node.inner, set())
        return Containing(without_labels(node.item, kept), inner, node.negated)
    return node


def checked(pattern: Pattern) -> None:
    """Raise CorpusError for a pattern that restricts nothing, or compares what has no label."""
    unknown = sorted(compared_labels(pattern.where) - set(labels_of(pattern.stretch)))
    if unknown:
        known = ", ".join(labels_of(pattern.stretch)) or "none"
        raise CorpusError(
            f"no token of the pattern has the label {unknown[0]} (labels: {known})",
            'name the tokens to be compared: 1:[pos="ADJ"] 2:[pos="NOUN"] & 1.case = 2.case',
        )
    if pattern.where is None and not restricts(pattern.stretch):
        raise CorpusError(
            "the pattern asks for nothing: every token would match",
            'say what one of the tokens is, for example [lemma="…"] or [pos="NOUN"]',
        )


def restricts(node: Stretch) -> bool:
    """Return whether a part says anything about its tokens, or where they stand."""
    if isinstance(node, TokenPattern):
        return not isinstance(node.condition, Anything)
    if isinstance(node, (Edge, Region)):
        return True
    if isinstance(node, Series):
        needed = [item for item in node.items if not nullable(item)]
        return any(map(restricts, needed)) if needed else all(map(restricts, node.items))
    if isinstance(node, Choice):
        return all(map(restricts, node.items))
    if isinstance(node, Repeat):
        return restricts(node.item)
    other = node.region if isinstance(node, Within) else node.inner
    return restricts(node.item) or restricts(other)
