"""What a reading is scored by: its label with what stands beside the word, as numbers.

A template names one thing beside a word (the word before, the preposition that governs it …) and
which classes of labels go with which views of that thing. Everything is worked out for all tokens
of many sentences at once and never crosses the edge of a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.morphology.inventory import (
    COARSE,
    EDGE,
    FINE,
    GRADE_COUNT,
    MIDDLE,
    SHAPES,
    WORD,
    Details,
    Forms,
    Ints,
    Inventory,
    rough_of,
)

ANY = -1
"""In place of a class of labels: whatever the label."""

CLASSES = ("coarse", "middle", "fine", "lexical")


class Template(NamedTuple):
    """One thing beside a word.

    `views` has a row for each thing there can be, with its numbers in several views, 0 for none;
    `lists` names the lists whose numbers they are; `pairs` says which class of labels goes with
    which view.
    """

    name: str
    views: Ints
    lists: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...]


class Slot(NamedTuple):
    """Where the weights of one pair of a template stand: `rows` by `width` from `base` on."""

    template: int
    view: int
    other: int
    base: int
    rows: int
    width: int


def slots(templates: Sequence[Template], inventory: Inventory) -> Iterator[Slot]:
    """Yield the slots of templates, one after the other; weight 0 belongs to none."""
    base = 1
    for number, template in enumerate(templates):
        for view, other in template.pairs:
            rows = 1 if view == ANY else inventory.size(CLASSES[view])
            width = int(template.views[:, other].max(initial=0)) + 1
            yield Slot(number, view, other, base, rows, width)
            base += rows * width


# The sides of a word.

NEAR = (-1, 1, -2, 2)
PAIRS = ((-1, 1), (-2, -1), (1, 2))


def _plain(size: int) -> Ints:
    return np.arange(size, dtype=np.int32)[:, None]


def own_first(inventory: Inventory) -> list[Template]:
    """Return what speaks for a reading without its sentence, to choose lemma and part of speech."""
    classes = ((COARSE, 0), (MIDDLE, 0), (FINE, 0))
    ends = _plain(inventory.size("endings"))
    return [
        Template("label", np.ones((1, 1), np.int32), ("",), (*classes, (WORD, 0))),
        Template("grade", _plain(GRADE_COUNT), ("",), ((COARSE, 0), (ANY, 0))),
        Template("lemma", _plain(inventory.size("lemmas")), ("lemmas",), ((ANY, 0),)),
        Template("three", ends, ("endings",), classes),
        Template("two", ends, ("endings",), classes),
    ]


def own_second(inventory: Inventory) -> list[Template]:
    """Return what speaks for a reading without its sentence, to choose case, number and so on."""
    classes = ((COARSE, 0), (MIDDLE, 0), (FINE, 0))
    ends = _plain(inventory.size("endings"))
    return [
        Template("label", np.ones((1, 1), np.int32), ("",), (*classes, (WORD, 0))),
        Template("grade", _plain(GRADE_COUNT), ("",), ((COARSE, 0), (ANY, 0))),
        Template("two", ends, ("endings",), classes),
    ]


def own_things(details: Details, second: bool) -> list[Ints]:
    """Return for each template of a pass what stands there, reading by reading."""
    once = np.zeros(len(details.labels), np.int32)
    three, two = details.endings[:, 0], details.endings[:, 1]
    if second:
        return [once, details.grades + 1, two]
    return [once, details.grades + 1, details.lemmas, three, two]


_ATOM = ("words", "signatures", "rough")


def first_templates(inventory: Inventory) -> list[Template]:
    """Return what the sentence says in the first pass: the words around and how they look."""
    near = (
        *((COARSE, 0), (MIDDLE, 0), (WORD, 0), (MIDDLE, 1), (FINE, 1), (WORD, 1)),
        *((COARSE, 2), (MIDDLE, 2), (WORD, 2)),
    )
    side = SHAPES + 1
    own, before, after = np.indices((SHAPES * 2, side, side), np.int32)
    shapes = np.stack([own, own * side + before, own * side + after], -1).reshape(-1, 3) + 1
    pairs = ((COARSE, 0), (FINE, 0), (WORD, 0), (COARSE, 1), (COARSE, 2))
    return [
        *(Template(f"near{step:+}", inventory.atoms, _ATOM, near) for step in NEAR),
        Template("shapes", shapes, ("", "", ""), pairs),
    ]


def first_things(forms: Forms, tokens: Ints, near: Neighbours) -> list[NDArray[np.int64]]:
    """Return for each template of the first pass what stands there, token by token."""
    atoms, shapes = forms.atoms[tokens], forms.shapes[tokens]
    own = shapes * 2 + near.starts
    before, after = near.shifted(shapes, -1, SHAPES), near.shifted(shapes, 1, SHAPES)
    around = (own * (SHAPES + 1) + before) * (SHAPES + 1) + after
    return [*(near.shifted(atoms, step, 0) for step in NEAR), around]


def second_templates(inventory: Inventory) -> list[Template]:
    """Return what the sentence says in the second pass, which sees what the first chose."""
    coarse = inventory.lists["coarse"]
    middle = inventory.lists["middle"].names
    rough = [coarse(rough_of(name)[1:]) for name in middle]
    rough[EDGE] = EDGE
    chosen = np.stack([np.arange(len(middle)), rough], 1).astype(np.int32)
    two = ("middle", "coarse")
    every = ((COARSE, 1), (MIDDLE, 0), (FINE, 0), (MIDDLE, 1))
    words = ((COARSE, 0), (MIDDLE, 0), (FINE, 0), (MIDDLE, 1))
    pairs = _plain(len(coarse) ** 2)
    return [
        *(Template(f"near{step:+}", inventory.atoms, _ATOM, words) for step in NEAR[:2]),
        *(Template(f"chosen{step:+}", chosen, two, every) for step in NEAR),
        *(
            Template(f"pair{one:+}{other:+}", pairs, ("",), ((COARSE, 0), (MIDDLE, 0)))
            for one, other in PAIRS
        ),
        Template("governor", inventory.atoms, _ATOM, words),
        *(Template(name, chosen, two, every) for name in ("noun after", "verb before")),
        Template("verb after", chosen, two, every),
        Template("clause", _plain(13), ("",), ((MIDDLE, 0), (FINE, 0))),
    ]


NOMINAL, PREPOSITION, VERB, PUNCTUATION, PRONOUN = range(1, 6)
_PARTS = {
    **dict.fromkeys(("NOUN", "PROPN"), NOMINAL),
    **dict.fromkeys(("VERB", "VERB.INFN", "VERB.GRND", "VERB.PRTS", "VERB.impr", "AUX"), VERB),
    "ADP": PREPOSITION,
    "PUNCT": PUNCTUATION,
    "PRON": PRONOUN,
}


def second_things(
    inventory: Inventory, forms: Forms, tokens: Ints, near: Neighbours, chosen: Ints
) -> list[NDArray[np.int64]]:
    """Return for each template of the second pass what stands there; `chosen` holds labels."""
    atoms = forms.atoms[tokens]
    coarse, middle = inventory.labels[chosen, COARSE], inventory.labels[chosen, MIDDLE]
    width = inventory.size("coarse")
    part = np.array([_PARTS.get(n, 0) for n in inventory.lists["coarse"].names])[coarse]
    nominative = np.array([".nomn" in name for name in inventory.lists["middle"].names])[middle]
    noun, preposition, verb = part == NOMINAL, part == PREPOSITION, part == VERB
    stop = part == PUNCTUATION
    subject = nominative & (noun | (part == PRONOUN))
    # The preposition before, unless a noun or a verb stands between; the noun after, likewise.
    preposition_before = near.before(preposition)
    governed = preposition_before > near.before(noun | verb | stop)
    noun_after = near.after(noun)
    in_phrase = noun_after < near.after(stop | preposition | verb)
    verb_before, verb_after = near.before(verb), near.after(verb)
    has_verb = np.where(verb_before >= 0, 2, np.where(verb_after < near.size, 0, 1))
    clause = (near.before(subject) >= 0) * 2 + (near.after(subject) < near.size)
    last = near.size - 1
    return [
        *(near.shifted(atoms, step, 0) for step in NEAR[:2]),
        *(near.shifted(middle, step, EDGE) for step in NEAR),
        *(
            near.shifted(coarse, one, EDGE) * width + near.shifted(coarse, other, EDGE)
            for one, other in PAIRS
        ),
        np.where(governed, atoms[preposition_before], 0),
        np.where(in_phrase, middle[np.minimum(noun_after, last)], EDGE),
        np.where(verb_before >= 0, middle[verb_before], EDGE),
        np.where(verb_after < near.size, middle[np.minimum(verb_after, last)], EDGE),
        clause * 3 + has_verb + 1,
    ]


class Neighbours:
    """Tokens of sentences, of which it is told which start one."""

    def __init__(self, starts: NDArray[np.bool_]) -> None:
        self.starts, self.size = starts, len(starts)
        self._sentence = np.cumsum(starts) - 1
        first = np.flatnonzero(starts)
        self._first = first[self._sentence]
        self._end = np.append(first[1:], self.size)[self._sentence]

    def shifted(self, values: Ints, step: int, edge: int) -> NDArray[np.int64]:
        """Return the values of the tokens some steps away, `edge` beyond the sentence."""
        found = np.full(self.size, edge, np.int64)
        if abs(step) < self.size:
            here = slice(max(0, -step), self.size - max(0, step))
            there = slice(max(0, step), self.size - max(0, -step))
            same = self._sentence[here] == self._sentence[there]
            found[here] = np.where(same, values[there], edge)
        return found

    def before(self, flags: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the place of the last flag before each token in its sentence, or -1."""
        found = np.full(self.size, -1)
        found[1:] = np.maximum.accumulate(np.where(flags, np.arange(self.size), -1))[:-1]
        return np.where(found >= self._first, found, -1)

    def after(self, flags: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the place of the first flag after each token in its sentence, or `size`."""
        found = np.full(self.size, self.size)
        places = np.where(flags, np.arange(self.size), self.size)
        found[:-1] = np.minimum.accumulate(places[::-1])[::-1][1:]
        return np.where(found < self._end, found, self.size)
