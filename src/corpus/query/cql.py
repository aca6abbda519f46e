"""The pieces of a token pattern to its tree.

From tight to loose: `* + ? {…}`, one thing after the other, `|`, `within` and `containing` from
left to right, the global condition behind `&` or `::`. Brackets wait on a list.
"""

from __future__ import annotations

from typing import NamedTuple

from corpus.query.faults import MAX_DEPTH, PLAIN, Fault, short, too_deep
from corpus.query.patterns import (
    Anything,
    Choice,
    Comparison,
    Condition,
    Conjunction,
    Containing,
    Disjunction,
    Edge,
    Has,
    Pattern,
    Region,
    Repeat,
    Series,
    Stretch,
    TokenPattern,
    Within,
    choice,
    depth,
    series,
    walk,
)
from corpus.query.scanning import Piece, Scanner

EDGE = 'Write <s> [lemma="мост"], or <s> [] for any first token'
FREE = 'Say what one of the tokens must be: [pos="ADJ"] []{0,3} [lemma="мост"]'
_JOINING = {"or": "|", "within": "within", "containing": "containing"}
_SIDES = {
    "or": 'Write "тема" | "вопрос"; articles are joined by OR',
    "within": 'Write […] within <s/>, […] within ([pos="VERB"] []{0,5} [pos="VERB"])',
    "containing": 'Write <s/> containing [lemma="мост"]',
}
_ANY_TEXT = frozenset({".*", ".+", "..*"})
# Structures that hold every token of a corpus.
_EVERYWHERE = frozenset({"s", "p", "article", "text"})


class Placed(NamedTuple):
    """A pattern and where it stands."""

    start: int
    stop: int
    pattern: Pattern


class Level:
    """A bracket that is being read: alternatives, and what `within` or `containing` waits for."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.branches: list[list[Stretch]] = [[]]
        self.outer: Stretch | None = None
        self.joint: Piece | None = None

    def join(self, piece: Piece) -> None:
        """Take `|`, `within` or `containing`."""
        if not self.branches[-1]:
            raise _one_sided(piece, "before")
        if piece.kind != "or":
            self.outer, self.joint, self.branches = self.stretch(), piece, [[]]
            if piece.stretch:
                self.branches[-1].append(piece.stretch)
        else:
            self.branches.append([])
            self.joint = piece if self.outer is None else self.joint

    def stretch(self) -> Stretch:
        """Return what was read so far as one stretch."""
        found = choice(series(branch) for branch in self.branches)
        if self.outer is None or self.joint is None:
            return found
        kind = Within if self.joint.kind == "within" else Containing
        return kind(self.outer, found, self.joint.negated)


def read_pattern(scanner: Scanner, start: int) -> Placed | None:
    """Return the pattern that begins at `start`, None if none does; raise Fault."""
    pieces = scanner.pieces(start)
    if not pieces:
        return None
    stretch, where = _tree(pieces)
    pattern = Pattern(stretch, where)
    if depth(pattern) >= MAX_DEPTH:
        raise too_deep(start)
    _check_labels(pattern, pieces)
    _check_sides(pattern, pieces)
    _check_restricts(stretch, where, start)
    return Placed(start, pieces[-1].stop, pattern)


def _tree(pieces: list[Piece]) -> tuple[Stretch, Condition | None]:
    levels = [Level(pieces[0].start)]
    where: Condition | None = None
    for number, piece in enumerate(pieces):
        following = pieces[number + 1] if number + 1 < len(pieces) else None
        if piece.fault:
            raise piece.fault
        level = levels[-1]
        if piece.kind == "open":
            levels.append(Level(piece.start))
        elif piece.kind == "close":
            if pieces[number - 1].kind == "where":
                _check_where(pieces[number - 1], levels[:-1], following, alone=True)
            _close(levels)
        elif piece.kind == "times":
            _repeat(level, piece)
        elif piece.kind == "where":
            where = piece.condition
            if following is None or following.kind != "close":
                _check_where(piece, levels, following)
        elif piece.kind == "stretch" and piece.stretch:
            level.branches[-1].append(piece.stretch)
        else:
            level.join(piece)
            ends = following is None or following.kind in ("close", "or", "within", "containing")
            if not piece.stretch and ends:
                raise _one_sided(piece, "after")
    return levels[0].stretch(), where


def _close(levels: list[Level]) -> None:
    level = levels.pop()
    if not level.branches[-1]:
        raise Fault(level.start, "This group is empty", "Put tokens into it or leave it out")
    levels[-1].branches[-1].append(level.stretch())


def _repeat(level: Level, piece: Piece) -> None:
    """Repeat the last thing that was read."""
    last = level.branches[-1].pop()
    if isinstance(last, Edge):
        hint = "Leave the sign out: <s> is a place, not a token"
        raise Fault(piece.start, f"{last} cannot be repeated", hint)
    level.branches[-1].append(Repeat(last, *piece.times))


def _check_where(
    piece: Piece, levels: list[Level], following: Piece | None, alone: bool = False
) -> None:
    """Raise Fault if a global condition stands elsewhere than behind all but `within`.

    `levels` are the brackets around it; with `alone` nothing may stand in them before it.
    """
    ends = following is None or following.kind in ("within", "containing")
    is_first = levels[0].branches == [[]] and levels[0].outer is None
    if len(levels) > 1 or not ends or (alone and not is_first):
        hint = "Write […] 1:[…] 2:[…] & 1.case = 2.case: one condition for the whole pattern"
        raise Fault(piece.start, "A global condition stands at the end of a pattern", hint)


def _one_sided(piece: Piece, side: str) -> Fault:
    sign = _JOINING[piece.kind]
    return Fault(
        piece.start, f"{sign} needs tokens {side} it: […] or words in quotes", _SIDES[piece.kind]
    )


def _check_labels(pattern: Pattern, pieces: list[Piece]) -> None:
    """Raise Fault if a comparison names a label that no token has."""
    if pattern.where is None:
        return
    nodes = list(walk(pattern))
    known = {node.label for node in nodes if isinstance(node, TokenPattern) and node.label}
    for node in nodes:
        if isinstance(node, Comparison) and (missing := {node.left, node.right} - known):
            label = min(missing)
            place = next(piece.start for piece in pieces if piece.kind == "where")
            hint = f"Labels here: {', '.join(sorted(known))}" if known else "Write 1:[] 2:[]"
            raise Fault(place, f"No token is labelled {short(label)}", hint)


def _check_sides(pattern: Pattern, pieces: list[Piece]) -> None:
    """Raise Fault for what has no meaning where it stands, in `within` and elsewhere."""
    stretches = [(piece.stretch, piece.start) for piece in pieces if piece.kind == "stretch"]
    places = {id(stretch): place for stretch, place in stretches}
    regions = [node.region for node in walk(pattern) if isinstance(node, Within)]
    seconds = [node.inner for node in walk(pattern) if isinstance(node, Containing)] + regions
    for second in seconds:
        if not has_token(second):
            within = {id(node) for node in walk(second)}
            place = next(place for stretch, place in stretches if id(stretch) in within)
            hint = "Write within <s/> for a whole sentence"
            raise Fault(place, "There is no token in what follows within or containing", hint)
    for node in (below for second in seconds for below in walk(second)):
        if isinstance(node, TokenPattern) and node.label:
            hint = "Leave the label out, or put the token before within or containing"
            message = "A label names nothing in what follows within or containing"
            raise Fault(places[id(node)], message, hint)
    allowed = {id(region) for region in regions}
    for node in walk(pattern):
        if isinstance(node, Region) and node.structure == "article" and id(node) not in allowed:
            hint = 'Articles are what a query finds: [lemma="мост"] AND [lemma="паром"]'
            message = "A whole article is no stretch of tokens"
            raise Fault(places.get(id(node), pieces[0].start), message, hint)


def _check_restricts(stretch: Stretch, where: Condition | None, place: int) -> None:
    """Raise Fault if a pattern finds nothing or every token there is."""
    if not has_token(stretch):
        raise Fault(place, "There is no token in this pattern", f"{EDGE}; {PLAIN}")
    if where is None and is_free(stretch):
        raise Fault(place, "This pattern matches everything", FREE)


def has_token(stretch: Stretch) -> bool:
    return any(isinstance(node, (TokenPattern, Region)) for node in walk(stretch))


def is_free(stretch: Stretch) -> bool:
    """Return whether any tokens at all can make up a stretch."""
    if isinstance(stretch, TokenPattern):
        return _is_anything(stretch.condition)
    if isinstance(stretch, Region):
        return stretch.structure in _EVERYWHERE
    if isinstance(stretch, Repeat):
        return is_free(stretch.item)
    if isinstance(stretch, Choice):
        return any(map(is_free, stretch.items))
    if isinstance(stretch, Series):
        free = [is_free(item) for item in stretch.items]
        return True in free and all(
            one or can_be_empty(item) for one, item in zip(free, stretch.items, strict=True)
        )
    if isinstance(stretch, Edge):
        return False
    inner = stretch.region if isinstance(stretch, Within) else stretch.inner
    return not stretch.negated and is_free(stretch.item) and is_free(inner)


def _is_anything(condition: Condition) -> bool:
    """Return whether a condition is one that every token fulfils, as far as can be seen."""
    if isinstance(condition, Has):
        return condition.value in _ANY_TEXT and not condition.negated and not condition.literal
    if isinstance(condition, Conjunction):
        return all(map(_is_anything, condition.items))
    if isinstance(condition, Disjunction):
        return any(map(_is_anything, condition.items))
    return isinstance(condition, Anything)


def can_be_empty(stretch: Stretch) -> bool:
    """Return whether a stretch can be left out; `<s>` cannot, although it has no token."""
    if isinstance(stretch, Repeat):
        return not stretch.least or can_be_empty(stretch.item)
    if isinstance(stretch, Choice):
        return any(map(can_be_empty, stretch.items))
    if isinstance(stretch, Series):
        return all(map(can_be_empty, stretch.items))
    if isinstance(stretch, Containing):
        return can_be_empty(stretch.item) and can_be_empty(stretch.inner)
    return isinstance(stretch, Within) and can_be_empty(stretch.item)
