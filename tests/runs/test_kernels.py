"""Warm kernels: what a fork sees is what a kernel started from nothing sees, and nothing of it outlives its build."""

import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from books import ROOT, command
from countback.project import Project
from countback.runs import kernels, make
from countback.runs.results import Result

pytestmark = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks at processes in /proc")

PROBE = """
import os, random, sys
seen = {
    "names": sorted(k for k in globals() if not k.startswith("_") and k not in ("In", "Out")),
    "folder": os.path.relpath(os.getcwd(), start),
    "path": [p for p in sys.path if "site-packages" not in p],
    "environment": {k: v for k, v in sorted(os.environ.items()) if k not in ("JPY_PARENT_PID", "_")},
    "arguments": len(sys.argv),
    "main": sys.modules["__main__"].__dict__ is globals(),
    "argv": os.path.basename(sys.argv[0]),
}
import visited
visited.times += 1
seen["times"] = visited.times
import numpy
draws = random.random(), float(numpy.random.random())
import matplotlib
from matplotlib.figure import Figure
seen["matplotlib"] = {k: str(v) for k, v in matplotlib.rcParams.items()}
matplotlib.rcParams["font.size"] = 31
os.environ["LEFT_BEHIND"] = "1"
numpy.seterr(all="raise")
seen["numpy"] = numpy.geterr()
left_behind = 1
"""
DRAW = """
from countback.runs.notebook import Run
from pathlib import Path
run = Run(Path(output), {})
numpy.seterr(all="warn")
matplotlib.rcParams["font.size"] = 10
figure = Figure()
figure.subplots().plot([1, 2, 3], [3, 1, 2], label="a")
figure.legend()
run.figure("drawn", figure, "a line")
run.value(**{"seen": seen})
run.finish()
parent = Path("/proc", str(os.getppid()), "cmdline").read_text()
Path(output, "told").write_text(repr((draws, parent)))
"""


def cell(i, source, *tags):
    return {
        "cell_type": "code", "id": f"probe-{i}", "execution_count": None, "metadata": {"tags": list(tags)},
        "outputs": [], "source": source,
    }  # fmt: skip


@pytest.fixture
def probe(tmp_path):
    """A project whose one notebook looks at what its kernel is, and spoils what it can."""
    root = tmp_path / "a {project}"
    shutil.copytree(ROOT / "tests/tiny/data", root / "data")
    (root / "analysis/notebooks").mkdir(parents=True)
    (root / "visited.py").write_text("times = 0\n", encoding="utf-8")
    listed = "".join(f"  - {{name: {name}, title: {name}, notebook: probe}}\n" for name in ("one", "two"))
    (root / "analysis/runs.yml").write_text(f"runs:\n{listed}", encoding="utf-8")
    declared = 'trial: "TrialFolder" = "data/tiny"\noutput: "ResultsFolder" = "out"\n' + f"start: str = {str(root)!r}"
    notebook = {
        "cells": [cell(0, declared, "parameters"), cell(1, PROBE), cell(2, DRAW)],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    (root / "analysis/notebooks/probe.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return Project(root)


def built(project, folder, *names, **environment):
    """The same project with results elsewhere, run by a process of its own."""
    options = ("--root", str(project.root), "--build", str(folder))
    made = command("countback", "run", *names, *options, cwd=folder.parent, **environment)
    return made, Project(project.root, folder)


@pytest.mark.slow
def test_a_forked_kernel_is_as_one_started_from_nothing(probe, tmp_path):
    made, warm = built(probe, tmp_path / "warm", **{kernels.COLD: "0"})
    assert made.returncode == 0, made.stderr[-2000:]
    made, cold = built(probe, tmp_path / "cold", **{kernels.COLD: "1"})
    assert made.returncode == 0, made.stderr[-2000:]
    told = set()
    for run in ("one", "two"):
        for file in ("drawn.svg", "drawn.pdf"):
            assert (warm.run(run) / file).read_bytes() == (cold.run(run) / file).read_bytes()
        seen = [Result.read(project.run(run)).values["seen"] for project in (warm, cold)]
        assert [each["environment"].pop(kernels.COLD) for each in seen] == ["0", "1"]
        assert seen[0] == seen[1]
        assert seen[0]["times"] == 1
        assert seen[0]["folder"] == "."
        for project in (warm, cold):
            draws, parent = ast.literal_eval((project.run(run) / "told").read_text())
            assert ("kernels.serve" in parent) == (project is warm)
            told.add(draws)
    assert len(told) == 4  # no two kernels draw the same


@pytest.mark.slow
def test_a_real_notebook_gives_the_same_bytes_warm_and_cold(tmp_path):
    folders = []
    for cold in ("0", "1"):
        made, project = built(Project(ROOT), tmp_path / f"cold-{cold}", "sri4-week12", **{kernels.COLD: cold})
        assert made.returncode == 0, made.stderr[-2000:]
        files = project.run("sri4-week12").iterdir()
        folders.append({path.name: path.read_bytes() for path in files if path.name not in UNSTABLE})
    assert folders[0] == folders[1]
    assert {"result.json", "rates.svg", "rates.pdf"} <= set(folders[0])


UNSTABLE = (make.EXECUTED, make.MANIFEST)


@pytest.mark.slow
def test_a_kernel_that_dies_is_named(probe, tmp_path):
    path = probe.notebook("probe")
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][1]["source"] = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    made, _ = built(probe, tmp_path / "built", "one")
    assert made.returncode == 1
    assert "probe.ipynb (run one): the kernel died" in made.stderr
    assert "Traceback" not in made.stderr


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setattr(kernels, "PRELOADED", ())
    found = kernels.Server(tmp_path)
    yield found
    found.close()


def test_the_server_is_asked_and_answers(server):
    assert server.ask(poll=1) == -9  # a process that is no kernel of its own is never looked at,
    assert server.ask(signal=[os.getpid(), 9]) is None  # nor hurt


def test_a_server_that_has_died_says_so(server):
    server._process.kill()
    server._process.wait()
    with pytest.raises(OSError):
        server.ask(poll=1)
    assert kernels.Forked(server, 1).poll() == -9


def test_nothing_is_forked_where_kernels_are_to_be_cold(tmp_path, monkeypatch):
    monkeypatch.setenv(kernels.COLD, "1")
    with kernels.serving(tmp_path) as server:
        assert server is None


def test_sockets_of_the_dead_are_removed_and_no_others(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    prefix = kernels._prefix()
    dead, alive, foreign = (
        tmp_path / name for name in (f"{prefix}{ended.pid}-abc", f"{prefix}{os.getpid()}-abc", f"countback-{ended.pid}")
    )
    for folder in (dead, alive, foreign):
        folder.mkdir()
        (folder / "kernel.json").touch()
    kernels.remove_sockets_of_the_dead()
    assert not dead.exists()
    assert alive.exists()
    assert foreign.exists()
    with kernels.sockets() as settings:
        assert Path(settings.KernelManager.connection_file).parent.name.startswith(f"{prefix}{os.getpid()}-")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([alive.name, foreign.name])


def test_papermill_finds_the_engine():
    code = (
        "import countback.runs.engine as e; from papermill.engines import papermill_engines as p;"
        "assert p.get_engine('countback') is e.WarmEngine"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr


KILLED = """
import sys
from pathlib import Path
from countback.project import Project
from countback.runs import lock, make
from countback.runs.plan import plan
project = Project(Path(sys.argv[1]))
with lock.holding(project.build):
    make.make(project, plan(project), watch=lambda names, done, total: print("at", done, flush=True))
"""


def files_of(project):
    return {
        path.relative_to(project.output).as_posix(): path.read_bytes() if path.name not in UNSTABLE else b""
        for path in sorted(project.output.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def short_folder():
    """A folder whose path is short enough for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="c"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
def test_builds_that_are_killed_leave_nothing_that_the_next_one_keeps(tmp_path, short_folder):
    """Each finds what the one before has left; a run that was kept half done would be there in the end."""
    clean, project = (Project(tmp_path / name) for name in ("clean", "killed"))
    for each in (clean, project):
        shutil.copytree(ROOT / "tests/tiny", each.root)
    temporary = short_folder
    environment = {**os.environ, "TMPDIR": str(temporary), "COUNTBACK_TEST": str(tmp_path)}
    command = [sys.executable, "-c", KILLED]
    subprocess.run([*command, str(clean.root)], env=environment, check=True, capture_output=True)
    moments = [
        lambda build: build.stdout.readline(),  # the server is asked for its first kernels
        lambda build: until(lambda: there(project.staging, "executed.ipynb")),  # a notebook is under way
        lambda build: until(lambda: there(project.staging, "result.json")),  # a result is there, no manifest
        lambda build: [build.stdout.readline(), build.stdout.readline()],  # one run is complete, the other not
    ]
    for reached in moments:
        for complete in project.runs.glob("*/manifest.json"):
            shutil.rmtree(complete.parent)  # to be run again; all else stays
        build = subprocess.Popen([*command, str(project.root)], env=environment, stdout=subprocess.PIPE, text=True)
        reached(build)
        build.kill()
        build.communicate()
        until(lambda: not processes(tmp_path))
    subprocess.run([*command, str(project.root)], env=environment, check=True, capture_output=True)
    assert files_of(project) == files_of(clean)
    assert list(temporary.iterdir()) == []


def there(folder, name):
    """Whether a file of the name is below a folder from which another process may take parts away meanwhile."""
    return any(name in files for _, _, files in os.walk(folder))


def until(holds):
    """Wait for something that another process does; the test's own limit is what ends it if it never does."""
    end = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < end, "waited two minutes"


def processes(mark):
    """Processes that have the mark in their environment, but for zombies."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if f"COUNTBACK_TEST={mark}".encode() in (path / "environ").read_bytes():
                found.append(path.name)
        except OSError:
            continue
    return found
