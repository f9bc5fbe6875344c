"""Programs such as the frameworks' documentation shows, in other words: none has an error."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import flask
import flask_login
import quart
from blinker import Namespace
from flask import Flask, Response, appcontext_pushed, g, request_started, template_rendered
from flask_sqlalchemy.track_modifications import models_committed
from jinja2 import Template
from mongoengine import signals as document_signals
from pelican import Pelican, signals

app = Flask(__name__)

# accepted without the stubs: were this line not an error, nothing here would be checked
request_started.connect(len)  # E


# --- Flask: what is rendered, recorded for a test


@contextmanager
def templates_of(application: Flask) -> Generator[list[tuple[Template, dict[str, Any]]], None, None]:
    seen: list[tuple[Template, dict[str, Any]]] = []

    def keep(sender: Flask, template: Template, context: dict[str, Any], **extra: Any) -> None:
        seen.append((template, context))

    template_rendered.connect(keep, application)
    try:
        yield seen
    finally:
        template_rendered.disconnect(keep, application)


def templates_in_block(application: Flask, seen: list[Any]) -> Any:
    def keep(sender: Flask, template: Template, context: dict[str, Any]) -> None:
        seen.append((template, context))

    return template_rendered.connected_to(keep, application)


with templates_of(app) as templates:
    answer = app.test_client().get("/")
    template, context = templates[0]
    print(template.name, context["items"], answer.status_code)


# --- Flask: each signal, as an application hears it


@request_started.connect_via(app)
def at_start(sender: Flask, **extra: Any) -> None:
    sender.logger.debug("a request begins")


def at_rendering(sender: Flask, template: Template, context: dict[str, Any], **extra: Any) -> None:
    sender.logger.debug("%s with %s", template.name or "a string", context)


def at_end(sender: Flask, response: Response, **extra: Any) -> None:
    sender.logger.debug("answered %s", response.status)


def at_failure(sender: Flask, exception: Exception, **extra: Any) -> None:
    sender.logger.debug("failed by %s", exception)


def at_teardown(sender: Flask, **extra: Any) -> None:
    g.pop("connection", None)


def at_flash(sender: Flask, message: str, category: str, **extra: Any) -> None:
    sender.logger.debug("%s: %s", category, message)


flask.before_render_template.connect(at_rendering, app)
flask.request_finished.connect(at_end, app)
flask.got_request_exception.connect(at_failure, app)
flask.request_tearing_down.connect(at_teardown, app)
flask.appcontext_tearing_down.connect(at_teardown, app)
flask.message_flashed.connect(at_flash, app)


@contextmanager
def user_in(application: Flask, user: object) -> Generator[None, None, None]:
    def put(sender: Flask, **extra: Any) -> None:
        g.user = user

    with appcontext_pushed.connected_to(put, application):
        yield


# --- signals of an application's own, which say nothing of their payload

own = Namespace()
model_saved = own.signal("model-saved")


class Model:
    def save(self) -> None:
        model_saved.send(self, when="now")


@model_saved.connect
def after_saving(sender: Model, **extra: Any) -> None: ...


# --- Quart


async def keep_rendered(sender: quart.Quart, template: Template, context: dict[str, Any]) -> None:
    print(template.name, context)


quart.template_rendered.connect(keep_rendered)


@quart.signals.websocket_received.connect
async def heard(data: str | bytes) -> None:
    print(data)


# --- Flask-Login, Flask-SQLAlchemy


@flask_login.user_logged_in.connect_via(app)
def note_login(sender: Flask, user: Any, **extra: Any) -> None:
    flask.session["since"] = "now"


@models_committed.connect_via(app)
def index(sender: Flask, changes: list[tuple[Any, str]]) -> None:
    for model, operation in changes:
        print(model, operation)


# --- mongoengine: handlers of a class, and a decorator for it


class Author:
    @classmethod
    def before_saving(cls, sender: type[Author], document: Author, **keywords: Any) -> None: ...

    @classmethod
    def after_saving(cls, sender: type[Author], document: Author, **keywords: Any) -> None:
        if keywords.get("created"):
            print("new")


document_signals.pre_save.connect(Author.before_saving, sender=Author)
document_signals.post_save.connect(Author.after_saving, sender=Author)


# --- Pelican: a plugin


def hello(pelican: Pelican) -> None:
    print(pelican.settings["SITENAME"])


def add_context(generator: Any, metadata: dict[str, Any]) -> None:
    metadata["read"] = True


def register() -> None:
    signals.initialized.connect(hello)
    signals.article_generator_context.connect(add_context)
    signals.content_object_init.connect(lambda content: None, weak=False)
