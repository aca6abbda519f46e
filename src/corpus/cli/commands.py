"""The command line as a whole: every command in the order in which one meets it."""

from __future__ import annotations

from corpus.cli.articles import add, check, export, info, init, rebuild, remove
from corpus.cli.concordances import kwic
from corpus.cli.group import cli
from corpus.cli.reading import lemma, show
from corpus.cli.searching import search

__all__ = ["cli"]

for _command in (init, add, remove, rebuild, search, kwic, show, lemma, export, info, check):
    cli.add_command(_command)
