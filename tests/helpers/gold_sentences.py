"""Sentences of treebanks joined to paragraphs again, and how many of their boundaries are found."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from real import real

LONGEST = 40
"""Sentences of one paragraph at most, where a file does not mark paragraphs."""


class Score(NamedTuple):
    """Boundaries between sentences: all in the gold, those found there, and all that were found."""

    gold: int
    right: int
    found: int

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.gold + self.found)


def paragraphs(name: str) -> Iterator[list[str]]:
    """Yield the sentences of each paragraph of a treebank."""
    for block in _blocks(name):
        for first in range(0, len(block), LONGEST):
            yield block[first : first + LONGEST]


def boundaries(sentences: list[str]) -> tuple[str, set[int]]:
    """Return sentences as one text, and where in it each but the first starts."""
    places, length = set(), 0
    for sentence in sentences[:-1]:
        length += len(sentence) + 1
        places.add(length)
    return " ".join(sentences), places


def score(texts: Iterable[list[str]], find: Callable[[str], set[int]]) -> Score:
    """Count the boundaries that `find` sees in each text."""
    total = [0, 0, 0]
    for sentences in texts:
        text, gold = boundaries(sentences)
        found = find(text)
        for place, number in enumerate((len(gold), len(gold & found), len(found))):
            total[place] += number
    return Score(*total)


def _blocks(name: str) -> Iterator[list[str]]:
    block: list[str] = []
    text, forms = "", []
    with gzip.open(real(f"morphology/{name}.conllu.gz"), "rt", encoding="utf-8") as file:
        for line in [*file, "\n", "# newdoc"]:
            if line.startswith("# new"):
                if block:
                    yield block
                block = []
            elif line.startswith("# text ="):
                text = line[8:].strip()
            elif line[0].isdigit():
                forms.append(line.split("\t")[1])
            elif not line.strip():
                if forms:
                    block.append(text or spaced(forms))
                text, forms = "", []


def spaced(forms: list[str]) -> str:
    """Return tokens as a text, for files that do not say where white space is."""
    text, glued, quoted = "", True, False
    for form in forms:
        closing = form == '"' and quoted
        closing |= bool(re.fullmatch(r"[.!?…]+|[,:;)\]}»%]", form))
        text += form if glued or closing else f" {form}"
        quoted ^= form == '"'
        glued = form in "(«[{№" or (form == '"' and quoted)
    return text
