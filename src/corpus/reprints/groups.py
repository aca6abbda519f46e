"""Groups: articles that are versions of one another, directly or by way of others."""

from __future__ import annotations

import numpy as np

from corpus.reprints.candidates import Pairs
from corpus.reprints.sketches import Numbers


def groups(pairs: Pairs, articles: int) -> Numbers:
    """Return for each article the least place in its group: its own if it is in none."""
    label = np.arange(articles)
    while True:
        least = np.minimum(label[pairs.a], label[pairs.b])
        before = label.copy()
        for side in pairs:
            # The least article of a group tells the others, and so do those that it told.
            np.minimum.at(label, before[side], least)
            np.minimum.at(label, side, least)
        label = label[label]
        if (label == before).all():
            return label
