"""Options that several commands share, and the session that they fill."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from corpus.cli.output import FORMATS, Chunks, Output, closed_pipe_noticed, is_terminal
from corpus.fields import field_named

if TYPE_CHECKING:
    from corpus.cli.progress import Bars
    from corpus.workspace import Corpus

Function = TypeVar("Function", bound=Callable[..., Any])

ATTRIBUTES = ("lemma", "form", "pos", "tag")
"""What words are told apart by."""
UNITS = ("token", "article", "story")
"""What is counted of them."""


@dataclass
class Session:
    """What the global options said, and what is shown while a command works."""

    root: str | None = None
    quiet: bool = False
    debug: bool = False
    timeout: float | None = None
    most: int | None = None
    _bars: Bars | None = None

    def corpus(self) -> Corpus:
        """Open the corpus that `--root`, CORPUS_ROOT or the current folder names."""
        from corpus.workspace import Corpus

        corpus = Corpus(self.root, progress=self.bars())
        if self.timeout is not None:
            corpus.limits.seconds = self.timeout
        if self.most is not None:
            corpus.limits.matches = self.most
        return corpus

    def bars(self) -> Bars:
        """Return what shows the progress of long work."""
        from corpus.cli.progress import Bars

        if self._bars is None:
            self._bars = Bars.on_stderr(quiet=self.quiet)
        return self._bars

    def clear(self) -> None:
        """Take a progress bar off the terminal before anything else is written."""
        if self._bars:
            self._bars.clear()

    def write(self, output: Output, chunks: Chunks) -> None:
        """Write data, no progress bar left beside it."""
        self.clear()
        output.write(chunks)

    def note(self, text: str) -> None:
        """Say something on stderr that is neither data nor an error."""
        from corpus.render import visible

        self.clear()
        if not self.quiet:
            # Work must not stop because nobody listens.
            with suppress(OSError):
                click.echo(visible(text), err=True)


class FieldChoice(click.Choice[str]):
    """A choice of what divides articles, by the names of its columns too: `tags` is `tag`."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        named = value if value in self.choices else field_named(value)
        return super().convert(named, param, ctx)


class Verb(click.Command):
    """A command whose help may be cut off by the reader, as in `corpus search -h | head -1`."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Parse the arguments; help is printed on the way."""
        with closed_pipe_noticed():
            return super().make_context(*args, **extra)


pass_session = click.make_pass_decorator(Session)


def kept(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    """Return a callback that puts a value into the session: the command's wins over the group's."""

    def callback(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
        session = ctx.find_object(Session)
        if session is not None and value:
            setattr(session, name, value)

    return callback


def common(function: Function) -> Function:
    """Add the options that stand before or after the command."""
    options = (
        click.option(
            "--root",
            metavar="DIR",
            is_eager=True,
            expose_value=False,
            callback=kept("root"),
            help="The corpus folder; without it CORPUS_ROOT, or the nearest folder upward.",
        ),
        click.option(
            "-q",
            "--quiet",
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=kept("quiet"),
            help="No progress and no notes on stderr; errors stay.",
        ),
        click.option(
            "--debug",
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=kept("debug"),
            help="Show where in the code an error happened.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def output_options(*formats: str) -> Callable[[Function], Function]:
    """Add `--format` and `-o`; the command gets both as one `output`."""
    choices = formats or FORMATS

    def decorate(function: Function) -> Function:
        function = click.option(
            "-o",
            "--output",
            "output",
            metavar="FILE",
            callback=_output,
            help="Write to FILE instead of stdout.",
        )(function)
        return click.option(
            "--format",
            "form",
            type=click.Choice(choices),
            default="table",
            show_default=True,
            is_eager=True,
            expose_value=False,
            callback=_remember_format,
            help="How the result is written; it never depends on where it goes.",
        )(function)

    return decorate


_FORMAT = f"{__name__}.format"


def _remember_format(ctx: click.Context, parameter: click.Parameter, value: str) -> None:
    ctx.meta[_FORMAT] = value


def _output(ctx: click.Context, parameter: click.Parameter, value: str | None) -> Output:
    """Join format and file, and refuse what could only fail when all the work is done."""
    path = None if value in (None, "-") else Path(str(value)).expanduser()
    form = ctx.meta[_FORMAT]
    if path and path.is_dir():
        raise click.BadParameter(f"{path} is a folder", ctx, parameter)
    if path and not path.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {path.parent}", ctx, parameter)
    if form == "parquet" and path is None and is_terminal(sys.stdout):
        raise click.UsageError("Parquet is no text for a terminal: name a file with -o FILE", ctx)
    suffix = path.suffix[1:] if path else ""
    is_meant = ctx.get_parameter_source("form") != ParameterSource.DEFAULT
    session = ctx.find_object(Session)
    if suffix in FORMATS and suffix != form and session and not is_meant:
        session.note(f"{path} gets a table; for {suffix} add --format {suffix}")
    return Output(form, path)


def examples(*lines: str, note: str = "") -> str:
    """Return an epilog that shows commands to type, one a line."""
    shown = "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
    return f"{shown}\n\n{note}" if note else shown


def limit_of(ctx: click.Context, parameter: click.Parameter, value: str) -> int | None:
    """Read a number of hits or `all`, which is None to the library."""
    if value == "all":
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 18):
        raise click.BadParameter(f"{value!r} is neither a number nor all", ctx, parameter)
    return int(value)


def limit_option(what: str, default: str = "20", but: str = "") -> Callable[[Function], Function]:
    """Add `-n`; the command gets a number, or None for all."""
    return click.option(
        "-n",
        "--limit",
        metavar="N|all",
        default=default,
        show_default=True,
        callback=limit_of,
        help=f"How many {what} to show{but}.",
    )


def choice_option(
    name: str, known: Sequence[str] | click.Choice[str], default: str, text: str, **more: Any
) -> Callable[[Function], Function]:
    """Add an option that takes one of some names."""
    kind = known if isinstance(known, click.Choice) else click.Choice(known)
    return click.option(name, type=kind, default=default, show_default=True, help=text, **more)


def minimum_option(default: int, rare: str = "is rarer") -> Callable[[Function], Function]:
    """Add `--minimum`, the frequency from which on words are counted."""
    return click.option(
        "--minimum",
        type=click.IntRange(1),
        default=default,
        show_default=True,
        metavar="N",
        help=f"Leave out what {rare}.",
    )


pos_option = click.option(
    "--pos", multiple=True, metavar="POS", help="Only NOUN, VERB, ADJ …. Repeatable: or."
)
case_option = click.option(
    "--case", is_flag=True, help="Tell forms with capitals from those without."
)


def read_stdin(what: str, session: Session) -> str:
    """Return the text on stdin, told to a user who sits before an empty line."""
    from corpus.errors import CorpusError

    if sys.stdin is None:
        return ""
    if is_terminal(sys.stdin):
        session.note(f"type {what}, then Ctrl-D")
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"stdin is not UTF-8 (byte {error.start + 1})",
            "… | iconv -f cp1251 -t utf-8 | corpus …",
        ) from None


def lines_of(values: tuple[str, ...], what: str, session: Session) -> list[str]:
    """Return the values given, a `-` among them replaced by the lines of stdin."""
    found: list[str] = []
    for value in values:
        found += read_stdin(what, session).split("\n") if value == "-" else [value]
    return [line.strip() for line in found if line.strip()]


def exclusive(**given: object) -> str:
    """Return the name of the one option that is given, or nothing; two are a usage error."""
    names = [name for name, value in given.items() if value]
    if len(names) > 1:
        raise click.UsageError(f"--{names[0]} and --{names[1]} exclude each other")
    return names[0] if names else ""
