"""Aggregates for the board: one query a panel, from the maintained counters, as frozen dataclasses."""
