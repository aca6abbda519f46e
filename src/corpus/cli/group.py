"""The root command: colour, exit codes, and what errors look like."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import click

from corpus.cli.options import Session, Verb, common, examples
from corpus.cli.output import ClosedPipe, closed_pipe_noticed
from corpus.errors import CorpusError
from corpus.version import __version__

INTERRUPTED = "Interrupted: what was taken in so far is safe; run the same command again to go on."
INTERNAL = "this should not happen: run it again as corpus --debug … and report what it prints"


class Root(Verb, click.Group):
    """The group of all commands, in the order in which one meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands in the order in which they were added."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a query without one gets the command line it should have been."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if args and not args[0].isascii():
                hint = f"Hint: corpus search {' '.join(args)}"
                raise click.UsageError(f"{error.message}\n{hint}", ctx) from None
            raise

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line and exit with 0, 1 (an error), 2 (usage) or 130 (interrupted)."""
        session = Session()
        extra |= {"obj": session, "standalone_mode": False}
        parent = super().main
        code = exit_code(lambda: parent(*args, **extra), session)
        if not _stdout_works():
            _silence_stdout()
        sys.exit(code)


def exit_code(work: Callable[[], Any], session: Session) -> int:
    """Do the work and return the exit code, what went wrong told on stderr."""
    try:
        code = work()
        with closed_pipe_noticed():
            _flush()
    except ClosedPipe:
        _silence_stdout()
        return 0
    except click.ClickException as error:
        session.clear()
        with suppress(OSError):
            error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt) as error:
        if isinstance(error.__cause__, EOFError):
            return _report(error.__cause__, session)
        return _complain(session, INTERRUPTED, code=130)
    except Exception as error:
        return _report(error, session)
    return code if isinstance(code, int) else 0


def _report(error: BaseException, session: Session) -> int:
    """Tell about an error in two lines at most, with where it happened only if asked."""
    if session.debug:
        _complain(session, "".join(traceback.format_exception(error)).rstrip())
    message, hint = _worded(error)
    lines = [f"Error: {message}", *([f"Hint: {hint}"] if hint else [])]
    return _complain(session, "\n".join(lines))


def _worded(error: BaseException) -> tuple[str, str]:
    """Return what an error says and what to do about it."""
    if isinstance(error, CorpusError):
        return error.message, error.hint
    if isinstance(error, MemoryError):
        return "there is not enough memory for this", ""
    if isinstance(error, OSError) and error.strerror:
        place = f": {error.filename}" if error.filename else ""
        return f"{error.strerror}{place}", ""
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return f"{what} (internal)", INTERNAL


def _complain(session: Session, text: str, code: int = 1) -> int:
    from corpus.render import visible

    session.clear()
    # If even stderr is gone, the exit code still tells.
    with suppress(OSError):
        click.echo(visible(text), err=True)
    return code


def _flush() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def _stdout_works() -> bool:
    try:
        _flush()
    except (OSError, ValueError):
        return False
    return True


def _silence_stdout() -> None:
    """Send what is left in stdout nowhere, so that the interpreter can shut down in peace."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def wants_colour(environment: dict[str, str]) -> bool | None:
    """Return whether colour is asked for or refused; None leaves it to the terminal."""
    rules = (("NO_COLOR", False), ("FORCE_COLOR", True))
    for name, answer in rules:
        if environment.get(name):
            return answer
    return False if environment.get("TERM") == "dumb" else None


@click.command(
    cls=Root,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "CORPUS",
        "max_content_width": 100,
    },
    epilog=examples(
        "corpus init мой-корпус",
        "corpus add новости/ архив.jsonl.gz --source RT",
        'corpus search "илон маск путину"',
        note="Every command has its own help: corpus search -h",
    ),
)
@common
@click.version_option(
    __version__, "--version", message="corpus %(version)s", allow_from_autoenv=False
)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Turn a folder of Russian articles into a corpus: search it, count it, open it in a notebook.

    Words are found in all their forms: путин finds Путину, Путиным, Путина.
    """
    ctx.color = wants_colour(dict(os.environ))
