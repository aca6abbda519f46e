"""Byte streams to text, piece by piece: a whole page, numbered lines, or chunks.

A stream is anything with `read`. It may raise `CutShort` anywhere; what could be read before is
always given first, which is why nothing here asks for more bytes than it needs at once.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from corpus.sources.encoding import binary_kind, damage, decode, detect
from corpus.sources.limits import HEAD, MAX_LINE, MAX_PAGE, TOO_LONG, Refused

CHUNK = 2**18
_BUFFER = 2**17


class Readable(Protocol):
    """The one thing asked of a stream."""

    def read(self, size: int = -1, /) -> bytes | None: ...


class Line(NamedTuple):
    """One line with its number from 1; `problem` says why its text cannot be trusted."""

    number: int
    text: str
    problem: str = ""


class Page(NamedTuple):
    """The whole text of a file, and what was lost in decoding it."""

    text: str
    problem: str = ""


class Rewound(io.RawIOBase):
    """A stream whose first bytes were read already and are given once more."""

    def __init__(self, head: bytes, rest: Readable, error: Exception | None = None) -> None:
        self._head, self._rest, self._error = memoryview(head), rest, error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._head:
            data: bytes | memoryview = self._head[: len(buffer)]
            self._head = self._head[len(data) :]
        elif self._error:
            raise self._error
        else:
            data = self._rest.read(len(buffer)) or b""
        buffer[: len(data)] = data
        return len(data)


class _Transcoded(io.RawIOBase):
    """A stream in UTF-16 or UTF-32 given as UTF-8, so that it has lines of bytes."""

    def __init__(self, stream: Readable, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            data = self._stream.read(len(buffer)) or b""
            text = self._decoder.decode(data, final=not data)
            self._ready = memoryview(text.encode("utf-8", "replace"))
            if not data:
                break
        piece = self._ready[: len(buffer)]
        self._ready = self._ready[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)


def peek(stream: Readable, size: int = HEAD) -> tuple[bytes, Rewound]:
    """Return the first `size` bytes of `stream`, and a stream that still begins with them."""
    head, error = b"", None
    try:
        while len(head) < size and (data := stream.read(size - len(head))):
            head += data
    except Refused as refused:
        error = refused
    return head, Rewound(head, stream, error)


def read_page(stream: Readable, declared: str = "", some_nuls: bool = False) -> Page:
    """Return the text of a file that is one article; refuse what is none."""
    pieces, size = [], 0
    while data := stream.read(CHUNK):
        pieces.append(data)
        size += len(data)
        if size > MAX_PAGE:
            raise Refused(TOO_LONG)
    whole = b"".join(pieces)
    _refuse(whole[:HEAD], some_nuls)
    text, encoding = decode(whole, declared)
    return Page(text, damage(whole, text, encoding))


def read_lines(stream: Readable) -> Iterator[Line]:
    """Yield the lines of `stream` with their ends; only U+000A ends a line.

    The encoding is told from the first 64 KB, or from the first line that is not ASCII. A line
    that is too long, or damaged, has a `problem`; the lines after it are read all the same.
    """
    head, stream = peek(stream)
    _refuse(head, some_nuls=True)
    encoding = detect(head)
    if encoding == "utf-8" and head.isascii():
        encoding = ""  # nothing is known yet
    if encoding.startswith(("utf-16", "utf-32")):
        stream, encoding = Rewound(b"", _Transcoded(stream, encoding)), "utf-8"
    for number, data in _byte_lines(io.BufferedReader(stream, _BUFFER)):
        if not encoding and not data.isascii():
            encoding = detect(data)
        yield _line(number, data, encoding or "utf-8")


def read_chunks(stream: Readable) -> Iterator[str]:
    """Yield the text of `stream` in pieces; bytes that are not UTF-8 become lone surrogates."""
    head, stream = peek(stream)
    _refuse(head, some_nuls=True)
    encoding = detect(head)
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    while data := stream.read(CHUNK):
        yield decoder.decode(data)
    yield decoder.decode(b"", final=True)


def numbered(texts: Iterable[str]) -> Iterator[Line]:
    """Number lines that are text already, for the `parse_…` functions."""
    return (Line(number, text) for number, text in enumerate(texts, 1))


def _refuse(head: bytes, some_nuls: bool = False) -> None:
    if not head:
        raise Refused("empty file")
    if kind := binary_kind(head, some_nuls):
        raise Refused(kind)


def _byte_lines(stream: io.BufferedReader) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of `stream`; of one that is too long only the beginning is kept."""
    number = 0
    while data := stream.readline(MAX_LINE + 1):
        number += 1
        yield number, data
        while len(data) > MAX_LINE and not data.endswith(b"\n"):
            data = stream.readline(MAX_LINE + 1)


def _line(number: int, data: bytes, encoding: str) -> Line:
    if len(data) > MAX_LINE:
        return Line(number, "", f"line {number}: longer than {MAX_LINE >> 20} MB")
    if number == 1:
        data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return Line(number, data.decode(encoding))
    except UnicodeDecodeError as error:
        name = "UTF-8" if encoding.startswith("utf-8") else encoding
        problem = f"line {number}: not {name} (byte {error.object[error.start]:#04x})"
        return Line(number, data.decode(encoding, "replace"), problem)
