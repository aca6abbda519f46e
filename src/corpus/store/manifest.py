"""The manifest: the one file whose renaming makes a change to the corpus real.

A part that no manifest names does not exist; a crash leaves the manifest before or after. A second
copy is written right after it; it is read only to restore the first one.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.errors import CorpusError, DamagedError
from corpus.store import files
from corpus.store.schemas import FORMAT

NAME = "manifest.json"
BACKUP = "manifest.backup.json"
_MEND = "restore it from its second copy: corpus rebuild"
_LOST = f"restore {NAME} from a backup; the Parquet parts beside it are untouched"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file that the manifest vouches for."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Part:
    """A batch of articles; numbers in `removed` are gone though their rows still stand."""

    number: int
    first: int
    last: int
    articles: int
    words: int
    tokens: int
    analysis: str
    articles_file: FileRecord
    tokens_file: FileRecord
    removed: tuple[int, ...] = ()
    # None: made by a version that knew no lines.
    lines_file: FileRecord | None = None
    # Whether its lines were looked at for boilerplate; there is no file if none was found.
    judged: bool = False
    marks_file: FileRecord | None = None

    def files(self) -> list[tuple[str, FileRecord]]:
        """Return the files of the part, each with the table it belongs to."""
        known = {
            "articles": self.articles_file,
            "tokens": self.tokens_file,
            "lines": self.lines_file,
            "marks": self.marks_file,
        }
        return [(table, record) for table, record in known.items() if record]

    @property
    def live(self) -> int:
        return self.articles - len(self.removed)


@dataclass(frozen=True, slots=True)
class Opening:
    """A line that opens boxes, as it was learned: `rates` of foreign lines below, one a line."""

    key: int
    text: str
    times: int
    rates: tuple[float, ...]
    longest: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """What was learned of boilerplate, and what the user has decided.

    `edition` changes whenever articles that were indexed get other marks; `stale` counts articles
    that would have other marks now; `learned` are the articles there were when markers were last
    learned from all of them; `overrules` tells which state of the user's file was heeded.
    """

    keep: bool = False
    edition: int = 0
    stale: int = 0
    learned: int = 0
    version: str = ""
    overrules: str = ""
    markers: tuple[Opening, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """The state of a corpus at one moment."""

    generation: int = 0
    next_article: int = 0
    next_part: int = 1
    analysis: str = ""
    parts: tuple[Part, ...] = ()
    lexicon: tuple[FileRecord, ...] = ()
    # Inbox: None until it has been read once; path → [size, time of change in ns].
    inbox: dict[str, list[int]] | None = None
    # Content hashes that the user removed: a file of the inbox does not bring them back.
    dismissed: tuple[str, ...] = ()
    # Content hashes of versions that a later record of the same run replaced.
    superseded: tuple[str, ...] = ()
    boilerplate: Boilerplate = field(default_factory=Boilerplate)

    @property
    def live(self) -> int:
        """Number of articles in the corpus."""
        return sum(part.live for part in self.parts)

    def replace(self, **changes: Any) -> Manifest:
        """Return a copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    def files(self) -> list[tuple[str, FileRecord]]:
        """Return every file the manifest vouches for, with the table it belongs to."""
        found = [("lexicon", record) for record in self.lexicon]
        for part in self.parts:
            found += part.files()
        return found


@dataclass(frozen=True, slots=True)
class _Envelope:
    format: int
    written: str
    sha256: str
    content: dict[str, Any] = field(default_factory=dict)


def load(folder: Path) -> Manifest | None:
    """Return the manifest of a corpus, or None if nothing has been added yet."""
    path = folder / NAME
    data = _read(path)
    if data is not None:
        return _parse(data, path)
    if (folder / BACKUP).exists() or any((folder / "parts").glob("articles-*.parquet")):
        raise _damaged(path, "it is missing")
    return None


def restore(folder: Path) -> bool:
    """Put the manifest's second copy in its place if it is damaged; return whether it was.

    DamagedError says so if the second copy is of no use either. The caller holds the lock.
    """
    try:
        load(folder)
    except DamagedError:
        data = _read(folder / BACKUP)
        if data is None:
            raise
        _parse(data, folder / BACKUP)
        files.write_whole(folder / NAME, lambda file: void(file.write(data)))
        return True
    return False


def back_up(folder: Path) -> None:
    """Make the second copy like the manifest, if a run was killed between the two."""
    data = _read(folder / NAME)
    if data is not None and not is_backed_up(folder):
        files.write_whole(folder / BACKUP, lambda file: void(file.write(data)))


def is_backed_up(folder: Path) -> bool:
    """Return whether the manifest has a second copy that is like it."""
    return _read(folder / NAME) == _read(folder / BACKUP)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = error.strerror or str(error)
        raise CorpusError(f"could not read {path}: {reason}", "check the owner") from error


def _parse(data: bytes, path: Path) -> Manifest:
    """Return the manifest that a file holds; DamagedError if it is not as it was written."""
    try:
        envelope = _Envelope(**json.loads(data.decode()))
        if envelope.format > FORMAT:
            raise CorpusError(
                f"{path} was written by a newer version of corpus (format {envelope.format})",
                "pip install --upgrade corpus",
            )
        if envelope.sha256 != _digest(envelope.content):
            raise _damaged(path, "its checksum does not fit its content")
        return _from_json(envelope.content)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _damaged(path, f"it does not parse ({error})") from error


def stamp(folder: Path) -> tuple[int, int, int]:
    """Return what changes whenever another manifest takes the place of this one."""
    try:
        facts = (folder / NAME).stat()
    except OSError:
        return (0, 0, 0)
    return (facts.st_ino, facts.st_mtime_ns, facts.st_size)


def publish(folder: Path, manifest: Manifest) -> Manifest:
    """Make `manifest` the state of the corpus; returns it with its new generation."""
    new = manifest.replace(generation=manifest.generation + 1)
    content = dataclasses.asdict(new)
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    envelope = _Envelope(FORMAT, now, _digest(content), content)
    data = json.dumps(dataclasses.asdict(envelope), ensure_ascii=False, indent=1).encode()
    files.write_whole(folder / NAME, lambda file: void(file.write(data)))
    files.write_whole(folder / BACKUP, lambda file: void(file.write(data)))
    return new


def void(_: object) -> None:
    """Drop a value, where a function must return nothing."""


def _digest(content: dict[str, Any]) -> str:
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _from_json(content: dict[str, Any]) -> Manifest:
    parts = []
    for item in content["parts"]:
        names = ("articles_file", "tokens_file", "lines_file", "marks_file")
        records = {name: FileRecord(**item[name]) for name in names if item.get(name)}
        parts.append(Part(**{**item, **records, "removed": tuple(item["removed"])}))
    lexicon = tuple(FileRecord(**record) for record in content["lexicon"])
    hashes = {name: tuple(content.get(name, ())) for name in ("dismissed", "superseded")}
    known = {**content, **hashes, "parts": tuple(parts), "lexicon": lexicon}
    if "boilerplate" in content:
        known["boilerplate"] = _boilerplate(content["boilerplate"])
    return Manifest(**known)


def _boilerplate(content: dict[str, Any]) -> Boilerplate:
    markers = [
        Opening(**{**item, **{name: tuple(item[name]) for name in ("rates", "longest")}})
        for item in content["markers"]
    ]
    return Boilerplate(**{**content, "markers": tuple(markers)})


def _damaged(path: Path, why: str) -> DamagedError:
    mendable = path.name == NAME and path.with_name(BACKUP).exists()
    return DamagedError(f"the manifest {path} is damaged: {why}", _MEND if mendable else _LOST)
