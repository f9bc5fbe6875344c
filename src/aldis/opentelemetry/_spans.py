"""Makes a span for each send and for each call of a receiver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aldis._callables import name_of, place_of
from aldis._observe import Delivery, Listener, Send
from aldis.exceptions import MissingExtraError

try:
    from opentelemetry import context, trace
    from opentelemetry.trace import SpanKind, Status, StatusCode
except ModuleNotFoundError as error:
    if error.name != "opentelemetry":
        raise
    raise MissingExtraError("aldis.opentelemetry", "opentelemetry") from None

if TYPE_CHECKING:
    from contextvars import Token

    from opentelemetry.context import Context
    from opentelemetry.trace import Span, Tracer, TracerProvider
    from opentelemetry.util.types import AttributeValue

_NAME: Final = "aldis"


class SpanListener(Listener):
    """Makes a span for each send, with a child span for each call of a receiver.

    Spans that a receiver makes, such as other sends, are children of the receiver's span. The
    parent of a send is the current span. An exception is recorded in the span of the receiver that
    raised it, and in that of the send if the send raises it, too. The attributes of a span are:

    - `aldis.signal`: the signal's qualified name;
    - `aldis.sender`: the sender, if it is a `str` or an `int`, else its class; missing for an event
      without a sender;
    - for a send, `aldis.kind`: the method that sends, and `aldis.receivers`: the number of
      receivers that returned;
    - for a receiver, `code.function.name`, `code.file.path` and `code.line.number`.

    The payload is not included, since it may be private.

    Args:
        tracer_provider: The provider of the tracer; None for OpenTelemetry's global provider.

    Example:
        >>> import aldis
        >>> from aldis.opentelemetry import SpanListener
        >>> from opentelemetry.sdk.trace import TracerProvider
        >>> from opentelemetry.sdk.trace.export import SimpleSpanProcessor
        >>> from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
        >>> exporter, provider = InMemorySpanExporter(), TracerProvider()
        >>> provider.add_span_processor(SimpleSpanProcessor(exporter))
        >>> rung = aldis.Signal(name="rung")
        >>> @rung.connect
        ... def open_door(sender: str) -> None: ...
        >>> with aldis.observe(SpanListener(provider)):
        ...     _ = rung.send("ada")
        >>> [span.name for span in exporter.get_finished_spans()]
        ['receive rung: open_door', 'send rung']
    """

    def __init__(self, tracer_provider: TracerProvider | None = None) -> None:
        self._tracer: Tracer = trace.get_tracer(_NAME, tracer_provider=tracer_provider)
        self._sends: dict[Send, Span] = {}
        self._deliveries: dict[Delivery, tuple[Span, Token[Context]]] = {}

    def send_began(self, send: Send) -> None:
        """Start a span; see `SpanListener`."""
        self._sends[send] = self._tracer.start_span(
            f"send {send.name}",
            kind=SpanKind.INTERNAL,
            attributes={**_of_send(send), "aldis.kind": send.kind},
        )

    def receiver_began(self, delivery: Delivery) -> None:
        """Start a span, and make it the current one; see `SpanListener`."""
        send = delivery.send
        function = name_of(delivery.receiver)
        attributes: dict[str, AttributeValue] = _of_send(send)
        attributes["code.function.name"] = str(function)
        place = place_of(delivery.receiver)
        if place is not None:
            attributes["code.file.path"] = place.path
            attributes["code.line.number"] = place.line
        span = self._tracer.start_span(
            f"receive {send.name}: {function.qualname}",
            context=trace.set_span_in_context(self._sends[send]),
            attributes=attributes,
        )
        token = context.attach(trace.set_span_in_context(span))
        self._deliveries[delivery] = (span, token)

    def receiver_ended(self, delivery: Delivery) -> None:
        """End its span; see `SpanListener`."""
        span, token = self._deliveries.pop(delivery)
        context.detach(token)
        _end(span, delivery.error)

    def send_ended(self, send: Send) -> None:
        """End its span; see `SpanListener`."""
        span = self._sends.pop(send)
        span.set_attribute("aldis.receivers", len(send.results))
        _end(span, send.error)


def _of_send(send: Send) -> dict[str, AttributeValue]:
    if not send._has_sender:
        return {"aldis.signal": send.name}
    sender = send.sender
    kind = type(sender)
    told = sender if isinstance(sender, (str, int)) else f"{kind.__module__}.{kind.__qualname__}"
    return {"aldis.signal": send.name, "aldis.sender": told}


def _end(span: Span, error: BaseException | None) -> None:
    if error is not None:
        span.record_exception(error)
        span.set_status(Status(StatusCode.ERROR, f"{type(error).__name__}: {error}"))
    span.end()
