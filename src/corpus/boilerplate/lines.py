"""The lines of articles as numbers: a key that equal lines share, their words, whether it is code.

A line is a paragraph of the cleaned text. The title is there too, as line -1.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from corpus.text.fold import fold
from corpus.text.paragraphs import SPLIT

TITLE = -1
"""The number of the line that is an article's title."""

_ALIKE = (("«", '"'), ("»", '"'), ("“", '"'), ("”", '"'), ("„", '"'), ("–", "—"))
_AT_ENDS = " .…!?,:;*—-•|"

_CODE = re.compile(r"[{}()\[\];=<>\\|]")
# Brackets, signs of equality and semicolons are in formulas and lists of books, too.
_CODE_ONLY = re.compile(r"""[{}]|\|\||==|=["']|\(\)|\(["']|\S;\Z""")
_CODE_SIGNS = ("{", "}", "<", ">", "\\", "=", ";", "|", "()")
_TAG = re.compile(r"<[^<>]{1,300}>")
_CYRILLIC = re.compile("[А-Яа-яЁё]")
_SHORTEST_CODE = 30
_MOST_CYRILLIC = 0.3
_LEAST_SIGNS, _LEAST_SHARE = 4, 0.03


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of some articles, one array a column, in reading order, the title of each first.

    `article` numbers the articles, `line` the paragraphs of an article's text; `start` and `stop`
    count characters there (in the title for the title). `words` counts words and numbers.
    """

    article: NDArray[np.int64]
    line: NDArray[np.int32]
    start: NDArray[np.int32]
    stop: NDArray[np.int32]
    key: NDArray[np.uint64]
    words: NDArray[np.int32]
    code: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.article)

    def taken(self, places: NDArray[np.generic]) -> Lines:
        """Return the lines at some places, or where a mask is true."""
        return Lines(*(getattr(self, field.name)[places] for field in fields(self)))

    def renumbered(self, numbers: NDArray[np.int64]) -> Lines:
        """Return the lines with other numbers of articles."""
        return replace(self, article=numbers)


_KINDS = (np.int64, np.int32, np.int32, np.int32, np.uint64, np.int32, np.bool_)


def joined(parts: Sequence[Lines]) -> Lines:
    """Return the lines of several, one after the other."""
    names = [field.name for field in fields(Lines)]
    every = [[getattr(part, name) for part in parts] for name in names]
    none = [np.zeros(0, kind) for kind in _KINDS]
    return Lines(*(np.concatenate([first, *rest]) for first, rest in zip(none, every, strict=True)))


def lines_of(
    articles: Sequence[tuple[str, str]],
    owner: NDArray[np.generic],
    line: NDArray[np.generic],
) -> Lines:
    """Return the lines of articles, given as title and text and numbered from 0.

    `owner` and `line` tell for each of their words in which article and line it stands.
    """
    digests: list[bytes] = []
    code: list[bool] = []
    lengths: list[int] = []
    sizes: list[int] = []
    for title, text in articles:
        lines = text.split(SPLIT)
        digests += _digests(f"{title}{SPLIT}{text}")
        code += (False, *_code_of(text, lines))
        lengths += (len(title), *map(len, lines))
        sizes.append(1 + len(lines))
    counts = np.array(sizes, np.int64)
    article = np.repeat(np.arange(len(sizes)), counts)
    first = np.cumsum(counts) - counts
    number = np.arange(len(article)) - first[article] + TITLE
    length = np.array(lengths, np.int64)
    # The title does not stand in the text.
    width = np.where(number == TITLE, 0, length + len(SPLIT))
    before = np.cumsum(width) - width
    start = before - before[first][article] if len(article) else before
    # Tokens and lines part at the same breaks; if ever not, a count may be off, nothing worse.
    places = first[owner] + np.minimum(line - TITLE, counts[owner] - 1)
    return Lines(
        article,
        number.astype(np.int32),
        start.astype(np.int32),
        (start + length).astype(np.int32),
        np.frombuffer(b"".join(digests), ">u8").astype(np.uint64),
        np.bincount(places, minlength=len(article)).astype(np.int32),
        np.array(code, bool),
    )


def key_of(line: str) -> int:
    """Return the key of one line: lines share it that differ in case, ё, quotes or a full stop."""
    return int.from_bytes(_digests(" ".join(line.split()))[0], "big")


def _digests(text: str) -> list[bytes]:
    """Return the key of each line of a text, as bytes."""
    text = fold(text)
    for written, counted in _ALIKE:
        text = text.replace(written, counted)
    return [
        hashlib.blake2b(
            line.strip(_AT_ENDS).encode("utf-8", "surrogatepass"), digest_size=8
        ).digest()
        for line in text.split(SPLIT)
    ]


def _code_of(text: str, lines: Sequence[str]) -> Iterable[bool]:
    """Return which lines of a text are code of a web page."""
    # Most texts have no such sign at all.
    if not any(sign in text for sign in _CODE_SIGNS):
        return [False] * len(lines)
    return map(is_code, lines)


def is_code(line: str) -> bool:
    """Tell whether a line is code of a web page: full of its signs, with hardly any Cyrillic.

    >>> is_code('var box = document.getElementById("news"); box.hidden = true;')
    True
    >>> is_code("Счёт в матче (3:1; 2:0; 1:1) открыл Петров (12), закрыл Сидоров (88).")
    False
    """
    if len(line) < _SHORTEST_CODE or not _CODE_ONLY.search(line):
        return False
    signs = len(_CODE.findall(line))
    if signs < _LEAST_SIGNS or signs <= _LEAST_SHARE * len(line):
        return False
    bare = _TAG.sub("", line)
    return len(_CYRILLIC.findall(bare)) < _MOST_CYRILLIC * max(1, len(bare))
