"""A query's text to tokens: ordered rules, the first that matches at a place reads on from there.

What has no field, operator, quotation mark or bracket is a run of characters without spaces, the
last rule. A rule adds tokens and returns the place where reading goes on, or raises Fault.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from corpus.query.cql import read_pattern
from corpus.query.dates import read_date
from corpus.query.faults import PLAIN, Fault, whole
from corpus.query.fields import EDGE, EXAMPLES, FIELDS, SEARCHED, field_value, unknown_field
from corpus.query.lexer import URL, as_form, lumps, node_of
from corpus.query.phrases import CLOSING, REGEX, closing_quote, read_phrase, read_regex
from corpus.query.scanning import START, Scanner, label_of
from corpus.query.tree import Date, Is, Node, Phrase, Word

Kind = Literal["open", "close", "and", "or", "not", "near", "field", "node", "tilde", "weight"]


class Token(NamedTuple):
    """One element of a query; `text` holds what a kind needs to know, `node` what is ready.

    `listed` says that a comma, not a space, parts it from the next token.
    """

    kind: Kind
    start: int
    stop: int
    text: str = ""
    node: Node | None = None
    listed: bool = False


class State(NamedTuple):
    """What rules share: the text, the tokens so far, and the day that сегодня means."""

    text: str
    tokens: list[Token]
    today: dt.date | None
    scanner: Scanner


Rule = Callable[[State, "re.Match[str]"], int | None]

OPERATORS: dict[str, Kind] = {
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "И": "and",
    "ИЛИ": "or",
    "НЕ": "not",
}
DISTANCE, MAX_DISTANCE = 10, 1000
UNITS = {"s": "s", "p": "p", "с": "s", "р": "p"}
"""What NEAR may name instead of a number; the last two are Cyrillic letters that look the same."""

_NAMES = "|".join(name for name in FIELDS if name.isascii())
_QUOTES = "".join(CLOSING)
_STRUCTURE = rf"{EDGE}\[\]{{}}|~^"


def read_tokens(text: str, today: dt.date | None = None) -> list[Token]:
    """Return the tokens of a tidied query; raise Fault where there is none to read."""
    state = State(text, [], today, Scanner(text, frozenset(FIELDS)))
    place = 0
    while place < len(text):
        place = _read_one(state, place)
    return state.tokens


def _read_one(state: State, place: int) -> int:
    for pattern, rule in RULES:
        found = pattern.match(state.text, place)
        if found and (stop := rule(state, found)) is not None:
            return stop
    raise AssertionError(f"no rule reads {state.text[place:]!r}")


def _skip(state: State, found: re.Match[str]) -> int:
    return found.end()


def _link(state: State, found: re.Match[str]) -> int:
    state.tokens.append(_run_token(found[0], found.start()))
    return found.end()


def _run_token(run: str, place: int) -> Token:
    (lump,) = lumps(run, place)
    return Token("node", place, lump.stop, node=node_of(lump))


def _cql(state: State, found: re.Match[str]) -> int | None:
    """Read a pattern of tokens, unless what stands here only looks like the beginning of one."""
    if label_of(found).lower() in FIELDS:
        return None
    placed = read_pattern(state.scanner, found.start())
    if placed is None:
        return None
    state.tokens.append(Token("node", placed.start, placed.stop, node=placed.pattern))
    return placed.stop


def _regex(state: State, found: re.Match[str]) -> int:
    if flags := found["flags"].strip("iu"):
        hint = 'Leave it out; where case counts, ask for a token: [form="(?-i)Маск"]'
        raise Fault(found.start("flags"), f"“{flags}” is no flag of an expression", hint)
    node = read_regex(found["expression"], found.start())
    state.tokens.append(Token("node", found.start(), found.end(), node=node))
    return found.end()


def _stray(state: State, found: re.Match[str]) -> int:
    """Refuse a sign that has a meaning in other query languages or nothing to belong to."""
    message, hint = STRAYS[found[0][0]]
    raise Fault(found.start(), message, hint)


_QUOTED_TOKENS = 'tokens are chosen in quotes: "путин" | "маск"'
_GAPS = 'Gaps are written "личные темы"~3 or [pos="ADJ"] []{0,3} [lemma="тема"]'
STRAYS = {
    "]": ("This square bracket was not opened", f"Leave it out; {PLAIN}"),
    "»": ("This quotation mark was not opened", f"Open it: «личные темы»; {PLAIN}"),
    "|": (
        "| is not an operator here",
        f"Write OR or ИЛИ in capitals: путин OR маск; {_QUOTED_TOKENS}",
    ),
    "{": ("Curly brackets belong behind a token", _GAPS),
    "}": ("This curly bracket was not opened", _GAPS),
    "+": ("+ before a word is not an operator here", "Leave it out, or write путин AND маск"),
    "-": ("There is more than one minus here", "Write one: путин -маск, or путин NOT маск"),
}


def _field(state: State, found: re.Match[str]) -> int:
    name = FIELDS.get(found["name"].lower())
    if name is None:
        raise unknown_field(found["name"], found.start())
    if name in SEARCHED:
        state.tokens.append(Token("field", found.start(), found.end(), name))
        return found.end()
    value, stop = field_value(state.text, found.end(), name)
    if not value or value.isspace():
        hint = f"Write it right after the colon: {found['name']}:{EXAMPLES[name]}"
        raise Fault(found.end(), f"The value of {found['name']}: is missing", hint)
    node: Node = Is(name, value.strip())
    if name == "date":
        quoted = state.text[found.end()] in CLOSING
        node = read_date(value.strip(), found.end() + quoted, state.today)
    state.tokens.append(Token("node", found.start(), stop, node=node))
    return stop


def _loose_field(state: State, found: re.Match[str]) -> int:
    """Refuse `source = RT` and `source: RT`, which would search for two words."""
    name = found["name"].lower()
    hint = f'Write {name}:{EXAMPLES[name]} without spaces, or as a word: "{name}"'
    raise Fault(found.start(), f"A field is written with its value right after “{name}:”", hint)


def _near(state: State, found: re.Match[str]) -> int:
    given = found["distance"]
    distance = str(DISTANCE) if given is None else UNITS.get(given.lower(), given)
    if distance not in UNITS and whole(distance, 1, MAX_DISTANCE) is None:
        message = f"NEAR/ needs a number from 1 to {MAX_DISTANCE}, or s or p"
        hint = "Write путин NEAR/5 маск; NEAR/s is the same sentence, NEAR/p the same paragraph"
        raise Fault(found.start("distance"), message, hint)
    state.tokens.append(Token("near", found.start(), found.end(), distance))
    return found.end()


def _operator(state: State, found: re.Match[str]) -> int:
    """Read AND, OR, NOT; a single И that opens a query or a group is a word: И снова Путин."""
    opens = not state.tokens or state.tokens[-1].kind == "open"
    if found[0] == "И" and opens:
        state.tokens.append(_run_token(found[0], found.start()))
    else:
        kind = OPERATORS[found[0]]
        state.tokens.append(Token(kind, found.start(), found.end(), found[0]))
    return found.end()


def _minus(state: State, found: re.Match[str]) -> int:
    state.tokens.append(Token("not", found.start(), found.end(), "-"))
    return found.end()


def _bracket(state: State, found: re.Match[str]) -> int:
    kind: Kind = "open" if found[0] == "(" else "close"
    state.tokens.append(Token(kind, found.start(), found.end()))
    return found.end()


def _quote(state: State, found: re.Match[str]) -> int:
    """Read a phrase; `=` before it asks for the very forms."""
    mark = found.end() - 1
    stop = closing_quote(state.text, mark)
    exact = found[0].startswith("=")
    node = read_phrase(state.text[mark + 1 : stop], mark + 1, exact)
    state.tokens.append(Token("node", found.start(), stop + 1, node=node))
    return stop + 1


def _footnote(state: State, found: re.Match[str]) -> int:
    """Skip the asterisk of a footnote: «Исламское государство»*; after a value it means more."""
    if state.tokens and isinstance(state.tokens[-1].node, (Is, Date)):
        hint = 'Put it inside the quotation marks: source:"Северный*"'
        raise Fault(found.start(), "* stands behind the value of a field", hint)
    return found.end()


def _word(state: State, found: re.Match[str]) -> int:
    """Read what most queries are made of: letters between blanks."""
    state.tokens.append(Token("node", found.start(), found.end(), node=Word(found[0])))
    return found.end()


def _form(state: State, found: re.Match[str]) -> int:
    run = found["run"]
    if run.startswith("/") and re.match(REGEX, run):
        hint = "Leave it out: /мост(ом|у)/ is over forms and lemmas"
        raise Fault(found.start(), "= asks for one very form, and this is an expression", hint)
    made = lumps(run, found.start("run")) if run and run[0] not in "=-" else []
    if not made:
        hint = "Put the form right after the sign: =путину"
        raise Fault(found.start(), "= needs a word right after it", hint)
    node = node_of(made[0])
    items = node.items if isinstance(node, Phrase) else (node,)
    forms = tuple(as_form(item, found.start()) for item in items)
    exact = Phrase(forms) if len(forms) > 1 else forms[0]
    tokens = [Token("node", lump.start, lump.stop, node=node_of(lump)) for lump in made]
    tokens[0] = tokens[0]._replace(start=found.start(), node=exact)
    state.tokens.extend(_listed(tokens))
    return found.end()


def _suffix(state: State, found: re.Match[str]) -> int:
    kind: Kind = "tilde" if found[0][0] == "~" else "weight"
    text = found["amount"].rstrip(".,")
    state.tokens.append(Token(kind, found.start(), found.end(), text))
    return found.end()


def _run(state: State, found: re.Match[str]) -> int:
    made = lumps(found[0], found.start())
    tokens = [Token("node", lump.start, lump.stop, node=node_of(lump)) for lump in made]
    state.tokens.extend(_listed(tokens))
    return found.end()


def _listed(tokens: list[Token]) -> list[Token]:
    return [token._replace(listed=True) for token in tokens[:-1]] + tokens[-1:]


_AFTER_EDGE, _BEFORE_EDGE = rf"(?<![^{EDGE}])", rf"(?![^{EDGE}])"

_SIGNS = rf"(?:NEAR|{'|'.join(OPERATORS)}|(?i:{_NAMES}))(?!\S)"

RULES: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (re.compile(r"\s+"), _skip),
    (re.compile(rf"{_AFTER_EDGE}(?:{'|'.join(OPERATORS)}){_BEFORE_EDGE}"), _operator),
    (START, _cql),
    (re.compile(rf"=?[{_QUOTES}]"), _quote),
    # What each of the other rules would leave to the last; it is here for speed alone.
    (re.compile(rf"(?<!\S)(?!{_SIGNS})[^\W\d_]{{1,100}}(?!\S)"), _word),
    (re.compile(rf"(?!(?i:{_NAMES}):){URL.pattern}"), _link),
    (re.compile(rf"(?<![^\s(:-]){REGEX}"), _regex),
    (re.compile(rf"(?P<name>(?i:{_NAMES}))(?:[=<>≤≥]|\s+[=<>≤≥]+\s|:(?=\s|$))"), _loose_field),
    (re.compile(rf"(?P<name>(?i:{_NAMES})):"), _field),
    (re.compile(r"(?P<name>[^\W\d_]\w*):(?![\s)»\].,;:!?…]|$)"), _field),
    (re.compile(rf"{_AFTER_EDGE}NEAR(?:/(?P<distance>[^{EDGE}]*))?{_BEFORE_EDGE}"), _near),
    (re.compile(rf"(?<![^\s(:])-(?=[\w(=*?#@№$/\[{_QUOTES}])"), _minus),
    (re.compile(r"(?<![^\s(])-{2,}(?=\w)|(?<![^\s(])\+(?=[^\W\d_])|[\]»|{}]"), _stray),
    (re.compile(r"\([.,;:!?…—–-]+\)"), _skip),
    (re.compile(r"[()]"), _bracket),
    (re.compile(r"(?<=[»”“\"])\*+(?![^\W_]|[*?])"), _footnote),
    (re.compile(rf"=(?P<run>[^{_STRUCTURE}]*)"), _form),
    (re.compile(r"[~^](?P<amount>[\w.,]*)"), _suffix),
    (re.compile(rf"[^{_STRUCTURE}]+"), _run),
)
