"""The hooks before a commit: each is a command at hand, accepts the tree, and refuses what it is there for."""

import json
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest
import yaml

from books import ROOT, command, ensure

HOOKS = {
    hook["id"]: hook
    for repo in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    for hook in repo["hooks"]
}


def words(hook):
    """A hook's command, in the environment that runs the tests."""
    return [word.replace(".venv/bin", str(Path(sys.executable).parent)) for word in shlex.split(hook["entry"])]


def tracked(hook):
    pattern = hook.get("files", r"\.ipynb$|\.py$" if "types_or" in hook else r"\.py$")
    places = ("analysis", "data", "tests", "benchmarks")
    every = [
        p.relative_to(ROOT).as_posix() for place in places for p in sorted((ROOT / place).rglob("*")) if p.is_file()
    ]
    return [name for name in every if re.search(pattern, name) and "node_modules" not in name]


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(HOOKS))
def test_a_hook_accepts_the_tree(name):
    hook = HOOKS[name]
    files = tracked(hook)
    assert files
    ensure(command(*words(hook), *(files if hook.get("pass_filenames", True) else []), cwd=ROOT))


SPOILT = {
    "ruff": ("spoilt.py", "import os\n"),
    "ruff-format": ("spoilt.py", "x = ( 1 )\n"),
    "trial-schema": ("trial.yml", "id: x\n"),
    "claims-schema": ("claims.yml", "document: x\nclaims: [{id: 1}]\n"),
    "runs-schema": ("runs.yml", "runs: []\n"),
}


@pytest.mark.parametrize("name", sorted(SPOILT))
def test_a_hook_refuses_what_it_is_there_for(name, tmp_path):
    file, text = SPOILT[name]
    (tmp_path / file).write_text(text, encoding="utf-8")
    assert command(*words(HOOKS[name]), str(tmp_path / file), cwd=ROOT).returncode == 1


def test_none_needs_a_network():
    assert all(hook["language"] == "system" for hook in HOOKS.values())


@pytest.mark.slow
def test_a_notebook_with_outputs_is_refused(tmp_path):
    for name in ("pyproject.toml", "tests", "analysis"):
        source = ROOT / name
        ignored = shutil.ignore_patterns("node_modules", "__pycache__")
        shutil.copytree(source, tmp_path / name, ignore=ignored) if source.is_dir() else shutil.copy2(source, tmp_path)
    notebook = tmp_path / "analysis" / "notebooks" / "joint.ipynb"
    held = json.loads(notebook.read_text(encoding="utf-8"))
    held["cells"][-1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}]
    notebook.write_text(json.dumps(held), encoding="utf-8")
    assert command(*words(HOOKS["notebooks"]), cwd=tmp_path).returncode == 1


def test_an_import_against_the_layers_is_refused(tmp_path):
    shutil.copytree(
        ROOT / "analysis" / "countback", tmp_path / "countback", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy2(ROOT / "pyproject.toml", tmp_path)
    lower = tmp_path / "countback" / "files.py"
    lower.write_text(
        lower.read_text(encoding="utf-8") + "\n\ndef f():\n    import countback.trial.folder\n", encoding="utf-8"
    )
    made = command(*words(HOOKS["layers"]), "--no-cache", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert made.returncode == 1
    assert "countback.files -> countback.trial.folder" in " ".join(made.stdout.split())
