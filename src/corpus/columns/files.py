"""Arrays that only grow, a file each, under one list that says how much of each belongs.

    CONTENTS        the files in use, their sizes and CRC-32; replaced in one step
    2.lemma, …      the arrays, as they stand in memory, little-endian

Whatever stands in a file behind the size listed was written by a run that did not come to its end;
the next one writes over it. A reader has mapped what was listed when it opened, which never
changes. Made anew, the files get the next number, and those of the old number are deleted.
"""

from __future__ import annotations

import json
import mmap
import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from corpus.errors import DamagedError
from corpus.model import Finding
from corpus.store import files

FORMAT = 3
"""Changes with what the files hold, and when lemmas or reprints are decided otherwise."""
_CONTENTS = "CONTENTS"
_REMEDY = "make it anew, nothing is lost: corpus rebuild"


class Kept(NamedTuple):
    """How many bytes of a file belong, and their CRC-32."""

    size: int = 0
    crc: int = 0


@dataclass(frozen=True)
class Contents:
    """What a folder of arrays holds; `number` is part of the names of its files."""

    number: int = 1
    kept: Mapping[str, Kept] = field(default_factory=dict)

    def path(self, folder: Path, name: str) -> Path:
        """Return the path of an array's file."""
        return folder / f"{self.number}.{name}"


def read_contents(folder: Path) -> Contents | None:
    """Return what a folder holds; None if nothing was made yet, or by another version.

    DamagedError if the list is not what was written.
    """
    path = folder / _CONTENTS
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise damaged(path, error) from error
    checksum, _, text = data.partition(b"\n")
    try:
        if int(checksum, 16) != zlib.crc32(text):
            raise ValueError("its checksum does not fit")
        content = json.loads(text)
        if content["format"] != FORMAT:
            return None
        kept = {str(name): Kept(*map(int, facts)) for name, facts in content["files"].items()}
        return Contents(int(content["number"]), kept)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise damaged(path, error) from error


def write_contents(folder: Path, contents: Contents) -> None:
    """Make `contents` those of the folder, in one step; the files it names are on disk by then."""
    for name in contents.kept:
        _force_to_disk(contents.path(folder, name))
    content = {
        "format": FORMAT,
        "number": contents.number,
        "files": {name: list(kept) for name, kept in sorted(contents.kept.items())},
    }
    text = json.dumps(content).encode()
    data = b"%08x\n%b" % (zlib.crc32(text), text)

    def write(file: Any) -> None:
        file.write(data)

    files.write_whole(folder / _CONTENTS, write)


def appended(folder: Path, contents: Contents, data: Mapping[str, list[bytes]]) -> Contents:
    """Write pieces behind what belongs to some files; return contents that list them."""
    kept = dict(contents.kept)
    for name, pieces in data.items():
        kept[name] = _append(contents.path(folder, name), kept.get(name, Kept()), pieces)
    return Contents(contents.number, kept)


def _append(path: Path, kept: Kept, pieces: list[bytes]) -> Kept:
    size, crc = kept
    try:
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.seek(size)
            for piece in pieces:
                file.write(piece)
                size, crc = size + len(piece), zlib.crc32(piece, crc)
    except OSError as error:
        raise files.explain_os_error(error, path) from error
    return Kept(size, crc)


def _force_to_disk(path: Path) -> None:
    try:
        with path.open("r+b") as file:
            os.fsync(file.fileno())
    except OSError as error:
        raise files.explain_os_error(error, path) from error


def map_bytes(folder: Path, contents: Contents, name: str) -> mmap.mmap | bytes:
    """Return what belongs to a file, mapped; DamagedError if there is less."""
    size = contents.kept.get(name, Kept()).size
    path = contents.path(folder, name)
    if not size:
        return b""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size < size:
                raise damaged(path, "it is cut short")
            return mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
    except OSError as error:
        raise damaged(path, error) from error


def sweep(folder: Path, contents: Contents | None) -> None:
    """Delete files of other numbers than the one in use; what is still open elsewhere stays."""
    files.remove_leftovers(folder)
    for path in folder.glob("[0-9]*.*"):
        if contents is None or path.name.partition(".")[0] != str(contents.number):
            with suppress(OSError):
                path.unlink()


def check(folder: Path) -> Iterator[Finding]:
    """Yield what is wrong with the files of a folder, reading all of them."""
    try:
        contents = read_contents(folder)
    except DamagedError as error:
        yield Finding(True, error.message, error.hint)
        return
    if contents is None:
        return
    for name, kept in contents.kept.items():
        path = contents.path(folder, name)
        if not path.is_file():
            yield Finding(True, f"{path} is missing", _REMEDY)
        elif crc_of_first(path, kept.size) != kept.crc:
            yield Finding(True, f"{path} is damaged: its checksum has changed", _REMEDY)


def crc_of_first(path: Path, size: int) -> int | None:
    """Return the CRC-32 of the first bytes of a file, None if there are fewer."""
    crc, left = 0, size
    with path.open("rb") as file:
        while left and (block := file.read(min(left, 1 << 20))):
            crc, left = zlib.crc32(block, crc), left - len(block)
    return None if left else crc


def damaged(path: Path, why: Exception | str) -> DamagedError:
    """Return the error for a file that cannot be used, with the way to mend it."""
    return DamagedError(f"{path} is damaged: {why}", _REMEDY)
