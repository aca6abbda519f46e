"""The block of named fields that a text file may begin with, in YAML or TOML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from yaml.nodes import Node

MAX_BLOCK = 2**16
_OPENING = re.compile(r"\s*?(---|\+\+\+)[ \t]*(\r\n|\n|\r)")
_CLOSING = {
    "---": re.compile(r"(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)"),
    "+++": re.compile(r"(?<=[\r\n])\+\+\+[ \t]*(?:\r\n|\n|\r|\Z)"),
}
_LONE_CR = re.compile(r"\r(?!\n)")


class Front(NamedTuple):
    """The fields of the block, the text after it, and why it was not understood, if so."""

    fields: dict[str, Any]
    body: str
    problem: str = ""


def split_front(text: str) -> Front:
    """Part `text` from its front matter; a block that cannot be read stays in the text."""
    opening = _OPENING.match(text)
    if not opening:
        return Front({}, text)
    fence = opening[1]
    block_end = opening.end() + MAX_BLOCK
    closing = _CLOSING[fence].search(text, opening.end(), block_end)
    if not closing:
        unclosed = _looks_like_fields(text, opening.end())
        return Front({}, text, _left(f"no closing {fence} within 64 KB") if unclosed else "")
    block = _LONE_CR.sub("\n", text[opening.end() : closing.start()])
    fields, problem = _yaml(block) if fence == "---" else _toml(block)
    if fields is None:
        return Front({}, text, _left(problem) if problem else "")
    return Front(fields, text[closing.end() :])


def _yaml(block: str) -> tuple[dict[str, Any] | None, str]:
    """Return the fields of a YAML block, all of them strings, lists and mappings."""
    import yaml

    class Plain(yaml.BaseLoader):
        """A loader that builds nothing but plain values, and none of them twice."""

        def compose_node(self, parent: Node | None, index: int) -> Node | None:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("an alias (*name) is not allowed here")
            return super().compose_node(parent, index)

    try:
        found = yaml.load(block, Plain)  # builds only strings, lists and mappings
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 2}: " if error.problem_mark else ""
        return None, f"{line}{error.problem}"
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        return None, _first_line(error)
    return _fields(found)


def _toml(block: str) -> tuple[dict[str, Any] | None, str]:
    import tomllib

    try:
        return tomllib.loads(block.replace("\r\n", "\n")), ""
    except (ValueError, RecursionError) as error:
        return None, _first_line(error)


def _fields(found: object) -> tuple[dict[str, Any] | None, str]:
    """Return what was found if it is fields; words between two rules are just text."""
    if isinstance(found, dict):
        return found, ""
    return ({}, "") if found is None else (None, "")


def _looks_like_fields(text: str, start: int) -> bool:
    return re.compile(r"\w+[ \t]*[:=]").match(text, start) is not None


def _left(why: str) -> str:
    return f"front matter is not understood and left in the text: {why}"


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
