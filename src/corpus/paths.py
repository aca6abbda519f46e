"""Where a corpus lies: the folder that holds `corpus_data/`."""

from __future__ import annotations

import os
from pathlib import Path

from corpus.errors import CorpusError

DATA = "corpus_data"
INDEX = "index"
INBOX = "articles"
RESULTS = "results"
SUBCORPORA = "subcorpora"


def find_root(start: str | Path | None = None) -> Path:
    """Return the corpus folder: `start` if given, else CORPUS_ROOT, else the nearest one upward."""
    given = start if start is not None else os.environ.get("CORPUS_ROOT") or None
    if given is not None:
        root = Path(given).expanduser()
        if not (root / DATA).is_dir():
            raise CorpusError(
                f"no corpus in {root} (it has no folder {DATA})", f"corpus init {root}"
            )
        return root.resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / DATA).is_dir():
            return folder
    raise CorpusError(
        f"no corpus in {here} or in any folder above it",
        "corpus init, to make one here, or name one: corpus --root FOLDER …",
    )


def create_root(folder: str | Path) -> Path:
    """Make the folders of a new, empty corpus; an existing one is left as it is."""
    root = Path(folder).expanduser().resolve()
    try:
        (root / DATA / INBOX).mkdir(parents=True, exist_ok=True)
        (root / INDEX).mkdir(exist_ok=True)
    except OSError as error:
        raise CorpusError(f"could not make a corpus in {root}: {error.strerror}") from error
    return root


def is_bare(folder: Path) -> bool:
    """Return whether a folder is not there or has nothing in it."""
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is None
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
