"""A Flask application that people log in to."""

import warnings

import flask
import flask_login
from capturing import Capture

app = flask.Flask(__name__)
app.secret_key = "of this test alone"
app.config["REMEMBER_COOKIE_NAME"] = "remembered"
login = flask_login.LoginManager(app)


class Sailor(flask_login.UserMixin):
    id = "1"


sailor = Sailor()


@login.user_loader
def load(number):
    return sailor


@login.request_loader
def of_request(request):
    return sailor if "sailor" in request.args else None


@app.get("/login")
def log_in():
    return str(flask_login.login_user(sailor, remember=True))


@app.get("/bridge")
@flask_login.login_required
def bridge():
    return "aboard"


@app.get("/helm")
@flask_login.fresh_login_required
def helm():
    return "at the helm"


@app.get("/confirm")
def confirm():
    flask_login.confirm_login()
    return "confirmed"


@app.get("/logout")
def log_out():
    return str(flask_login.logout_user())


by_header = flask.Flask("by header")
by_header.secret_key = "of this test alone"


@by_header.get("/")
@flask_login.login_required
def deck():
    return "on deck"


capture = Capture("flask_login.signals")
client = app.test_client()
for path in ("/bridge", "/login", "/bridge", "/helm"):
    client.get(path)
client.delete_cookie("session")  # what is left is the cookie that remembers
for path in ("/bridge", "/helm", "/confirm"):
    client.get(path)
app.config["SESSION_PROTECTION"] = "strong"
client.get("/bridge", headers={"User-Agent": "another browser"})
for path in ("/login", "/logout"):
    client.get(path)
app.test_client().get("/bridge?sailor=1")
# deprecated: a loader of its own, and a name that warns
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    login_by_header = flask_login.LoginManager(by_header)
    login_by_header.user_loader(lambda number: None)
    login_by_header.header_loader(lambda header: sailor)
    same = flask_login.user_loaded_from_header is flask_login.signals._user_loaded_from_header
by_header.test_client().get("/", headers={"Authorization": "Sailor 1"})
capture.report(same=same)
