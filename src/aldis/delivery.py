"""Where and how a receiver runs: functions to pass as `via` to `connect`, or to a signal.

A `via` is called with a `Call`, a function without arguments that calls the receiver. It decides
when, where and in which context that happens. A send never waits for it. All functions here have
this in common:

- Calls begin in the order of the sends.
- An exception of a receiver is logged on the logger `aldis`, with the names of signal and receiver.
- A receiver sees the context variables of the sender at the time of the send.
- If the loop, executor or task group has ended, the receiver is not called. That is logged, too,
  and the send goes on.

A receiver may be async, even if the signal is not.
"""

from aldis._core import Call, Via
from aldis._delivery import TaskGroup, as_task, logged, to_executor, to_loop

__all__ = ("Call", "TaskGroup", "Via", "as_task", "logged", "to_executor", "to_loop")
