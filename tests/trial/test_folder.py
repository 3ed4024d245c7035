"""Reading a trial folder: what is right comes through, and every mistake is named with its file and line."""

import json

import pytest

from countback.cli import schemas
from countback.errors import InputError
from countback.trial.candidates import candidates
from countback.trial.design import Place
from countback.trial.folder import load

ABSTRACT = "claims/abstract.yml"


def problems(folder):
    with pytest.raises(InputError) as caught:
        load("data/he2020")
    return str(caught.value).splitlines()


def change(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_real_folder_loads(folder):
    trial = load("data/he2020")
    assert trial.table("sri4", 12).cells == (16, 29, 9, 30)
    assert trial.table("sri4", 24).cells == (19, 29, 11, 30)
    assert trial.table("nephritis_remission", None).cells == (7, 13, 2, 12)
    assert trial.table("serious_infections", None).cells == (0, 29, 2, 30)
    assert (trial.experimental.id, trial.control.id) == ("il2", "placebo")


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (
            "counts.csv", "sri4,12,placebo,9,30", "sri4,12,placebo,31,30",
            "data/he2020/counts.csv, line 3: events 31 exceeds total 30 (endpoint sri4, week 12, arm placebo)",
        ),
        (
            "counts.csv", "sri4,12,il2,16,29", "sri4,12,il2,-1,29",
            "data/he2020/counts.csv, line 2: events must be 0 or more, not -1",
        ),
        (
            "counts.csv", "sri4,12,il2,16,29", "sri4,12,il2,1.5,29",
            "data/he2020/counts.csv, line 2: events must be a whole number, not '1.5'",
        ),
        (
            "counts.csv", "sri4,12,il2,16,29", "sri4,12,il2,,29",
            "data/he2020/counts.csv, line 2: events must be a whole number, not ''",
        ),
        (
            "counts.csv", "sri4,12,il2", "sri,12,il2",
            "data/he2020/counts.csv, line 2: endpoint 'sri' is not in trial.yml; did you mean sri4?",
        ),
        (
            "counts.csv", "sri4,12,il2", "sri4,13,il2",
            "data/he2020/counts.csv, line 2: week 13 is not in trial.yml for sri4",
        ),
        (
            "counts.csv", "sri4,12,il2", "sri4,12,il",
            "data/he2020/counts.csv, line 2: arm 'il' is not in trial.yml; did you mean il2?",
        ),
        (
            "counts.csv", "sri4,12,placebo,9,30", "sri4,12,il2,9,30",
            "data/he2020/counts.csv, line 3: the same endpoint sri4, week 12, arm il2 is given on line 2; keep one",
        ),
        (
            "counts.csv", "recovered", "guessed",
            "data/he2020/counts.csv, line 2: basis must be one of 'printed', 'recovered' or 'chosen'",
        ),
        (
            "counts.csv", "endpoint,week,arm,events", "endpoint,week,arm,event",
            "data/he2020/counts.csv, line 1: column 'events' is missing; add it",
        ),
        (
            "counts.csv", "endpoint,week,arm,events", "endpoint,week,arm,event",
            "data/he2020/counts.csv, line 1: column 'event' is not known; did you mean events or set?",
        ),
        (
            "counts.csv", "sri4,12,il2,16,29,", "sri4,12,il2,16,",
            "data/he2020/counts.csv, line 2: 7 cells where the header has 8",
        ),
        (
            "trial.yml", "randomised: 60", "randomized: 60",
            "data/he2020/trial.yml, line 28: key 'randomized' is not known; did you mean randomised?",
        ),
        (
            "trial.yml", "randomised: 60", "randomised: 60\nrandomized: 60",
            "data/he2020/trial.yml, line 29: key 'randomized' is not known; did you mean randomised?",
        ),
        (
            "trial.yml", "randomised: 60", "randomised: sixty",
            "data/he2020/trial.yml, line 28: randomised must be a whole number, not 'sixty'",
        ),
        (
            "trial.yml", "alpha: 0.05", "alpha: 1.5",
            "data/he2020/trial.yml, line 45: alpha must be less than 1",
        ),
        (
            "trial.yml", "  - id: placebo", "  - id: il2",
            "data/he2020/trial.yml, line 34: id 'il2' is given twice; ids must differ",
        ),
        (
            "trial.yml", "role: control", "role: experimental",
            "data/he2020/trial.yml, line 29: one arm must have the role control and the others experimental;",
        ),
        (
            "trial.yml", "  endpoint: sri4\n  week: 12", "  endpoint: sri5\n  week: 12",
            "data/he2020/trial.yml, line 84: endpoint 'sri5' is not in trial.yml; did you mean sri4?",
        ),
        (
            "trial.yml", "randomised: 60", "randomised: 60\nrandomised: 61",
            "data/he2020/trial.yml, line 29: key 'randomised' is given twice; keep one",
        ),
        (
            "trial.yml", "arms:", "arms: [",
            "not valid YAML",
        ),
        (
            "trial.yml", "id: he2020", "id: &a he2020\nother: *a",
            "data/he2020/trial.yml, line 3: not valid YAML: aliases (*name) are not allowed; write the value out",
        ),
        (
            "trial.yml", "id: he2020", "id: !!python/object/apply:os.system [echo]",
            "not valid YAML",
        ),
        (
            ABSTRACT, 'printed: "0.052"', "printed: 0.052",
            'printed must be text in quotes, so that its characters are kept: write "0.052"',
        ),
        (ABSTRACT, 'printed: "0.052"', 'printed: "0.0.52"', "'0.0.52' is not a number"),
        (ABSTRACT, 'printed: "0.052"', 'printed: "5.2"', "printed '5.2' is not a probability"),
        (ABSTRACT, 'printed: "55.17"', 'printed: "155.17"', "printed '155.17' is not a percentage between 0 and 100"),
        (ABSTRACT, "printed: 7/13", "printed: 13/7", "'13/7' is not a cell that can be: events 13 exceeds total 7"),
        (ABSTRACT, "printed: two", "printed: many", "'many' is not a count"),
        (ABSTRACT, "endpoint: sri4", "endpoint: sri5", "endpoint 'sri5' is not in trial.yml; did you mean sri4?"),
        (ABSTRACT, "week: 12", "week: 13", "endpoint sri4 has no week 13 in trial.yml; known: 12, 24"),
        (ABSTRACT, "    arm: il2", "    arm: i12", "arm 'i12' is not in trial.yml; did you mean il2?"),
        (ABSTRACT, "id: sri4_w24_p\n", "id: sri4_w12_p\n", "claim 'sri4_w12_p' is given twice (first: data/he2020"),
        (ABSTRACT, "kind: p_value", "kind: p-value", "kind must be one of"),
        (ABSTRACT, "    kind: p_value\n", "", "key 'kind' is missing; add it"),
        (ABSTRACT, "field: randomised", "field: randomized", "field 'randomized' is not in trial.yml; did you mean"),
        (ABSTRACT, "sum_of: [arm_il2,", "sum_of: [arm_il,", "patients is compared with 'arm_il', which is not"),
        (
            ABSTRACT, 'printed: "0.052"\n', 'printed: "0.052"\n    procedure: pearson\n',
            "procedure 'pearson' is not a test of the catalogue; did you mean p_pearson",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(folder, name, old, new, expected):
    change(folder, name, old, new)
    found = problems(folder)
    assert any(expected in line for line in found), found
    assert all(line.startswith(f"data/he2020/{name}") for line in found)


def test_an_arm_without_counts_leaves_its_percentages(folder):
    path = folder / "counts.csv"
    kept = [line for line in path.read_text().splitlines() if not line.startswith("sri4,12,placebo")]
    path.write_text("\n".join(kept) + "\n")
    trial = load(folder)
    assert trial.table("sri4", 12) is None
    assert candidates(trial, Place("sri4", 12), ["il2"]).counts == ((16, 29),)
    found = candidates(trial, Place("sri4", 12), ["placebo"])
    assert found.counts == ((3, 10), (6, 20), (9, 30))
    assert found.complete
    assert not found.firm


@pytest.mark.parametrize("name", ["trial.yml", "counts.csv", ABSTRACT])
def test_empty_missing_and_wrongly_encoded_files(folder, name):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    path.write_text("\n \n", encoding="utf-8")
    assert problems(folder) == [f"data/he2020/{name}: the file is empty"]
    path.write_bytes(text.encode() + "# Sjögren\n".encode("latin-1"))
    line = text.count("\n") + 1
    assert problems(folder) == [f"data/he2020/{name}, line {line}: not UTF-8 text; save the file as UTF-8"]
    if name == "trial.yml":
        path.unlink()
        assert problems(folder) == [f"data/he2020/{name}: file not found"]


def test_a_folder_that_is_not_there(folder):
    with pytest.raises(InputError, match="data/he2002: no such trial folder; did you mean he2020"):
        load("data/he2002")


def test_a_folder_without_claims(folder):
    (folder / ABSTRACT).unlink()
    for path in (folder / "claims").glob("*.yml"):
        path.unlink()
    assert "no claims/*.yml file" in problems(folder)[0]


def test_characters_that_a_terminal_would_obey_are_refused(folder):
    change(folder, "counts.csv", "results, sentence 1: 55", "abstract, \x1b[2J 55")
    assert problems(folder) == [
        "data/he2020/counts.csv, line 2: holds a control character ('\\x1b'); remove it",
    ]
    change(folder, "trial.yml", "population: active", 'population: "\\e[2J"\nother: active')
    assert problems(folder) == ["data/he2020/trial.yml, line 27: holds a control character ('\\x1b'); remove it"]


def test_all_mistakes_are_named_at_once(folder):
    change(folder, "counts.csv", "sri4,12,il2,16,29", "sri4,12,il2,36,29")
    change(folder, "counts.csv", "sri4,24,il2,19,29", "sri4,24,il2,x,29")
    assert len(problems(folder)) == 2


def test_byte_order_mark_and_crlf_are_read(folder):
    for name in ("trial.yml", "counts.csv"):
        path = folder / name
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load("data/he2020").table("sri4", 12).cells == (16, 29, 9, 30)


def test_selection_changes_only_with_what_it_holds(folder):
    before = load("data/he2020")
    change(folder, "counts.csv", "nephritis_remission,,il2,7,13", "nephritis_remission,,il2,8,13")
    after = load("data/he2020")
    assert before.select("sri4", 12).digest == after.select("sri4", 12).digest
    assert before.select(kind="harm").digest == after.select(kind="harm").digest
    assert before.select("nephritis_remission", None).digest != after.select("nephritis_remission", None).digest
    assert before.digest != after.digest


def test_comments_do_not_change_a_digest(folder):
    before = load("data/he2020").digest
    path = folder / "trial.yml"
    path.write_text("# a remark\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert load("data/he2020").digest == before


def test_selecting_what_is_not_there(folder):
    trial = load("data/he2020")
    with pytest.raises(InputError, match="no endpoint 'sri'; did you mean sri4"):
        trial.select("sri", 12)
    with pytest.raises(InputError, match="no endpoint sri4 at week 13; known weeks: 12, 24"):
        trial.select("sri4", 13)
    with pytest.raises(InputError, match="no endpoint of kind 'side effect'"):
        trial.select(kind="side effect")


def test_schemas_are_written_out(root):
    for name, text in schemas().items():
        assert (root / "analysis/countback/schema" / name).read_text(encoding="utf-8") == text, (
            "run: countback schema --out analysis/countback/schema"
        )
        json.loads(text)


def test_yaml_files_name_their_schema(root):
    for path in root.glob("data/*/**/*.yml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        target = first.removeprefix("# yaml-language-server: $schema=")
        assert target != first, f"{path}: the first line must name the schema"
        assert (path.parent / target).is_file()
