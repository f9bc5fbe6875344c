"""An indexer of Python source trees, whose parts know each other only through typed signals."""
