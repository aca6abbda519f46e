"""Which words the dictionary has. It is loaded once a process, at the first question (0.2 s)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer

# What may be a word that the dictionary lacks; anything longer is no word.
_WORD = re.compile("[А-Яа-яЁё]+(?:-[А-Яа-яЁё]+)*")
_SHORTEST, _LONGEST = 2, 40


@cache
def dictionary() -> MorphAnalyzer:
    """Return pymorphy3 with the very dictionary whose version is recorded."""
    from pymorphy3 import MorphAnalyzer
    from pymorphy3_dicts_ru import get_path

    # To look through everything that is installed takes time.
    return MorphAnalyzer(get_path(), lang="ru")


def has(word: str) -> bool:
    """Return whether the dictionary has a form; case does not matter, nor does ё written as е."""
    return bool(dictionary().word_is_known(word))


def outside(forms: Iterable[str]) -> list[bool]:
    """Return which forms are Russian words that the dictionary lacks."""
    return [
        _SHORTEST <= len(form) <= _LONGEST and bool(_WORD.fullmatch(form)) and not has(form)
        for form in forms
    ]
