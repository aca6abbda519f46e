"""Boilerplate: lines that a site prints into its articles, learned from all of them together.

lines      what is known of each line of an article: its key, its words, whether it is code
learning   counters over the lines of many articles, and the markers that open boxes
judging    which lines of an article are boilerplate, by which rule, with what evidence

Nothing here reads or writes files, and nothing depends on the order of the articles.
"""

VERSION = "1"
"""Changes when other lines would be marked."""
