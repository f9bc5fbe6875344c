"""Observe sends, for traces, metrics and debugging.

`aldis.observe` notifies a `Listener` when a `Send`, and each `Delivery` to a receiver, begins and
ends.
"""

from aldis._call_sites import Caller
from aldis._observe import Delivery, Listener, Observation, Send, observe

__all__ = ("Caller", "Delivery", "Listener", "Observation", "Send", "observe")
