"""The closed classes of Russian: what hangs on the word and not on its grammemes. Tables, no code.

OpenCorpora files pronouns, particles and auxiliaries otherwise than Universal Dependencies does
(сам is a pronominal adjective there, бы a particle). Counted in the treebanks UD Russian-GSD and
UD Russian-Taiga (both CC BY-SA 4.0); where they disagree with each other, the more numerous.
"""

from __future__ import annotations

# Part of speech of OpenCorpora → of Universal Dependencies, for all other words.
UPOS: dict[str, str] = {
    "NOUN": "NOUN",
    "ADJF": "ADJ",
    "ADJS": "ADJ",
    "COMP": "ADJ",
    "VERB": "VERB",
    "INFN": "VERB",
    "PRTF": "VERB",
    "PRTS": "VERB",
    "GRND": "VERB",
    "NUMR": "NUM",
    "ADVB": "ADV",
    "NPRO": "PRON",
    "PRED": "ADV",
    "PREP": "ADP",
    "CONJ": "CCONJ",
    "PRCL": "PART",
    "INTJ": "INTJ",
    # What is no word of the dictionary.
    "NUMB": "NUM",
    "ROMN": "ADJ",
    "PNCT": "PUNCT",
}

# UPOS, the grammemes that a tag must have for it (all of them), and the lemmas, folded. The first
# line that fits decides.
WORDS: tuple[tuple[str, str, str], ...] = (
    ("AUX", "VERB", "быть"),
    ("AUX", "INFN", "быть"),
    ("AUX", "GRND", "быть"),
    ("AUX", "PRTF", "быть"),
    ("AUX", "PRCL", "бы б"),
    ("VERB", "PRED", "можно надо нельзя нет нету жаль пора вправе невмочь некуда негде некогда"),
    ("VERB", "NPRO", "некого нечего"),
    ("VERB", "PRCL", "нет"),
    ("PRON", "ADJF", "который"),
    ("PRON", "PRCL", "все"),
    ("DET", "ADJF,plur", "один"),
    ("NUM", "ADJF", "один"),
    ("ADJ", "ADJF", "сам самый другой иной остальной прочий данный многий таковой"),
    (
        "DET",
        "ADJF",
        "этот тот весь свой мой твой наш ваш какой такой каждый любой всякий чей некоторый "
        "никакой некий сей оный какой-то какой-нибудь какой-либо кое-какой чей-то ничей",
    ),
    ("DET", "ADJS", "таков каков весь"),
    (
        "SCONJ",
        "CONJ",
        "что чтобы чтоб если когда хотя пока поскольку ибо чем тем то так как словно будто раз "
        "дабы коли коль ежели едва лишь якобы хоть благо аки",
    ),
    (
        "ADV",
        "CONJ",
        "например конечно где куда откуда сколько скорее короче пожалуй может впрочем "
        "наоборот итак бывало по-видимому видимо действительно кажется разумеется наверное "
        "следовательно вероятно возможно безусловно по-моему по-твоему по-вашему",
    ),
    ("ADV", "PRCL", "также лучше минимум максимум собственно"),
)

# Feature, value, the parts of speech (UPOS) and the lemmas, folded, that have it. An empty value:
# the word has no such feature, whatever its tag says. Whether как or кто asks or relates hangs on
# the sentence, hence both values.
FEATURES: tuple[tuple[str, str, str, str], ...] = (
    ("Animacy", "Inan", "PRON", "это то что все ничто что-то что-нибудь что-либо кое-что"),
    ("Animacy", "Anim", "PRON", "кто никто кто-то кто-нибудь кто-либо кое-кто"),
    ("Case", "", "DET", "его ее их"),
    ("Degree", "Cmp", "ADV", "более менее больше меньше ранее раньше позднее позже"),
    ("Degree", "Sup", "ADV", "наиболее наименее"),
    ("Degree", "", "ADV", "далее"),
    ("Gender", "", "DET", "его ее их"),
    ("Gender", "Masc", "PRON", "никто кто-то кто-нибудь кто-либо кое-кто"),
    ("Gender", "Neut", "PRON", "все"),
    ("Mood", "Cnd", "AUX PART", "бы б"),
    ("Mood", "Cnd", "SCONJ", "чтобы чтоб"),
    ("Number", "", "DET", "его ее их"),
    ("Number", "", "PRON", "себя"),
    ("Number", "Sing", "PRON", "все"),
    ("NumForm", "Word", "NUM", "один"),
    ("NumType", "Card", "NUM", "один"),
    ("Polarity", "Neg", "PART VERB", "не ни нет нету"),
    ("Polarity", "Neg", "CCONJ", "ни"),
    ("Polarity", "Neg", "VERB", "нельзя некого нечего некуда негде некогда"),
    ("Poss", "Yes", "DET", "мой твой свой наш ваш его ее их чей"),
    ("PronType", "Prs", "PRON", "я ты он она оно мы вы они себя"),
    ("PronType", "Prs", "DET", "мой твой свой наш ваш его ее их"),
    ("PronType", "Dem", "PRON", "это то"),
    ("PronType", "Dem", "DET", "этот тот такой сей оный таков"),
    (
        "PronType",
        "Dem",
        "ADV",
        "так там тут здесь поэтому теперь сейчас тогда потом потому затем туда сюда оттуда "
        "отсюда вон настолько доселе ныне",
    ),
    ("PronType", "Emp", "ADJ DET", "сам самый"),
    ("PronType", "Ind", "PRON", "кто-то что-то кто-нибудь что-нибудь кто-либо что-либо кое-что"),
    ("PronType", "Ind", "PRON", "кое-кто некто нечто"),
    ("PronType", "Ind", "DET", "какой-то какой-либо какой-нибудь некий некоторый один чей-то"),
    ("PronType", "Ind", "ADV", "когда-то как-то когда-нибудь где-то куда-то почему-то как-нибудь"),
    ("PronType", "Int,Rel", "PRON", "кто что"),
    ("PronType", "Int,Rel", "DET", "какой чей каков"),
    ("PronType", "Int,Rel", "ADV", "как где куда откуда когда почему зачем"),
    ("PronType", "Neg", "PRON", "никто ничто"),
    ("PronType", "Neg", "DET", "никакой ничей"),
    ("PronType", "Neg", "ADV", "никогда нигде никуда никак ниоткуда"),
    ("PronType", "Rel", "PRON", "который"),
    ("PronType", "Tot", "PRON", "все"),
    ("PronType", "Tot", "DET", "весь каждый любой всякий"),
    ("PronType", "Tot", "ADV", "всегда везде всюду"),
    ("Reflex", "Yes", "PRON DET", "себя свой"),
)
