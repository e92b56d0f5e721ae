"""The forms of the thresholds room, split by noun."""
