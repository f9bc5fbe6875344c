"""The command `aldis`, which shows the signals of a package and what they do."""

from aldis._cli._app import run

__all__ = ("run",)
