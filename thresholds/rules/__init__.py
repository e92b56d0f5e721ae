"""The statistics of METHOD.md as pure functions: no query, no clock, no Django."""
