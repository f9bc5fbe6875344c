"""The signals of Flask-Security, by each of the ways to import them."""

from __future__ import annotations

from typing import Any

import flask_security
import flask_security.signals
from flask import Flask
from flask_security import UserMixin, user_authenticated
from flask_security.signals import user_registered
from flask_security.tokens import RefreshTokenErrors

app = Flask(__name__)


def of_number(sender: int, **payload: object) -> None: ...


# accepted without the stubs: were this line not an error, nothing here would be checked
user_authenticated.connect(of_number)  # E: the sender


def of_sender(sender: Flask) -> None: ...
def of_user(sender: Flask, user: UserMixin) -> None: ...
def of_user_or_more(sender: Flask, user: UserMixin, **extra: object) -> None: ...
async def of_user_later(sender: Flask, user: UserMixin, **extra: object) -> None: ...
def of_member(sender: Flask, member: UserMixin, **extra: object) -> None: ...


user_authenticated.connect(of_user_or_more)
user_authenticated.connect(of_user_later, app)
user_authenticated.connect(of_user)  # E: no room for `authn_via`
flask_security.user_authenticated.connect(of_user_or_more)
flask_security.user_authenticated.connect(of_member)  # E
flask_security.signals.user_authenticated.connect(of_user_or_more)
flask_security.signals.user_authenticated.connect(of_member)  # E
flask_security.user_unauthenticated.connect(of_sender)
flask_security.user_unauthenticated.connect(of_user)  # E
flask_security.user_failed_authn.connect(of_user_or_more)
flask_security.user_failed_authn.connect(of_user)  # E
user_registered.connect(of_user_or_more)
user_registered.connect(of_user)  # E
flask_security.user_not_registered.connect(of_user_or_more)
flask_security.user_not_registered.connect(of_user)  # E
flask_security.user_confirmed.connect(of_user)
flask_security.user_confirmed.connect(of_sender)  # E
flask_security.confirm_instructions_sent.connect(of_user_or_more)
flask_security.confirm_instructions_sent.connect(of_user)  # E
flask_security.login_instructions_sent.connect(of_user_or_more)
flask_security.login_instructions_sent.connect(of_user)  # E
flask_security.password_reset.connect(of_user)
flask_security.password_reset.connect(of_member)  # E
flask_security.password_changed.connect(of_user)
flask_security.password_changed.connect(of_member)  # E
flask_security.refresh_tracker_created.connect(of_user_or_more)
flask_security.refresh_tracker_created.connect(of_user)  # E
flask_security.refresh_tracker_revoked.connect(of_user_or_more)
flask_security.refresh_tracker_revoked.connect(of_user)  # E
flask_security.reset_password_instructions_sent.connect(of_user_or_more)
flask_security.reset_password_instructions_sent.connect(of_user)  # E
flask_security.tf_code_confirmed.connect(of_user_or_more)
flask_security.tf_code_confirmed.connect(of_user)  # E
flask_security.tf_profile_changed.connect(of_user_or_more)
flask_security.tf_profile_changed.connect(of_user)  # E
flask_security.tf_security_token_sent.connect(of_user_or_more)
flask_security.tf_security_token_sent.connect(of_user)  # E
flask_security.tf_disabled.connect(of_user)
flask_security.tf_disabled.connect(of_sender)  # E
flask_security.us_security_token_sent.connect(of_user_or_more)
flask_security.us_security_token_sent.connect(of_user)  # E
flask_security.us_profile_changed.connect(of_user_or_more)
flask_security.us_profile_changed.connect(of_user)  # E
flask_security.wan_registered.connect(of_user_or_more)
flask_security.wan_registered.connect(of_user)  # E
flask_security.wan_deleted.connect(of_user_or_more)
flask_security.wan_deleted.connect(of_user)  # E
flask_security.change_email_instructions_sent.connect(of_user_or_more)
flask_security.change_email_instructions_sent.connect(of_user)  # E
flask_security.change_email_confirmed.connect(of_user_or_more)
flask_security.change_email_confirmed.connect(of_user)  # E
flask_security.username_recovery_email_sent.connect(of_user)
flask_security.username_recovery_email_sent.connect(of_member)  # E
flask_security.username_changed.connect(of_user_or_more)
flask_security.username_changed.connect(of_user)  # E


# --- types of what is sent


@user_authenticated.connect_via(app)
def by_ways(sender: Flask, user: UserMixin, authn_via: list[str] | None) -> None: ...


@user_authenticated.connect_via(app)  # E: it may be None
def by_some_way(sender: Flask, user: UserMixin, authn_via: list[str]) -> None: ...


@user_registered.connect
def registered(
    sender: Flask,
    user: UserMixin,
    confirm_token: str | None,
    confirmation_token: str | None,
    form_data: dict[str, Any],
) -> None: ...


@user_registered.connect  # E: tokens are not bytes
def registered_by_bytes(
    sender: Flask, user: UserMixin, confirm_token: bytes | None, **extra: object
) -> None: ...


@flask_security.refresh_tracker_revoked.connect  # E? only zuban: it loses the names that come before
def revoked(sender: Flask, refresh_errors: RefreshTokenErrors | None, **extra: object) -> None: ...


@flask_security.refresh_tracker_revoked.connect  # E
def revoked_for_sure(sender: Flask, refresh_errors: int, **extra: object) -> None: ...


@flask_security.us_profile_changed.connect
def changed(sender: Flask, methods: list[str], delete: bool, **extra: object) -> None: ...


@flask_security.us_profile_changed.connect  # E
def changed_method(sender: Flask, methods: str, **extra: object) -> None: ...
