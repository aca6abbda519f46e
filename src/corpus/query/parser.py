"""A query's text to its tree; groups wait on a list, so that no nesting exhausts Python's stack."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from corpus.errors import QueryError
from corpus.query import patterns
from corpus.query.faults import MAX_DEPTH, Fault, too_deep, whole
from corpus.query.groups import BRACKETS, Operand, Part, deeper, joined
from corpus.query.lexer import place_before_tidying, tidy, words
from corpus.query.patterns import Anything, Comparison, Edge, Has, Pattern, Region
from corpus.query.phrases import TILDE, fuzzy
from corpus.query.tokens import MAX_DISTANCE, Token, read_tokens
from corpus.query.tree import (
    Boost,
    Date,
    Form,
    Fuzzy,
    Is,
    Node,
    Not,
    Phrase,
    Regex,
    Wildcard,
    Word,
    all_of,
    any_of,
)

MAX_CHARACTERS, MAX_WORDS, MAX_WEIGHT = 20_000, 2_000, 1000


def parse(
    text: str, *, any: bool = False, plain: bool = False, today: dt.date | None = None
) -> Node:
    """Return the tree of a query; raise QueryError.

    With `any`, words that stand side by side need not all occur. With `plain`, every character is
    data: there are words and no syntax. `today` is what `date:сегодня` means, by default the day
    it is.
    """
    try:
        tidied = _checked(text)
        return _plain(tidied, any) if plain else _parse(tidied, any, today)
    except Fault as fault:
        raise fault.report(text, lambda place: place_before_tidying(text, place)) from None


def plain(text: str, *, any: bool = False) -> Node:
    """Return the words of a text, all of them or any; nothing in it is syntax."""
    return parse(text, any=any, plain=True)


def _checked(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        message = f"The query has {len(text):,} characters; the limit is {MAX_CHARACTERS:,}"
        raise QueryError(message, text, MAX_CHARACTERS, "Search for its most telling sentences")
    tidied = tidy(text)
    if not tidied.strip():
        raise Fault(0, "The query is empty", "Type words to search for: путин маск")
    return tidied


def _plain(text: str, any: bool) -> Node:
    found = words(text)
    if not found:
        raise _wordless()
    if len(found) > MAX_WORDS:
        raise _too_many_words(found[MAX_WORDS][0])
    return (any_of if any else all_of)(Word(word) for _, word in found)


def _parse(text: str, any: bool, today: dt.date | None) -> Node:
    tokens = read_tokens(text, today)
    if not tokens:
        raise _wordless()
    _check_words(tokens)
    levels = [Level(None, [])]
    for token in tokens:
        if token.kind == "open":
            _open(levels, token)
        elif token.kind == "close":
            _close(levels, token, any)
        else:
            levels[-1].parts.append(_part(levels[-1].parts, token))
    last = levels[-1]
    if last.opened:
        raise Fault(last.opened.start, "This bracket is not closed", BRACKETS)
    return joined(last.parts, 0, any).node


class Level(NamedTuple):
    """A group that is being read: its bracket, None for the whole query, and its parts so far."""

    opened: Token | None
    parts: list[Part]


def _open(levels: list[Level], token: Token) -> None:
    if len(levels) > MAX_DEPTH:
        raise too_deep(token.start)
    levels.append(Level(token, []))


def _close(levels: list[Level], token: Token, any: bool) -> None:
    opened, parts = levels.pop()
    if opened is None:
        raise Fault(token.start, "This bracket was not opened", BRACKETS)
    whole_group = joined(parts, opened.start, any)
    levels[-1].parts.append(whole_group._replace(start=opened.start, stop=token.stop))


def _part(parts: list[Part], token: Token) -> Part:
    """Return what a token adds to a group; `~` and `^` take the last of its parts away."""
    if token.kind in ("tilde", "weight"):
        return _suffixed(parts, token)
    if token.node is None:
        return token
    return Operand(token.node, token.start, token.stop, _depth(token.node), token.listed)


def _depth(node: Node) -> int:
    if isinstance(node, Pattern):
        return patterns.depth(node)
    return 2 if node.children else 1


def _check_words(tokens: list[Token]) -> None:
    """Raise Fault if the query has too many words."""
    count = 0
    for token in tokens:
        if token.node is not None:
            count += sum(isinstance(node, _COUNTED) for node in patterns.walk(token.node))
        if count > MAX_WORDS:
            raise _too_many_words(token.start)


# A condition of a pattern counts as a word.
_COUNTED = (Word, Form, Wildcard, Regex, Fuzzy, Has, Anything, Comparison, Edge, Region)


def _wordless() -> Fault:
    return Fault(0, "There are no words in the query", "Type words to search for: путин маск")


def _too_many_words(place: int) -> Fault:
    hint = "Search for its most telling sentences"
    return Fault(place, f"The query has more than {MAX_WORDS:,} words", hint)


def _suffixed(parts: list[Part], token: Token) -> Operand:
    """Take the last part and return it with `~` or `^` applied."""
    last = parts[-1] if parts else None
    sign = "~" if token.kind == "tilde" else "^"
    if not isinstance(last, Operand) or last.stop != token.start:
        hint = TILDE if sign == "~" else WEIGHT
        raise Fault(token.start, f"{sign} must follow a word or a phrase directly", hint)
    parts.pop()
    if sign == "~":
        return last._replace(node=_loosened(last.node, token), stop=token.stop)
    return deeper(last, _weighted(last.node, token), token.stop)


def _loosened(node: Node, token: Token) -> Node:
    """Return a phrase with gaps or a word with typos."""
    if not isinstance(node, Phrase):
        return fuzzy(node, token.text, token.start)
    if node.slop:
        raise Fault(token.start, "The gaps of this phrase were given before", TILDE)
    slop = whole(token.text, 0, MAX_DISTANCE)
    if slop is None:
        message = f"~ after a phrase needs the number of words between, from 0 to {MAX_DISTANCE}"
        raise Fault(token.start, message, 'Write "личные темы"~3')
    return Phrase(node.items, slop)


WEIGHT = 'Write a number right after the thing: путин^2 маск, "личные темы"^0.5, (а OR б)^3'


def _weighted(node: Node, token: Token) -> Boost:
    try:
        factor = float(token.text.replace(",", ".").replace("_", "x"))
    except ValueError:
        raise Fault(token.start, "^ needs a number right after it", WEIGHT) from None
    if not 0 < factor <= MAX_WEIGHT:
        raise Fault(token.start, f"^ needs a number above 0, at most {MAX_WEIGHT}", WEIGHT)
    if isinstance(node, Boost):
        raise Fault(token.start, "There is a ^ on this already", WEIGHT)
    if not _can_score(node):
        hint = "Put ^ on words: источник:RT путин^2"
        raise Fault(token.start, "A filter does not score: ^ would do nothing here", hint)
    return Boost(node, factor)


def _can_score(node: Node) -> bool:
    if isinstance(node, (Not, Is, Date)):
        return False
    return not node.children or True in map(_can_score, node.children)
