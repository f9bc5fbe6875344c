"""The signals of Flask-SQLAlchemy."""

from __future__ import annotations

import flask_sqlalchemy.track_modifications
from flask import Flask
from flask_sqlalchemy.track_modifications import before_models_committed, models_committed

app = Flask(__name__)


class Sailor: ...


def of_number(sender: int, **payload: object) -> None: ...


# accepted without the stubs: were this line not an error, nothing here would be checked
models_committed.connect(of_number)  # E: the sender


def of_changes(sender: Flask, changes: list[tuple[object, str]]) -> None: ...
def of_sailors(sender: Flask, changes: list[tuple[Sailor, str]], **extra: object) -> None: ...
def of_instances(sender: Flask, changes: list[object]) -> None: ...
def of_strings(sender: Flask, changes: list[str]) -> None: ...
def of_models(sender: Flask, models: list[tuple[object, str]]) -> None: ...


models_committed.connect(of_changes)
models_committed.connect(of_sailors, app)
models_committed.connect(of_instances)  # E: a list is what it holds
models_committed.connect(of_strings)  # E
models_committed.connect(of_models)  # E
before_models_committed.connect(of_sailors)
before_models_committed.connect(of_strings)  # E
flask_sqlalchemy.track_modifications.models_committed.connect(of_changes)
flask_sqlalchemy.track_modifications.models_committed.connect(of_strings)  # E
models_committed.send(app, changes=[(Sailor(), "insert")])
models_committed.send(app, changes=["insert"])  # E
models_committed.send(app)  # E


@models_committed.connect
def note(sender: Flask, changes: list[tuple[Sailor, str]]) -> None: ...


@models_committed.connect  # E
def note_wrongly(sender: Flask) -> None: ...
