"""Token tables to what the index takes in bulk: arrays of coded words, nothing word by word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import compress
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.arrow import changes
from corpus.columns.building import coded
from corpus.index.arrays import Mask
from corpus.index.invert import Articles, Coded
from corpus.index.passages import Placed, passages
from corpus.index.schema import FORM_FIELDS, LEMMA_FIELDS, NO_DATE
from corpus.index.texts import packed
from corpus.store.parts import NOT_WORDS
from corpus.text.fold import fold
from corpus.text.tokens import TITLE, WORD, ZONES

TOKEN_COLUMNS = (
    "article",
    "zone",
    "paragraph",
    "sentence",
    "form",
    "lemma",
    "pos",
    "start",
    "stop",
)
_EPOCH = dt.date(1970, 1, 1)
_MOST_KEYS = 1_000_000


class Keys(dict[str, bytes]):
    """Words and what they are called in the index: each is folded once, in however many batches."""

    def __missing__(self, word: str) -> bytes:
        key = self[word] = fold(word).encode("utf-8", "replace")
        return key


def articles(tokens: pa.Table, metadata: pa.Table, texts: pa.Table, keys: Keys) -> Articles:
    """Return the articles of `metadata`, whose tokens (and no others) stand in `tokens`.

    `texts` has the same rows, with what the articles say (`passages.TEXT_COLUMNS`); `keys` serve
    all batches of a run.
    """
    if len(keys) > _MOST_KEYS:
        keys.clear()
    numbers = metadata.column("article").to_numpy()
    pos, pos_values = coded(tokens.column("pos"))
    is_word = ~np.isin(pos, [pos_values.index(p) for p in NOT_WORDS if p in pos_values])
    placed = _placed(tokens, numbers, is_word)
    owner, zone = placed.owner[is_word], placed.zone[is_word]
    in_title = zone == TITLE
    sentence = tokens.column("sentence").to_numpy()[is_word]
    streams = {
        name: _folded(*coded(tokens.column(name)), is_word, keys) for name in ("lemma", "form")
    }
    fields = {}
    for stream, (title, text) in (("lemma", LEMMA_FIELDS), ("form", FORM_FIELDS)):
        fields[title], fields[text] = (stream, in_title), (stream, ~in_title)
    return Articles(
        words=np.bincount(owner, minlength=len(numbers)),
        streams=streams,
        fields=fields,
        values=_values(metadata),
        columns=_columns(metadata),
        starts={
            "zones": _starts(owner, zone),
            "paragraphs": _starts(owner, zone, placed.paragraph[is_word]),
            "sentences": _starts(owner, sentence),
        },
        texts=packed(passages(placed, texts)),
    )


def _placed(tokens: pa.Table, numbers: NDArray[Any], is_word: Mask) -> Placed:
    """Return where the tokens stand, as arrays."""
    codes, zones = coded(tokens.column("zone"))
    places = np.array([ZONES.index(value) for value in zones] or [0], np.int8)
    owner = np.searchsorted(numbers, tokens.column("article").to_numpy())
    paragraph, start, stop = (tokens.column(n).to_numpy() for n in ("paragraph", "start", "stop"))
    return Placed(owner, places[codes], paragraph, start, stop, is_word)


def day_number(date: dt.date) -> int:
    """Return a date as the index holds it: days since 1970-01-01."""
    return (date - _EPOCH).days


def _values(metadata: pa.Table) -> dict[str, list[list[bytes]]]:
    """Return the terms of the fields that filter: whole values, and words of names and tags."""

    def terms(column: str, of: Callable[[Any], Sequence[str]]) -> list[list[bytes]]:
        rows = metadata.column(column).to_pylist()
        return [[term.encode("utf-8", "replace") for term in of(value)] for value in rows]

    return {
        "id": terms("id", lambda value: [value]),
        "source": terms("source", value_terms),
        "author": terms("authors", _all_terms),
        "tag": terms("tags", _all_terms),
        "url": terms("url", lambda value: [value] if value else []),
    }


def _columns(metadata: pa.Table) -> dict[str, pa.Array]:
    days = metadata.column("date").combine_chunks().cast(pa.int32()).fill_null(NO_DATE)
    return {"article": pa.array(metadata.column("article").to_numpy()), "date": pa.array(days)}


def value_terms(value: str) -> list[str]:
    """Return a value folded, whole and word by word: `author:петров` finds «Иван Петров»."""
    whole = " ".join(fold(value).split())
    return list(dict.fromkeys([whole, *WORD.findall(whole)])) if whole else []


def _all_terms(values: Sequence[str]) -> list[str]:
    return [term for value in values for term in value_terms(value)]


def _starts(*columns: NDArray[Any]) -> NDArray[np.int64]:
    """Return the places at which any of some columns changes."""
    return np.flatnonzero(np.logical_or.reduce([changes(column) for column in columns]))


def _folded(codes: NDArray[np.int32], values: Sequence[str], is_word: Mask, keys: Keys) -> Coded:
    """Return the codes of words and folded values, those in use."""
    codes = codes[is_word]
    used = np.zeros(len(values), bool)
    used[codes] = True
    places = np.cumsum(used, dtype=np.int32) - 1
    return places[codes], list(map(keys.__getitem__, compress(values, used.tolist())))
