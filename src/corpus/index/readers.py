"""What Whoosh's readers and matchers ask of a segment, answered from its arrays.

Our own searches do not come this way (see `evaluate`); whatever Whoosh does by itself does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from struct import pack
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec import base
from whoosh.matching import LeafMatcher, ListMatcher, NullMatcher
from whoosh.matching.mcore import ReadTooFar
from whoosh.reading import TermInfo, TermNotFound

from corpus.index import columns, stored
from corpus.index.segment import FieldPostings, Segment

if TYPE_CHECKING:
    from corpus.index.codec import ArrowSegment


class TermsReader(base.TermsReader):  # type: ignore[misc]
    """The terms of a segment and their postings."""

    def __init__(self, segment: Segment, record: ArrowSegment) -> None:
        self.segment = segment
        self._record = record

    def find(self, fieldname: str, text: bytes) -> tuple[FieldPostings, int] | None:
        """Return the postings of a field and a term's number in it, None if it is not there."""
        found = self.segment.field(fieldname)
        number = -1 if found is None else found.terms.find(text)
        return None if found is None or number < 0 else (found, number)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self.find(*term) is not None

    def indexed_field_names(self) -> list[str]:
        return self.segment.names

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for name in self.segment.names:
            found = self.segment.field(name)
            yield from ((name, term) for term in found.terms) if found else ()

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        for name in self.segment.names:
            found = self.segment.field(name)
            if name < fieldname or found is None:
                continue
            first = found.terms.place(prefix) if name == fieldname else 0
            yield from ((name, found.terms[n]) for n in range(first, len(found.terms)))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> ArrowTermInfo:
        found = self.find(fieldname, text)
        if found is None:
            raise TermNotFound(f"no term {fieldname}:{text!r}")
        return ArrowTermInfo(self.segment, fieldname, *found)

    def frequency(self, fieldname: str, text: bytes) -> float:
        return self.term_info(fieldname, text).weight() if (fieldname, text) in self else 0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        found = self.find(fieldname, text)
        if found is None:
            return 0
        start, stop = found[0].postings(found[1])
        return stop - start

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> Any:
        info = self.term_info(fieldname, text)
        return ArrowMatcher(self.segment, info, format_, (fieldname, text), scorer)

    def cursor(self, fieldname: str, fieldobj: Any) -> FieldCursor:
        return FieldCursor(self, fieldname, fieldobj)

    def close(self) -> None:
        """Nothing to do: the files close when nobody looks at their arrays any more."""


class FieldCursor(base.FieldCursor):  # type: ignore[misc]
    """Walks through the terms of a field."""

    def __init__(self, reader: TermsReader, fieldname: str, fieldobj: Any) -> None:
        self._reader = reader
        self._fieldname = fieldname
        self._fieldobj = fieldobj
        self._found = reader.segment.field(fieldname)
        self._number = 0

    def first(self) -> Any:
        self._number = 0
        return self.text()

    def find(self, term: Any) -> Any:
        if self._found is not None:
            text = term if isinstance(term, bytes) else self._fieldobj.to_bytes(term)
            self._number = self._found.terms.place(text)
        return self.text()

    def next(self) -> Any:
        self._number += 1
        return self.text()

    def text(self) -> Any:
        if self._found is None or not self.is_valid():
            return None
        return self._fieldobj.from_bytes(self._found.terms[self._number])

    def term_info(self) -> ArrowTermInfo | None:
        if self._found is None or not self.is_valid():
            return None
        return ArrowTermInfo(self._reader.segment, self._fieldname, self._found, self._number)

    def is_valid(self) -> bool:
        return self._found is not None and self._number < len(self._found.terms)


class ArrowTermInfo(TermInfo):  # type: ignore[misc]
    """What is known of a term, worked out when it is asked for."""

    def __init__(self, segment: Segment, name: str, found: FieldPostings, number: int) -> None:
        self._segment = segment
        self._name = name
        self.postings = found
        self.number = number
        self.start, self.stop = found.postings(number)
        # Whoosh moves these on by itself where only one of several segments has the term.
        self._minid, self._maxid = int(self.documents[0]), int(self.documents[-1])

    @property
    def documents(self) -> NDArray[np.uint32]:
        return self.postings.documents[self.start : self.stop]

    @cached_property
    def weights(self) -> NDArray[Any]:
        return self.postings.weigh(self.start, self.stop)

    def weight(self) -> float:
        return float(self.weights.sum(dtype=np.float64))

    def doc_frequency(self) -> int:
        return self.stop - self.start

    def max_weight(self) -> float:
        return float(self.weights.max())

    @cached_property
    def _lengths(self) -> NDArray[Any]:
        name = f"length.{self._name}"
        if not self._segment.documents.has(name):
            return np.zeros(1, np.uint32)
        return self._segment.documents.numbers(name)[self.documents]

    def min_length(self) -> int:
        return int(self._lengths.min())

    def max_length(self) -> int:
        return int(self._lengths.max())

    def min_id(self) -> int:
        return self._minid

    def max_id(self) -> int:
        return self._maxid


class ArrowMatcher(LeafMatcher):  # type: ignore[misc]
    """Steps through the postings of a term, for what Whoosh does by itself."""

    def __init__(
        self, segment: Segment, info: ArrowTermInfo, format_: Any, term: Any, scorer: Any
    ) -> None:
        self._segment = segment
        self._info = info
        self._term = term
        self.format = format_
        self.scorer = scorer
        self._documents = info.documents
        self._place = 0

    def is_active(self) -> bool:
        return self._place < len(self._documents)

    def reset(self) -> None:
        self._place = 0

    def copy(self) -> ArrowMatcher:
        new = ArrowMatcher(self._segment, self._info, self.format, self._term, self.scorer)
        new._place = self._place
        return new

    def id(self) -> int:
        return int(self._documents[self._place])

    def all_ids(self) -> Iterator[int]:
        return iter(self._documents[self._place :].tolist())

    def weight(self) -> float:
        return float(self._info.weights[self._place])

    def value(self) -> bytes:
        found, posting = self._info.postings, self._info.start + self._place
        if found.values is not None:
            return bytes(found.values[posting].as_py())
        if found.positions is not None:
            return bytes(self.format.encode(self._positions().tolist()))
        return pack("!I", self._count()) if self.format.fixed_value_size() else b""

    def _count(self) -> int:
        posting = self._info.start + self._place
        return int(self._info.postings.often(posting, posting + 1)[0])

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        counts = self._info.postings.often(self._info.start, self._info.stop)
        return np.cumsum(counts, dtype=np.int64)

    def _positions(self) -> NDArray[np.uint32]:
        """Return the positions in the document."""
        places = self._info.postings.places(self._info.number)
        last = self._ends[self._place]
        own = places[last - self._count() : last]
        return np.asarray(own - self._segment.base[self._documents[self._place]])

    def next(self) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._place += 1
        return False

    def skip_to(self, id: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        rest = self._documents[self._place :]
        self._place += int(np.searchsorted(rest, np.uint32(max(0, id))))

    def replace(self, minquality: float = 0) -> Any:
        if not self.is_active():
            return NullMatcher()
        if minquality and self.supports_block_quality() and self.max_quality() < minquality:
            return NullMatcher()
        return self

    def skip_to_quality(self, minquality: float) -> int:
        """Go to the end if nothing here is good enough: the whole list is one block."""
        if self.block_quality() > minquality:
            return 0
        self._place = len(self._documents)
        return 1

    def block_min_id(self) -> int:
        return int(self._documents[0])

    def block_max_id(self) -> int:
        return int(self._documents[-1])

    def block_min_length(self) -> int:
        return self._info.min_length()

    def block_max_length(self) -> int:
        return self._info.max_length()

    def block_max_weight(self) -> float:
        return self._info.max_weight()


class DocumentsReader(base.PerDocumentReader):  # type: ignore[misc]
    """Lengths, columns, stored values and vectors of a segment's documents."""

    def __init__(self, segment: Segment, record: ArrowSegment) -> None:
        self.segment = segment
        self._record = record
        self._documents = segment.documents
        self._lengths: dict[str, NDArray[Any]] = {}

    def doc_count(self) -> int:
        return int(self._record.doc_count())

    def doc_count_all(self) -> int:
        return len(self._documents)

    def has_deletions(self) -> bool:
        return bool(self._record.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return self._record.is_deleted(docnum)

    def deleted_docs(self) -> Iterable[int]:
        return self._record.deleted_docs()

    # Columns

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return self._documents.has(f"column.{fieldname}") or fieldname in self._documents.foreign

    def list_columns(self) -> list[str]:
        names = [n for n in self._documents.table.column_names if n.startswith("column.")]
        return [name.removeprefix("column.") for name in names] + list(self._documents.foreign)

    def column_reader(self, fieldname: str, column: Any) -> Any:
        if fieldname in self._documents.foreign:
            data = self._documents.foreign[fieldname]
            return columns.read_foreign(column, data, len(self._documents))
        return columns.ArrowColumnReader(self._documents.column(f"column.{fieldname}"), column)

    # Lengths

    def lengths(self, fieldname: str) -> NDArray[Any]:
        """Return the number of words of each document in a field."""
        if fieldname not in self._lengths:
            name = f"length.{fieldname}"
            known = self._documents.has(name)
            zeros = np.zeros(len(self._documents), np.uint32)
            self._lengths[fieldname] = self._documents.numbers(name) if known else zeros
        return self._lengths[fieldname]

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self.lengths(fieldname)[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        return int(self.lengths(fieldname).sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        return int(self.lengths(fieldname).min(initial=2**31 - 1))

    def max_field_length(self, fieldname: str) -> int:
        return int(self.lengths(fieldname).max(initial=0))

    # Vectors and stored values

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        name = f"vector.{fieldname}"
        return self._documents.has(name) and len(self._documents.column(name)[docnum]) > 0

    def vector(self, docnum: int, fieldname: str, format_: Any) -> Any:
        rows = self._documents.column(f"vector.{fieldname}")[docnum].as_py()
        if not rows:
            raise KeyError(f"document {docnum} has no vector of {fieldname!r}")
        terms = [row["term"].decode() for row in rows]
        weights = [row["weight"] for row in rows]
        values = [row["value"] for row in rows]
        return ListMatcher(terms, weights, values, format_)

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        if not self._documents.has("stored"):
            return {}
        return stored.decode(self._documents.column("stored")[docnum].as_py())

    def close(self) -> None:
        """Nothing to do: the files close when nobody looks at their arrays any more."""
