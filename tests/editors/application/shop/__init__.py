"""A small shop whose parts know each other through typed signals."""
