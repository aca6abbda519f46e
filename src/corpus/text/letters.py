"""Letters of the wrong alphabet: Latin ones in Cyrillic words, Cyrillic ones in Latin words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.text.rules import VOWELS, Edit, Rule

# The accents stand for stress marks. Latin m, t, n, u look like Cyrillic letters only in italics.
_TO_CYRILLIC = str.maketrans("ABCEHKMOPTXYaceopxykáéóýÁÉÓÝëË", "АВСЕНКМОРТХУасеорхукаеоуАЕОУёЁ")
_TO_UKRAINIAN = _TO_CYRILLIC | str.maketrans("Ii", "Іі")
_TO_LATIN = str.maketrans("АВСЕНКМОРТХУІЈЅЁЇасеорхуіјѕёї", "ABCEHKMOPTXYIJSËÏaceopxyijsëï")

_CYRILLIC = "А-Яа-яЁёІіЇїЄєҐґЎўЈјЅѕ"
_LATIN = "A-Za-záéóýÁÉÓÝëË"
_MIXED = re.compile(f"[{_LATIN}](?:(?=[{_CYRILLIC}])|(?<=[{_CYRILLIC}].))")
_CYRILLIC_LETTERS = re.compile(f"[{_CYRILLIC}]")
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{1,3}|V)|X{2,3}")
_LONGEST_WORD = 60

# A small Latin letter between Russian words that looks like no Cyrillic one: in a text that has
# such, letters stand for numbers, and `kоб` is a number too.
_FORMULA = re.compile(r"[bdfghijlmnpqrstuvwxz](?<=[а-яё][ \n].)(?=[ ,.;)=\n])")
_IS_NUMBER = re.compile(f"[{_LATIN}][{_CYRILLIC}]+\\Z")
_LONGEST_NUMBER = 4


def mended(word: str, beside_latin: bool = False) -> str:
    """Return `word` in one alphabet, or as it is where both alphabets belong in it.

    A word may become Cyrillic if each Latin letter in it has a Cyrillic twin, and Latin if each
    Cyrillic letter has a Latin twin; `PRщик` and `Rср` may become neither. What may become both
    is Cyrillic, unless it is a Roman numeral or a name whose neighbour is Latin.

    >>> mended("Cергей") == "Сергей" and mended("ХХI") == "XXI"
    True
    """
    cyrillic = "".join(_CYRILLIC_LETTERS.findall(word))
    latin = _CYRILLIC_LETTERS.sub("", word)
    as_latin = word.translate(_TO_LATIN) if _has_twins(cyrillic, _TO_LATIN) else ""
    as_cyrillic = _as_cyrillic(word, cyrillic, latin)
    if _ROMAN.fullmatch(as_latin) or (beside_latin and as_latin and word[0].isupper()):
        return as_latin
    if as_latin and not as_cyrillic and _is_likely_latin(word, cyrillic, latin):
        return as_latin
    return as_cyrillic or word


def _has_twins(letters: str, twins: dict[int, int]) -> bool:
    return all(ord(letter) in twins for letter in letters)


def _as_cyrillic(word: str, cyrillic: str, latin: str) -> str:
    """Return `word` in Cyrillic; empty if it cannot be, or would not look like a word.

    `Kд` (no vowel) and `xОВБ` (small before capital) are signs of a formula, `HTCшный` has a stem
    in Latin; `MиГ` is a word.
    """
    surely_cyrillic = not _has_twins(cyrillic, _TO_LATIN)
    twins = _TO_UKRAINIAN if surely_cyrillic and len(word) > 3 else _TO_CYRILLIC
    if not _has_twins(latin, twins):
        return ""
    result = word.translate(twins)
    if result.isupper():
        return result
    like_a_word = result[1:].islower() or (result[0].isupper() and len(latin) == 1)
    return result if like_a_word and not set(VOWELS).isdisjoint(result) else ""


def _is_likely_latin(word: str, cyrillic: str, latin: str) -> bool:
    """Tell whether Latin letters prevail, or all are capitals and one is surely Latin."""
    if len(latin) > len(cyrillic):
        return True
    surely_latin = not _has_twins(latin, _TO_UKRAINIAN)
    return word.isupper() and (surely_latin or len(word) == 2)


def _find_look_alikes(text: str) -> Iterator[Edit]:
    """Find words in two alphabets that are words of one; the parts around a hyphen count apart."""
    match = _MIXED.search(text)
    has_formulas = match is not None and _FORMULA.search(text) is not None
    while match:
        start, stop = _word_around(text, match.start())
        word = text[start:stop]
        is_sign = "_" in text[max(0, start - 1) : stop + 1] or (
            has_formulas and len(word) <= _LONGEST_NUMBER and _IS_NUMBER.match(word)
        )
        if len(word) <= _LONGEST_WORD and not is_sign:
            yield Edit(start, stop, mended(word, _is_beside_latin(text, start, stop)))
        match = _MIXED.search(text, stop)


def _word_around(text: str, place: int) -> tuple[int, int]:
    """Return where the run of letters that holds `place` starts and stops."""
    start = stop = place
    while start and text[start - 1].isalpha():
        start -= 1
    while stop < len(text) and text[stop].isalpha():
        stop += 1
    return start, stop


def _is_beside_latin(text: str, start: int, stop: int) -> bool:
    """Tell whether a Latin letter comes before or after the word, beyond a space or a hyphen."""
    before, after = text[max(0, start - 2) : start], text[stop : stop + 2]
    return bool(re.match("[A-Za-z][ -]", before) or re.match("[ -][A-Za-z]", after))


LOOK_ALIKE = Rule("look-alike", _find_look_alikes)

_LONE_TWINS = dict(zip("acoykACOKBY", "асоукАСОКВУ", strict=True))
# Between words; a capital only at the start of a sentence, and А only before a small letter.
_LONE = re.compile(
    r"[acoykACOKBY](?= [«„\"(]?[А-Яа-яЁё])(?:(?<=[acoyk])(?<![^\s«„\"(].)"
    r"|(?<=[ACOKBY])(?= [а-яё]|(?<!A) [А-ЯЁ][а-яё])"
    r"(?:(?<=[.!?…] .)|(?<=[.!?…][»”\"] .)|(?<=\n.)|(?<!.[\s\S])))"
)
# `гепатит c`, `пункт a`: after these a lone letter is a name.
_NAMED_BY_LETTER = re.compile(
    r"\b(?:букв|вариант|витамин|гепатит|групп|индекс|класс|констант|коэффициент|нот|ос|параметр"
    r"|переменн|план|подпункт|пункт|сери|сторон|тип|точк)[а-яё]{0,4} \Z"
)


def _find_lone_letters(text: str) -> Iterator[Edit]:
    """Find lone Latin letters that are Russian words: с, а, о, у, к, в."""
    found = list(_LONE.finditer(text))
    if not found or _FORMULA.search(text):
        return
    for match in found:
        before = text[max(0, match.start() - 30) : match.start()]
        if not _NAMED_BY_LETTER.search(before) and not _follows_latin(match.group(), before):
            yield Edit(*match.span(), _LONE_TWINS[match.group()])


def _follows_latin(letter: str, before: str) -> bool:
    """Tell whether a vowel follows a Latin word, where it may be an article: `Vamos a играть`."""
    return letter in "ao" and bool(re.search("[A-Za-z] \\Z", before))


LONE_LETTER = Rule("lone-letter", _find_lone_letters)
