"""OpenCorpora grammemes to the features of Universal Dependencies."""

from __future__ import annotations

from functools import lru_cache

# Grammeme, feature, value, and the parts of speech (UPOS) at which the feature may stand. For each
# feature the first line that fits decides, so that what is particular stands above what is common.
# Grammemes: https://opencorpora.org/dict.php?act=gram
# Features: https://universaldependencies.org/u/feat/ and, for what Russian has of them and at
# which parts of speech, https://universaldependencies.org/ru/ and the treebanks GSD and Taiga.
TABLE: tuple[tuple[str, str, str, str], ...] = (
    ("Abbr", "Abbr", "Yes", "ADJ ADP ADV DET NOUN PRON PROPN VERB"),
    ("anim", "Animacy", "Anim", "ADJ DET NOUN NUM PRON PROPN VERB"),
    ("inan", "Animacy", "Inan", "ADJ DET NOUN NUM PRON PROPN VERB"),
    ("perf", "Aspect", "Perf", "VERB"),
    ("impf", "Aspect", "Imp", "VERB"),
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
    ("LATN", "Foreign", "Yes", "X"),
    ("masc", "Gender", "Masc", "ADJ DET NOUN NUM PRON PROPN VERB"),
    ("femn", "Gender", "Fem", "ADJ DET NOUN NUM PRON PROPN VERB"),
    ("neut", "Gender", "Neut", "ADJ DET NOUN NUM PRON PROPN VERB"),
    ("Fixd", "InflClass", "Ind", "NOUN PROPN"),
    ("indc", "Mood", "Ind", "VERB"),
    ("impr", "Mood", "Imp", "VERB"),
    ("Name", "NameType", "Giv", "PROPN"),
    ("Patr", "NameType", "Pat", "PROPN"),
    ("Surn", "NameType", "Sur", "PROPN"),
    ("Geox", "NameType", "Geo", "PROPN"),
    ("Orgn", "NameType", "Com", "PROPN"),
    ("sing", "Number", "Sing", "ADJ DET NOUN NUM PRON PROPN VERB"),
    ("plur", "Number", "Plur", "ADJ DET NOUN NUM PRON PROPN VERB"),
    ("NUMB", "NumForm", "Digit", "NUM"),
    ("ROMN", "NumForm", "Roman", "NUM"),
    ("NUMR", "NumForm", "Word", "NUM"),
    ("Anum", "NumForm", "Word", "ADJ"),
    ("Coll", "NumType", "Sets", "NUM"),
    ("NUMR", "NumType", "Card", "NUM"),
    ("NUMB", "NumType", "Card", "NUM"),
    ("Anum", "NumType", "Ord", "ADJ"),
    ("1per", "Person", "1", "PRON VERB"),
    ("2per", "Person", "2", "PRON VERB"),
    ("3per", "Person", "3", "PRON VERB"),
    # An imperative for the speaker too (пойдём), or for others only (иди): no person is stated.
    ("incl", "Person", "1", "VERB"),
    ("excl", "Person", "2", "VERB"),
    ("Poss", "Poss", "Yes", "ADJ"),
    ("1per", "PronType", "Prs", "PRON"),
    ("2per", "PronType", "Prs", "PRON"),
    ("3per", "PronType", "Prs", "PRON"),
    ("past", "Tense", "Past", "VERB"),
    ("pres", "Tense", "Pres", "VERB"),
    ("futr", "Tense", "Fut", "VERB"),
    ("Erro", "Typo", "Yes", "ADJ ADV NOUN PRON PROPN VERB"),
    ("ADJS", "Variant", "Short", "ADJ DET VERB"),
    ("PRTS", "Variant", "Short", "VERB"),
    ("VERB", "VerbForm", "Fin", "VERB"),
    ("INFN", "VerbForm", "Inf", "VERB"),
    ("PRTF", "VerbForm", "Part", "VERB"),
    ("PRTS", "VerbForm", "Part", "VERB"),
    ("GRND", "VerbForm", "Conv", "VERB"),
    ("pssv", "Voice", "Pass", "VERB"),
)
# Adjectives that are numbers or pronouns have no degree.
_NO_DEGREE = frozenset({"Anum", "Apro"})


@lru_cache(maxsize=1 << 14)
def features(tag: str, pos: str, *, reflexive: bool = False) -> str:
    """Return the FEATS of CoNLL-U for an OpenCorpora tag and a part of speech (UPOS).

    `reflexive` says that the lemma ends in -ся or -сь, which the tag does not tell but the voice
    hangs on: Mid then, else Act, unless the tag says that it is passive.
    """
    grammemes = frozenset(tag.replace(" ", ",").split(","))
    found: dict[str, str] = {}
    for grammeme, feature, value, parts in TABLE:
        if grammeme in grammemes and pos in parts.split():
            found.setdefault(feature, value)
    if grammemes & _NO_DEGREE:
        found.pop("Degree", None)
    if "VerbForm" in found:
        found.setdefault("Voice", "Mid" if reflexive else "Act")
    return "|".join(f"{name}={found[name]}" for name in sorted(found, key=str.lower)) or "_"


def is_reflexive(lemma: str) -> bool:
    """Return whether a verb has a lemma such as смеяться."""
    return lemma.endswith(("ся", "сь"))
