"""Figures of procedures, each one aggregate query."""
