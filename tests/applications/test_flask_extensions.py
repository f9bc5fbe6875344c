"""Flask-SQLAlchemy and Flask-Login on the adapter: receivers get the same sends as on blinker."""

from __future__ import annotations

import pytest
from running import PROGRAMS, Pair, needs, run_on_both

pytestmark = needs("flask", "flask_login", "flask_sqlalchemy", "blinker")


@pytest.fixture(scope="module")
def pair() -> Pair:
    return run_on_both(PROGRAMS / "flask_extensions.py")


def test_one_run_is_on_blinker_and_the_other_on_nothing_but_the_adapter(pair: Pair) -> None:
    assert pair.real.signal_class == "blinker.base"
    assert pair.ours.signal_class == "aldis.blinker.base"
    assert pair.ours.blinker_modules == []


def test_everybody_hears_on_the_adapter_what_is_heard_on_blinker(pair: Pair) -> None:
    assert pair.ours.told == pair.real.told


def test_all_signals_of_both_extensions_are_heard(pair: Pair) -> None:
    assert len(pair.ours.signals) == 11
    assert pair.ours.signals == set(pair.ours.told["signals"])


def test_a_commit_tells_of_its_changes_before_and_after(pair: Pair) -> None:
    events = pair.ours.told["commits"]["events"]
    journal = [event for event in events if event["receiver"] == "a journal"]
    changes = [(event["signal"], event["payload"]["changes"]) for event in journal]
    assert changes == [
        ("before_models_committed", [["Sailor ada", "insert"]]),
        ("models_committed", [["Sailor ada", "insert"]]),
        ("before_models_committed", [["Sailor bert", "insert"]]),
        ("models_committed", [["Sailor bert", "insert"]]),
        ("before_models_committed", [["Sailor ben", "update"]]),
        ("models_committed", [["Sailor ben", "update"]]),
        ("before_models_committed", [["Sailor ada", "insert"]]),  # and the commit fails
        ("before_models_committed", [["Sailor ben", "delete"]]),
        ("models_committed", [["Sailor ben", "delete"]]),
    ]


def test_a_login_is_told_to_those_who_hear_its_app_or_any_sender(pair: Pair) -> None:
    events = pair.ours.told["logins"]["came"]["events"]
    logins = [event for event in events if event["signal"] == "user_logged_in"]
    assert [event["receiver"] for event in logins] == [
        "anybody's user_logged_in",
        "app's user_logged_in",
    ]
    assert {event["payload"]["user"] for event in logins} == {"Sailor ada"}
