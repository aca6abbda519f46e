"""A pytest plugin: what `corpus.index` has of its own takes the place of Whoosh's parts.

For Whoosh's own tests (see `whoosh_suite`), in a process of their own: `pytest -p whoosh_plugin`.

    CORPUS_SUITE_BASELINE=1   replace nothing
    CORPUS_SUITE_SEARCHER=1   replace the searcher, too

How often each part was used is written into the report (`--junit-xml`) as properties of the suite.
"""

from __future__ import annotations

import inspect
import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import whoosh.codec
import whoosh.index
from whoosh.multiproc import MpWriter

USED: Counter[str] = Counter()


def pytest_configure() -> None:
    """Replace the parts before any test is imported."""
    if os.environ.get("CORPUS_SUITE_BASELINE"):
        return
    replace_codec()
    replace_codec_of_processes()
    replace_writer()
    if os.environ.get("CORPUS_SUITE_SEARCHER"):
        replace_searcher()


def pytest_runtest_setup() -> None:
    """Let tests that draw lots draw the same in every run."""
    random.seed(0)


@pytest.fixture(scope="session", autouse=True)
def report_use(record_testsuite_property: Callable[[str, object], None]) -> Iterator[None]:
    """Write into the report how often each part was used."""
    yield
    for part, times in USED.items():
        record_testsuite_property(part, times)


def replace_codec() -> None:
    """Make `ArrowCodec` the default, also where the name has been imported already."""
    from corpus.index.codec import ArrowCodec

    known = inspect.signature(ArrowCodec).parameters
    whooshs = whoosh.codec.default_codec

    def default_codec(*_: Any, **options: Any) -> Any:
        """Return the codec; what only Whoosh's own can be told, such as a block size, is left."""
        USED["codec"] += 1
        return ArrowCodec(**{name: value for name, value in options.items() if name in known})

    for module in list(sys.modules.values()):
        if getattr(module, "default_codec", None) is whooshs:
            module.default_codec = default_codec  # type: ignore[attr-defined]


def replace_codec_of_processes() -> None:
    """Give processes that write together the codec to use: those started anew have no plugin."""
    whooshs = MpWriter.__init__

    def init(writer: Any, index: Any, *arguments: Any, **options: Any) -> None:
        if options.get("codec") is None:
            options["codec"] = whoosh.codec.default_codec()
        whooshs(writer, index, *arguments, **options)

    MpWriter.__init__ = init


def replace_writer() -> None:
    """Make `ArrowWriter` what an index writes with, but for several processes or another codec."""
    from corpus.index.writer import ArrowWriter

    whooshs = whoosh.index.FileIndex.writer

    def writer(index: Any, procs: int = 1, **options: Any) -> Any:
        if procs > 1 or options.get("codec") is not None:
            return whooshs(index, procs=procs, **options)
        USED["writer"] += 1
        return ArrowWriter(index, **options)

    whoosh.index.FileIndex.writer = writer


def replace_searcher() -> None:
    """Make `ArrowSearcher` what an index is searched with."""
    from corpus.index.searcher import ArrowSearcher

    def searcher(index: Any, **options: Any) -> Any:
        USED["searcher"] += 1
        return ArrowSearcher(index.reader(), fromindex=index, **options)

    whoosh.index.Index.searcher = searcher
