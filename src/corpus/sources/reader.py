"""Every source as one stream of articles, whatever it is kept in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, cast

from corpus.model import Article, Failure
from corpus.sources.archives import Member, members
from corpus.sources.files import (
    PAGES,
    STDIN,
    Found,
    find,
    folder_name,
    has_letters,
    label,
    printable,
    reason,
    skipped,
)
from corpus.sources.html import read_html
from corpus.sources.jsonl import read_json, read_jsonl
from corpus.sources.limits import CutShort, Refused
from corpus.sources.parquet import read_parquet
from corpus.sources.plain import read_markdown, read_plain
from corpus.sources.records import Place, checked_mapping
from corpus.sources.sniff import sniff
from corpus.sources.streams import peek
from corpus.sources.tabular import read_csv, read_tsv

Reader = Callable[[Member, Place], Iterator[Article | Failure]]
READERS: dict[str, Reader] = {
    ".txt": read_plain,
    ".text": read_plain,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".json": read_json,
    ".csv": read_csv,
    ".tsv": read_tsv,
    ".parquet": read_parquet,
}
"""What reads a file with this suffix."""


@dataclass(frozen=True, slots=True)
class _Options:
    """What the caller said of all the sources."""

    source: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    root: Path | None = None


def read(
    paths: str | Path | Article | Iterable[str | Path | Article],
    *,
    source: str = "",
    mapping: Mapping[str, str] | None = None,
    root: Path | None = None,
    files_done: Callable[[str], None] | None = None,
) -> Iterator[Article | Failure]:
    """Yield every article found at `paths`, and a `Failure` for whatever is none.

    `paths` are files, folders, patterns, `-` for standard input, or articles, which pass as they
    are. `source` names the outlet of them all; `mapping` names the columns that hold a field
    (`{"title": "headline"}`). Origins below `root` are relative to it, others absolute.
    `files_done` is called with the path of each file, as `list_files` gives it, when it is done.

    Raise CorpusError if `mapping` names a field that articles lack; bad input raises nothing.
    """
    items = [paths] if isinstance(paths, str | Path | Article) else paths
    options = _Options(source.strip(), checked_mapping(mapping), root)
    return _read(items, options, files_done or _ignore)


def _read(
    items: Iterable[str | Path | Article], options: _Options, files_done: Callable[[str], None]
) -> Iterator[Article | Failure]:
    for item in items:
        if isinstance(item, Article):
            yield item
        elif str(item) == STDIN:
            yield from _stdin(options)
            files_done(STDIN)
        else:
            for found in find(item, options.root):
                if isinstance(found, Failure):
                    yield found
                else:
                    yield from _file(found, options)
                    files_done(str(found.path))


def _file(found: Found, options: _Options) -> Iterator[Article | Failure]:
    """Yield the articles of one file, or of all the files in it if it is a zip file."""
    path = label(found.path, options.root)
    folder = folder_name(found.path, found.top, options.root)
    place = Place(path, found.path.name, folder, options.source, options.mapping)
    if found.size == 0:
        yield Failure(path, "empty file")
        return
    try:
        for member in members(found.path, found.size, skipped):
            if isinstance(member, Failure):
                yield Failure(f"{path}!{printable(member.path)}", member.reason)
            else:
                yield from _member(member, _inside(place, member))
    except Exception as error:  # whatever an archive does, the next file is read
        yield Failure(path, _why(error))


def _stdin(options: _Options) -> Iterator[Article | Failure]:
    """Yield the articles that standard input holds, in whatever format it shows itself to be."""
    place = Place(STDIN, source=options.source, mapping=options.mapping)
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        yield Failure(STDIN, "standard input is closed")
        return
    try:
        head, rest = peek(stream)
    except Exception as error:
        yield Failure(STDIN, _why(error))
        return
    kind = sniff(head, options.mapping)
    yield from _member(Member(kind, lambda: nullcontext(cast(BinaryIO, rest))), place)


def _inside(place: Place, member: Member) -> Place:
    """Return where a member of a zip file lies; any other file lies at `place`."""
    if not member.inside:
        return place
    path = f"{place.path}!{printable(member.inside)}"
    folder = member.folder if has_letters(member.folder) else place.folder
    return replace(place, path=path, name=member.inside.rpartition("/")[2], folder=folder)


def _member(member: Member, place: Place) -> Iterator[Article | Failure]:
    """Yield the articles of one file, and a `Failure` where it cannot be read any further."""
    done = 0
    many = member.suffix not in PAGES
    try:
        suffix = _format(member, place)
        many = suffix not in PAGES
        for record in READERS[suffix](member, replace(place, name="") if many else place):
            yield record
            done += 1
    except Exception as error:  # whatever is in a file, the next one is read
        after = f" after {done} records" if many and isinstance(error, CutShort) else ""
        yield Failure(place.path, _why(error) + after)
    else:
        if not done:
            yield Failure(place.path, "no records in it")


def _format(member: Member, place: Place) -> str:
    """Return the suffix that tells how to read `member`, found out if its own says nothing."""
    if member.suffix in READERS:
        return member.suffix
    if member.suffix == ".zip":
        raise Refused("a zip file inside a gzip file: unpack it first")
    with member.open() as stream:
        head, _ = peek(stream)
    return sniff(head, place.mapping)


def _why(error: Exception) -> str:
    """Say why reading stopped; what is no fault of the input is raised again."""
    if isinstance(error, MemoryError):
        raise error
    if isinstance(error, Refused):
        return str(error)
    if isinstance(error, OSError):
        return reason(error)
    return f"could not be read: {type(error).__name__}: {error}"


def _ignore(_: str) -> None:
    """Do nothing with a path."""
