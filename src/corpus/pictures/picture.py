"""A picture: a Vega-Lite specification that shows itself in a notebook and saves itself for print.

The specification is version 5, which is what JupyterLab 4 and VS Code draw; Altair 6 writes
version 6, which they do not. Colours of text and lines are `currentColor`, the colour of the text
around the picture, and there is no background: so it is readable on light and on dark.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from corpus.errors import CorpusError

Spec = dict[str, Any]

MIME = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
# The version that vl-convert draws files with. JupyterLab brings an older one of the same line.
VERSION = "5.20"

# No links to an editor on the web: what is looked at stays on this machine.
_EMBED = {
    "renderer": "svg",
    "actions": {"export": True, "source": False, "compiled": False, "editor": False},
}
# 192 dots an inch: 640 units are then 1,280 dots, enough for a column of a printed page.
_PPI = 192


class Picture:
    """A chart of a result; `save` writes it to a file, `chart` is there to change it.

    What is looked at on a screen may have more than that, for the mouse: `on_screen`.
    """

    def __init__(self, spec: Spec, name: str = "picture", on_screen: Spec | None = None) -> None:
        self._spec = spec
        self._on_screen = on_screen or spec
        self._name = name

    @property
    def spec(self) -> Spec:
        """The Vega-Lite specification, as a copy."""
        return _copy(self._spec)

    @property
    def on_screen(self) -> Spec:
        """The specification of what notebooks and web pages show, as a copy."""
        return _copy(self._on_screen)

    @property
    def chart(self) -> Any:
        """The picture as an Altair chart, whose methods return changed ones."""
        spec = {key: value for key, value in self.spec.items() if key != "$schema"}
        return _library("altair").Chart.from_dict(spec)

    def save(self, path: str | Path, *, background: str | None = "white") -> Path:
        """Write the picture to a file whose name ends in .png, .svg, .pdf, .html or .json.

        Paper is white, so that is the background; None leaves it transparent. A page in HTML needs
        no network, and shows what a notebook does. Returns the path.
        """
        path = Path(path)
        kind = path.suffix.lower()
        if kind not in _WRITERS:
            raise CorpusError(
                f"a picture cannot be saved as {path.name!r}",
                f"end the name in one of: {', '.join(_WRITERS)}",
            )
        spec = self.on_screen if kind == ".html" else self.spec
        if background is not None:
            spec["config"]["background"] = background
        path.write_bytes(_WRITERS[kind](spec))
        return path

    def __repr__(self) -> str:
        return f"Picture({self._name})"

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the specification, and an image for pages that draw none, as GitHub's are."""
        data: dict[str, Any] = {MIME: self.on_screen, "text/plain": repr(self)}
        if find_spec("vl_convert"):
            spec = self.spec
            spec["config"]["background"] = "white"
            data["image/png"] = base64.b64encode(_png(spec)).decode("ascii")
        return data, {MIME: {"embed_options": _copy(_EMBED)}}


def _copy(spec: Spec) -> Spec:
    copy: Spec = json.loads(json.dumps(spec))
    return copy


def _png(spec: Spec) -> bytes:
    image: bytes = _library("vl_convert").vegalite_to_png(spec, vl_version=VERSION, ppi=_PPI)
    return image


def _svg(spec: Spec) -> bytes:
    text: str = _library("vl_convert").vegalite_to_svg(spec, vl_version=VERSION)
    return text.encode("utf-8")


def _pdf(spec: Spec) -> bytes:
    document: bytes = _library("vl_convert").vegalite_to_pdf(spec, vl_version=VERSION)
    return document


def _html(spec: Spec) -> bytes:
    # vl-convert makes such a page too, but there a word like `</script>` ends the script.
    program = _library("vl_convert").javascript_bundle(vl_version=VERSION)
    data = json.dumps([spec, _EMBED], ensure_ascii=False).replace("<", "\\u003c")
    draw = f'const [spec, options] = {data};\nvegaEmbed("#picture", spec, options);'
    return _PAGE.format(policy=_POLICY, program=program, draw=draw).encode("utf-8")


# The page asks nobody for anything, whatever stands in it.
_POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'"
_PAGE = """<!DOCTYPE html>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>corpus</title>
<div id="picture"></div>
<script>{program}</script>
<script>{draw}</script>
"""


def _json(spec: Spec) -> bytes:
    return json.dumps(spec, ensure_ascii=False, indent=1).encode("utf-8")


_WRITERS: Mapping[str, Callable[[Spec], bytes]] = {
    ".png": _png,
    ".svg": _svg,
    ".pdf": _pdf,
    ".html": _html,
    ".json": _json,
}


def _library(name: str) -> Any:
    # By name, so that nothing of a picture is loaded before it is needed: Altair alone takes
    # seconds where JupyterLab is installed.
    try:
        return import_module(name)
    except ImportError as error:
        raise CorpusError(
            f"{name.replace('_', '-')} is not installed", "pip install 'corpus[notebook]'"
        ) from error
