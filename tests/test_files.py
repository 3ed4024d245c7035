"""Files: what is written never destroys what was there."""

import errno
import os
from pathlib import Path

import pytest

from countback import files
from countback.errors import told


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "kept.json"
    path.write_text("before", encoding="utf-8")

    def full(self, data):
        with self.open("wb") as file:
            file.write(data[:3])
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left") as caught:
        files.write(path, "after")
    assert path.read_text(encoding="utf-8") == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["kept.json"]
    problems, status = told(caught.value)
    assert status == 1
    assert problems[0].endswith("kept.json: no space left on device; make room and try again")


def test_links_and_modes_are_kept(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("before", encoding="utf-8")
    target.chmod(0o640)
    link.symlink_to("target")
    files.write(link, "after")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "after"
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_device_and_a_pipe_are_written_through(tmp_path):
    files.write(Path("/dev/null"), "gone")
    assert Path("/dev/null").is_char_device()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    files.write(pipe, "through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert pipe.is_fifo()


def test_two_outputs_may_share_a_device(folder):
    files.check_destinations({"--json": Path("/dev/null"), "--csv": Path("/dev/null")})


def test_csv_is_safe_in_a_spreadsheet():
    rows = [{"=head": "=1+1", "b": -1.5}, {"=head": "@SUM(A1)", "b": "-1.5"}, {"=head": "-3 (-4 to 2)", "b": "+cmd"}]
    assert files.as_csv(rows).splitlines() == ["'=head,b", "'=1+1,-1.5", "'@SUM(A1),-1.5", "'-3 (-4 to 2),'+cmd"]


def test_a_fault_of_the_system_that_a_library_names_itself_is_told_as_one():
    class Failed(Exception):
        errno = errno.EMFILE

    assert told(Failed("x")) == told(OSError(errno.EMFILE, "Too many open files"))
