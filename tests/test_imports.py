"""Imports inside functions give their reason, and what an audit needs loads nothing else."""

import ast
import subprocess
import sys

import pytest

from books import ROOT

PACKAGE = ROOT / "analysis" / "countback"
EXCLUDED = ("procedures", "runs")
"""Rooms whose imports are not read yet."""


def sources():
    return [p for p in PACKAGE.rglob("*.py") if p.relative_to(PACKAGE).parts[0] not in EXCLUDED]


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
