"""Figures of the tickets room: aggregates in the database, read into frozen dataclasses."""
