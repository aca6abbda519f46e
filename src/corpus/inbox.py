"""The inbox: a folder whose files are part of the corpus."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from corpus import sources
from corpus.ingest import Intake, file_of
from corpus.progress import Progress
from corpus.receipt import Receipt
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
        found = {}
        if not self.folder.is_dir():
            return {}
        for path in sources.list_files([self.folder]):
            if isinstance(path, Path):
                facts = path.stat()
                name = path.relative_to(self.folder).as_posix()
                found[name] = [facts.st_size, facts.st_mtime_ns]
        return found

    def read(
        self, store: Store, analysis: str, progress: Progress, *, prune: bool = False
    ) -> Receipt:
        """Take in new and changed files; report articles whose file is gone, or drop them."""
        before = store.manifest.inbox or {}
        now = self.files()
        fresh = [path for path, stamp in now.items() if before.get(path) != stamp]
        dismissed = frozenset(store.manifest.dismissed)
        intake = Intake(store, analysis, dismissed, progress.start("analysing"))
        items = sources.read([self.folder / path for path in fresh], root=self.folder)
        receipt = intake.take(progress.counted(items, "reading"))
        stamps = {path: stamp for path, stamp in now.items() if path not in intake.unsettled}
        vanished = _vanished(store, intake.seen, now.keys() - set(fresh))
        if prune and vanished:
            store.remove(vanished)
        store.publish(store.manifest.replace(inbox=stamps))
        return replace(receipt, vanished=tuple(vanished.values()), pruned=prune)


def is_inside(origin: str) -> bool:
    """Return whether an article came from the inbox: its origin is relative to it."""
    return bool(origin) and origin != "-" and not Path(origin).is_absolute()


def _vanished(store: Store, seen: set[int], unchanged: set[str]) -> dict[int, str]:
    """Return number and id of inbox articles that no file holds any more."""
    return {
        row["article"]: row["id"]
        for row in store.identities().to_pylist()
        if is_inside(row["origin"])
        and row["article"] not in seen
        and file_of(row["origin"]) not in unchanged
    }
