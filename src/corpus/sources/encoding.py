"""Bytes to text: which encoding it is, and whether it is text at all.

UTF-8 proves itself and UTF-16 has a pattern; the Russian one-byte encodings are told apart by
reading the same bytes in each of them and asking which reading looks most like Russian.
"""

from __future__ import annotations

import codecs
import math
import re

from corpus.sources.limits import HEAD

BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LEGACY = ("cp1251", "koi8-r", "cp866")
DECLARABLE = frozenset(
    {*LEGACY, "koi8-u", "iso8859-5", "mac-cyrillic", "cp1252", "iso8859-1", "iso8859-15"}
)
"""Codecs that a page may ask for; others can be no text, slow, or mean something else."""
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "PNG picture"),
    (b"\xff\xd8\xff", "JPEG picture"),
    (b"GIF8", "GIF picture"),
    (b"%PDF-", "PDF"),
    (b"\x7fELF", "ELF program"),
    (b"PK\x03\x04", "zip, or an office document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1", "old office document"),
    (b"{\\rtf", "RTF document"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh91AY", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "rar"),
    (b"PAR1", "Parquet"),
    (b"SQLite format 3\x00", "SQLite database"),
)
CONTROLS = dict.fromkeys({*range(1, 9), *range(14, 27), *range(28, 32), 127})
MAX_CONTROLS = 0.05
MAX_NULS = 0.01
SAMPLE = 4000

PER_MILLE = (
    "о109.7 е84.5 а80.1 и73.5 н67.0 т62.6 с54.7 р47.3 в45.4 л44.0 к34.9 м32.1 д29.8 п28.1 у26.2 "
    "я20.1 ы19.0 ь17.4 г17.0 з16.5 б15.9 ч14.4 й12.1 х9.7 ж9.4 ш7.3 ю6.4 ц4.8 щ3.6 э3.2 ф2.6 "
    "ъ0.4 ё0.4"
)
"""How often each letter stands among a thousand."""
WEIGHT = {pair[0]: math.log(float(pair[1:]) / 1000) for pair in PER_MILLE.split()}
PUNCTUATION = dict.fromkeys("«»—–„“”’…№\N{NO-BREAK SPACE}°§", -4.0)
STRANGE = -10.0
CAPITAL = -0.1
ALL_CAPITALS = -4.0
"""Against a text without small letters: rare, but what a wrong reading of small letters gives."""
SIGNS: tuple[tuple[re.Pattern[str], float], ...] = (
    (re.compile("ст|но|то|на|ен|ов|ни|ра|во|ко|по|пр|го|ро|ос|не|ер|та|ан|ли|от|ол", re.I), 1.0),
    (re.compile("[а-яё][А-ЯЁ]"), -6.0),  # a capital inside a word: the wrong half of KOI8-R
    (re.compile(r"\b[ъьы]", re.I), -6.0),
    (re.compile("[аеёиоуыэюя][ъь]", re.I), -6.0),
    (re.compile("[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z]"), -3.0),
)
_HIGH_BYTE = re.compile(b"[\x80-\xff]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_USUAL = re.compile("[\x80-\u07ff\u2000-\u20cf]")


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """Return the text of `data` and the encoding it was read in.

    `declared` is what the file says of itself; it is believed when the bytes do not prove
    another encoding. Bytes that the encoding lacks become U+FFFD.
    """
    encoding = detect(data, declared)
    return data.decode(encoding, "replace"), encoding.removesuffix("-sig")


def damage(data: bytes, text: str, encoding: str) -> str:
    """Say how much of `text` was lost in decoding, or return "" if nothing was."""
    lost = text.count("\ufffd")
    if lost and encoding == "utf-8":
        lost -= data.count("\ufffd".encode())
    return f"{lost} characters are not valid {encoding}: replaced by U+FFFD" if lost > 0 else ""


def detect(data: bytes, declared: str = "") -> str:
    """Return the name of the codec to read `data` with, which may be only a file's beginning."""
    for bom, name in BOMS:
        if data.startswith(bom):
            return name
    if wide := _wide(data):
        return wide
    if data.isascii() or _mostly_utf8(data):
        return "utf-8"
    return _declared(data, declared) or max(LEGACY, key=lambda name: likeness(data, name))


def likeness(data: bytes, encoding: str) -> float:
    """Return how much `data` looks like Russian in `encoding`; only comparisons mean something."""
    text = _telling(data).decode(encoding, "replace")
    letters: float = sum(
        WEIGHT.get(char.lower(), PUNCTUATION.get(char, STRANGE)) + CAPITAL * char.isupper()
        for char in _NOT_ASCII.findall(text)
    )
    if text.isupper():
        letters += ALL_CAPITALS
    return letters + sum(weight * len(sign.findall(text)) for sign, weight in SIGNS)


def binary_kind(head: bytes, some_nuls: bool = False) -> str:
    """Say what kind of binary file begins with `head`, or return "" if it is text.

    With `some_nuls` a few NUL bytes are tolerated, as in a table that a program has damaged.
    """
    for magic, name in MAGIC:
        if head.startswith(magic):
            return f"binary file ({name})"
    if wide := next((name for bom, name in BOMS if head.startswith(bom)), "") or _wide(head):
        text = head.decode(wide, "replace")
    else:
        text = head.decode("latin-1")
    if text.count("\0") > (len(text) * MAX_NULS if some_nuls else 0):
        return "binary file (it holds NUL bytes)"
    controls = len(text) - len(text.translate(CONTROLS))
    return "binary file (control characters)" if controls > len(text) * MAX_CONTROLS else ""


def _wide(data: bytes) -> str:
    """Return the name of UTF-16 without a mark, known by one half of its bytes, or ""."""
    even, odd = data[0::2], data[1::2]
    for name, halves in (("utf-16-le", (odd, even)), ("utf-16-be", (even, odd))):
        high, low = halves
        rows = high.count(0) + high.count(4) + high.count(0x20)
        zeros = high.count(0) + high.count(4)
        if len(data) > 3 and rows > 0.9 * len(high) and zeros > 3 * (low.count(0) + low.count(4)):
            return name if zeros > 0.6 * len(high) else ""
    return ""


def _mostly_utf8(data: bytes) -> bool:
    """Return whether `data` is UTF-8, perhaps cut at its end or damaged in places."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        first = error.start
    else:
        return True
    if len(data) >= HEAD and first >= len(data) - 3:
        return True
    around = data[max(0, first - HEAD) : first + HEAD].decode("utf-8", "replace")
    return len(_USUAL.findall(around)) > around.count("\ufffd")


def _declared(data: bytes, declared: str) -> str:
    """Return the codec for `declared` if it is one we know and `data` can be read with it."""
    try:
        name = codecs.lookup(declared.strip()).name if declared.strip() else ""
        if name not in DECLARABLE:
            return ""
        data.decode(name)
    except (LookupError, UnicodeError, ValueError):
        return ""
    return name


def _telling(data: bytes) -> bytes:
    """Return the first bytes of `data` that hold enough non-ASCII to judge by."""
    high = _HIGH_BYTE.search(data)
    first = high.start() if high else 0
    return data[max(0, first - 20) : first + SAMPLE]
