"""Who wants to see sends, and not only to receive them: for traces, metrics and debugging.

`aldis.observe` is given a `Listener`, and tells it of every `Send` and of every `Delivery` to a
receiver, where each begins and where it ends.
"""

from aldis._call_sites import Caller
from aldis._observe import Delivery, Listener, Observation, Send, observe

__all__ = ("Caller", "Delivery", "Listener", "Observation", "Send", "observe")
