"""What stands between quotation marks."""

from __future__ import annotations

import re
from typing import NamedTuple

from corpus.query.expressions import check_expression
from corpus.query.faults import PLAIN, Fault, short
from corpus.query.lexer import as_form, item_of, pieces
from corpus.query.tree import Fuzzy, Or, Phrase, PhraseItem, Regex, Word

EXAMPLE = 'Put words between the quotation marks: "личные темы"'
CLOSING = {'"': '"', "«": "»", "„": "“”", "“": "”“", "”": "”"}
"""For each opening quotation mark those that may close it."""
TILDE = 'Write пентагон~ or пентагон~2 for typos, "личные темы"~3 for gaps'

REGEX = (
    r"/(?=[^\s/])(?P<expression>(?:\\.|[^/\\\n])*)(?<=\S)/(?P<flags>[imsxgu]{0,4})"
    r"(?=[\s)^~.,;:!?»”]|$)"
)
"""A regular expression between slashes, and what may follow it."""
_PART = re.compile(
    rf"(?<![^\s(]){REGEX}|"
    r"\((?P<group>(?:(?<![^\s(])/(?:\\.|[^/\s\\])+/|[^()])*)\)|~(?P<typos>[\w.,]*)|(?P<weight>\^)|(?P<run>[^\s()~^]+)"
)
_CASED = re.compile(r"\(\?[a-zA-Z]*-[a-zA-Z]*i")
_OR = frozenset({"OR", "ИЛИ"})
_QUOTES = "".join(CLOSING) + "»"


class Placed(NamedTuple):
    """An item of a phrase and where it stands in the query."""

    start: int
    stop: int
    item: PhraseItem


def closing_quote(text: str, start: int) -> int:
    """Return the place of the mark that closes the one at `start`; raise Fault if none does."""
    opening = text[start]
    if opening == "«":
        stop = _closing_guillemet(text, start)
    else:
        found = re.compile(f"[{CLOSING[opening]}]").search(text, start + 1)
        stop = found.start() if found else -1
    if stop < 0:
        hint = f'Close it: "личные темы"; {PLAIN}'
        raise Fault(start, f"This quotation mark {opening} is not closed", hint)
    return stop


def read_phrase(content: str, place: int, exact: bool = False) -> Phrase | PhraseItem:
    """Return the node of what stands in quotation marks; `place` is where `content` starts.

    Punctuation is dropped; one word alone is that word. With `exact` words are forms.
    """
    items = tuple(placed.item for placed in _items(content, place))
    if not items:
        raise Fault(max(0, place - 1), "There are no words in this phrase", EXAMPLE)
    if exact:
        items = tuple(as_form(item, max(0, place - 2)) for item in items)
    return items[0] if len(items) == 1 else Phrase(items)


def read_regex(expression: str, place: int) -> Regex:
    """Return the words a regular expression describes; `place` is that of its first slash."""
    expression = re.sub(r"\\.", lambda found: "/" if found[0] == r"\/" else found[0], expression)
    if expression.split() != [expression]:
        hint = 'Write one word at a time: "/личн.*/ /тем.*/"; or put spaces around a single slash'
        raise Fault(place, "A word has no blanks in it", hint)
    if quote := set(expression) & set(_QUOTES):
        hint = "Leave it out"
        raise Fault(place + 1 + expression.index(min(quote)), "No word has quotation marks", hint)
    if cased := _CASED.search(expression):
        hint = 'Ask for a token: [form="(?-i)Маск"]'
        message = "Between slashes case never counts"
        raise Fault(place + 1 + cased.start(), message, hint)
    check_expression(expression, place + 1)
    return Regex(expression)


def fuzzy(item: object, typos: str, place: int) -> Fuzzy:
    """Return a word with `~` or `~2` after it; `place` is that of the tilde."""
    if not isinstance(item, Word):
        raise Fault(place, "~ means typos after a word and gaps after a phrase", TILDE)
    if not typos:
        return Fuzzy(item.text)
    if typos not in {"1", "2"}:
        message = f"~{short(typos)} is not a number of typos: 1 and 2 are"
        raise Fault(place, message, f"Write {short(item.text)}~ or {short(item.text)}~2")
    return Fuzzy(item.text, int(typos))


def _items(content: str, place: int) -> list[Placed]:
    """Return the items of a phrase in order."""
    items: list[Placed] = []
    for found in _PART.finditer(content):
        start = place + found.start()
        if found["weight"]:
            raise Fault(start, "^ cannot stand inside a phrase", 'Put it behind: "личные темы"^2')
        if found["typos"] is not None:
            if not items or items[-1].stop != start:
                raise Fault(start, "~ must follow a word directly", TILDE)
            item = fuzzy(items[-1].item, found["typos"].rstrip(".,"), start)
            items[-1] = Placed(items[-1].start, place + found.end(), item)
        elif found["expression"] is not None:
            items.append(Placed(start, place + found.end(), read_regex(found["expression"], start)))
        elif found["group"] is not None:
            items.extend(_group(found["group"], start))
        else:
            items.extend(_run(found["run"], start))
    return items


def _run(run: str, start: int) -> list[Placed]:
    """Return the words of a run without spaces; `=` before it makes them forms."""
    exact = run.startswith("=")
    try:
        found = list(pieces(run, start))
    except Fault as fault:
        hint = 'For any word in between write "личные темы"~1, for an expression "/личн.*/ темы"'
        raise Fault(fault.place, fault.message, hint) from None
    placed = [Placed(piece.start, piece.stop, item_of(piece)) for piece in found]
    if exact:
        placed = [one._replace(item=as_form(one.item, start)) for one in placed]
    if placed:
        placed[-1] = placed[-1]._replace(stop=start + len(run))
    return placed


def _group(content: str, start: int) -> list[Placed]:
    """Return the items in brackets: alternatives if OR stands between them, else as they are."""
    found = _items(content, start + 1)
    signs = [placed.item for placed in found[1::2]]
    is_or = [isinstance(sign, Word) and sign.text in _OR for sign in signs]
    if True not in is_or:
        return found
    if False in is_or or len(found) % 2 == 0:
        hint = 'Put OR between single words: "(личные OR частные) темы"'
        raise Fault(start, "The alternatives inside a phrase are single words", hint)
    items = tuple(placed.item for placed in found[::2])
    return [Placed(start, start + len(content) + 2, Or(items))]


def _closing_guillemet(text: str, start: int) -> int:
    """Return the place of the » that closes the « at `start`, others nested in between; or -1."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "«") - (text[place] == "»")
        if not depth:
            return place
    return -1
