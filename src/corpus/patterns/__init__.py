"""Token queries answered on the columns: every stretch of tokens that a pattern describes.

What single tokens must be is looked up in tables over the vocabularies, so that an expression is
never run over the text (`values`, `attributes`, `conditions`). A walk starts where the rarest part
of the pattern allows it and goes on token by token, for all places at once (`reaching`,
`walking`, `fronts`); `matcher` keeps the stretches that lie in no longer one.
"""
