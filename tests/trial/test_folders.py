"""One folder of each kind of trial, with the verdict of every claim worked out apart (``expect.yml`` says how)."""

from pathlib import Path

import pytest
import yaml

from countback.audit import State, audit
from countback.trial.folder import load

FOLDERS = sorted(path.parent for path in (Path(__file__).parent / "folders").glob("*/expect.yml"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_claim_of_a_folder(folder):
    found = audit(load(folder))
    expected = yaml.safe_load((folder / "expect.yml").read_text(encoding="utf-8"))
    verdicts = {f.id: f.verdict.value for f in found.findings}
    assert verdicts == expected, {f.id: (f.verdict.value, f.because) for f in found.findings}
    assert [c.because for c in found.checks if c.state is State.FAILS] == []
