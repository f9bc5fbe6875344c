"""What a signal is called on an engine."""

from __future__ import annotations

import sys
from typing import Any

from aldis.relay._refusals import refuse_spaces


def topic_of(signal: Any, topic: str | None) -> str:
    """Return the topic of a signal.

    Args:
        signal: The signal.
        topic: The one that was asked for, if any.

    Raises:
        ValueError: It has no name that other processes know, or the topic is not a name.
    """
    if topic is not None:
        refuse_spaces("a topic", topic)
        if topic.startswith("/") or topic.endswith("/"):
            raise ValueError(f"a topic has a name on both sides of a slash, got {topic!r}")
        return topic
    module: str | None = signal.__module__
    if module == "__main__":
        spec = vars(sys.modules["__main__"]).get("__spec__")  # of `python -m`, if any
        module = getattr(spec, "name", None)
    if module is None:
        raise ValueError(
            f"signal {signal.__qualname__} is declared in the program that you run, which has no "
            "name that other processes know; declare it in a module, or give it a `topic=`"
        )
    if "<" in signal.__qualname__:
        raise ValueError(
            f"signal {signal.__qualname__} is not declared in a module that others can import; "
            "give it a `topic=`"
        )
    return f"{module}.{signal.__qualname__}"


def stream_of(topic: str) -> str:
    """Return what an engine calls a topic: the part before a slash, which several may share."""
    return topic.partition("/")[0]
