"""Streams of bytes to lines, chunks and pages."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sources.limits import MAX_LINE, MAX_PAGE, CutShort, Refused
from corpus.sources.streams import Line, peek, read_chunks, read_lines, read_page

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=50)


class Breaking(io.RawIOBase):
    """A stream that breaks after its data."""

    def __init__(self, data: bytes) -> None:
        self._inner = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        count = self._inner.readinto(buffer)
        if not count:
            raise CutShort("cut short")
        return count


def lines_of(data: bytes) -> list[Line]:
    return list(read_lines(io.BytesIO(data)))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1251", "koi8-r", "cp866", "utf-16", "utf-16-be"]
)
def test_lines_are_read_in_any_encoding(encoding: str) -> None:
    texts = ["первая строка о городе\n", "вторая строка о реке\r\n", "третья без конца"]
    found = lines_of("".join(texts).encode(encoding))
    assert found == [Line(number, text) for number, text in enumerate(texts, 1)]


@given(st.lists(TEXTS.filter(bool), min_size=1, max_size=20))
def test_only_a_line_feed_ends_a_line(texts: list[str]) -> None:
    data = "я" + "\n".join(texts)
    assert "".join(line.text for line in lines_of(data.encode())) == data
    assert len(lines_of(data.encode())) == len(texts)


def test_the_encoding_may_show_itself_late() -> None:
    data = b"x" * 100_000 + b"\n" + "мост через реку открыли\n".encode("cp1251")
    assert lines_of(data)[1] == Line(2, "мост через реку открыли\n")


def test_a_line_that_is_no_utf8_is_told_and_the_rest_is_read() -> None:
    good = ["строка с русскими словами\n".encode()] * 1000
    good[811] = "строка в другой кодировке\n".encode("cp1251")
    found = lines_of(b"".join(good))
    assert [line.number for line in found if line.problem] == [812]
    assert found[811].problem == "line 812: not UTF-8 (byte 0xf1)"
    assert found[812].text == "строка с русскими словами\n"


def test_a_line_that_is_too_long_is_passed_over() -> None:
    data = b"short\n" + b"x" * (MAX_LINE + 5) + b"\nlast\n"
    found = lines_of(data)
    assert [line.text for line in found] == ["short\n", "", "last\n"]
    assert found[1].problem == "line 2: longer than 64 MB"


def test_lines_before_a_break_are_given_first() -> None:
    lines = read_lines(Breaking(b"one\ntwo\nthr"))
    assert next(lines).text == "one\n"
    assert next(lines).text == "two\n"
    with pytest.raises(CutShort):
        next(lines)


def test_chunks_before_a_break_are_given_first() -> None:
    chunks = read_chunks(Breaking("[мост".encode()))
    assert next(chunks) == "[мост"
    with pytest.raises(CutShort):
        next(chunks)


@given(TEXTS)
def test_chunks_make_up_the_whole_text(text: str) -> None:
    data = "слова " * 20 + text
    assert "".join(read_chunks(io.BytesIO(data.encode()))) == data


@given(st.binary(max_size=300), st.integers(min_value=0, max_value=400))
def test_peeking_changes_nothing(data: bytes, size: int) -> None:
    head, stream = peek(io.BytesIO(data), size)
    assert head == data[:size]
    assert stream.readall() == data


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty file"),
        (b"\x89PNG\r\n", "binary file (PNG picture)"),
        (b"x" * (MAX_PAGE + 1), "longer than 5,000,000 characters"),
    ],
)
def test_what_is_no_article_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        read_page(io.BytesIO(data))
    assert str(caught.value) == reason


def test_a_damaged_page_is_read_and_the_damage_told() -> None:
    page = read_page(io.BytesIO("мост через ".encode() + b"\xff" + "реку".encode()))
    assert page.text == "мост через \ufffdреку"
    assert page.problem == "1 characters are not valid utf-8: replaced by U+FFFD"
