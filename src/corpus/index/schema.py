"""The fields of an indexed article.

`title` and `text` hold lemmas, `title_form` and `text_form` forms, all folded and with positions.
A position less that of the article's first word is the word's number in the article (column `word`
of the token table), so one numbering serves the index, the store and highlighting.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from whoosh import columns, fields, formats

VERSION = 4
"""Changes when an index written before can no longer be read or would answer otherwise."""

NO_DATE = -(2**31)
"""Stands in the date column for an article without a date."""

LEMMA_FIELDS = ("title", "text")
FORM_FIELDS = ("title_form", "text_form")
VALUE_FIELDS = ("id", "source", "author", "tag", "url")


class WordPositions(formats.Positions):  # type: ignore[misc]
    """Positions of a word in a document as unsigned 32-bit numbers."""

    plain = True

    def encode(self, poslist: Any) -> bytes:
        return np.asarray(poslist, "<u4").tobytes()

    def decode_positions(self, valuestring: bytes) -> list[int]:
        return [int(position) for position in np.frombuffer(valuestring, "<u4")]

    def decode_frequency(self, valuestring: bytes) -> int:
        return len(valuestring) // 4


class Words(fields.FieldType):  # type: ignore[misc]
    """A field of words that were tokenised and lemmatised before they came here."""

    def __init__(self) -> None:
        super().__init__(format=WordPositions(), analyzer=None, scorable=True)

    def index(self, value: Iterable[str], **_: Any) -> Iterable[tuple[bytes, int, float, bytes]]:
        """Take words in reading order."""
        places: dict[str, list[int]] = {}
        for place, word in enumerate(value):
            places.setdefault(word, []).append(place)
        for word, own in places.items():
            data = np.asarray(own, "<u4").tobytes()
            yield word.encode("utf-8", "replace"), len(own), float(len(own)), data


class Values(fields.FieldType):  # type: ignore[misc]
    """A field of whole values, such as tags: present or not."""

    def __init__(self, *, unique: bool = False) -> None:
        super().__init__(format=formats.Existence(), analyzer=None, unique=unique)

    def index(
        self, value: Iterable[str] | str, **_: Any
    ) -> Iterable[tuple[bytes, int, float, bytes]]:
        values = [value] if isinstance(value, str) else value
        for item in dict.fromkeys(values):
            yield item.encode("utf-8", "replace"), 1, 1.0, b""


def schema() -> Any:
    """Return the Whoosh schema."""
    words = {name: Words() for name in (*LEMMA_FIELDS, *FORM_FIELDS)}
    values = {name: Values() for name in VALUE_FIELDS}
    return fields.Schema(
        **words,
        **values,
        # Columns, one value an article: its number in the store, its day.
        article=fields.COLUMN(columns.NumericColumn("q")),
        date=fields.COLUMN(columns.NumericColumn("i", default=NO_DATE)),
    )
