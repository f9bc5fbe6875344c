"""The signals of Flask-Login, by each of the ways to import them."""

from __future__ import annotations

import flask_login
import flask_login.signals
from flask import Flask
from flask_login import user_logged_in
from flask_login.signals import user_logged_out

app = Flask(__name__)


class Sailor: ...


def of_number(sender: int, **payload: object) -> None: ...


# accepted without the stubs: were this line not an error, nothing here would be checked
user_logged_in.connect(of_number)  # E: the sender


def of_user(sender: Flask, user: object) -> None: ...
def of_sailor(sender: Flask, user: Sailor, **extra: object) -> None: ...
def of_sender(sender: Flask) -> None: ...
def of_sender_or_more(sender: Flask, **payload: object) -> None: ...
def of_member(sender: Flask, member: Sailor) -> None: ...


user_logged_in.connect(of_user)
user_logged_in.connect(of_sailor, app)
user_logged_in.connect(of_member)  # E
flask_login.user_logged_in.connect(of_sailor)
flask_login.user_logged_in.connect(of_sender)  # E
flask_login.signals.user_logged_in.connect(of_sailor)
flask_login.signals.user_logged_in.connect(of_member)  # E
user_logged_out.connect(of_sailor)
user_logged_out.connect(of_member)  # E
flask_login.user_loaded_from_cookie.connect(of_sailor)
flask_login.user_loaded_from_cookie.connect(of_sender)  # E
flask_login.user_loaded_from_request.connect(of_sailor)
flask_login.user_loaded_from_request.connect(of_sender)  # E
flask_login.user_loaded_from_header.connect(of_sailor)
flask_login.user_loaded_from_header.connect(of_sender)  # E
flask_login.user_login_confirmed.connect(of_sender_or_more)
flask_login.user_login_confirmed.connect(of_user)  # E: no user is sent
flask_login.user_unauthorized.connect(of_sender)
flask_login.user_unauthorized.connect(of_user)  # E
flask_login.user_needs_refresh.connect(of_sender_or_more)
flask_login.user_needs_refresh.connect(of_user)  # E
flask_login.user_accessed.connect(of_sender)
flask_login.user_accessed.connect(of_user)  # E
flask_login.session_protected.connect(of_sender_or_more)
flask_login.session_protected.connect(of_user)  # E
flask_login.user_loged_in  # E: misspelt


@user_logged_in.connect_via(app)
def greet(sender: Flask, user: Sailor, **extra: object) -> None: ...


@user_logged_in.connect_via(app)  # E
def greet_wrongly(sender: Flask, usr: Sailor) -> None: ...
