"""The Sphinx extension, on a tiny book whose data try to be markup."""

import html
import json
import re
import shutil

import pytest
from packaging.requirements import Requirement

from books import ROOT, build
from countback import environment, sphinx_ext
from countback.show.tables import display

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("tiny")]
STRICT = ("-W", "-n", "--keep-going")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny") / "book"
    shutil.copytree(ROOT / "tests" / "tiny", folder)
    made = build(folder, *STRICT)
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-2000:]
    return folder


@pytest.fixture
def tiny(built, tmp_path):
    """A copy of the built tiny book, to be changed."""
    folder = tmp_path / "book"
    shutil.copytree(built, folder)
    return folder


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def page(folder, name):
    return (folder / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")


def runs_made(made):
    steps = re.findall(r"notebooks: (\d+) of (\d+) run", made.stderr)
    return int(steps[-1][1]) if steps else 0


def test_values_stand_on_the_page_in_their_format(built):
    text = page(built, "index")
    for shown in (">70.0%<", ">–<", ">3<", ">&lt;i&gt;5 &lt; 6&lt;/i&gt; *star* $x$<"):
        assert f'<span class="stat"{shown}' in text


def test_a_claim_shows_number_verdict_and_how_it_came_about(built):
    text = page(built, "index")
    pattern = (
        r'<a aria-describedby="(.*?)" [^>]*rows.html#audit-claim-percent">(.*?)</a><span [^>]*id="(.*?)">(.*?)</span>'
    )
    described, claim, tip, words = re.search(pattern, text, re.DOTALL).groups()
    assert '<span class="claim-number">70.0%</span>' in claim
    assert '<span class="verdict-mark">reproduced</span>' in claim
    assert described == tip  # an explanation, and no part of the link's name
    assert words == "Printed: 70.0. Reproduced. 7 of 10 gives 70.0."
    assert 'id="audit-claim-percent"' in page(built, "rows")


def test_data_are_text_and_never_markup(built):
    for name in ("index", "rows", "chapters/runs/audit", "chapters/runs/one"):
        text = page(built, name)
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    note = "<script>alert(1)</script> *not* {stat}`one:rate` \\input{x} $x_1$ [a](b) | &amp;"
    assert html.escape(note, quote=False) in page(built, "rows")
    assert html.escape(note, quote=False) in page(built, "chapters/runs/audit")
    assert "One *run* &lt;b&gt;here&lt;/b&gt;" in page(built, "chapters/runs/one")


def test_only_formulas_are_typeset_as_formulas(built):
    settings = re.search(r"window.MathJax = (.*?)</script>", page(built, "rows"), re.DOTALL)[1]
    assert '"processHtmlClass": "math"' in settings
    assert '<span class="math notranslate nohighlight">\\(p_1 - p_2\\)</span>' in page(built, "rows")


def test_a_figure_has_its_alternative_text(built):
    alt = "a line at 70% &amp; &lt;more&gt;"
    assert f'alt="{alt}"' in page(built, "index")
    assert f'alt="{alt}"' in page(built, "chapters/runs/one")
    assert "A dot, with rate" in page(built, "index")


def test_a_second_build_runs_nothing(tiny):
    made = build(tiny, *STRICT)
    assert (made.returncode, runs_made(made)) == (0, 0)


def test_a_changed_count_reruns_only_what_reads_it(tiny):
    change(tiny / "data/tiny/counts.csv", "worse,,new,1,10", "worse,,new,2,10")
    made = build(tiny, *STRICT)
    assert (made.returncode, runs_made(made)) == (0, 1)
    assert "running audit" in made.stderr
    change(tiny / "data/tiny/counts.csv", "better,4,new,7,10", "better,4,new,8,10")
    made = build(tiny, *STRICT)
    assert (made.returncode, runs_made(made)) == (0, 2)
    assert '<span class="stat">80.0%</span>' in page(tiny, "index")
    assert "inconsistent" in page(tiny, "index")


def test_an_edited_result_is_made_anew(tiny):
    path = tiny / "_build/countback/runs/one/result.json"
    change(path, "0.7", "0.9")
    assert runs_made(build(tiny, *STRICT)) == 1
    assert json.loads(path.read_text())["values"]["rate"] == 0.7


def test_what_does_not_exist_is_an_error_with_page_line_and_nearest(tiny):
    before = page(tiny, "index")
    with (tiny / "index.md").open("a", encoding="utf-8") as file:
        file.write(
            "\n{stat}`one:rat` {stat}`won:rate` {stat}`one:text|.1f` {claim}`percnt`\n\n"
            ":::{run-figure} one dott\n:::\n\n:::{run-table} audit audits\n:::\n"
        )
    made = build(tiny)
    assert made.returncode == 1
    for line in (
        "index.md, line 12: {stat}`one:rat`: run one has no result 'rat'; did you mean rate",
        "index.md, line 12: {stat}`won:rate`: no run 'won'; did you mean one?",
        "index.md, line 12: {stat}`one:text|.1f`: format '.1f' does not fit",
        "index.md, line 12: {claim}`percnt`: no claim 'percnt'; did you mean percent?",
        "index.md, line 14: {run-figure} one dott: run one has no figure 'dott'; did you mean dot?",
        "index.md, line 17: {run-table} audit audits: run audit has no table 'audits'; did you mean audit?",
    ):
        assert f"error: {line}" in made.stderr
    assert "Traceback" not in made.stderr + made.stdout
    assert page(tiny, "index") == before
    change(tiny / "index.md", "\n{stat}`one:rat` {stat}`won:rate` {stat}`one:text|.1f` {claim}`percnt`\n", "")
    change(tiny / "index.md", ":::{run-figure} one dott\n:::\n\n:::{run-table} audit audits\n:::\n", "")
    assert build(tiny, *STRICT).returncode == 0


def test_a_failing_cell_stops_the_build_and_keeps_the_report(tiny):
    before, result = page(tiny, "index"), (tiny / "_build/countback/runs/one/result.json").read_bytes()
    change(tiny / "analysis/notebooks/one.ipynb", "rate = table.a / table.n1", "rate = table.a / 0")
    made = build(tiny)
    assert made.returncode == 1
    expected = "analysis/notebooks/one.ipynb, cell 5 (run one): ZeroDivisionError: division by zero"
    assert f"error: {expected}" in made.stderr
    assert "Traceback" not in made.stderr + made.stdout
    assert page(tiny, "index") == before
    assert (tiny / "_build/countback/runs/one/result.json").read_bytes() == result


def test_bad_data_stop_the_build_with_their_line(tiny):
    before = page(tiny, "index")
    change(tiny / "data/tiny/counts.csv", "better,4,new,7,10", "better,4,new,70,10")
    made = build(tiny)
    assert made.returncode == 2
    assert "error: data/tiny/counts.csv, line 2: events 70 exceeds total 10" in made.stderr
    assert "Traceback" not in made.stderr + made.stdout
    assert page(tiny, "index") == before


def test_the_build_after_a_killed_one_completes(tiny):
    whole = page(tiny, "index")
    (tiny / "_build/html/index.html").write_text("<html><body>half a pa", encoding="utf-8")
    (tiny / "_build/countback/building").touch()
    half = tiny / "_build/countback/staging/one"
    half.mkdir(parents=True)
    (half / "dot.svg").write_text("<svg", encoding="utf-8")
    shutil.rmtree(tiny / "_build/countback/runs/one")
    made = build(tiny, *STRICT)
    assert (made.returncode, runs_made(made)) == (0, 1)
    assert re.sub(r"\?v=\w+", "", page(tiny, "index")) == re.sub(r"\?v=\w+", "", whole)
    assert not (tiny / "_build/countback/building").exists()


def test_other_settings_are_announced_on_every_page(tiny):
    change(tiny / "_config.yml", "  config:\n", "  config:\n    countback_parameters: {scale: 0.5}\n")
    made = build(tiny, *STRICT)
    assert made.returncode == 0, made.stderr[-2000:]
    for name in ("index", "rows", "chapters/runs/one", "chapters/runs/audit"):
        assert "Not the published setting: scale = 0.5." in page(tiny, name)
    assert '<span class="stat">35.0%</span>' in page(tiny, "index")


def test_print_has_the_same_words(tiny):
    made = build(tiny, "--builder", "latex", *STRICT)
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-2000:]
    [source] = [p for p in (tiny / "_build/latex").glob("*.tex") if "begin{document}" in p.read_text()]
    text = source.read_text(encoding="utf-8")
    assert r"70.0\%" in text
    assert r"{\footnotesize[reproduced]}" in text
    assert r"\{stat\}`one:rate` \textbackslash{}input\{x\} \$x\_1\$" in text
    assert "\\input{x}" not in text
    assert re.search(r"\\sphinxincludegraphics\[.*?\]\{\{dot\}\.pdf\}", text)
    assert "Printed: 70.0" not in text  # the explanation is for screens


def test_an_incomplete_environment_is_named(monkeypatch, capsys):
    monkeypatch.setattr(environment, "requirements", lambda: [Requirement("no-such-package>=1")])
    with pytest.raises(SystemExit) as stopped:
        sphinx_ext.setup(None)
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert "no-such-package is not installed" in said
    assert "pip install -r requirements.txt" in said


def test_a_version_that_does_not_fit_is_named(monkeypatch):
    monkeypatch.setattr(environment, "requirements", lambda: [Requirement("numpy<1")])
    [problem] = environment.missing()
    assert re.fullmatch(r"numpy [\d.]+ is installed, but <1 is needed", problem)


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (0.05114, "p", "0.051"),
        (0.0004, "p", "<0.001"),
        (0.0005, "p", "0.001"),
        (0.00004, "p4", "<0.0001"),
        (0.0, "p", "0.000"),
        (1.0, "p", "1.000"),
        (-0.251, "+.1%", "−25.1%"),
        (None, ".1%", "–"),
        (float("nan"), "p", "–"),
        (float("inf"), ".2f", "∞"),
        ("-Infinity", ".2f", "−∞"),
        ("a-b", "", "a-b"),
        (True, "", "yes"),
        (16, "d", "16"),
    ],
)
def test_values_are_written_for_reading(value, form, shown):
    assert display(value, form) == shown


@pytest.mark.parametrize(("value", "form"), [("text", "p"), ("text", ".1f"), (1.5, "d"), (1, "nonsense")])
def test_a_format_that_does_not_fit_is_an_error(value, form):
    with pytest.raises(ValueError, match="format"):
        display(value, form)
