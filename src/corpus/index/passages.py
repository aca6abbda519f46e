"""What an article says, by paragraph, as the index keeps it: enough to show what a query found.

Only paragraphs with words are kept, one for each place in `starts.paragraphs`, so that a position
leads to its paragraph; but the title stands by itself, before them. In bytes that is UTF-8: the
title in the first line, then a line each, its first character the paragraph's zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.index.arrays import Mask
from corpus.text.tokens import LEAD, TITLE

TEXT_COLUMNS = ("title", "lead", "text")


class Passages(NamedTuple):
    """The title of an article, and zone and text of each further paragraph that has words."""

    title: str
    paragraphs: Sequence[tuple[int, str]] = ()


class Placed(NamedTuple):
    """Tokens of some articles: whose each is (by row), in which zone and paragraph, and where."""

    owner: NDArray[np.int64]
    zone: NDArray[np.int8]
    paragraph: NDArray[np.int32]
    start: NDArray[np.int32]
    stop: NDArray[np.int32]
    is_word: Mask


def passages(tokens: Placed, texts: pa.Table) -> list[bytes]:
    """Return the passages of each row of `texts`, as bytes."""
    titles, leads, bodies = (texts.column(name).to_pylist() for name in TEXT_COLUMNS)
    found: list[list[str]] = [[] for _ in titles]
    for owner, zone, start, stop in _paragraphs(tokens):
        if zone != TITLE:
            text = leads[owner] if zone == LEAD else bodies[owner]
            found[owner].append(f"{zone}{text[start:stop]}")
    rows = zip(titles, found, strict=True)
    return ["\n".join([" ".join(t.split("\n")), *own]).encode() for t, own in rows]


def _paragraphs(tokens: Placed) -> Sequence[tuple[Any, ...]]:
    """Return owner, zone, first and last character of each paragraph that has words."""
    fresh = np.ones(len(tokens.owner), bool)
    parts = (tokens.owner, tokens.zone, tokens.paragraph)
    fresh[1:] = np.logical_or.reduce([part[1:] != part[:-1] for part in parts])
    first = np.flatnonzero(fresh)
    if not len(first):
        return []
    last = np.append(first[1:], len(fresh)) - 1
    worded = np.add.reduceat(tokens.is_word.astype(np.int64), first) > 0
    first, last = first[worded], last[worded]
    columns = (tokens.owner[first], tokens.zone[first], tokens.start[first], tokens.stop[last])
    return list(zip(*(column.tolist() for column in columns), strict=True))


def read_passages(data: bytes) -> Passages:
    """Return the passages that bytes hold."""
    title, *rows = data.decode().split("\n")
    return Passages(title, [(int(row[0]), row[1:]) for row in rows])
