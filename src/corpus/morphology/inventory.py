"""What has a number in the model: classes of readings, words, endings, and forms made of them.

A form is encoded once: a *label* for each of its readings (what class it is of, and which word, if
the word is one of the model's), and an *atom*, which is what its neighbours see of it: the word, if
it is one of the model's, else the set of classes that it can have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.morphology.readings import GRADES, Reading, label
from corpus.morphology.rules import AGREEING
from corpus.text.fold import fold

Ints = NDArray[np.int32]

LISTS = ("coarse", "middle", "fine", "lexical", "words", "signatures", "rough", "endings", "lemmas")
EDGE_NAME = "<edge>"
EDGE = 1
"""The number of the sentence's edge in every list; 0 is for what has no other number."""

COARSE, MIDDLE, FINE, WORD = range(4)
"""The classes of a label, from the coarsest to the finest, and the word itself."""

SHAPES = 9
LOWER, CAPITAL, UPPER, INITIAL, DIGITS, LATIN, OPENING, STOP, MARK = range(SHAPES)
_CYRILLIC = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")


def shape(form: str) -> int:
    """Return what a form looks like."""
    first = form[:1]
    if first.isdecimal():
        return DIGITS
    if first.isalpha():
        if first.lower() not in _CYRILLIC:
            return LATIN
        if not first.isupper():
            return LOWER
        letters = form.rstrip(".")
        if len(letters) == 1:
            return INITIAL
        return UPPER if letters.isupper() else CAPITAL
    if first and first in "«„“\"'([{":
        return OPENING
    return STOP if first and first in ".!?…" else MARK


def key_of(form: str) -> str:
    """Return the form as the model sees it: folded, without the full stop of abbreviations."""
    key = fold(form)
    return key.rstrip(".") if len(key) > 1 and key[0].isalpha() else key


def signature(readings: Sequence[Reading]) -> str:
    """Return the name of the set of classes that a form can have."""
    return " ".join(sorted({label(reading.pos, reading.tag)[1] for reading in readings}))


def rough_of(signature: str) -> str:
    """Return a set of classes without case, number and gender."""
    names = signature.removeprefix("~").split(" ")
    plain = {".".join(p for p in name.split(".") if p not in AGREEING) for name in names}
    return "~" + " ".join(sorted(plain))


def lexical(key: str, reading: Reading) -> str:
    """Return the name of a form as one word rather than another: стали as стать."""
    return f"{key} {fold(reading.lemma)} {reading.pos}"


def lemma(reading: Reading) -> str:
    return f"{fold(reading.lemma)} {reading.pos}"


def endings(key: str) -> tuple[str, str]:
    """Return the names of a form's last three and last two letters."""
    return key[-3:], key[-2:] + "-"


class Names:
    """A list of names and the number of each."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self.numbers = {name: number for number, name in enumerate(self.names)}

    def __len__(self) -> int:
        return len(self.names)

    def __call__(self, *names: str) -> int:
        """Return the number of the first name that has one; 0 if none has."""
        for name in names:
            found = self.numbers.get(name)
            if found is not None:
                return found
        return 0


class Encoded(NamedTuple):
    """A form in numbers; the first four have one for each reading."""

    labels: list[int]
    grades: list[int]
    lemmas: list[int]
    words: list[int]
    """Readings of the same lemma and part of speech share a number here."""
    atom: int
    shape: int
    endings: tuple[int, int]


class Inventory:
    """The lists of names, and from which of them labels and atoms are made.

    `labels` holds the four classes of each label; `atoms` the word, the signature and the rough
    signature of each atom: first the sentence's edge, then the words, then the signatures.
    """

    def __init__(
        self,
        names: Mapping[str, Sequence[str]],
        labels: Sequence[Sequence[int]],
        signatures: Sequence[int],
    ) -> None:
        self.lists = {name: Names(names[name]) for name in LISTS}
        self.labels = np.array(labels, np.int32).reshape(-1, 4)
        self.signatures = np.array(signatures, np.int32)
        """The signature of each word."""
        self._codes = {tuple(row): code for code, row in enumerate(self.labels.tolist())}
        self._known: dict[tuple[str, str], tuple[int, int, int]] = {}
        # Words share few sets of parts of speech and tags.
        self._atoms: dict[frozenset[tuple[str, str]], int] = {}
        self._lexical_keys = {name.partition(" ")[0] for name in names["lexical"]}
        words, others = len(self.lists["words"]), len(self.lists["signatures"])
        self._first_signature = 1 + words
        self.atoms = np.zeros((1 + words + others, 3), np.int32)
        self.atoms[0] = 0, EDGE, EDGE
        self.atoms[1 : 1 + words, 0] = np.arange(words)
        self.atoms[1 : 1 + words, 1] = self.signatures
        self.atoms[1 + words :, 1] = np.arange(others)
        rough = [self.lists["rough"](rough_of(name)) for name in names["signatures"]]
        rough[EDGE] = EDGE
        self.atoms[1:, 2] = np.array(rough, np.int32)[self.atoms[1:, 1]]

    def size(self, name: str) -> int:
        return len(self.lists[name])

    def classes(self, pos: str, tag: str) -> tuple[int, int, int]:
        """Return the numbers of the classes of a reading."""
        known = self._known.get((pos, tag))
        if known is None:
            coarse, middle, fine = label(pos, tag)
            known = self._known[pos, tag] = (
                self.lists["coarse"](coarse, coarse.partition(".")[0]),
                self.lists["middle"](middle, coarse),
                self.lists["fine"](fine, middle, coarse),
            )
        return known

    def label(self, classes: tuple[int, int, int], word: int) -> int:
        """Return the number of the label of some classes and a word, or of the most alike."""
        views = (*classes, word)
        found = self._codes.get(views)
        if found is None:
            coarse, middle, _ = classes
            alike = ((*classes, 0), (coarse, middle, 0, 0), (coarse, 0, 0, 0))
            found = next((self._codes[v] for v in alike if v in self._codes), 0)
            self._codes[views] = found
        return found

    def atom(self, key: str, readings: Sequence[Reading]) -> int:
        """Return the number of what its neighbours see of a form."""
        word = self.lists["words"](key)
        if word:
            return 1 + word
        kinds = frozenset([(reading.pos, reading.tag) for reading in readings])
        atom = self._atoms.get(kinds)
        if atom is None:
            name = signature(readings)
            number = self.lists["signatures"](name, rough_of(name))
            atom = self._atoms[kinds] = self._first_signature + number
        return atom

    def encode(self, form: str, readings: Sequence[Reading]) -> Encoded:
        """Return the numbers of a form."""
        key = key_of(form)
        three, two = endings(key)
        lemma_numbers, lexical_numbers = self.lists["lemmas"], self.lists["lexical"]
        has_own = key in self._lexical_keys
        words: dict[tuple[str, str], tuple[int, int, int]] = {}
        labels, lemmas, places = [], [], []
        for reading in readings:
            word = reading.lemma, reading.pos
            known = words.get(word)
            if known is None:
                # Most forms are none of the model's: their names need not be made.
                own = lexical_numbers(lexical(key, reading)) if has_own else 0
                known = words[word] = len(words), lemma_numbers(lemma(reading)), own
            labels.append(self.label(self.classes(reading.pos, reading.tag), known[2]))
            lemmas.append(known[1])
            places.append(known[0])
        return Encoded(
            labels,
            [reading.grade for reading in readings],
            lemmas,
            places,
            self.atom(key, readings),
            shape(form),
            (self.lists["endings"](three), self.lists["endings"](two)),
        )


class Forms(NamedTuple):
    """Encoded forms: the readings of all, those of form f from `first[f]` on, `sizes[f]` many.

    `labels`, `words`, `own` and `places` have an entry a reading, the others one a form. `own` is
    what speaks for a reading without its sentence, in the first and in the second pass; `places`
    is where it stood among the form's readings before some were left out.
    """

    first: Ints
    sizes: Ints
    labels: Ints
    words: Ints
    own: tuple[Ints, Ints]
    atoms: Ints
    shapes: Ints
    places: Ints


class Details(NamedTuple):
    """What the readings of some forms are scored by without their sentence."""

    labels: Ints
    grades: Ints
    lemmas: Ints
    endings: Ints


def details(encoded: Sequence[Encoded]) -> Details:
    """Return what the forms' readings are scored by, one after the other."""
    sizes = [len(e.labels) for e in encoded]
    ends = np.array([e.endings for e in encoded], np.int32).reshape(-1, 2)
    return Details(
        np.array([n for e in encoded for n in e.labels], np.int32),
        np.array([n for e in encoded for n in e.grades], np.int32),
        np.array([n for e in encoded for n in e.lemmas], np.int32),
        np.repeat(ends, sizes, axis=0),
    )


def forms_of(encoded: Sequence[Encoded], own: tuple[Ints, Ints]) -> Forms:
    """Return encoded forms as arrays."""
    sizes = np.array([len(e.labels) for e in encoded], np.int32)
    return Forms(
        first=(np.cumsum(sizes) - sizes).astype(np.int32),
        sizes=sizes,
        labels=np.array([n for e in encoded for n in e.labels], np.int32),
        words=np.array([n for e in encoded for n in e.words], np.int32),
        own=own,
        atoms=np.array([e.atom for e in encoded], np.int32),
        shapes=np.array([e.shape for e in encoded], np.int32),
        places=np.array([n for e in encoded for n in range(len(e.labels))], np.int32),
    )


GRADE_COUNT = GRADES + 1
