"""Index: the folder `index/`, its generations, and how it keeps up with the store.

    index/CURRENT        the name of the generation in use; replaced in one step
    index/g000003/       a Whoosh index of Arrow segments; its table of contents says what made it
    index/g000003/columns/   the tokens of the same articles, for counting
    index/metadata-….arrow   what the store knows of the articles, in one file (`store/kept.py`)

Which articles are indexed is read from the index itself and compared with the store, so an
interrupted run needs no repair: whatever is missing is added the next time.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage
from whoosh.index import EmptyIndexError, clean_files

from corpus.columns import files as column_files
from corpus.columns.building import ColumnsWriter
from corpus.columns.columns import Columns
from corpus.errors import CorpusError, DamagedError
from corpus.index.contents import Contents, read_contents
from corpus.index.engine import ArrowIndex
from corpus.index.filling import Progress, fill
from corpus.index.schema import VERSION, schema
from corpus.index.snapshot import Snapshot
from corpus.model import Finding
from corpus.store import files
from corpus.store.manifest import void
from corpus.store.store import Store

_CURRENT = "CURRENT"
_COLUMNS = "columns"
_NAME = "MAIN"
# What an index had beside its table of contents in version 0.1, where that was a pickle.
_FIRST_KIND = "about.json"
_REBUILD = "make it anew, nothing is lost: corpus rebuild"

T = TypeVar("T")


class Index:
    """The search index of one corpus."""

    def __init__(self, folder: Path, analysis: str) -> None:
        self.folder = folder
        self.analysis = analysis

    # Reading

    @property
    def generation(self) -> Path | None:
        """The folder of the generation in use, or None if there is no index."""
        before, name = "", self._current()
        while name and name != before:
            path = self.folder / name
            if any(path.glob("_*.toc")):
                return path
            # A rebuild may have replaced it and swept the old one away.
            before, name = name, self._current()
        return None

    def _current(self) -> str:
        try:
            return (self.folder / _CURRENT).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def stamp(self) -> tuple[str, list[str]]:
        """Return what changes whenever the index does."""
        return self._current(), _state(self.folder / self._current())

    def is_current(self) -> bool:
        """Return whether there is an index made by this version's analysis and schema."""
        about = self._about()
        return about.get("analysis") == self.analysis and about.get("schema") == VERSION

    def made_by(self) -> str:
        """Return the analysis version of the index in use, empty if there is none."""
        return str(self._about().get("analysis", ""))

    def open(self) -> Snapshot:
        """Open the newest state; what is written later does not touch it.

        Sizes, and the checksums of everything but the postings, are looked at: articles that were
        told wrong would be added once more by the next writer.
        """
        if self.generation is None:
            raise CorpusError("there is no search index yet", "corpus rebuild")
        return self._steady(lambda generation: Snapshot(_open(generation).reader()))

    def columns(self) -> Columns:
        """Open the token columns in their newest state.

        They hold every article that the index held when they were opened, maybe more.
        """

        def read(generation: Path) -> Columns:
            found = Columns.open(generation / _COLUMNS)
            if found is None:
                raise CorpusError(
                    "the tokens have not been laid out for counting", "corpus rebuild"
                )
            return found

        if self.generation is None:
            raise CorpusError("there is no search index yet", "corpus rebuild")
        return self._steady(read)

    def _steady(self, read: Callable[[Path], T]) -> T:
        """Return what is read of the generation in use, anew if a writer came in between."""
        for attempt in range(5):
            generation = self.generation or self.folder
            state = _state(generation)
            try:
                with self.reading(generation):
                    return read(generation)
            except DamagedError:
                same = generation == self.generation and state == _state(generation)
                if attempt == 4 or same:
                    raise
        raise AssertionError("unreachable")

    @contextmanager
    def reading(self, generation: Path | None = None) -> Iterator[None]:
        """Translate whatever a broken index file makes its readers raise into one error.

        Broken numbers can lead anywhere. If every file has the checksum it should have, the fault
        is not theirs, and the exception passes as it is.
        """
        try:
            yield
        except (CorpusError, Warning):
            raise
        except Exception as error:
            folder = generation or self.generation or self.folder
            if isinstance(error, OSError) and files.is_refusal(error):
                raise files.explain_os_error(error, folder) from error
            if not isinstance(error, FileNotFoundError) and not list(self._check_files(folder)):
                raise
            why = f"{type(error).__name__}: {error}"[:200]
            message = f"the search index in {folder} is damaged ({why})"
            raise DamagedError(message, _REBUILD) from error

    def behind(self, store: Store) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the articles that the index lacks and those it has too many."""
        snapshot = self.open()
        with self.reading():
            indexed = np.sort(snapshot.articles[snapshot.docs])
        if (indexed[1:] == indexed[:-1]).any():
            raise DamagedError(f"the search index in {self.folder} holds articles twice", _REBUILD)
        return (
            np.setdiff1d(store.live, indexed, assume_unique=True),
            np.setdiff1d(indexed, store.live, assume_unique=True),
        )

    def _fits_marks(self, store: Store) -> bool:
        """Return whether the articles were indexed with the marks of boilerplate they have now."""
        marked = all(part.judged for part in store.manifest.parts)
        return marked and self._about().get("marking", "") == store.marking

    def is_behind(self, store: Store) -> bool:
        """Return whether the index or its token columns lack articles, or the index has others."""
        if not self._fits_marks(store) or any(len(numbers) for numbers in self.behind(store)):
            return True
        try:
            columns = self._steady(lambda generation: Columns.open(generation / _COLUMNS))
        except DamagedError:
            # They are made anew; what is damaged is told by `check`.
            return True
        return columns is None or bool((columns.rows_of(store.live) < 0).any())

    # Writing; the caller holds the corpus's lock

    def catch_up(self, store: Store, progress: Progress | None = None) -> bool:
        """Bring the index to the store's state; return whether anything had to be done."""
        generation = self.generation
        if generation is None or not self.is_current() or not self._fits_marks(store):
            self.rebuild(store, progress)
            return True
        missing, extra = self.behind(store)
        columns = generation / _COLUMNS
        if not len(missing) and not len(extra) and not len(ColumnsWriter(columns, store).missing):
            return False
        with self.reading(generation):
            fill(_open(generation), store, columns, missing, extra, progress)
        return True

    def rebuild(self, store: Store, progress: Progress | None = None) -> None:
        """Make a new index beside the old one and put it in its place in one step."""
        old = self.generation
        number = 1 + max((int(p.name[1:]) for p in self._generations()), default=0)
        new = self.folder / f"g{number:06}"
        files.make_folder(new)
        try:
            about = {"schema": VERSION, "analysis": self.analysis, "marking": store.marking}
            index = ArrowIndex.create(FileStorage(str(new)), schema(), _NAME, about=about)
            fill(index, store, new / _COLUMNS, store.live, np.zeros(0, np.int64), progress)
            data = f"{new.name}\n".encode()
            files.write_whole(self.folder / _CURRENT, lambda file: void(file.write(data)))
        except OSError as error:
            shutil.rmtree(new, ignore_errors=True)
            raise files.explain_os_error(error, new) from error
        except BaseException:
            if self.generation != new:
                shutil.rmtree(new, ignore_errors=True)
            raise
        self._sweep(keep={new.name, old.name if old else ""})

    def sweep(self) -> None:
        """Delete what killed runs left: temporary files, and generations never finished."""
        files.remove_leftovers(self.folder)
        generation = self.generation
        if generation is None:
            return
        self._sweep(keep={generation.name})
        files.remove_leftovers(generation)
        with suppress(DamagedError):
            column_files.sweep(
                generation / _COLUMNS, column_files.read_contents(generation / _COLUMNS)
            )
        shutil.rmtree(generation / f"{_NAME}.tmp", ignore_errors=True)
        for path in generation.glob("_*.toc.*"):
            with suppress(OSError):
                path.unlink()
        contents = self._contents()
        if contents is not None:
            storage = FileStorage(str(generation))
            clean_files(storage, _NAME, contents.generation, contents.segments)

    def _generations(self) -> list[Path]:
        found = self.folder.glob("g[0-9]*")
        return [path for path in found if path.is_dir() and path.name[1:].isdigit()]

    def _sweep(self, keep: set[str]) -> None:
        """Delete all other generations: a reader that was about to open one looks again."""
        for path in self._generations():
            if path.name not in keep:
                shutil.rmtree(path, ignore_errors=True)

    # Checking

    def check(self, store: Store) -> Iterator[Finding]:
        """Yield what is wrong with the index; being behind the store is only worth a note."""
        generation = self.generation
        if generation is None:
            yield from self._check_current(store)
            return
        first_kind = (generation / _FIRST_KIND).exists()
        if not first_kind:
            yield from self._check_files(generation)
            yield from column_files.check(generation / _COLUMNS)
            if self._contents() is None:
                return
        if not self.is_current():
            yield Finding(
                False,
                f"the index was made by another version of the analysis ({self.made_by()})",
                "the next search makes it anew, or: corpus rebuild",
            )
            return
        try:
            missing, extra = self.behind(store)
        except CorpusError as error:
            yield Finding(True, error.message, _REBUILD)
            return
        if len(missing) or len(extra):
            yield Finding(
                False,
                f"the index lacks {len(missing)} articles and has {len(extra)} too many",
                "the next search brings it up to date",
            )

    def _check_current(self, store: Store) -> Iterator[Finding]:
        """Yield why there is no index: none was made yet, or what leads to it is broken."""
        path = self.folder / _CURRENT
        name = self._current()
        if path.exists():
            known = re.fullmatch(r"g\d+", name) and (self.folder / name).is_dir()
            missing = f"the table of contents of {self.folder / name} is missing"
            text = missing if known else f"{path} is damaged: it names no index"
            yield Finding(True, text, _REBUILD)
        elif any(any(folder.glob("_*.toc")) for folder in self._generations()):
            yield Finding(False, f"{path} is missing", "the next search makes the index anew")
        elif len(store):
            yield Finding(False, "there is no search index yet", "the next search makes it")

    def _check_files(self, generation: Path) -> Iterator[Finding]:
        try:
            contents = _contents(generation)
        except (OSError, ValueError) as error:
            yield Finding(True, f"the contents of {generation} are damaged: {error}", _REBUILD)
            return
        for segment in contents.segments:
            for ending, (size, checksum) in segment.files.items():
                path = generation / segment.make_filename(ending)
                if not path.is_file():
                    yield Finding(True, f"{path} is missing", _REBUILD)
                elif (
                    path.stat().st_size != size or column_files.crc_of_first(path, size) != checksum
                ):
                    yield Finding(True, f"{path} is damaged: its checksum has changed", _REBUILD)

    def _contents(self) -> Contents | None:
        """Return what the index in use lists, None if that cannot be read."""
        generation = self.generation
        try:
            return None if generation is None else _contents(generation)
        except (OSError, ValueError):
            return None

    def _about(self) -> dict[str, Any]:
        """Return what the maker of the index in use noted, nothing for one of another kind."""
        generation = self.generation
        if generation is None or (generation / _FIRST_KIND).exists():
            return {}
        return self._steady(lambda generation: dict(_contents(generation).about))


def _contents(generation: Path) -> Contents:
    try:
        return read_contents(FileStorage(str(generation)), _NAME, None)
    except EmptyIndexError as error:
        raise FileNotFoundError(f"there is no table of contents in {generation}") from error


def _open(generation: Path) -> ArrowIndex:
    return ArrowIndex(FileStorage(str(generation)), schema(), _NAME)


def _state(generation: Path) -> list[str]:
    """Return what tells whether a writer has been at work: the tables of contents."""
    return sorted(path.name for path in generation.glob("_*.toc"))
