"""Correct reports of trials of many designs: nothing in them is called inconsistent for want of a concept."""

import random

import pytest

from countback import catalogue
from countback.audit import State, Verdict, audit
from countback.procedures.contingency import pearson_p
from countback.procedures.noninferiority import farrington_manning_p
from countback.trial import defaults, printed
from countback.trial.claims import Document
from countback.trial.design import Design
from countback.trial.model import Trial

CITATION = {"authors": "a", "title": "t", "journal": "j", "year": 2000}


def trial(described, claims):
    base = {"id": "x", "name": "x", "citation": CITATION, "design": "randomised"}
    design = Design.model_validate({**base, **described})
    document = defaults.filled(Document.model_validate({"document": "abstract", "claims": claims}), design)
    return defaults.with_counts(Trial(design=design, counts=[], documents=[document]))


def accused(described, claims, verdicts=(Verdict.INCONSISTENT, Verdict.NOT_REPRODUCED)):
    found = audit(trial(described, claims))
    wrong = [(f.id, f.printed, f.because) for f in found.findings if f.verdict in verdicts]
    return wrong + [(c.id, "", c.because) for c in found.checks if c.state is State.FAILS]


def arms(*sizes, names="abcd"):
    found = [{"id": name, "name": name, "randomised": n} for name, n in zip(names, sizes, strict=False)]
    found[-1]["role"] = "control"
    return {"randomised": sum(sizes), "arms": found}


def proportion(rng, identifier, events, total, arm, decimals):
    percent = printed.rounded(100 * events / total, decimals)
    text = rng.choice([f"{percent}%", f"{percent}% ({events}/{total})", f"{events} of {total} ({percent}%)"])
    kind = "fraction" if text.startswith(f"{events} of") else "percentage"
    return {"id": identifier, "kind": kind, "printed": text, "endpoint": "e", "arm": arm}


def digits(p):
    return printed.rounded(p, 3) if p >= 0.0005 else "<.001"


@pytest.mark.parametrize("seed", range(40))
def test_two_arms_with_a_margin(seed):
    rng = random.Random(seed)
    n1, n2 = rng.randint(8, 300), rng.randint(8, 300)
    m1, m2 = n1 - rng.choice([0, 0, 1, 3]), n2 - rng.choice([0, 0, 2])
    a, b = rng.randint(1, m1 - 1), rng.randint(1, m2 - 1)
    decimals = rng.choice([0, 1, 2])
    p, tail = catalogue["p_pearson"](a, m1, b, m2), farrington_manning_p(a, m1, b, m2, margin=-0.1)
    limits = [100 * x for x in catalogue["rd_wald"](a, m1, b, m2)]
    low, high = (printed.rounded(x, 1) for x in limits)
    difference = printed.rounded(100 * (a / m1 - b / m2), 1)
    claims = [
        proportion(rng, "first", a, m1, "a", decimals),
        proportion(rng, "second", b, m2, "b", decimals),
        {"id": "p", "kind": "p_value", "printed": digits(p), "endpoint": "e"},
        {"id": "d", "kind": "decision", "printed": "so", "endpoint": "e", "significant": bool(p < 0.05)},
        {"id": "rd", "kind": "effect", "measure": "RD", "printed": f"{difference}% ({low} to {high})", "endpoint": "e"},
        {"id": "ni", "kind": "decision", "hypothesis": "noninferiority", "printed": "so", "endpoint": "e",
         "significant": float(low) > -10},
        {"id": "np", "kind": "p_value", "hypothesis": "noninferiority", "printed": digits(tail), "endpoint": "e"},
    ]  # fmt: skip
    endpoints = [{"id": "e", "name": "e", "times": ["day 28"], "margin": {"measure": "RD", "value": "-10"}}]
    assert accused({**arms(n1, n2), "endpoints": endpoints}, claims) == []


@pytest.mark.parametrize("seed", range(20))
def test_three_arms(seed):
    rng = random.Random(seed)
    sizes = [rng.randint(20, 200) for _ in range(3)]
    events = [rng.randint(1, n - 1) for n in sizes]
    claims = [proportion(rng, f"c{arm}", e, n, arm, 1) for arm, e, n in zip("abc", events, sizes, strict=True)]
    for i, arm in enumerate("ab"):
        p = catalogue["p_fisher_2s"](events[i], sizes[i], events[2], sizes[2])
        place = {"endpoint": "e", "comparison": arm}
        claims.append({"id": f"p{arm}", "kind": "p_value", "printed": digits(p), **place})
        corrected = {"significant": bool(p < 0.025), "alpha": 0.025} if i else {"significant": False}
        if i or p < 0.05:  # a small p that a correction for two comparisons makes not significant
            claims.append({"id": f"d{arm}", "kind": "decision", "printed": "so", **place, **corrected})
    p = pearson_p([(e, n - e) for e, n in zip(events, sizes, strict=True)])
    claims.append({"id": "all", "kind": "p_value", "printed": digits(p), "endpoint": "e", "comparison": "all"})
    whole = printed.rounded(100 * sum(events) / sum(sizes), 1)
    claims.append({"id": "whole", "kind": "percentage", "printed": whole, "endpoint": "e"})
    assert accused({**arms(*sizes), "endpoints": [{"id": "e", "name": "e"}]}, claims, (Verdict.INCONSISTENT,)) == []


@pytest.mark.parametrize("extra", [{"structure": "crossover"}, {"structure": "cluster"}, {"adjusted": "centre"}])
@pytest.mark.parametrize("seed", range(5))
def test_what_counts_cannot_carry_is_never_held_to_them(extra, seed):
    rng = random.Random(seed)
    n = rng.randint(10, 60)
    a, b = rng.randint(1, n - 1), rng.randint(1, n - 1)
    adjusted = {"adjusted": extra["adjusted"]} if "adjusted" in extra else {}
    claims = [
        {"id": "first", "kind": "fraction", "printed": f"{a} of {n}", "endpoint": "e", "arm": "a"},
        {"id": "second", "kind": "fraction", "printed": f"{b} of {n}", "endpoint": "e", "arm": "b"},
        {"id": "p", "kind": "p_value", "printed": digits(rng.random()), "endpoint": "e", **adjusted},
        {"id": "or", "kind": "effect", "measure": "OR", "printed": "1.40 (0.90 to 2.18)", "endpoint": "e", **adjusted},
    ]
    structure = {key: value for key, value in extra.items() if key == "structure"}
    described = {**arms(n, n), **structure, "endpoints": [{"id": "e", "name": "e"}]}
    found = audit(trial(described, claims))
    verdicts = {f.id: f.verdict for f in found.findings}
    assert (verdicts["p"], verdicts["or"]) == (Verdict.NOT_CHECKABLE, Verdict.NOT_CHECKABLE)
    assert not found.decision_errors
    assert "Crude: " in found.finding("p").because


@pytest.mark.parametrize(("p", "verdict"), [("0.009", "reproduced"), ("0.2", "not checkable")])
def test_a_factorial_trial_may_be_adjusted_for_its_other_treatment(p, verdict):
    # 76/120 v 56/120: z = (20/120)/sqrt(0.55 x 0.45 x 2/120) = 2.5950, p = 0.00946: "0.009". Yates's
    # correction: z = (20/120 - 1/120)/sqrt(...) = 2.4652, p = 0.01369. Fisher's exact p = 0.0135.
    both = {"first": ["a", "b"], "second": ["c", "d"]}
    claims = [
        {"id": f"c{arm}", "kind": "fraction", "printed": f"{events}/60", "endpoint": "e", "arm": arm}
        for arm, events in zip("abcd", (40, 36, 30, 26), strict=True)
    ]
    claims.append({"id": "p", "kind": "p_value", "printed": p, "endpoint": "e", "comparison": "x"})
    described = {
        **arms(60, 60, 60, 60), "structure": "factorial", "comparisons": [{"id": "x", **both}],
        "endpoints": [{"id": "e", "name": "e"}],
    }  # fmt: skip
    assert audit(trial(described, claims)).finding("p").verdict.value == verdict


def test_a_chosen_total_accuses_nobody():
    claims = [
        {"id": "first", "kind": "percentage", "printed": "48.8", "endpoint": "e", "arm": "a"},
        {"id": "second", "kind": "percentage", "printed": "25.0", "endpoint": "e", "arm": "b"},
        {"id": "p", "kind": "p_value", "printed": "0.9", "endpoint": "e"},
    ]
    made = trial({**arms(480, 480), "endpoints": [{"id": "e", "name": "e"}]}, claims)
    found = audit(made)
    assert found.finding("p").verdict is Verdict.NOT_CHECKABLE  # more pairs of counts fit than are tried
    assert found.passes
