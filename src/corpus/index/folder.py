"""Index: the folder `index/`, its generations, and how it keeps up with the store.

    index/CURRENT        the name of the generation in use; replaced in one step
    index/g000003/       a Whoosh index
    index/g000003/about.json   what made it: schema version, analysis version, file checksums

Which articles are indexed is read from the index itself and compared with the store, so an
interrupted run needs no repair: whatever is missing is added the next time.
"""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

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
        try:
            name = (self.folder / _CURRENT).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return None
        path = self.folder / name
        return path if name and (path / _ABOUT).is_file() else None

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
            try:
                with self.reading(generation):
                    return Snapshot(_open(generation).reader())
            except DamagedError:
                # A rebuild may have replaced the generation between the two steps.
                if attempt == 4 or generation == self.generation:
                    raise
        raise AssertionError("unreachable")

    @contextmanager
    def reading(self, generation: Path | None = None) -> Iterator[None]:
        """Translate whatever a broken index file makes Whoosh raise into one error with a remedy.

        Whoosh's readers may raise anything on broken bytes. If every file has the checksum it
        should have, the fault is not theirs, and the exception passes as it is.
        """
        try:
            yield
        except (CorpusError, MemoryError, Warning):
            raise
        except Exception as error:
            folder = generation or self.generation or self.folder
            if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
                raise files.explain_os_error(error, folder) from error
            if not isinstance(error, OSError) and not list(self._check_files(folder)):
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
        new.mkdir(parents=True)
        try:
            index = FileStorage(str(new)).create_index(schema())
            _write(index, store, store.live, np.zeros(0, np.int64), progress)
            _seal(new, self.analysis)
        except OSError as error:
            shutil.rmtree(new, ignore_errors=True)
            raise files.explain_os_error(error, new) from error
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        data = f"{new.name}\n".encode()
        files.write_whole(self.folder / _CURRENT, lambda file: void(file.write(data)))
        self._sweep(keep={new.name, old.name if old else ""})

    def _generations(self) -> list[Path]:
        found = self.folder.glob("g[0-9]*")
        return [path for path in found if path.is_dir() and path.name[1:].isdigit()]

    def _sweep(self, keep: set[str]) -> None:
        """Delete generations that no reader can be about to open: all but the last two."""
        for path in self._generations():
            if path.name not in keep:
                shutil.rmtree(path, ignore_errors=True)

    # Checking

    def check(self, store: Store) -> Iterator[Finding]:
        """Yield what is wrong with the index; being behind the store is only worth a note."""
        generation = self.generation
        if generation is None:
            if len(store):
                yield Finding(False, "there is no search index yet", "the next search makes it")
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
        except (OSError, ValueError):
            return {}
        return about if isinstance(about, dict) else {}


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
            sums[path.name] = known.get(path.name) or [path.stat().st_size, _crc32(path)]
    about = {"schema": VERSION, "analysis": analysis, "files": sums}
    data = json.dumps(about, indent=1).encode()
    files.write_whole(generation / _ABOUT, lambda file: void(file.write(data)))


def _crc32(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            checksum = zlib.crc32(block, checksum)
    return checksum
