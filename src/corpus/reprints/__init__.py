"""Reprints: which articles are versions of one another, and which share text.

sketches      an article's runs of five words, hashed, and the few of them that stand for all
candidates    the pairs of articles that may share much, by what their sketches share
comparing     how much two articles share, counted exactly, and what follows from it
groups        articles that are versions of one another, put together

Pure functions on arrays: where words come from, and what is kept on disk, is `columns`' business.
"""
