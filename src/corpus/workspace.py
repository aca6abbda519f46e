"""Corpus: the facade. Every command of the command line is one method of nearly the same name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus import analysis, paths
from corpus.counting import Counting
from corpus.errors import CorpusError, DamagedError, LockedError
from corpus.index.folder import Index
from corpus.limits import Limits
from corpus.model import Article, Dictionary, Finding
from corpus.morphology.analyser import Analyser
from corpus.morphology.dictionary import outside
from corpus.progress import Progress
from corpus.receipt import Receipt
from corpus.render import counted
from corpus.results.hits import Hits
from corpus.results.result import Table
from corpus.scope import Scope, State, provenance
from corpus.search import Search
from corpus.store import files, joining, manifest, parts
from corpus.store.store import Store
from corpus.subcorpora import Divisible, Export, Subcorpus, load_subcorpus, saved_subcorpora

if TYPE_CHECKING:
    from corpus.versions import Versions

# What only writing and checking need is imported where it is used: a search starts without it.

T = TypeVar("T")


class Corpus(Divisible):
    """A corpus of articles in a folder.

    `Corpus("folder")` opens one, `Corpus()` the nearest upward from the current folder,
    `Corpus.create("folder")` makes one. Nothing is read before it is asked for; what another
    process adds is seen by the next search.
    """

    def __init__(
        self, folder: str | Path | None = None, *, progress: Progress | None = None
    ) -> None:
        self.root = paths.find_root(folder)
        self.limits = Limits()
        """What one query may take; to be changed at any time."""
        self._progress = progress or Progress()
        self._analyser = Analyser()
        self._search: Search | None = None
        self._store: Store | None = None
        self._state: State | None = None

    @classmethod
    def create(cls, folder: str | Path = ".", *, progress: Progress | None = None) -> Corpus:
        """Make a new, empty corpus, or open the one that is there."""
        return cls(paths.create_root(folder), progress=progress)

    def __repr__(self) -> str:
        return f"Corpus({str(self.root)!r}, {len(self)} articles)"

    # Folders

    @cached_property
    def data(self) -> Path:
        """The folder of everything that must not be lost."""
        return self.root / paths.DATA

    @cached_property
    def inbox(self) -> Path:
        """The folder whose files are part of the corpus; `rebuild()` takes in what is new there."""
        return self.data / paths.INBOX

    def _current(self) -> Store:
        """Return the store in its newest state, the same object while nothing has changed."""
        stamp = manifest.stamp(self.data)
        if self._store is None or self._store.stamp != stamp:
            self._store = self._open_store()
        return self._store

    def _open_store(self) -> Store:
        return Store(self.data, self.root / paths.INDEX)

    @property
    def _index(self) -> Index:
        return Index(self.root / paths.INDEX, analysis.version())

    # Adding, removing, rebuilding

    def add(
        self,
        items: str | Path | Article | Iterable[str | Path | Article],
        *,
        source: str = "",
        mapping: dict[str, str] | None = None,
        keep_boilerplate: bool | None = None,
    ) -> Receipt:
        """Take in articles from paths, folders, globs, `-` (stdin) or Article objects.

        `source` is the outlet of all of them; `mapping` names fields otherwise than usual, as
        {"title": "headline"}. What cannot be read is in the receipt's `failed`, with the reason;
        the rest is in, and searchable, when this returns. `keep_boilerplate` decides for the whole
        corpus, now and later, whether boilerplate is searched and counted like the rest.
        """
        from corpus import sources
        from corpus.given import as_given
        from corpus.ingest import Intake
        from corpus.marking import mark_anew

        listed = [items] if isinstance(items, (str, Path, Article)) else items
        given = (as_given(item) if isinstance(item, Article) else item for item in listed)
        with self._writing("add") as store:
            intake = Intake(store, analysis.version(), progress=self._progress)
            stream = sources.read(given, source=source, mapping=mapping, root=self.inbox)
            receipt = intake.take(self._progress.counted(stream, "reading"))
            store.take_back()
            if keep_boilerplate not in (None, store.manifest.boilerplate.keep):
                mark_anew(store, keep=keep_boilerplate)
            if len(store):
                self._catch_up(store)
                receipt = self._with_repeats(receipt, store)
            # Last, for a search in between may still stand on an index of the old articles.
            joining.gather(store)
        return receipt

    def remove(self, ids: str | Iterable[str]) -> Receipt:
        """Take articles out of the corpus by id.

        Unknown ids raise CorpusError, and then nothing is removed.
        """
        wanted = [ids] if isinstance(ids, str) else list(dict.fromkeys(ids))
        with self._writing("remove") as store:
            found = {name: store.number_of(name) for name in wanted}
            unknown = [name for name, number in found.items() if number is None]
            if unknown:
                raise CorpusError(
                    f"no article with id {', '.join(unknown[:5])}", "corpus search shows ids"
                )
            numbers = [number for number in found.values() if number is not None]
            # A file of the inbox would bring its article back at the next rebuild.
            rows = store.identities()
            chosen = pa.array(np.searchsorted(rows.column("article").to_numpy(), numbers))
            store.remove(numbers, dismissed=rows.column("hash").take(chosen).to_pylist())
            self._catch_up(store)
        return Receipt(removed=tuple(wanted))

    def rebuild(
        self,
        *,
        prune: bool = False,
        salvage: bool = False,
        keep_boilerplate: bool | None = None,
        keep_lines: Iterable[str] = (),
        drop_lines: Iterable[str] = (),
    ) -> Receipt:
        """Take in what is new in the inbox, then make the index anew from `corpus_data/` alone.

        Articles whose inbox file is gone are reported, and dropped with `prune`. What another
        version analysed is analysed again; `salvage` gives up parts whose articles are damaged.
        Boilerplate is learned and marked anew in all articles, unless `keep_boilerplate` says for
        now and later that it is kept; `keep_lines` are never boilerplate and `drop_lines` always
        are: both are written into `corpus_data/boilerplate.txt`.
        """
        from corpus.checking import damaged_parts, mend
        from corpus.inbox import Inbox
        from corpus.ingest import derive_anew
        from corpus.marking import mark_anew, tell

        with self._writing("rebuild", restore=True) as store:
            tell(self.data, keep_lines, drop_lines)
            damaged = damaged_parts(store)
            mend(store, damaged, salvage=salvage, say=self._progress.say)
            derive_anew(
                store,
                analysis.version(),
                frozenset(damaged),
                self._progress.start("analysing again"),
            )
            inbox = Inbox(self.inbox)
            receipt = inbox.read(store, analysis.version(), self._progress, prune=prune)
            mark_anew(store, keep=keep_boilerplate)
            self._index.rebuild(store, self._progress.start("indexing"))
            receipt = self._with_repeats(receipt, store)
            # Last, for a search in between may still stand on an index of the old articles.
            joining.compact(store, self._progress.start("joining parts"))
            store.sweep()
        return receipt

    @contextmanager
    def _writing(
        self, purpose: str, wait: float = 600.0, *, restore: bool = False
    ) -> Iterator[Store]:
        """Hold the corpus's lock; give a fresh store, swept of what killed runs left."""
        say = self._progress.say
        with files.lock(self.data, purpose=f"corpus {purpose}", wait=wait, say=say):
            if restore and manifest.restore(self.data):
                say("the manifest was damaged: restored from its second copy")
            store = self._open_store()
            store.sweep()
            self._index.sweep()
            try:
                yield store
                store.keep_metadata()
            finally:
                self._search = self._store = None

    def _catch_up(self, store: Store) -> bool:
        from corpus.marking import mark_new

        self._search = None
        stale = store.manifest.boilerplate.stale
        mark_new(store)
        if store.manifest.boilerplate.stale > stale:
            count = counted(store.manifest.boilerplate.stale, "older article")
            self._progress.say(
                f"more boilerplate is known now: {count} to be marked otherwise by corpus rebuild"
            )
        return self._index.catch_up(store, self._progress.start("indexing"))

    def _with_repeats(self, receipt: Receipt, store: Store) -> Receipt:
        from corpus.repeats import with_repeats

        return with_repeats(receipt, store, self._index.columns()) if receipt.added else receipt

    # Searching

    def _searched(self) -> tuple[Search, NDArray[np.int64] | None]:
        return self._ready(), None

    def _scope(self) -> Scope:
        return self._counted().whole

    def _counted(self) -> State:
        """Return the newest state as it is counted."""
        for _ in range(5):
            search = self._ready()
            if self._state is not None and self._state.search is search:
                return self._state
            state = State(search)
            if state.fits():
                self._state = state
                return state
            # Another process has made the columns anew in between.
            self._search = None
        raise CorpusError("the index holds articles that the columns do not", "corpus rebuild")

    def _data(self) -> Path:
        return self.data

    def _sizes_of(self, search: Search) -> Callable[[], tuple[int, int]]:
        live, words = search.store.manifest.live, search.store.words
        return lambda: (live, words)

    def _reference(self) -> Counting:
        raise CorpusError(
            "keywords of a whole corpus need a reference to compare it with",
            'corpus.keywords(reference=other), or a part: corpus.subcorpus("…").keywords()',
        )

    def subcorpora(self) -> list[str]:
        """Return the names under which subcorpora are kept."""
        return saved_subcorpora(self.data)

    def load_subcorpus(self, name: str) -> Subcorpus:
        """Return a subcorpus kept by `subcorpus.save(name)`: the same articles, by id.

        Hits saved by `hits.save(name)` or `corpus search … --save NAME` do as well.
        """
        found, missing = load_subcorpus(self._scope(), self.data, name)
        if missing:
            self._progress.say(
                f"{counted(len(missing), 'article')} of {name!r} no longer in the corpus: "
                f"{', '.join(missing[:3])}{' …' if len(missing) > 3 else ''}"
            )
        return found

    def load(self, name: str) -> Hits:
        """Return hits saved by `hits.save(name)` or `corpus search … --save NAME`."""
        path = self._result_path(name)
        if not path.exists():
            saved = sorted(p.stem for p in path.parent.glob("*.parquet"))
            raise CorpusError(
                f"nothing is saved as {name!r}",
                f"saved: {', '.join(saved)}" if saved else "corpus search WORDS --save NAME",
            )
        table = parts.read_table(path)
        try:
            return Hits.from_saved(table).bound_to(self.save)
        except (KeyError, TypeError, ValueError) as error:
            raise parts.damaged(path, "it does not hold saved hits") from error

    def save(self, hits: Hits, name: str) -> Path:
        """Keep hits under a name in `corpus_data/results/`, in the place of earlier ones."""
        return self._save_hits(hits, name)

    def _result_path(self, name: str) -> Path:
        return self.data / paths.RESULTS / f"{files.checked_name(name)}.parquet"

    def _ready(self) -> Search:
        """Return a search over the newest state, first bringing the index up to date."""
        return self._read(self._opened)

    def _opened(self, store: Store) -> Search:
        if store.manifest.inbox is None and self._has_files():
            store = self._unless_refused(self._first_reading) or store
        current = self._search
        if current is not None and current.store.manifest.generation == store.manifest.generation:
            return current
        index = self._index
        fresh: Store | None = store
        if not index.is_current() or index.is_behind(store):
            fresh = self._unless_refused(self._bring_up_to_date)
        search = self._fitting(fresh or store)
        # What another process is still writing to is looked at anew by the next search.
        self._search = search if search.store is fresh else None
        return search

    def _has_files(self) -> bool:
        """Return whether the inbox holds anything to be read."""
        if paths.is_bare(self.inbox):
            # Every search of a corpus without an inbox comes by here.
            return False
        from corpus.inbox import Inbox

        return bool(Inbox(self.inbox).files())

    def _fitting(self, store: Store) -> Search:
        """Return a search whose store knows every article of its index.

        Another process may publish articles between our reading the manifest and the index.
        """
        search = Search(store, self._index, self._analyser, self.limits)
        for _ in range(5):
            if search.fits():
                return search
            search = Search(self._open_store(), self._index, self._analyser, self.limits)
        raise CorpusError("the index holds articles that the corpus does not", "corpus rebuild")

    def _unless_refused(self, write: Callable[[float], Store]) -> Store | None:
        """Do what a search would have done first; None if the index as it is must do.

        So it is while another process is writing, on a full disk, or where one may only read.
        """
        usable = self._index.is_current()
        try:
            return write(0 if usable else 600)
        except LockedError:
            self._progress.say("another process is writing: searching what was indexed before")
        except DamagedError:
            raise
        except CorpusError as error:
            if not usable or not isinstance(error.__cause__, OSError):
                raise
            self._progress.say(f"{error.message}: searching what was indexed before")
        return None

    def _first_reading(self, wait: float) -> Store:
        from corpus.inbox import Inbox

        with self._writing("first search", wait) as store:
            if store.manifest.inbox is None:
                self._progress.say(f"taking in the articles in {self.inbox}")
                receipt = Inbox(self.inbox).read(store, analysis.version(), self._progress)
                self._catch_up(store)
                self._progress.say(f"{self._with_repeats(receipt, store)}")
                for failure in receipt.failed:
                    self._progress.say(f"failed: {failure.path}: {failure.reason}")
            else:
                self._catch_up(store)
            return store

    def _bring_up_to_date(self, wait: float) -> Store:
        """Catch the index up with the store."""
        from corpus.ingest import derive_anew

        index = self._index
        if index.generation is None:
            self._progress.say("there is no search index yet: making it")
        elif not index.is_current():
            self._progress.say("the search index was made by another version: making it anew")
        else:
            self._progress.say("the search index is behind the corpus: bringing it up to date")
        with self._writing("catching up", wait) as fresh:
            if any(part.analysis != analysis.version() for part in fresh.manifest.parts):
                show = self._progress.start("analysing again")
                derive_anew(fresh, analysis.version(), frozenset(), show)
            self._catch_up(fresh)
            return fresh

    # Articles

    def _read(self, act: Callable[[Store], T]) -> T:
        """Return what `act` reads of the newest state, anew if a rebuild took its files away."""
        for _ in range(5):
            store = self._current()
            try:
                return act(store)
            except DamagedError:
                if store.newer() is None:
                    raise
        return act(self._current())

    def __len__(self) -> int:
        return len(self._current())

    def __getitem__(self, article_id: str) -> Article:
        article = self._read(lambda store: _article(store, article_id))
        if article is None:
            raise KeyError(article_id)
        return article

    def __contains__(self, article_id: object) -> bool:
        if not isinstance(article_id, str):
            return False
        return self._read(lambda store: store.number_of(article_id)) is not None

    def __iter__(self) -> Iterator[Article]:
        store = self._read(Store.loaded)
        return (article for _, article in store.scan())

    def show(self, article_id: str) -> Article:
        """Return an article by id; CorpusError names ids that begin alike if there is none."""
        try:
            return self[article_id]
        except KeyError:
            ids = self._read(Store.identities).column("id").to_pylist()
            alike = [name for name in ids if name.startswith(article_id[:8])][:3]
            hint = f"did you mean {', '.join(alike)}?" if alike else "corpus search shows ids"
            raise CorpusError(f"no article with id {article_id!r}", hint) from None

    def versions(self, article_id: str) -> Versions:
        """Return the versions of an article, reprints and updates, and what shares text with it.

        `.first` is the id of the first one; `.difference(id)` what leads from it to another.
        """
        from corpus.versions import versions

        self.show(article_id)
        state = self._counted()
        number = state.search.store.number_of(article_id)
        if number is None:
            raise CorpusError(f"no article with id {article_id!r}", "corpus search shows ids")
        return versions(state, number, self.show)

    def lemma(self, words: str | Iterable[str]) -> list[Dictionary]:
        """Return lemma, part of speech, tag and all candidate lemmas of words.

        The lemma of a word that the dictionary lacks is the one that this corpus has decided on.
        """
        wanted = [words] if isinstance(words, str) else words
        lemma_of = self._counted().columns.lemma_of if len(self) else lambda form: None
        return [_decided(self._analyser.form(word), lemma_of) for word in wanted]

    # The whole

    def info(self) -> dict[str, Any]:
        """Return what the corpus holds: sizes, sources, dates, versions, the state of the index."""
        from corpus.inbox import Inbox
        from corpus.overview import overview

        return self._read(lambda s: overview(s, self._index, Inbox(self.inbox), self.root))

    def boilerplate(self, minimum: int = 2) -> Table:
        """Return a Table of what was learned: lines that open boxes, and lines that are marked.

        Columns `rule line articles times rates source example`; lines that are marked in fewer
        than `minimum` articles are left out.
        """
        from corpus.marked_lines import marked_lines

        def act(store: Store) -> Table:
            search = self._opened(store)
            settings = f"lines that are marked in {counted(minimum, 'article')} or more"
            basis = provenance(search, "", None, self._sizes_of(search), settings=settings)
            return Table(marked_lines(search.store, minimum), basis)

        return self._read(act)

    def check(self) -> list[Finding]:
        """Verify manifest, hashes, tables, and that store and index agree; return what is wrong."""
        for _ in range(5):
            before = manifest.stamp(self.data), self._index.stamp()
            findings = self._check()
            if before == (manifest.stamp(self.data), self._index.stamp()):
                break
            # Another process has been writing: what was found missing may only be replaced.
        return findings

    def _check(self) -> list[Finding]:
        from corpus.checking import check_store

        try:
            store = self._open_store()
        except CorpusError as error:
            return [Finding(True, error.message, error.hint)]
        findings = check_store(store)
        if any(finding.serious for finding in findings):
            # Comparing a damaged store with its index would only repeat the damage.
            return findings
        return [*findings, *self._index.check(store)]

    def _exported(self, write: Export, saying: str) -> Path:
        show = self._progress.start(saying)

        def act(store: Store) -> Path:
            search = self._opened(store)
            return write(search.store, None, show, search.renamed)

        return self._read(act)


def _article(store: Store, article_id: str) -> Article | None:
    number = store.number_of(article_id)
    return None if number is None else next(store.articles([number]))


def _decided(entry: Dictionary, lemma_of: Callable[[str], str | None]) -> Dictionary:
    """Return an analysis with the lemma that a corpus has decided on for an unknown word."""
    final = lemma_of(entry.form) if outside([entry.form])[0] else None
    if final is None:
        return entry
    alternatives = tuple(dict.fromkeys([final, *entry.alternatives]))
    return entry._replace(lemma=final, alternatives=alternatives)
