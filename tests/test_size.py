"""How long modules and functions of the package may be."""

import ast

import pytest

from books import ROOT

PACKAGE = ROOT / "analysis" / "countback"
MODULE, FUNCTION = 400, 60


def too_long(source):
    """The functions of a module that are longer than allowed, decorators not counted, and the module where it is."""
    lines = len(source.splitlines())
    found = [f"the module: {lines} lines"] if lines > MODULE else []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            found += [f"{node.name}: {length} lines"] if length > FUNCTION else []
    return found


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_and_its_functions_are_short(path):
    assert too_long(path.read_text(encoding="utf-8")) == []


def test_what_is_too_long_is_found():
    assert too_long("def short():\n" + "    pass\n" * (FUNCTION - 1)) == []
    assert too_long("class Some:\n    def long(self):\n" + "        pass\n" * FUNCTION) == ["long: 61 lines"]
    assert too_long("\n" * MODULE) == []
    assert too_long("\n" * (MODULE + 1)) == ["the module: 401 lines"]
