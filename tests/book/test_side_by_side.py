from types import SimpleNamespace

import pytest

from countback.book import side_by_side


@pytest.mark.parametrize(
    ("said", "cores", "expected"), [("", 2, 2), ("", 64, 4), ("", None, 1), ("1", 2, 1), ("0", 2, 1), ("many", 2, 2)]
)
def test_as_many_processes_as_cores_unless_something_else_is_said(monkeypatch, said, cores, expected):
    monkeypatch.setenv(side_by_side.JOBS, said)
    monkeypatch.setattr(side_by_side.os, "cpu_count", lambda: cores)
    assert side_by_side.jobs() == expected


@pytest.mark.parametrize(("builder", "before", "after"), [("html", 1, 2), ("html", 3, 3), ("latex", 1, 1)])
def test_pages_alone_are_written_side_by_side(monkeypatch, builder, before, after):
    monkeypatch.setenv(side_by_side.JOBS, "2")
    app = SimpleNamespace(builder=SimpleNamespace(name=builder), parallel=before)
    side_by_side.write_side_by_side(app, None)
    assert app.parallel == after
