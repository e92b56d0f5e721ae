"""Writes of the thresholds room, split by noun."""
