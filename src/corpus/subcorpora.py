"""Subcorpora: parts of a corpus that are searched and counted as the whole is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus import markup, paths
from corpus.columns.columns import Numbers
from corpus.counting import Counting
from corpus.errors import CorpusError, DamagedError
from corpus.model import Article
from corpus.render import counted, grouped
from corpus.results.result import Table
from corpus.scope import Scope
from corpus.search import Search, Values, query_tree
from corpus.store import files, parts
from corpus.store.store import Store

_FORMAT = 1
_METADATA = ["id", "title", "date", "source", "authors", "url", "tags", "words"]


Progress = Callable[[int, int], None]
Renamed = Mapping[str, str]
Export = Callable[[Store, Numbers | None, Progress | None, Renamed], Path]


class Divisible(Counting):
    """What parts can be taken of: a corpus, or a part of one."""

    def articles(self) -> Table:
        """Return the metadata of every article, in the order of the corpus.

        Columns `id`, `title`, `date`, `source`, `authors`, `url`, `tags`, `words`; what a mask for
        `subcorpus` is made from.
        """
        scope = self._scope()
        rows = scope.metadata(scope.rows, _METADATA)
        return Table(rows, scope.provenance(counts="articles"))

    def subcorpus(
        self,
        query: str = "",
        *,
        match: str = "all",
        source: Values = None,
        author: Values = None,
        tag: Values = None,
        date: Values = None,
        ids: Iterable[str] | None = None,
        mask: Any = None,
        name: str = "",
    ) -> Subcorpus:
        """Return the part whose articles a query matches and filters keep, as in `search`.

        `ids` are articles by name; `mask` has a truth value for each row of `articles()`, from
        pandas, polars, numpy or a list. What is given together must hold together. `name` is what
        results call it; otherwise the query is.
        """
        scope = self._scope()
        chosen, said = scope.mask, []
        filters = {"source": source, "author": author, "tag": tag, "date": date}
        if query.strip() or any(filters.values()):
            node = query_tree(query, match=match, filters=filters)
            chosen, said = chosen & scope.state.matching(node), [str(node)]
        if ids is not None:
            chosen = chosen & _rows_of(scope, list(ids))
            said.append("articles by id")
        if mask is not None:
            chosen = chosen & _rows_where(scope, mask)
            said.append("articles by mask")
        label = name or " AND ".join([*([scope.name] if scope.name else []), *said])
        return Subcorpus(scope.within(chosen, label or "everything"), self._data())

    # Elsewhere

    def to_parquet(self, folder: str | Path) -> Path:
        """Write articles.parquet, tokens.parquet, lexicon.parquet and a README.md to a folder."""
        from corpus import export

        def write(
            store: Store, numbers: Numbers | None, show: Progress | None, renamed: Renamed
        ) -> Path:
            return export.to_parquet(store, Path(folder), numbers, renamed, progress=show)

        return self._exported(write, "writing Parquet")

    def to_conllu(self, path: str | Path) -> Path:
        """Write all articles with their tokens to one CoNLL-U file; return its path."""
        from corpus.formats import conllu

        def write(
            store: Store, numbers: Numbers | None, show: Progress | None, renamed: Renamed
        ) -> Path:
            return conllu.to_conllu(store, Path(path), numbers, renamed, progress=show)

        return self._exported(write, "writing CoNLL-U")

    def to_vertical(self, path: str | Path) -> Path:
        """Write all articles to one vertical file, for Sketch Engine and KonText; return its path.

        The registry file with which Manatee compiles it is written beside it, if there is none.
        """
        from corpus.formats import vertical

        def write(
            store: Store, numbers: Numbers | None, show: Progress | None, renamed: Renamed
        ) -> Path:
            return vertical.to_vertical(store, Path(path), numbers, renamed, progress=show)

        return self._exported(write, "writing vertical text")

    def _exported(self, write: Export, saying: str) -> Path:
        """Return what `write` makes of the store, the numbers of the articles and the progress.

        It is also told which lemmas the whole corpus has changed, and to what.
        """
        raise NotImplementedError


class Subcorpus(Divisible):
    """A part of a corpus, as it stood when the part was taken; `len()` counts its articles.

    `~a` is everything else, `a & b` what is in both, `a | b` in either, `a - b` in one alone.
    """

    def __init__(self, scope: Scope, data: Path) -> None:
        self._own = scope
        self._folder = data

    def _scope(self) -> Scope:
        return self._own

    def _data(self) -> Path:
        return self._folder

    def _name(self) -> str:
        return self._own.name

    def _sizes_of(self, search: Search) -> Callable[[], tuple[int, int]]:
        return lambda: (len(self), self.words)

    def _searched(self) -> tuple[Search, NDArray[np.int64] | None]:
        return self._own.state.search, np.sort(self._own.state.columns.number[self._own.rows])

    def _reference(self) -> Counting:
        return ~self

    def _exported(self, write: Export, saying: str) -> Path:
        search, numbers = self._searched()
        return write(search.store, numbers, None, self._own.state.columns.renamed)

    @property
    def name(self) -> str:
        """What results call it."""
        return self._own.name

    @property
    def words(self) -> int:
        """Number of words, punctuation not counted."""
        return self._own.words

    @property
    def tokens(self) -> int:
        """Number of tokens, punctuation counted."""
        return self._own.tokens

    @property
    def ids(self) -> list[str]:
        """Ids of its articles, in the order of the corpus."""
        return list(self._own.metadata(self._own.rows, ["id"]).column(0).to_pylist())

    def __len__(self) -> int:
        return self._own.articles

    def __contains__(self, article_id: object) -> bool:
        return article_id in self.ids

    def __iter__(self) -> Iterator[Article]:
        state = self._own.state
        return state.search.store.articles(state.columns.number[self._own.rows].tolist())

    def __repr__(self) -> str:
        return f"Subcorpus({self.name!r}, {self._sizes()})"

    def _repr_html_(self) -> str:
        return markup.line(self.name, self._sizes())

    def _sizes(self) -> str:
        every = len(self._own.state.order)
        articles = f"{grouped(len(self))} of {counted(every, 'article')}"
        return f"{articles}, {counted(self.words, 'word')}"

    # Sets

    def __invert__(self) -> Subcorpus:
        return self._with(~self._own.mask, f"NOT ({self.name})")

    def __and__(self, other: Subcorpus) -> Subcorpus:
        return self._with(
            self._own.mask & self._mask_of(other), f"({self.name}) AND ({other.name})"
        )

    def __or__(self, other: Subcorpus) -> Subcorpus:
        return self._with(self._own.mask | self._mask_of(other), f"({self.name}) OR ({other.name})")

    def __sub__(self, other: Subcorpus) -> Subcorpus:
        mask = self._own.mask & ~self._mask_of(other)
        return self._with(mask, f"({self.name}) NOT ({other.name})")

    def named(self, name: str) -> Subcorpus:
        """Return the same part under another name."""
        return self._with(self._own.mask, name)

    def _with(self, mask: NDArray[np.bool_], name: str) -> Subcorpus:
        return Subcorpus(self._own.state.whole.within(mask, name), self._folder)

    def _mask_of(self, other: Subcorpus) -> NDArray[np.bool_]:
        """Return which of our rows are articles of another part, be it of another state."""
        state, theirs = self._own.state, other._own
        if theirs.state is state:
            return theirs.mask
        return np.isin(state.columns.number, theirs.state.columns.number[theirs.rows])

    # Names

    def save(self, name: str = "") -> Path:
        """Keep the list of articles under a name, for `Corpus.load_subcorpus(name)`."""
        called = files.checked_name(name or self.name)
        content = {"format": _FORMAT, "definition": self.name, "ids": self.ids}
        data = json.dumps(content, ensure_ascii=False, indent=1).encode()
        path = self._folder / paths.SUBCORPORA / f"{called}.json"
        files.make_folder(path.parent)
        files.write_whole(path, lambda file: _write(file, data))
        return path


def load_subcorpus(scope: Scope, data: Path, name: str) -> tuple[Subcorpus, list[str]]:
    """Return the part kept under a name, and ids of its articles that are not there any more.

    Where no subcorpus has the name, saved hits have it: the part is then the articles they list.
    """
    path = data / paths.SUBCORPORA / f"{files.checked_name(name)}.json"
    hits = data / paths.RESULTS / f"{name}.parquet"
    if path.exists():
        ids = _listed(path)
    elif hits.exists():
        ids = parts.read_table(hits, ["id"]).column(0).to_pylist()
    else:
        saved = ", ".join([*saved_subcorpora(data), *_saved_hits(data)])
        hint = f"saved: {saved}" if saved else "corpus search WORDS --save NAME"
        raise CorpusError(f"no subcorpus is saved as {name!r}", hint)
    known = pc.is_in(pa.array(ids, pa.string()), value_set=_ids(scope)).to_pylist()
    missing = [value for value, there in zip(ids, known, strict=True) if not there]
    kept = [value for value, there in zip(ids, known, strict=True) if there]
    return Subcorpus(scope.within(_rows_of(scope, kept), name), data), missing


def _listed(path: Path) -> list[str]:
    """Return the ids in the file of a subcorpus."""
    try:
        content = json.loads(path.read_bytes())
        if content["format"] != _FORMAT:
            raise ValueError("it is of another format")
        return [str(value) for value in content["ids"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedError(f"{path} is damaged: {error}", "save the subcorpus anew") from error


def _saved_hits(data: Path) -> list[str]:
    return sorted(path.stem for path in (data / paths.RESULTS).glob("*.parquet"))


def saved_subcorpora(data: Path) -> list[str]:
    """Return the names under which subcorpora are kept."""
    return sorted(path.stem for path in (data / paths.SUBCORPORA).glob("*.json"))


def _write(file: Any, data: bytes) -> None:
    file.write(data)


def _ids(scope: Scope) -> pa.ChunkedArray:
    return scope.metadata(scope.rows, ["id"]).column(0)


def _rows_of(scope: Scope, ids: list[str]) -> NDArray[np.bool_]:
    """Return which rows have some ids; CorpusError names those that are not there."""
    places = pc.index_in(pa.array(ids, pa.string()), value_set=_ids(scope).combine_chunks())
    if places.null_count:
        unknown = [
            name for name, place in zip(ids, places.to_pylist(), strict=True) if place is None
        ]
        raise CorpusError(f"no article with id {', '.join(unknown[:5])}", "corpus search shows ids")
    mask = np.zeros(len(scope.mask), bool)
    mask[scope.rows[places.to_numpy(zero_copy_only=False).astype(np.int64)]] = True
    return mask


def _rows_where(scope: Scope, mask: Any) -> NDArray[np.bool_]:
    values = mask.to_numpy() if hasattr(mask, "to_numpy") else mask
    given = np.asarray(values)
    if given.shape != scope.rows.shape or given.dtype != np.bool_:
        raise CorpusError(
            f"the mask has {given.size} values of type {given.dtype}, there are "
            f"{len(scope.rows)} articles",
            "make it from articles(): a true or false for each row",
        )
    chosen = np.zeros(len(scope.mask), bool)
    chosen[scope.rows[given]] = True
    return chosen
