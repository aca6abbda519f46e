"""The command line as a whole: every command in the order in which one meets it."""

from __future__ import annotations

from corpus.cli.articles import add, check, export, info, init, rebuild, remove
from corpus.cli.comparing import collocates, keywords
from corpus.cli.concordances import kwic
from corpus.cli.counts import freq, ngrams
from corpus.cli.group import cli
from corpus.cli.reading import lemma, show
from corpus.cli.searching import search
from corpus.cli.spreading import dispersion, timeline

__all__ = ["cli"]

_COMMANDS = (
    *(init, add, remove, rebuild),
    *(search, kwic, freq, ngrams, collocates, keywords, dispersion, timeline),
    *(show, lemma, export, info, check),
)

for _command in _COMMANDS:
    cli.add_command(_command)
