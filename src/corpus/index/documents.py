"""Token tables to index documents: grouping by numpy, one small tuple a distinct term."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.index.schema import NO_DATE
from corpus.text.fold import fold
from corpus.text.tokens import WORD, ZONES

TOKEN_COLUMNS = ("article", "zone", "sentence", "word", "form", "lemma", "pos")
_NOT_WORDS = ("PUNCT", "SYM")
_EPOCH = dt.date(1970, 1, 1)

Terms = dict[int, list[tuple[bytes, bytes]]]


def documents(tokens: pa.Table, metadata: pa.Table) -> Iterator[dict[str, Any]]:
    """Yield an index document for every row of `metadata`, whose tokens stand in `tokens`."""
    columns = _WordColumns(tokens)
    numbers = metadata.column("article").to_numpy()
    in_title = columns.zone == ZONES.index("title")
    fields = {
        name: columns.terms(column, chosen)
        for name, column, chosen in (
            ("title", "lemma", in_title),
            ("title_form", "form", in_title),
            ("text", "lemma", ~in_title),
            ("text_form", "form", ~in_title),
        )
    }
    zones = columns.starts(columns.zone_run)
    sentences = columns.starts(columns.sentence)
    for number, row in zip(numbers.tolist(), metadata.to_pylist(), strict=True):
        document: dict[str, Any] = {
            name: found[number] for name, found in fields.items() if number in found
        }
        document |= {name: values for name, values in _values(row).items() if values}
        document |= {
            "number": str(number),
            "article": number,
            "title_words": columns.count(number, in_title),
            "text_words": columns.count(number, ~in_title),
            "zones": zones.get(number, b""),
            "sentences": sentences.get(number, b""),
        }
        if row["date"] is not None:
            document["date"] = (row["date"] - _EPOCH).days
        yield document


def day_number(date: dt.date) -> int:
    """Return a date as the index holds it: days since 1970-01-01."""
    return (date - _EPOCH).days


def _values(row: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the terms of the fields that filter: whole values, and words of names and tags."""
    return {
        "id": [row["id"]],
        "source": value_terms(row["source"]),
        "author": [term for author in row["authors"] for term in value_terms(author)],
        "tag": [term for tag in row["tags"] for term in value_terms(tag)],
        "url": [row["url"]] if row["url"] else [],
    }


def value_terms(value: str) -> list[str]:
    """Return a value folded, whole and word by word: `author:петров` finds «Иван Петров»."""
    whole = " ".join(fold(value).split())
    return list(dict.fromkeys([whole, *WORD.findall(whole)])) if whole else []


class _WordColumns:
    """The words (no punctuation) of a token table as arrays, in reading order."""

    def __init__(self, tokens: pa.Table) -> None:
        tokens = tokens.combine_chunks()
        pos, pos_values = _codes(tokens, "pos")
        is_word = ~np.isin(pos, [pos_values.index(p) for p in _NOT_WORDS if p in pos_values])
        self.article = np.asarray(tokens.column("article").to_numpy())[is_word]
        self.word = np.asarray(tokens.column("word").to_numpy())[is_word]
        self.sentence = np.asarray(tokens.column("sentence").to_numpy())[is_word]
        zone, zone_values = _codes(tokens, "zone")
        places = np.array([ZONES.index(value) for value in zone_values] or [0], np.int8)
        self.zone = places[zone[is_word]] if len(zone) else np.zeros(0, np.int8)
        self.zone_run = np.cumsum(
            np.append(True, self.zone[1:] != self.zone[:-1])[: len(self.zone)]
        )
        self._keys: dict[str, tuple[NDArray[np.int64], list[bytes]]] = {}
        for name in ("form", "lemma"):
            codes, values = _codes(tokens, name)
            self._keys[name] = _folded(codes[is_word], values)

    def terms(self, column: str, chosen: NDArray[np.bool_]) -> Terms:
        """Return for each article the distinct terms of the chosen words with their positions."""
        codes, keys = self._keys[column]
        codes, article, word = codes[chosen], self.article[chosen], self.word[chosen]
        order = np.lexsort((codes, article))
        codes, article = codes[order], article[order]
        data = word[order].astype("<u4").tobytes()
        fresh = np.ones(len(codes) + 1, bool)
        fresh[1:-1] = (codes[1:] != codes[:-1]) | (article[1:] != article[:-1])
        edges = np.flatnonzero(fresh)
        found: Terms = {}
        owners = article[edges[:-1]].tolist()
        names = codes[edges[:-1]].tolist()
        for owner, name, (first, last) in zip(owners, names, pairwise(edges.tolist()), strict=True):
            found.setdefault(owner, []).append((keys[name], data[4 * first : 4 * last]))
        return found

    def starts(self, values: NDArray[Any]) -> dict[int, bytes]:
        """Return for each article the word numbers at which `values` changes, as bytes."""
        fresh = np.ones(len(values), bool)
        fresh[1:] = (values[1:] != values[:-1]) | (self.article[1:] != self.article[:-1])
        article, word = self.article[fresh], self.word[fresh].astype("<u4")
        edges = np.flatnonzero(np.append(True, article[1:] != article[:-1])[: len(article)])
        pieces = np.split(word, edges[1:]) if len(edges) else []
        return {
            int(owner): piece.tobytes() for owner, piece in zip(article[edges], pieces, strict=True)
        }

    def count(self, number: int, chosen: NDArray[np.bool_]) -> int:
        """Return how many of the chosen words an article has."""
        first, last = np.searchsorted(self.article, [number, number + 1])
        return int(chosen[first:last].sum())


def _codes(tokens: pa.Table, name: str) -> tuple[NDArray[np.int64], list[str]]:
    """Return a dictionary column as codes and values."""
    chunks = tokens.column(name)
    if not chunks.num_chunks:
        return np.zeros(0, np.int64), []
    array = (
        chunks.unify_dictionaries().combine_chunks() if chunks.num_chunks > 1 else chunks.chunk(0)
    )
    return array.indices.to_numpy(zero_copy_only=False).astype(
        np.int64
    ), array.dictionary.to_pylist()


def _folded(
    codes: NDArray[np.int64], values: Sequence[str]
) -> tuple[NDArray[np.int64], list[bytes]]:
    """Return codes and values after folding, equal keys having equal codes."""
    keys: dict[str, int] = {}
    mapped = np.array([keys.setdefault(fold(v), len(keys)) for v in values] or [0], np.int64)
    return (mapped[codes] if len(codes) else codes), [key.encode() for key in keys]


__all__ = ["NO_DATE", "TOKEN_COLUMNS", "day_number", "documents", "value_terms"]
