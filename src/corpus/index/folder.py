"""Index: the folder `index/`, its generations, and how it keeps up with the store.

    index/CURRENT        the name of the generation in use; replaced in one step
    index/g000003/       a Whoosh index
    index/g000003/about.json   what made it: schema version, analysis version, file checksums

Which articles are indexed is read from the index itself and compared with the store, so an
interrupted run needs no repair: whatever is missing is added the next time.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from whoosh.reading import EmptyReader

from corpus.errors import CorpusError, DamagedError
from corpus.index.documents import TOKEN_COLUMNS, documents
from corpus.index.schema import VERSION, schema
from corpus.index.snapshot import Snapshot
from corpus.model import Finding
from corpus.store import files
from corpus.store.manifest import void
from corpus.store.store import Store

_CURRENT = "CURRENT"
_ABOUT = "about.json"
_REBUILD = "make it anew, nothing is lost: corpus rebuild"
_MEMORY_MB = 64
# What a snapshot reads of each article beside its words.
COLUMNS = ("article", "date", "title_words", "text_words", "zones", "sentences")

Progress = Callable[[int, int], None]


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
            if (path / _ABOUT).is_file():
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
        """Open the newest state; what is written later does not touch it."""
        for attempt in range(5):
            generation = self.generation
            if generation is None:
                raise CorpusError("there is no search index yet", "corpus rebuild")
            state = _state(generation)
            try:
                with self.reading(generation):
                    return Snapshot(self._reader(generation))
            except DamagedError:
                # Another process may have written or swapped the index between the steps.
                same = generation == self.generation and state == _state(generation)
                if attempt == 4 or same:
                    raise
        raise AssertionError("unreachable")

    def _reader(self, generation: Path) -> Any:
        """Return a Whoosh reader that goes on when a writer deletes its files.

        Whoosh opens columns when they are first asked for, and takes a missing file for a column
        without values: they are opened here.
        """
        self._look_over(generation)
        reader = _open(generation).reader()
        try:
            for leaf, _ in [] if isinstance(reader, EmptyReader) else reader.leaf_readers():
                for name in COLUMNS:
                    leaf.column_reader(name)
                columns = leaf._perdoc
                columns.has_column = columns._colfiles.__contains__
        except BaseException:
            reader.close()
            raise
        return reader

    def _look_over(self, generation: Path) -> None:
        """Raise if a file is missing or cut short, or one is altered that tells what is where.

        Articles that were told wrong would be added once more by the next writer.
        """
        recorded = self._about().get("files", {})
        if not recorded.keys() >= set(_state(generation)):
            # A writer is at work, or was killed, before it could record what it wrote.
            return
        for name, (size, checksum) in recorded.items():
            path = generation / name
            if path.stat().st_size != size:
                raise ValueError(f"{name} is cut short")
            if name.endswith((".toc", ".article.col")) and _crc32(path) != checksum:
                raise ValueError(f"the checksum of {name} has changed")

    @contextmanager
    def reading(self, generation: Path | None = None) -> Iterator[None]:
        """Translate whatever a broken index file makes Whoosh raise into one error with a remedy.

        Whoosh's readers may raise anything on broken bytes. If every file has the checksum it
        should have, the fault is not theirs, and the exception passes as it is.
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
        try:
            with self.reading():
                indexed = np.sort(snapshot.articles[snapshot.docs])
        finally:
            snapshot.close()
        if len(np.unique(indexed)) != len(indexed):
            raise DamagedError(f"the search index in {self.folder} holds articles twice", _REBUILD)
        return (
            np.setdiff1d(store.live, indexed, assume_unique=True),
            np.setdiff1d(indexed, store.live, assume_unique=True),
        )

    # Writing; the caller holds the corpus's lock

    def catch_up(self, store: Store, progress: Progress | None = None) -> bool:
        """Bring the index to the store's state; return whether anything had to be done."""
        generation = self.generation
        if generation is None or not self.is_current():
            self.rebuild(store, progress)
            return True
        missing, extra = self.behind(store)
        if not len(missing) and not len(extra):
            if any(p.name not in self._about().get("files", {}) for p in generation.glob("*.toc")):
                _seal(generation, self.analysis)
            return False
        with self.reading(generation):
            _write(_open(generation), store, missing, extra, progress)
        _seal(generation, self.analysis)
        return True

    def rebuild(self, store: Store, progress: Progress | None = None) -> None:
        """Make a new index beside the old one and put it in its place in one step."""
        from whoosh.filedb.filestore import FileStorage

        old = self.generation
        number = 1 + max((int(p.name[1:]) for p in self._generations()), default=0)
        new = self.folder / f"g{number:06}"
        files.make_folder(new)
        try:
            index = FileStorage(str(new)).create_index(schema())
            _write(index, store, store.live, np.zeros(0, np.int64), progress)
            _seal(new, self.analysis)
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
        shutil.rmtree(generation / "MAIN.tmp", ignore_errors=True)
        # Whoosh writes a table of contents under a name with the time in it.
        for path in generation.glob("_*.toc.*"):
            with suppress(OSError):
                path.unlink()

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
        if not self._about():
            path = generation / _ABOUT
            yield Finding(True, f"{path} is damaged: its checksum has changed", _REBUILD)
            return
        yield from self._check_files(generation)
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
        if path.exists() and not (self.folder / name / _ABOUT).is_file():
            missing = self.folder / name / _ABOUT
            known = name and (self.folder / name).is_dir()
            text = f"{missing} is missing" if known else f"{path} is damaged: it names no index"
            yield Finding(True, text, _REBUILD)
        elif any((folder / _ABOUT).exists() for folder in self._generations()):
            yield Finding(False, f"{path} is missing", "the next search makes the index anew")
        elif len(store):
            yield Finding(False, "there is no search index yet", "the next search makes it")

    def _check_files(self, generation: Path) -> Iterator[Finding]:
        recorded = self._about().get("files", {})
        # A process that was killed right after a commit leaves files without a checksum.
        unfinished = any(p.name not in recorded for p in generation.glob("*.toc"))
        for name, (size, checksum) in recorded.items():
            path = generation / name
            if not path.is_file():
                if not unfinished:
                    yield Finding(True, f"{path} is missing", _REBUILD)
            elif path.stat().st_size != size or _crc32(path) != checksum:
                yield Finding(True, f"{path} is damaged: its checksum has changed", _REBUILD)

    def _about(self) -> dict[str, Any]:
        generation = self.generation
        if generation is None:
            return {}
        try:
            about = json.loads((generation / _ABOUT).read_text(encoding="utf-8"))
            return about if about.pop("sha256") == _digest(about) else {}
        except (OSError, ValueError, LookupError, AttributeError, TypeError):
            return {}


def _open(generation: Path) -> Any:
    from whoosh.filedb.filestore import FileStorage

    return FileStorage(str(generation)).open_index()


def _write(
    index: Any,
    store: Store,
    missing: NDArray[np.int64],
    extra: NDArray[np.int64],
    progress: Progress | None,
) -> None:
    """Add and delete articles in one commit of Whoosh's."""
    # Not as one compound file: Whoosh copies such a file into memory whole to open it.
    writer = index.writer(limitmb=_MEMORY_MB, timeout=60, compound=False)
    try:
        for number in extra.tolist():
            writer.delete_by_term("number", str(number))
        for done, document in enumerate(_documents(store, missing)):
            writer.add_document(**document)
            if progress and done % 20 == 0:
                progress(done, len(missing))
        if progress:
            progress(len(missing), len(missing))
    except BaseException:
        writer.cancel()
        raise
    writer.commit()


def _documents(store: Store, numbers: NDArray[np.int64]) -> Iterator[dict[str, Any]]:
    for part in store.manifest.parts:
        low, high = np.searchsorted(numbers, [part.first, part.last + 1])
        wanted = numbers[low:high]
        if not len(wanted):
            continue
        tokens = store.tokens(part, TOKEN_COLUMNS)
        if len(wanted) < part.articles:
            chosen = pc.is_in(tokens.column("article"), value_set=pa.array(wanted))
            tokens = tokens.filter(chosen)
        yield from documents(tokens, store.rows(wanted))


def _seal(generation: Path, analysis: str) -> None:
    """Record what made the index and a checksum of each of its files."""
    try:
        known = json.loads((generation / _ABOUT).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError):
        known = {}
    sums = {}
    for path in sorted(generation.iterdir()):
        # Segments and tables of contents never change once written; the lock file does.
        if path.is_file() and path.suffix in (".seg", ".toc", ".trm", ".pst", ".col", ".vps"):
            sums[path.name] = known.get(path.name) or _forced_to_disk(path)
    about: dict[str, Any] = {"schema": VERSION, "analysis": analysis, "files": sums}
    about["sha256"] = _digest(about)
    data = json.dumps(about, indent=1).encode()
    files.write_whole(generation / _ABOUT, lambda file: void(file.write(data)))


def _digest(about: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


def _forced_to_disk(path: Path) -> tuple[int, int]:
    """Force a file that Whoosh wrote to disk; return its size and checksum."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    return path.stat().st_size, _crc32(path)


def _state(generation: Path) -> list[str]:
    """Return what tells whether a writer has been at work: the tables of contents."""
    return sorted(path.name for path in generation.glob("_*.toc"))


def _crc32(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            checksum = zlib.crc32(block, checksum)
    return checksum
