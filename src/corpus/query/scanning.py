"""Token patterns inside a query: where one begins and ends, and the pieces it is made of.

Square brackets, `<s>`, `|` and the like make a stretch of a query CQL. What stands directly beside
them and could belong to them does: quoted strings, which are then regular expressions over forms,
and groups of such things. Quoted strings by themselves stay phrases.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from corpus.query.conditions import has, is_where, read_token, read_where
from corpus.query.faults import MAX_DEPTH, Fault, short, too_deep
from corpus.query.inventory import STRUCTURE_NAMES, advice, known_as
from corpus.query.patterns import (
    MOST_REPEATS,
    Condition,
    Edge,
    Region,
    Stretch,
    TokenPattern,
)
from corpus.query.values import QUOTES, find_value, read_value

Kind = Literal["stretch", "times", "open", "close", "or", "within", "containing", "where"]


class Piece(NamedTuple):
    """An element of a pattern and where it stands.

    `decisive`: it makes what stands beside it CQL. `fault`: what is wrong with it if so. `times`
    are the least and the most; `negated` belongs to `within` and `containing`.
    """

    kind: Kind
    start: int
    stop: int
    stretch: Stretch | None = None
    condition: Condition | None = None
    times: tuple[int, int] = (1, 1)
    negated: bool = False
    decisive: bool = False
    fault: Fault | None = None

    @property
    def is_stretch(self) -> bool:
        """Whether a stretch ends here: `within s` has one, too."""
        return self.kind == "stretch" or self.stretch is not None


_QUOTES = "".join(QUOTES)
_PRIMARY = rf"[\[{_QUOTES}(<]|\w+:[\[{_QUOTES}]"
_STRUCTURES = "|".join(STRUCTURE_NAMES)

_LABEL = re.compile(rf"(?P<label>\w+):(?=[\[{_QUOTES}])|(?P<number>\d{{1,3}}) ?: ?(?=\[)")
START = re.compile(rf"[\[{_QUOTES}(<]|(?<![\w.])(?:{_LABEL.pattern})")
"""Where a pattern may begin."""
_BLANK = re.compile(r"\s*")
_TAG = re.compile(r"<\s*(?P<end>/?)\s*(?P<name>[^\W\d]\w*)(?P<rest>[^<>]*?)(?P<whole>/?)\s*>")
_TIMES = re.compile(r"(?P<sign>[*+?])|\s*\{\s*(?P<least>\d*)\s*(?P<comma>,?)\s*(?P<most>\d*)\s*\}")
_OR = re.compile(r"\|")
_WHERE = re.compile(r"&(?!&)|::")
_NEST = re.compile(
    rf"(?P<before>!?)\s*(?P<word>within|containing)(?!\w)\s*(?P<after>!?)\s*"
    rf"(?:(?P<bare>{_STRUCTURES})(?![\w:])|(?P<next>{_PRIMARY}))?",
    re.I,
)
# What no phrase has, but a regular expression: с.*, тем[аы], \w+, тема|проект.
_EXPRESSION = re.compile(r"\.[*+]|\\\S|\w\||\w\[|\)[*+]|\)\?\w|\(\?")
_MEET = re.compile(r"\(\s*(?P<word>meet|union)\s*(?=[\[(\"])", re.I)
_NO_MEET = 'Write [lemma="мост"] NEAR/5 [pos="ADJ"], or union as (A OR B)'
_REPEATED = {"*": (0, MOST_REPEATS), "+": (1, MOST_REPEATS), "?": (0, 1)}
_GAP = 'Write []{0,3} for at most three tokens between, [pos="ADJ"]* for any number'


class Scanner:
    """Finds the patterns of one query."""

    def __init__(self, text: str, reserved: frozenset[str]) -> None:
        self.text = text
        self._reserved = reserved
        self._tokens: dict[int, Piece] = {}
        self._plain_until = 0

    def pieces(self, start: int) -> list[Piece]:
        """Return the pieces of the pattern that begins at `start`; none if none does.

        A group that stands alone is left to the brackets of the query, what is in it is not.
        """
        if start < self._plain_until:
            return []
        found = self._scan(start)
        opened = [n for n, piece in enumerate(found) if piece.kind in ("open", "close")]
        if True not in (piece.decisive for piece in found):
            # Nor does one begin anywhere in it.
            self._plain_until = found[-1].stop if found else self._plain_until
            return []
        waiting: list[int] = []
        for n in opened:
            if found[n].kind == "open":
                waiting.append(n)
            elif waiting.pop() == 0 and n == len(found) - 1:
                return []
        if waiting:
            del found[waiting[0] :]
        return found if True in (piece.decisive for piece in found) else []

    def _scan(self, start: int) -> list[Piece]:
        """Return everything from `start` on that could belong to one pattern."""
        found: list[Piece] = []
        depth, stop = 0, start
        while piece := self._next(stop, found):
            depth += (piece.kind == "open") - (piece.kind == "close")
            if depth < 0:
                break
            if depth > MAX_DEPTH:
                raise too_deep(piece.start)
            found.append(piece)
            stop = piece.stop
        return found

    def _next(self, stop: int, found: list[Piece]) -> Piece | None:
        """Return the piece behind the others, None if what stands there belongs to no pattern."""
        last = found[-1].kind if found else "open"
        follows = bool(found) and (last in ("close", "times") or found[-1].is_stretch)
        text = self.text
        if follows and (times := _TIMES.match(text, stop)):
            return _times(times, last)
        place = _skip(text, stop)
        if place == len(text) or (last == "where" and text[place] != ")"):
            return self._joining(place, found) if last == "where" else None
        if text[place] == "[":
            return self._token(place)
        if text[place] in QUOTES:
            return self._string(place)
        if text[place] == "<":
            return _tag(text, place)
        if meet := _MEET.match(text, place):
            raise Fault(meet.start("word"), f"There is no {meet['word']} here", _NO_MEET)
        if text[place] in "()":
            return Piece("open" if text[place] == "(" else "close", place, place + 1)
        if (label := _LABEL.match(text, place)) and label_of(label).lower() not in self._reserved:
            return self._labelled(label)
        return self._joining(place, found) if follows else None

    def _token(self, place: int) -> Piece:
        if place not in self._tokens:
            condition, stop = read_token(self.text, place)
            stretch = TokenPattern(condition)
            self._tokens[place] = Piece("stretch", place, stop, stretch, decisive=True)
        return self._tokens[place]

    def _string(self, place: int) -> Piece | None:
        """Return a quoted string; what follows it directly may make it a phrase."""
        value = find_value(self.text, place)
        if value is None or self.text[value.stop : value.stop + 1] in ("~", "^"):
            return None
        one = value.text.split() == [value.text]
        decisive = bool(value.flags) or (one and bool(_EXPRESSION.search(value.text)))
        stretch, fault = None, None
        try:
            stretch = TokenPattern(has("form", read_value(self.text, place)))
        except Fault as why:
            fault = why
        return Piece("stretch", place, value.stop, stretch, decisive=decisive, fault=fault)

    def _labelled(self, label: re.Match[str]) -> Piece | None:
        bracket = self.text[label.end()] == "["
        piece = self._token(label.end()) if bracket else self._string(label.end())
        if piece and isinstance(piece.stretch, TokenPattern):
            stretch = TokenPattern(piece.stretch.condition, label_of(label))
            piece = piece._replace(start=label.start(), stretch=stretch)
        return piece

    def _joining(self, place: int, found: list[Piece]) -> Piece | None:
        """Return what joins two stretches, or the global condition behind them."""
        decided = True in (piece.decisive for piece in found)
        if found[-1].kind == "where":
            nest = _NEST.match(self.text, place)
            return _nest(nest) if nest else None
        if _OR.match(self.text, place):
            return Piece("or", place, place + 1, decisive=True)
        if (where := _WHERE.match(self.text, place)) and (
            decided or is_where(self.text, where.end())
        ):
            condition, stop = read_where(self.text, where.end())
            return Piece("where", place, stop, condition=condition, decisive=True)
        nest = _NEST.match(self.text, place)
        if not nest or not (decided or nest["bare"] or nest["next"]):
            return None
        return _nest(nest)


def label_of(found: re.Match[str]) -> str:
    """Return the label that `START` or the like found, "" if none."""
    return found["label"] or found["number"] or ""


def _skip(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place


def _times(found: re.Match[str], last: Kind) -> Piece:
    """Return how often the piece before is repeated; raise Fault for numbers that make no sense."""
    place = found.start() + len(found[0]) - len(found[0].lstrip())
    if last == "times":
        hint = "Put brackets around the first: ([]{2}){3}"
        raise Fault(place, "This is repeated already", hint)
    if found["sign"]:
        decisive = found["sign"] == "+"
        times = _REPEATED[found["sign"]]
        return Piece("times", place, found.end(), times=times, decisive=decisive)
    if not found["least"] and not found["most"]:
        raise Fault(place, "Curly brackets need numbers", _GAP)
    least = _number(found, "least", 0)
    most = _number(found, "most", MOST_REPEATS) if found["comma"] else least
    if least > most:
        hint = f"Put the smaller number first: {{{most},{least}}}"
        raise Fault(place, "These numbers are reversed", hint)
    if not most:
        raise Fault(place, "A thing that occurs no times is nothing", _GAP)
    return Piece("times", place, found.end(), times=(least, most), decisive=True)


def _number(found: re.Match[str], name: str, otherwise: int) -> int:
    digits = found[name].lstrip("0") or found[name][:1]
    if not digits:
        return otherwise
    if len(digits) > 3 or int(digits) > MOST_REPEATS:
        message = f"A thing can be repeated {MOST_REPEATS} times at most"
        raise Fault(found.start(name), message, _GAP)
    return int(digits)


def _tag(text: str, place: int) -> Piece | None:
    """Return the edge of a structure or a whole one."""
    found = _TAG.match(text, place)
    if not found:
        return None
    name = known_as(found["name"], STRUCTURE_NAMES)
    fault = None
    if name is None:
        hint = advice(found["name"], STRUCTURE_NAMES, "Structures")
        fault = Fault(found.start("name"), f"There is no structure “{short(found['name'])}”", hint)
        return Piece("stretch", place, found.end(), fault=fault)
    if found["rest"].strip():
        hint = f"Put the condition beside the pattern: source:RT date:2024 […] within <{name}/>"
        fault = Fault(found.start("rest"), "A structure has no attributes here", hint)
    elif found["end"] and found["whole"]:
        hint = f"Write <{name}>, </{name}> or <{name}/>"
        fault = Fault(place, "This tag both closes and stands alone", hint)
    stretch: Stretch = Region(name) if found["whole"] else Edge(name, bool(found["end"]))
    return Piece("stretch", place, found.end(), stretch, decisive=True, fault=fault)


def _nest(found: re.Match[str]) -> Piece:
    """Return `within` or `containing`; a bare name of a structure behind it is left to read."""
    kind: Literal["within", "containing"] = (
        "within" if found["word"].lower() == "within" else "containing"
    )
    negated = bool(found["before"]) != bool(found["after"])
    place = found.start("bare") if found["bare"] else found.end("after")
    piece = Piece(kind, found.start(), place, negated=negated, decisive=True)
    if found["bare"]:
        stretch = Region(STRUCTURE_NAMES[found["bare"].lower()])
        return piece._replace(stop=found.end("bare"), stretch=stretch)
    return piece
