"""Pictures of result tables: each function takes an Arrow table and returns a `Picture`.

A picture is a Vega-Lite specification, plain data that JupyterLab and VS Code draw by themselves
and without a network; nothing is imported to show one. The libraries of the extra `notebook` are
asked for when a picture is saved or changed.
"""

from __future__ import annotations

from corpus.pictures.bars import frequencies, keywords
from corpus.pictures.curves import timeline, vocabulary
from corpus.pictures.graphs import collocates, network
from corpus.pictures.picture import Picture
from corpus.pictures.strips import concordance, dispersion

__all__ = [
    "Picture",
    "collocates",
    "concordance",
    "dispersion",
    "frequencies",
    "keywords",
    "network",
    "timeline",
    "vocabulary",
]
