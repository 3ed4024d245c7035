"""What the catalogue says of each procedure."""

import re
from collections.abc import Mapping

import pytest

import countback
from countback import catalogue
from countback.procedures import Procedure

REQUIRED = [
    "p_pearson",
    "p_yates",
    "p_n1",
    "p_g",
    "p_fisher_2s",
    "p_fisher_less",
    "p_fisher_greater",
    "p_fisher_doubled",
    "p_midp_minlike",
    "p_midp_minlike_obsonly",
    "p_midp_doubled",
    "p_midp_less",
    "p_midp_greater",
    "p_blaker",
    "p_wald_unpooled",
    "p_logit_wald",
    "p_student_t",
    "p_welch_t",
    "p_log_rr_wald",
    "p_arcsine",
    "p_barnard_pooled_2s",
    "p_barnard_pooled_less",
    "p_barnard_pooled_greater",
    "p_barnard_unpooled_2s",
    "p_barnard_unpooled_less",
    "p_barnard_unpooled_greater",
    "p_boschloo_2s",
    "p_boschloo_2s_doubled",
    "p_boschloo_less",
    "p_boschloo_greater",
    "rd_wald",
    "rd_wald_cc",
    "rd_newcombe",
    "rd_newcombe_cc",
    "rd_mn",
    "rd_mee",
    "rd_agresti_caffo",
    "rr_katz",
    "rr_koopman",
    "rr_mn",
    "rd_scas",
    "rr_katz_half",
    "or_woolf",
    "or_woolf_half",
    "or_exact",
    "or_midp",
    "or_cornfield_score",
    "or_mn",
    "or_minlike",
    "or_blaker",
    "wilson",
    "wilson_cc",
    "cp",
    "jeffreys",
    "midp",
    "rd",
    "rr",
    "or",
    "or_cmle",
    "nnt",
    "nnt_wald",
    "nnt_newcombe",
    "fragility_index",
    "reverse_fragility_index",
    "fragility_quotient",
    "cmh_p",
    "cmh_p_cc",
    "mh_or",
    "mh_rr",
    "mh_rd",
    "peto_or",
    "breslow_day_tarone_p",
    "t_from_summary",
    "p_from_interval",
    "interval_from_p",
]


def test_it_is_a_mapping_that_cannot_be_changed() -> None:
    assert isinstance(catalogue, Mapping) and countback.catalogue is catalogue
    with pytest.raises(TypeError):
        catalogue["p_new"] = catalogue["p_pearson"]  # type: ignore[index]


def test_everything_asked_for_is_there() -> None:
    assert [key for key in REQUIRED if key not in catalogue] == []


def test_names_are_told_apart() -> None:
    names = [procedure.name for procedure in catalogue.values()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("key", list(catalogue))
def test_every_entry_is_described(key: str) -> None:
    procedure = catalogue[key]
    assert isinstance(procedure, Procedure) and procedure.key == key
    for text in (
        procedure.name,
        procedure.summary,
        procedure.formula,
        procedure.reference,
        procedure.agrees_with,
    ):
        assert text and text == text.strip()
    assert procedure.summary.endswith(".")
    assert procedure.doi is None or re.fullmatch(r"10\.\d{4,}/\S+", procedure.doi)
    assert (procedure.sides is not None) == (procedure.kind.endswith("test") or procedure.kind == "summary")
    assert (procedure.measure is not None) or not procedure.kind.endswith(("interval", "effect"))
    assert procedure.formula.count("{") == procedure.formula.count("}")
    assert procedure.formula.count(r"\left") == procedure.formula.count(r"\right")


def test_three_tests_and_a_rule_are_conventional() -> None:
    assert [p.key for p in catalogue.values() if p.conventional] == [
        "p_pearson", "p_yates", "p_fisher_2s", "p_pearson_or_fisher",
    ]  # fmt: skip


def test_a_two_sided_test_and_its_intervals_share_a_family() -> None:
    for procedure in catalogue.values():
        if procedure.kind == "test" and procedure.family:
            assert procedure.sides == "two-sided"
            partners = [p for p in catalogue.values() if p.kind == "interval" and p.family == procedure.family]
            assert partners, procedure.key
