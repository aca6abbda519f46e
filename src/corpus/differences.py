"""Differences: what one text says that another does not, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

SAME, GONE, NEW = "same", "gone", "new"

# White space belongs to what comes after it, and makes no difference.
_WORD = re.compile(r"\s*(?:\w+|[^\w\s]|$)")
# Two texts of more pairs of words than this are not compared word by word.
_MOST = 30_000_000


class Piece(NamedTuple):
    """A stretch that both texts have, that is gone from the first, or new in the second."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """Return two texts as pieces, those that are the same as the second one writes them.

    Same and new pieces together are the second text, same and gone ones the words of the first.
    Paragraphs are compared first, and those that differ word by word.
    """
    one, other = (re.findall(r"[^\n]+\n*|\n+", text) for text in (before, after))
    found: list[Piece] = []
    for tag, a, b, c, d in _steps([_key(p) for p in one], [_key(p) for p in other]):
        if tag == "equal":
            found.append(Piece(SAME, "".join(other[c:d])))
        else:
            found += _of_words("".join(one[a:b]), "".join(other[c:d]))
    return _joined(found)


def _of_words(before: str, after: str) -> Iterator[Piece]:
    one, other = (_WORD.findall(text) for text in (before, after))
    if len(one) * len(other) > _MOST:
        yield from (Piece(GONE, before), Piece(NEW, after))
        return
    steps = list(_steps([_key(w) for w in one], [_key(w) for w in other]))
    for place, (tag, a, b, c, d) in enumerate(steps):
        # A comma that two changes have between them would only part them.
        is_between = 0 < place < len(steps) - 1
        if tag == "equal" and (_tells(other[c:d]) or not is_between):
            yield Piece(SAME, "".join(other[c:d]))
        else:
            yield from (Piece(GONE, "".join(one[a:b])), Piece(NEW, "".join(other[c:d])))


def _key(text: str) -> str:
    return " ".join(text.split())


def _tells(words: Sequence[str]) -> bool:
    """Return whether there is more than punctuation."""
    return any(c.isalnum() for word in words for c in word)


def _steps(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield what leads from one list to another; equal ends, which most of them have, first."""
    low = 0
    least = min(len(one), len(other))
    while low < least and one[low] == other[low]:
        low += 1
    tail = 0
    while tail < least - low and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    a, b = len(one) - tail, len(other) - tail
    if low:
        yield "equal", 0, low, 0, low
    matcher = SequenceMatcher(None, one[low:a], other[low:b], autojunk=False)
    for tag, *places in matcher.get_opcodes():
        i, j, k, m = (place + low for place in places)
        yield tag, i, j, k, m
    if tail:
        yield "equal", a, len(one), b, len(other)


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Return pieces without empty ones; between two same ones what is gone stands before new."""
    found = []
    for is_same, run in groupby(pieces, key=lambda piece: piece.kind == SAME):
        group = list(run)
        for kind in (SAME,) if is_same else (GONE, NEW):
            text = "".join(piece.text for piece in group if piece.kind == kind)
            found += [Piece(kind, text)] if text else []
    return found


def passages(pieces: Sequence[Piece], around: int = 60) -> list[list[Piece]]:
    """Return the places that differ, each with about so many characters of what stands around it.

    An `…` says where something that is the same is left out.
    """
    found: list[list[Piece]] = [[]]
    for place, (kind, text) in enumerate(pieces):
        if kind != SAME:
            found[-1].append(Piece(kind, text))
            continue
        head = _first(text, around) if place else ""
        end = _last(text, around) if place + 1 < len(pieces) else ""
        if len(head) + len(end) >= len(text):
            found[-1].append(Piece(SAME, text))
            continue
        if head:
            found[-1].append(Piece(SAME, f"{head} …"))
        if end:
            found.append([Piece(SAME, f"… {end}")])
    return [group for group in found if any(kind != SAME for kind, _ in group)]


def _first(text: str, around: int) -> str:
    return text if len(text) <= around else text[:around].rpartition(" ")[0].rstrip()


def _last(text: str, around: int) -> str:
    return text if len(text) <= around else text[-around:].partition(" ")[2].lstrip()
