"""Small trials for the audit's tests, made from what differs from a plain one."""

from countback.trial.claims import Document
from countback.trial.design import Count, Design
from countback.trial.model import Trial

PLAIN = {
    "id": "plain",
    "name": "Plain 2020",
    "citation": {"authors": "A B", "title": "A trial", "journal": "J", "year": 2020, "doi": "10.1/x"},
    "design": "randomised",
    "population": "people",
    "randomised": 60,
    "arms": [
        {"id": "active", "name": "active", "role": "experimental", "randomised": 30},
        {"id": "placebo", "name": "placebo", "role": "control", "randomised": 30},
    ],
    "dosing": {"dose": "1", "every_days": 1, "weeks_on": 4, "weeks_off": 0},
    "treatment_weeks": 12,
    "endpoints": [
        {"id": "response", "name": "response", "kind": "benefit", "weeks": [12]},
        {"id": "harm", "name": "harm", "kind": "harm", "weeks": [None]},
    ],
    "primary": {"endpoint": "response", "week": 12},
}


def trial_from(described):
    """Make a trial of one document from the endpoints, counts, header and claims of a fixture."""
    design = Design.model_validate({**PLAIN, **{k: described[k] for k in ("endpoints",) if k in described}})
    counts = [
        Count(endpoint=e, week=w, arm=a, events=x, total=n, basis=basis, document="elsewhere", place="a place")
        for e, w, a, x, n, basis in (row if len(row) == 6 else [*row, "printed"] for row in described.get("counts", []))
    ]
    claims = [{"where": "results", "says": f"what {c['id']} says", **c} for c in described["claims"]]
    document = Document.model_validate({"document": "paper", "arms": described.get("arms", {}), "claims": claims})
    return Trial(design=design, counts=counts, documents=[document])
