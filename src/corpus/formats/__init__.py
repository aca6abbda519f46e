"""Formats that other tools read: CoNLL-U, and the vertical text of corpus managers."""
