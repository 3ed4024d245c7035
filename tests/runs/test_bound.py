"""The endpoint's notebook takes a p-value that is printed as a bound."""

import json
import shutil

import matplotlib
import pytest

from books import ROOT
from countback.runs.parameters import read_notebook


@pytest.fixture
def agg():
    backend = matplotlib.get_backend()
    matplotlib.use("agg")
    yield
    matplotlib.use(backend)


@pytest.mark.usefixtures("agg")
def test_the_endpoint_runs_with_a_bound(tmp_path, monkeypatch):
    folder, results = tmp_path / "trial", tmp_path / "results"
    shutil.copytree(ROOT / "data" / "he2020", folder)
    claims = folder / "claims" / "abstract.yml"
    claims.write_text(claims.read_text(encoding="utf-8").replace('"0.052"', '"NS"'), encoding="utf-8")
    notebook = read_notebook(ROOT / "analysis" / "notebooks" / "endpoint.ipynb")
    monkeypatch.chdir(tmp_path)
    namespace = {"__annotations__": {}}
    for cell in notebook.cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), namespace)
            if "parameters" in cell["metadata"].get("tags", []):
                namespace |= {"trial": str(folder), "output": str(results)}
    values = json.loads((results / "result.json").read_text(encoding="utf-8"))["values"]
    assert values["printed"] == "NS"
    assert 10 < values["matching_two_sided"] < values["two_sided"]["tried"]  # all that do not fall below 0.05
