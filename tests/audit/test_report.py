"""How an audit is shown: the table, the explanation, JUnit XML, JSON with its schema; and the command around them."""

import csv
import io
import json
from xml.etree import ElementTree

import jsonschema
import pytest
from click.testing import CliRunner
from trials import trial_from

from books import ROOT
from countback import files as writing
from countback import trial
from countback.audit import Verdict, audit, report
from countback.audit.explain import explain
from countback.cli import main, schemas

DATA = str(ROOT / "data" / "he2020")


@pytest.fixture(scope="module")
def found():
    return audit(trial.load(DATA))


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def test_the_schema_in_the_package_is_that_of_the_code(found):
    published = ROOT / "analysis" / "countback" / "schema"
    for name, text in schemas().items():
        assert (published / name).read_text(encoding="utf-8") == text, f"countback schema --out {published}"


def test_the_json_is_as_its_schema_says(found):
    schema = json.loads(schemas()["audit.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    data = json.loads(writing.as_json(found.as_dict()))
    jsonschema.validate(data, schema)
    data["findings"][0]["verdict"] = "fine"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema)


def test_the_verdicts_of_the_trial(found):
    assert {f.id: f.verdict for f in found.findings if f.kind == "p_value"} == {
        "sri4_w12_p": "another test only", "sri4_w24_p": "reproduced", "nephritis_p": "another test only",
    }  # fmt: skip
    assert [c.id for c in found.checks if c.state != "holds"] == ["header:Table-2:il2"]
    takes = next(c for c in found.checks if c.id == "header:Table-2:il2")
    assert set(takes.claims) == {"t2_bilag_a_2b_il2_w0", "t2_bilag_a_2b_il2_w12", "t2_bilag_a_2b_il2_w24"}
    fisher = [
        f.id
        for f in found.findings
        if f.kind == "comparison" and f.verdict == "reproduced" and "p_fisher_2s" in {m.procedure for m in f.matches}
    ]
    assert len(fisher) == 33
    fits = {f.id for f in found.findings if f.kind == "comparison" and any("one smaller" in c.what for c in f.changes)}
    assert fits == {"t1_aza_p", "t2_alopecia_placebo_p12", "t2_alopecia_placebo_p24", "t2_fever_placebo_p12"}


def test_explaining_says_what_was_tried(found):
    text = explain(found, "sri4_w12_p")
    for part in (
        'printed: "0.052"',
        "It stands for 0.0515 to 0.0525 if it was rounded, for 0.052 to 0.0530 if it was cut off.",
        "16 of 29 (55.17%) against 9 of 30 (30.00%)",
        "N-1 chi-squared",
        "gives it (half up, half to even)",
        "How much a match means: of the 78 other values",
        "No change of one count or one total by one",
        "Printed as not significant at 0.05; no conventional test lies on the other side.",
        "Check, p and decision: holds.",
    ):
        assert part in text, part
    with pytest.raises(KeyError):
        explain(found, "none")


def test_every_claim_can_be_explained(found):
    for finding in found.findings:
        text = explain(found, finding.id)
        assert text.startswith(f"{finding.id}: ")
        assert finding.verdict.capitalize() in text


def test_the_table_fits_its_width(found):
    for width in (60, 80, 120):
        lines = report.table(found, width).splitlines()
        table = lines[2 : lines.index("", 2)]
        assert max(map(len, table)) <= max(width, 112 if width < 112 else width)
    assert all(f.because in report.table(found) for f in found.findings)


def test_what_a_terminal_would_obey_is_not_passed_on():
    spoiled = trial_from(
        {"claims": [{"id": "a", "kind": "statement", "printed": "\x1b[31mred\x07\nx", "needs": "\x1b]0;t\x07"}]}
    )
    for text in (report.table(audit(spoiled)), explain(audit(spoiled), "a")):
        assert "\x1b" not in text
        assert "\x07" not in text


def test_junit_counts_what_a_strict_audit_stops_at(found):
    root = ElementTree.fromstring(report.junit(found))
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["abstract", "Table 1", "Table 2", "Table 3", "between claims"]
    cases = [case for name, suite in suites.items() if name != "between claims" for case in suite]
    assert [case.get("name") for case in cases] == [f.id for f in found.findings]
    failed = {case.get("name") for case in cases if case.find("failure") is not None}
    assert failed == {f.id for f in found.findings if f.verdict in ("not reproduced", "inconsistent")}
    for suite in suites.values():
        assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped"))


def test_junit_escapes_what_data_say():
    claims = [{"id": "a", "kind": "statement", "needs": "<b> & \x00 \ud7ff"}]
    root = ElementTree.fromstring(report.junit(audit(trial_from({"claims": claims}))))
    assert "<b> & " in root.find(".//skipped").get("message")


def test_files_and_standard_output(tmp_path):
    names = {"--json": "a.json", "--csv": "a.csv", "--junit": "a.xml"}
    made = run("audit", DATA, *(word for option, name in names.items() for word in (option, tmp_path / name)))
    assert made.exit_code == 0
    for option, name in names.items():
        assert run("audit", DATA, option, "-").output == (tmp_path / name).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8"))))
    data = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert [row["id"] for row in rows] == [f["id"] for f in data["findings"]]
    assert list(data["verdicts"]) == sorted(Verdict)
    both = run("audit", DATA, "--csv", "-", "--junit", "-")
    assert both.exit_code == 2
    assert "--csv and --junit cannot both go to standard output" in both.output


def test_one_document_and_one_claim():
    made = run("audit", DATA, "--document", "Table 3", "--csv", "-")
    assert {row["document"] for row in csv.DictReader(io.StringIO(made.output))} == {"Table 3"}
    made = run("audit", DATA, "--explain", "nephritis_p")
    assert "mid-p, one-sided (greater)" in made.output
    assert "every conventional test lies on the other side" in made.output
    for words, expected in (
        (("--document", "abstrct"), "trial he2020 has no document 'abstrct'; did you mean abstract?"),
        (("--explain", "nephritis_q"), "no claim 'nephritis_q' in he2020; did you mean nephritis_p"),
    ):
        made = run("audit", DATA, *words)
        assert made.exit_code == 2
        assert expected in made.output


def test_a_table_is_audited_with_the_same_options(tmp_path):
    table = tmp_path / "trials.csv"
    table.write_text("trial,events_1,total_1,events_2,total_2,p_printed\nA,22,25,18,25,<0.05\nB,1,2,1,2,NR\n")
    made = run("audit", table)
    assert made.exit_code == 0
    assert (
        "A: printed as significant at 0.05; on the other side under Pearson chi-squared and Pearson chi-squared with "
        "Yates's correction and Fisher exact" in made.output
    )
    assert "decisions that no conventional test shares: 1 (A)" in made.output
    assert run("audit", table, "--strict").exit_code == 1
    assert "22 of 25 (88.00%)" in run("audit", table, "--explain", "A").output
    assert ElementTree.fromstring(run("audit", table, "--junit", "-").output).find(".//failure") is not None
    assert json.loads(run("audit", table, "--json", "-").output)["trial"] == "trials"
    refused = run("audit", table, "--document", "abstract")
    assert refused.exit_code == 2
    assert run("audit", tmp_path / "none.csv").exit_code == 2


def test_a_long_table_lists_only_what_stands_out(tmp_path):
    table = tmp_path / "cells.csv"
    rows = "1,2,50\n" * (report.MANY + 1) + "1,2,51\n"
    table.write_text("events,total,percent_printed\n" + rows)
    made = run("audit", table)
    assert "listed are the 1 that are not given, reproduced, compatible" in made.output
    assert made.output.count("of 2 ") == 1
