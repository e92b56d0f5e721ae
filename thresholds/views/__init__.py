"""The pages of the thresholds room, split by noun."""
