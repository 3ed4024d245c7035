"""Figures and tables: one style for all."""
