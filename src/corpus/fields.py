"""Fields: what is known of articles, by which they are divided and counted."""

from __future__ import annotations

from corpus.periods import PERIODS

FIELDS = {
    "source": "source",
    "author": "authors",
    "tag": "tags",
    **dict.fromkeys(PERIODS, "date"),
}
"""The fields, named as filters are, and the column of articles that tells each."""

LISTS = ("author", "tag")
"""Those of which an article may have several."""


def field_named(name: str) -> str:
    """Return the name of a field that may be called by its column: `tags` is `tag`."""
    return next((field for field in LISTS if FIELDS[field] == name), name)
