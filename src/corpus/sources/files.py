"""Which files a user means: files, folders, patterns; what is no file is named and left."""

from __future__ import annotations

import errno
import glob
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from corpus.model import Article, Failure
from corpus.sources.archives import suffix_of

PAGES = frozenset({".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml"})
TABLES = frozenset({".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet"})
SUFFIXES = PAGES | TABLES | {".zip"}
STDIN = "-"

KINDS: tuple[tuple[int, str], ...] = (
    (stat.S_IFIFO, "a named pipe, not a file: use - to read from a pipe"),
    (stat.S_IFSOCK, "a socket, not a file"),
    (stat.S_IFCHR, "a device, not a file"),
    (stat.S_IFBLK, "a device, not a file"),
)
REASONS = {
    errno.ENOENT: "no such file or folder",
    errno.ENOTDIR: "no such file or folder",
    errno.EACCES: "no permission to read it",
    errno.EPERM: "no permission to read it",
    errno.ELOOP: "a link that leads back to itself",
    errno.ENAMETOOLONG: "the path is too long",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file; `top` is the added folder in which it was met, None if it was named."""

    path: Path
    size: int
    top: Path | None = None


def list_files(
    paths: Iterable[str | Path | Article], root: Path | None = None
) -> Iterator[Path | Failure]:
    """Yield the files that `read` would open, so that a caller can count them and their bytes."""
    for item in paths:
        if not isinstance(item, Article) and str(item) != STDIN:
            for found in find(item, root):
                yield found if isinstance(found, Failure) else found.path


def find(path: str | Path, root: Path | None = None) -> Iterator[Found | Failure]:
    """Yield the file at `path`, the files below the folder `path`, or those the pattern matches."""
    text = os.fspath(path)
    if not text:
        yield Failure("", "an empty path")
    elif not os.path.lexists(text) and glob.has_magic(text):
        yield from _matching(text, root)
    else:
        yield from _named(Path(text), root)


def label(path: Path, root: Path | None = None) -> str:
    """Return `path` as a user is told: relative to `root` if it lies below, else absolute."""
    whole = Path(os.path.abspath(path))
    for base, inner in _candidates(whole, root):
        if inner.is_relative_to(base):
            return printable(inner.relative_to(base).as_posix())
    return printable(whole.as_posix())


def folder_name(path: Path, *tops: Path | None) -> str:
    """Return the name of the nearest folder around `path` that lies inside one of `tops`.

    A name without a letter, such as a year, says nothing of the source: the one above it may.
    """
    bases = [Path(os.path.abspath(top)) for top in tops if top is not None]
    for folder in Path(os.path.abspath(path)).parents:
        if not any(base in folder.parents for base in bases):
            return ""
        if has_letters(folder.name):
            return printable(folder.name)
    return ""


def has_letters(name: str) -> bool:
    return any(char.isalpha() for char in name)


def printable(name: str) -> str:
    """Return a file name that any terminal and any file can hold."""
    safe = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\ufffd" for char in safe)


def skipped(name: str) -> bool:
    """Return whether a file met in a folder or an archive is passed over in silence."""
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith(".") and part != ".." for part in parts)
    return hidden or "__MACOSX" in parts or suffix_of(name) not in SUFFIXES


def reason(error: OSError) -> str:
    """Say in our words why the system refuses."""
    return REASONS.get(error.errno or 0, error.strerror or str(error))


def _candidates(whole: Path, root: Path | None) -> Iterator[tuple[Path, Path]]:
    """Yield a base and a path to compare: as they are written, then with their links followed."""
    if root is not None:
        yield Path(os.path.abspath(root)), whole
        yield Path(os.path.realpath(root)), Path(os.path.realpath(whole.parent), whole.name)


def _matching(pattern: str, root: Path | None) -> Iterator[Found | Failure]:
    """Yield each file that `pattern` matches once, in the order of their names."""
    deep = "**" in pattern
    seen: set[str] = set()
    none = True
    for match in sorted(glob.iglob(pattern, recursive=True)):
        real = os.path.realpath(match)
        if real in seen or (deep and os.path.isdir(match)):
            continue
        seen.add(real)
        none = False
        yield from _named(Path(match), root)
    if none:
        yield Failure(printable(pattern), "no file matches this pattern")


def _named(path: Path, root: Path | None) -> Iterator[Found | Failure]:
    state = _stat(path)
    if isinstance(state, str):
        yield Failure(label_or_text(path, root), state)
    elif stat.S_ISDIR(state.st_mode):
        yield from _walk(path, state, root)
    else:
        yield _regular(path, state, root, None)


def _walk(top: Path, state: os.stat_result, root: Path | None) -> Iterator[Found | Failure]:
    """Yield the files below `top`, each folder once however many links lead to it."""
    waiting = [(top, state)]
    seen = {(state.st_dev, state.st_ino)}
    while waiting:
        path, state = waiting.pop()
        if not stat.S_ISDIR(state.st_mode):
            yield _regular(path, state, root, top)
            continue
        try:
            names = sorted(name for name in os.listdir(path) if not name.startswith("."))
        except OSError as error:
            yield Failure(label(path, root), reason(error))
            continue
        below = []
        for name in _not_ours(names):
            inner = _stat(path / name)
            if isinstance(inner, str):
                if not skipped(name):
                    yield Failure(label(path / name, root), inner)
            elif not stat.S_ISDIR(inner.st_mode):
                if not skipped(name):
                    below.append((path / name, inner))
            elif (inner.st_dev, inner.st_ino) not in seen:
                seen.add((inner.st_dev, inner.st_ino))
                below.append((path / name, inner))
        waiting.extend(reversed(below))


def _not_ours(names: list[str]) -> list[str]:
    """Leave out what a corpus keeps for itself: of its data folder only the inbox is articles."""
    if "manifest.json" in names and "parts" in names:
        return [name for name in names if name == "articles"]
    return [] if "CURRENT" in names else names


def _regular(
    path: Path, state: os.stat_result, root: Path | None, top: Path | None
) -> Found | Failure:
    if stat.S_ISREG(state.st_mode):
        return Found(path, state.st_size, top)
    kind = stat.S_IFMT(state.st_mode)
    return Failure(label(path, root), dict(KINDS).get(kind, "not a regular file"))


def _stat(path: Path) -> os.stat_result | str:
    """Return what the system knows of `path`, or the reason why it knows nothing."""
    try:
        return path.stat()
    except OSError as error:
        if error.errno == errno.ENOENT and os.path.lexists(path):
            return "a link that leads nowhere"
        return reason(error)
    except ValueError:
        # Each Python says it in other words; nothing else about a path raises this.
        return "not a path: it holds a null character"


def label_or_text(path: Path, root: Path | None) -> str:
    """Return the label of something that may be no path at all."""
    try:
        return label(path, root)
    except (OSError, ValueError):
        return printable(str(path))
