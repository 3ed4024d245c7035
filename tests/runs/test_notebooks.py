"""The notebooks: committed clean, run by themselves, and strict about their parameters."""

import json
from pathlib import Path

import pytest

from books import ROOT, command, copy_sources
from countback.project import Project
from countback.runs.parameters import read_notebook
from countback.runs.plan import plan

NOTEBOOKS = sorted((ROOT / "analysis" / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_clean(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    for cell in notebook["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert set(cell["metadata"]) <= {"tags"}
        assert cell["cell_type"] == "markdown" or len(cell["source"]) <= 22, "one idea a cell"
    assert notebook["cells"][0]["cell_type"] == "markdown"
    assert notebook["cells"][0]["source"][0].startswith("# ")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_declares_its_parameters_and_writes_its_results(path):
    notebook = read_notebook(path)
    assert notebook.trials[0] == "trial"
    assert notebook.output == "output"
    assert notebook.defaults["output"] == f"_build/countback/by-hand/{path.stem}"
    assert "run.finish(" in "".join(notebook.cells[-1]["source"])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_papermill_reads_the_same_parameters(path):
    import papermill

    notebook = read_notebook(path)
    seen = papermill.inspect_notebook(str(path))
    assert list(seen) == list(notebook.defaults)
    for name, parameter in notebook.declared.items():
        said = seen[name]["inferred_type_name"].strip("\"'")
        assert said == (f"Optional[{parameter.kind}]" if parameter.optional else parameter.kind)
        assert parameter.problem(notebook.defaults[name]) is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_parameter_is_documented(path):
    text = (ROOT / "chapters" / "rebuild.md").read_text(encoding="utf-8")
    for name in read_notebook(path).defaults:
        assert f"`{name}`" in text, f"chapters/rebuild.md does not name the parameter {name} of {path.stem}"


def test_the_contents_list_every_run():
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    for run in plan(Project(ROOT)):
        assert f"file: chapters/runs/{run.name}\n" in contents
    assert contents.count("file: chapters/runs/") == len(plan(Project(ROOT)))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return copy_sources(tmp_path_factory.mktemp("by-hand"))


def papermill(project, *options):
    return command("papermill", "analysis/notebooks/endpoint.ipynb", "out.ipynb", *options, cwd=project)


@pytest.mark.slow
@pytest.mark.xdist_group("notebooks")
def test_papermill_by_hand(project):
    made = papermill(project, "-p", "week", "24")
    assert made.returncode == 0, made.stderr[-2000:]
    assert "unknown parameter" not in made.stderr
    folder = project / "_build/countback/by-hand/endpoint"
    values = json.loads((folder / "result.json").read_text(encoding="utf-8"))["values"]
    assert values["week"] == 24
    assert values["arms"]["experimental"]["events"] == 19
    # R 4.2.2: chisq.test(matrix(c(19, 11, 10, 19), 2), correct = FALSE)$p.value
    assert values["tests"]["p_pearson"] == pytest.approx(0.0266877566562936, rel=1e-9)
    assert {p.name for p in folder.iterdir()} == {
        "result.json", "rates.csv", "effects.csv", "tests.csv",
        *(f"{name}{end}" for name in ("rates", "p_values")
          for end in (".svg", "-dark.svg", "-narrow.svg", "-narrow-dark.svg", ".pdf")),
    }  # fmt: skip
    assert (project / "out.ipynb").is_file()


@pytest.mark.slow
@pytest.mark.xdist_group("notebooks")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("-p", "weak", "24"), "InputError: this notebook: no parameter 'weak'; did you mean week?"),
        (
            ("-p", "week", "soon"),
            "InputError: this notebook: parameter week must be a whole number, not 'soon'",
        ),
        (
            ("-p", "week", "13"),
            "InputError: trial he2020 has no endpoint sri4 at week 13; known weeks: 12, 24",
        ),
        (
            ("-p", "level", "95.0"),
            "InputError: this notebook: parameter level must lie between 0 and 1, not 95.0",
        ),
        (
            ("-p", "trial", "data/he2002"),
            "InputError: data/he2002: no such trial folder; did you mean he2020?",
        ),
    ],
)
def test_what_does_not_fit_stops_with_one_line(project, options, expected):
    made = papermill(project, *options)
    assert made.returncode != 0
    assert expected in made.stderr


def test_no_path_of_a_machine_is_kept():
    for path in NOTEBOOKS:
        assert str(Path.home()) not in path.read_text(encoding="utf-8")
