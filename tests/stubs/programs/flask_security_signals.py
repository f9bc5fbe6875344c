"""A Flask application whose accounts Flask-Security keeps, asked as its pages ask it."""

import flask
import flask_security
from capturing import Capture
from flask_security.models import fsqla_v4 as models
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase

SECRET = "a password of this test alone"
JSON = {"Accept": "application/json"}
LETTERS = []


class Base(DeclarativeBase):
    pass


class Mail(flask_security.MailUtil):
    """Sends nothing, and keeps what a link in a letter would have held."""

    def send_mail(self, *args, **context):
        LETTERS.append(context)


class Phone(flask_security.PhoneUtil):
    """Takes a number as it is, where its base needs a library."""

    def validate_phone_number(self, input_data):
        return None

    def get_canonical_form(self, input_data):
        return input_data


class Username(flask_security.UsernameUtil):
    """Takes a name as it is, where its base needs a library."""

    def validate(self, username):
        return None, username


COMMON = {
    "SECRET_KEY": "of this test alone",
    "SQLALCHEMY_DATABASE_URI": "sqlite:///:memory:",
    "TESTING": True,
    "WTF_CSRF_ENABLED": False,
    "SECURITY_PASSWORD_SALT": "salt",
    "SECURITY_PASSWORD_HASH": "plaintext",
    "SECURITY_PASSWORD_SCHEMES": ["plaintext"],
    "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
    "SECURITY_HASHING_SCHEMES": ["hex_md5"],
    "SECURITY_DEPRECATED_HASHING_SCHEMES": [],
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_REGISTERABLE": True,
    "SECURITY_USE_REGISTER_V2": True,
    "SECURITY_PASSWORD_CONFIRM_REQUIRED": False,
}
app = flask.Flask(__name__)
app.config.update(
    COMMON,
    SECURITY_CONFIRMABLE=True,
    SECURITY_AUTO_LOGIN_AFTER_CONFIRM=False,
    SECURITY_RECOVERABLE=True,
    SECURITY_CHANGEABLE=True,
    SECURITY_CHANGE_EMAIL=True,
    SECURITY_CHANGE_USERNAME=True,
    SECURITY_USERNAME_ENABLE=True,
    SECURITY_USERNAME_RECOVERY=True,
    SECURITY_RETURN_GENERIC_RESPONSES=True,
    SECURITY_REFRESH_TOKEN=True,
    SECURITY_TWO_FACTOR=True,
    SECURITY_TWO_FACTOR_ENABLED_METHODS=["email", "sms"],
    SECURITY_UNIFIED_SIGNIN=True,
    SECURITY_US_ENABLED_METHODS=["password", "email", "sms"],
    SECURITY_TOTP_SECRETS={"1": "of-this-test-alone-and-of-no-other-one"},
    SECURITY_TOTP_ISSUER="harbour",
    SECURITY_SMS_SERVICE="Dummy",
    SECURITY_SMS_SERVICE_CONFIG={"PHONE_NUMBER": "+15550100"},
    SECURITY_LOGIN_WITHOUT_CONFIRMATION=False,
    SECURITY_REFRESH_TOKEN_COOKIE_NAME=None,
)
by_letter = flask.Flask("by letter")
by_letter.config.update(COMMON, SECURITY_PASSWORDLESS=True)
db = SQLAlchemy(model_class=Base)
models.FsModels.set_db_info(db)


class Role(db.Model, models.FsRoleMixin):
    pass


class User(db.Model, models.FsUserMixin):
    pass


class WebAuthn(db.Model, models.FsWebAuthnMixin):
    pass


class FsRefreshTracker(db.Model, models.FsRefreshTrackerMixin):
    pass


store = flask_security.SQLAlchemyUserDatastore(db, User, Role, WebAuthn, FsRefreshTracker)
for each in (app, by_letter):
    db.init_app(each)
    flask_security.Security(
        each, store, mail_util_cls=Mail, phone_util_cls=Phone, username_util_cls=Username
    )


@app.get("/deck")
@flask_security.auth_required("session")
def deck():
    return "on deck"


def letter(name):
    """Return what the last letter that holds it held."""
    return next(each[name] for each in reversed(LETTERS) if each.get(name))


def ask(client, path, **form):
    """Send a form, which has to be taken, and return the answer."""
    answer = client.post(path, json=form, headers=JSON)
    assert answer.status_code == 200, (path, answer.get_data(as_text=True))
    return answer.get_json()["response"]


for each in (app, by_letter):
    with each.app_context():
        db.create_all()
capture = Capture("flask_security.signals")

# --- accounts
client = app.test_client()
client.get("/deck", headers=JSON)
for address, name in (
    ("ada@example.org", "adalovelace"),
    ("ada@example.org", "another"),
    ("ben@example.org", "adalovelace"),
):
    ask(client, "/register", email=address, username=name, password=SECRET)
ask(client, "/confirm", email="ada@example.org")
client.get(f"/confirm/{letter('confirmation_token')}")
ask(client, "/reset", email="ada@example.org")
path = f"/reset/{letter('reset_token')}"
ask(client, path, password=SECRET[::-1], password_confirm=SECRET[::-1])
ask(client, "/logout")
ask(client, "/recover-username", email="ada@example.org")
client.post("/login", json={"email": "ada@example.org", "password": "wrong"}, headers=JSON)
ask(client, "/login", email="ada@example.org", password=SECRET[::-1])
ask(
    client,
    "/change",
    password=SECRET[::-1],
    new_password=SECRET,
    new_password_confirm=SECRET,
)
ask(client, "/change-username", username="countess")
ask(client, "/change-email", email="ada@example.com")
client.get(f"/change-email/{letter('token')}")

# --- two factors
answer = ask(client, "/tf-setup", setup="email")
ask(client, f"/tf-setup/{answer['tf_state_token']}", code=letter("token"))
ask(client, "/tf-setup", setup="sms", phone="+15550101")
ask(client, "/logout")
client = app.test_client()
ask(client, "/login", email="ada@example.com", password=SECRET)
ask(client, "/tf-validate", code=letter("token"))
ask(client, "/tf-setup", setup="disable")

# --- one sign-in for all
ask(client, "/us-setup", chosen_method="sms", phone="+15550101")
answer = ask(client, "/us-setup", chosen_method="email")
ask(client, f"/us-setup/{answer['state']}", passcode=letter("login_token"))
ask(client, "/us-setup", delete_method=["email"])
ask(client, "/logout")
ask(client, "/us-signin/send-code", identity="ada@example.com", chosen_method="email")

# --- tokens that are refreshed
ACCOUNT = {"email": "ada@example.com", "password": SECRET}
client = app.test_client()
first = ask(client, "/login?include_auth_token", **ACCOUNT)["user"]["refresh_token"]
ask(app.test_client(), "/refresh-token", refresh_token=first)
app.test_client().post("/refresh-token", json={"refresh_token": first}, headers=JSON)
ask(client, "/logout")
second = ask(client, "/login?include_auth_token", **ACCOUNT)["user"]["refresh_token"]
ask(client, "/logout", refresh_token=second)

# --- what a caller may leave out, and what no code is needed for
with app.test_request_context():
    ada = store.find_user(email="ada@example.com")
    secret = app.extensions["security"].totp_factory.generate_totp_secret()
    flask_security.login_user(ada)
    ada.tf_send_security_token("authenticator", totp_secret=secret, phone_number=None)
    ada.us_send_security_token("authenticator", totp_secret=secret, phone_number=None)
    ada.username = None
    flask_security.change_username.update_username(ada, "countess")

# --- an application that asks for no password, and confirms no address
client = by_letter.test_client()
ask(client, "/register", email="cleo@example.org", password=SECRET)
ask(client, "/logout")
ask(client, "/login", email="cleo@example.org")
capture.report()
