"""The command line: parse arguments, call one method of the facade, render what it returns.

commands    all commands together
group       the root command: colour, exit codes, what an error looks like
options     options that several commands share, and the session they fill
progress    bars on a terminal, a line now and then elsewhere
output      records in every format, to stdout or a file
articles    init add remove rebuild export info check
searching   search, with its arguments (queries) and its hits (hits)
reading     show lemma
"""

from __future__ import annotations

import sys
from contextlib import suppress


def main() -> None:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        # Cyrillic must survive a legacy encoding, and a file name of any bytes must not crash.
        with suppress(AttributeError, ValueError):
            stream.reconfigure(  # type: ignore[union-attr]
                encoding="utf-8", errors="backslashreplace"
            )
    try:
        from corpus.cli.commands import cli
    except KeyboardInterrupt:
        sys.exit(130)
    cli.main(prog_name="corpus")
