"""Columns brought to the state of the store: the tokens of new articles are appended."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.arrow import changes
from corpus.columns.columns import (
    KINDS,
    PARAGRAPH,
    SENTENCE,
    SPACE,
    VOCABULARIES,
    WORD,
    Columns,
    Numbers,
)
from corpus.columns.files import Contents, Kept, appended, read_contents, sweep, write_contents
from corpus.columns.stories import Changes, regroup
from corpus.columns.vocabulary import Growing
from corpus.columns.voting import vote
from corpus.errors import CorpusError, DamagedError
from corpus.morphology.dictionary import outside
from corpus.store import files
from corpus.store.parts import NOT_WORDS
from corpus.store.store import Store
from corpus.text.tokens import ZONES

TOKEN_COLUMNS = (
    "article",
    "zone",
    "paragraph",
    "sentence",
    "form",
    "lemma",
    "pos",
    "tag",
    "start",
    "stop",
)
# Rows of removed articles stay until they are so many of all.
_MOST_DEAD = 0.3
_FEW = 1_000

Progress = Callable[[int, int], None]


class ColumnsWriter:
    """Adds articles to the columns of a folder; nothing counts before `commit`.

    The caller holds the corpus's lock.
    """

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        files.make_folder(folder)
        self._contents, self._known = self._usable()
        columns = Columns(folder, self._contents)
        self._vocabularies = {name: Growing(columns.vocabulary(name)) for name in VOCABULARIES}
        self._outside = columns.outside
        self._written = self._contents
        self._added: list[Numbers] = []

    def _usable(self) -> tuple[Contents, Numbers]:
        """Return what is there and the articles in it; a fresh start if that is of no use."""
        try:
            contents = read_contents(self._folder)
            if contents is not None:
                known = Columns(self._folder, contents).number
                dead = int((~np.isin(known, self._store.live)).sum())
                if dead <= max(_FEW, _MOST_DEAD * len(known)):
                    return contents, known
        except DamagedError:
            contents = None
        number = contents.number + 1 if contents else _next_number(self._folder)
        return Contents(number), np.zeros(0, np.int64)

    @property
    def missing(self) -> Numbers:
        """Numbers of the articles that the store has and the columns do not, ascending."""
        known = np.concatenate([self._known, *self._added])
        return np.setdiff1d(self._store.live, known)

    def add(self, tokens: pa.Table, numbers: Numbers) -> None:
        """Append the tokens of those of some articles that are missing; numbers ascend."""
        numbers = np.intersect1d(numbers, self.missing)
        if not len(numbers):
            return
        mask = np.isin(tokens.column("article").to_numpy(), numbers)
        own = tokens if mask.all() else tokens.filter(pa.array(mask))
        arrays = self._arrays(own.combine_chunks(), numbers)
        self._written = appended(
            self._folder, self._written, {name: [a.tobytes()] for name, a in arrays.items()}
        )
        self._added.append(numbers)

    def _arrays(self, tokens: pa.Table, numbers: Numbers) -> dict[str, NDArray[Any]]:
        """Return what the tokens of some articles add to each file."""
        data: dict[str, NDArray[Any]] = {}
        for name in VOCABULARIES if len(tokens) else ():
            codes, new = self._coded(name, tokens.column(name))
            data[name] = codes
            data |= new
        if len(tokens):
            data["unknown"] = np.flatnonzero(self._outside[data["form"]]) + self._tokens
        flags, is_word = _flags(tokens)
        owners = np.searchsorted(numbers, tokens.column("article").to_numpy())
        data["flags"] = flags
        data["start"] = tokens.column("start").to_numpy()
        data["number"] = numbers
        # An article may have no tokens at all.
        data["tokens"] = np.bincount(owners, minlength=len(numbers))
        data["words"] = np.bincount(owners[is_word], minlength=len(numbers))
        return {name: values.astype(KINDS.get(name, values.dtype)) for name, values in data.items()}

    @property
    def _tokens(self) -> int:
        """Number of all tokens written."""
        return self._written.kept.get("flags", Kept()).size // KINDS["flags"].itemsize

    def _coded(self, name: str, column: pa.ChunkedArray) -> tuple[Numbers, dict[str, NDArray[Any]]]:
        """Return a column in the codes of its vocabulary, and what that grew by."""
        array = _one_array(column)
        places = array.indices.to_numpy(zero_copy_only=False)
        # A part's dictionary may hold what only other articles use.
        used = np.flatnonzero(np.bincount(places, minlength=len(array.dictionary)))
        vocabulary = self._vocabularies[name]
        codes, new = vocabulary.codes(array.dictionary.take(pa.array(used)).to_pylist())
        if len(vocabulary) > np.iinfo(KINDS[name]).max:
            raise CorpusError(f"more than {len(vocabulary) - 1} distinct values of {name}")
        by_place = np.zeros(len(array.dictionary), KINDS[name])
        by_place[used] = codes
        if not new:
            return by_place[places], {}
        return by_place[places], self._grown(name, new)

    def _grown(self, name: str, new: list[str]) -> dict[str, NDArray[Any]]:
        """Return what new strings of a vocabulary add to the files."""
        letters, offsets = self._vocabularies[name].stored(new)
        grown: dict[str, NDArray[Any]] = {f"{name}.letters": letters, f"{name}.offsets": offsets}
        if name == "form":
            grown["outside"] = np.array(outside(new), KINDS["outside"])
            self._outside = np.concatenate([self._outside, grown["outside"].astype(bool)])
        return grown

    def _decide(self) -> None:
        """Work out what all articles decide together: unknown lemmas, and which are reprints."""
        columns = Columns(self._folder, self._written)
        known, live = len(self._known), self._store.live
        result = vote(columns, known, live)
        data: dict[str, NDArray[Any]] = {"gone": result.gone}
        data |= _stored(regroup(columns, known, live, self._store.places))
        if result.final:
            values = list(dict.fromkeys(chain(*result.final.items())))
            codes, new = self._vocabularies["lemma"].codes(values)
            code = dict(zip(values, codes.tolist(), strict=True))
            pairs = [code[lemma] for lemma in chain(*result.final.items())]
            data["renamed"] = np.array(pairs, KINDS["renamed"])
            data |= self._grown("lemma", new) if new else {}
        pieces = {name: [values.tobytes()] for name, values in data.items() if len(values)}
        if pieces:
            self._written = appended(self._folder, self._written, pieces)

    def commit(self) -> None:
        """Make everything added part of the columns."""
        self._decide()
        if self._written is not self._contents or read_contents(self._folder) is None:
            write_contents(self._folder, self._written)
            self._contents = self._written
            self._known = np.concatenate([self._known, *self._added])
            self._added = []
        sweep(self._folder, self._contents)


def catch_up(writer: ColumnsWriter, store: Store, progress: Progress | None = None) -> None:
    """Give a writer the tokens of every article that it lacks."""
    missing = writer.missing
    done = 0
    for part in store.manifest.parts:
        low, high = np.searchsorted(missing, [part.first, part.last + 1])
        if low == high:
            continue
        writer.add(store.tokens(part, TOKEN_COLUMNS), missing[low:high])
        done += int(high - low)
        if progress:
            progress(done, len(missing))


def make_columns(folders: tuple[Path, Path]) -> bool:
    """Bring columns to the state of a store, in a process of a pool.

    `folders` are that of the store and their own.
    """
    data, own = folders
    store = Store(data)
    writer = ColumnsWriter(own, store)
    catch_up(writer, store)
    writer.commit()
    return True


def _next_number(folder: Path) -> int:
    """Return a number that no file of a folder has."""
    heads = (path.name.partition(".")[0] for path in folder.glob("[0-9]*.*"))
    return 1 + max((int(head) for head in heads if head.isdigit()), default=0)


def _stored(changes: Changes) -> dict[str, NDArray[Any]]:
    """Return what is new of reprints as it stands in the files."""
    sketches = changes.sketches
    arrays = {
        "sketched": np.diff(sketches.start),
        "shingles": sketches.shingles,
        "print": sketches.print,
        "sketch": sketches.hash,
        "alike": changes.alike,
        "story": changes.story,
    }
    return {name: values.astype(KINDS[name]) for name, values in arrays.items()}


def _flags(tokens: pa.Table) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return the flags of tokens, and which of them are words."""
    zone, zones = coded(tokens.column("zone"))
    places = np.array([ZONES.index(value) for value in zones] or [0], np.uint8)
    pos, values = coded(tokens.column("pos"))
    is_word = ~np.isin(pos, [n for n, value in enumerate(values) if value in NOT_WORDS])
    article, paragraph, sentence, start, stop = (
        tokens.column(n).to_numpy() for n in ("article", "paragraph", "sentence", "start", "stop")
    )
    owner = changes(article)
    new_paragraph = owner | changes(paragraph) | changes(zone)
    new_sentence = owner | changes(sentence)
    space = np.zeros(len(start), bool)
    space[1:] = start[1:] > stop[:-1]
    space &= ~new_paragraph
    flags = places[zone]
    for bit, mask in (
        (WORD, is_word),
        (SPACE, space),
        (SENTENCE, new_sentence),
        (PARAGRAPH, new_paragraph),
    ):
        flags = flags | (mask.astype(np.uint8) * np.uint8(bit))
    return flags, is_word


def coded(column: pa.ChunkedArray) -> tuple[NDArray[Any], list[str]]:
    """Return a dictionary column as codes and values."""
    array = _one_array(column)
    return array.indices.to_numpy(zero_copy_only=False), array.dictionary.to_pylist()


def _one_array(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """Return a dictionary column as one array."""
    if not column.num_chunks:
        return pa.array([], column.type)
    return (
        column.chunk(0) if column.num_chunks == 1 else column.unify_dictionaries().combine_chunks()
    )
