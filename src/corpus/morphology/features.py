"""OpenCorpora tags to the parts of speech and the features of Universal Dependencies.

    >>> features("VERB,impf,intr sing,past,femn,indc", "AUX", "быть")
    'Aspect=Imp|Gender=Fem|Mood=Ind|Number=Sing|Tense=Past|VerbForm=Fin|Voice=Act'

Most follows from the grammemes alone (`TABLE`); what hangs on the word (pronouns, particles, the
reflexive voice) from the lists in `corpus.morphology.closed`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from corpus.morphology import closed, rules
from corpus.text.fold import fold

# Grammeme, feature, value, and the parts of speech (UPOS) at which the feature may stand. For each
# feature the first line that fits decides, so that what is particular stands above what is common.
# Grammemes: https://opencorpora.org/dict.php?act=gram
# Features: https://universaldependencies.org/u/feat/ and, for what Russian has of them and at
# which parts of speech, https://universaldependencies.org/ru/ and the treebanks GSD and Taiga.
TABLE: tuple[tuple[str, str, str, str], ...] = (
    ("Abbr", "Abbr", "Yes", "ADJ ADP ADV DET NOUN PRON PROPN VERB"),
    ("anim", "Animacy", "Anim", "ADJ DET NOUN NUM PRON PROPN VERB"),
    ("inan", "Animacy", "Inan", "ADJ DET NOUN NUM PRON PROPN VERB"),
    ("perf", "Aspect", "Perf", "AUX VERB"),
    ("impf", "Aspect", "Imp", "AUX VERB"),
    ("nomn", "Case", "Nom", "ADJ DET NOUN NUM PRON PROPN VERB"),
    ("gent", "Case", "Gen", "ADJ DET NOUN NUM PRON PROPN VERB"),
    ("gen1", "Case", "Gen", "NOUN PROPN"),
    ("gen2", "Case", "Par", "NOUN PROPN"),
    ("datv", "Case", "Dat", "ADJ DET NOUN NUM PRON PROPN VERB"),
    ("accs", "Case", "Acc", "ADJ DET NOUN NUM PRON PROPN VERB"),
    ("acc2", "Case", "Acc", "NOUN PROPN"),
    ("ablt", "Case", "Ins", "ADJ DET NOUN NUM PRON PROPN VERB"),
    ("loct", "Case", "Loc", "ADJ DET NOUN NUM PRON PROPN VERB"),
    ("loc1", "Case", "Loc", "NOUN PROPN"),
    ("loc2", "Case", "Loc", "NOUN PROPN"),
    ("voct", "Case", "Voc", "NOUN PROPN"),
    ("COMP", "Degree", "Cmp", "ADJ ADV"),
    ("Supr", "Degree", "Sup", "ADJ ADV"),
    ("ADJF", "Degree", "Pos", "ADJ"),
    ("ADJS", "Degree", "Pos", "ADJ"),
    ("ADVB", "Degree", "Pos", "ADV"),
    ("PRED", "Degree", "Pos", "ADV"),
    ("CONJ", "Degree", "Pos", "ADV"),
    ("PRCL", "Degree", "Pos", "ADV"),
    ("LATN", "Foreign", "Yes", "X"),
    ("masc", "Gender", "Masc", "ADJ AUX DET NOUN NUM PRON PROPN VERB"),
    ("femn", "Gender", "Fem", "ADJ AUX DET NOUN NUM PRON PROPN VERB"),
    ("neut", "Gender", "Neut", "ADJ AUX DET NOUN NUM PRON PROPN VERB"),
    ("Fixd", "InflClass", "Ind", "NOUN PROPN"),
    ("indc", "Mood", "Ind", "AUX VERB"),
    ("impr", "Mood", "Imp", "AUX VERB"),
    ("Name", "NameType", "Giv", "PROPN"),
    ("Patr", "NameType", "Pat", "PROPN"),
    ("Surn", "NameType", "Sur", "PROPN"),
    ("Geox", "NameType", "Geo", "PROPN"),
    ("Orgn", "NameType", "Com", "PROPN"),
    ("sing", "Number", "Sing", "ADJ AUX DET NOUN NUM PRON PROPN VERB"),
    ("plur", "Number", "Plur", "ADJ AUX DET NOUN NUM PRON PROPN VERB"),
    ("NUMB", "NumForm", "Digit", "NUM"),
    ("ROMN", "NumForm", "Roman", "ADJ"),
    ("NUMR", "NumForm", "Word", "NUM"),
    ("NUMB", "NumForm", "Combi", "ADJ"),
    ("Anum", "NumForm", "Word", "ADJ"),
    ("Coll", "NumType", "Sets", "NUM"),
    ("NUMR", "NumType", "Card", "NUM"),
    ("NUMB", "NumType", "Card", "NUM"),
    ("Anum", "NumType", "Ord", "ADJ"),
    ("ROMN", "NumType", "Ord", "ADJ"),
    ("1per", "Person", "1", "AUX PRON VERB"),
    ("2per", "Person", "2", "AUX PRON VERB"),
    ("3per", "Person", "3", "AUX PRON VERB"),
    # An imperative for the speaker too (пойдём), or for others only (иди): no person is stated.
    ("incl", "Person", "1", "AUX VERB"),
    ("excl", "Person", "2", "AUX VERB"),
    ("Poss", "Poss", "Yes", "ADJ"),
    ("1per", "PronType", "Prs", "PRON"),
    ("2per", "PronType", "Prs", "PRON"),
    ("3per", "PronType", "Prs", "PRON"),
    ("past", "Tense", "Past", "AUX VERB"),
    ("pres", "Tense", "Pres", "AUX VERB"),
    ("futr", "Tense", "Fut", "AUX VERB"),
    ("Erro", "Typo", "Yes", "ADJ ADV NOUN PRON PROPN VERB"),
    ("ADJS", "Variant", "Short", "ADJ DET VERB"),
    ("PRTS", "Variant", "Short", "VERB"),
    ("VERB", "VerbForm", "Fin", "AUX VERB"),
    ("INFN", "VerbForm", "Inf", "AUX VERB"),
    ("PRTF", "VerbForm", "Part", "AUX VERB"),
    ("PRTS", "VerbForm", "Part", "AUX VERB"),
    ("GRND", "VerbForm", "Conv", "AUX VERB"),
    ("pssv", "Voice", "Pass", "VERB"),
)
UPOS_NAMES = frozenset(
    "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split()
)
"""The parts of speech of Universal Dependencies."""
REFLEXIVE = ("ся", "сь")
"""How lemmas end that are reflexive."""
# A grammeme and the feature that it rules out: ordinals have no degree, надо has no tense.
WITHOUT: tuple[tuple[str, str], ...] = (("Anum", "Degree"), ("PRED", "Tense"))


def upos(tag: str, lemma: str, part: str = "") -> str:
    """Return the part of speech (UPOS) of a parse; `part` stands in for that of the tag.

    >>> upos("ADJF,Apro femn,sing,gent", "который")
    'PRON'
    """
    return _upos(tag, part, fold(lemma) if fold(lemma) in _CLOSED_WORDS else "")


@lru_cache(maxsize=1 << 14)
def _upos(tag: str, part: str, word: str) -> str:
    """Return the part of speech of a tag; `word` is the folded lemma if it is of a closed class."""
    grammemes = _grammemes(tag)
    part = part or re.split("[ ,]", tag, maxsplit=1)[0]
    for pos, needed, lemmas in closed.WORDS:
        if word in lemmas.split() and {part, *grammemes} >= set(needed.split(",")):
            return pos
    if part == "NOUN" and not rules.PROPER.isdisjoint(grammemes):
        return "PROPN"
    if part == "ADJF" and "Apro" in grammemes and "Anum" not in grammemes:
        return "DET"
    return closed.UPOS.get(part, "X")


def features(tag: str, pos: str, lemma: str = "") -> str:
    """Return the FEATS of CoNLL-U for an OpenCorpora tag, a part of speech (UPOS) and a lemma.

    The lemma tells what a tag does not: whether a verb is reflexive, which pronoun it is.
    """
    word = fold(lemma)
    own = _OWN.get((word, pos), ())
    return _features(tag, pos, own, word.endswith(REFLEXIVE))


def feature_dict(tag: str, pos: str, lemma: str = "") -> dict[str, str]:
    """Return the same features by their names, in the order of CoNLL-U."""
    found = features(tag, pos, lemma)
    return {} if found == "_" else dict(pair.split("=", 1) for pair in found.split("|"))


@lru_cache(maxsize=1 << 14)
def _features(tag: str, pos: str, own: tuple[tuple[str, str], ...], reflexive: bool) -> str:
    grammemes = _grammemes(tag)
    found = dict(own)
    for grammeme, feature, value, parts in TABLE:
        if grammeme in grammemes and pos in parts.split():
            found.setdefault(feature, value)
    for grammeme, feature in WITHOUT:
        if grammeme in grammemes:
            found.pop(feature, None)
    if "VerbForm" in found:
        found.setdefault("Voice", "Mid" if reflexive else "Act")
    names = sorted((name for name in found if found[name]), key=str.lower)
    return "|".join(f"{name}={found[name]}" for name in names) or "_"


@cache
def _grammemes(tag: str) -> frozenset[str]:
    return frozenset(tag.replace(" ", ",").split(","))


def _of_words() -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    """Return the features that hang on the word, by lemma and part of speech."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for feature, value, parts, lemmas in closed.FEATURES:
        for lemma in lemmas.split():
            for pos in parts.split():
                found.setdefault((lemma, pos), {}).setdefault(feature, value)
    return {key: tuple(features.items()) for key, features in found.items()}


_OWN = _of_words()
OWN_LEMMAS = tuple(dict.fromkeys(word for word, _ in _OWN))
"""Lemmas, folded, that have features of their own; of all others only `REFLEXIVE` counts."""
_CLOSED_WORDS = frozenset(word for *_, lemmas in closed.WORDS for word in lemmas.split())
