"""What a corpus keeps: Parquet parts, a lexicon and the manifest. The only home of pyarrow's files.

schemas    the three tables and what each column means
manifest   the single commit point
files      writing a file whole or not at all; hashes; the lock
lexicon    forms and their analyses, dictionary-coded
parts      batches of articles with their token columns
store      Store: all of it together
"""
