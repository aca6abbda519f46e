"""A long JSON file cut into its values, so that never more than one of them is in memory.

The cutting looks only at quotes and brackets; whether a value is sound is for `json` to say.
For `[{"a": "]"}, {"b": 2}]` the values are `{"a": "]"}` and `{"b": 2}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from corpus.sources.limits import MAX_LINE, CutShort

MAX_VALUE = MAX_LINE // 2
"""Characters of one value. A longer object is no article, but may hold a list of them."""
_MARK = re.compile(r'["\[\]{}]')
_IN_STRING = re.compile(r'["\\]')
_BETWEEN = " \t\r\n,\x1e"


class Value(NamedTuple):
    """The text of one JSON object or list, or why it is none."""

    text: str
    problem: str = ""


def split_values(chunks: Iterable[str], longest: int = MAX_VALUE) -> Iterator[Value]:
    """Yield the values of an array, or objects that follow each other.

    Of an object with more than `longest` characters the first list of objects is taken.
    """
    splitter = _Splitter(longest)
    pending: list[str] = []
    size = 0
    try:
        for chunk in chunks:
            pending.append(chunk)
            size += len(chunk)
            if size < splitter.held:
                continue  # a long value is looked at again each time its text has doubled
            yield from splitter.feed("".join(pending))
            pending, size = [], 0
    except CutShort:
        yield from splitter.feed("".join(pending))
        raise
    yield from splitter.feed("".join(pending))
    yield from splitter.end()


class _Splitter:
    """Where we are: `text` is what is not yet given out, `at` how far it was looked at.

    A value begins when a bracket opens at depth `base`: 0 for a row of objects, 1 within an
    array, 2 within an array in an object.
    """

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.done = False
        self.text, self.at, self.given = "", 0, 0
        self.depth = self.base = 0
        self.start = -1
        self.quoted = self.dropped = False
        self.fresh = True
        self.list_at = self.candidate = -1

    @property
    def held(self) -> int:
        """How many characters wait for more."""
        return len(self.text) - self.given

    def feed(self, chunk: str) -> Iterator[Value]:
        """Take in more text and yield the values that it completes."""
        self.text = self.text[self.given :] + chunk
        self._shift(self.given)
        while not self.done and (mark := self._next()):
            yield from self._turn(*mark)
        if self.done:
            yield from self._after()
        elif self.held > self.longest:
            yield from self._too_long()

    def end(self) -> Iterator[Value]:
        """Yield what is wrong with text that is left over."""
        if self.done:
            return
        if self.start >= 0 or self.dropped or self.base > 0:
            yield Value("", "broken JSON: it ends before its last bracket")
        else:
            yield from self._gap(len(self.text))

    def _next(self) -> tuple[str, int] | None:
        """Return the next bracket that counts and its place, or None if more text is needed."""
        while True:
            mark = (_IN_STRING if self.quoted else _MARK).search(self.text, self.at)
            if mark is None:
                self.at = len(self.text)
                return None
            if mark[0] == "\\":
                if mark.end() == len(self.text):
                    self.at = mark.start()
                    return None
                self.at = mark.end() + 1
                continue
            self.at = mark.end()
            if mark[0] != '"':
                return mark[0], mark.start()
            self.quoted = not self.quoted

    def _turn(self, mark: str, place: int) -> Iterator[Value]:
        if mark in "[{":
            yield from self._open(mark, place)
        else:
            yield from self._close(mark, place)

    def _open(self, mark: str, place: int) -> Iterator[Value]:
        if self.depth == self.base:
            yield from self._gap(place)
            if mark == "[" and self.fresh:
                self.base, self.given = 1, place + 1
            else:
                self.start = place
            self.fresh = False
        elif self.base == 0 and self.list_at < 0:
            if self.depth == 1:
                self.candidate = place + 1 if mark == "[" else -1
            elif self.depth == 2 and mark == "{":
                self.list_at = self.candidate
        self.depth += 1

    def _close(self, mark: str, place: int) -> Iterator[Value]:
        if self.depth == self.base:
            if mark == "]" and self.base:
                yield from self._gap(place)
                self.given = place + 1
                self.done = True
            return  # a bracket that closes nothing is told with the text around it
        self.depth -= 1
        if self.depth > self.base:
            return
        if self.dropped:
            yield Value("", f"a JSON value longer than {self.longest:,} characters")
        else:
            yield Value(self.text[self.start : place + 1])
        self.dropped, self.given = False, place + 1
        self.start = self.list_at = self.candidate = -1

    def _gap(self, place: int) -> Iterator[Value]:
        """Yield a complaint if there is anything but white space and commas before `place`."""
        stray = self.text[self.given : place].strip(_BETWEEN)
        if stray:
            yield Value("", f"broken JSON: no object but {stray[:40]!r}")
        self.given = place

    def _after(self) -> Iterator[Value]:
        """Yield one complaint if text follows an array; what follows one in an object may."""
        if self.base == 1:
            for complaint in self._gap(len(self.text)):
                self.base = 2  # one is enough
                yield complaint
        self.given = len(self.text)

    def _too_long(self) -> Iterator[Value]:
        """Go into an object that is too long to be an article, or pass over what is no value."""
        if self.list_at >= 0:
            self.given = self.at = self.list_at
            self.base = self.depth = 2
            self.start = self.list_at = self.candidate = -1
            self.quoted = False
            yield from self.feed("")
        elif self.start >= 0 or self.dropped:
            self.start, self.given, self.dropped = -1, self.at, True
        else:
            yield from self._gap(self.at)

    def _shift(self, count: int) -> None:
        """Move every place by the `count` characters that were dropped from the front."""
        self.at -= count
        self.start -= count if self.start >= 0 else 0
        self.list_at -= count if self.list_at >= 0 else 0
        self.candidate -= count if self.candidate >= 0 else 0
        self.given = 0
