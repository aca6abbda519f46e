"""Treebanks: sentences with their gold, read from CoNLL-U, and all that their words can be."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from corpus.morphology.analyser import Analyser
from corpus.morphology.features import feature_dict
from corpus.morphology.inventory import Encoded, Inventory
from corpus.morphology.readings import Reading
from corpus.text.fold import fold

COMPARED = frozenset(
    "Case Number Gender Tense Person Mood VerbForm Voice Animacy Aspect Degree Variant".split()
)
"""Features in which a reading is compared with the gold."""


class Gold(NamedTuple):
    """A token of a treebank."""

    form: str
    lemma: str
    pos: str
    feats: str


Sentence = list[Gold]


def read(path: Path) -> list[Sentence]:
    """Return the sentences of a CoNLL-U file; empty nodes and ranges are left out."""
    opener: Any = gzip.open if path.suffix == ".gz" else open
    found: list[Sentence] = [[]]
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if fields[0].isdecimal() and len(fields) == 10:
                found[-1].append(Gold(fields[1], fields[2], fields[3], fields[5]))
            elif not line.strip() and found[-1]:
                found.append([])
    return [sentence for sentence in found if sentence]


def agreement(gold: Gold, reading: Reading) -> float:
    """Return how well a reading agrees with the gold: lemma before part of speech before features.

    At least 100 means that the lemma is right, at least 110 that both are.
    """
    score = 100.0 * (fold(reading.lemma) == fold(gold.lemma)) + 10.0 * (reading.pos == gold.pos)
    wanted = features_of(gold)
    found = feature_dict(reading.tag, reading.pos, reading.lemma)
    names = [name for name in COMPARED if name in wanted or name in found]
    same = sum(wanted.get(name) == found.get(name) for name in names)
    return score + (9.0 * same / len(names) if names else 0.0)


def features_of(gold: Gold) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in gold.feats.split("|") if "=" in pair)


class Data:
    """Sentences with their forms coded and every form's readings."""

    def __init__(self, sentences: Sequence[Sentence], analyser: Analyser) -> None:
        self.gold = [gold for sentence in sentences for gold in sentence]
        codes: dict[str, int] = {}
        self.tokens = np.array(
            [codes.setdefault(gold.form, len(codes)) for gold in self.gold], np.int32
        )
        self.forms = list(codes)
        self.readings = [analyser.readings(form) for form in self.forms]
        sizes = [len(sentence) for sentence in sentences]
        self.starts = np.zeros(len(self.gold), bool)
        self.starts[np.cumsum(sizes) - sizes] = True
        self.sentence = np.cumsum(self.starts) - 1

    def encoded(self, names: Inventory) -> list[Encoded]:
        return [names.encode(f, r) for f, r in zip(self.forms, self.readings, strict=True)]
