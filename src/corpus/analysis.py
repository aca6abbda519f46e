"""The one analysis chain: what is done to a text and to the words of a query, and its version."""

from __future__ import annotations

from corpus.morphology import analyser
from corpus.text import CLEANING_VERSION, tokens


def version() -> str:
    """Return the version of everything that decides how a text is cut and lemmatised.

    It is recorded with the data; an index or a part made by another version is made anew.
    """
    return (
        f"clean{CLEANING_VERSION}+tokens{tokens.VERSION}+rules{analyser.RULES_VERSION}"
        f"+model{analyser.MODEL_VERSION}+{analyser.dictionary_version()}"
    )
