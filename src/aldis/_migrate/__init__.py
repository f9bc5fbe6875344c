"""Turns signals of blinker into declarations: what `aldis migrate` does, without its command line."""
