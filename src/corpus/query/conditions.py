"""What stands in square brackets, and the global condition behind a pattern, to conditions.

    [lemma="мост" & (pos="NOUN" | !tag="ablt")]        1:[] 2:[] & 1.lemma = 2.lemma

`!` binds tighter than `&`, `&` tighter than `|`. Brackets wait on a list, so that no nesting
exhausts Python's stack.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from corpus.query.expressions import check_expression
from corpus.query.faults import MAX_DEPTH, PLAIN, Fault, short, too_deep
from corpus.query.fields import EXAMPLES, FIELDS
from corpus.query.inventory import ATTRIBUTE_NAMES, CATEGORIES, advice, impossible, known_as
from corpus.query.patterns import (
    Anything,
    Comparison,
    Condition,
    Has,
    Negation,
    conjunction,
    disjunction,
)
from corpus.query.values import QUOTES, Value, check_flags, read_value

EXAMPLE = 'Write [lemma="мост" & pos="NOUN"]'
COMPARING = "Write 1:[] 2:[] & 1.lemma = 2.lemma"
_SHELL = "in a shell, put single quotes around the whole query"
# Attributes whose values are words, which may be compared with one another.
_WORDS = frozenset({"form", "norm", "lemma"})

_BLANK = re.compile(r"\s*")
_OPENING = "".join(QUOTES)
# The l before a quotation mark is how BlackLab writes a literal value.
_NAMED = re.compile(rf"(?P<name>[^\W\d]\w*)\s*(?P<sign>!?==?)\s*(?P<literal>l?)(?=[{_OPENING}])")
_STARTED = re.compile(r"(?P<name>[^\W\d]\w*)(?P<rest>\s*(?P<sign>[!<>=~:]+)?\s*(?P<value>\w*))")
_COMPARED = re.compile(r"(\w+)\.(\w+)\s*(!?==?)\s*(\w+)\.(\w+)")
_LOOKS_COMPARED = re.compile(r"\s*[!(\s]*\w+\.\w+\s*!?=")
_WORDED = re.compile(r"AND|OR|NOT|И|ИЛИ|НЕ|&&|\|\||,", re.I)


class Read(NamedTuple):
    """A condition and the place after it."""

    condition: Condition
    stop: int


class Level:
    """A bracket that is being read: alternatives of what must hold together, and a waiting `!`."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.branches: list[list[Condition]] = [[]]
        self.negations = 0

    def condition(self) -> Condition:
        return disjunction(conjunction(branch) for branch in self.branches)


class Reading:
    """Conditions joined by `!`, `&`, `|` and brackets, as they are read from left to right."""

    def __init__(self, start: int) -> None:
        self.levels = [Level(start)]
        self.waiting = True
        """Whether a condition must follow, not a sign between two."""

    def add(self, condition: Condition) -> None:
        level = self.levels[-1]
        for _ in range(level.negations):
            condition = Negation(condition)
        level.negations = 0
        level.branches[-1].append(condition)
        self.waiting = False

    def sign(self, sign: str, place: int) -> bool:
        """Take a sign if it may stand here."""
        if self.waiting and sign == "!":
            self.levels[-1].negations += 1
        elif self.waiting and sign == "(":
            if len(self.levels) > MAX_DEPTH:
                raise too_deep(place)
            self.levels.append(Level(place))
        elif not self.waiting and sign in ("&", "|"):
            self.waiting = True
            if sign == "|":
                self.levels[-1].branches.append([])
        elif not self.waiting and sign == ")" and len(self.levels) > 1:
            self.add(self.levels.pop().condition())
        else:
            return False
        return True


def read_token(text: str, start: int) -> Read:
    """Return the condition in the square brackets that open at `start`; raise Fault."""
    place = _skip(text, start + 1)
    if text.startswith("]", place):
        return Read(Anything(), place + 1)
    reading = Reading(start)
    while True:
        place = _skip(text, place)
        sign = text[place : place + 1]
        if sign == "]" and not reading.waiting and len(reading.levels) == 1:
            return Read(reading.levels[0].condition(), place + 1)
        if sign and reading.sign(sign, place):
            place += 1
        elif reading.waiting:
            condition, place = _operand(text, place, start)
            reading.add(condition)
        else:
            raise _unjoined(text, place, reading)


def read_where(text: str, start: int) -> Read:
    """Return the global condition at `start`, up to where nothing joins it; raise Fault."""
    reading, place, stop = Reading(start), start, start
    while True:
        place = _skip(text, place)
        sign = text[place : place + 1]
        if sign and reading.sign(sign, place):
            place += 1
        elif reading.waiting:
            condition, place = _comparison(text, place)
            reading.add(condition)
        elif len(reading.levels) > 1:
            hint = f"Brackets come in pairs: {COMPARING[6:]}"
            raise Fault(reading.levels[-1].start, "This bracket is not closed", hint)
        else:
            return Read(reading.levels[0].condition(), stop)
        if not reading.waiting:
            stop = place


def is_where(text: str, place: int) -> bool:
    """Return whether a comparison of labels seems to stand at a place."""
    return bool(_LOOKS_COMPARED.match(text, place))


def has(attribute: str, value: Value, negated: bool = False, literal: bool = False) -> Has:
    """Return a condition on an attribute; raise Fault for a value that no token can have."""
    literal = literal or "l" in value.flags
    text = value.literal if literal else value.text
    if not text:
        raise Fault(value.start, "The value is empty: no token is", f"{EXAMPLE}; [] is any token")
    if attribute in _WORDS and (words := text.split()) != [text]:
        apart = " ".join(f'"{word}"' for word in words) or '"личные" "темы"'
        hint = f"Write one token at a time: {short(apart)}; or join a phrase by AND"
        raise Fault(value.start, "A token has no blanks in it", hint)
    if why := impossible(attribute, text, literal):
        raise Fault(value.start + 1, *why)
    if not literal:
        check_expression(text, value.start + 1)
    return Has(attribute, text, negated, literal)


def attribute_named(name: str, place: int) -> str:
    """Return the attribute that a name stands for; raise Fault if it is none."""
    attribute = known_as(name, ATTRIBUTE_NAMES)
    if attribute is None:
        hint = advice(name, ATTRIBUTE_NAMES, "Attributes")
        if field := FIELDS.get(name.lower()):
            hint = f"It is asked of articles, outside the brackets: {field}:{EXAMPLES[field]} […]"
        raise Fault(place, f"There is no attribute “{short(name)}”", hint)
    return attribute


def _skip(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place


def _operand(text: str, place: int, opened: int) -> Read:
    """Return `attribute="value"` or a value alone, which is a form."""
    if named := _NAMED.match(text, place):
        attribute = attribute_named(named["name"], place)
        value = _value(text, named.end())
        negated, literal = named["sign"].startswith("!"), named["sign"].endswith("==")
        literal = literal or bool(named["literal"])
        return Read(has(attribute, value, negated, literal), value.stop)
    if text[place : place + 1] in QUOTES:
        value = _value(text, place)
        return Read(has("form", value), value.stop)
    raise _no_operand(text, place, opened)


def _value(text: str, place: int) -> Value:
    value = read_value(text, place)
    check_flags(text, value.stop)
    return value


def _no_operand(text: str, place: int, opened: int) -> Fault:
    """Return why no condition stands where one must."""
    if place == len(text):
        return Fault(opened, "This square bracket is not closed", f"{EXAMPLE}; {PLAIN}")
    found = _STARTED.match(text, place)
    if not found:
        message = f"“{text[place]}” cannot stand here: an attribute and its value are expected"
        return Fault(place, message, f"{EXAMPLE}; {PLAIN}")
    name, sign, value = found["name"], found["sign"], found["value"]
    if _WORDED.fullmatch(name) and not sign:
        hint = f"Inside square brackets write & | !: {EXAMPLE[6:]}"
        return Fault(place, f"{name} is no operator here", hint)
    if not sign:
        hint = f'A form is written ["{short(name)}"], a lemma [lemma="{short(name)}"]; {PLAIN}'
        return Fault(place, f"“{short(name)}” has no value: an attribute and = are expected", hint)
    attribute_named(name, place)
    if sign not in ("=", "!=", "==", "!=="):
        hint = f'Write {name}="…" or {name}!="…"; the value is a regular expression'
        return Fault(found.start("sign"), f"“{sign}” is no comparison: = and != are", hint)
    hint = f'Write [{name}{sign}"{value or "мост"}"]; {_SHELL}'
    if re.match(r"\w+\.\w", text[found.start("value") :]):
        hint = f"Tokens are compared behind the pattern: {COMPARING[6:]}"
    return Fault(found.start("value"), "A value in quotation marks is expected here", hint)


def _unjoined(text: str, place: int, reading: Reading) -> Fault:
    """Return why nothing can follow a condition as it stands."""
    last = reading.levels[-1]
    if place == len(text):
        what = "This bracket" if len(reading.levels) > 1 else "This square bracket"
        return Fault(last.start, f"{what} is not closed", f"{EXAMPLE}; {PLAIN}")
    if text[place] == "]":
        return Fault(last.start, "This bracket is not closed", f"{EXAMPLE}")
    hint = f"Join conditions by & (and) or | (or): {EXAMPLE[6:]}"
    found = _WORDED.match(text, place) or re.compile(r"\w+").match(text, place)
    odd = found[0] if found else text[place]
    return Fault(place, f"“{short(odd)}” cannot stand between conditions", hint)


def _comparison(text: str, place: int) -> Read:
    """Return a comparison of two labelled tokens."""
    found = _COMPARED.match(text, place)
    if not found:
        raise _no_comparison(text, place)
    left, left_name, sign, right, right_name = found.groups()
    one = _compared(left_name, found.start(2))
    other = _compared(right_name, found.start(5))
    if one != other and not {one, other} <= _WORDS:
        message = f"{left_name} and {right_name} cannot be compared"
        raise Fault(found.start(5), message, f"Write {left}.{one} = {right}.{one}")
    if (left, one) == (right, other):
        raise Fault(found.start(4), "This compares a token with itself", COMPARING)
    return Read(Comparison(left, one, right, other, sign.startswith("!")), found.end())


def _compared(name: str, place: int) -> str:
    known = {**ATTRIBUTE_NAMES, **dict(zip(CATEGORIES, CATEGORIES, strict=True))}
    found = known_as(name, known)
    if found is None:
        hint = advice(name, known, "Tokens are compared by")
        raise Fault(place, f"Tokens have no “{short(name)}” to compare", hint)
    return found


_VALUED = re.compile(rf"(\w+)\.(\w+)\s*(!?==?)\s*(?=[{_OPENING}])")
_FUNCTION = re.compile(r"[^\W\d]\w*\s*\(")


def _no_comparison(text: str, place: int) -> Fault:
    """Return why no comparison stands where one must."""
    if valued := _VALUED.match(text, place):
        label, name, sign = valued.groups()
        hint = f"Put it into the token: {label}:[{name}{sign}…]"
        return Fault(place, "A global condition compares two labelled tokens", hint)
    if _FUNCTION.match(text, place):
        return Fault(place, "There are no functions in a global condition", COMPARING)
    hint = f"{COMPARING}; articles are joined by AND"
    return Fault(
        min(place, len(text)), "A comparison of two labelled tokens is expected here", hint
    )
