"""Test helpers: capture sends, assert that something was sent, mute and isolate signals.

They work with any test framework. `aldis.pytest_plugin` provides them as a fixture for pytest.

Example:
    >>> from aldis import Signal
    >>> from aldis.testing import assert_sent, capture
    >>> @Signal
    ... def user_created(sender: object, /, *, user_id: int) -> None: ...
    >>> with capture(user_created) as sends:
    ...     _ = user_created.send("the shop", user_id=1)
    >>> _ = assert_sent(sends, times=1, sender="the shop", user_id=1)
"""

from aldis._testing._assertions import assert_sent
from aldis._testing._blocks import isolated, muted
from aldis._testing._capture import Sends, capture
from aldis._testing._sent import AsyncSent, Sent

__all__ = (
    "AsyncSent",
    "Sends",
    "Sent",
    "assert_sent",
    "capture",
    "isolated",
    "muted",
)
