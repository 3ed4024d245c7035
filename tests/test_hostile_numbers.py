"""Hostile numbers: too large, too small, too exact, or of another kind; each is judged or refused, and in time."""

import json
import time

import pytest
import yaml
from hostile import said

from countback import files
from countback.audit import audit, report, sheet
from countback.audit.explain import explain
from countback.errors import InputError
from countback.trial.folder import load

TINY = "0." + "0" * 58 + "1"
EXACT = "0." + "9" * 21
NINES = "9" * 60
CELL = {"endpoint": "sri4", "week": 12, "arm": "il2"}
EFFECT = {"kind": "effect", "measure": "RR"}
CLAIMS = [
    *({"kind": "percentage", "printed": x, **CELL} for x in ("100", "0", TINY, EXACT, "0.000", "99.9999999999")),
    *({"kind": "count", "printed": x, **CELL} for x in ("0", "999999999", NINES, "1,000,000,000")),
    *({"kind": "fraction", "printed": x, **CELL} for x in ("999999999/1000000000", f"1/{NINES}", f"{NINES}/{NINES}")),
    *(
        {"kind": "p_value", "endpoint": "sri4", "week": 12, "printed": x}
        for x in (TINY, EXACT, "<1", "0", "1", "<0.0000001")
    ),
    *(
        {"kind": "comparison", "printed": "0.05", "first": a, "second": b}
        for a, b in (
            ("1/1000000000", "2/1000000000"),
            (f"1/{NINES}", f"2/{NINES}"),
            (f"{NINES}/{NINES}", "0/1"),
            ("0/1", "0/1"),
            ("1/1", "1/1"),
        )
    ),
    *(
        {"kind": "comparison", "printed": "0.05", "first": f"5/{n}", "second": f"9/{n}", "paired": True}
        for n in (10**9, NINES)
    ),
    *(
        {"kind": "mean", "printed": m, "n": n}
        for m in ("31.58±9.25", "0±0", f"1±{NINES}")
        for n in (10**9, 10**30, 10**59)
    ),
    *({"kind": "mean", "printed": "31.58±9.25", "n": n, "whole_numbers": True} for n in (1, 10**9, 10**59)),
    *(
        {"kind": "means", "printed": "0.05", "first": a, "first_n": n, "second": b, "second_n": n}
        for a, b in (("31.58±9.25", "30.0±9.0"), ("1±0", "1±0"), (f"{NINES}±1", "0±1"))
        for n in (2, 10**18, 10**59)
    ),
    *(
        {"kind": "cell", "printed": c, "arm": "il2"}
        for c in (f"{NINES} (50)", "0 (50)", "1000000000 (100)", f"1/{NINES} (0)")
    ),
    *(
        {**EFFECT, "measure": m, "printed": x, "lower": x, "upper": x, "p": "0.05"}
        for m in ("RR", "RD")
        for x in (EXACT, TINY, "0", "1")
    ),
    *(
        {**EFFECT, "printed": "1", "lower": "0.5", "upper": "2", "level": x, "p": "1"}
        for x in (1e-300, 1e-9, 1 - 1e-16)
    ),
    *(
        {
            **EFFECT,
            "measure": m,
            "printed": "0.5",
            "lower": "0.1",
            "upper": "0.9",
            "first": f"1/{NINES}",
            "second": "1/2",
        }
        for m in ("OR", "NNT")
    ),
]


def judged(found):
    """Everything that is made of an audit."""
    texts = [report.table(found), report.junit(found), files.as_json(found.as_dict()), files.as_csv(found.as_rows())]
    texts += [explain(found, one.id) for one in found.findings]
    assert all(texts)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: "-".join(str(v)[:12] for v in c.values()))
def test_a_claim(folder, claim):
    for path in (folder / "claims").iterdir():
        path.unlink()
    written = {"document": "abstract", "claims": [{"id": "x", "where": "here", "says": "something", **claim}]}
    (folder / "claims" / "a.yml").write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
    design = folder / "trial.yml"
    known = "other_documents: [a b]\n"
    counts = folder / "counts.csv"
    rows = counts.read_text(encoding="utf-8").splitlines()
    counts.write_text("\n".join([rows[0], *(r for r in rows if r.startswith("sri4,12,"))]) + "\n", encoding="utf-8")
    assert known not in design.read_text(encoding="utf-8")
    began = time.process_time()
    try:
        judged(audit(load(folder)))
    except InputError as error:
        assert all("claims/a.yml, line " in line for line in error.problems), error
    assert time.process_time() - began < 5


HEAD = "trial,events_1,total_1,events_2,total_2,p_printed\n"
NUMBERS = [
    "",
    "-1",
    "1.5",
    "1e3",
    "0x10",
    "1_000",
    "٣",
    "３",
    "½",
    "NaN",
    "inf",
    "1e400",
    "-0",
    "+3",
    "9" * 60,
    "9" * 400,
    "9" * 5000,
    "=1+1",
    "1 2",
    "\x1b[2J",
    "\u202e3",
    "1\x00",
    "None",
    "3.0",
    "x" * 90_000,
]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda n: ascii(n[:12]))
def test_a_number_in_a_table(tmp_path, number):
    path = tmp_path / "t.csv"
    path.write_text(
        f"{HEAD}A,{number},29,11,30,0.5\nB,5,{number},5,{number},0.5\nC,16,29,11,30,{number}\n{number},16,29,11,30,0.1\n",
        encoding="utf-8",
    )
    began = time.process_time()
    found = sheet.audit(path)
    assert len(found.findings) == 4
    judged(found)
    assert json.dumps(found.as_dict(), default=str).isprintable()
    assert max(len(one.because) + len(one.id) for one in found.findings) < 5000
    assert time.process_time() - began < 5


TABLES = [
    b"",
    b"\n",
    b"\0",
    b"\xff\xfe",
    b"a",
    b"trial\n1\n",
    HEAD.encode(),
    HEAD.encode() * 1,
    b"trial,trial\n",
    b'"',
    b'"a',
    b",,,\n",
    HEAD.encode("utf-16")[:-1],
    b"\xef\xbb\xbf",
    b"x" * 200_000,
    b"a," * 1500 + b"\n1\n",
    HEAD.encode() + b"\xff,1,2,1,2,0.5\n",
    HEAD.encode() + b'"' + b"x" * 150_000,
    b"%PDF-1.7\n1\n",
    b"PK\x03\x04\n1\n",
    b"events,total\n1,2\n",
    HEAD.replace(",", "").encode() + b"1\n",
]


@pytest.mark.parametrize("content", TABLES, ids=lambda c: repr(c[:16]))
def test_a_table_that_is_none(tmp_path, monkeypatch, content):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_bytes(content)
    assert "t.csv" in said(["audit", "t.csv"])


FIELDS = [
    "id",
    "name",
    "citation.year",
    "citation.title",
    "arms.0.id",
    "arms.1.randomised",
    "endpoints.0.weeks",
    "endpoints.0.kind",
    "primary.week",
    "dosing.every_days",
    "treatment_weeks",
    "alpha",
]
VALUES = [b'"\\0"', b"[[1]]", b"{a: {b: 1}}", b"-1e400", b"1_0_0x", b"\xef\xbc\x96", b"!!binary eA==", b"9" * 61]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_field_of_a_trial(folder, field, value):
    path = folder / "trial.yml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    part = data
    *way, last = [int(key) if key.isdigit() else key for key in field.split(".")]
    for key in way:
        part = part[key]
    part[last] = "PLACE"
    if field in ("name", "citation.title") and value in (b"-1e400", b"1_0_0x", b"\xef\xbc\x96"):
        pytest.skip("is text like any other")
    path.write_bytes(yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode().replace(b"PLACE", value))
    assert "data/he2020/trial.yml" in said(["audit", "data/he2020"])
