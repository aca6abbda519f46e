"""What is known of single words beyond the dictionary: tables and ordered rules, no code.

pymorphy3 gives the parses of a word in order of probability; out of context the first one is
wrong in the same places again and again. Each entry here names the lemma to prefer among the
parses (or to set where none has it). Chosen by counting in the two treebanks UD Russian-GSD and
UD Russian-Taiga (both CC BY-SA 4.0) and by what a reader would look a word up under.
"""

from __future__ import annotations

# form (folded) → lemma, part of speech of the parse to take ("" = any)
PREFERRED: dict[str, tuple[str, str]] = {
    "есть": ("быть", "VERB"),
    "нем": ("он", "NPRO"),
    "ним": ("он", "NPRO"),
    "тем": ("то", "NPRO"),
    "том": ("то", "NPRO"),
    "все": ("весь", "ADJF"),
    "всего": ("всего", ""),
    "этом": ("этот", "ADJF"),
    "этим": ("этот", "ADJF"),
    "ничего": ("ничто", "NPRO"),
    "стоит": ("стоять", "VERB"),
    "стою": ("стоять", "VERB"),
    "стоят": ("стоять", "VERB"),
    "значит": ("значить", "VERB"),
    "здравствуйте": ("здравствовать", "VERB"),
    "пришли": ("прийти", "VERB"),
    "нашли": ("найти", "VERB"),
    "стали": ("стать", "VERB"),
    "спал": ("спать", "VERB"),
    "поем": ("петь", "VERB"),
    "плачу": ("плакать", "VERB"),
    "горе": ("горе", "NOUN"),
    "черт": ("чёрт", "NOUN"),
    "зимой": ("зима", "NOUN"),
    "летом": ("лето", "NOUN"),
    "весной": ("весна", "NOUN"),
    "осенью": ("осень", "NOUN"),
    "утром": ("утро", "NOUN"),
    "вечером": ("вечер", "NOUN"),
    "ночью": ("ночь", "NOUN"),
    "днем": ("день", "NOUN"),
    "округу": ("округ", "NOUN"),
    "полком": ("полк", "NOUN"),
    "полка": ("полк", "NOUN"),
    "парке": ("парк", "NOUN"),
    "ладно": ("ладно", ""),
    "самой": ("самый", "ADJF"),
    "самого": ("самый", "ADJF"),
    "кривых": ("кривой", "ADJF"),
    "рады": ("рад", "ADJS"),
    "известно": ("известный", "ADJS"),
    "нужно": ("нужный", "ADJS"),
    "равно": ("равный", "ADJS"),
    "больше": ("больше", ""),
}

# What the dictionary calls the lemma → what a reader looks up, by a plain renaming.
RENAMED: dict[str, str] = {
    "деньга": "деньги",
    "должный": "должен",
    "счастие": "счастье",
    "питие": "питьё",
    "деточка": "детка",
}
# … and the forms for which the dictionary's own lemma is the right one after all.
NOT_RENAMED = frozenset({"должный", "должная", "должное", "должные", "должного", "должной"})

# Substantivised or comparative lemmas that hide the adjective everybody means.
ADJECTIVES: dict[str, str] = {
    "основный": "основной",
    "основное": "основной",
    "родный": "родной",
    "главное": "главный",
    "больший": "большой",
    "второе": "второй",
    "холодное": "холодный",
}
# Comparatives proper keep theirs; they differ from the positive degree by stress alone.
NOT_ADJECTIVES = frozenset({"больший", "большего", "большему", "бо́льший"})

# A surname in -ов, -ев, -ин, -ын in every case, of men and of women.
SURNAME_ENDINGS = ("", "а", "у", "ым", "е", "ой")
PROPER = frozenset({"Name", "Surn", "Patr", "Geox", "Orgn", "Trad", "Init"})
# What the classes of readings tell apart, from the coarser to the finer.
FORMS_OF_VERBS = frozenset({"INFN", "PRTF", "PRTS", "GRND"})
AGREEING = frozenset(
    (
        "nomn gent datv accs ablt loct gen1 gen2 acc2 loc1 loc2 voct sing plur "
        "masc femn neut ms-f tran"
    ).split()
)
FINE = frozenset(
    (
        "past pres futr 1per 2per 3per pssv anim Surn Name Patr Geox Orgn Init Abbr Fixd "
        "Anum Apro Supr Pltm"
    ).split()
)

# Right after these stands no verb and no nominative: из стали is steel.
PREPOSITIONS = frozenset(
    "в во на с со из изо к ко от ото для до без при под над об обо о у по".split()
)

# What else a token that needs no dictionary can be, by its tag.
ALSO: dict[str, tuple[str, ...]] = {
    "ROMN": ("ADJ", "X"),
    "LATN": ("PROPN", "NOUN", "ADJ"),
}
# Marks that are symbols and not punctuation.
SIGNS = frozenset("№%$€₽§°+=<>|~^#@&*/\\")
