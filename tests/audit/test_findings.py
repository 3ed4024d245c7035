"""Every kind of finding has a case that it must accept and one that it must name, with the expected words."""

from pathlib import Path

import pytest
import yaml
from trials import trial_from

from countback.audit import audit, sheet

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("*/*.yml"))


def outcomes(case):
    """Audit a fixture; give verdicts or states with their words, by id, and the audit."""
    described = yaml.safe_load(case.read_text(encoding="utf-8"))
    table = case.with_suffix(".csv")
    found = sheet.audit(table) if table.exists() else audit(trial_from(described))
    said = {f.id: (f.verdict, f.because) for f in found.findings}
    said |= {c.id: (c.state, c.because) for c in found.checks}
    return described, said, found


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.stem}")
def test_finding(case):
    described, said, found = outcomes(case)
    for name, (outcome, *words) in described["expect"].items():
        assert name in said, sorted(said)
        assert said[name][0] == outcome, said[name]
        for word in words:
            assert str(word) in said[name][1]
    assert found.passes is described["passes"], said
    if "decision_errors" in described:
        assert [f.id for f in found.decision_errors] == described["decision_errors"]


def test_every_finding_has_a_good_and_a_bad_case():
    for folder in (path for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__"):
        assert {path.stem for path in folder.glob("*.yml")} == {"good", "bad"}, folder.name


def test_every_kind_of_claim_has_a_case():
    from countback.trial.claims import Document

    kinds = {
        reference["$ref"].rpartition("/")[2]
        for reference in Document.model_json_schema()["properties"]["claims"]["items"]["oneOf"]
    }
    definitions = Document.model_json_schema()["$defs"]
    names = {definitions[kind]["properties"]["kind"]["const"] for kind in kinds}
    used = {
        claim["kind"] for case in CASES for claim in yaml.safe_load(case.read_text(encoding="utf-8")).get("claims", [])
    }
    assert used == names
