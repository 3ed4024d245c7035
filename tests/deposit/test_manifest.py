"""The manifest: its form, what it leaves out, and that a build which differs is found out."""

import hashlib
import json
import shutil
import subprocess

import pytest
import yaml
from click.testing import CliRunner

from books import ROOT
from countback import files as writing
from countback.cli import main
from countback.deposit import manifest
from countback.deposit.check import check
from countback.errors import InputError
from countback.runs import plan as runs


@pytest.fixture
def build(tmp_path):
    """A build with one run that is an audit, its pages, and its manifest."""
    run = tmp_path / "_build" / "countback" / "runs" / "audit"
    files = {
        "result.json": "{}\n",
        "audit.json": json.dumps({"verdicts": {"reproduced": 2, "inconsistent": 0}}),
        "audit.csv": "id\n",
        "glance.svg": "<svg/>",
        "executed.ipynb": "{}",
    }
    for name, text in files.items():
        writing.write(run / name, text)
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    writing.write(run / "manifest.json", writing.as_json({"files": digests, "seconds": 1.5}))
    planned = [runs.Planned(name="audit", title="Every claim", notebook="audit", parameters={"trial": "data/he2020"})]
    manifest.write_manifest(ROOT, run.parents[1], planned, {"alpha": 0.01})
    writing.write(tmp_path / "_build" / "html" / "index.html", "<p>page</p>")
    writing.write(tmp_path / "_build" / "html" / "countback.pdf", b"%PDF")
    manifest.add_report(tmp_path / "_build", "html", digests_of(tmp_path / "_build" / "html"))
    return tmp_path / "_build"


def digests_of(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def verify(*words):
    return CliRunner().invoke(main, ["verify", *map(str, words)], catch_exceptions=False)


def contents(build):
    return yaml.safe_load((build / "codecheck.yml").read_text(encoding="utf-8"))


def test_its_form(build):
    stated = contents(build)
    assert stated["version"] == "https://codecheck.org.uk/spec/config/1.0/"
    assert stated["paper"][0]["reference"] == "https://doi.org/10.1136/annrheumdis-2019-215396"
    names = [entry["file"] for entry in stated["manifest"]]
    assert names == [f"countback/runs/audit/{n}" for n in ("audit.csv", "audit.json", "glance.svg", "result.json")]
    assert all(entry["comment"].startswith("Every claim: ") for entry in stated["manifest"])
    own = stated["countback"]
    assert own["verdicts"] == {"audit": {"reproduced": 2, "inconsistent": 0}}
    assert own["parameters"] == {"alpha": 0.01}
    assert own["seconds"] == {"audit": 1.5}
    counts = (ROOT / "data" / "he2020" / "counts.csv").read_bytes()
    assert own["data"]["data/he2020/counts.csv"] == hashlib.sha256(counts).hexdigest()
    assert {"numpy", "scipy", "matplotlib"} <= set(own["packages"])


def test_what_a_page_shows_holds_no_duration(build):
    page = json.loads((build / "countback" / "manifest" / "result.json").read_text(encoding="utf-8"))
    assert page["values"]["files"] == 4
    assert "seconds" not in json.dumps(page)
    assert page["tables"]["manifest"]["rows"][0]["file"] == "audit/audit.csv"


def test_an_untouched_build_is_as_stated(build):
    made = verify(build)
    assert made.exit_code == 0
    assert "all 6 files are as" in made.output
    assert "compared with the build's own manifest" in made.output


def test_a_file_that_differs_or_is_missing_is_named(build):
    run = build / "countback" / "runs" / "audit"
    (run / "audit.csv").write_text("id\nx\n")
    (run / "glance.svg").unlink()
    (run / "executed.ipynb").write_text("another")  # not stable, not stated
    made = verify(build)
    assert made.exit_code == 1
    assert "audit.csv: differs" in made.output
    assert "glance.svg: is missing" in made.output
    assert "4 of 6 files are as" in made.output


def test_another_manifest_and_what_may_explain_it(build, tmp_path):
    stated = contents(build)
    stated["manifest"][0]["sha256"] = "0" * 64
    stated["countback"]["packages"]["numpy"] = "1.0"
    other = tmp_path / "other.yml"
    other.write_text(yaml.safe_dump(stated))
    made = verify(build, "--against", other)
    assert made.exit_code == 1
    assert "audit.csv: differs" in made.output
    assert "note: numpy: 1.0 in the manifest, " in made.output


@pytest.mark.parametrize("name", ["index.html", "countback.pdf"])
def test_an_edited_page_or_pdf_is_named(build, name):
    (build / "html" / name).write_text("edited")
    made = verify(build)
    assert made.exit_code == 1
    assert f"{name}: differs" in made.output


@pytest.mark.parametrize("name", ["html/added.html", "countback/runs/audit/added.csv"])
def test_an_added_file_is_named(build, name):
    (build / name).write_text("added")
    made = verify(build)
    assert made.exit_code == 1
    assert f"{name}: is not stated; it was added" in made.output
    assert "all 6 files are as" in made.output


def test_digests_are_compared_whatever_their_case(build):
    stated = contents(build)
    for entry in stated["manifest"]:
        entry["sha256"] = entry["sha256"].upper()
    stated["report"] = {name: digest.upper() for name, digest in stated["report"].items()}
    (build / "codecheck.yml").write_text(yaml.safe_dump(stated))
    assert verify(build).exit_code == 0


def test_a_manifest_without_pages_says_that_they_were_not_compared(build, tmp_path):
    stated = contents(build)
    del stated["report"]
    other = tmp_path / "other.yml"
    other.write_text(yaml.safe_dump(stated))
    made = verify(build, "--against", other)
    assert made.exit_code == 0
    assert "states no pages: they were not compared" in made.output
    assert "own manifest" not in made.output


def test_the_pages_stay_stated_when_results_are_written_anew(build):
    planned = [runs.Planned(name="audit", title="Every claim", notebook="audit", parameters={"trial": "data/he2020"})]
    manifest.write_manifest(ROOT, build / "countback", planned, {})
    assert set(contents(build)["report"]) == {"html/countback.pdf", "html/index.html"}


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="signing needs OpenSSH")
def test_a_signed_manifest_that_is_edited_is_found_out(build, tmp_path):
    keys = [tmp_path / "mine", tmp_path / "other"]
    for key in keys:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    assert "signed: " in verify(build, "--sign", keys[0]).output
    assert verify(build, "--key", keys[0].with_suffix(".pub")).exit_code == 0
    assert verify(build, "--key", keys[1].with_suffix(".pub")).exit_code == 1
    with (build / "codecheck.yml").open("a") as file:
        file.write("# edited\n")
    made = verify(build, "--key", keys[0].with_suffix(".pub"))
    assert made.exit_code == 1
    assert "not a signature of" in made.output


def test_a_key_or_signature_that_is_missing_is_named(build, tmp_path):
    made = verify(build, "--key", tmp_path / "no.pub")
    assert made.exit_code == 2
    assert "no.pub: the public key is missing" in made.output
    assert "no: the private key is missing" in verify(build, "--sign", tmp_path / "no").output


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "the file is empty"),
        ("a: 1\n", "it has no list 'manifest'"),
        ("- 1\n", "it has no list 'manifest'"),
        ("manifest: []\n", "it has no list 'manifest'"),
        ("manifest: [{file: a}]\n", "line 1: an entry of the manifest needs file and sha256"),
        ("manifest:\n  - {file: ../../etc/passwd, sha256: x}\n", "line 2: '../../etc/passwd' leads out of the build"),
        ("manifest:\n  - {file: /etc/passwd, sha256: x}\n", "line 2: '/etc/passwd' leads out of the build"),
        ("manifest: [\n", "not valid YAML"),
    ],
)
def test_a_file_that_is_not_a_manifest_is_refused(build, text, expected):
    (build / "codecheck.yml").write_text(text)
    made = verify(build)
    assert made.exit_code == 2
    assert expected in made.output


def test_no_build_is_said_so(tmp_path):
    with pytest.raises(InputError, match="no such folder; build the report first"):
        check(tmp_path / "_build", tmp_path / "codecheck.yml")
    (tmp_path / "_build").mkdir()
    assert verify(tmp_path / "_build").exit_code == 2


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("glance.svg", "figure glance, for the screen"), ("glance-dark.svg", "figure glance, for the screen, dark"),
        ("glance-narrow.svg", "figure glance, for a phone"), ("glance.pdf", "figure glance, for print"),
        ("glance-narrow-dark.svg", "figure glance, for a phone, dark"), ("audit.csv", "the audit, one row per claim"),
        ("rates.csv", "table rates"), ("odd", "file odd"),
    ],
)  # fmt: skip
def test_each_file_is_said_to_be_what_it_is(name, said):
    assert manifest._comment(name) == said
