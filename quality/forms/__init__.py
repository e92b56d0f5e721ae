"""The shapes of what is typed in the quality room."""
