"""The command line: parse arguments, call one method of the facade, render what it returns.

commands      all commands together
group         the root command: colour, exit codes, what an error looks like
options       options that several commands share, and the session they fill
parts         options that choose a part of the corpus
progress      bars on a terminal, a line now and then elsewhere
output        records in every format, to stdout or a file
notes         what is said beside a result
articles      init add remove rebuild export info check
searching     search, with its arguments (queries) and its hits (hits)
concordances  kwic, with its lines (lines)
counts        freq ngrams
comparing     collocates keywords
spreading     dispersion timeline; these six show tables (tables)
reading       show lemma
"""

from __future__ import annotations

import sys
from contextlib import suppress


class _WithoutPandas:
    """Says that pandas is not installed.

    Where it is, pyarrow loads it with the first array it makes, and that takes as long as a whole
    search. No command needs it.
    """

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("no command needs pandas", name=name)


def main() -> None:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        # Cyrillic must survive a legacy encoding, and a file name of any bytes must not crash.
        with suppress(AttributeError, ValueError):
            stream.reconfigure(  # type: ignore[union-attr]
                encoding="utf-8", errors="backslashreplace"
            )
    sys.meta_path.insert(0, _WithoutPandas())
    try:
        from corpus.cli.commands import cli
    except KeyboardInterrupt:
        sys.exit(130)
    cli.main(prog_name="corpus")
