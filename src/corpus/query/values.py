"""Values in quotation marks, as CQL has them."""

from __future__ import annotations

import re
from typing import NamedTuple

from corpus.query.faults import PLAIN, Fault, short

QUOTES = {'"': '"', "'": "'", "«": "»", "„": "“”", "“": "”“", "”": "”"}
"""For each opening quotation mark of a value those that may close it."""
FLAGS = re.compile(r"\s*%(?P<flags>[cdl]{1,3})(?!\w)")
_OTHER_FLAG = re.compile(r"\s*%(?P<flag>\w*)")
_LETTERS = 'Case never counts: to make it count, begin the value with (?-i): form="(?-i)Маск"'


class Value(NamedTuple):
    """A value: its text, the flags behind it, and where it stands with its quotation marks."""

    text: str
    flags: str
    start: int
    stop: int

    @property
    def literal(self) -> str:
        """The text, where backslashes do no more than protect quotation marks and themselves."""
        return re.sub(r'\\(["\'\\])', r"\1", self.text)


_PATTERNS = {
    opening: re.compile(
        r'"((?:[^"\\]|\\.|"")*)"'
        if opening == '"'
        else rf"{opening}((?:[^{closing}\\]|\\.)*)[{closing}]",
        re.S,
    )
    for opening, closing in QUOTES.items()
}
_DOUBLED = re.compile(r'\\.|""', re.S)


def find_value(text: str, start: int) -> Value | None:
    """Return the value whose quotation mark stands at `start`; None if the mark is not closed."""
    found = _PATTERNS[text[start]].match(text, start)
    if not found:
        return None
    inner = found[1]
    if text[start] == '"':
        inner = _DOUBLED.sub(lambda pair: '"' if pair[0] == '""' else pair[0], inner)
    flags = FLAGS.match(text, found.end())
    stop = flags.end() if flags else found.end()
    return Value(inner, flags["flags"] if flags else "", start, stop)


def read_value(text: str, start: int) -> Value:
    """Return the value whose quotation mark stands at `start`; raise Fault."""
    value = find_value(text, start)
    if value is None:
        hint = f'Close it: [lemma="мост"]; {PLAIN}'
        raise Fault(start, f"This quotation mark {text[start]} is not closed", hint)
    return value


def check_flags(text: str, place: int) -> None:
    """Raise Fault if a flag that means nothing here stands at a place, right behind a value."""
    if strange := _OTHER_FLAG.match(text, place):
        hint = f"%c and %d change nothing here, %l takes the value literally. {_LETTERS}"
        message = f"There is no flag “%{short(strange['flag'])}”"
        raise Fault(strange.start("flag") - 1, message, hint)
