"""The signals of Quart, by each of the ways to import them."""

from __future__ import annotations

from typing import Any

import quart
import quart.signals
from jinja2 import Template
from quart import Quart, Response, template_rendered
from quart.signals import websocket_received, websocket_sent
from quart.typing import ResponseTypes

app = Quart(__name__)


def of_number(sender: int, **payload: object) -> None: ...


# accepted without the stubs: were this line not an error, nothing here would be checked
template_rendered.connect(of_number)  # E: the sender


async def rendered(sender: Quart, template: Template, context: dict[str, Any]) -> None: ...
def rendered_in_a_thread(sender: Quart, template: Template, **extra: object) -> None: ...
async def rendered_by_name(sender: Quart, template: str, **extra: object) -> None: ...
async def of_sender(sender: Quart) -> None: ...
async def of_sender_or_more(sender: Quart, **payload: object) -> None: ...
async def of_response(sender: Quart, response: ResponseTypes) -> None: ...
async def of_own_response(sender: Quart, response: Response) -> None: ...
async def of_response_or_none(sender: Quart, response: ResponseTypes | None) -> None: ...
async def of_any_end(sender: Quart, exc: BaseException | None) -> None: ...
async def of_end(sender: Quart, exc: Exception) -> None: ...
async def of_failure(sender: Quart, exception: Exception) -> None: ...
async def of_lookup(sender: Quart, exception: LookupError) -> None: ...
async def of_message(sender: Quart, message: str, category: str) -> None: ...
async def of_bytes(sender: Quart, message: bytes, category: str) -> None: ...
async def of_text_or_bytes(message: str | bytes) -> None: ...
async def of_text(message: str) -> None: ...
def at_once(message: str | bytes) -> None: ...
async def with_socket(message: str | bytes, socket: object) -> None: ...


template_rendered.connect(rendered, app)
template_rendered.connect(rendered_in_a_thread)
template_rendered.connect(rendered_by_name)  # E
quart.template_rendered.connect(rendered)
quart.template_rendered.connect(rendered_by_name)  # E
quart.signals.template_rendered.connect(rendered)
quart.signals.template_rendered.connect(rendered_by_name)  # E
quart.before_render_template.connect(rendered)
quart.before_render_template.connect(rendered_by_name)  # E
quart.request_started.connect(of_sender)
quart.request_started.connect(of_response)  # E
quart.request_finished.connect(of_response)
quart.request_finished.connect(of_own_response)  # E: `abort` sends Werkzeug's
quart.request_tearing_down.connect(of_any_end)
quart.request_tearing_down.connect(of_end)  # E
quart.got_request_exception.connect(of_failure)
quart.got_request_exception.connect(of_lookup)  # E
quart.signals.got_background_exception.connect(of_failure)
quart.signals.got_background_exception.connect(of_lookup)  # E
quart.signals.got_serving_exception.connect(of_failure)
quart.signals.got_serving_exception.connect(of_lookup)  # E
quart.got_websocket_exception.connect(of_failure)
quart.got_websocket_exception.connect(of_lookup)  # E
quart.websocket_started.connect(of_sender)
quart.websocket_started.connect(of_text)  # E
quart.websocket_finished.connect(of_response_or_none)
quart.websocket_finished.connect(of_response)  # E: None when nobody aborts
quart.websocket_tearing_down.connect(of_any_end)
quart.websocket_tearing_down.connect(of_end)  # E
websocket_received.connect(of_text_or_bytes)
websocket_received.connect(of_text)  # E: a client may send bytes
websocket_received.connect(at_once)  # E: it is not awaited
websocket_received.connect(of_sender)  # E: the sender is the message
websocket_sent.connect(of_text_or_bytes)
websocket_sent.connect(with_socket)  # E
quart.signals.websocket_sent.connect(at_once)  # E
quart.appcontext_tearing_down.connect(of_any_end)
quart.appcontext_tearing_down.connect(of_end)  # E
quart.appcontext_pushed.connect(of_sender_or_more)
quart.appcontext_pushed.connect(of_message)  # E
quart.appcontext_popped.connect(of_sender_or_more)
quart.appcontext_popped.connect(of_any_end)  # E
quart.message_flashed.connect(of_message)
quart.message_flashed.connect(of_bytes)  # E


@quart.request_finished.connect_via(app)
async def finished(sender: Quart, response: ResponseTypes, **extra: object) -> None: ...


@quart.request_finished.connect_via(app)  # E
async def finished_wrongly(sender: Quart, answer: ResponseTypes) -> None: ...


async def main() -> None:
    await quart.message_flashed.send_async(app, message="moored", category="info")
    await quart.message_flashed.send_async(app, message="moored")  # E
    await quart.websocket_received.send_async("aboard")  # E: not in `quart` itself
    await quart.signals.websocket_received.send_async("aboard")
    await quart.signals.websocket_received.send_async(app)  # E
