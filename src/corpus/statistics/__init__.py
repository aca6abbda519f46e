"""Statistics of a corpus: what is counted, and the formulas that weigh it."""
