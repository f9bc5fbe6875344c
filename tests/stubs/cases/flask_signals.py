"""The ten signals of Flask, by each of the ways to import them."""

from __future__ import annotations

from typing import Any

import flask
import flask.signals
from flask import Flask, Response, template_rendered
from flask.signals import message_flashed, request_finished
from jinja2 import Template

app = Flask(__name__)


class Shop(Flask): ...


def of_number(sender: int, **payload: object) -> None: ...


# accepted without the stubs: were this line not an error, nothing here would be checked
template_rendered.connect(of_number)  # E: the sender


# --- receivers


def rendered(sender: Flask, template: Template, context: dict[str, Any], **extra: Any) -> None: ...
def rendered_exactly(sender: Flask, *, template: Template, context: dict[str, Any]) -> None: ...
def rendered_by_any(sender: object, **payload: object) -> None: ...
async def rendered_later(sender: Flask, **payload: object) -> None: ...
def rendered_without_context(sender: Flask, template: Template) -> None: ...
def rendered_by_name(sender: Flask, template: str, **extra: Any) -> None: ...
def rendered_by_shop(sender: Shop, **payload: object) -> None: ...
def rendered_wrongly(sender: Flask, *, tempalte: Template, context: dict[str, Any]) -> None: ...
def demanding(sender: Flask, *, wanted: int, **payload: object) -> None: ...
def of_sender(sender: Flask) -> None: ...
def of_response(sender: Flask, response: Response) -> None: ...
def of_status(sender: Flask, response: int) -> None: ...
def of_any_end(sender: Flask, exc: BaseException | None = None) -> None: ...
def of_exception(sender: Flask, exc: Exception) -> None: ...
def of_failure(sender: Flask, exception: Exception) -> None: ...
def of_lookup(sender: Flask, exception: LookupError) -> None: ...
def of_message(sender: Flask, message: str, category: str) -> None: ...
def of_bytes(sender: Flask, message: bytes, category: str) -> None: ...


template_rendered.connect(rendered)
template_rendered.connect(rendered_exactly, app)
template_rendered.connect(rendered_by_any, Shop("shop"))
template_rendered.connect(rendered_later, sender=app, weak=False)
template_rendered.connect(rendered_without_context)  # E: no room for `context`
template_rendered.connect(rendered_by_name)  # E: `template` is not a str
template_rendered.connect(rendered_by_shop)  # E: the sender may be any Flask
template_rendered.connect(rendered_wrongly)  # E: a name misspelt
template_rendered.connect(demanding)  # E: nobody sends `wanted`
template_rendered.connect(rendered, "app")  # E: no sender
template_rendered.connect(lambda sender, **payload: None, weak=False)

flask.template_rendered.connect(rendered)
flask.template_rendered.connect(rendered_by_name)  # E
flask.signals.template_rendered.connect(rendered)
flask.signals.template_rendered.connect(rendered_by_name)  # E
flask.before_render_template.connect(rendered)
flask.before_render_template.connect(rendered_by_name)  # E
flask.request_started.connect(of_sender)
flask.request_started.connect(of_response)  # E
flask.request_finished.connect(of_response)
flask.request_finished.connect(of_status)  # E
request_finished.connect(of_response)
request_finished.connect(of_sender)  # E
flask.request_tearing_down.connect(of_any_end)
flask.request_tearing_down.connect(of_exception)  # E: None when all went well
flask.got_request_exception.connect(of_failure)
flask.got_request_exception.connect(of_lookup)  # E: any exception
flask.appcontext_tearing_down.connect(of_any_end)
flask.appcontext_tearing_down.connect(of_failure)  # E
flask.appcontext_pushed.connect(of_sender)
flask.appcontext_pushed.connect(of_message)  # E
flask.appcontext_popped.connect(of_sender)
flask.appcontext_popped.connect(of_any_end)
flask.appcontext_popped.connect(of_exception)  # E
flask.message_flashed.connect(of_message)
flask.message_flashed.connect(of_bytes)  # E
message_flashed.connect(of_message)
message_flashed.connect(of_bytes)  # E


@flask.signals.message_flashed.connect_via(app)
def flashed(sender: Flask, message: str, **extra: object) -> None: ...


@flask.signals.message_flashed.connect_via(app)  # E
def flashed_wrongly(sender: Flask, massage: str) -> None: ...


@flask.got_request_exception.connect
def failed(sender: Flask, exception: Exception) -> None: ...


@flask.got_request_exception.connect  # E
def failed_wrongly(sender: Flask, exc: Exception) -> None: ...


with template_rendered.connected_to(rendered, app), flask.request_started.muted():
    template_rendered.disconnect(rendered, app)
with template_rendered.connected_to(rendered_by_name, app):  # E
    template_rendered.disconnect(rendered_by_name)


# --- sends, as an extension makes them

template_rendered.send(app, template=Template(""), context={})
template_rendered.send(app, template=Template(""))  # E
template_rendered.send(app, template="page.html", context={})  # E
template_rendered.send("app", template=Template(""), context={})  # E
message_flashed.send(app, message="moored", category="info")
message_flashed.send(app, message="moored", kategory="info")  # E
template_rendered.name.upper()
template_rendered.nome  # E
