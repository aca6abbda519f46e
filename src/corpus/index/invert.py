"""Words in reading order, coded by number, to postings: sorting by counting, no loop over words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus.arrow import stable_order
from corpus.codes import Codes
from corpus.index import columns
from corpus.index.arrays import Integers, Mask
from corpus.index.segment import Documents, FieldPostings, Segment, packed_counts
from corpus.index.terms import Terms
from corpus.index.texts import Texts, blank

Coded = tuple[NDArray[np.int32], Sequence[bytes]]
"""Numbers, and the value that each of them stands for."""


@dataclass(frozen=True, slots=True)
class Articles:
    """Some articles to be indexed: their words one after the other, punctuation left out.

    `streams` are ways of naming a word (its lemma, its form), coded; the fields that a stream goes
    into, and the words that each of them takes, are told by `fields`: field → (stream, mask).
    """

    words: NDArray[np.int64]
    """Number of words of each article."""
    streams: Mapping[str, Coded]
    fields: Mapping[str, tuple[str, Mask]]
    values: Mapping[str, Sequence[Sequence[bytes]]] = field(default_factory=dict)
    """For each field of whole values those of each article."""
    columns: Mapping[str, pa.Array] = field(default_factory=dict)
    """Values to sort and filter by, one an article."""
    starts: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    """Places in the words, ascending, where units of text (sentences) start."""
    texts: pa.RecordBatch | None = None
    """What each article says, for showing it; see `corpus.index.texts.packed`."""


class Inverter:
    """Collects articles until a segment is made of them."""

    def __init__(self) -> None:
        self.words = 0
        self.articles = 0
        self._batches: list[Articles] = []
        self._codes: dict[str, Codes[bytes]] = {}
        self._coded: dict[str, list[NDArray[np.int32]]] = {}

    def add(self, batch: Articles) -> None:
        """Take some articles in, after those that came before."""
        for name, (codes, vocabulary) in batch.streams.items():
            known = self._codes.setdefault(name, Codes())
            places = np.fromiter(known.of(vocabulary), np.int32, len(vocabulary))
            self._coded.setdefault(name, []).append(places[codes])
        self._batches.append(batch)
        self.words += int(batch.words.sum())
        self.articles += len(batch.words)

    def segment(self) -> Segment:
        """Return a segment of all articles taken in."""
        sizes = _joined([batch.words for batch in self._batches], np.int64)
        owners = np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)
        # Each stream on a core of its own: numpy lets go of the interpreter while it sorts.
        with ThreadPoolExecutor(2) as pool:
            inverted = pool.map(lambda name: self._invert(name, owners), list(self._coded))
            fields = {name: found for stream in inverted for name, found in stream.items()}
        for name in {name for batch in self._batches for name in batch.values}:
            rows = [row for batch in self._batches for row in batch.values[name]]
            found = existence(rows)
            if found is not None:
                fields[name] = found
        return Segment(self._documents(sizes, fields), fields, texts=self._texts())

    def _invert(self, stream: str, owners: Integers) -> dict[str, FieldPostings]:
        vocabulary = pa.array(list(self._codes[stream]), pa.binary())
        order = pc.array_sort_indices(vocabulary)
        rank = np.empty(len(vocabulary), np.int32)
        rank[order.to_numpy()] = np.arange(len(vocabulary), dtype=np.int32)
        terms = vocabulary.take(order)
        codes = rank[_joined(self._coded.pop(stream), np.int32)]
        found = {}
        for name in self._fields_of(stream):
            mask = _joined([batch.fields[name][1] for batch in self._batches], np.bool_)
            positions = np.flatnonzero(mask).astype(np.uint32)
            if len(positions):
                found[name] = _postings(codes[positions], positions, owners, terms)
        return found

    def _fields_of(self, stream: str) -> list[str]:
        return [name for name, (own, _) in self._batches[0].fields.items() if own == stream]

    def _texts(self) -> Texts | None:
        if all(batch.texts is None for batch in self._batches):
            return None
        return Texts([blank(len(b.words)) if b.texts is None else b.texts for b in self._batches])

    def _documents(self, sizes: NDArray[np.int64], fields: Iterable[str]) -> Documents:
        batches = self._batches
        ends = np.cumsum(sizes)
        first = np.cumsum([0, *(int(batch.words.sum()) for batch in batches)])
        data: dict[str, pa.Array] = {"base": pa.array((ends - sizes).astype(np.uint32))}
        for name in batches[0].fields:
            masks = _joined([batch.fields[name][1] for batch in batches], np.bool_)
            before = np.concatenate(([0], np.cumsum(masks)))
            data[f"length.{name}"] = pa.array((before[ends] - before[ends - sizes]).astype("u4"))
        for name in batches[0].columns:
            parts = [batch.columns[name] for batch in batches]
            data[f"column.{name}"] = columns.joined(parts)
        for name in batches[0].starts:
            places = [b.starts[name] + shift for b, shift in zip(batches, first, strict=False)]
            every = _joined(places, np.int64)
            data[f"starts.{name}"] = starts_column(every.astype("u4"), ends - sizes)
        return Documents(pa.table(data), int(sizes.sum()))


def _postings(
    codes: NDArray[np.int32], positions: Integers, owners: Integers, terms: pa.BinaryArray
) -> FieldPostings:
    """Return the postings of one field from its words' codes and positions, in reading order."""
    order = stable_order(codes, len(terms))
    codes, positions = codes[order], positions[order]
    documents = owners[positions]
    fresh = np.empty(len(codes), bool)
    fresh[0] = True
    np.not_equal(documents[1:], documents[:-1], out=fresh[1:])
    fresh[1:] |= codes[1:] != codes[:-1]
    edges = np.flatnonzero(fresh)
    counts = np.diff(edges, append=len(codes))
    codes, documents = codes[edges], documents[edges]
    first = np.flatnonzero(np.diff(codes, prepend=-1))
    return FieldPostings(
        Terms(pa.concat_arrays([terms.take(pa.array(codes[first]))])),
        np.append(first, len(codes)).astype(np.uint32),
        documents,
        *packed_counts(counts),
        first_position=np.append(edges[first], len(positions)).astype(np.uint32),
        positions=positions,
    )


def existence(rows: Sequence[Sequence[bytes]]) -> FieldPostings | None:
    """Return the postings of whole values, without counts; None if there are none."""
    sizes = np.fromiter(map(len, rows), np.int64, count=len(rows))
    flat = [value for row in rows for value in row]
    if not flat:
        return None
    coded = pa.array(flat, pa.binary()).dictionary_encode()
    order = pc.array_sort_indices(coded.dictionary)
    rank = np.empty(len(order), np.int64)
    rank[order.to_numpy()] = np.arange(len(order))
    codes = rank[coded.indices.to_numpy()]
    documents = np.repeat(np.arange(len(rows), dtype=np.uint32), sizes)
    sorting = np.lexsort((documents, codes))
    codes, documents = codes[sorting], documents[sorting]
    fresh = np.ones(len(codes), bool)
    fresh[1:] = (codes[1:] != codes[:-1]) | (documents[1:] != documents[:-1])
    codes, documents = codes[fresh], documents[fresh]
    first = np.searchsorted(codes, np.arange(len(order) + 1))
    none = packed_counts(np.ones(len(codes), np.int64))
    return FieldPostings(
        Terms(coded.dictionary.take(order)), first.astype(np.uint32), documents, *none
    )


def starts_column(places: Integers, base: NDArray[np.int64]) -> pa.Array:
    """Return a list column: to each document the places that lie in it, all in one array."""
    edges = np.append(np.searchsorted(places, base.astype(np.uint32)), len(places))
    return pa.LargeListArray.from_arrays(pa.array(edges.astype(np.int64)), pa.array(places))


def _joined(parts: Sequence[NDArray[np.generic]], kind: type) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, kind)
