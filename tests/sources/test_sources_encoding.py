"""Encodings told apart, and text told from what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sources.encoding import binary_kind, damage, decode

LEGACY = ["cp1251", "koi8-r", "cp866"]
WIDE = ["utf-16", "utf-16-le", "utf-16-be", "utf-32"]
ALL = ["utf-8", "utf-8-sig", *LEGACY, *WIDE]
WORDS = (
    "город река мост утро вечер весна улица площадь театр музей школа завод погода сегодня вчера "
    "открыли построили рассказал который потому около через новый старый большой человек время "
    "работа новости жители артисты хлеб озеро наука зима снег лыжи объявил съезд ещё всё Москва"
).split()
SENTENCES = (
    st.lists(st.sampled_from(WORDS), min_size=8, max_size=30, unique=True)
    .map(" ".join)
    .filter(lambda text: sum(map(str.isalpha, text)) >= 20)
)


@pytest.mark.parametrize("encoding", ALL)
@given(text=SENTENCES, capital=st.booleans(), end=st.sampled_from([".", "!\n", ", 24.10.2024\r\n"]))
def test_russian_text_comes_back_from_every_encoding(
    encoding: str, text: str, capital: bool, end: str
) -> None:
    text = (text.capitalize() if capital else text) + end
    assert decode(text.encode(encoding))[0] == text


@pytest.mark.parametrize("encoding", LEGACY)
@pytest.mark.parametrize(
    "text",
    [
        "Мост через реку открыли",
        "В ГОРОДЕ ОТКРЫЛИ НОВЫЙ МОСТ ЧЕРЕЗ РЕКУ",
        "Съезд учителей: что дальше?",
        "Цены на хлеб выросли на 12%",
        "Ледокол обыграл Кедр со счётом 3:2",
    ],
)
def test_a_headline_is_enough(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == (text, encoding)


def test_plain_ascii_is_utf8() -> None:
    assert decode(b"plain words") == ("plain words", "utf-8")


def test_a_mark_at_the_start_is_not_text() -> None:
    assert decode("\ufeffмост".encode()) == ("мост", "utf-8")
    assert decode("мост".encode("utf-16")) == ("мост", "utf-16")


def test_a_declared_encoding_is_believed_where_bytes_prove_nothing() -> None:
    text = "Привіт, світе: їжак і ґанок"
    assert decode(text.encode("koi8-u"), "KOI8-U") == (text, "koi8-u")


def test_bytes_prove_utf8_against_what_is_declared() -> None:
    assert decode("мост".encode(), "windows-1251") == ("мост", "utf-8")


@pytest.mark.parametrize("declared", ["utf-8", "nonsense", "hex", "rot13", "punycode", "", "\x00"])
def test_a_wrong_declaration_does_no_harm(declared: str) -> None:
    text = "Мост через реку открыли"
    assert decode(text.encode("cp1251"), declared) == (text, "cp1251")


def test_damaged_utf8_stays_utf8_and_the_damage_is_told() -> None:
    data = "Мост через реку".encode() + b"\xff\xd0 " + "открыли".encode()
    text, encoding = decode(data)
    assert text.startswith("Мост через реку")
    assert text.endswith(" открыли")
    assert damage(data, text, encoding) == "2 characters are not valid utf-8: replaced by U+FFFD"


def test_a_replacement_character_that_was_there_is_no_damage() -> None:
    data = "мо\ufffdст".encode()
    assert damage(data, *decode(data)) == ""


@given(st.binary())
def test_any_bytes_give_some_text(data: bytes) -> None:
    text, encoding = decode(data)
    text.encode("utf-8")
    assert encoding


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "PNG picture"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x7fELF\x02", "ELF program"),
        (b"PK\x03\x04", "zip, or an office document"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"some\x00words", "it holds NUL bytes"),
        (bytes(range(1, 32)) * 3, "control characters"),
        (b"\x01\x00\x02\x00\x03\x00\x04\x00" * 20, "control characters"),
        (bytes(500), "it holds NUL bytes"),
    ],
)
def test_binary_files_are_named(head: bytes, kind: str) -> None:
    assert binary_kind(head) == f"binary file ({kind})"


@pytest.mark.parametrize("encoding", ALL)
def test_text_is_not_binary_in_any_encoding(encoding: str) -> None:
    assert binary_kind("Мост — через реку,\tоткрыли!\r\n".encode(encoding, "replace")) == ""


def test_a_few_nuls_are_tolerated_where_a_table_may_have_them() -> None:
    head = b"title,text\n" * 100 + b"\x00"
    assert binary_kind(head, some_nuls=True) == ""
    assert binary_kind(head)
