"""Real articles and gold lemmas, not part of this repository; tests skip without them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("CORPUS_BENCHMARK_DATA") or ROOT.parent / "shared" / "data")


def real(name: str) -> Path:
    """Return the path of a file or folder of real data; skip the test if it is not there."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"no real data at {path}: set CORPUS_BENCHMARK_DATA")
    return path
