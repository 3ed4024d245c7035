"""One build in a folder at a time: the second says who is there; the lock of a dead process is free."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from books import ROOT
from countback.cli import main
from countback.errors import InputError
from countback.runs import lock

pytest.importorskip("fcntl")

HOLD = """
import sys, time
from pathlib import Path
from countback.runs.lock import Lock
held = Lock(Path(sys.argv[1]))
{then}
print("held", flush=True)
sys.stdin.read()
"""


def holder(folder, then=""):
    """A process that holds the lock of a folder until it is killed, or its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(then=then), str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_build_says_who_is_there(tmp_path):
    build = tmp_path / "build"
    process = holder(build)
    with pytest.raises(InputError, match=rf"another build is under way here \(process {process.pid} on "):
        lock.Lock(build)
    process.communicate()
    lock.Lock(build).release()


def test_the_lock_of_a_killed_process_is_free(tmp_path):
    process = holder(tmp_path)
    process.kill()
    process.communicate()
    with lock.holding(tmp_path):
        assert str(os.getpid()) in (tmp_path / lock.FILE).read_text(encoding="utf-8")
    assert (tmp_path / lock.FILE).read_text(encoding="utf-8") == ""


def test_a_child_that_outlives_it_does_not_keep_the_lock(tmp_path):
    process = holder(tmp_path, "import os\nif os.fork(): sys.stdin.read()")
    process.kill()
    process.wait()
    lock.Lock(tmp_path).release()
    process.communicate()


def test_an_error_lets_the_lock_go(tmp_path):
    with pytest.raises(ZeroDivisionError), lock.holding(tmp_path):
        raise ZeroDivisionError
    lock.Lock(tmp_path).release()


def test_run_is_refused_in_a_folder_in_use(tmp_path):
    process = holder(tmp_path / "build")
    made = CliRunner().invoke(main, ["run", "--root", str(ROOT), "--build", str(tmp_path / "build")])
    assert made.exit_code == 2
    assert made.output.startswith("error: ")
    assert f"another build is under way here (process {process.pid} on " in made.output
    assert not (tmp_path / "build" / "runs").exists()
    process.communicate()
