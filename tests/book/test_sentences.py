"""What the pages say about He 2020: each sentence beside the result that it needs, by its key."""

import json
import re

import pytest

from books import ROOT
from countback.procedures import catalogue
from countback.trial.folder import load

WEEK_12, WEEK_24, NEPHRITIS = (16, 29, 9, 30), (19, 29, 11, 30), (7, 13, 2, 12)
PAGES = {path.stem: path for path in [ROOT / "index.md", *(ROOT / "chapters").glob("*.md")]}


def text(name):
    """A page's source, its lines joined."""
    return " ".join(PAGES[name].read_text(encoding="utf-8").split())


def lead(name):
    """The answer that a page opens with."""
    return re.search(r":::\{div\} answer (.*?) :::", text(name))[1]


@pytest.fixture(scope="module")
def values(book):
    """The results of one run of the built book."""

    def read(run):
        path = book / "_build" / "countback" / "runs" / run / "result.json"
        return json.loads(path.read_text(encoding="utf-8"))["values"]

    return read


# What the data say


def test_the_counts_are_those_of_the_sentences():
    trial = load(ROOT / "data/he2020")
    assert trial.table("sri4", 12).cells == WEEK_12
    assert trial.table("sri4", 24).cells == WEEK_24
    assert trial.table("nephritis_remission", None).cells == NEPHRITIS


def test_the_checklist_says_what_the_abstract_contains():
    trial = load(ROOT / "data/he2020")
    answers = {j.item: j for j in trial.reporting if j.checklist == "consort_abstracts"}
    assert answers["objective"].answer == "stated"
    assert answers["harms"].answer == "in part"
    assert answers["authors' contact"].answer == "not applicable"
    for endpoint in ("injection_site_reactions", "fever", "flu_like"):
        table = trial.table(endpoint, None)
        assert f"{table.a} " in answers["harms"].says
        assert {c.document for c in trial.counts if c.endpoint == endpoint} == {"Table 3"}
    missing = next(j for j in trial.reporting if j.item == "missing outcome data")
    assert "inferred" in missing.says
    assert "consort.applicable" in lead("reporting")


def test_the_abstract_says_may_of_natural_killer_cells():
    assert "natural killer cells may have been enhanced" in text("index")
    assert "grew" not in text("index")


# What the pages ask for


def test_one_interval_method_leads_everywhere():
    for name in ("index", "response", "nephritis", "infections", "context"):
        assert not re.search(r"(rd_newcombe|rd_wald|rd_mee)", text(name)), name
    assert "effects.rd_mn.lower" in lead("response")
    assert "intervals.rd_mn.lower" in lead("size")
    assert "no benefit, a small one or a large one" in lead("response")
    for notebook in ("harms", "context", "audit"):
        source = (ROOT / f"analysis/notebooks/{notebook}.ipynb").read_text(encoding="utf-8")
        assert "rd_mn" in source
        assert "rd_newcombe" not in source


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_difference_is_in_points(name):
    """A percentage with its sign is a difference, and would be read as a share of something."""
    assert not re.search(r"\{stat\}`[^`]*\|\+\.\d%`", text(name))


def test_claims_of_other_procedures_are_not_worn_by_this_one():
    assert "{claim}`humrich2022-audit:sri4_p|printed`" in text("context").split("The printed p is ")[1][:60]
    assert "same drug" not in text("context")


def test_nobody_knows_which_test_was_used():
    for words in ("are Fisher's and", "gave the P values", "gives {stat}`beyond:by_fisher", "print the same"):
        assert words not in text("beyond")
    for name in PAGES:
        assert "most often recommended" not in text(name)
        assert "often counted as a non-responder" not in text(name)


@pytest.mark.parametrize(
    "name", [n for n in sorted(PAGES) if n not in ("rebuild", "references", "methods", "manifest")]
)
def test_the_words_are_plain(name):
    page = text(name)
    assert not re.search(r"\b(?:tests?|procedures?|ones) (?:that )?(?:then )?prints?\b", page)
    assert not re.search(r"\barms? (?:that )?holds?\b|\bpatients an arm\b|\b(?:stands?) (?:above|below)\b", page)
    assert not re.search(r"\b(?:intervals?|of them) (?:that )?holds?\b", page)
    assert "none tried" in page or "nothing tried" not in page


def test_what_a_match_proves_is_said_in_one_place():
    assert "(what-a-match-proves)=" in text("audit")
    for name in PAGES:
        assert ("look alike" in text(name)) == (name == "audit"), name
    for name in ("index", "attribution", "beyond", "nephritis", "context"):
        assert "(what-a-match-proves)" in text(name), name


def test_a_power_that_restates_the_p_value_is_not_given():
    for name in ("power", "replication"):
        assert not re.search(r"tests\.p_\w+\.power", text(name))
    assert "hoenig2001" in text("power")


def test_pairs_within_bounds_are_no_probability():
    assert "differences.both.significant" not in text("joint")
    source = (ROOT / "analysis/notebooks/joint.ipynb").read_text(encoding="utf-8")
    assert "of possible pairs" not in source


def test_the_same_tests_in_both_chapters():
    lists = [
        re.search(r"tests = (\[[^]]*\])", (ROOT / f"analysis/notebooks/{n}.ipynb").read_text(encoding="utf-8"))[1]
        for n in ("fragility", "missing")
    ]
    assert lists[0] == lists[1]


def test_the_front_page_opens_with_the_finding():
    opening = lead("index")
    sentences = re.split(r"(?<=[.:]) (?=[A-Z])", re.sub(r"\{(?:stat|claim|cite)\}`[^`]*`", "x", opening))
    assert len([s for s in sentences if s.endswith(".")]) == 3
    assert "nephritis:two_sided.tried" in opening
    page = text("index")
    inputs = re.search(r":::\{admonition\}.*?:::", page)[0]
    for claim in ("patients", "arm_il2", "arm_placebo", "treatment_weeks", "every_days", "weeks_on"):
        assert f"{{claim}}`{claim}`" in inputs
        assert f"{{claim}}`{claim}`" not in page.replace(inputs, "")
    assert page.index("fig-comparisons") < page.index("For a clinician") < page.index("## The abstract, rebuilt")
    assert page.index("Five questions to the authors") < page.index("How to cite")


# What the results are


def test_one_fewer_on_il2_is_enough_at_week_24():
    a, n1, b, n2 = WEEK_24
    pearson = catalogue["p_pearson"]
    assert pearson(a, n1, b, n2) < 0.05 <= pearson(a - 1, n1, b, n2)
    assert pearson(a, n1, b + 1, n2) < 0.05  # which is why the index by convention is two
    assert pearson(a - 1, n1, b, n2) == pytest.approx(0.0510, abs=5e-5)
    assert "index" not in lead("fragility")
    assert "tests.p_pearson.how" in lead("fragility")


def test_a_responder_more_is_not_the_thirtieth_patient():
    a, n1, b, n2 = WEEK_12
    fisher = catalogue["p_fisher_2s"]
    assert fisher(a + 1, n1, b, n2) == pytest.approx(0.037, abs=5e-4)
    assert fisher(a + 1, n1 + 1, b, n2) == pytest.approx(0.067, abs=5e-4)
    for name in ("fragility", "missing"):
        assert "fragility:one_more.p.p_fisher_2s" in text(name)
        assert "missing:as_responder" in text(name)


def test_three_two_sided_tests_of_nephritis_are_below_the_level():
    tests = [
        p for p in catalogue.values() if p.kind == "test" and p.sides == "two-sided" and not p.rule and p.arms == 2
    ]
    p = sorted(test(*NEPHRITIS) for test in tests)
    assert len(p) == 20
    assert [round(x, 3) for x in p if x < 0.05] == [0.034, 0.044, 0.048]
    assert not any(round(x, 3) == 0.036 for x in p)


@pytest.mark.slow
def test_infections_are_those_of_the_patients_counted(values):
    found = values("infections")
    n1, n2 = found["arms"]["experimental"]["total"], found["arms"]["control"]["total"]
    assert (n1, n2) == (29, 30)
    assert found["limit"] == pytest.approx(1 - 0.05 ** (1 / n1))
    assert found["limit_two_sided"] == pytest.approx(1 - 0.025 ** (1 / n1))
    assert found["sight"]["trebled"]["p_fisher_2s"] == pytest.approx(0.26, abs=0.005)
    assert found["tests"]["p_arcsine"] < found["alpha"] < found["two_sided"]["smallest_exact"]
    assert found["two_sided"]["below_alpha"] == 1
    assert "None comes near" not in text("infections")
    assert "None of the exact tests" in text("infections")


@pytest.mark.slow
def test_a_calibration_is_no_bound(values):
    found = values("bayes")
    nephritis, week_12 = found["evidence"]["nephritis_remission"], found["evidence"]["sri4_week12"]
    assert nephritis["bayes_factor"] > nephritis["calibration"]
    assert week_12["sceptical"] > week_12["calibration"]
    assert week_12["most"] >= max(week_12["sceptical"], week_12["bayes_factor"])
    assert week_12["most"] == pytest.approx(2.87, abs=0.005)
    assert "no prior of a wide class" not in text("bayes")
    assert found["before"]["uniform"]["large"] == pytest.approx(0.32)
    assert round(week_12["one_minus_half_p"], 2) == round(found["posteriors"]["sri4_week12"]["uniform"]["better"], 2)
    assert week_12["share"] == pytest.approx(0.11, abs=0.001)
    assert week_12["share"] < week_12["second_generation_p"]
    assert values("context")["trials"]["he2020"]["rate_2"] < found["prior_rate"]
    assert found["prior_rate"] < values("context")["trials"]["humrich2022"]["rate_2"]


@pytest.mark.slow
def test_the_scales_disagree(values):
    pooled = values("context")["pooled"]
    assert pooled["risk_difference"]["common"]["lower"] > 0
    assert pooled["odds_ratio"]["common"]["lower"] > 1
    assert pooled["risk_ratio"]["common"]["lower"] < 1 < pooled["risk_ratio"]["common"]["upper"]
    assert pooled["risk_ratio"]["heterogeneity"]["i2"] > 0 == pooled["risk_difference"]["heterogeneity"]["i2"]
    assert "pooled" not in lead("context")


@pytest.mark.slow
def test_limits_of_the_difference(values):
    intervals = values("size")["primary"]["intervals"]
    assert intervals["rd_mn"]["lower"] < 0 < intervals["rd_newcombe"]["lower"] < intervals["rd_wald"]["lower"]
    assert intervals["rd_wald"]["lower"] == pytest.approx(0.0075, abs=5e-5)
    assert intervals["rd_newcombe"]["lower"] == pytest.approx(0.0007, abs=5e-5)
    assert "intervals.rd_wald.lower" in text("size")


@pytest.mark.slow
def test_one_patient_is_enough(values):
    found = values("fragility")
    assert all(c["by_one"] == found["tests"] for c in found["comparisons"].values())
    week_24 = found["comparisons"]["sri4_week24"]["tests"]["p_pearson"]
    assert (week_24["index"], week_24["least"]) == (2, 1)


@pytest.mark.slow
def test_the_next_trial(values):
    found = values("replication")
    chances = found["chances"]
    assert 0.25 < found["shrunken"]["repeated"] < 0.35 < chances["predictive"] < 0.55
    assert lead("replication").index("shrunken.repeated") < lead("replication").index("chances.predictive")
    assert chances["plausible"] < found["errors"]["power"]  # in favour alone, against both directions


@pytest.mark.slow
def test_in_order_nothing_is_left(values):
    found = values("multiplicity")
    assert all(n["fixed_sequence"] == 0 for n in found["below_alpha"].values())
    assert "holm" not in lead("multiplicity")


@pytest.mark.slow
def test_the_figure_of_the_front_page(values):
    found = values("audit")["comparisons"]
    assert set(found) == {"sri4_w12_p", "sri4_w24_p", "nephritis_p"}
    inside = {claim: row["lower"] < 0 < row["upper"] for claim, row in found.items()}
    assert inside == {"sri4_w12_p": True, "sri4_w24_p": False, "nephritis_p": True}
    assert float(found["nephritis_p"]["printed"]) < found["nephritis_p"]["pearson"] < found["nephritis_p"]["fisher"]


# What was left: captions, words, and which number a sentence means

CAPTION = re.compile(r":::\{run-(figure|table)\} (\S+) (\S+)\n((?::[^\n]*\n)*)(.*?)\n:::", re.DOTALL)
LABELS = re.compile(r"^(?:Each|Every|All|The|What) [^:,;]*\.$")
"""Captions that say what is shown, and nothing of what is found in it."""

INVENTORIES = ("manifest",)
"""Chapters whose tables list what there is."""


def captions(name):
    source = PAGES[name].read_text(encoding="utf-8")
    return [(found[2], found[3], " ".join(found[5].split())) for found in CAPTION.finditer(source)]


@pytest.mark.parametrize("name", sorted(set(PAGES) - set(INVENTORIES)))
def test_a_caption_is_a_finding(name):
    for run, member, caption in captions(name):
        assert not LABELS.match(caption), f"{run} {member}: {caption}"
        assert not caption.startswith("{stat}"), f"{run} {member}: a number behind 'Table 8' reads as its own"


def test_the_check_would_see_a_label():
    for label in (
        "Each claim of the abstract, as printed and as rebuilt.",
        "What computed.",
        "Every test on these counts.",
    ):
        assert LABELS.match(label.replace(",", ""))


@pytest.mark.parametrize("name", sorted(PAGES))
def test_what_is_called_printed_is_printed(name):
    """A claim shows its rebuilt number, which is another one where it is not reproduced."""
    page = text(name)
    assert not re.search(r"printed(?: as| p is| p-value is| p-value,)? \{claim\}`[^`|]*`", page)


@pytest.mark.slow
def test_the_badge_is_on_the_printed_p_of_the_second_trial(book):
    page = (book / "_build/html/chapters/context.html").read_text(encoding="utf-8")
    sentence = re.sub(r'<span class="claim-tip".*?</span>', "", page, flags=re.DOTALL)
    words = " ".join(re.sub(r"<[^>]+>", "", sentence).split())
    assert "The printed p is 0.3439 not reproduced" in words


@pytest.mark.parametrize("name", sorted(set(PAGES) - {"references", "rebuild", "explorer"}))
def test_a_chapter_opens_with_its_answer(name):
    """One plain sentence first: short enough to be taken in, and no list of numbers."""
    opening = re.sub(r"\{(?:stat|claim|cite|tally)\}`[^`]*`", "x", lead(name))
    first = re.split(r"(?<=[.:;]) ", opening)[0]
    assert len(first.split()) <= 45, first
    assert text(name).index(":::{div} answer") < 200


def test_it_is_a_manifest():
    assert not (ROOT / "chapters/certificate.md").exists()
    for name in PAGES:
        page = text(name)
        assert "certificate" not in page.lower() or name == "manifest", name
    assert "no certificate until somebody else has checked it" in lead("manifest")
    assert "Be the one who checks" in text("manifest")


def test_the_known_patient_is_on_the_map():
    page = text("missing")
    after_map = page[page.index("fig-tipping") :]
    assert "missing:missing.experimental" in after_map
    assert "tests.p_pearson.for" in after_map
    assert "tests.p_pearson.against" in after_map


def test_no_code_names_in_the_text():
    for name in sorted(set(PAGES) - {"rebuild", "references"}):
        plain = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)|^:[a-z-]+:.*$|^:::.*$|^\(.*\)=$|\$[^$]*\$", "",
                       PAGES[name].read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)  # fmt: skip
        assert not re.search(r"\b[a-z]+_[a-z_]+\b", plain), name


def test_a_clinician_finds_what_was_given():
    page = text("trial")
    for claim in ("t1_cyc_p", "t1_csa_p", "t1_aza_p"):
        assert f"beyond:compared.{claim}.first" in page
    assert "BILAG A (severe organ flare)" in page
    assert "below 500 to 700 mg in 24 hours" in page
    assert "1,500,000 IU a day for five days, and then once a week, over 12 weeks" in text("context")


@pytest.mark.slow
def test_the_baseline_by_arm(values):
    compared = values("beyond")["compared"]
    found = {
        claim: (compared[claim]["first"], compared[claim]["second"]) for claim in ("t1_cyc_p", "t1_csa_p", "t1_aza_p")
    }
    assert found == {"t1_cyc_p": (4, 0), "t1_csa_p": (0, 5), "t1_aza_p": (1, 4)}


@pytest.mark.slow
def test_only_one_procedure_gives_the_nephritis_value(values):
    found = values("nephritis")
    assert (found["tried"], found["matching"]) == (50, 1)


@pytest.mark.slow
def test_which_harms_are_named(values):
    """The caption names injection-site reactions, and fever with a perhaps."""
    found = values("infections")["harms"]
    assert (found["below_alpha"], found["shown"]) == (1, 10)


@pytest.mark.slow
def test_what_the_captions_say_of_the_beliefs(book):
    rows = json.loads((book / "_build/countback/runs/bayes/result.json").read_text())["tables"]["posteriors"]["rows"]
    assert all(row["mean"] > 0 and row["better"] > 0.5 for row in rows)


@pytest.mark.slow
def test_nothing_is_contradicted_by_arithmetic(book):
    page = json.loads((book / "_build/countback/manifest/result.json").read_text())["tables"]["verdicts"]
    [row] = [row for row in page["rows"] if row["verdict"] == "inconsistent"]
    assert set(row.values()) == {"inconsistent", 0}


@pytest.mark.slow
def test_the_audit_opens_with_the_p_values(values):
    found = values("audit")
    assert (found["verdicts"]["another_test_only"], found["p_values"]) == (2, 3)
    assert found["checks"] == found["checks_hold"]


@pytest.mark.slow
def test_zero_is_inside_six_of_eight(values):
    found = values("size")["primary"]["differences"]
    assert (found["contain_zero"], found["tried"]) == (6, 8)
