"""ArrowIndex: a Whoosh index whose segments are Arrow files and whose contents are JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import sleep
from typing import Any

from whoosh.fields import ensure_schema
from whoosh.index import _DEF_INDEX_NAME, TOC, FileIndex, clean_files

from corpus.index.codec import ArrowSegment
from corpus.index.contents import Contents, read_contents, write_contents
from corpus.index.searcher import ArrowSearcher
from corpus.index.writer import ArrowWriter

_TRIES = 10


class ArrowIndex(FileIndex):  # type: ignore[misc]
    """An index in a Whoosh storage; `schema` must be the one with which it was made."""

    def __init__(self, storage: Any, schema: Any, indexname: str = _DEF_INDEX_NAME) -> None:
        self.storage = storage
        self._schema = ensure_schema(schema)
        self.indexname = indexname
        self._read_toc()

    @classmethod
    def create(
        cls,
        storage: Any,
        schema: Any,
        indexname: str = _DEF_INDEX_NAME,
        *,
        about: Mapping[str, Any] | None = None,
    ) -> ArrowIndex:
        """Make a new, empty index in the place of one that may be there."""
        for name in storage.list():
            if TOC._pattern(indexname).match(name):
                storage.delete_file(name)
        write_contents(storage, indexname, Contents(schema, [], 0, about or {}))
        return cls(storage, schema, indexname)

    @property
    def about(self) -> Mapping[str, Any]:
        """What the maker of the index noted about it."""
        return self._read_toc().about

    def _read_toc(self) -> Contents:
        return read_contents(self.storage, self.indexname, self._schema)

    def reader(self, reuse: Any = None) -> Any:
        """Return a reader of the newest state; nothing of an older one is used again."""
        for tries in range(_TRIES, 0, -1):
            contents = self._read_toc()
            try:
                return self._reader(
                    self.storage, contents.schema, contents.segments, contents.generation
                )
            except OSError:
                # A writer may have deleted a file between the two steps.
                if tries == 1 or contents.generation == self.latest_generation():
                    raise
                sleep(0.01)
        raise AssertionError("unreachable")

    def writer(self, procs: int = 1, **kwargs: Any) -> Any:
        """Return a writer; several processes are of no use to one that does not loop."""
        return ArrowWriter(self, **kwargs)

    def searcher(self, **kwargs: Any) -> Any:
        """Return a searcher over the newest state."""
        return ArrowSearcher(self.reader(), fromindex=self, **kwargs)

    def publish(self, segments: Sequence[ArrowSegment], generation: int) -> None:
        """Make some segments those of the index; a writer does this when it commits."""
        about = self.about
        contents = Contents(self._schema, list(segments), generation, about)
        write_contents(self.storage, self.indexname, contents)
        clean_files(self.storage, self.indexname, generation, segments)
