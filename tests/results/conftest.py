"""What the tests of results share: a provenance, and tables of odd values."""

from __future__ import annotations

import pytest

from corpus.results.provenance import Provenance


@pytest.fixture(scope="session")
def provenance() -> Provenance:
    """A provenance as statistics give it."""
    return Provenance(
        query="санкция",
        parsed="санкция",
        articles=1234,
        words=5_678_901,
        analysis="rules1",
        generation=3,
        version="0.2.0",
        made="2024-11-05T12:00:00+03:00",
        subcorpus="RT, 2024",
        counts="words, punctuation not counted",
        settings="window 5 left, 5 right · measure log_dice · minimum 5",
    )
