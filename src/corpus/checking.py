"""Verifying a store, and mending it: files, hashes, rows, and how the tables agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from corpus.errors import DamagedError
from corpus.model import Finding
from corpus.store import files, manifest, parts
from corpus.store.manifest import Part
from corpus.store.store import Store

_MEND = {
    "articles": "restore it from a backup, or give its articles up: corpus rebuild --salvage",
    "tokens": "it is made from the articles: corpus rebuild",
    "lexicon": "it is made from the articles: corpus rebuild",
    "lines": "it is made from the articles: corpus rebuild",
    "marks": "it is made from the articles: corpus rebuild",
}


def check_store(store: Store) -> list[Finding]:
    """Return what is wrong with the store, the damaged files by name."""
    damaged = set(damaged_parts(store))
    findings = [*_check_files(store, damaged), *_check_backup(store)]
    for part in store.manifest.parts:
        names = {part.articles_file.name, part.tokens_file.name}
        if not names & damaged:
            findings += _check_part(store, part)
    return findings


def damaged_parts(store: Store) -> list[str]:
    """Return the names of files that are missing or not what the manifest vouches for."""
    found = []
    for _, record in store.manifest.files():
        path = store.parts_folder / record.name
        if (
            not path.is_file()
            or path.stat().st_size != record.bytes
            or files.sha256(path) != record.sha256
        ):
            found.append(record.name)
    return found


def mend(
    store: Store, damaged: Sequence[str], *, salvage: bool, say: Callable[[str], None]
) -> None:
    """Prepare what can be made anew; refuse, or give up, parts whose articles are damaged."""
    state = store.manifest
    lost = [part for part in state.parts if part.articles_file.name in damaged]
    if lost and not salvage:
        path = store.parts_folder / lost[0].articles_file.name
        raise parts.damaged(path, "its checksum has changed")
    if lost:
        say(f"giving up {sum(part.live for part in lost)} articles in {len(lost)} damaged parts")
        for part in lost:
            path = store.parts_folder / part.articles_file.name
            if path.exists():
                path.rename(path.with_suffix(".damaged"))
        kept = tuple(part for part in state.parts if part not in lost)
        # Files of the inbox are read again: they may hold what was lost.
        store.publish(state.replace(parts=kept, inbox=None))
    store.forget_lines(damaged)
    if any(record.name in damaged for record in state.lexicon):
        # Every part is analysed anew, so that the new lexicon holds every form.
        store.forget_analyses()


def _check_files(store: Store, damaged: set[str]) -> Iterator[Finding]:
    for table, record in store.manifest.files():
        if record.name in damaged:
            path = store.parts_folder / record.name
            state = "is damaged: its checksum has changed" if path.is_file() else "is missing"
            yield Finding(True, f"{path} {state}", _MEND[table])


def _check_backup(store: Store) -> Iterator[Finding]:
    if store.manifest.generation and not manifest.is_backed_up(store.folder):
        path = store.folder / manifest.BACKUP
        yield Finding(False, f"{path} is not like the manifest", "the next add or rebuild mends it")


def _check_part(store: Store, part: Part) -> list[Finding]:
    """Compare a part's tables with each other and with the manifest."""
    path = store.parts_folder / part.articles_file.name
    try:
        numbers = parts.read_part(path, ["article"]).column(0).to_numpy()
        tokens = store.all_tokens(part, ["article"]).column(0).to_numpy()
    except DamagedError as error:
        return [Finding(True, error.message, error.hint)]
    wrong = []
    if len(numbers) != part.articles or not np.array_equal(np.unique(numbers), numbers):
        wrong.append(
            Finding(True, f"{path} does not hold the articles it should", _MEND["articles"])
        )
    if len(tokens) != part.tokens or len(np.setdiff1d(tokens, numbers)):
        name = store.parts_folder / part.tokens_file.name
        wrong.append(Finding(True, f"{name} does not fit its articles", _MEND["tokens"]))
    return wrong
