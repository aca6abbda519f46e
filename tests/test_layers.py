"""Imports flow one way, and each library from outside has its home: read from the sources."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[1] / "src" / "corpus"

# From top to bottom: a unit may import units of lower layers, and itself. A unit is a module or a
# package right under `corpus`; "" is `corpus/__init__.py`.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"__main__"}),
    frozenset({"cli"}),
    frozenset({""}),
    frozenset({"workspace"}),
    frozenset({"subcorpora"}),
    frozenset({"counting"}),
    frozenset({"overview", "statistics", "explaining"}),
    frozenset({"marked_lines"}),
    frozenset({"concordance", "versions"}),
    frozenset({"line_order"}),
    frozenset({"scope"}),
    frozenset({"inbox", "search", "results", "checking", "export", "formats", "reading"}),
    frozenset(
        {"folding", "ingest", "index", "markup", "marking", "pictures", "repeats", "snippets"}
    ),
    frozenset({"render"}),
    frozenset({"patterns"}),
    frozenset({"columns", "identities", "preparing"}),
    frozenset({"store", "query", "analysis", "given"}),
    frozenset({"morphology", "boilerplate"}),
    frozenset({"sources", "text", "paths", "receipt", "fields"}),
    frozenset(
        {
            "arrow",
            "codes",
            "model",
            "interrupts",
            "periods",
            "processes",
            "progress",
            "version",
            "limits",
        }
        | {"reprints", "differences"}
    ),
    # What `model` calls when it is asked to.
    frozenset({"citation"}),
    frozenset({"errors"}),
)
LEVEL = {unit: level for level, layer in enumerate(LAYERS) for unit in layer}

# Library → where it may be imported. "pyarrow" itself, tables in memory, is the language in which
# the upper layers talk; its files are another matter.
HOMES: dict[str, frozenset[str]] = {
    "click": frozenset({"cli"}),
    "whoosh": frozenset({"index"}),
    "pymorphy3": frozenset({"morphology"}),
    "pymorphy3_dicts_ru": frozenset({"morphology"}),
    "trafilatura": frozenset({"sources.html"}),
    "yaml": frozenset({"sources.frontmatter"}),
    # Nowhere by statement: `results` looks for them by name when they are asked for.
    "polars": frozenset(),
    "pandas": frozenset(),
    "xlsxwriter": frozenset(),
    # Nor these: `pictures.picture` does.
    "altair": frozenset(),
    "vl_convert": frozenset(),
    "numpy": frozenset(
        {
            "arrow",
            "text",
            "morphology",
            "boilerplate",
            "marking",
            "marked_lines",
            "store",
            "columns",
            "reprints",
            "patterns",
            "index",
            "search",
            "snippets",
            "explaining",
            "identities",
        }
        | {
            "checking",
            "overview",
            "scope",
            "line_order",
            "concordance",
            "folding",
            "repeats",
            "versions",
            "statistics",
            "counting",
            "subcorpora",
        }
        | {"workspace", "formats", "pictures", "export"}
    ),
    "pyarrow": frozenset(
        {
            "arrow",
            "store",
            "columns",
            "patterns",
            "index",
            "render",
            "results",
            "search",
            "explaining",
            "export",
            "scope",
            "line_order",
            "concordance",
            "versions",
            "statistics",
            "subcorpora",
            "workspace",
            "sources.parquet",
            "preparing",
            "formats.blocks",
            "marking",
            "marked_lines",
        }
        | {"cli.output", "cli.reading"}
        # Only where a regular expression is written: it is tried on the engine that will run it.
        | {"query.expressions"}
    ),
    "pyarrow.parquet": frozenset({"store", "render", "export", "sources.parquet", "cli.output"}),
    "pyarrow.compute": frozenset(
        {"store", "columns", "patterns", "index", "results", "search", "export", "scope"}
        | {"statistics", "subcorpora", "query.expressions"}
    ),
}


def module_name(path: Path) -> str:
    """Return a module's name without `corpus.`; "" is the package itself."""
    parts = path.relative_to(SOURCES).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(SOURCES.rglob("*.py"))}


@cache
def imports(name: str) -> frozenset[str]:
    """Return the full names that a module imports at run time, wherever in it that stands."""
    return frozenset(_imports(name))


def _imports(name: str) -> Iterator[str]:
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    for node in _running(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: a relative import in line {node.lineno}"
            yield from (_imported(node.module or "", alias.name) for alias in node.names)


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a tree without what only type checkers read."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        yield from _running(node)


def _imported(module: str, name: str) -> str:
    """Return what `from module import name` imports: a module of ours, or else `module`."""
    inner = f"{module}.{name}".removeprefix("corpus.")
    return f"{module}.{name}" if inner in MODULES or module == "pyarrow" else module


def ours(name: str) -> set[str]:
    """Return the modules of corpus that a module imports, without `corpus.`."""
    found = {found for found in imports(name) if found.partition(".")[0] == "corpus"}
    return {found.removeprefix("corpus").removeprefix(".") for found in found}


def unit(name: str) -> str:
    return name.partition(".")[0]


def test_every_unit_has_a_layer_and_only_one() -> None:
    assert {unit(name) for name in MODULES} == set(LEVEL)
    assert sum(map(len, LAYERS)) == len(LEVEL)


@pytest.mark.parametrize("name", MODULES)
def test_imports_lead_down(name: str) -> None:
    upward = {
        imported
        for imported in ours(name)
        if unit(imported) != unit(name) and LEVEL[unit(imported)] <= LEVEL[unit(name)]
    }
    assert not upward, f"{name or 'corpus'} imports {upward} from its own layer or from above"


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name: ours(name) - {name} for name in MODULES}
    graphlib.TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("name", MODULES)
def test_no_module_imports_the_root_of_its_own_package(name: str) -> None:
    package = name.rpartition(".")[0]
    if package:
        assert package not in ours(name)
    if name not in ("", "__main__"):
        assert "" not in ours(name)


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_imported_at_home_only(library: str) -> None:
    strangers = {
        name
        for name in MODULES
        if any(found == library or found.startswith(f"{library}.") for found in imports(name))
        and not any(name == home or name.startswith(f"{home}.") for home in HOMES[library])
    }
    assert not strangers


@pytest.mark.parametrize("library", HOMES)
def test_every_home_of_a_library_is_lived_in(library: str) -> None:
    users = [
        name
        for name in MODULES
        if any(found == library or found.startswith(f"{library}.") for found in imports(name))
    ]
    empty = {
        home
        for home in HOMES[library]
        if not any(name == home or name.startswith(f"{home}.") for name in users)
    }
    assert not empty, "take it out of HOMES"


def test_query_language_and_readers_stand_alone() -> None:
    """A query can be parsed, and a file read, without a corpus, an index or a dictionary."""
    for package, allowed in (
        ("query", {"errors", "query", "text.fold"}),
        ("sources", {"errors", "model", "sources"}),
        ("text", {"model", "text"}),
    ):
        used = {i for name in MODULES if unit(name) == package for i in ours(name)}
        strangers = {i for i in used if i not in allowed and unit(i) not in allowed}
        assert not strangers, f"{package} imports {strangers}"
