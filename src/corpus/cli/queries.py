"""Arguments that are a query, in which a minus is more often a word's than an option's."""

from __future__ import annotations

import re

import click

from corpus.cli.options import Session, Verb, read_stdin

# No argument can hold this character: it hides from click the minus of an excluded word.
_HIDDEN = "\x00"
_FIELD = re.compile(r"-\w{2,}:")
_LIMIT = re.compile(r"-n=?(\d+|all)")


class QueryCommand(Verb):
    """A command whose arguments are a query, in which `-слово` is no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, words with a minus kept."""
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]
        names = {name for option in options for name in option.opts}
        valued = {name for option in options if not option.is_flag for name in option.opts}
        hidden: list[str] = []
        for number, arg in enumerate(args):
            if arg == "--":
                hidden += args[number:]
                break
            is_value = number > 0 and args[number - 1] in valued
            excluded = not is_value and is_excluded_word(arg, names, ctx)
            hidden.append(_HIDDEN + arg if excluded else arg)
        return super().parse_args(ctx, hidden)


def is_excluded_word(arg: str, names: set[str], ctx: click.Context | None = None) -> bool:
    """Return whether an argument that begins with a minus belongs to the query.

    Everything does but options of one letter; what could be both is a usage error.
    """
    if not arg.startswith("-") or arg.startswith("--") or arg == "-":
        return False
    if _FIELD.match(arg) or not (arg[1].isascii() and arg[1].isalpha()):
        return True
    if len(arg) == 2 or _LIMIT.fullmatch(arg):
        return False
    long = f"-{arg.partition('=')[0]}"
    if long in names:
        raise click.UsageError(f"{arg}: long options have two minus signs: {long}", ctx)
    if arg[:2] in names:
        raise click.UsageError(
            f"{arg} may be the option {arg[:2]} or a word to leave out: put a space after "
            f"{arg[:2]}, or write NOT {arg[1:]}",
            ctx,
        )
    return True


def words_of(ctx: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> list[str]:
    words = [word.removeprefix(_HIDDEN) for word in value]
    if any("\ud800" <= char <= "\udfff" for word in words for char in word):
        raise click.BadParameter("this is not text in the encoding of the terminal", ctx, parameter)
    return words


def query_text(words: list[str], session: Session) -> str:
    """Return the query that all arguments together are; a lone `-` stands for stdin."""
    return read_stdin("a query", session).strip() if words == ["-"] else " ".join(words)


def required_query(words: list[str], session: Session) -> str:
    """Return the query, or raise a usage error if there is none."""
    text = query_text(words, session)
    if not text.strip():
        raise click.UsageError("Missing argument 'QUERY...'.")
    return text


def phrase_meant(text: str) -> str:
    """Return the phrase that a query of bare words may have meant, "" if it has no such words.

    Words side by side need only stand in one article, and each of them is found for itself.
    """
    from corpus.query import tree
    from corpus.search import query_tree

    node = query_tree(text)
    words = [n.text for n in node.children if isinstance(n, tree.Word)]
    return f'"{text}"' if isinstance(node, tree.And) and text.split() == words else ""
