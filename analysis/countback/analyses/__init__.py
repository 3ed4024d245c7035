"""Analyses: how much hangs on a number, as pure functions of counts."""
