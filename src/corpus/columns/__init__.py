"""Token columns: every token of the corpus as a few arrays mapped from disk, for counting.

`index/…/columns/` is made from the store and kept in step with it, like the index beside it.
"""
