"""The rules of the quality room: no query, no clock, no Django beyond types."""
