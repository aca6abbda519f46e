"""A Whoosh index in `index/`, disposable and made from the store. The only home of whoosh.

README.md beside this file explains the files by an example and says what each module does.
"""
