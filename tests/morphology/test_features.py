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

from corpus.morphology import closed
from corpus.morphology.analyser import Analyser
from corpus.morphology.features import TABLE, feature_dict, features, upos
from corpus.text.fold import fold

GOLDEN = [
    [column.strip() for column in line.split("|", 3)]
    for line in Path(__file__).with_name("features.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]

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
    "Polarity": "Neg",
    "Poss": "Yes",
    "PronType": "Dem Emp Exc Ind Int Neg Prs Rcp Rel Tot",
    "Reflex": "Yes",
    "Tense": "Fut Past Pres",
    "Typo": "Yes",
    "Variant": "Short",
    "VerbForm": "Conv Fin Inf Part",
    "Voice": "Act Mid Pass",
}


@pytest.mark.parametrize(("lemma", "tag", "pos", "wanted"), GOLDEN)
def test_tags_have_the_features_a_linguist_expects(
    lemma: str, tag: str, pos: str, wanted: str
) -> None:
    assert upos(tag, lemma) == pos
    assert features(tag, pos, lemma) == wanted
    assert "|".join(f"{n}={v}" for n, v in feature_dict(tag, pos, lemma).items()) in (wanted, "")


def test_the_voice_of_a_verb_is_that_of_its_lemma() -> None:
    for verb, voice in (("смеяться", "Mid"), ("нестись", "Mid"), ("нести", "Act")):
        assert feature_dict("INFN,impf,intr", "VERB", verb)["Voice"] == voice
    assert feature_dict("PRTS,perf,past,pssv plur", "VERB", "нестись")["Voice"] == "Pass"
    assert features("PRCL", "PART", "ся") == "_"


def test_e_and_yo_and_capitals_are_one_word() -> None:
    assert features("ADJF,Fixd,Apro,Anph femn,sing,gent", "DET", "Её") == "Poss=Yes|PronType=Prs"
    assert upos("PRCL", "всё") == "PRON"


def test_a_part_of_speech_that_a_rule_has_set_counts_before_that_of_the_tag() -> None:
    tag = "ADJF,Subx,Apro,Anph plur,datv"
    assert (upos(tag, "то", "NPRO"), upos(tag, "тот")) == ("PRON", "DET")


def test_the_table_names_only_what_there_is() -> None:
    assert len(TABLE) == len(set(TABLE))
    for _, feature, value, parts in TABLE:
        assert value in LEGAL[feature].split()
        assert set(parts.split()) <= UPOS
    for feature, value, parts, lemmas in closed.FEATURES:
        assert not value or set(value.split(",")) <= set(LEGAL[feature].split())
        assert set(parts.split()) <= UPOS
        assert lemmas == fold(lemmas)
    for pos, _, lemmas in closed.WORDS:
        assert pos in UPOS
        assert lemmas == fold(lemmas)


def test_every_grammeme_is_one_of_the_dictionary() -> None:
    from pymorphy3 import MorphAnalyzer

    known = MorphAnalyzer(lang="ru").TagClass.KNOWN_GRAMMEMES
    assert {grammeme for grammeme, *_ in TABLE} - set(known) <= {"gen1", "acc2", "loc1"}
    given = {*closed.UPOS, *(g for _, needed, _ in closed.WORDS for g in needed.split(","))}
    assert given <= set(known)


def gold(name: str) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Yield form, lemma, UPOS and features of the words of a treebank."""
    with gzip.open(real(f"morphology/{name}.conllu.gz"), "rt", encoding="utf-8") as file:
        for line in file:
            columns = line.rstrip("\n").split("\t")
            if len(columns) == 10 and columns[0].isdigit():
                yield columns[1], columns[2], columns[3], parsed(columns[5])


def parsed(feats: str) -> dict[str, str]:
    return {} if feats == "_" else dict(pair.split("=", 1) for pair in feats.split("|"))


TREEBANKS = ("ru_gsd-ud-dev", "ru_taiga-ud-dev", "ru_taiga26-ud-train")


def test_features_are_those_of_the_treebanks() -> None:
    """What we give occurs there at the same part of speech; where lemmas agree, most is the same.

    Each word is looked at by itself, so that forms that coincide (стол, стол) may well differ.
    """
    analyse = cache(Analyser().form)
    seen: set[tuple[str, str, str]] = set()
    given: set[tuple[str, str, str]] = set()
    same: Counter[str] = Counter()
    both: Counter[str] = Counter()
    for name in TREEBANKS:
        for form, lemma, pos, wanted in gold(name):
            seen |= {(pos, *pair) for pair in wanted.items()}
            found = analyse(form)
            ours = feature_dict(found.tag, found.pos, found.lemma)
            given |= {(found.pos, *pair) for pair in ours.items()}
            if (fold(found.lemma), found.pos) == (fold(lemma), pos):
                both.update(ours.keys() & wanted.keys())
                same.update(key for key in ours.keys() & wanted.keys() if ours[key] == wanted[key])
    # Whether кто asks or relates, the sentence tells there; and сам and который are DET in part.
    assert {feature for _, feature, _ in given - seen} <= {"PronType"}
    least = {"Case": 0.75, "Number": 0.95, "Gender": 0.95, "Animacy": 0.95, "Aspect": 0.95}
    least |= {"Tense": 0.97, "Mood": 0.97, "Person": 0.99, "VerbForm": 0.99, "Voice": 0.98}
    least |= {"Degree": 0.97, "Poss": 0.99, "Reflex": 0.99, "Polarity": 0.99, "Variant": 0.99}
    for feature, share in least.items():
        assert same[feature] / both[feature] > share, feature


def test_nearly_all_features_follow_from_the_right_parse() -> None:
    """Of the parses with the gold lemma and part of speech the best one has nearly all features.

    This leaves out what only the sentence tells, and measures the tables alone: at least 94 of 100
    words of Taiga have exactly the features there, no more and no fewer.
    """
    analyser = Analyser()
    words = exact = 0
    for form, lemma, pos, wanted in gold("ru_taiga-ud-dev"):
        ours = [
            feature_dict(parse.tag.text, pos, parse.normal_form)
            for parse in analyser._parses.of(form)
            if fold(parse.normal_form) == fold(lemma)
            and upos(parse.tag.text, parse.normal_form) == pos
        ]
        words += bool(ours)
        exact += wanted in ours
    assert exact / words > 0.94, exact / words
