"""Everything that a form can be: the dictionary's parses and what they leave out.

A reading is a lemma, a part of speech (Universal Dependencies) and a tag (OpenCorpora). pymorphy3
files superlatives under their adjective, patronymics of women under those of men, and knows
comparatives as adjectives only: readings follow the treebanks there.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from corpus.morphology import listed as tables
from corpus.morphology import rules
from corpus.morphology.features import upos
from corpus.morphology.parses import Parse
from corpus.text.fold import fold


class Reading(NamedTuple):
    """One thing that a form can be; `grade` says how far the dictionary speaks for it."""

    lemma: str
    pos: str
    tag: str
    grade: int = 0


# What speaks for a reading: where it comes from, and how probable pymorphy3 finds its lemma and
# its tag, each in five steps.
KNOWN, GUESSED, DERIVED, LISTED = range(4)
_STEPS = (0.02, 0.15, 0.5, 0.9)
STEPS = len(_STEPS) + 1
MOST = 60
"""No form has more readings than these."""
GRADES = 4 * STEPS * STEPS * 2

_SUPERLATIVE = re.compile("ш(?:ий|ая|ее|ие|его|ей|ему|ую|ею|им|их|ими|ем)$")
_PATRONYMIC = re.compile("н(?:а|ы|е|у|ой|ою)$")
_SOFT_PARTICIPLE = re.compile("([щш])(?:ий|ая|ее|ие|его|ей|ему|ую|ею|им|их|ими|ем)(?:ся)?$")
_HARD_PARTICIPLE = re.compile("([мнт])(?:ый|ая|ое|ые|ого|ой|ому|ую|ою|ым|ых|ыми|ом)$")
_SHORT_PARTICIPLE = re.compile("([мнт])[аоы]?$")
_REPEATED = re.compile(r"(\w)\1{2,}")
# Adverbs that do not follow from the adjective.
_ADVERBS = {"большой": "много", "маленький": "мало", "хороший": "хорошо", "плохой": "плохо"}


def grade(origin: int, lemma_share: float, share: float, is_choice: bool) -> int:
    """Return the number that stands for what speaks for a reading."""
    steps = bisect_left(_STEPS, lemma_share), bisect_left(_STEPS, share)
    return ((origin * STEPS + steps[0]) * STEPS + steps[1]) * 2 + is_choice


class Drafts:
    """Readings of one word as they are collected; of equal ones the first stays."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], tuple[int, float]] = {}

    def add(self, lemma: str, pos: str, tag: str, origin: int, share: float = 0.0) -> None:
        self._found.setdefault((lemma, pos, tag), (origin, share))

    def __iter__(self) -> Iterator[tuple[tuple[str, str, str], int, float]]:
        return ((key, origin, share) for key, (origin, share) in list(self._found.items()))

    def graded(self, choice: tuple[str, str, str]) -> tuple[Reading, ...]:
        """Return the readings, `choice` first and the others as they came."""
        by_word: dict[tuple[str, str], float] = {}
        for (lemma, pos, _), (_, share) in self._found.items():
            by_word[lemma, pos] = by_word.get((lemma, pos), 0.0) + share
        best = self._found.pop(choice, (LISTED, 0.0))
        chosen = choice[:2]
        found = []
        for (lemma, pos, tag), (origin, share) in ((choice, best), *self._found.items()):
            whole = by_word.get((lemma, pos), 0.0)
            number = grade(origin, whole, share, (lemma, pos) == chosen)
            found.append(Reading(lemma, pos, tag, number))
        return tuple(found[:MOST])


def collect(
    word: str,
    parses: list[Parse],
    readable: Callable[[Parse], str],
    is_word: Callable[[str], bool],
) -> Drafts:
    """Return the readings that follow from the parses of a word.

    `readable` gives the lemma of a parse, `is_word` says whether the dictionary has a word.
    """
    drafts = Drafts()
    known = parses[0].known
    total = sum(parse.score for parse in parses) or 1.0
    origin = KNOWN if known else GUESSED
    lower = word.lower()
    fixed: set[tuple[str, str]] = set()
    for parse in parses:
        lemma, tag = lemma_of(parse, lower, readable(parse)), parse.tag.text
        part = parse.tag.part
        pos = upos(tag, lemma, part)
        if part == "ADJF" and "Fixd" in parse.tag.grammemes:
            if (lemma, pos) in fixed:
                continue
            fixed.add((lemma, pos))
        drafts.add(lemma, pos, tag, origin, parse.score / total)
        for other in _others(parse, lemma, pos, lower):
            if other[1] != "ADV" or is_word(other[0]):
                drafts.add(*other, DERIVED, parse.score / total)
    if word[:1].isupper():
        _add_names(drafts, word, lower, known)
    return drafts


def lemma_of(parse: Parse, lower: str, lemma: str) -> str:
    """Return the lemma of a parse where the treebanks call it otherwise than the dictionary."""
    grammemes, part = parse.tag.grammemes, parse.tag.part
    if part == "PREP":
        return lower
    if part == "ADJF" and "Supr" in grammemes:
        return _SUPERLATIVE.sub("ший", lower)
    if part == "NOUN":
        if "V-be" in grammemes and lemma.endswith("ие"):
            return lemma[:-2] + "ье"
        if "Patr" in grammemes:
            if {"femn", "sing"} <= grammemes:
                return _PATRONYMIC.sub("на", lower)
            if lower.find("ьев") > 0:
                return lemma.replace("иевич", "ьевич")
        if {"Surn", "femn", "sing"} <= grammemes:
            return of_woman(lemma)
    return lemma


def of_woman(surname: str) -> str:
    """Return the surname that a woman has: Иванова for Иванов, Крамская for Крамской."""
    if surname.endswith(("ов", "ев", "ёв", "ин", "ын")):
        return surname + "а"
    if surname.endswith(("ий", "ый", "ой")):
        return surname[:-2] + "ая"
    return surname


def _others(parse: Parse, lemma: str, pos: str, lower: str) -> Iterator[tuple[str, str, str]]:
    """Yield what else a parse can stand for."""
    part, tag = parse.tag.part, parse.tag.text
    if pos == "AUX" and lemma == "быть":
        yield lemma, "VERB", tag
    elif part == "COMP":
        yield adverb_of(lemma), "ADV", "COMP"
    elif part == "PRTF":
        ending = _SOFT_PARTICIPLE.sub(r"\1ий", lower)
        if ending == lower:
            ending = _HARD_PARTICIPLE.sub(r"\1ый", lower)
        yield ending, "ADJ", "ADJF " + tag.partition(" ")[2]
    elif part == "PRTS":
        ending = _SHORT_PARTICIPLE.sub(lambda m: "нный" if m[1] == "н" else m[1] + "ый", lower)
        yield ending, "ADJ", "ADJS " + tag.partition(" ")[2]


def adverb_of(adjective: str) -> str:
    """Return the adverb of an adjective: быстро for быстрый."""
    known = _ADVERBS.get(adjective)
    if known:
        return known
    return adjective[:-3] + "но" if adjective.endswith("ний") else adjective[:-2] + "о"


_TAGS = {
    "NOUN": "NOUN,Abbr",
    "ADJ": "ADJF,Abbr",
    "DET": "ADJF,Apro,Abbr",
    "VERB": "VERB,Abbr",
    "ADV": "ADVB,Abbr",
    "ADP": "PREP,Abbr",
    "SCONJ": "CONJ,Abbr",
    "PRON": "NPRO,Abbr",
}


@cache
def listed() -> tuple[dict[str, list[tuple[str, str, str]]], frozenset[str]]:
    """Return the listed readings of forms, and the forms that have no others."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    whole = set()
    for line in tables.WORDS.strip().splitlines():
        form, lemma, pos, tag = line.split(maxsplit=3)
        if form[0] == "=":
            whole.add(form := form[1:])
        found.setdefault(form, []).append((lemma, pos, tag))
    for line in tables.ABBREVIATIONS.strip().splitlines():
        form, words = line.split(maxsplit=1)
        for word in words.split(", "):
            lemma, pos = word.split()
            found.setdefault(form, []).append((lemma, pos, _TAGS[pos]))
    return found, frozenset(whole)


_ITSELF = "NOUN,inan,masc,Fixd,Name sing,nomn"


def _add_names(drafts: Drafts, word: str, lower: str, known: bool) -> None:
    """Add to the nouns of a capitalised word the names that they may be."""
    key = fold(lower)
    itself = any_noun = False
    for (lemma, pos, tag), origin, share in drafts:
        any_noun = any_noun or pos in ("NOUN", "PROPN")
        itself = itself or (fold(lemma) == key and pos in ("NOUN", "PROPN"))
        if pos == "NOUN":
            drafts.add(lemma, "PROPN", tag, DERIVED if origin == KNOWN else GUESSED, share)
    if not (itself or known) and len(word) > 2:
        drafts.add(lower, "PROPN", _ITSELF, DERIVED)
    if known and not any_noun and not word.isupper():
        for lemma, tag in _surnames(lower):
            drafts.add(lemma, "PROPN", tag, DERIVED)


_SURNAME = re.compile("(.+(?:ов|ев|ин|ын))(а|у|ой|ою|ым|е)")
_WOMAN = {"а": ("nomn",), "у": ("accs",), "ой": ("gent", "datv", "ablt", "loct"), "ою": ("ablt",)}
_MAN = {"а": ("gent", "accs"), "у": ("datv",), "ым": ("ablt",), "е": ("loct",)}


def _surnames(lower: str) -> Iterator[tuple[str, str]]:
    """Yield lemma and tag of the surnames that a form can be although it is an adjective, too."""
    found = _SURNAME.fullmatch(lower)
    if found:
        stem, ending = found.groups()
        for case in _WOMAN.get(ending, ()):
            yield f"{stem}а", f"NOUN,anim,femn,Sgtm,Surn sing,{case}"
        for case in _MAN.get(ending, ()):
            yield stem, f"NOUN,anim,masc,Sgtm,Surn sing,{case}"


def simpler(word: str) -> Iterator[str]:
    """Yield other spellings under which a word outside the dictionary may be in it."""
    lower = word.lower()
    short = _REPEATED.sub(r"\1", lower)
    if short != lower:
        yield short
        yield _REPEATED.sub(r"\1\1", lower)
    if lower.endswith(("ася", "ося", "ися", "уся", "юся", "еся", "ися")):
        yield lower[:-1] + "ь"


@lru_cache(maxsize=1 << 14)
def label(pos: str, tag: str) -> tuple[str, str, str]:
    """Return the classes of a reading that features are made of, from the coarsest to the finest.

    The first is the part of speech with the verb's form, the second has case, number and gender
    too, the third tense, person, mood, animacy and kind of name.
    """
    grammemes = tag.replace(" ", ",").split(",")
    part = grammemes[0]
    coarse = [pos]
    if part in rules.FORMS_OF_VERBS or part in ("COMP", "ADJS"):
        coarse.append(part)
    coarse += [g for g in grammemes if g == "impr"]
    middle = [*coarse, *(g for g in grammemes if g in rules.AGREEING)]
    if "plur" in middle:
        middle = [g for g in middle if g not in ("masc", "femn", "neut", "ms-f")]
    fine = [*middle, *(g for g in grammemes if g in rules.FINE)]
    return ".".join(coarse), ".".join(middle), ".".join(fine)
