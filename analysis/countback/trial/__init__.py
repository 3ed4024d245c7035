"""Trials: printed numbers, the model of a trial, and reading one from a folder."""

from countback.trial.claims import Claim, Document
from countback.trial.design import Count, Design
from countback.trial.folder import load
from countback.trial.model import FourfoldTable, Trial

__all__ = ["Claim", "Count", "Design", "Document", "FourfoldTable", "Trial", "load"]
