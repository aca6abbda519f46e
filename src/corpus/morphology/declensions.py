"""How words outside the dictionary decline: the endings of each pattern and how often each is met.

A pattern is open to stems that end in certain letters. Its first ending makes the lemma. Figures
are shares of a word's occurrences, rounded; they need not sum up to one. For nouns they follow the
shares of the cases in Russian news (nominative .40, genitive .28, dative .06, accusative .10,
instrumental .08, prepositional .08), spread over the endings by how people and things decline.
Spelling is that of folded words: е for ё.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple


@dataclass(frozen=True, eq=False, slots=True)
class Pattern:
    """One way to decline; `name` settles ties, `cost` says how seldom words go this way (nats)."""

    name: str
    stems: tuple[str, ...]
    """What the stem may end in."""
    cost: float
    endings: Mapping[str, float]


class Lexeme(NamedTuple):
    """A word that may exist: a pattern and the stem it is applied to."""

    stem: str
    pattern: Pattern

    @property
    def lemma(self) -> str:
        return self.stem + next(iter(self.pattern.endings))

    def forms(self) -> Iterator[tuple[str, float]]:
        """Yield every form with the share of occurrences that it is expected to have."""
        for ending, share in self.pattern.endings.items():
            yield self.stem + ending, share


FAMILY = "surname"
"""The pattern of surnames in -ов, -ев, -ин, -ын in all their forms, of men and of women."""
OF_A_WOMAN = "а"
"""What a woman's surname has at its end and a man's has not."""
WOMEN_ONLY = ("ой", "ою")
"""The endings of that pattern that only women's surnames have."""

# Letters that stems end in, as text; several letters are parted by blanks.
_HARD = "б в г д з к л м н п р с т ф х ц ж ш ч щ"
_PLAIN = "б в д з л м н п р с т ф"
_BACK = "г к х"
_HISS = "ж ш ч щ ц"
_VOWELS = "а е о у ы э ю я"
_FLEETING = "б в г д ж з л м н п р с т ф ч ш"
_FAMILY = "ов ев ин ын"
_PLURAL = "ам .004 ами .004 ах .004"
_SOFT_PLURAL = "ям .004 ями .004 ях .004"

# Name, what stems end in, cost, endings with their shares; `-` is no ending. What would decline
# in the plural as well has a little of all its occurrences there. Of a family, women have a
# quarter. Of places it is said where things happen.
_TABLE = (
    ("masculine", _PLAIN, 0.5, f"- .45 а .31 у .06 ом .09 е .07 ы .015 ов .015 {_PLURAL}"),
    ("masculine, back", _BACK, 0.5, f"- .45 а .31 у .06 ом .09 е .07 и .015 ов .015 {_PLURAL}"),
    ("masculine, place", _PLAIN + " г к х ж ш ч щ", 1.0, "- .27 а .23 у .04 ом .05 ем .02 е .40"),
    (
        "masculine, sibilant",
        _HISS,
        0.5,
        f"- .45 а .31 у .06 ем .07 ом .03 е .06 и .015 ы .01 ей .01 ев .01 {_PLURAL}",
    ),
    (
        "masculine in -й",
        _VOWELS,
        0.8,
        f"й .45 я .31 ю .06 ем .09 е .07 и .015 ев .015 {_SOFT_PLURAL}",
    ),
    ("masculine in -ий", "и", 1.5, "й .45 я .31 ю .06 ем .09 и .08"),
    (
        "masculine in -ь",
        _HARD,
        1.0,
        f"ь .45 я .31 ю .06 ем .09 е .07 и .015 ей .015 {_SOFT_PLURAL}",
    ),
    (
        "masculine in -ок",
        _FLEETING,
        2.0,
        "ок .45 ка .31 ку .06 ком .09 ке .07 ки .015 ков .015 кам .004 ками .004 ках .004",
    ),
    (
        "masculine in -ец",
        _FLEETING,
        2.0,
        "ец .45 ца .31 цу .06 цем .09 цом .04 це .07 цы .03 цев .03 цам .005 цами .005 цах .005",
    ),
    (
        FAMILY,
        _FAMILY,
        0.3,
        "- .33 а .33 у .07 ым .08 е .02 ой .06 ою .001 ы .02 ых .02 ыми .003",
    ),
    ("surname, women", _FAMILY, 1.0, "а .50 ой .34 у .12 ою .005"),
    ("feminine in -ь", _HARD, 2.0, "ь .52 и .40 ью .08"),
    ("noun in -а", _PLAIN + " ц", 1.0, f"а .42 ы .26 е .13 у .10 ой .08 ою .001 - .01 {_PLURAL}"),
    ("noun in -а, place", _PLAIN, 1.5, "а .25 ы .22 е .41 у .07 ой .05"),
    ("noun in -а, back, place", _BACK, 1.5, "а .25 и .22 е .41 у .07 ой .05"),
    (
        "noun in -а, back or sibilant",
        _BACK + " ж ш ч щ",
        1.0,
        f"а .42 и .26 е .13 у .10 ой .06 ей .03 ою .001 - .01 {_PLURAL}",
    ),
    (
        "noun in -ка",
        _FLEETING,
        1.0,
        "ка .36 ки .30 ке .10 ку .09 кой .07 ок .05 кам .01 ками .01 ках .01",
    ),
    (
        "noun in -я",
        f"{_HARD} {_VOWELS} ь",
        1.5,
        f"я .42 и .26 е .13 ю .10 ей .08 ею .001 {_SOFT_PLURAL}",
    ),
    ("noun in -ия", "и", 0.8, f"я .42 и .40 ю .10 ей .08 й .005 {_SOFT_PLURAL}"),
    ("neuter in -о", _HARD, 2.0, f"о .40 а .28 у .06 ом .09 е .10 - .02 {_PLURAL}"),
    ("neuter in -ие", "и", 1.0, f"е .45 я .30 ю .06 ем .09 и .10 й .01 {_SOFT_PLURAL}"),
    ("neuter in -ье", "ь", 1.5, f"е .50 я .30 ю .06 ем .09 {_SOFT_PLURAL}"),
    (
        "adjective in -ый",
        _PLAIN + " ц",
        1.0,
        "ый .38 ого .25 ому .06 ым .08 ом .03 ая .06 ой .07 ую .02 ые .02 ых .03 ыми .005 ое .01",
    ),
    (
        "adjective in -ий",
        _BACK,
        0.5,
        "ий .38 ого .25 ому .06 им .08 ом .03 ая .06 ой .07 ую .02 ие .02 их .03 ими .005 ое .01",
    ),
    (
        "adjective in -ой",
        f"{_PLAIN} {_BACK} ж ш ч щ",
        3.5,
        "ой .45 ого .25 ому .06 ым .08 им .08 ом .03 ая .06 ую .02 ые .02 ие .02 ых .03 их .03",
    ),
    ("adjective in -ий, women", _BACK, 1.0, "ая .50 ой .36 ую .11 ою .005"),
)


def _pattern(name: str, stems: str, cost: float, endings: str) -> Pattern:
    words = endings.split()
    shares = {
        "" if ending == "-" else ending: float(share)
        for ending, share in zip(words[::2], words[1::2], strict=True)
    }
    return Pattern(name, tuple(stems.split()), cost, shares)


PATTERNS: tuple[Pattern, ...] = tuple(_pattern(*row) for row in _TABLE)

UNCHANGED = Pattern("unchanged", ("",), 0.0, {"": 1.0})
"""A word that does not decline."""


_DECLINING = ("ой", "ий", "ый", "ого", "ому")
_OF_WOMEN = ("ова", "ева", "ина", "ына", "ая")


def cost_unchanged(form: str) -> float:
    """Return how seldom a word that ends like this does not decline (nats)."""
    if form.endswith(_DECLINING):
        return 6.0
    if form.endswith(_OF_WOMEN):
        return 12.0
    if form[-1] in "оуэюеыи":
        return 0.7
    return 4.0 if form[-1] in "ая" else 3.0


_LONGEST = 3
_SHORTEST_STEM = 2


def stems_of(form: str) -> Iterator[str]:
    """Yield what is left of a form without an ending, short or long."""
    for size in range(min(_LONGEST, len(form) - _SHORTEST_STEM) + 1):
        yield form[: len(form) - size]


def patterns_of(stem: str) -> tuple[Pattern, ...]:
    """Return the patterns that are open to a stem."""
    return _patterns_of(stem[-_SHORTEST_STEM:])


@cache
def _patterns_of(end: str) -> tuple[Pattern, ...]:
    return tuple(pattern for pattern in PATTERNS if end.endswith(pattern.stems))


def lexemes_of(form: str) -> Iterator[Lexeme]:
    """Yield the words that a form may belong to, but not the one that does not decline."""
    for stem in stems_of(form):
        ending = form[len(stem) :]
        yield from (Lexeme(stem, p) for p in patterns_of(stem) if ending in p.endings)
