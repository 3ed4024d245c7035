"""Imports inside functions give their reason, and what an audit needs loads nothing else."""

import ast
import graphlib
import subprocess
import sys

import grimp
import pytest

from books import ROOT

PACKAGE = ROOT / "analysis" / "countback"


def sources():
    return sorted(PACKAGE.rglob("*.py"))


def unexplained(source):
    """Lines where imports inside a function begin without a comment ``# here: ...`` on their first line."""
    lines, found = source.splitlines(), set()
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        imports = [node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]
        last = 0
        for node in sorted(imports, key=lambda node: node.lineno):
            if node.lineno != last + 1 and "# here: " not in lines[node.lineno - 1]:
                found.add(node.lineno)
            last = node.end_lineno
    return sorted(found)


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_an_import_inside_a_function_gives_its_reason(path):
    assert unexplained(path.read_text(encoding="utf-8")) == []


def test_an_unexplained_import_is_found():
    block = "def f():\n    import a{}\n    import b\n    return a, b\n"
    assert unexplained("import a\n" + block.format("")) == [3]
    assert unexplained("import a\n" + block.format("  # here: half a second")) == []
    assert unexplained("def f():\n    import a  # here: rarely\n    a()\n    import b\n") == [4]


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (
            ["audit", "data/he2020"],
            {"matplotlib", "pandas", "statsmodels", "sphinx", "papermill", "seaborn", "docutils"},
        ),
        (["--help"], {"numpy", "scipy", "pydantic", "yaml", "matplotlib"}),
    ],
    ids=["audit", "help"],
)
def test_a_command_loads_only_what_it_needs(arguments, unwanted):
    code = f"""
import sys
from countback.cli import main
try:
    main({arguments!r})
except SystemExit as ended:
    assert not ended.code, ended.code
print(*{{name.partition(".")[0] for name in sys.modules}}, sep="\\n", file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert "countback" in loaded
    assert loaded & unwanted == set()


def circles(imported):
    """Modules that import themselves by way of others; ``imported`` has what each module imports."""
    found, order = set(), graphlib.TopologicalSorter(imported)
    try:
        order.prepare()
    except graphlib.CycleError as error:
        found = set(error.args[1])
    return sorted(found)


def test_no_module_imports_itself_by_way_of_others():
    graph = grimp.build_graph("countback")
    assert circles({module: graph.find_modules_directly_imported_by(module) for module in graph.modules}) == []


def test_a_circle_is_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c"]
    assert circles({"a": {"b"}, "b": {"c"}, "d": {"a"}}) == []
