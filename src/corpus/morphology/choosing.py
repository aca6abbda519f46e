"""What a form most probably is by itself: ordered rules over the dictionary's parses."""

from __future__ import annotations

import re
from collections.abc import Callable

from corpus.morphology import endings, rules
from corpus.morphology.parses import Parse
from corpus.text.fold import fold

# Case forms of surnames in -ов, -ев, -ин, -ын, of men and of women, and the lemma of all of them.
SURNAME_FORM = re.compile("(?:ов|ев|ин|ын)(?:а|у|ой|ою|ым|е)$")
MASCULINE = re.compile("(?:ов|ев|ин|ын)$")
_VOWELS = frozenset("аеёиоуыэюя")

Rule = Callable[[str, str, list[Parse]], "tuple[str, str, str] | None"]


def choose(word: str, parses: list[Parse]) -> tuple[str, str, str]:
    """Return lemma, tag and pymorphy's part of speech by the first rule that has an answer."""
    key = fold(word)
    for rule in RULES:
        answer = rule(word, key, parses)
        if answer:
            return answer
    return _as_answer(parses[0], word)


def _preferred(word: str, key: str, parses: list[Parse]) -> tuple[str, str, str] | None:
    """Take the parse that the table of closed-class and frequent words names."""
    if key not in rules.PREFERRED or "ё" in word.lower():
        return None
    lemma, part = rules.PREFERRED[key]
    for parse in parses:
        if parse.normal_form == lemma and part in ("", parse.tag.part):
            return _as_answer(parse, word)
    # The dictionary files it otherwise (тем under тот): keep its grammemes, name the part.
    nearest = next((p for p in parses if "Apro" in p.tag.grammemes), parses[0])
    return lemma, nearest.tag.text, part or nearest.tag.part


def _ordinal_or_adjective(word: str, key: str, parses: list[Parse]) -> tuple[str, str, str] | None:
    """Prefer the adjective to a rare noun or comparative with the same forms."""
    lemma = rules.ADJECTIVES.get(parses[0].normal_form)
    if lemma is None or key in rules.NOT_ADJECTIVES:
        return None
    for parse in parses:
        if parse.normal_form == lemma and parse.tag.part == "ADJF":
            return _as_answer(parse, word)
    return lemma, parses[0].tag.text, "ADJF"


def _surname_not_adjective(word: str, key: str, parses: list[Parse]) -> tuple[str, str, str] | None:
    """Take Снеткова for a surname: the short form of снетковый is not met in capitals."""
    if parses[0].tag.part != "ADJS" or not parses[0].known:
        return None
    if not word[:1].isupper() or word.isupper() or not SURNAME_FORM.search(key):
        return None
    return word.lower(), "NOUN,anim,femn,Sgtm,Surn sing,nomn", "NOUN"


def _foreign_name(word: str, key: str, parses: list[Parse]) -> tuple[str, str, str] | None:
    """Take a capitalised word outside the dictionary for a name, if possible in the nominative.

    A name that ends in a consonant is its own lemma (Митчелл, not Митчелла); a form of a Russian
    surname gets the masculine one (Гуцаева, Гуцаевой → Гуцаев), so that a family and every case
    are found together, as pymorphy3 does for the surnames it knows; else the nominative singular
    among the parses, if there is one.
    """
    if not word[:1].isupper() or len(word) < 3 or word.isupper() or parses[0].known:
        return None
    nouns = [p for p in parses if p.tag.part == "NOUN"]
    if SURNAME_FORM.search(key):
        surname = next((p for p in nouns if MASCULINE.search(fold(p.normal_form))), None)
        if surname:
            return _as_answer(surname, word)
    nominative = [p for p in nouns if {"nomn", "sing"} <= p.tag.grammemes]
    own = next((p for p in nominative if fold(p.normal_form) == key), None)
    if key[-1] not in _VOWELS and key[-1] not in "ьйхм":
        if key.endswith(("ов", "ев", "ин")) and not own:
            own = nouns[0] if nouns else None
        tag = own.tag.text if own else "NOUN,inan,masc,Name sing,nomn"
        return word.lower(), tag, "NOUN"
    if own and not _oblique_is_likelier(own, parses):
        return _as_answer(own, word)
    adjective = next((p for p in parses if p.tag.part == "ADJF"), None)
    if key.endswith(("ая", "ое", "ые", "ский", "ской", "ского", "ском", "ских")) and adjective:
        return _as_answer(adjective, word)
    return _as_answer(nouns[0], word) if nouns else _as_itself(word)


def _oblique_is_likelier(own: Parse, parses: list[Parse]) -> bool:
    """Return whether a parse in another case is far more probable than the nominative."""
    other = max((p.score for p in parses if p.normal_form != own.normal_form), default=0.0)
    return other > 3 * own.score


RULES: tuple[Rule, ...] = (
    endings.chosen,
    _preferred,
    _ordinal_or_adjective,
    _surname_not_adjective,
    _foreign_name,
)


def _as_itself(word: str) -> tuple[str, str, str]:
    return word.lower(), "NOUN,inan,masc,Fixd,Name sing,nomn", "NOUN"


def _as_answer(parse: Parse, word: str) -> tuple[str, str, str]:
    return readable(parse.normal_form, word, parse.known), parse.tag.text, parse.tag.part


def readable(lemma: str, word: str, known: bool) -> str:
    """Return a lemma without a ё that pymorphy3 invents for unknown words, renamed if need be."""
    lower = word.lower()
    if "ё" in lemma and "ё" not in lower and not known:
        lemma = lemma.replace("ё", "е")
    if lower in rules.NOT_RENAMED:
        return lemma
    return rules.RENAMED.get(lemma, lemma)
