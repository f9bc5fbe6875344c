"""Where and how a receiver runs: what to give `connect`, or a signal, as its `via`.

A `via` is called with a `Call`, a function of no arguments that calls the receiver, and decides
when, where and in which context that happens. A send never waits for it. What these few have in
common:

- Calls begin in the order of the sends.
- What a receiver raises is logged on the logger `aldis`, with the names of signal and receiver.
- A receiver sees the context variables that the sender has at the time of the send.
- Once the loop, executor or task group has ended, a call is not made; that is logged, too, and the
  send goes on.

A receiver may be async, whatever the signal is.
"""

from aldis._core import Call, Via
from aldis._delivery import TaskGroup, as_task, logged, to_executor, to_loop

__all__ = ("Call", "TaskGroup", "Via", "as_task", "logged", "to_executor", "to_loop")
