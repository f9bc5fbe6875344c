"""Where and how a receiver runs: what to give `connect` as its `via`."""

from aldis._core import Call, Via

__all__ = ("Call", "Via")
