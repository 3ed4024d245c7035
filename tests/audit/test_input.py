"""Mistakes in what the audit reads are named with their file and line."""

import pytest

from countback import trial
from countback.errors import InputError

CLAIM = "\n  - id: extra\n    where: here\n    says: more\n    {}\n"


def problems(folder):
    with pytest.raises(InputError) as error:
        trial.load(folder)
    return error.value.problems


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            "kind: cell\n    printed: 31/30 (4)\n    arm: il2",
            "'31/30 (4)' is not a cell that can be: events 31 exceeds total 30",
        ),
        ('kind: cell\n    printed: "31 (4)"\n    arm: il2\n    total: 30', "events 31 exceeds total 30"),
        (
            'kind: cell\n    printed: "3/20 (15)"\n    arm: il2\n    total: 30',
            "total is 30, the cell prints 20; correct one",
        ),
        ('kind: cell\n    printed: "3 (10)"\n    arm: il3', "arm 'il3' is not in trial.yml; did you mean il2?"),
        (
            'kind: comparison\n    printed: "1.5"\n    first: 1/2\n    second: 1/2',
            "printed '1.5' is not a probability",
        ),
        (
            'kind: comparison\n    printed: "0.5"\n    first: 1/2\n    second: 1/3\n    paired: true',
            "1/2 and 1/3 cannot be of the same patients: their totals differ",
        ),
        (
            'kind: comparison\n    printed: "0.5"\n    first: 1/2\n    second: 1/3\n    procedure: p_pearsn',
            "procedure 'p_pearsn' is not a test of the catalogue; did you mean p_pearson",
        ),
        ('kind: mean\n    printed: "high"\n    n: 30', "'high' is not a number"),
        (
            'kind: means\n    printed: "0.5"\n    first: 1±1\n    first_n: 1\n    second: 1±1\n    second_n: 9',
            "first_n must be 2 or more",
        ),
        (
            'kind: effect\n    measure: RR\n    printed: "1.5"\n    first: 1/2',
            "first and second come in pairs; add the missing one",
        ),
        ('kind: effect\n    measure: RR\n    printed: "<1.5"', "'<1.5' must be a plain number"),
        ('kind: effect\n    measure: PP\n    printed: "1.5"', "measure must be one of"),
        (
            'kind: effect\n    measure: RR\n    printed: "1.5"\n    endpoint: sri4\n    week: 12\n    first: 1/2\n'
            "    second: 1/2",
            "give either an endpoint or first and second, not both",
        ),
        (
            'kind: effect\n    measure: RR\n    printed: "1.5"\n    endpoint: sri5',
            "endpoint 'sri5' is not in trial.yml",
        ),
    ],
)
def test_a_claim_that_does_not_fit(folder, lines, expected):
    path = folder / "claims" / "table1.yml"
    text = path.read_text(encoding="utf-8").rstrip("\n")
    path.write_text(text + CLAIM.format(lines), encoding="utf-8")
    first = len(text.splitlines())
    found = [p for p in problems(folder) if expected in p]
    assert found, problems(folder)
    assert found[0].startswith("data/he2020/claims/table1.yml, line ")
    assert int(found[0].split("line ")[1].split(":")[0]) > first


def test_a_header_of_an_arm_that_is_none(folder):
    path = folder / "claims" / "table1.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("arms: {il2: 30,", "arms: {il3: 30,"), encoding="utf-8")
    assert problems(folder) == (
        "data/he2020/claims/table1.yml, line 4: arm 'il3' is not in trial.yml; did you mean il2?",
    )


@pytest.mark.parametrize("key", ["sum_of: [herpes_zoster, pneumonia]", "among: any_infection"])
def test_an_endpoint_made_of_others_that_are_none(folder, key):
    path = folder / "trial.yml"
    text = path.read_text(encoding="utf-8")
    wrong = key.replace("pneumonia", "pneumnia").replace("any_infection", "any_infecton")
    path.write_text(text.replace(f"    {key}\n", f"    {wrong}\n", 1), encoding="utf-8")
    (problem,) = problems(folder)
    assert "which is not another endpoint; did you mean" in problem
    assert problem.startswith("data/he2020/trial.yml, line ")


def test_selecting_a_document(folder):
    whole = trial.load(folder)
    table = whole.select(document="Table 3")
    assert [d.document for d in whole.select(document="first").documents] == ["abstract"]
    assert [d.document for d in table.documents] == ["Table 3"]
    assert table.counts == whole.counts
    assert table.digest != whole.digest
    with pytest.raises(InputError, match="has no document 'Table 4'; did you mean Table 3"):
        whole.select(document="Table 4")
    endpoint = whole.select(endpoint="fever", week=None, document="Table 3")
    assert [c.id for c in endpoint.claims] == ["t3_fever_il2", "t3_fever_placebo"]
