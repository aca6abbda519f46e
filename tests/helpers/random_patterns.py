"""Random token patterns of every kind, of values that are met in the random articles."""

from __future__ import annotations

import random

from random_articles import random_query

from corpus.query import tree
from corpus.query.patterns import (
    STRUCTURES,
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
    Stretch,
    TokenPattern,
    Within,
)

VALUES = {
    "form": ("мост", "Мост", "с.*", ".*а", "елк[аи]", "ёлка", ",", "(?-i)М.*", "стал.", "м|в|на|и"),
    "norm": ("мосту?", "ветров.*", "ёлка", "дом|паром"),
    "lemma": ("мост", "река", "сталь|стать", "в.*", "ветров.*", "ЁЛКА", "открыть"),
    "pos": ("NOUN", "ADJ", "ADP", "PUNCT", "prep", "N.*", "PRTF|INFN|ADJ.*", "CONJ"),
    "tag": ("gent", "femn", "sing|plur", "NOUN", "accs", "NOUN,inan,masc sing,nomn", "loc."),
    "feats": ("Case=Gen", "Case=.*", "Gender=Fem", "Number=Sing|Tense=Past", "_"),
    "heading": ("yes", "no"),
    "zone": ("title", "text", "lead|heading"),
}
COMPARED = ("form", "norm", "lemma", "pos", "tag", "feats", "heading", "zone")
CATEGORIES = "case number gender person tense aspect animacy mood voice".split()
LABELS = ("1", "2", "а")
PLAIN = frozenset(["мост", "Мост", "ёлка", ",", "gent", "NOUN", "Case=Gen", "title", "yes"])


def has(pick: random.Random) -> Has:
    attribute = pick.choice(["form", "lemma", "pos", "tag", *VALUES])
    value = pick.choice(VALUES[attribute])
    literal = value in PLAIN and pick.random() < 0.3
    return Has(attribute, value, pick.random() < 0.2, literal)


def condition(pick: random.Random, depth: int = 2) -> Condition:
    kind = pick.random()
    if not depth or kind < 0.6:
        return has(pick)
    items = tuple(condition(pick, depth - 1) for _ in range(pick.randint(2, 3)))
    if kind < 0.8:
        return Conjunction(items)
    return Disjunction(items) if kind < 0.92 else Negation(items[0])


def token(pick: random.Random) -> TokenPattern:
    label = pick.choice(LABELS) if pick.random() < 0.4 else ""
    if pick.random() < 0.25:
        return TokenPattern(Anything(), label)
    return TokenPattern(condition(pick), label)


def stretch(pick: random.Random, depth: int = 3) -> Stretch:
    kind = pick.random()
    if not depth or kind < 0.25:
        return token(pick)
    if kind < 0.5:
        return Series(tuple(stretch(pick, depth - 1) for _ in range(pick.randint(2, 3))))
    if kind < 0.6:
        return Choice(tuple(stretch(pick, depth - 1) for _ in range(2)))
    if kind < 0.77:
        least, more = pick.choice([(0, 1), (0, 100), (1, 99), (0, 3), (1, 1), (2, 0), (0, 20)])
        item = TokenPattern(Anything()) if pick.random() < 0.4 else stretch(pick, depth - 1)
        return Repeat(item, least, least + more)
    if kind < 0.82:
        return Edge(pick.choice(STRUCTURES), pick.random() < 0.5)
    if kind < 0.86:
        return Region(pick.choice(STRUCTURES))
    return filtered(pick, stretch(pick, depth - 1), depth - 1)


def filtered(pick: random.Random, item: Stretch, depth: int) -> Stretch:
    """Return what of a stretch lies in something, or holds something."""
    negated = pick.random() < 0.3
    kind = pick.random()
    if kind < 0.35:
        return Within(item, Region(pick.choice(["s", "s", "p", *STRUCTURES])), negated)
    # Both may reach over several tokens, so that one lies in the other or only overlaps it.
    other = pick.choice([run, stretch])(pick, depth)
    return (Within if kind < 0.65 else Containing)(item, other, negated)


def run(pick: random.Random, depth: int) -> Stretch:
    """Return a stretch of one token, or of more of the kind."""
    more = Repeat(TokenPattern(has(pick)), pick.choice([0, 1]), pick.choice([2, 100]))
    gap = Repeat(TokenPattern(Anything()), 0, pick.choice([1, 4]))
    return Series(tuple(pick.choice([(token(pick), more), (more, token(pick)), (more, gap)])))


def where(pick: random.Random, labels: list[str], depth: int = 2) -> Condition:
    kind = pick.random()
    if not depth or kind < 0.6:
        left, right = pick.choice(labels), pick.choice(labels)
        if pick.random() < 0.2:
            one, other = pick.choice(("form", "norm", "lemma")), pick.choice(("norm", "lemma"))
        else:
            one = other = pick.choice([*COMPARED, *CATEGORIES])
        return Comparison(left, one, right, other, pick.random() < 0.3)
    items = tuple(where(pick, labels, depth - 1) for _ in range(2))
    if kind < 0.75:
        return Conjunction(items)
    return Disjunction(items) if kind < 0.9 else Negation(items[0])


def pattern(pick: random.Random) -> Pattern:
    from corpus.patterns.shapes import labels_of

    made = pick.choice([run, stretch, stretch])(pick, pick.choice([1, 2, 3]))
    for _ in range(pick.choice([0, 0, 1, 1, 2])):
        made = filtered(pick, made, 1)
    if pick.random() < 0.2:
        made = Series((run(pick, 1), made))
    labels = list(labels_of(made))
    return Pattern(made, where(pick, labels) if labels and pick.random() < 0.6 else None)


def mixed_query(pick: random.Random, depth: int = 2) -> tree.Node:
    """Return a query of the article language in which patterns stand here and there."""
    kind = pick.random()
    if not depth or kind < 0.3:
        return pattern(pick)
    if kind < 0.45:
        return random_query(pick, 1)
    if kind < 0.5:
        return tree.Regex(pick.choice(["с.*", "мост[ау]?", "ёл.*|паром", ".*ов(а|ой)"]))
    if kind < 0.62:
        return tree.And(tuple(mixed_query(pick, depth - 1) for _ in range(2)))
    if kind < 0.74:
        return tree.Or(tuple(mixed_query(pick, depth - 1) for _ in range(2)))
    if kind < 0.8:
        return tree.Not(mixed_query(pick, depth - 1))
    if kind < 0.86:
        return tree.In(pick.choice(["title", "text"]), mixed_query(pick, 0))
    if kind < 0.88:
        return tree.Boost(pattern(pick), 2.0)
    sides = [pattern(pick), pick.choice([tree.Word("мост"), tree.Word("река"), pattern(pick)])]
    pick.shuffle(sides)
    return tree.Near(sides[0], sides[1], pick.choice([1, 3, 10, "s", "p"]))
