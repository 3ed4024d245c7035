"""The reporting checklist of a trial folder: complete, in order, and each mistake with its line."""

import pytest

from countback.errors import InputError
from countback.trial import checklist as reporting
from countback.trial.folder import load

HEAD = "checklist,item,answer,says,source\n"
DOMAINS = "".join(f"rob2,{item},not seen,nothing,nowhere\n" for item in reporting.CHECKLISTS["rob2"].items)


def test_the_lists_are_as_long_as_published():
    assert len(reporting.CHECKLISTS["consort_abstracts"].items) == 17
    assert len(reporting.CHECKLISTS["rob2"].items) == 5


def test_the_trial_answers_every_item(root):
    found = load(root / "data/he2020").reporting
    assert [j.item for j in found if j.checklist == "consort_abstracts"] == [
        *reporting.CHECKLISTS["consort_abstracts"].items
    ]
    assert sum(reporting.tally(found, "consort_abstracts").values()) == 17
    assert {j.answer for j in found if j.checklist == "rob2"} == {"no judgement"}


def test_a_folder_can_do_without(root, tmp_path):
    assert load(root / "data/humrich2022").reporting == []
    assert reporting.read_judgements(tmp_path / "reporting.csv") == []


def test_rows_come_in_the_published_order(tmp_path):
    path = tmp_path / "reporting.csv"
    path.write_text(HEAD + "".join(reversed(DOMAINS.splitlines(keepends=True))), encoding="utf-8")
    assert tuple(j.item for j in reporting.read_judgements(path)) == reporting.CHECKLISTS["rob2"].items


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DOMAINS.replace("not seen", "perhaps", 1), "line 2: answer must be"),
        (DOMAINS.replace("rob2", "rob3", 1), "line 2: no checklist 'rob3'; did you mean rob2?"),
        (DOMAINS.replace("missing outcome data", "missing data"), "line 4: RoB 2 has no item 'missing data'"),
        (
            DOMAINS + DOMAINS.splitlines()[0] + "\n",
            "item 'randomisation process' of rob2 is given twice; keep one",
        ),
        (DOMAINS.splitlines()[0] + "\n", "rob2 has no row for deviations from intended interventions"),
        (DOMAINS.replace("nothing", "", 1), "line 2: says"),
    ],
)
def test_mistakes_are_named(tmp_path, text, expected):
    path = tmp_path / "reporting.csv"
    path.write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(InputError, match=r"reporting\.csv") as caught:
        reporting.read_judgements(path)
    assert expected in str(caught.value)
