"""A small store whose parts know each other through typed signals."""
