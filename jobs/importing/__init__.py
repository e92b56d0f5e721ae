"""Importing CSV files: one engine and one set of pages for every kind of row."""
