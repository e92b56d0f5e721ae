"""Importing inspections.csv."""

from quality.importing.inspections import INSPECTIONS

__all__ = ["INSPECTIONS"]
