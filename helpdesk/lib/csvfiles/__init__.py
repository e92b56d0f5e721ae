"""Untrusted CSV files: reading them in bounded memory, mapping their columns, writing them safely."""
