"""Cleaned articles laid out as columns: what the two tables of a part are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.boilerplate.lines import TITLE as TITLE_LINE
from corpus.boilerplate.lines import Lines, lines_of
from corpus.boilerplate.lines import joined as joined_lines
from corpus.model import Article
from corpus.store.parts import articles_table, words_per_article
from corpus.text.tokens import LEAD, TITLE, Pieces, TokenColumns, tokenise


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

    `articles` is the table of articles, numbered from 0, as they are in `lines`; `tokens.form`
    holds places in the vocabulary.
    """

    articles: pa.Table
    tokens: TokenColumns
    lines: Lines
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
        lines = self.lines.taken(number[self.lines.article] >= 0)
        lines = lines.renumbered(number[lines.article].astype(np.int64))
        return Rows(chosen, TokenColumns(**columns), lines, self.vocabulary)


def lay_out(articles: Sequence[Article], pieces: Pieces, vocabulary: Vocabulary) -> Rows:
    """Cut cleaned articles and return them as columns; `vocabulary` is that of `pieces`."""
    tokens = tokenise(articles, pieces)
    words = words_per_article(tokens, len(articles)).tolist()
    table = articles_table(range(len(articles)), articles, words)
    lines = lines_of([(a.title, a.text) for a in articles], *_lines_of_words(tokens))
    return Rows(table, tokens, lines, vocabulary)


def _lines_of_words(tokens: TokenColumns) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return article and line of every word that is not in a lead."""
    own = tokens.is_word & (tokens.zone != LEAD)
    in_title = tokens.zone[own] == TITLE
    line = np.where(in_title, np.int32(TITLE_LINE), tokens.paragraph[own])
    return tokens.article[own], line


def joined(
    parts: Sequence[Rows], code: Callable[[str], int]
) -> tuple[pa.Table, TokenColumns, Lines]:
    """Return the articles of all `parts`, their tokens with the codes of `code`, their lines."""
    columns: dict[str, list[NDArray[np.generic]]] = {f.name: [] for f in fields(TokenColumns)}
    first = 0
    lines = []
    for part in parts:
        lines.append(part.lines.renumbered(part.lines.article + first))
        for name, found in columns.items():
            found.append(getattr(part.tokens, name))
        columns["article"][-1] = part.tokens.article + np.int32(first)
        columns["form"][-1] = part.vocabulary.codes(part.tokens.form, code)
        first += len(part)
    tokens = TokenColumns(**{name: np.concatenate(found) for name, found in columns.items()})
    return _one_table([part.articles for part in parts]), tokens, joined_lines(lines)


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
