"""What a corpus holds, in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from corpus import analysis
from corpus.errors import DamagedError
from corpus.inbox import Inbox
from corpus.index.folder import Index
from corpus.marked_lines import marked_sizes
from corpus.store import parts
from corpus.store.store import Store


def overview(store: Store, index: Index, inbox: Inbox, root: Path) -> dict[str, Any]:
    """Return sizes, sources, dates, versions, the state of the index and of the inbox."""
    state = store.manifest
    rows = store.rows(store.live)
    dates = [date for date in rows.column("date").to_pylist() if date is not None]
    files, known = inbox.files(), state.inbox or {}
    return {
        "root": str(root),
        "articles": len(store),
        "words": int(np.sum(rows.column("words").to_numpy())) if len(rows) else 0,
        "sources": _counted(rows.column("source").to_pylist()),
        "first_date": min(dates, default=None),
        "last_date": max(dates, default=None),
        "without_date": len(rows) - len(dates),
        "parts": len(state.parts),
        "forms": sum(parts.rows_in(store.parts_folder / r.name) for r in state.lexicon),
        "boilerplate": marked_sizes(store),
        "generation": state.generation,
        "analysis": analysis.version(),
        "index": _state(index, store),
        "inbox_files": len(files),
        "inbox_new": sum(known.get(path) != stamp for path, stamp in files.items()),
    }


def _state(index: Index, store: Store) -> str:
    if index.generation is None:
        return "missing"
    try:
        if not index.is_current():
            return f"made by another version ({index.made_by() or '0.1'})"
        missing, extra = index.behind(store)
    except DamagedError:
        return "damaged"
    behind = len(missing) + len(extra)
    return f"behind by {behind} articles" if behind else "up to date"


def _counted(values: Iterable[str | None]) -> dict[str, int]:
    """Return how often each value occurs, the most frequent first."""
    counts = Counter(value or "" for value in values)
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
