"""The features of Universal Dependencies: golden tags, legal values, and real treebanks."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from conllu_rules import UPOS
from real import real

from corpus.formats.features import TABLE, features, is_reflexive
from corpus.morphology import rules
from corpus.morphology.analyser import Analyser
from corpus.text.fold import fold

GOLDEN = Path(__file__).with_name("features.txt").read_text(encoding="utf-8").splitlines()[1:]

# What universaldependencies.org lists for Russian.
LEGAL = {
    "Abbr": "Yes",
    "Animacy": "Anim Inan",
    "Aspect": "Imp Perf",
    "Case": "Acc Dat Gen Ins Loc Nom Par Voc",
    "Degree": "Cmp Pos Sup",
    "Foreign": "Yes",
    "Gender": "Fem Masc Neut",
    "InflClass": "Ind",
    "Mood": "Cnd Imp Ind",
    "NameType": "Com Geo Giv Oth Pat Pro Prs Sur",
    "Number": "Plur Sing",
    "NumForm": "Combi Digit Roman Word",
    "NumType": "Card Frac Ord Sets",
    "Person": "1 2 3",
    "Poss": "Yes",
    "PronType": "Dem Emp Exc Ind Int Neg Prs Rcp Rel Tot",
    "Tense": "Fut Past Pres",
    "Typo": "Yes",
    "Variant": "Short",
    "VerbForm": "Conv Fin Inf Part",
    "Voice": "Act Mid Pass",
}


@pytest.mark.parametrize("line", GOLDEN)
def test_tags_have_the_features_a_linguist_expects(line: str) -> None:
    *tag, pos, wanted = line.split()
    assert features(" ".join(tag), pos) == wanted


def test_the_voice_of_a_verb_is_that_of_its_lemma() -> None:
    assert [is_reflexive(verb) for verb in ("смеяться", "нестись", "нести")] == [True, True, False]
    assert features("INFN,impf,intr", "VERB", reflexive=True).endswith("Voice=Mid")
    assert features("PRTS,perf,past,pssv plur", "VERB", reflexive=True).endswith("Voice=Pass")
    assert features("PRCL", "PART", reflexive=True) == "_"


def test_the_table_names_only_what_there_is() -> None:
    assert len(TABLE) == len(set(TABLE))
    for _, feature, value, parts in TABLE:
        assert value in LEGAL[feature].split()
        assert set(parts.split()) <= UPOS


def test_every_grammeme_is_one_of_the_dictionary() -> None:
    from pymorphy3 import MorphAnalyzer

    known = MorphAnalyzer(lang="ru").TagClass.KNOWN_GRAMMEMES
    assert {grammeme for grammeme, *_ in TABLE} - set(known) <= {"gen1", "acc2", "loc1"}
    assert set(rules.UPOS) <= set(known)


def gold(name: str) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Yield form, lemma, UPOS and features of the words of a treebank."""
    with gzip.open(real(f"morphology/{name}.conllu.gz"), "rt", encoding="utf-8") as file:
        for line in file:
            columns = line.rstrip("\n").split("\t")
            if len(columns) == 10 and columns[0].isdigit():
                yield columns[1], columns[2], columns[3], parsed(columns[5])


def parsed(feats: str) -> dict[str, str]:
    return {} if feats == "_" else dict(pair.split("=", 1) for pair in feats.split("|"))


def test_features_are_those_of_the_treebanks() -> None:
    """What we give occurs there at the same part of speech; where lemmas agree, most is the same.

    Not all can be: a tag is chosen without the sentence, so that forms that coincide differ.
    """
    analyse = cache(Analyser().analyse)
    seen: set[tuple[str, str, str]] = set()
    given: set[tuple[str, str, str]] = set()
    same: Counter[str] = Counter()
    both: Counter[str] = Counter()
    for name in ("ru_gsd-ud-dev", "ru_taiga-ud-dev", "ru_taiga26-ud-train"):
        for form, lemma, pos, wanted in gold(name):
            seen |= {(pos, *pair) for pair in wanted.items()}
            found = analyse(form)
            feats = features(found.tag, found.pos, reflexive=is_reflexive(found.lemma))
            ours = parsed(feats)
            given |= {(found.pos, *pair) for pair in ours.items()}
            if (fold(found.lemma), found.pos) == (fold(lemma), pos):
                both.update(ours.keys() & wanted.keys())
                same.update(key for key in ours.keys() & wanted.keys() if ours[key] == wanted[key])
    # There, Roman numerals are adjectives.
    assert given - seen <= {("NUM", "NumForm", "Roman")}
    least = {"Case": 0.75, "Number": 0.95, "Gender": 0.95, "Animacy": 0.95, "Aspect": 0.95}
    least |= {"Tense": 0.97, "Mood": 0.97, "Person": 0.99, "VerbForm": 0.99, "Voice": 0.98}
    for feature, share in least.items():
        assert same[feature] / both[feature] > share, feature
