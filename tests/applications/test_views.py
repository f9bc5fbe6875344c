"""Libraries that send signals of blinker send their typed views as well."""

from __future__ import annotations

import importlib
import logging
import sys
from typing import Any

import pytest
from running import FLASKS_SIGNALS, needs

from aldis.blinker import typed
from helpers import untyped


def replaced(monkeypatch: pytest.MonkeyPatch, package: str, old: object, new: object) -> int:
    """Put something in the place of another thing in all modules of a package."""
    found = 0
    for name, module in [*sys.modules.items()]:
        if name.partition(".")[0] == package:
            for key, value in [*vars(module).items()]:
                if value is old:
                    monkeypatch.setattr(module, key, new)
                    found += 1
    return found


@needs("flask", "asgiref")
def test_flask_sends_views_with_its_wrapper_to_async_receivers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flask: Any = importlib.import_module("flask")
    blinker: Any = importlib.import_module("blinker")
    signals: Any = importlib.import_module("flask.signals")
    views: dict[str, Any] = {}

    def ensure_sync(function: Any) -> Any:
        return flask.current_app.ensure_sync(function)

    for name in FLASKS_SIGNALS:
        signal = getattr(signals, name)

        def declaration(sender: object, /, **payload: object) -> object:
            raise NotImplementedError

        declaration.__name__ = name
        views[name] = untyped(typed)(
            signal,
            declaration,
            async_wrapper=ensure_sync,
        )
        assert isinstance(views[name], blinker.NamedSignal)
        assert views[name].name == signal.name
        assert replaced(monkeypatch, "flask", signal, views[name]) >= 2
    app = flask.Flask("views")
    app.add_url_rule("/", view_func=lambda: flask.render_template_string("hello"))
    heard: list[str] = []

    async def on_started(sender: object, **payload: object) -> None:
        heard.append(f"{sender.__class__.__name__} {sorted(payload)}")

    def on_rendered(sender: object, **payload: object) -> None:
        heard.append(f"rendered {sorted(payload)}")

    with views["request_started"].connected_to(on_started, app):
        signals.template_rendered.connect(on_rendered, app)
        assert app.test_client().get("/").text == "hello"
    assert heard == ["Flask []", "rendered ['context', 'template']"]


@needs("pelican")
def test_pelican_sends_and_logs_views_of_its_signals(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """It names a signal in what it logs while it reads a page."""
    of_others = logging.getLoggerClass()
    signals: Any = importlib.import_module("pelican.plugins.signals")
    readers: Any = importlib.import_module("pelican.readers")
    settings: Any = importlib.import_module("pelican.settings")
    contents: Any = importlib.import_module("pelican.contents")
    logging.setLoggerClass(of_others)  # it puts one there that raises, also for loggers of Sphinx
    (tmp_path / "page.rst").write_text("A page\n######\n\n:date: 2026-01-02\n\ntext\n")

    def preread(sender: object, /) -> object:
        raise NotImplementedError

    def context(sender: object, /, *, metadata: dict[str, Any]) -> object:
        raise NotImplementedError

    before = untyped(typed)(signals.article_generator_preread, preread)
    after = untyped(typed)(signals.article_generator_context, context)
    heard: list[object] = []

    def keep(sender: object, *, metadata: dict[str, Any]) -> None:
        heard.append(metadata["title"])

    after.connect(keep)
    with caplog.at_level(logging.DEBUG):
        readers.Readers(settings.read_settings()).read_file(
            str(tmp_path),
            "page.rst",
            content_class=contents.Article,
            preread_signal=before,
            preread_sender=None,
            context_signal=after,
            context_sender=None,
        )
    assert heard == ["A page"]
    assert "article_generator_preread" in caplog.text
