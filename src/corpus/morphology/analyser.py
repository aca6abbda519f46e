"""One form to its lemma, part of speech and tag, and to everything else it can be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from typing import TYPE_CHECKING

from corpus.model import Dictionary
from corpus.morphology import rules
from corpus.morphology.dictionary import dictionary
from corpus.morphology.parses import Parse, Parses
from corpus.text.fold import fold, tidy_word

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer

RULES_VERSION = "1"
"""Part of the analysis version: changes when the same form would get another lemma."""

# Case forms of surnames in -ов, -ев, -ин, -ын, of men and of women, and the lemma of all of them.
_SURNAME_FORM = re.compile("(?:ов|ев|ин|ын)(?:а|у|ой|ою|ым|е)$")
_MASCULINE = re.compile("(?:ов|ев|ин|ын)$")
# Words that need the dictionary and no tidying, as most do.
_PLAIN = re.compile("[А-Яа-яЁё][А-Яа-яЁё-]*")
_VOWELS = frozenset("аеёиоуыэюя")
_CYRILLIC = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў")

# Words of queries whose candidate lemmas are kept.
_MOST_KNOWN = 10_000

Rule = Callable[[str, str, list[Parse]], "tuple[str, str, str] | None"]


class Analyser:
    """Looks words up in pymorphy3's dictionary and sets right what is known to go wrong.

    Threads may share one; the dictionary loads at the first look-up (about 0.2 s).
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}

    @cached_property
    def _morph(self) -> MorphAnalyzer:
        return dictionary()

    @cached_property
    def _parses(self) -> Parses:
        return Parses(self._morph)

    @property
    def version(self) -> str:
        """The dictionary's version and that of our rules, which together decide every lemma."""
        return f"{dictionary_version()}+rules{RULES_VERSION}"

    def analyse(self, form: str) -> Dictionary:
        """Return the lemma, part of speech (UPOS), OpenCorpora tag and alternatives of a form.

        `form` is one token as it stands in a text; punctuation and numbers are their own lemmas.
        """
        word = form
        if not _PLAIN.fullmatch(form):
            simple = _without_dictionary(form)
            if simple:
                return simple
            word = tidy_word(form)
        parses = self._parses.of(word)
        lemma, tag, grammeme = _chosen(word, parses)
        others = dict.fromkeys([(parse.normal_form, parse.known) for parse in parses])
        readable = [_readable(other, word, known) for other, known in others]
        alternatives = tuple(dict.fromkeys([lemma, *readable]))
        return Dictionary(form, lemma, _upos(lemma, grammeme, tag), tag, alternatives)

    def candidates(self, word: str) -> tuple[str, ...]:
        """Return the keys of all lemmas that a typed word can have, the likeliest first.

        The word is tried as typed and capitalised, since names are typed in small letters, and
        is itself a candidate: whoever types a lemma means that lemma. A name also brings what
        its other case forms were taken for when they were met in a text.
        """
        known = self._known.get(word)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[word] = self._candidates(word)
        return known

    def _candidates(self, word: str) -> tuple[str, ...]:
        tidy = tidy_word(word)
        name = tidy[:1].upper() + tidy[1:]
        found = [*self.analyse(tidy).alternatives, *self.analyse(name).alternatives, tidy]
        found += self._lemmas_of_forms(name)
        return tuple(dict.fromkeys(fold(lemma) for lemma in found))

    def _lemmas_of_forms(self, name: str) -> Iterator[str]:
        """Yield the lemmas that the case forms of a name are indexed under.

        Саламатине may have become саламатина, Росстата росстата: out of context nobody can tell.
        Forms that are common words of the dictionary are left out, or маск would bring every
        mask and Ветров every wind.
        """
        if _without_dictionary(name):
            return
        for parse in self._morph.parse(name):
            proper = not rules.PROPER.isdisjoint(parse.tag.grammemes)
            if parse.tag.POS == "NOUN" and (proper or not parse.is_known):
                forms = [p.word for p in parse.lexeme if "plur" not in p.tag]
                yield from self._taken_for(forms, parse.normal_form.rstrip("аяьйое"), proper)
        surname = self.analyse(name).lemma
        if _MASCULINE.search(surname):
            yield from self._taken_for([surname + e for e in rules.SURNAME_ENDINGS], surname, True)

    def _taken_for(self, forms: Iterable[str], stem: str, proper: bool) -> Iterator[str]:
        for form in dict.fromkeys(forms):
            found = self.analyse(form[:1].upper() + form[1:])
            known = self._morph.word_is_known(form)
            a_name = found.pos == "PROPN" or (proper and found.pos == "ADJ")
            if found.lemma.startswith(stem) and (a_name or not known):
                yield found.lemma


@cache
def dictionary_version() -> str:
    """Return the names and versions of the analyser and its dictionary, without loading them."""
    import pymorphy3
    import pymorphy3_dicts_ru

    return f"pymorphy3-{pymorphy3.__version__}+dicts-ru-{pymorphy3_dicts_ru.__version__}"


def _without_dictionary(form: str) -> Dictionary | None:
    """Analyse what needs no dictionary: numbers, marks, and words with no Cyrillic letter."""
    first = form[:1]
    if first.isdecimal() and not _CYRILLIC.intersection(form.lower()):
        return Dictionary(form, form, "NUM", "NUMB", (form,))
    if not first.isalnum():
        pos = "SYM" if first in "№%$€₽§°+=<>|~^#@&*/\\" else "PUNCT"
        return Dictionary(form, form, pos, "PNCT", (form,))
    if _CYRILLIC.isdisjoint(form.lower()):
        roman = form.isupper() and not set(form) - set("IVXLCDM")
        lemma = form if roman else form.lower()
        return Dictionary(form, lemma, *(("NUM", "ROMN") if roman else ("X", "LATN")), (lemma,))
    if not all(unicodedata.name(letter, "") for letter in form):
        # Letters of some old scripts have no name, which pymorphy3 asks for.
        return Dictionary(form, form.lower(), "X", "UNKN", (form.lower(),))
    return None


def _chosen(word: str, parses: list[Parse]) -> tuple[str, str, str]:
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
    if not word[:1].isupper() or word.isupper() or not _SURNAME_FORM.search(key):
        return None
    return word.lower()[:-1], "NOUN,anim,femn,Sgtm,Surn sing,nomn", "NOUN"


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
    if _SURNAME_FORM.search(key):
        surname = next((p for p in nouns if _MASCULINE.search(fold(p.normal_form))), None)
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
    _preferred,
    _ordinal_or_adjective,
    _surname_not_adjective,
    _foreign_name,
)


def _as_itself(word: str) -> tuple[str, str, str]:
    return word.lower(), "NOUN,inan,masc,Fixd,Name sing,nomn", "NOUN"


def _as_answer(parse: Parse, word: str) -> tuple[str, str, str]:
    return _readable(parse.normal_form, word, parse.known), parse.tag.text, parse.tag.part


def _readable(lemma: str, word: str, known: bool) -> str:
    """Return a lemma without a ё that pymorphy3 invents for unknown words, renamed if need be."""
    lower = word.lower()
    if "ё" in lemma and "ё" not in lower and not known:
        lemma = lemma.replace("ё", "е")
    if lower in rules.NOT_RENAMED:
        return lemma
    return rules.RENAMED.get(lemma, lemma)


def _upos(lemma: str, part: str, tag: str) -> str:
    """Return the Universal Dependencies part of speech for a chosen parse."""
    if part == "NOUN" and _is_proper(tag):
        return "PROPN"
    if part == "ADJF" and ("Apro" in tag or lemma in rules.DETERMINERS):
        return "DET"
    if part == "ADJF" and "Anum" in tag:
        return "ADJ"
    if part == "CONJ" and lemma in rules.SUBORDINATING:
        return "SCONJ"
    return rules.UPOS.get(part, "X")


@cache
def _is_proper(tag: str) -> bool:
    """Return whether a tag, of which there are some thousands, is that of a name."""
    return not rules.PROPER.isdisjoint(tag.replace(" ", ",").split(","))


def lemmas(words: Iterable[str]) -> list[Dictionary]:
    """Analyse words one by one, each by itself."""
    analyser = Analyser()
    return [analyser.analyse(word) for word in words]
