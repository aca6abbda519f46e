"""Tokens of whole articles as arrays, as much at a time as is good for memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.arrow import changes
from corpus.errors import CorpusError
from corpus.store import files
from corpus.store.store import Store

Progress = Callable[[int, int], None]
# Some 100 MB of text a block while it is put together.
_TOKENS_A_BLOCK = 1 << 18
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_COLUMNS = (
    *("article", "zone", "paragraph", "sentence"),
    *("form", "lemma", "pos", "tag", "start", "stop"),
)


class Words(NamedTuple):
    """Distinct words as columns; `_` stands for what is empty, and nothing holds a line break."""

    form: list[str]
    lemma: list[str]
    pos: list[str]
    tag: list[str]


@dataclass(frozen=True, slots=True)
class Block:
    """The tokens of some whole articles, one array a column, all of one length.

    `word` holds places in `words`; `zone` is the name of the zone. `new_article`,
    `new_paragraph` and `new_sentence` are true at a first token; `glued` is true where no white
    space stands between a token and the next one of its paragraph.
    """

    articles: list[dict[str, Any]]
    """What is known of each article, in the order of the tokens."""
    words: Words
    word: NDArray[np.int64]
    zone: NDArray[np.object_]
    new_article: NDArray[np.bool_]
    new_paragraph: NDArray[np.bool_]
    new_sentence: NDArray[np.bool_]
    glued: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.word)


def blocks(
    store: Store,
    numbers: Iterable[int] | None = None,
    size: int = _TOKENS_A_BLOCK,
    renamed: Mapping[str, str] | None = None,
) -> Iterator[Block]:
    """Yield the tokens of all articles, or of those with some numbers, in corpus order.

    `renamed` are lemmas that stand for others. Articles without a token are left out. A block has
    `size` tokens, or one article that has more.
    """
    chosen = store.live
    if numbers is not None:
        chosen = chosen[np.isin(chosen, np.fromiter(numbers, np.int64))]
    for part in store.manifest.parts:
        inside = chosen[(chosen >= part.first) & (chosen <= part.last)]
        if not len(inside):
            continue
        rows = store.tokens(part, _COLUMNS)
        article = rows.column("article").to_numpy()
        if len(inside) < part.articles:
            kept = np.flatnonzero(np.isin(article, inside))
            rows, article = rows.take(pa.array(kept)), article[kept]
        for first, last in _runs(article, size):
            yield _block(store, rows.slice(first, last - first).combine_chunks(), renamed or {})


def _runs(article: NDArray[np.int64], size: int) -> Iterator[tuple[int, int]]:
    """Yield bounds of runs of whole articles that have about `size` tokens each."""
    starts = np.append(np.flatnonzero(changes(article)), len(article))
    first = 0
    while first < len(article):
        fitting = starts[(starts > first) & (starts <= first + size)]
        last = int(fitting[-1] if len(fitting) else starts[starts > first][0])
        yield first, last
        first = last


def _block(store: Store, rows: pa.Table, renamed: Mapping[str, str]) -> Block:
    article, paragraph, sentence, start, stop = (
        rows.column(name).to_numpy()
        for name in ("article", "paragraph", "sentence", "start", "stop")
    )
    zone, zones = _coded(rows, "zone")
    new_article = changes(article)
    new_paragraph = new_article | changes(zone) | changes(paragraph)
    glued = np.zeros(len(article), bool)
    glued[:-1] = (start[1:] == stop[:-1]) & ~new_paragraph[1:]
    words, word = _words(rows, renamed)
    return Block(
        articles=store.rows(article[new_article]).to_pylist(),
        words=words,
        word=word,
        zone=strings(zones)[zone],
        new_article=new_article,
        new_paragraph=new_paragraph,
        new_sentence=new_paragraph | changes(sentence),
        glued=glued,
    )


def _words(rows: pa.Table, renamed: Mapping[str, str]) -> tuple[Words, NDArray[np.int64]]:
    """Return the distinct combinations of form, lemma, pos and tag, and which one a token is."""
    columns = {name: _coded(rows, name) for name in Words._fields}
    codes, lemmas = columns["lemma"]
    columns["lemma"] = codes, [renamed.get(lemma, lemma) for lemma in lemmas]
    key = np.zeros(len(rows), np.int64)
    for codes, values in columns.values():
        # Far below 2⁶³: a million forms, as many lemmas, 17 parts of speech, some thousand tags.
        key = key * len(values) + codes
    _, firsts, word = np.unique(key, return_index=True, return_inverse=True)
    return Words(
        *(strings(_clean(values))[codes[firsts]].tolist() for codes, values in columns.values())
    ), word


def _clean(values: list[str]) -> list[str]:
    """Return values none of which is empty or ends a line or a column, as few ever do."""
    if all(values) and not _BREAKS.search("".join(values)):
        return values
    return [one_line(value) or "_" for value in values]


def _coded(rows: pa.Table, name: str) -> tuple[NDArray[np.int64], list[str]]:
    """Return the codes and the values of a dictionary column."""
    column = rows.column(name).unify_dictionaries().combine_chunks()
    return column.indices.to_numpy().astype(np.int64), column.dictionary.to_pylist()


def strings(values: Sequence[str]) -> NDArray[np.object_]:
    """Return strings as an array that can be indexed by an array of places."""
    array = np.empty(len(values), object)
    array[:] = values
    return array


def one_line(value: object) -> str:
    """Return a value without what would end a line or a column: blanks stand for that."""
    return _BREAKS.sub(" ", str(value)).strip()


def write(
    path: Path,
    text: Callable[[Block], str],
    store: Store,
    numbers: Iterable[int] | None,
    renamed: Mapping[str, str],
    progress: Progress | None,
) -> Path:
    """Write the text of every block to a file, whole or not at all; return the path."""
    if path.is_dir():
        raise CorpusError(f"{path} is a folder", "name the file that is to be written")
    files.make_folder(path.parent)
    chosen = None if numbers is None else list(numbers)
    total = len(store) if chosen is None else len(chosen)

    def put(file: Any) -> None:
        done = 0
        for block in blocks(store, chosen, renamed=renamed):
            file.write(text(block).encode())
            done += len(block.articles)
            if progress:
                progress(done, total)
        if progress:
            # Articles without a token have not been counted.
            progress(total, total)

    files.write_whole(path, put)
    return path
