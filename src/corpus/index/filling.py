"""The index and its token columns brought to the state of the store, side by side if there is much.

The two are made from the same tokens and by nothing else that they share. So the columns of many
articles are made by another process, while this one makes the index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus.columns.building import TOKEN_COLUMNS as COUNTED
from corpus.columns.building import ColumnsWriter, catch_up, make_columns
from corpus.index.articles import TOKEN_COLUMNS, Keys, articles
from corpus.index.engine import ArrowIndex
from corpus.index.passages import TEXT_COLUMNS
from corpus.processes import Pool, cores
from corpus.store.store import Store

Progress = Callable[[int, int], None]

# Articles that are laid out at once; progress is shown in these steps.
_BLOCK = 500
_MANY = 600_000
"""From so many tokens on, starting a process (half a second) pays."""


def fill(
    index: ArrowIndex,
    store: Store,
    folder: Path,
    missing: NDArray[np.int64],
    extra: NDArray[np.int64],
    progress: Progress | None,
) -> None:
    """Add and delete articles in one commit, after the columns in `folder` have got theirs.

    The columns come first: a reader must find the tokens of every article that is in the index.
    The caller holds the corpus's lock.
    """
    pool = Pool(1) if cores() > 1 and _tokens(store, missing) >= _MANY else None
    try:
        made = pool.submit(make_columns, (store.folder, folder)) if pool else None
        columns = None if made else ColumnsWriter(folder, store)
        writer = index.writer(timeout=60)
        try:
            if len(extra):
                writer.delete_where("article", extra)
            done = 0
            keys = Keys()
            for tokens, metadata, texts in _batches(store, missing, columns):
                writer.add_articles(articles(tokens, metadata, texts, keys))
                done += len(metadata)
                if progress:
                    progress(done, len(missing))
        except BaseException:
            writer.cancel()
            raise
        if made is None or not made.get():
            columns = columns or ColumnsWriter(folder, store)
            catch_up(columns, store)
            columns.commit()
        writer.commit()
    finally:
        if pool:
            pool.close()


def _tokens(store: Store, numbers: NDArray[np.int64]) -> int:
    """Return about how many tokens some articles have."""
    return sum(
        part.tokens
        * int(np.diff(np.searchsorted(numbers, [part.first, part.last + 1]))[0])
        // max(1, part.articles)
        for part in store.manifest.parts
    )


def _batches(
    store: Store, numbers: NDArray[np.int64], columns: ColumnsWriter | None
) -> Iterator[tuple[pa.Table, ...]]:
    """Yield the tokens, the metadata and the texts of articles, so many at once.

    The tokens of a part are read once; those that `columns` lack are added there on the way.
    """
    names = TOKEN_COLUMNS if columns is None else tuple(dict.fromkeys((*TOKEN_COLUMNS, *COUNTED)))
    for part in store.manifest.parts:
        low, high = np.searchsorted(numbers, [part.first, part.last + 1])
        wanted = numbers[low:high]
        if not len(wanted):
            continue
        tokens = store.tokens(part, names)
        if columns:
            columns.add(tokens, wanted)
        owners = tokens.column("article").to_numpy()
        for place in range(0, len(wanted), _BLOCK):
            block = wanted[place : place + _BLOCK]
            low, high = np.searchsorted(owners, [block[0], block[-1] + 1])
            own = tokens.slice(low, high - low)
            if len(np.unique(owners[low:high])) != len(block):
                own = own.filter(pc.is_in(own.column("article"), value_set=pa.array(block)))
            yield own.combine_chunks(), store.rows(block), store.texts(part, block, TEXT_COLUMNS)
