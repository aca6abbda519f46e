"""Files, `.gz` and `.zip` as streams of plain bytes that cannot grow without end."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from corpus.model import Failure
from corpus.sources.limits import FREE_BYTES, MAX_RATIO, CutShort, Refused
from corpus.sources.streams import Readable

ENCRYPTED = 1
UTF8_NAME = 0x800
TOO_DENSE = f"expands more than {MAX_RATIO}-fold: refused"


@dataclass(frozen=True, slots=True)
class Member:
    """One file, or one file in an archive, that can be opened.

    `inside` is its path in the zip file, "" if it is in none; `folder` is the name of the folder
    in the zip file that it lies in, the one around everything aside.
    """

    suffix: str
    open: Callable[[], AbstractContextManager[BinaryIO]]
    inside: str = ""
    folder: str = ""


class Allowance:
    """How far an archive may still expand, over all of its members."""

    def __init__(self, size: int) -> None:
        self._most = max(FREE_BYTES, MAX_RATIO * size)
        self.spent = 0

    def spend(self, count: int) -> None:
        """Count expanded bytes and refuse to go on when they are too many."""
        self.spent += count
        if self.spent > self._most:
            raise CutShort(TOO_DENSE)


class Expanded(io.RawIOBase):
    """What a decompressor gives, counted, with its errors in our words."""

    def __init__(self, stream: Readable, kind: str, *allowances: Allowance) -> None:
        # `read` would lose what it had gathered when it meets an error; `read1` does not gather.
        self._read = getattr(stream, "read1", stream.read)
        self._kind, self._allowances = kind, allowances
        self._error: CutShort | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._error:
            raise self._error
        try:
            data = self._read(len(buffer)) or b""
            for allowance in self._allowances:
                allowance.spend(len(data))
        except (MemoryError, CutShort):
            raise
        except Exception as error:  # each compression has an error class of its own
            self._error = CutShort(f"{self._kind} {_why(error)}")
            raise self._error from error
        buffer[: len(data)] = data
        return len(data)


def members(path: Path, size: int, skipped: Callable[[str], bool]) -> Iterator[Member | Failure]:
    """Yield the file at `path`, or what lies in it if it is a zip file.

    `size` is that of the file in bytes; members whose path `skipped` holds for are left out.
    A `Failure` here has the path within the zip file as its path.
    """
    if path.suffix.lower() == ".zip":
        yield from _zipped(path, size, skipped)
    else:
        yield Member(suffix_of(path.name), lambda: _plain_or_gz(path, size))


def suffix_of(name: str) -> str:
    """Return the lower-case suffix of `name` that tells its format, `.gz` aside."""
    bare = re.sub(r"(?i)\.gz\Z", "", name)
    return PurePosixPath(bare).suffix.lower()


def expand(stream: BinaryIO, *allowances: Allowance) -> BinaryIO:
    """Return the plain bytes of a gzip stream."""
    return _as_binary(Expanded(gzip.GzipFile(fileobj=stream), "gzip", *allowances))


@contextmanager
def _plain_or_gz(path: Path, size: int) -> Iterator[BinaryIO]:
    with path.open("rb") as stream:
        yield expand(stream, Allowance(size)) if path.suffix.lower() == ".gz" else stream


def _zipped(path: Path, size: int, skipped: Callable[[str], bool]) -> Iterator[Member | Failure]:
    """Yield the members of a zip file, which stays open as long as they are asked for."""
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(path))
        except (OSError, MemoryError):
            raise
        except Exception as error:  # a crafted directory raises what it likes
            raise Refused(f"zip file is damaged: {error}") from error
        total = Allowance(size)
        if sum(entry.compress_size for entry in archive.infolist()) > size:
            raise Refused("members of the zip file overlap: refused")
        listed = [entry for entry in archive.infolist() if not entry.is_dir()]
        wanted = [(entry, name) for entry in listed if not skipped(name := _name(entry))]
        if not wanted:
            raise Refused("no readable files in the zip file")
        around = _around([name for _, name in wanted])
        for entry, name in wanted:
            if reason := _refusal(entry, name):
                yield Failure(name, reason)
            else:
                folder = _folder(name.removeprefix(around))
                yield Member(suffix_of(name), _opener(archive, entry, total), name, folder)


def _opener(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, total: Allowance
) -> Callable[[], AbstractContextManager[BinaryIO]]:
    @contextmanager
    def opened() -> Iterator[BinaryIO]:
        before = total.spent
        try:
            with _entry_stream(archive, entry) as stream:
                own = Allowance(entry.compress_size)
                plain = _as_binary(Expanded(stream, "zip member", own, total))
                gz = entry.filename.lower().endswith(".gz")
                yield expand(plain, Allowance(entry.compress_size), total) if gz else plain
        except Refused:
            total.spent = before  # what a refused member took, the others may still take
            raise

    return opened


def _around(names: list[str]) -> str:
    """Return the one folder that all of `names` lie in, with its slash, or ""."""
    first = {name.partition("/")[0] + "/" for name in names}
    return first.pop() if len(first) == 1 and all("/" in name for name in names) else ""


def _folder(name: str) -> str:
    return PurePosixPath(name).parent.name


@contextmanager
def _entry_stream(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[Readable]:
    try:
        stream = archive.open(entry)
    except MemoryError:
        raise
    except Exception as error:
        raise Refused(f"zip member {_why(error)}") from error
    with stream:
        yield stream


def _refusal(entry: zipfile.ZipInfo, name: str) -> str:
    """Say why a member cannot be read, before it is opened, or return ""."""
    if entry.flag_bits & ENCRYPTED:
        return "encrypted: unpack it with its password first"
    if name.lower().endswith((".zip", ".zip.gz")):
        return "a zip file inside a zip file: unpack it first"
    return ""


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the path of a member; names without a declared encoding are UTF-8 or cp866."""
    if entry.flag_bits & UTF8_NAME:
        return entry.filename
    try:
        data = entry.filename.encode("cp437")
        return data.decode("utf-8")
    except UnicodeEncodeError:
        return entry.filename
    except UnicodeDecodeError:
        return data.decode("cp866")


def _why(error: BaseException) -> str:
    """Say in our words what a decompressor complains of."""
    if isinstance(error, EOFError):
        return "is cut short"
    if "CRC" in str(error):
        return "has a wrong checksum"
    return f"is damaged: {error}"


def _as_binary(raw: io.RawIOBase) -> BinaryIO:
    return raw  # type: ignore[return-value]
