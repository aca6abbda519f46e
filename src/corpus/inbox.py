"""The inbox: a folder whose files are part of the corpus."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path, PurePosixPath

from corpus import sources
from corpus.identities import file_of
from corpus.ingest import Intake
from corpus.model import Failure
from corpus.progress import Progress
from corpus.receipt import Receipt
from corpus.sources.files import label
from corpus.store.store import Store


class Inbox:
    """`corpus_data/articles/` and what of it has been taken in.

    The manifest remembers size and time of change of every file read to the end; a file is read
    again when either has changed, or when it gave no article of its own.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def files(self) -> dict[str, list[int]]:
        """Return size and time of change (ns) of every file, by path below the folder."""
        return {name: stamp for name, (_, stamp) in self._list()[0].items()}

    def _list(self) -> tuple[dict[str, tuple[Path, list[int]]], list[Failure]]:
        """Return path and stamp of every file by the name it has in origins; what is no file."""
        found: dict[str, tuple[Path, list[int]]] = {}
        failures = []
        if self.folder.is_dir():
            for path in sources.list_files([self.folder], self.folder):
                if isinstance(path, Failure):
                    failures.append(path)
                    continue
                with suppress(FileNotFoundError):
                    facts = path.stat()
                    stamp = [facts.st_size, facts.st_mtime_ns]
                    found[label(path, self.folder)] = path, stamp
        return found, failures

    def read(
        self, store: Store, analysis: str, progress: Progress, *, prune: bool = False
    ) -> Receipt:
        """Take in new and changed files; report articles whose file is gone, or drop them."""
        before = store.manifest.inbox or {}
        now, failures = self._list()
        fresh = [name for name, (_, stamp) in now.items() if before.get(name) != stamp]
        dismissed = frozenset(store.manifest.dismissed)
        intake = Intake(store, analysis, dismissed, progress)
        items = sources.read([now[name][0] for name in fresh], root=self.folder)
        receipt = intake.take(progress.counted(chain(failures, items), "reading"))
        stamps = {name: stamp for name, (_, stamp) in now.items() if name not in intake.unsettled}
        vanished = _vanished(store, intake, now.keys() - set(fresh))
        if prune and vanished:
            store.remove(vanished)
        store.publish(store.manifest.replace(inbox=stamps))
        return replace(receipt, vanished=tuple(vanished.values()), pruned=prune)


def is_inside(origin: str) -> bool:
    """Return whether an article came from the inbox: its origin is relative to it."""
    return bool(origin) and origin != "-" and not Path(origin).is_absolute()


def _vanished(store: Store, intake: Intake, unchanged: set[str]) -> dict[int, str]:
    """Return number and id of inbox articles that no file holds any more.

    Of a file or folder that could not be read nobody knows what it holds.
    """
    return {
        row["article"]: row["id"]
        for row in store.identities().to_pylist()
        if is_inside(row["origin"])
        and row["article"] not in intake.seen
        and file_of(row["origin"]) not in unchanged
        and not _is_below(file_of(row["origin"]), intake.unread)
    }


def _is_below(name: str, unread: set[str]) -> bool:
    return not unread.isdisjoint([name, *map(str, PurePosixPath(name).parents)])
