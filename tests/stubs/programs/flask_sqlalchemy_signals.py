"""A Flask application that commits to a database in memory."""

import flask
from capturing import Capture
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


app = flask.Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///:memory:"
app.config["SQLALCHEMY_TRACK_MODIFICATIONS"] = True
db = SQLAlchemy(app, model_class=Base)


class Sailor(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


capture = Capture("flask_sqlalchemy.track_modifications")
with app.app_context():
    db.create_all()
    sailor = Sailor(name="ada")
    db.session.add(sailor)
    db.session.commit()
    sailor.name = "ben"
    db.session.commit()
    db.session.delete(sailor)
    db.session.commit()
capture.report()
