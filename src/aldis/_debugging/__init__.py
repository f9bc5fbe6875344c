"""The development mode, which warns of what is probably a mistake."""
