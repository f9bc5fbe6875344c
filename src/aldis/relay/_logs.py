"""Keeps payloads out of the logs: the text of an error may have values of a message in it."""

from __future__ import annotations

import logging
from traceback import format_tb

from aldis.relay._current import arriving


def told_without_text(error: BaseException) -> str:
    """Return the traceback of an error and its type."""
    lines = "".join(format_tb(error.__traceback__))
    kind = type(error).__qualname__
    return f"Traceback (most recent call last):\n{lines}{kind}: (its text may have a payload in it)"


def leave_out_text(record: logging.LogRecord) -> bool:
    """Change a record that is written while a message is delivered; all others stay as they are."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None and arriving.get() is not None:
        record.exc_text = told_without_text(error)  # which formatters write as it is
        record.exc_info = None  # handlers of other kinds would look at the values of variables
    return True


# where `send_robust` writes down what receivers raise
logging.getLogger("aldis").addFilter(leave_out_text)
