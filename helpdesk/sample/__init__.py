"""The sample shop: invented, deterministic for a given day, told so that the board has a story."""
