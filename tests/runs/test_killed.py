"""A build that is killed at any moment: the next one has the files of a build that never was."""

import json
import shutil
import subprocess
import sys

import pytest

from books import ROOT

pytest.importorskip("fcntl")

MOMENTS = 20

BUILDS = '''
import contextlib, hashlib, json, os, shutil, signal, sys
from pathlib import Path
from countback.deposit import manifest
from countback.files import write
from countback.project import Project
from countback.runs import kernels, lock, make
from countback.runs.plan import plan
from countback.runs.results import Result

def execute(notebook, executed, parameters, root, title, server):
    """Write what a notebook would: its results, one file after the other."""
    folder = executed.parent
    for i in range(3):
        (folder / f"figure-{i}.svg").write_text("<svg>" + title * 200, encoding="utf-8")
    Result(parameters={}, values={"rate": 0.5}).write(folder)
    write(executed, json.dumps({"cells": []}))

make.execute = execute
kernels.serving = lambda root: contextlib.nullcontext()
make.os.cpu_count = lambda: 1
root = Path(sys.argv[1])
project = Project(root)
planned = plan(project)
names = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.truncate", "shutil.rmtree"}

def build(watch):
    """Build in a process of its own; how it ended, and what `watch` wrote to the pipe."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            watch(writing)
            with lock.holding(project.build):
                make.make(project, planned)
                manifest.write_manifest(project.root, project.build, planned, {})
            os._exit(0)
        except BaseException as error:
            os.write(2, f"{error!r}\\n".encode())
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        events = len(told.read())
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), events

def at(last):
    """Audit hook that is told of each change of a file, and ends the process at the one of number `last`."""
    def watch(writing):
        seen = 0
        def hook(event, arguments):
            nonlocal seen
            changes = event in names or (event == "open" and isinstance(arguments[2], int) and arguments[2] & 3)
            if not changes:
                return
            os.write(writing, b".")
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(hook)
    return watch

def files():
    """Digest of each file of the build, but for times."""
    found = {}
    for path in sorted(project.build.rglob("*")):
        if path.is_file() and path.name not in (make.MANIFEST, make.EXECUTED, lock.FILE):
            found[path.relative_to(root).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found

code, events = build(at(None))
assert code == 0
told = {"events": events, "clean": files(), "ends": [], "after": []}
for moment in range(int(sys.argv[2])):
    shutil.rmtree(project.output)
    last = 1 + moment * (events - 1) // (int(sys.argv[2]) - 1)
    ends = build(at(last))[0], build(lambda writing: None)[0]
    told["ends"].append(ends)
    told["after"].append(files() == told["clean"])
print(json.dumps(told))
'''


def test_a_build_killed_at_any_change_of_a_file_leaves_nothing_that_the_next_one_keeps(tmp_path):
    shutil.copytree(ROOT / "tests/tiny", tmp_path / "tiny")
    done = subprocess.run(
        [sys.executable, "-c", BUILDS, str(tmp_path / "tiny"), str(MOMENTS)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["events"] > MOMENTS
    assert any(name.endswith("result.json") for name in told["clean"])
    assert told["ends"] == [[-9, 0]] * MOMENTS
    assert told["after"] == [True] * MOMENTS
