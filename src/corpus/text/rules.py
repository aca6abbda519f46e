"""The rules of cleaning that work on characters and words, and how a rule is applied and undone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from corpus.model import Change


class Edit(NamedTuple):
    """Put `after` in the place of `text[start:stop]`."""

    start: int
    stop: int
    after: str


Finder = Callable[[str], Iterable[Edit]]
"""What a rule would change in a text: edits in order, none overlapping another."""


class Rule(NamedTuple):
    """A named pass over a text."""

    name: str
    find: Finder


def rule(
    name: str,
    pattern: str,
    after: str | Callable[[re.Match[str]], str] = "",
    hints: tuple[str, ...] = (),
    flags: re.RegexFlag = re.NOFLAG,
) -> Rule:
    """Make the rule that puts `after` in the place of each match of `pattern`.

    A text that holds none of the `hints` is not searched. Patterns start with the rarest thing
    they need, a character class where possible, and look back from there: `re` skips to the
    members of a class fast, and to what follows a look-behind slowly.
    """
    compiled = re.compile(pattern, flags)

    def find(text: str) -> Iterator[Edit]:
        if hints and not any(hint in text for hint in hints):
            return
        for match in compiled.finditer(text):
            yield Edit(*match.span(), after if isinstance(after, str) else after(match))

    return Rule(name, find)


def run(rules: Iterable[Rule], text: str, field: str, changes: list[Change]) -> str:
    """Apply `rules` in order to the text of `field`, add what they did to `changes`."""
    for name, find in rules:
        text = edit(name, find(text), text, field, changes)
    return text


def edit(name: str, edits: Iterable[Edit], text: str, field: str, changes: list[Change]) -> str:
    """Make the `edits` of one pass, add those that alter anything to `changes`."""
    pieces: list[str] = []
    done = shift = 0
    for start, stop, after in edits:
        before = text[start:stop]
        if before != after:
            changes.append(Change(name, field, start + shift, before, after))
            pieces += (text[done:start], after)
            done = stop
            shift += len(after) - len(before)
    return "".join((*pieces, text[done:])) if pieces else text


def restore(text: str, changes: Iterable[Change], field: str) -> str:
    """Return the text of `field` as it was before `changes`.

    Positions count in the text after the change's own pass, where later edits of the pass stand
    to the right: undoing one change after the other from the last to the first is exact, and
    passes need not be told apart. Changes that stand left of the one undone before them are
    undone together, which alters nothing but the time it takes.
    """
    together: list[Change] = []
    for change in reversed([c for c in changes if c.field == field]):
        if together and change.start + len(change.after) > together[-1].start:
            text = _undone(text, together)
            together = []
        together.append(change)
    return _undone(text, together)


def _undone(text: str, changes: list[Change]) -> str:
    """Undo `changes`, which stand from right to left in `text`."""
    pieces: list[str] = []
    done = 0
    for _, _, start, before, after in reversed(changes):
        pieces += (text[done:start], before)
        done = start + len(after)
    return "".join((*pieces, text[done:]))


# Characters -----------------------------------------------------------------------------------

SPACES = "\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""Every space but the ordinary one, for a character class."""

NEWLINE = rule("newline", r"[\r\x0b\x0c\x85\u2028\u2029](?:(?<=\r)\n)?", "\n")

# Some PDF converters write the hyphens of a text as one of these controls.
CONTROL_HYPHEN = rule("control-hyphen", r"[\x10\x15-\x1e](?<=\w.)(?=\w| ?\n)", "-")

CONTROL = rule(
    "control",
    # What coloured a terminal goes whole: its letters would stick to the next word.
    r"\x1b\[[\d;]{0,20}[A-Za-z]|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ue000-\uf8ff"
    r"\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]+",
)
SURROGATE = rule("surrogate", r"[\ud800-\udfff]+", lambda match: "\ufffd" * len(match.group()))

# A soft hyphen at a line end; `¬` is one too, read in a wrong encoding.
SOFT_HYPHEN = rule(
    "line-hyphen",
    r"\xad(?<=[^\W\d_]{2}.)\xad* ?\n[ \n]*(?=[^\W\d_])|¬(?<=[а-яё].) ?\n?[ \n]*(?=[а-яё])",
    hints=("\xad", "¬"),
)
INVISIBLE = rule(
    "invisible",
    r"[\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+",
)

VOWELS = "АЕЁИОУЫЭЮЯаеёиоуыэюяІіЇїЄє"

# A letter of Macedonian; in Russian texts it is a ё of a font that had none.
YO = rule("yo", "[Ѐѐ]", lambda match: "ё" if match.group() == "ѐ" else "Ё")

_GRAVE = {"Ѐ": "Е", "ѐ": "е", "Ѝ": "И", "ѝ": "и"}  # what NFC makes of a vowel and its stress mark
STRESS = rule(
    "stress",
    rf"[\u0300\u0301](?<=[{VOWELS}].)|[Ѐѐ]|[Ѝѝ](?:(?<=[А-Яа-яё].)|(?=[а-яё]))",
    lambda match: _GRAVE.get(match.group(), ""),
)

_CLUSTER = re.compile(
    # A character that never joins the one before it, and what may join it.
    r"(?:[\x00-\u02ff\u0370-\u0482\u048a-\u0590\u2000-\u20cf\u2100-\u2bff\u3000-\u3029"
    r"\u3400-\u9fff\uac00-\ud7a3\ud800-\uf8ff]|\A)"
    r"[^\x00-\u02ff\u0370-\u0482\u048a-\u0590\u2000-\u20cf\u2100-\u2bff\u3000-\u3029"
    r"\u3400-\u9fff\uac00-\ud7a3\ud800-\uf8ff]+"
    r"|[\u0340-\u0387\u2000\u2001\u2126\u212a\u212b\u2329\u232a\u2adc\uf900-\ufaff]"
)
_LONGEST_CLUSTER = 200  # to order marks takes the square of their number


def _find_composed(text: str) -> Iterator[Edit]:
    if unicodedata.is_normalized("NFC", text):
        return
    for match in _CLUSTER.finditer(text):
        before = match.group()
        if len(before) <= _LONGEST_CLUSTER:
            after = unicodedata.normalize("NFC", before)
            if after != before:
                yield _smallest(match.start(), before, after)


def _smallest(start: int, before: str, after: str) -> Edit:
    """Return the edit from `before` to `after` without what begins and ends both."""
    size = min(len(before), len(after))
    head = next((i for i in range(size) if before[i] != after[i]), size)
    size -= head
    tail = next((i for i in range(size) if before[-1 - i] != after[-1 - i]), size)
    return Edit(start + head, start + len(before) - tail, after[head : len(after) - tail])


COMPOSED = Rule("nfc", _find_composed)

_OTHER_SPACES = re.compile(rf"[{SPACES}][ {SPACES}]*")
_SPACE_RUN = re.compile(f"(?:[{SPACES}]| (?=[ {SPACES}]))[ {SPACES}]*")


def _find_spaces(text: str) -> Iterator[Edit]:
    if "  " in text:
        yield from (Edit(*match.span(), " ") for match in _SPACE_RUN.finditer(text))
        return
    # Where no two blanks meet a run starts with another space, or one blank before it.
    for match in _OTHER_SPACES.finditer(text):
        start, stop = match.span()
        yield Edit(start - (text[start - 1 : start] == " "), stop, " ")


SPACE = Rule("space", _find_spaces)

# Not the single spaces between words, which most white space is and which stay.
_WHITE = re.compile(rf"[\n{SPACES}][ \n{SPACES}]*| (?:[ \n{SPACES}]+|(?<=\A )|\Z)")


def _find_line_spaces(text: str) -> Iterator[Edit]:
    for match in _WHITE.finditer(text):
        at_an_end = match.start() == 0 or match.end() == len(text)
        yield Edit(*match.span(), "" if at_an_end else " ")


ONE_LINE = Rule("space", _find_line_spaces)
"""Every white space to one space, none at the ends."""

_CHARACTERS = (
    NEWLINE,
    CONTROL_HYPHEN,
    CONTROL,
    SURROGATE,
    SOFT_HYPHEN,
    INVISIBLE,
    YO,
    COMPOSED,
    STRESS,
    COMPOSED,  # a stress mark may have stood between a letter and its breve
)

# What most texts are made of; none of the rules above has anything to do there.
_ODD = re.compile(
    r"[^\n -~\xa0-\xab\xae-\xff\u0401-\u040c\u040e-\u044f\u0451-\u045c\u045e\u045f\u0490\u0491"
    r"\u2009-\u200a\u2010-\u2027\u202f-\u205e\u20ac\u20bd\u2116]"
)


def characters(text: str) -> tuple[Rule, ...]:
    """Return the rules for single characters; none for a text of ordinary ones."""
    return _CHARACTERS if _ODD.search(text) else ()
