r"""Regular expressions of queries: what they mean here, said so that RE2 understands it.

They are evaluated by RE2 in linear time, over the words of a dictionary. RE2 knows Latin letters
only by `\w` and `[:alpha:]`; here they are letters of any alphabet. ё is е, as everywhere.
"""

from __future__ import annotations

import re

from corpus.query.faults import Fault
from corpus.query.inventory import is_plain
from corpus.text.fold import ALIKE

_WORD = r"\pL\pM\pN_"
# Outside and inside a class in square brackets; nothing inside: it cannot be said there.
_ESCAPES = {r"\w": (f"[{_WORD}]", _WORD), r"\W": (f"[^{_WORD}]", "")}
_CLASSES = {
    "alpha": r"\pL",
    "alnum": r"\pL\pN",
    "word": _WORD,
    "lower": r"\p{Ll}",
    "upper": r"\p{Lu}",
    "punct": r"\pP\pS",
}
# In a class: what is named, escaped, opens or closes; ё as the end of a range; anything else.
_SIGN = re.compile(r"\[:(?P<name>\^?\w+):\]|\\[pP]\{[^}]*\}|\\.|-[ёЁ](?!-)|.", re.S)
_SPECIAL = re.compile(r"([!-/:-@\[-`{-~])")
_RANGES = {"-ё": "-яё", "-Ё": "-ЯЁ"}


def re2(expression: str, literal: bool = False) -> str:
    """Return the RE2 expression for whole values, case ignored unless `(?-i)` stands in it.

    To be matched against values in which ё is е, as `corpus.text.fold` has it. With `literal` the
    text means itself.
    """
    body = _SPECIAL.sub(r"\\\1", _alike(expression)) if literal else translated(expression)
    return f"(?i)^(?:{body})$"


def translated(expression: str) -> str:
    """Return an expression whose letters are those of any alphabet, ё as е; ValueError if none."""
    made: list[str] = []
    inside = -1  # The place where the class that is being read begins, or -1.
    for found in _SIGN.finditer(expression):
        sign, name = found[0], found["name"]
        if inside < 0:
            made.append(_outside(sign))
            inside = len(made) if sign == "[" else -1
        elif sign == "]" and made[inside:] not in ([], ["^"]):
            made.append(sign)
            inside = -1
        else:
            made.append(_within(sign, name))
    return "".join(made)


def check_expression(expression: str, place: int) -> None:
    """Raise Fault if a regular expression is broken; `place` is where it starts."""
    if is_plain(expression):
        return
    why = broken(expression)
    if why:
        raise Fault(place, f"This regular expression is not understood: {why}", _hint(expression))


def broken(expression: str) -> str:
    """Return what speaks against a regular expression, in a few words; "" if nothing does."""
    # Loaded only where an expression is written: whoever evaluates it needs it anyway.
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        # First as it was typed, so that what RE2 quotes is what the user knows.
        for made in (expression, re2(expression)):
            pc.match_substring_regex(pa.nulls(1, pa.string()), made)
    except pa.ArrowInvalid as error:
        said = str(error).partition("expression: ")[2]
        return said.removesuffix(f": {made}").removesuffix(made).rstrip(": ")
    except ValueError as error:
        return str(error)
    return ""


def _outside(sign: str) -> str:
    if sign in (r"\b", r"\B"):
        raise ValueError(f"{sign} knows Latin letters only")
    return _ESCAPES[sign][0] if sign in _ESCAPES else _alike(sign)


def _within(sign: str, name: str | None) -> str:
    if sign in _ESCAPES:
        if not _ESCAPES[sign][1]:
            raise ValueError(f"{sign} cannot stand in square brackets")
        return _ESCAPES[sign][1]
    if name:
        return _CLASSES.get(name, sign)
    # A hyphen made of another sign must not become the hyphen of a range.
    return r"\-" if sign == "‑" else _alike(_RANGES.get(sign, sign))


def _alike(text: str) -> str:
    for written, counted in (*ALIKE, ("Ё", "Е")):
        text = text.replace(written, counted)
    return text


def _hint(expression: str) -> str:
    for sign, advice in _ADVICE:
        if re.search(sign, expression):
            return advice
    return 'Put a backslash before a sign that means itself: "\\(", or write form=="("'


_ADVICE = (
    (r"\(\?<?[=!]", 'There is no look-around: write [form="с.*" & form!=".*ся"] instead'),
    (r"\\[1-9]", "There are no backreferences: compare labelled tokens, 1.form = 2.form"),
    (r"\\[bB]", "The value is matched as a whole anyway: leave it out"),
    (r"\\W", r"Write [^\w], or name the signs"),
    (r"[*+?}]\+", "There are no possessive repetitions: leave the second sign out"),
    (r"\{\d{4,}|\}.*\{", "An expression may repeat a thing 1000 times at most"),
    (r"^[*+?()\[\]|{}]$", r'Write it with a backslash, "\?", or literally: form=="?"'),
    (r"^[*+?]", 'Any letters are .* and one is a point: write "вод.*"'),
)
