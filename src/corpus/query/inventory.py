"""What can be asked of a token: the names of attributes, structures and values, and their aliases.

Listed here rather than asked of the dictionary, so that a query is read without loading it; a test
holds the lists against pymorphy3 and the tables of features.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from corpus.query.faults import short
from corpus.query.patterns import ATTRIBUTES, STRUCTURES

ATTRIBUTE_NAMES = {
    **{name: name for name in ATTRIBUTES},
    "word": "form",
    "lc": "form",
    "lemma_lc": "lemma",
}
"""Every name an attribute goes by; case is ignored anyway, so `lc` is `form`."""
STRUCTURE_NAMES = {**{name: name for name in STRUCTURES}, "doc": "article"}
"""Every name a structure goes by."""
CATEGORIES = (
    "case", "number", "gender", "person", "tense", "aspect", "animacy", "mood", "voice",
)  # fmt: skip
"""What two labelled tokens can be compared by, besides attributes."""
ZONES = ("title", "lead", "heading", "text")

# https://universaldependencies.org/u/pos/
UPOS = {
    "ADJ": "adjective",
    "ADP": "preposition",
    "ADV": "adverb",
    "AUX": "auxiliary verb",
    "CCONJ": "coordinating conjunction",
    "DET": "determiner",
    "INTJ": "interjection",
    "NOUN": "noun",
    "NUM": "numeral",
    "PART": "particle",
    "PRON": "pronoun",
    "PROPN": "proper noun",
    "PUNCT": "punctuation mark",
    "SCONJ": "subordinating conjunction",
    "SYM": "symbol",
    "VERB": "verb",
    "X": "word of no known kind",
}
"""The parts of speech of Universal Dependencies."""
# https://opencorpora.org/dict.php?act=gram
PARTS = {
    "ADJF": "full adjective",
    "ADJS": "short adjective",
    "ADVB": "adverb",
    "COMP": "comparative",
    "CONJ": "conjunction",
    "GRND": "converb",
    "INFN": "infinitive",
    "LATN": "word in Latin letters",
    "NPRO": "pronoun",
    "NUMB": "number in digits",
    "NUMR": "numeral",
    "PNCT": "punctuation mark",
    "PRCL": "particle",
    "PRED": "predicative",
    "PREP": "preposition",
    "PRTF": "full participle",
    "PRTS": "short participle",
    "ROMN": "Roman number",
    "UNKN": "unknown word",
}
"""The parts of speech of OpenCorpora that Universal Dependencies names otherwise."""
GRAMMEMES = {
    "nomn": "in the nominative case",
    "gent": "in the genitive case",
    "gen1": "in the first genitive case",
    "gen2": "in the partitive case",
    "datv": "in the dative case",
    "accs": "in the accusative case",
    "acc2": "in the second accusative case",
    "ablt": "in the instrumental case",
    "loct": "in the prepositional case",
    "loc1": "in the first prepositional case",
    "loc2": "in the locative case",
    "voct": "in the vocative case",
    "sing": "in the singular",
    "plur": "in the plural",
    "masc": "of masculine gender",
    "femn": "of feminine gender",
    "neut": "of neuter gender",
    "ms-f": "of common gender",
    "anim": "animate",
    "inan": "inanimate",
    "past": "in the past tense",
    "pres": "in the present tense",
    "futr": "in the future tense",
    "1per": "in the first person",
    "2per": "in the second person",
    "3per": "in the third person",
    "perf": "of perfective aspect",
    "impf": "of imperfective aspect",
    "indc": "in the indicative",
    "impr": "in the imperative",
    "actv": "in the active voice",
    "pssv": "in the passive voice",
    "tran": "transitive",
    "intr": "intransitive",
}
"""The grammemes with plain words of their own."""
OTHER_GRAMMEMES = (
    "NOUN VERB INTJ "
    "Abbr Adjx Af-p Anph Anum Apro Arch Cmp2 Coll Coun Dist Dmns Erro Fimp Fixd Geox Hypo Impe "
    "Impx Infr Init Inmx Litr Ms-f Mult Name Orgn Patr Pltm Poss Prdx Prnt Qual Ques Refl Sgtm "
    "Slng Subx Supr Surn Trad V-be V-bi V-ej V-en V-ey V-ie V-oy V-sh Vpre excl incl intg real"
).split()
TAGS = (*GRAMMEMES, *PARTS, *OTHER_GRAMMEMES)
"""Every grammeme of a tag."""
# https://universaldependencies.org/u/feat/, what of it our analyses give.
FEATURES = {
    name: tuple(values.split())
    for name, values in {
        "Abbr": "Yes",
        "Animacy": "Anim Inan",
        "Aspect": "Imp Perf",
        "Case": "Nom Gen Par Dat Acc Ins Loc Voc",
        "Degree": "Pos Cmp Sup",
        "Foreign": "Yes",
        "Gender": "Masc Fem Neut",
        "InflClass": "Ind",
        "Mood": "Ind Imp Cnd",
        "NameType": "Giv Pat Sur Geo Com",
        "NumForm": "Digit Roman Word Combi",
        "NumType": "Card Ord Sets",
        "Number": "Sing Plur",
        "Person": "1 2 3",
        "Polarity": "Neg",
        "Poss": "Yes",
        "PronType": "Prs Dem Emp Ind Int,Rel Neg Rel Tot",
        "Reflex": "Yes",
        "Tense": "Past Pres Fut",
        "Typo": "Yes",
        "Variant": "Short",
        "VerbForm": "Fin Inf Part Conv",
        "Voice": "Act Mid Pass",
    }.items()
}
"""Every feature and its values."""

_SOUND_ALIKE = str.maketrans("сп", "sp")
_LOOK_ALIKE = str.maketrans("асеорхумтнк", "aceopxymthk")
# More names than this are not listed in an error: the nearest stand for them.
_MOST_LISTED = 40
_TABLES = "all of them stand in the README under “Values”"
_EXPRESSION = re.compile(r"[\\.^$*+?()\[\]{}|]")


def known_as(name: str, known: Mapping[str, str]) -> str | None:
    """Return what a name stands for, None if it is not known.

    Case does not matter, nor do Cyrillic letters that look or sound like Latin ones: `<с/>`.
    """
    name = name.lower()
    spelled = (name, name.translate(_LOOK_ALIKE), name.translate(_SOUND_ALIKE))
    return next((known[one] for one in spelled if one in known), None)


def is_plain(value: str) -> bool:
    """Return whether a value has no sign that means something in a regular expression."""
    return not _EXPRESSION.search(value)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that a mistyped one is likeliest to mean, or "" if none is near."""
    folded = {one.lower(): one for one in known}
    found = get_close_matches(short(name).lower(), folded, 1, 0.5)
    return folded[found[0]] if found else ""


def advice(name: str, known: Iterable[str], what: str, where: str = _TABLES) -> str:
    """Return a hint: the nearest of the known names, and all of them if they are not too many."""
    known = list(known)
    near = nearest(name, known)
    meant = f"Did you mean {near}? " if near else ""
    if len(known) <= _MOST_LISTED:
        return f"{meant}{what}: {', '.join(known)}"
    some = ", ".join(get_close_matches(short(name).lower(), known, 5, 0.4) or known[:12])
    return f"{meant}{what}, for example {some}; {where}"


def impossible(attribute: str, value: str, literal: bool = False) -> tuple[str, str] | None:
    """Return the message and the hint for a value that no token can have, None if one might.

    Only values that are no regular expressions are looked at, those of part of speech, tag,
    features, heading and zone.
    """
    check = _CHECKS.get(attribute)
    if check is None or not (literal or is_plain(value)):
        return None
    return check(value)


def _russian(value: str, names: dict[str, str]) -> str:
    """Return the beginning of a hint for a value that was given in Russian."""
    found = [name for start, name in names.items() if value.lower().startswith(start)]
    return f"Did you mean {found[0]}? " if found else ""


def _pos(value: str) -> tuple[str, str] | None:
    known = (*UPOS, *PARTS)
    if value.upper() in known:
        return None
    if value.lower() in map(str.lower, TAGS):
        return f"“{value}” is no part of speech but a grammeme", f'Write [tag="{value}"]'
    hint = _russian(value, _RUSSIAN_PARTS) + advice(value, known, "Parts of speech")
    return f"There is no part of speech “{short(value)}”", hint


def _tag(value: str) -> tuple[str, str] | None:
    known = {name.lower() for name in TAGS}
    strange = [name for name in re.split("[ ,]", value) if name.lower() not in known]
    if not strange:
        return None
    name = strange[0]
    if name.upper() in UPOS:
        return f"“{short(name)}” is a part of speech, no grammeme", f'Write [pos="{name}"]'
    if "=" in name:
        return f"“{short(name)}” is a feature, no grammeme", f'Write [feats="{short(name)}"]'
    return f"There is no grammeme “{short(name)}”", _russian(name, _RUSSIAN_GRAMMEMES) + advice(
        name, TAGS, "Grammemes"
    )


def _feats(value: str) -> tuple[str, str] | None:
    names = {name.lower(): name for name in FEATURES}
    for pair in value.split("|"):
        name, sign, given = pair.partition("=")
        if pair == value == "_":
            continue
        if name.lower() not in names:
            if not sign and name.lower() in map(str.lower, TAGS):
                return f"“{short(name)}” is a grammeme, no feature", f'Write [tag="{short(name)}"]'
            return f"There is no feature “{short(name)}”", advice(name, FEATURES, "Features")
        name = names[name.lower()]
        values = FEATURES[name]
        if not sign:
            return f"The feature {name} has values", f'Write [feats="{name}={values[0]}"]'
        if given.lower() not in map(str.lower, values):
            hint = advice(given, [f"{name}={one}" for one in values], f"Values of {name}")
            return f"The feature {name} is never “{short(given)}”", hint
    return None


def _heading(value: str) -> tuple[str, str] | None:
    if value.lower() in ("yes", "no"):
        return None
    return f"heading is never “{short(value)}”", 'Write [heading="yes"] or [heading="no"]'


def _zone(value: str) -> tuple[str, str] | None:
    if value.lower() in ZONES:
        return None
    return f"There is no zone “{short(value)}”", advice(value, ZONES, "Zones")


# Beginnings of Russian names; a longer one before one that it begins with.
_RUSSIAN_PARTS = {
    "сущ": "NOUN", "глаг": "VERB", "прил": "ADJ", "нареч": "ADV", "мест": "PRON", "числ": "NUM",
    "пред": "ADP", "союз": "CCONJ", "част": "PART", "межд": "INTJ", "прич": "PRTF",
    "деепр": "GRND", "инф": "INFN", "имя соб": "PROPN", "знак": "PUNCT", "пункт": "PUNCT",
}  # fmt: skip
_RUSSIAN_GRAMMEMES = {
    "им": "nomn", "род": "gent", "дат": "datv", "вин": "accs", "твор": "ablt", "предл": "loct",
    "ед": "sing", "мн": "plur", "муж": "masc", "жен": "femn", "сред": "neut", "одуш": "anim",
    "неодуш": "inan", "прош": "past", "наст": "pres", "буд": "futr", "сов": "perf",
    "несов": "impf", "повел": "impr",
}  # fmt: skip

_CHECKS = {"pos": _pos, "tag": _tag, "feats": _feats, "heading": _heading, "zone": _zone}
