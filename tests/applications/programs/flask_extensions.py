"""A Flask application that uses the signals of Flask-SQLAlchemy and Flask-Login."""

from __future__ import annotations

import flask
import flask_login
import flask_login.signals
import flask_sqlalchemy.track_modifications
from blinker import ANY, NamedSignal
from flask_login import LoginManager, UserMixin
from flask_sqlalchemy import SQLAlchemy
from observing import Ear, Notes, print_report
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SIGNALS: dict[str, NamedSignal] = {
    name: signal
    for module in (flask_login.signals, flask_sqlalchemy.track_modifications)
    for name, signal in vars(module).items()
    if isinstance(signal, NamedSignal) and not name.startswith("_")
}


class Base(DeclarativeBase):
    """The tables of this application."""


app = flask.Flask(__name__)
app.secret_key = "of this test alone"
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///:memory:"
app.config["SQLALCHEMY_TRACK_MODIFICATIONS"] = True
app.config["REMEMBER_COOKIE_NAME"] = "remembered"
db = SQLAlchemy(app, model_class=Base)
login = LoginManager(app)
notes = Notes()


class Sailor(UserMixin, db.Model):
    """Somebody who can log in."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


@login.user_loader
def load_sailor(number: str) -> Sailor | None:
    return db.session.get(Sailor, int(number))


@login.request_loader
def sailor_of_request(request: flask.Request) -> Sailor | None:
    name = request.args.get("sailor")
    return db.session.scalar(db.select(Sailor).filter_by(name=name)) if name else None


@app.get("/sign-on/<name>")
def sign_on(name: str) -> str:
    db.session.add(Sailor(name=name))
    db.session.commit()
    return name


@app.get("/rename/<old>/<new>")
def rename(old: str, new: str) -> str:
    sailor = db.session.scalar(db.select(Sailor).filter_by(name=old))
    sailor.name = new
    db.session.commit()
    return new


@app.get("/sign-off/<name>")
def sign_off(name: str) -> str:
    db.session.delete(db.session.scalar(db.select(Sailor).filter_by(name=name)))
    db.session.commit()
    return name


@app.get("/change-of-mind")
def change_of_mind() -> str:
    db.session.add(Sailor(name="nobody"))
    db.session.flush()
    db.session.rollback()
    return "rolled back"


@app.get("/login/<name>")
def log_in(name: str) -> str:
    sailor = db.session.scalar(db.select(Sailor).filter_by(name=name))
    return str(flask_login.login_user(sailor, remember=True))


@app.get("/confirm")
def confirm() -> str:
    flask_login.confirm_login()
    return "confirmed"


@app.get("/bridge")
@flask_login.login_required
def bridge() -> str:
    return str(flask_login.current_user.name)


@app.get("/helm")
@flask_login.fresh_login_required
def helm() -> str:
    return str(flask_login.current_user.name)


@app.get("/logout")
def log_out() -> str:
    return str(flask_login.logout_user())


class Asker:
    """A client, and what it was answered."""

    def __init__(self) -> None:
        self.client = app.test_client()

    def ask(self, *paths: str, agent: str = "a browser") -> dict[str, object]:
        """Request pages one after another; report the answers and the receivers."""
        answers: list[list[object]] = []
        for path in paths:
            response = self.client.get(path, headers={"User-Agent": agent})
            answers.append([path, response.status_code, response.get_data(as_text=True)])
        return {"answers": answers, "events": notes.take()}


class Journal:
    """Hears of changes with parameters of its own."""

    def __init__(self, signal: str) -> None:
        self.signal = signal

    def hear(self, sender: flask.Flask, changes: list[tuple[Sailor, str]]) -> None:
        """Note each change."""
        notes.add(self.signal, "a journal", sender, {"changes": changes})


def commits() -> dict[str, object]:
    """The sends of Flask-SQLAlchemy for inserts, updates, deletions and a rollback."""
    return Asker().ask(
        "/sign-on/ada",
        "/sign-on/bert",
        "/rename/bert/ben",
        "/change-of-mind",
        "/sign-on/ada",  # the name is taken: told before the commit that fails
        "/sign-off/ben",
    )


def logins() -> dict[str, object]:
    """The sends of Flask-Login for users who log in, log out and are refused."""
    app.config["SESSION_PROTECTION"] = "basic"
    asker = Asker()
    told: dict[str, object] = {
        "stranger": asker.ask("/bridge"),
        "came": asker.ask("/login/ada", "/bridge", "/helm"),
    }
    asker.client.delete_cookie("session")  # what is left is the cookie that remembers
    told["remembered"] = asker.ask("/bridge", "/helm", "/confirm", "/helm")
    app.config["SESSION_PROTECTION"] = "strong"
    told["thief"] = asker.ask("/bridge", agent="another browser")
    told["left"] = asker.ask("/login/ada", "/logout", "/bridge")
    told["by request"] = Asker().ask("/bridge?sailor=ada")
    return told


if __name__ == "__main__":
    with app.app_context():
        db.create_all()
    ears = [
        (signal, Ear(name, notes, f"{whose} {name}"), sender)
        for name, signal in SIGNALS.items()
        for whose, sender in (("app's", app), ("anybody's", ANY), ("other's", flask.Flask("x")))
    ]
    for signal, ear, sender in ears:
        signal.connect(ear.hear, sender)
    journals = {name: Journal(name) for name in SIGNALS if "committed" in name}
    for name, journal in journals.items():
        SIGNALS[name].connect(journal.hear, app)
    print_report({"signals": sorted(SIGNALS), "commits": commits(), "logins": logins()})
