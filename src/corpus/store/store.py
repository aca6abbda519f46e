"""Store: the articles of a corpus, their tokens and the lexicon, as one thing to read and write."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus import arrow
from corpus.errors import CorpusError, DamagedError
from corpus.model import Article, Mark
from corpus.morphology.lexicon import Lexicon
from corpus.store import files, kept, manifest, marked, parts
from corpus.store.manifest import FileRecord, Manifest, Part
from corpus.store.schemas import readme, schema
from corpus.store.writing import Tables, Writing

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

METADATA = ("article", "id", "title", "source", "authors", "url", "date", "time", "tags", "words")
_IDENTITY = ("article", "id", "url", "hash", "text_hash", "origin")
_MOST_OPEN = 32


class Opened(NamedTuple):
    """An articles file, the numbers of the articles in it, and their marks if there are any."""

    file: ParquetFile
    numbers: NDArray[np.int64]
    marks: pa.Table | None


PATTERNS = {
    "articles": "parts/articles-*.parquet",
    "tokens": "parts/tokens-*.parquet",
    "lexicon": "parts/lexicon-*.parquet",
    "lines": "parts/lines-*.parquet",
    "marks": "parts/marks-*.parquet",
}


class Pending(NamedTuple):
    """A batch that is being added: its files, and what it takes away."""

    writing: Writing | None
    removed: tuple[int, ...]
    superseded: tuple[str, ...]

    def is_written(self) -> bool:
        """Return whether the files are on disk, or could not be written."""
        return self.writing is None or self.writing.is_done()


class Store:
    """The state of `corpus_data/` as one manifest names it.

    Reading needs no lock: parts never change, and a manifest is replaced in one step. Every
    method that writes expects the caller to hold `lock()` and returns with the change published.
    """

    def __init__(self, folder: Path, beside: Path | None = None) -> None:
        """Read the newest manifest; what reads faster may be kept in the folder `beside`."""
        self.folder = folder
        self._beside = beside
        self.parts_folder = folder / "parts"
        # Taken first: if the manifest is replaced in between, the stamp is the old one's.
        self.stamp = manifest.stamp(folder)
        self.manifest = manifest.load(folder) or Manifest()
        self._open: dict[int, Opened] = {}

    # Reading

    def __len__(self) -> int:
        return self.manifest.live

    @cached_property
    def metadata(self) -> pa.Table:
        """One row an article ever added and still on disk, removed ones too, by number."""
        if self._beside is None:
            return self._read_metadata(self.manifest.parts)
        return kept.metadata(self._beside, self.manifest.parts, self._read_metadata)

    def keep_metadata(self) -> None:
        """Keep the metadata where the next reading finds all of it in one file."""
        if self._beside is not None:
            kept.keep(self._beside, self.manifest.parts, lambda: self.metadata)

    def _read_metadata(self, some: Sequence[Part]) -> pa.Table:
        tables = [self._read_articles(METADATA, [part]) for part in some]
        for place, part in enumerate(some):
            if part.marks_file:
                tables[place] = marked.words_less(tables[place], self.marks(part))
        tables = tables or [self._read_articles(METADATA, some)]
        return pa.concat_tables(tables).unify_dictionaries().combine_chunks()

    @cached_property
    def numbers(self) -> NDArray[np.int64]:
        """Numbers of the articles in `metadata`, ascending."""
        return arrow.numbers(self.metadata.column("article"))

    @cached_property
    def live(self) -> NDArray[np.int64]:
        """Numbers of the articles that are in the corpus, ascending."""
        removed = [n for part in self.manifest.parts for n in part.removed]
        return self.numbers[~np.isin(self.numbers, np.array(removed, np.int64))]

    @cached_property
    def words(self) -> int:
        """Number of words of all articles in the corpus, punctuation not counted."""
        counts = arrow.numbers(self.metadata.column("words"))
        return int(counts[np.searchsorted(self.numbers, self.live)].sum()) if len(self.live) else 0

    @property
    def marking(self) -> str:
        """What changes when articles get other marks of boilerplate than they were indexed with."""
        state = self.manifest.boilerplate
        return f"{state.version}.{state.edition}" if state.version else ""

    def identities(self) -> pa.Table:
        """Return id, url, hashes and origin of every live article."""
        table = self._read_articles(_IDENTITY, self.manifest.parts)
        return table.filter(pc.is_in(table.column("article"), value_set=pa.array(self.live)))

    def rows(self, numbers: NDArray[np.int64], columns: Sequence[str] | None = None) -> pa.Table:
        """Return the metadata of some articles, or some of it, in the order asked for."""
        table = self.metadata if columns is None else self.metadata.select(list(columns))
        return table.take(arrow.from_numbers(np.searchsorted(self.numbers, numbers)))

    def places(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the place of each of some articles when they stand in the order of the corpus.

        By date and time, undated ones last, then by id: it does not depend on how and when
        articles were added.
        """
        rows = self.rows(numbers, ["date", "time", "id"])
        keys = [(name, "ascending") for name in ("undated", "date", "time", "id")]
        rows = rows.append_column("undated", pc.is_null(rows.column("date")))
        found = np.empty(len(rows), np.int64)
        found[arrow.numbers(pc.sort_indices(rows, sort_keys=keys))] = np.arange(len(rows))
        return found

    def number_of(self, article_id: str) -> int | None:
        """Return the number of the live article with this id."""
        wanted = arrow.strings([article_id]).cast(pa.string())[0]
        mask = arrow.numbers(pc.equal(self.metadata.column("id"), wanted))
        candidates = self.numbers[np.flatnonzero(mask)]
        live = candidates[np.isin(candidates, self.live)]
        return int(live[-1]) if len(live) else None

    def articles(self, numbers: Iterable[int]) -> Iterator[Article]:
        """Return articles by number, in the order asked for; all must be on disk.

        Results outlive a rebuild in another process: where a part has been joined with others
        since, the article is read from where it stands now.
        """
        return map(parts.article_from_row, self._fetched(list(numbers)))

    def texts(self, part: Part, numbers: NDArray[np.int64], columns: Sequence[str]) -> pa.Table:
        """Return some columns of some articles of one part, `article` among them, by number."""
        file, own, _ = self._open_articles(part)
        rows = np.searchsorted(own, numbers)
        size = _group_size(file)
        groups = np.unique(rows // size)
        table = self._read_groups(part, file, groups.tolist(), ["article", *columns])
        first = np.searchsorted(groups, rows // size) * size
        return table.take(pa.array(first + rows % size))

    def _fetched(self, numbers: Sequence[int]) -> Iterator[dict[str, Any]]:
        found = {part.number: part for part in map(self._part_of, numbers)}
        try:
            # Opened at once: what is open can be read to the end though its name may go.
            opened = {number: self._open_articles(part) for number, part in found.items()}
        except DamagedError:
            newer = self.newer()
            if newer is None:
                raise
            return newer._fetched(numbers)
        return self._rows_of(numbers, opened)

    def _rows_of(
        self, numbers: Sequence[int], opened: Mapping[int, Opened]
    ) -> Iterator[dict[str, Any]]:
        groups: dict[tuple[int, int], pa.Table] = {}
        for number in numbers:
            part = self._part_of(number)
            file, own, marks = opened[part.number]
            row = int(np.searchsorted(own, number))
            if row == len(own) or own[row] != number:
                raise _removed(number)
            group, place = divmod(row, _group_size(file))
            if (part.number, group) not in groups:
                if len(groups) > 64:
                    groups.clear()
                groups[part.number, group] = self._read_groups(part, file, [group])
            fields = groups[part.number, group].slice(place, 1).to_pylist()[0]
            yield {**fields, "boilerplate": self._marks_of(number, marks)}

    def _marks_of(self, number: int, marks: pa.Table | None) -> tuple[Mark, ...]:
        """Return the marks of an article among those of its part."""
        if marks is None:
            return ()
        low, high = np.searchsorted(arrow.numbers(marks.column("article")), [number, number + 1])
        rows = marks.slice(low, high - low).to_pylist()
        return tuple(marked.mark(row, self._openings, self._id_of) for row in rows)

    @cached_property
    def _openings(self) -> dict[int, str]:
        return {marker.key: marker.text for marker in self.manifest.boilerplate.markers}

    def _id_of(self, number: int) -> str:
        """Return the id of an article, empty if it is gone."""
        place = int(np.searchsorted(self.numbers, number))
        known = place < len(self.numbers) and self.numbers[place] == number
        return str(self.metadata.column("id")[place]) if known else ""

    def scan(self) -> Iterator[tuple[int, Article]]:
        """Yield every live article with its number, reading each part once."""
        live = set(self.live.tolist())
        for part in self.manifest.parts:
            yield from (pair for pair in self.scan_part(part) if pair[0] in live)

    def scan_part(self, part: Part) -> Iterator[tuple[int, Article]]:
        """Yield every article of a part with its number, removed ones too.

        Of a part that was joined with others since, what still stands is yielded.
        """
        try:
            file, numbers, marks = self._open_articles(part)
        except DamagedError:
            newer = self.newer()
            if newer is None:
                raise
            for other in newer.manifest.parts:
                if other.first <= part.last and part.first <= other.last:
                    pairs = newer.scan_part(other)
                    yield from (pair for pair in pairs if part.first <= pair[0] <= part.last)
            return
        row = 0
        for group in range(file.num_row_groups):
            for fields in self._read_groups(part, file, [group]).to_pylist():
                fields["boilerplate"] = self._marks_of(int(numbers[row]), marks)
                yield int(numbers[row]), parts.article_from_row(fields)
                row += 1

    def loaded(self) -> Store:
        """Return the store, what it knows of every article being in memory."""
        _ = self.live
        return self

    def newer(self) -> Store | None:
        """Return the state that another process has published since, if one has."""
        newer = Store(self.folder, self._beside)
        return newer if newer.manifest.generation != self.manifest.generation else None

    def tokens(self, part: Part, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the tokens of one part, removed articles included, boilerplate left out."""
        if part.marks_file is None:
            return self.all_tokens(part, columns)
        wanted = schema("tokens").names if columns is None else columns
        whole = self.all_tokens(part, marked.needed(wanted))
        return marked.without(whole, self.marks(part), wanted)

    def all_tokens(self, part: Part, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the tokens of one part, those of boilerplate too."""
        return parts.read_part(self.parts_folder / part.tokens_file.name, columns)

    def lines(self, part: Part) -> pa.Table:
        """Return the lines of one part, removed articles included."""
        assert part.lines_file
        return parts.read_part(self.parts_folder / part.lines_file.name)

    def marks(self, part: Part, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the marks of boilerplate of one part."""
        if part.marks_file is None:
            return schema("marks").empty_table().select(list(columns or schema("marks").names))
        return parts.read_part(self.parts_folder / part.marks_file.name, columns)

    def lexicon(self) -> Lexicon:
        """Return a lexicon that holds every analysis made so far."""
        lexicon = Lexicon()
        for record in self.manifest.lexicon:
            table = parts.read_part(self.parts_folder / record.name, parts.ANALYSIS)
            lexicon.load(*parts.analyses(table))
        return lexicon

    def _read_articles(self, columns: Sequence[str], some: Sequence[Part]) -> pa.Table:
        tables = [
            parts.read_part(self.parts_folder / part.articles_file.name, columns) for part in some
        ]
        tables = tables or [parts.articles_table([], [], []).select(list(columns))]
        return pa.concat_tables(tables).unify_dictionaries().combine_chunks()

    def _part_of(self, number: int) -> Part:
        place = bisect_right([part.first for part in self.manifest.parts], number) - 1
        if place < 0:
            raise _removed(number)
        return self.manifest.parts[place]

    def _open_articles(self, part: Part) -> Opened:
        """Open a part's articles; the last few stay open, since searches come back to them."""
        known = self._open.get(part.number)
        if known is None:
            if len(self._open) >= _MOST_OPEN:
                self._open.clear()
            known = self._open[part.number] = self._opened(part)
        return known

    def _opened(self, part: Part) -> Opened:
        path = self.parts_folder / part.articles_file.name
        try:
            file = parts.opened(path)
            numbers = file.read(columns=["article"]).column(0).to_numpy()
        except (OSError, pa.ArrowException, ValueError, LookupError) as error:
            raise parts.damaged(path, error) from error
        parts.check_schema(path, file.schema_arrow, schema("articles"))
        marks = self.marks(part) if part.marks_file else None
        return Opened(file, np.asarray(numbers, np.int64), marks)

    def _read_groups(
        self,
        part: Part,
        file: ParquetFile,
        groups: Sequence[int],
        columns: Sequence[str] | None = None,
    ) -> pa.Table:
        try:
            return file.read_row_groups(groups, columns=columns)
        except (OSError, pa.ArrowException, ValueError, LookupError) as error:
            raise parts.damaged(self.parts_folder / part.articles_file.name, error) from error

    # Writing

    def lock(
        self, purpose: str, say: Callable[[str], None] | None = None, wait: float = 600.0
    ) -> AbstractContextManager[None]:
        """Return the context in which writing is allowed."""
        return files.lock(self.folder, purpose=purpose, say=say, wait=wait)

    def begin(
        self,
        tables: Tables | None,
        *,
        analysis: str,
        removed: Iterable[int] = (),
        superseded: Iterable[str] = (),
    ) -> Pending:
        """Begin to add a batch of articles and to take away the versions it replaces.

        Nothing is part of the corpus, and nothing else may be written, until `finish`.
        """
        if not self.manifest.generation:
            # From the first part on there is a manifest, so that a missing one can be told.
            self.publish(self.manifest)
        writing = self._write(tables, analysis) if tables else None
        return Pending(writing, tuple(removed), tuple(superseded))

    def finish(self, pending: Pending) -> None:
        """Make what was begun part of the corpus, in one step, once it is on disk."""
        state = self.manifest
        if pending.writing:
            part, state = self._written(pending.writing, state)
            state = state.replace(
                parts=(*state.parts, part), next_article=max(state.next_article, part.last + 1)
            )
        older = tuple(dict.fromkeys([*state.superseded, *pending.superseded]))
        self.publish(_without(state, pending.removed).replace(superseded=older))

    def _write(self, tables: Tables, analysis: str) -> Writing:
        files.make_folder(self.parts_folder)
        return Writing(self.parts_folder, self.manifest.next_part, tables, analysis)

    def _written(self, writing: Writing, state: Manifest) -> tuple[Part, Manifest]:
        """Wait for a part; return it and the state with the lexicon's new forms."""
        part, lexemes = writing.wait()
        lexicon = (*state.lexicon, *lexemes)
        return part, state.replace(lexicon=lexicon, next_part=part.number + 1)

    def remove(self, numbers: Iterable[int], dismissed: Iterable[str] = ()) -> None:
        """Take articles out of the corpus; `dismissed` are hashes the inbox must not bring back."""
        hashes = dict.fromkeys([*self.manifest.dismissed, *dismissed])
        self.publish(_without(self.manifest, numbers).replace(dismissed=tuple(hashes)))

    def take_back(self) -> None:
        """Forget that articles were removed once, if they have been added again since."""
        dismissed = self.manifest.dismissed
        if not dismissed:
            return
        live = set(self.identities().column("hash").to_pylist())
        kept = tuple(content for content in dismissed if content not in live)
        if kept != dismissed:
            self.publish(self.manifest.replace(dismissed=kept))

    def replace_part(self, part: Part, tables: Tables | None, analysis: str) -> None:
        """Put articles freshly cleaned and analysed in the place of a part."""
        state = self.manifest
        others = [other for other in state.parts if other.number != part.number]
        if tables:
            new, state = self._written(self._write(tables, analysis), state)
            others.append(new)
        self.publish(state.replace(parts=tuple(sorted(others, key=lambda p: p.first))))

    def mark(self, part: Part, marks: pa.Table | None, lines: pa.Table | None = None) -> Part:
        """Return a part with marks of boilerplate, on disk but not published.

        `lines` are its lines if it had none.
        """
        number = self.manifest.next_part
        if lines is not None or marks is not None:
            self.manifest = self.manifest.replace(next_part=number + 1)

        def written(table: str, rows: pa.Table | None) -> FileRecord | None:
            path = self.parts_folder / f"{table}-{number:06}.parquet"
            return None if rows is None else parts.write_lines(path, rows)

        return replace(
            part,
            judged=True,
            lines_file=written("lines", lines) or part.lines_file,
            marks_file=written("marks", marks),
        )

    def forget_lines(self, damaged: Iterable[str]) -> None:
        """Forget lines and marks in damaged files: they are made anew."""
        names = set(damaged)

        def kept(part: Part) -> Part:
            if part.lines_file and part.lines_file.name in names:
                part = replace(part, lines_file=None)
            if part.marks_file and part.marks_file.name in names:
                part = replace(part, marks_file=None, judged=False)
            return part

        found = tuple(map(kept, self.manifest.parts))
        if found != self.manifest.parts:
            self.publish(self.manifest.replace(parts=found))

    def forget_analyses(self) -> None:
        """Mark every part and the lexicon as made by no known version, to be made anew."""
        unknown = tuple(replace(part, analysis="") for part in self.manifest.parts)
        self.publish(self.manifest.replace(lexicon=(), analysis="", parts=unknown))

    def start_lexicon_anew(self, analysis: str) -> Lexicon:
        """Forget all analyses: the next parts are written with a new dictionary or new rules."""
        self.publish(self.manifest.replace(lexicon=(), analysis=analysis))
        return Lexicon()

    def publish(self, state: Manifest) -> None:
        """Make `state` the corpus's state and forget what was read of the old one."""
        self.manifest = manifest.publish(self.folder, state)
        self._open.clear()
        for name in ("metadata", "numbers", "live", "words", "_openings"):
            self.__dict__.pop(name, None)
        text = readme("corpus_data", PATTERNS).encode()
        path = self.folder / "README.md"
        if not path.is_file() or path.read_bytes() != text:
            files.write_whole(path, lambda file: manifest.void(file.write(text)))

    def sweep(self) -> None:
        """Delete files that no manifest names: leftovers of killed runs and of compacting."""
        manifest.back_up(self.folder)
        files.remove_leftovers(self.folder)
        if not self.parts_folder.is_dir():
            return
        files.remove_leftovers(self.parts_folder)
        named = {record.name for _, record in self.manifest.files()}
        for path in self.parts_folder.glob("*.parquet"):
            if path.name not in named:
                with suppress(OSError):
                    path.unlink()


def _group_size(file: ParquetFile) -> int:
    """Return the number of rows of each row group but the last, which may have fewer."""
    return max(1, int(file.metadata.row_group(0).num_rows))


def _removed(number: int) -> CorpusError:
    return CorpusError(f"article number {number} has been removed since", "search again")


def _without(state: Manifest, numbers: Iterable[int]) -> Manifest:
    """Return the manifest with articles marked as removed."""
    gone = sorted(set(numbers))
    if not gone:
        return state
    marked = []
    for part in state.parts:
        here = [n for n in gone if part.first <= n <= part.last]
        merged = tuple(sorted({*part.removed, *here}))
        marked.append(replace(part, removed=merged) if here else part)
    return state.replace(parts=tuple(marked))
