"""Where the benchmarks find real articles: a folder named by CORPUS_BENCHMARK_DATA.

It holds `news/*.jsonl.gz` (one article a line: id, title, text, …) and `retrieval/*.jsonl.gz`
(query, id, relevant). No article of it belongs to this repository.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("CORPUS_BENCHMARK_DATA", ROOT.parent / "shared" / "data"))


def records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a .jsonl.gz file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def news() -> Iterator[dict[str, Any]]:
    """Yield every news article, file by file."""
    folder = DATA / "news"
    if not folder.is_dir():
        sys.exit(f"no articles in {folder}: set CORPUS_BENCHMARK_DATA")
    for path in sorted(folder.glob("*.jsonl.gz")):
        yield from records(path)
