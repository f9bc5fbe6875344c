"""The error codes of the plugin; each can be disabled by itself."""

from __future__ import annotations

from typing import Final

from mypy.errorcodes import ErrorCode, error_codes


def _code(name: str, description: str) -> ErrorCode:
    # mypy keeps a table of all codes, where a plugin that is loaded twice finds its own
    known = error_codes.get(name)
    return known if known is not None else ErrorCode(name, description, "aldis")


RECEIVER: Final = _code("aldis-receiver", "Check that receivers accept what signals send")
WEAK: Final = _code("aldis-weak", "Warn about weak receivers that nothing keeps alive")
NAME: Final = _code("aldis-name", "Check the names with which signals are looked up")
UNTYPED: Final = _code("aldis-untyped", "Disallow signals without a declared payload")
SEND: Final = _code("aldis-send", "Warn about sends that are probably mistakes")
PORTABLE: Final = _code("aldis-portable", "Check that signals can cross between processes")

CODES: Final = (NAME, PORTABLE, RECEIVER, SEND, UNTYPED, WEAK)
