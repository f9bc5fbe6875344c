"""Turns signals of blinker into declarations: `aldis migrate`, without its command line."""
