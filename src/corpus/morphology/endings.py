"""Words with endings that no dictionary has: SpaceX'а, 10-го, МИДом, Ту-154М, Двинско-Печорскому.

What a word of some shapes is follows from the shape alone (`by_shape`); for others the parses help
(`halved` sorts them, `chosen` is one of the analyser's rules). The conventions, in step with how
people search:

- A Latin name has itself as its lemma, whatever Russian ending it has: SpaceX, SpaceX'а → spacex.
- An ordinal is its number with -й (10-го, 90-е, 2го → 10-й, 90-й, 2-й), so that all its forms are
  found together; a cardinal is its number (5-ти, 3-мя, 2-х → 5, 3, 2).
- Roman numerals are written in Latin letters (ХХ → XX), other acronyms in small ones (МИДом → мид).
- Makes and marks (Су-27, Ту-154М, С-400) are their own lemmas.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from corpus.model import Dictionary
from corpus.morphology.features import upos
from corpus.morphology.parses import Parse
from corpus.text.fold import fold

Answer = tuple[str, str, str]
"""Lemma, tag and part of speech, as the analyser's rules give them."""

# Endings of nouns → number and case. Of two cases with one ending that which is met more often.
_NOUN: dict[str, str] = {
    **dict.fromkeys(("а", "я"), "sing,gent"),
    **dict.fromkeys(("у", "ю"), "sing,datv"),
    **dict.fromkeys(("ом", "ем", "ём", "ой", "ей"), "sing,ablt"),
    "е": "sing,loct",
    **dict.fromkeys(("ы", "и"), "plur,nomn"),
    **dict.fromkeys(("ов", "ев"), "plur,gent"),
    **dict.fromkeys(("ам", "ям"), "plur,datv"),
    **dict.fromkeys(("ами", "ями"), "plur,ablt"),
    **dict.fromkeys(("ах", "ях"), "plur,loct"),
}
# Endings of ordinals → gender, number and case.
_ORDINAL: dict[str, str] = {
    **dict.fromkeys(("й", "ый", "ий"), "masc,sing,nomn"),
    **dict.fromkeys(("го", "ого", "его"), "masc,sing,gent"),
    **dict.fromkeys(("му", "ому", "ему"), "masc,sing,datv"),
    **dict.fromkeys(("м", "ом", "ем"), "masc,sing,loct"),
    "ым": "masc,sing,ablt",
    **dict.fromkeys(("я", "ая", "ья"), "femn,sing,nomn"),
    **dict.fromkeys(("ю", "ую", "ью"), "femn,sing,accs"),
    "ой": "femn,sing,gent",
    "ое": "neut,sing,nomn",
    **dict.fromkeys(("ые", "ие"), "plur,nomn"),
    **dict.fromkeys(("х", "ых"), "plur,gent"),
    **dict.fromkeys(("ми", "ыми"), "plur,ablt"),
}
# Without a hyphen some of them are units or cardinals: 5м, 2х.
_NEEDS_HYPHEN = frozenset("м х е я ю".split())
_CARDINAL = {"ти": "gent", "ух": "gent", "ёх": "gent", "ех": "gent", "мя": "ablt", "х": "gent"}

# A Latin name right before its ending must be longer, or it is a word with some Latin letters.
_LATIN = re.compile(r"([A-Za-z][A-Za-z\d]*(?:-[A-Za-z\d]+)*)(['’‑-]?)([а-яё]{1,3})")
_LOOK_ALIKE = frozenset("aceopxykmutABCEHKMOPTXY")
_NUMBER = re.compile(r"(\d{1,9})([-‑]?)([а-яё]{1,4})")
_MARK = re.compile(r"[А-ЯЁ][А-ЯЁа-яё]{0,5}[-‑]?\d{1,4}[А-ЯЁA-Z]{0,3}")
_ROMAN = re.compile("(?=.*[ІХ])[IІVXХL]{2,9}")
_TO_LATIN = str.maketrans("ІХ", "IX")
_ACRONYM = re.compile("([А-ЯЁ]{2,6})([а-яё]{0,3})")
_ADVERB = re.compile("по-[а-яё-]+(?:ски|цки|ьи)")
_ADJECTIVE = re.compile("[сц]к(?:ий|ого|ому|им|ом|ая|ой|ую|ое|ие|их|ими)$")
_JOINED = re.compile("[ое]-[а-яё]{2,}н(?:ый|ого|ому|ым|ом|ая|ой|ую|ое|ые|ых|ыми)$")


def by_shape(form: str) -> Dictionary | None:
    """Analyse a word that needs no dictionary although it has Cyrillic letters, else None."""
    answer = _latin(form) or _number(form) or _roman(form) or _mark(form)
    if answer is None:
        return None
    lemma, tag = answer
    return Dictionary(form, lemma, upos(tag, lemma), tag, (lemma,))


def chosen(word: str, key: str, parses: Sequence[Parse]) -> Answer | None:
    """Return lemma, tag and part of speech of an acronym or a word with a hyphen, if they decide.

    `key` is the folded word, `parses` what pymorphy3 makes of it, the likeliest first.
    """
    if word[:2].isupper() and "-" not in word:
        return _acronym(word, parses)
    return _hyphenated(word, key, parses) if "-" in word else None


def typed(word: str) -> tuple[str, ...]:
    """Return what a word typed in small letters may be in capitals: хх → XX."""
    roman = _roman(word.upper())
    return roman[:1] if roman else ()


def _latin(form: str) -> tuple[str, str] | None:
    found = _LATIN.fullmatch(form)
    if not found:
        return None
    name, mark, ending = found.groups()
    if ending not in _NOUN or (not mark and (len(name) < 3 or _LOOK_ALIKE.issuperset(name))):
        return None
    gender = "femn" if ending in ("ой", "ей") else "masc"
    kind = "" if name.islower() else ",Orgn"
    return name.lower(), f"NOUN,inan,{gender}{kind} {_NOUN[ending]}"


def _number(form: str) -> tuple[str, str] | None:
    found = _NUMBER.fullmatch(form)
    if not found:
        return None
    number, hyphen, ending = found.groups()
    if ending in _CARDINAL and (ending != "х" or number in ("2", "3", "4")):
        return number, f"NUMB {_CARDINAL[ending]}"
    if not hyphen and ending in _NEEDS_HYPHEN:
        return None
    grammemes = _ORDINAL.get(ending)
    if ending == "е":  # 90-е годы, 5-е место
        grammemes = "plur,nomn" if number.endswith("0") else "neut,sing,nomn"
    return (f"{number}-й", f"ADJF,Anum,NUMB {grammemes}") if grammemes else None


def _roman(form: str) -> tuple[str, str] | None:
    return (form.translate(_TO_LATIN), "ROMN") if _ROMAN.fullmatch(form) else None


def _mark(form: str) -> tuple[str, str] | None:
    return (form.lower(), "NOUN,inan,masc,Fixd,Orgn sing,nomn") if _MARK.fullmatch(form) else None


def _acronym(word: str, parses: Sequence[Parse]) -> Answer | None:
    """Take an unknown ГД for a name of its own, and МРОТу for a form of МРОТ."""
    found = _ACRONYM.fullmatch(word)
    if not found or (found[2] and found[2] not in _NOUN):
        return None
    if _ROMAN.fullmatch(word):
        return word.translate(_TO_LATIN), "ROMN", "ROMN"
    lemma = found[1].lower()
    if parses[0].known:  # МИДа has its parse, and ЛОРу one beside that of Лора
        own = next((p for p in parses if p.normal_form == lemma), None)
        return (lemma, own.tag.text, own.tag.part) if found[2] and own else None
    grammemes = _NOUN.get(found[2])
    tag = f"Abbr,Orgn {grammemes}" if grammemes else "Fixd,Abbr,Orgn sing,nomn"
    return lemma, f"NOUN,inan,masc,{tag}", "NOUN"


def _hyphenated(word: str, key: str, parses: Sequence[Parse]) -> Answer | None:
    """Take по-христиански for an adverb, and Двинско-Печорскому for an adjective."""
    if parses[0].known:
        return None
    if _ADVERB.fullmatch(key):
        return word.lower(), "ADVB", "ADVB"
    if not _ADJECTIVE.search(key) and not _JOINED.search(key):
        return None
    adjective = next((p for p in parses if p.tag.part == "ADJF"), None)
    if adjective is None:
        return None
    lemma = adjective.normal_form
    return lemma if "ё" in word.lower() else fold(lemma), adjective.tag.text, "ADJF"


def halved(word: str, parses: list[Parse], parse: Callable[[str], list[Parse]]) -> list[Parse]:
    """Return the parses of a word with a hyphen, first those that leave its first half alone.

    дайв-центров is a form of дайв-центр and not of дайва-центр, since дайв is a word, or unknown;
    but стран-участниц is one of страна-участница. `parse` gives the parses of a word.
    """
    half, hyphen, _ = word.lower().partition("-")
    first = parses[0].normal_form.partition("-")[0]
    if not hyphen or parses[0].known or first == half or not first.startswith(half):
        return parses
    alone = parse(half)
    if alone[0].known and all(p.normal_form != half for p in alone):
        return parses
    key = word.lower()

    def rank(found: Parse) -> tuple[bool, bool]:
        return not found.normal_form.startswith(f"{half}-"), found.normal_form != key

    return sorted(parses, key=rank)
