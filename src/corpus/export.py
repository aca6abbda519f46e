"""The whole corpus as three Parquet files that need nothing of ours to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpus.errors import CorpusError
from corpus.store import files
from corpus.store.manifest import Part, void
from corpus.store.marked import words_less
from corpus.store.parts import read_part
from corpus.store.schemas import readme, schema
from corpus.store.store import Store

_FILES = {name: f"{name}.parquet" for name in ("articles", "tokens", "lexicon")}


def to_parquet(
    store: Store,
    folder: Path,
    numbers: NDArray[np.int64] | None = None,
    renamed: Mapping[str, str] | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write articles.parquet, tokens.parquet, lexicon.parquet and README.md; return the folder.

    `numbers` are the articles to keep to, `renamed` lemmas that stand for others; the lexicon is
    always the whole.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CorpusError(f"could not make {folder}: {error.strerror}") from error
    total = 2 * len(store.manifest.parts) + 1
    for done, name in enumerate(_FILES):
        _write(store, name, folder / _FILES[name], numbers, renamed or {})
        if progress:
            progress((done + 1) * total // len(_FILES), total)
    text = readme(folder.resolve().name, _FILES).encode()
    files.write_whole(folder / "README.md", lambda file: void(file.write(text)))
    return folder


def _write(
    store: Store,
    table: str,
    path: Path,
    numbers: NDArray[np.int64] | None,
    renamed: Mapping[str, str],
) -> None:
    def write(file: object) -> None:
        with pq.ParquetWriter(file, schema(table), compression="zstd") as writer:
            for chunk in _chunks(store, table, numbers):
                writer.write_table(_with_final(chunk, renamed).cast(schema(table)))

    files.write_whole(path, write)


def _chunks(store: Store, table: str, numbers: NDArray[np.int64] | None) -> Iterator[pa.Table]:
    """Yield the rows of a table part by part, removed and other articles left out."""
    state = store.manifest
    if table == "lexicon":
        yield from (read_part(store.parts_folder / record.name) for record in state.lexicon)
        return
    for part in state.parts:
        rows = store.tokens(part) if table == "tokens" else _articles(store, part)
        if numbers is not None:
            rows = rows.filter(pc.is_in(rows.column("article"), value_set=pa.array(numbers)))
        elif part.removed:
            gone = pc.is_in(rows.column("article"), value_set=pa.array(part.removed, pa.int64()))
            rows = rows.filter(pc.invert(gone))
        yield rows


def _articles(store: Store, part: Part) -> pa.Table:
    """Return the articles of a part; words of boilerplate are not counted."""
    rows = read_part(store.parts_folder / part.articles_file.name)
    return words_less(rows, store.marks(part)) if part.marks_file else rows


def _with_final(rows: pa.Table, renamed: Mapping[str, str]) -> pa.Table:
    """Return rows with the lemmas that the whole corpus has decided on."""
    if not renamed or "lemma" not in rows.column_names:
        return rows
    place = rows.column_names.index("lemma")
    given = rows.column(place)
    coded = given if pa.types.is_dictionary(given.type) else given.dictionary_encode()
    coded = coded.unify_dictionaries().combine_chunks()
    finals = [renamed.get(lemma, lemma) for lemma in coded.dictionary.to_pylist()]
    final = pa.array(finals, pa.string()).dictionary_encode()
    codes = final.indices.take(coded.indices)
    rows = rows.set_column(place, "lemma", pa.DictionaryArray.from_arrays(codes, final.dictionary))
    return _likeliest_first(rows) if "alternatives" in rows.column_names else rows


def _likeliest_first(rows: pa.Table) -> pa.Table:
    """Return a lexicon in which each lemma leads its alternatives."""
    place = rows.column_names.index("alternatives")
    pairs = zip(rows.column("lemma").to_pylist(), rows.column(place).to_pylist(), strict=True)
    lists = [
        others if others[:1] == [lemma] else list(dict.fromkeys([lemma, *others]))
        for lemma, others in pairs
    ]
    return rows.set_column(place, "alternatives", pa.array(lists, rows.schema.field(place).type))
