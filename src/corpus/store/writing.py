"""The files of a part, written in threads while whoever has drawn them up goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from corpus.morphology.lexicon import Lexicon
from corpus.store import parts
from corpus.store.manifest import FileRecord, Part
from corpus.store.rows import Rows, joined

_LEXEMES_A_GROUP = 1 << 17


class Tables(NamedTuple):
    """What a part's files will hold; `lexemes` are the forms that the lexicon had not known."""

    articles: pa.Table
    tokens: pa.Table
    lines: pa.Table
    lexemes: pa.Table | None


def draw_up(
    numbers: Sequence[int],
    rows: Sequence[Rows],
    lexicon: Lexicon,
    progress: Callable[[int, int], None] | None = None,
) -> Tables:
    """Return the tables of some articles, whose forms are analysed if they have not been yet."""
    return drawing(numbers, rows, lexicon, progress)()


def drawing(
    numbers: Sequence[int],
    rows: Sequence[Rows],
    lexicon: Lexicon,
    progress: Callable[[int, int], None] | None = None,
) -> Callable[[], Tables]:
    """Begin to draw up the tables of some articles; return what makes them.

    Their forms are analysed if they have not been yet. Which reading each token has is found out
    meanwhile, if the lexicon has processes for it.
    """
    articles, columns, lines = joined(rows, lexicon.pieces.form_code)
    kind = articles.schema.field("article")
    articles = articles.set_column(0, kind, pa.array(numbers, kind.type))
    new = lexicon.update(progress)
    lexemes = parts.lexicon_table(new) if new.forms else None
    chosen = lexicon.choosing(columns.form, parts.sentence_starts(columns))
    lines_table = parts.lines_table(numbers, lines)
    return lambda: Tables(
        articles, parts.tokens_table(numbers, columns, lexicon, chosen()), lines_table, lexemes
    )


def write_lexemes(path: Path, table: pa.Table) -> FileRecord:
    return parts.write_table(path, table, _LEXEMES_A_GROUP)


class Writing:
    """A part whose files are being written: compressing and syncing leave the interpreter free."""

    def __init__(self, folder: Path, number: int, tables: Tables, analysis: str) -> None:
        self._number, self._tables, self._analysis = number, tables, analysis
        articles, tokens, lines, lexicon = (
            folder / f"{name}-{number:06}.parquet"
            for name in ("articles", "tokens", "lines", "lexicon")
        )
        self._lexemes: Future[FileRecord] | None = None
        threads = ThreadPoolExecutor(3)
        self._tokens = threads.submit(parts.write_tokens, tokens, tables.tokens)
        self._articles = threads.submit(parts.write_articles, articles, tables.articles)
        self._lines = threads.submit(parts.write_lines, lines, tables.lines)
        if tables.lexemes is not None:
            self._lexemes = threads.submit(write_lexemes, lexicon, tables.lexemes)
        self._threads = threads

    @property
    def ids(self) -> list[str]:
        """The articles' ids."""
        return list(self._tables.articles.column("id").to_pylist())

    def is_done(self) -> bool:
        """Return whether nothing is left to be written."""
        files = (self._tokens, self._articles, self._lines, self._lexemes)
        return all(file is None or file.done() for file in files)

    def wait(self) -> tuple[Part, tuple[FileRecord, ...]]:
        """Return the part and the lexicon's new file, if there is one, when all are on disk."""
        try:
            self._threads.shutdown()
        except BaseException:
            # No file may appear once the corpus is open to other writers.
            self._threads.shutdown()
            raise
        numbers = self._tables.articles.column("article")
        part = Part(
            number=self._number,
            first=numbers[0].as_py(),
            last=numbers[-1].as_py(),
            articles=len(numbers),
            words=pc.sum(self._tables.articles.column("words")).as_py(),
            tokens=len(self._tables.tokens),
            analysis=self._analysis,
            tokens_file=self._tokens.result(),
            articles_file=self._articles.result(),
            lines_file=self._lines.result(),
        )
        return part, (self._lexemes.result(),) if self._lexemes else ()
