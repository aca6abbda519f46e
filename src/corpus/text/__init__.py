"""What is done to a text: folding, cleaning, cutting into tokens."""

CLEANING_VERSION = "1"
"""Part of the analysis version: changes when a rule of cleaning changes what comes out.

It stands here because a search wants to know it, and the rules take a while to load.
"""
