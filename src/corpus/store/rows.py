"""Cleaned articles laid out as columns: what the two tables of a part are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.model import Article
from corpus.store.parts import articles_table, words_per_article
from corpus.text.tokens import Pieces, TokenColumns, tokenise


class Vocabulary:
    """Forms with a place each, and the codes that a lexicon has given them so far.

    `forms` may grow. Who maps many batches asks the lexicon for every form once only.
    """

    def __init__(self, forms: list[str]) -> None:
        self.forms = forms
        self._codes = np.zeros(0, np.int32)

    def codes(self, places: NDArray[np.int32], code: Callable[[str], int]) -> NDArray[np.int32]:
        """Return the codes of the forms at some places, asking `code` for those not known yet.

        It is asked in the order in which they first appear.
        """
        new = np.full(len(self.forms) - len(self._codes), -1, np.int32)
        self._codes = np.concatenate([self._codes, new])
        unknown = in_order_of_appearance(places[self._codes[places] < 0], len(self.forms))
        self._codes[unknown] = [code(self.forms[place]) for place in unknown]
        return self._codes[places]


@dataclass(frozen=True, slots=True)
class Rows:
    """Some articles and their tokens.

    `articles` is the table of articles, numbered from 0; `tokens.form` holds places in the
    vocabulary.
    """

    articles: pa.Table
    tokens: TokenColumns
    vocabulary: Vocabulary

    def __len__(self) -> int:
        return len(self.articles)

    def named(self, ids: Sequence[str], added_at: Sequence[dt.datetime | None]) -> Rows:
        """Return the rows with other ids and times of adding."""
        table = self.articles
        for name, values in (("id", ids), ("added_at", added_at)):
            kind = table.schema.field(name)
            place = table.schema.get_field_index(name)
            table = table.set_column(place, kind, pa.array(values, kind.type))
        return replace(self, articles=table)

    def chosen(self, places: Sequence[int]) -> Rows:
        """Return some of the articles; `places` ascend."""
        if len(places) == len(self):
            return self
        number = np.full(len(self), -1, np.int32)
        number[list(places)] = np.arange(len(places), dtype=np.int32)
        kept = number[self.tokens.article] >= 0
        columns = {f.name: getattr(self.tokens, f.name)[kept] for f in fields(TokenColumns)}
        columns["article"] = number[columns["article"]]
        chosen = self.articles.take(pa.array(places))
        return Rows(chosen, TokenColumns(**columns), self.vocabulary)


def lay_out(articles: Sequence[Article], pieces: Pieces, vocabulary: Vocabulary) -> Rows:
    """Cut cleaned articles and return them as columns; `vocabulary` is that of `pieces`."""
    tokens = tokenise(articles, pieces)
    words = words_per_article(tokens, len(articles)).tolist()
    return Rows(articles_table(range(len(articles)), articles, words), tokens, vocabulary)


def joined(parts: Sequence[Rows], code: Callable[[str], int]) -> tuple[pa.Table, TokenColumns]:
    """Return the articles of all `parts`, and their tokens with the codes that `code` gives."""
    columns: dict[str, list[NDArray[np.generic]]] = {f.name: [] for f in fields(TokenColumns)}
    first = 0
    for part in parts:
        for name, found in columns.items():
            found.append(getattr(part.tokens, name))
        columns["article"][-1] = part.tokens.article + np.int32(first)
        columns["form"][-1] = part.vocabulary.codes(part.tokens.form, code)
        first += len(part)
    tokens = TokenColumns(**{name: np.concatenate(found) for name, found in columns.items()})
    return _one_table([part.articles for part in parts]), tokens


def _one_table(tables: Sequence[pa.Table]) -> pa.Table:
    """Return one table of several, with no value in its dictionaries that no row has."""
    table = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    for place, kind in enumerate(table.schema):
        if pa.types.is_dictionary(kind.type):
            values = table.column(place).to_pylist()
            table = table.set_column(place, kind, pa.array(values, kind.type))
    return table


def in_order_of_appearance(codes: NDArray[np.int32], size: int) -> list[int]:
    """Return the codes in use, all of them less than `size`, in the order of their first places."""
    if not len(codes):
        return []
    first = np.full(size, -1, np.int64)
    # Where a code stands several times the last assignment stays: that of its first place.
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    used = np.flatnonzero(first >= 0)
    in_order: list[int] = used[np.argsort(first[used])].tolist()
    return in_order
