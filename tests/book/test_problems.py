"""Problems of pages: kept where they were read, merged from other processes, dropped when a page is read anew."""

from types import SimpleNamespace

import pytest

from countback.book import problems


def environment(**pages):
    env = SimpleNamespace(doc2path=lambda page, base: f"{page}.md")
    for page, found in pages.items():
        for line, problem in found:
            problems.note(env, page, line, problem)
    return env


def said(env, capsys):
    with pytest.raises(SystemExit) as stopped:
        problems.raise_problems(None, env)
    assert stopped.value.code == 1
    return capsys.readouterr().err.splitlines()[1:]


def test_what_other_processes_have_found_is_said_too(capsys):
    env = environment(b=[(2, "here")])
    problems.merge(None, env, ["a"], environment(a=[(1, "there")], c=[(3, "not read by it")]))
    assert said(env, capsys) == ["error: a.md, line 1: there", "error: b.md, line 2: here"]


def test_a_page_read_anew_begins_without_problems():
    env = environment(a=[(None, "gone")])
    problems.forget(None, env, "a")
    problems.raise_problems(None, env)
