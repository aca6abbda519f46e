"""A Whoosh index in `index/`, disposable and made from the store. The only home of whoosh.

schema      the fields of an indexed article
x
snapshot    one state of the index as arrays: postings, lengths, dates
translate   our query tree to Whoosh's
evaluate    Whoosh's query tree to matches, positions and scores
folder      Index: generations, catching up with the store, checking
"""
