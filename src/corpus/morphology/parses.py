"""What pymorphy3 says of a word, as light records: the same parses in the same order, faster.

pymorphy3 asks every unit of its chain, makes an object of each parse and looks its probability up
by a key of its own. Most words are in the dictionary, where all of that follows from one look-up:
the paradigms that a word belongs to. Other words go the long way.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer

# Known and unknown, ambiguous, with a prefix, with е for ё: the short way must agree with the long.
_SAMPLES = "стали еще ёлка всё наилучший путину москве печь берег замок этом 3-й бутявка".split()


_score = attrgetter("score")


class Tag(NamedTuple):
    """A tag of pymorphy3: as text, its part of speech (may be empty) and its grammemes."""

    text: str
    part: str
    grammemes: frozenset[str]


class Parse(NamedTuple):
    """One parse; `known` tells whether the dictionary has its word.

    That is looked up for the first parse, and where it decides whether a ё was invented.
    """

    normal_form: str
    tag: Tag
    score: float
    known: bool


class _Way(NamedTuple):
    """How a form of a paradigm leads to the normal form: `form[start:-cut]` between two affixes."""

    tag: Tag
    start: int
    cut: int
    before: str
    after: str


class _Ways(dict[int, list[_Way]]):
    """The ways of all forms of a paradigm, by its number."""

    def __init__(self, morph: MorphAnalyzer, tag: Callable[[Any], Tag]) -> None:
        super().__init__()
        self._morph, self._tag = morph, tag

    def __missing__(self, number: int) -> list[_Way]:
        forms = self._morph.dictionary.build_paradigm_info(number)
        before, _, after = forms[0]
        ways = self[number] = [
            _Way(self._tag(tag), len(prefix), len(suffix), before, after)
            for prefix, tag, suffix in forms
        ]
        return ways


class Parses:
    """Parses of words, the likeliest first."""

    def __init__(self, morph: MorphAnalyzer) -> None:
        self.morph = morph
        self._tags: dict[str, Tag] = {}
        self._ways = _Ways(morph, self._tag)
        self._last: tuple[str, list[Parse]] = "", []

    def of(self, word: str) -> list[Parse]:
        """Return what a word can be; never nothing.

        Only of a single letter does the case matter (it may be an initial). So the forms of one
        spelling, which come one after the other when many are analysed, are looked up once.
        """
        if len(word) < 2:
            return self._long_way(word)
        lower = word.lower()
        last, found = self._last
        if last != lower:
            found = (self.has_short_way and self._short_way(lower)) or self._long_way(word)
            self._last = lower, found
        return found

    @cached_property
    def has_short_way(self) -> bool:
        """Whether the dictionary can be asked directly and says what pymorphy3 says.

        Another version of pymorphy3 may keep it otherwise: then everything goes the long way.
        """
        try:
            found = [(self._short_way(word), self._long_way(word)) for word in _SAMPLES]
        except (AttributeError, TypeError, ValueError, LookupError):
            return False
        # The score of a word's only parse is never asked for, and not looked up.
        return all(
            not short or [p[:2] for p in short] == [p[:2] for p in long] for short, long in found
        )

    def _long_way(self, word: str) -> list[Parse]:
        parses = self.morph.parse(word)
        return [
            Parse(p.normal_form, self._tag(p.tag), p.score, self._is_known(p, p is parses[0]))
            for p in parses
        ]

    def _is_known(self, parse: Any, is_first: bool) -> bool:
        """Look a parse up in the dictionary, if it is one of those that are asked whether known."""
        return (is_first or "ё" in parse.normal_form) and bool(parse.is_known)

    def _short_way(self, lower: str) -> list[Parse]:
        """Return the parses of a word that the dictionary has."""
        substitutes = self.morph.char_substitutes
        found = []
        for form, places in self.morph.dictionary.words.similar_items(lower, substitutes):
            size = len(form)
            for paradigm, place in places:
                tag, start, cut, before, after = self._ways[paradigm][place]
                found.append(Parse(before + form[start : size - cut] + after, tag, 1.0, True))
        return self._ranked(lower, found) if len(found) > 1 else found

    @cached_property
    def _chances(self) -> Callable[[str], list[tuple[str, int]]]:
        """What returns the keys `word:tag` that begin in some way, with their probability."""
        estimator = self.morph.prob_estimator
        return estimator.p_t_given_w.items if estimator else lambda start: []

    def _ranked(self, word: str, found: list[Parse]) -> list[Parse]:
        """Return parses in the order of their probability, if anything is known of it."""
        chances = self._chances(f"{word}:")
        if not chances:
            return found
        key = len(word) + 1
        known = {text[key:]: chance for text, chance in chances}
        scored = [Parse(form, tag, known.get(tag.text, 0), True) for form, tag, _, _ in found]
        return sorted(scored, key=_score, reverse=True)

    def _tag(self, tag: Any) -> Tag:
        text = str(tag)
        known = self._tags.get(text)
        if known is None:
            known = self._tags[text] = Tag(text, str(tag.POS or ""), frozenset(tag.grammemes))
        return known
