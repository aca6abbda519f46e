"""The part of the corpus that a command counts over, told by options."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from corpus.cli.options import Session, kept
from corpus.errors import CorpusError

if TYPE_CHECKING:
    from corpus.subcorpora import Subcorpus
    from corpus.workspace import Corpus

Function = TypeVar("Function", bound=Callable[..., Any])

FILTERS = (
    ("source", "NAME", "Only this outlet. Repeatable: or."),
    ("author", "NAME", "Only this author. Repeatable: or."),
    ("tag", "TAG", "Only with this tag. Repeatable: or."),
    ("date", "DATE", "2024, 2024-10, 2024-01..2024-06, 2024-10.., none. Repeatable: or."),
)


def _saved_names(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the names that a shell may complete."""
    from corpus import paths

    session = ctx.find_object(Session)
    try:
        data = paths.find_root(session.root if session else None) / paths.DATA
    except CorpusError:
        return []
    saved = (*(data / paths.SUBCORPORA).glob("*.json"), *(data / paths.RESULTS).glob("*.parquet"))
    return sorted({path.stem for path in saved if path.stem.startswith(incomplete)})


class Part(NamedTuple):
    """Articles by query, by filters, and by the name under which they were saved; or all."""

    query: str = ""
    saved: str = ""
    filters: Mapping[str, list[str]] = MappingProxyType({})

    def __bool__(self) -> bool:
        return bool(self.query or self.saved or self.filters)

    def of(self, corpus: Corpus) -> Corpus | Subcorpus:
        """Return the part of a corpus, the corpus itself if nothing was said."""
        whole = corpus.load_subcorpus(self.saved) if self.saved else corpus
        if not self.query and not self.filters:
            return whole
        return whole.subcorpus(self.query, **self.filters)  # type: ignore[arg-type]


def filter_options(function: Function) -> Function:
    """Add `--source --author --tag --date`; the command gets each as a tuple."""
    return limit_options(_with_filters(function, "", ""))


def limit_options(function: Function) -> Function:
    """Add `--timeout` and `--most`, which bound each query; the session keeps them."""
    seconds = click.option(
        "--timeout",
        type=click.FloatRange(0, min_open=True),
        metavar="SECONDS",
        expose_value=False,
        callback=kept("timeout"),
        help="Give up a query that takes longer.  [default: 60]",
    )
    matches = click.option(
        "--most",
        type=click.IntRange(1),
        metavar="N",
        expose_value=False,
        callback=kept("most"),
        help="Give up a query that has more matches.  [default: 10000000]",
    )
    return seconds(matches(function))


def part_options(function: Function) -> Function:
    """Add the filters, `--in` and `--subcorpus`; the command gets all as one `part`."""
    return limit_options(_gathered(function, "part", "", "--in", "Only"))


def reference_options(function: Function) -> Function:
    """Add the same options with `--against`; the command gets all as one `reference`."""
    return _gathered(function, "reference", "against-", "--against", "Compare with")


def _with_filters(function: Function, prefix: str, verb: str) -> Function:
    for name, metavar, text in reversed(FILTERS):
        said = f"{verb} those of --{name}: {metavar}." if verb else text
        option = click.option(f"--{prefix}{name}", multiple=True, metavar=metavar, help=said)
        function = option(function)
    return function


def _gathered(function: Function, name: str, prefix: str, by_query: str, verb: str) -> Function:
    key = name + "_"

    @functools.wraps(function)
    def gather(*args: Any, **given: Any) -> Any:
        values = {field: list(given.pop(f"{prefix.replace('-', '_')}{field}")) for field in _NAMES}
        filters = {field: chosen for field, chosen in values.items() if chosen}
        query, saved = given.pop(f"{key}query"), given.pop(f"{key}saved")
        return function(*args, **given, **{name: Part(query or "", saved or "", filters)})

    options = (
        click.option(
            by_query,
            f"{key}query",
            metavar="QUERY",
            help=f"{verb} the articles that match a query.",
        ),
        click.option(
            f"--{prefix}subcorpus",
            f"{key}saved",
            metavar="NAME",
            shell_complete=_saved_names,
            help=f"{verb} the articles saved by search --save NAME or in a notebook.",
        ),
    )
    wrapped: Any = gather
    for option in reversed(options):
        wrapped = option(wrapped)
    return _with_filters(wrapped, prefix, verb if prefix else "")  # type: ignore[no-any-return]


_NAMES = tuple(name for name, _, _ in FILTERS)
