"""Files written whole or not at all, their hashes, and the lock that keeps writers apart."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from corpus.errors import CorpusError, LockedError

TEMPORARY = ".tmp"


def write_whole(path: Path, write: Callable[[IO[bytes]], None]) -> None:
    """Write a file under a temporary name, force it to disk and rename it into place.

    Whatever goes wrong, `path` holds either its old content or the new, never a part.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}{TEMPORARY}")
    try:
        with temporary.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise explain_os_error(error, path) from error
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def checked_name(name: str) -> str:
    """Return a name that users chose for something kept; CorpusError if no file can have it."""
    if not re.fullmatch(r"[\w][\w .-]{0,99}", name):
        raise CorpusError(
            f"{name!r} cannot be a name", "use letters, digits, spaces, dots, - and _"
        )
    return name


def make_folder(path: Path) -> None:
    """Make a folder if it is not there yet."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explain_os_error(error, path) from error


def sync_folder(folder: Path) -> None:
    """Force a folder's list of names to disk, where the system can do that."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_PERMISSION = (errno.EACCES, errno.EPERM, errno.EROFS)


def is_refusal(error: OSError) -> bool:
    """Return whether the system lacks room or permission; what is on disk is not to blame then."""
    return error.errno in (*_NO_ROOM, *_NO_PERMISSION)


def explain_os_error(error: OSError, path: Path) -> CorpusError:
    """Translate what the operating system says into what the user can do."""
    if error.errno in _NO_ROOM:
        hint = "make room and run the same command again: what is already in the corpus is safe"
        return CorpusError(f"no room left on the disk while writing {path}", hint)
    if error.errno in _NO_PERMISSION:
        return CorpusError(f"no permission to write {path}", "check the owner of the folder")
    return CorpusError(f"could not write {path}: {error.strerror or error}")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remove_leftovers(folder: Path) -> None:
    """Delete temporary files that a killed process left; the caller holds the lock."""
    for path in folder.glob(f"*{TEMPORARY}"):
        with suppress(OSError):
            path.unlink()


@contextmanager
def lock(
    folder: Path, *, purpose: str, wait: float = 600.0, say: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Hold the corpus's write lock; the system lets go of it when a process dies.

    Waits up to `wait` seconds for another writer, saying who it is, then raises LockedError.
    """
    path = folder / ".lock"
    try:
        # Without a buffer: on a full disk nothing is left to be written when it is closed.
        file = path.open("ab+", buffering=0)
    except OSError as error:
        raise explain_os_error(error, path) from error
    with file:
        _acquire(file, wait, say)
        _sign(file, {"pid": os.getpid(), "purpose": purpose, "since": time.strftime("%H:%M:%S")})
        try:
            yield
        finally:
            _sign(file, {})
            _let_go(file)


def _sign(file: IO[bytes], facts: dict[str, object]) -> None:
    """Write into the lock's file who holds it; only a courtesy, so a full disk does not matter."""
    with suppress(OSError):
        file.seek(0)
        file.truncate()
        if facts:
            file.write(json.dumps(facts).encode())


def _acquire(file: IO[bytes], wait: float, say: Callable[[str], None] | None) -> None:
    deadline = time.monotonic() + wait
    said = False
    while not _try_lock(file):
        if time.monotonic() >= deadline:
            raise LockedError(
                f"another process is writing to this corpus: {_holder(file)}",
                "wait until it has finished, or stop it, then run this again",
            )
        if say and not said:
            say(f"waiting for another process to finish: {_holder(file)}")
            said = True
        time.sleep(0.1)


def _holder(file: IO[bytes]) -> str:
    file.seek(0)
    try:
        facts = json.loads(file.read())
        return f"{facts['purpose']} (process {facts['pid']}, since {facts['since']})"
    except (ValueError, TypeError, KeyError, OSError):
        return "a process that did not say its name"


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    # A byte far behind the text, so that the holder's name stays readable.
    _PLACE = 1 << 20

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            file.seek(_PLACE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _let_go(file: IO[bytes]) -> None:
        file.seek(_PLACE)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _let_go(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
