"""The second trial's folder: which counts its percentages allow, and its verdicts."""

from countback.audit import audit
from countback.trial import printed
from countback.trial.folder import load


def test_only_one_split_of_53_prints_both_percentages():
    first, second = printed.parse("83.3"), printed.parse("51.7")
    splits = [
        (one, other)
        for n in range(1, 53)
        for one in printed.counts_that_print(first, range(n, n + 1))
        for other in printed.counts_that_print(second, range(53 - n, 54 - n))
    ]
    assert splits == [((20, 24), (15, 29))]


def test_the_folder_holds_that_split(root):
    trial = load(root / "data/humrich2022")
    assert trial.table("sri4_per_protocol", 12).cells == (20, 24, 15, 29)
    assert trial.table("sri4", 12).cells == (34, 50, 29, 50)


def test_its_verdicts(root):
    verdicts = {f.id: f.verdict for f in audit(load(root / "data/humrich2022")).findings}
    assert verdicts["sri4_p"] == "not reproduced"
    assert verdicts["per_protocol_p"] == "another test only"
    assert {verdicts[key] for key in ("sri4_il2", "sri4_placebo", "per_protocol_il2", "per_protocol_placebo")} == {
        "possible"
    }
