"""Every example of ``data/README.md`` loads, and none of them is accused of anything."""

import re

import pytest
import yaml

from books import ROOT
from countback.audit import audit
from countback.trial.claims import Document
from countback.trial.folder import load

TEXT = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
SECTIONS = re.split(r"^##+ ", TEXT, flags=re.MULTILINE)[1:]
BLOCK = re.compile(r"```(yaml|csv)\n(?:# (trial\.yml|claims file|claims)\n)?(.*?)```", re.DOTALL)
BASE = next(yaml.safe_load(body) for kind, name, body in BLOCK.findall(TEXT) if name == "trial.yml")


def example(section):
    """Trial, claims and counts of a section: what it gives of trial.yml replaces the first example's."""
    trial, claims, counts = dict(BASE), [], None
    for kind, name, body in BLOCK.findall(section):
        if kind == "csv":
            counts = body
        elif name == "trial.yml":
            trial |= yaml.safe_load(body)
        elif name == "claims":
            claims += yaml.safe_load(body)
        else:
            claims += yaml.safe_load(body)["claims"]
    return trial, claims, counts


@pytest.mark.parametrize("section", [s for s in SECTIONS if BLOCK.search(s)], ids=lambda s: s.partition("\n")[0])
def test_the_examples_of_a_section(tmp_path, section):
    trial, claims, counts = example(section)
    claims = claims or [{"id": "any", "kind": "statement", "needs": "data"}]
    (tmp_path / "claims").mkdir()
    (tmp_path / "trial.yml").write_text(yaml.safe_dump(trial, allow_unicode=True), encoding="utf-8")
    document = {"document": "abstract", "claims": claims}
    (tmp_path / "claims" / "abstract.yml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    if counts:
        (tmp_path / "counts.csv").write_text(counts, encoding="utf-8")
    found = audit(load(tmp_path))
    failed = {f.id: f.because for f in found.findings if f.verdict.fails}
    assert failed == {}
    assert found.passes, [c for c in found.checks if c.state == "fails"]


def test_every_kind_of_claim_has_an_example():
    given = {claim["kind"] for section in SECTIONS for claim in example(section)[1]}
    definitions = Document.model_json_schema()["$defs"].values()
    assert given == {
        d["properties"]["kind"]["const"] for d in definitions if "const" in d["properties"].get("kind", {})
    }
