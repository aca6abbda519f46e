"""Parts: a batch of articles and its tokens as two Parquet files, and the lexicon's files."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import fields, replace
from itertools import accumulate, chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus import arrow
from corpus.arrow import changes
from corpus.boilerplate.lines import Lines
from corpus.codes import Codes
from corpus.errors import DamagedError
from corpus.model import Article, Change
from corpus.morphology.lexicon import Coded, Lexicon
from corpus.morphology.parallel import Analyses
from corpus.store import files
from corpus.store.manifest import FileRecord
from corpus.store.schemas import schema
from corpus.text.fold import fold
from corpus.text.tokens import ZONES, TokenColumns

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

# Small row groups: fetching one article decompresses these many.
_ARTICLES_A_GROUP = 32
_TOKENS_A_GROUP = 1 << 18
_LINES_A_GROUP = 1 << 18
# Least and greatest of these tell nothing, and to find them takes a third of the time of writing.
_WITHOUT_STATISTICS = frozenset("text raw changes form lemma tag key".split())


def write_table(path: Path, table: pa.Table, row_group: int) -> FileRecord:
    """Write a Parquet file whole or not at all and return its record for the manifest."""

    def write(file: Any) -> None:
        # The limit keeps large vocabularies dictionary-coded to the end of a row group.
        parquet().write_table(
            table,
            file,
            compression="zstd",
            row_group_size=row_group,
            dictionary_pagesize_limit=1 << 26,
            write_statistics=[f.name for f in table.schema if f.name not in _WITHOUT_STATISTICS],
            write_page_checksum=True,
        )

    files.write_whole(path, write)
    return FileRecord(path.name, path.stat().st_size, files.sha256(path))


def write_articles(path: Path, table: pa.Table) -> FileRecord:
    return write_table(path, table, _ARTICLES_A_GROUP)


def write_tokens(path: Path, table: pa.Table) -> FileRecord:
    return write_table(path, table, _TOKENS_A_GROUP)


def write_lines(path: Path, table: pa.Table) -> FileRecord:
    """Write lines, or marks."""
    return write_table(path, table, _LINES_A_GROUP)


def parquet() -> Any:
    """Return `pyarrow.parquet`, which a search that finds everything beside the index never needs.

    Importing it takes 30 ms, a third of what such a search takes.
    """
    import pyarrow.parquet

    return pyarrow.parquet


def opened(path: Path) -> ParquetFile:
    """Open a Parquet file whose pages are checked when they are read."""
    file: ParquetFile = parquet().ParquetFile(path, page_checksum_verification=True)
    return file


def read_table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a Parquet file; DamagedError names it if it is missing or not as it was written."""
    wanted = None if columns is None else list(columns)
    try:
        # Not pq.read_table: for a single small file that takes three times as long.
        with opened(path) as file:
            return file.read(columns=wanted)
    except (OSError, pa.ArrowException, ValueError, LookupError) as error:
        raise damaged(path, error) from error


def read_part(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a file of one of the three tables and see that its columns are what they should be."""
    kinds = schema(path.name.partition("-")[0])
    wanted = list(columns or kinds.names)
    table = read_table(path, wanted)
    check_schema(path, table.schema, pa.schema([kinds.field(name) for name in wanted]))
    return table


def check_schema(path: Path, found: pa.Schema, wanted: pa.Schema) -> None:
    """Raise DamagedError if a file has other columns than it was written with.

    The checksums of a Parquet file's pages do not cover the list of its columns.
    """
    try:
        fits = found.equals(wanted)
    except ValueError as error:
        raise damaged(path, error) from error
    if not fits:
        raise damaged(path, "its columns are not those it was written with")


def damaged(path: Path, error: Exception | str) -> DamagedError:
    """Return the error for a part that cannot be read, with the way to mend it."""
    why = " ".join(str(error).split())[:200]
    hints = {
        "articles": "restore it from a backup, or give its articles up: corpus rebuild --salvage",
        "tokens": "it is made from the articles: corpus rebuild",
        "lexicon": "it is made from the articles: corpus rebuild",
        "lines": "it is made from the articles: corpus rebuild",
        "marks": "it is made from the articles: corpus rebuild",
    }
    saved = "search again and save it anew: corpus search … --save NAME"
    hint = hints.get(path.name.partition("-")[0], saved)
    return DamagedError(f"{path} is damaged: {why}", hint)


# Articles


def articles_table(
    numbers: Sequence[int], articles: Sequence[Article], words: Sequence[int]
) -> pa.Table:
    """Return the articles table of a batch; `numbers` are the articles' own, ascending."""
    kinds = schema("articles")
    derived: dict[str, Any] = {
        "article": numbers,
        "words": words,
        "text_hash": [text_hash(article.text) for article in articles],
        "record": [_as_json(article.record) for article in articles],
    }
    columns = []
    for field in kinds:
        if field.name == "changes":
            columns.append(_changes(articles, field.type))
        else:
            values = (
                derived[field.name]
                if field.name in derived
                else [getattr(a, field.name) for a in articles]
            )
            columns.append(pa.array(values, field.type))
    return pa.Table.from_arrays(columns, schema=kinds)


def _as_json(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False) if record else ""


def _changes(articles: Sequence[Article], kind: pa.DataType) -> pa.Array:
    """Return the column of changes: all of them one after the other, and where each list ends."""
    ends = [0, *accumulate(len(article.changes) for article in articles)]
    every = list(zip(*chain.from_iterable(a.changes for a in articles), strict=True))
    fields = list(kind.value_type)
    every = every or [()] * len(fields)
    columns = [pa.array(v, field.type) for v, field in zip(every, fields, strict=True)]
    changes = pa.StructArray.from_arrays(columns, fields=fields)
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), changes, type=kind)


# White space but the blank; what `str.split` takes for it.
_WHITE = re.compile("[\t-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")


def text_hash(text: str) -> str:
    """Return a hash that texts share that differ only in case, ё and white space."""
    flat = fold(text).replace("\n\n", " ")
    # Between paragraphs, cleaning leaves single blanks alone: to split takes longer than to look.
    if "  " in flat or flat[:1] == " " or flat[-1:] == " " or _WHITE.search(flat):
        flat = " ".join(flat.split())
    return hashlib.blake2b(flat.encode(), digest_size=8).hexdigest()


def article_from_row(row: dict[str, Any]) -> Article:
    """Return the article that a row of the articles table holds."""
    changes = tuple(Change(**change) for change in row["changes"] or ())
    lists = {n: tuple(row[n] or ()) for n in ("headings", "authors", "tags", "problems")}
    plain = "id title lead text source url date time hash origin raw markup".split()
    known = {name: row[name] for name in plain}
    marks = row.get("boilerplate", ())
    article = Article(**{**known, **lists, "changes": changes, "boilerplate": marks})
    added_at = row["added_at"]
    if added_at is not None and added_at.tzinfo is None:
        added_at = added_at.replace(tzinfo=dt.UTC)
    record = json.loads(row["record"]) if row["record"] else {}
    return replace(article, record=record, added_at=added_at)


# Tokens

NOT_WORDS = ("PUNCT", "SYM")
"""Parts of speech that are no words."""


def tokens_table(
    numbers: Sequence[int],
    columns: TokenColumns,
    lexicon: Lexicon,
    chosen: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]],
) -> pa.Table:
    """Return the tokens table of a batch whose forms are coded by `lexicon`.

    `chosen` is what that has chosen for the tokens: codes of lemma, part of speech and tag.
    """
    form = columns.form
    lemma, pos, tag = chosen
    data = {
        "article": pa.array(np.asarray(numbers, np.int64)[columns.article]),
        "zone": pa.DictionaryArray.from_arrays(columns.zone.astype(np.int16), list(ZONES)),
        "paragraph": pa.array(columns.paragraph),
        "sentence": pa.array(columns.sentence),
        "token": pa.array(columns.token),
        "word": pa.array(columns.word),
        "form": _dictionary(form, lexicon.pieces.forms),
        "lemma": _dictionary(lemma, list(lexicon.lemmas)),
        "pos": _dictionary(pos, list(lexicon.parts), np.int16),
        "tag": _dictionary(tag, list(lexicon.tags)),
        "start": pa.array(columns.start),
        "stop": pa.array(columns.stop),
    }
    return pa.table(data, schema=schema("tokens"))


def _dictionary(
    codes: NDArray[np.int32], values: Sequence[str], width: type = np.int32
) -> pa.DictionaryArray:
    """Return a dictionary column that holds only the values in use."""
    used = np.zeros(len(values), bool)
    used[codes] = True
    places = np.flatnonzero(used).tolist()
    new_code = np.cumsum(used) - 1
    return pa.DictionaryArray.from_arrays(
        new_code[codes].astype(width), pa.array([values[place] for place in places], pa.string())
    )


def sentence_starts(columns: TokenColumns) -> NDArray[np.bool_]:
    """Return which tokens are the first of a sentence."""
    return changes(columns.sentence) | changes(columns.article)


def words_per_article(columns: TokenColumns, articles: int) -> NDArray[np.int64]:
    """Return the number of words of each article of a batch."""
    return np.bincount(columns.article[columns.is_word], minlength=articles)


# Lines


def lines_table(numbers: Sequence[int], lines: Lines) -> pa.Table:
    """Return the lines table of a batch; `numbers` are those of its articles."""
    own = np.asarray(numbers, np.int64)[lines.article]
    kinds = schema("lines")
    values = {name: getattr(lines, name) for name in kinds.names} | {"article": own}
    columns = [pa.array(values[field.name], field.type) for field in kinds]
    return pa.Table.from_arrays(columns, schema=kinds)


def lines_from(table: pa.Table) -> Lines:
    """Return the lines that a table holds."""
    return Lines(*(arrow.numbers(table.column(field.name)) for field in fields(Lines)))


# Lexicon

ANALYSIS = tuple("form lemmas parts tags labels first second atom shape".split())
"""The columns of the lexicon that tokens need."""


def lexicon_table(entries: Analyses) -> pa.Table:
    """Return the lexicon table of some analyses."""
    ends = pa.array(np.append(0, np.cumsum(entries.sizes)), pa.int32())

    def lists(values: Any, kind: pa.DataType) -> pa.Array:
        inner = kind.value_type
        if not pa.types.is_dictionary(inner):
            return pa.ListArray.from_arrays(ends, pa.array(values, inner))
        coded = pa.array(values, inner.value_type).dictionary_encode()
        codes = coded.indices.cast(inner.index_type)
        return pa.ListArray.from_arrays(
            ends, pa.DictionaryArray.from_arrays(codes, coded.dictionary)
        )

    data = {
        "form": entries.forms,
        # All at once, for it is quicker; no form holds a line break.
        "key": fold("\n".join(entries.forms)).split("\n") if entries.forms else [],
        "lemma": entries.likeliest(entries.lemmas),
        "pos": entries.likeliest(entries.parts),
        "tag": entries.likeliest(entries.tags),
        "alternatives": entries.alternatives,
        "lemmas": entries.lemmas,
        "parts": entries.parts,
        "tags": entries.tags,
        "labels": entries.labels,
        "first": entries.first,
        "second": entries.second,
        "atom": entries.atoms,
        "shape": entries.shapes,
    }
    kinds = schema("lexicon")
    readings = ANALYSIS[1:7]
    arrays = [
        lists(data[field.name], field.type)
        if field.name in readings
        else pa.array(data[field.name], field.type)
        for field in kinds
    ]
    return pa.Table.from_arrays(arrays, schema=kinds)


def analyses(table: pa.Table) -> tuple[list[str], Coded]:
    """Return the forms of a lexicon and everything that they can be, in numbers."""

    def words(name: str) -> tuple[NDArray[np.int32], list[str]]:
        codes = Codes[str]()
        found = [np.zeros(0, np.int32)]
        # Chunk by chunk: each has a dictionary of its own.
        for chunk in table.column(name).chunks:
            ends = chunk.offsets
            first, last = ends[0].as_py(), ends[-1].as_py()
            flat = chunk.values.slice(first, last - first)  # flatten() would decode it
            values = flat.dictionary.to_pylist()
            places = np.fromiter(codes.of(values), np.int32, count=len(values))
            found.append(places[flat.indices.to_numpy()])
        return np.concatenate(found), list(codes)

    def numbers(name: str) -> NDArray[np.int32]:
        column = table.column(name)
        flat = pc.list_flatten(column) if pa.types.is_list(column.type) else column
        return np.asarray(flat.to_numpy(), np.int32)

    coded = Coded(
        np.asarray(pc.list_value_length(table.column("lemmas")).to_numpy(), np.int32),
        numbers("atom"),
        numbers("shape"),
        words("lemmas"),
        words("parts"),
        words("tags"),
        numbers("labels"),
        numbers("first"),
        numbers("second"),
    )
    return table.column("form").to_pylist(), coded


def rows_in(path: Path) -> int:
    """Return the number of rows of a Parquet file, 0 if it cannot be read."""
    try:
        return int(parquet().read_metadata(path).num_rows)
    except (OSError, pa.ArrowException):
        return 0
