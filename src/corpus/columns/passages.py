"""Stretches of tokens as text, all at once: nothing goes token by token."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import arrow
from corpus.columns.columns import PARAGRAPH, SPACE, Columns, Numbers

# Tokens that are joined at once: some tens of megabytes.
_BLOCK = 1 << 20


def texts(columns: Columns, first: Numbers, stop: Numbers) -> pa.ChunkedArray:
    """Return the text from each first token to the one before each stop, as it stood.

    White space is one blank, between paragraphs too.
    """
    sizes = np.maximum(stop - first, 0)
    ends = np.cumsum(sizes)
    chunks, done = [], 0
    while done < len(first):
        before = int(ends[done - 1]) if done else 0
        last = max(done + 1, int(np.searchsorted(ends, before + _BLOCK, "right")))
        chunks.append(_texts(columns, first[done:last], sizes[done:last]))
        done = last
    return pa.chunked_array(chunks, pa.string())


def _texts(columns: Columns, first: Numbers, sizes: Numbers) -> pa.StringArray:
    starts = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=starts[1:])
    tokens = np.arange(starts[-1]) + np.repeat(first - starts[:-1], sizes)
    forms, blank = columns.pieces
    # Before each token either nothing or a blank; before the first of a stretch nothing.
    codes = np.empty(2 * len(tokens), np.int64)
    is_apart = (columns.flags[tokens] & (SPACE | PARAGRAPH)) != 0
    is_apart[starts[:-1][sizes > 0]] = False
    codes[0::2] = blank + is_apart
    codes[1::2] = columns.form[tokens]
    pieces = forms.take(arrow.from_numbers(codes))
    lists = pa.ListArray.from_arrays(arrow.from_numbers((2 * starts).astype(np.int32)), pieces)
    return pc.binary_join(lists, arrow.strings([""])[0]).cast(pa.string())
