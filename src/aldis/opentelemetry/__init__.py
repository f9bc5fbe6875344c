"""Spans of OpenTelemetry for sends and receivers: the extra `opentelemetry`.

aldis.observe(SpanListener())
"""

from aldis.opentelemetry._spans import SpanListener

__all__ = ("SpanListener",)
