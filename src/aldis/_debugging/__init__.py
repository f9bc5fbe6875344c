"""The development mode, which warns of probable mistakes."""
