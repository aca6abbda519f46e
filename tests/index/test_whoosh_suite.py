"""Whoosh's own tests pass with our codec, writer and searcher in the place of Whoosh's.

The tests are no part of this project: they are fetched, run where they are unpacked, and thrown
away. CORPUS_SUITE_BASELINE=1 runs them with nothing replaced, to see what they do by themselves.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import whoosh_suite
from whoosh_suite import Outcome

BASELINE = bool(os.environ.get("CORPUS_SUITE_BASELINE"))

# Files of which no test can run from a source distribution, whatever the codec.
IGNORED = {
    "test_bump_version_script.py": "tests a script of Whoosh's repository that is not distributed",
    "test_example_acronyms.py": "tests a file of examples/, which is not distributed",
    "test_example_parallel_indexing.py": "tests a file of examples/, which is not distributed",
    "test_example_parallel_search.py": "tests a file of examples/, which is not distributed",
    "test_example_rag_retriever.py": "tests a file of examples/, which is not distributed",
    "test_example_signed_numbers.py": "tests a file of examples/, which is not distributed",
    "test_examples_runnable.py": "runs the files of examples/, which are not distributed",
    "test_site_version_sync.py": "tests the pages of Whoosh's website, which are not distributed",
}
# As many as are left in Whoosh 3.54.0.
LEAST = 875

# Tests that fail, by "test_file.py::test_name": why that is right in one sentence.
_EXACT = "asks for lengths as Whoosh rounds them to fit a byte; ours are exact"
EXPECTED: dict[str, str] = {
    "test_codecs.py::test_fieldwriter_two_terms": (
        "says of one document another length with each of its words; ours has one for all"
    ),
    "test_codecs.py::test_corrupt_postings_block_raises_clear_error": (
        "breaks a block of Whoosh's own postings file (.pst), which ours does not have"
    ),
    "test_codecs.py::test_tiny_blocks_stored_uncompressed_round_trip": (
        "counts how often Whoosh's codec compresses a block of postings; ours does not compress"
    ),
    "test_columns.py::test_varbytes_offsets": (
        "asks Whoosh's reader of byte columns how it found the values; Arrow has no choice in that"
    ),
    "test_indexing.py::test_lengths": _EXACT,
    "test_indexing.py::test_many_lengths": _EXACT,
    "test_mpwriter.py::test_merge_multi": _EXACT,
    "test_mpwriter.py::test_merge_serial": _EXACT,
    "test_quality.py::test_max_field_length": _EXACT,
    "test_quality.py::test_minmax_field_length": _EXACT,
    "test_sorting.py::test_add_sortable": (
        "adds a file to a segment under the name that Whoosh's codec looks for; ours never change"
    ),
}
# Tests that fail with our searcher and pass without.
EXPECTED_OF_SEARCHER: dict[str, str] = {
    "test_results.py::test_lengths": "asks for a total that is estimated; ours is exact at once",
    "test_queries.py::test_multiterm_boost_propagates_to_score": (
        "a prefix of one word is scored as that word there; ours is constant, however many it has"
    ),
}


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Whoosh's source distribution is unpacked."""
    try:
        return whoosh_suite.fetch(tmp_path_factory.mktemp("whoosh"))
    except whoosh_suite.Unreachable as reason:
        pytest.skip(str(reason))


@pytest.mark.slow
@pytest.mark.parametrize("parts", ["codec", "codec and searcher"])
def test_whooshs_own_tests(
    suite: Path, tmp_path: Path, parts: str, capsys: pytest.CaptureFixture[str]
) -> None:
    searcher = "searcher" in parts
    setting = {"CORPUS_SUITE_SEARCHER": "1" if searcher else ""}
    outcome = whoosh_suite.run(suite, tmp_path, IGNORED, setting)
    with capsys.disabled():
        print(f"\n{parts}: {len(outcome.passed)} passed of {outcome.ran}")
    assert outcome.ran >= LEAST
    assert_used(outcome, searcher)
    assert_as_expected(outcome, EXPECTED | (EXPECTED_OF_SEARCHER if searcher else {}))


def assert_used(outcome: Outcome, searcher: bool) -> None:
    """See that the tests ran with our parts: by hundreds, but few ask for the codec by itself."""
    parts = () if BASELINE else ("codec", "writer", *(["searcher"] * searcher))
    assert sorted(outcome.used) == sorted(parts)
    assert all(times >= 20 for times in outcome.used.values()), outcome.used


def assert_as_expected(outcome: Outcome, expected: dict[str, str]) -> None:
    """See that no test fails but those that should, and that each of these does."""
    known = {} if BASELINE else expected
    news = [f"{name}: {line}" for name, line in outcome.failed.items() if name not in known]
    assert not news, "\n".join(news)
    stale = sorted(known.keys() - outcome.failed.keys())
    assert not stale, f"expected to fail, but passed: {stale}"
