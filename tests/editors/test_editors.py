"""Language servers at work with signals, while you type in a typed application.

Each server is started once, and looked at in every place; `editor_expectations` lists what must be
seen, and docs/editors.md is made of what was.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the editor of these tests is made of pygls")
if sys.version_info >= (3, 14):
    pytest.skip("pygls calls what asyncio deprecates there", allow_module_level=True)

import editor_client
from editor_client import TRIES, EditorError, Place, Signature, answered, editing
from editor_expectations import DEVIATIONS, deviation
from editor_page import BEGIN, END, PAGE, UNEXPLAINED, made_part, tables, with_tables
from editor_picture import PICTURE, SERVER, ask, drawn, typed
from editor_scenes import APPLICATION, DECLARED, OF_A_CLASS, SCENES, Ability, Scene
from editor_servers import SERVERS, Server, environment
from editor_sights import (
    Observation,
    hover_amiss,
    mark_amiss,
    names_amiss,
    observe_all,
    places_amiss,
    send_amiss,
    signature_amiss,
)
from lsprotocol.types import ErrorCodes, LSPErrorCodes
from pygls.exceptions import JsonRpcException

INSTALLED = [server for server in SERVERS if not server.missing]
REMAKE = "write the page anew: python tests/editors/editor_page.py"

for_each_server = pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.name)


@pytest.fixture(scope="session")
def seen() -> Mapping[str, Observation]:
    """The observations of each installed server; each is started once for all tests."""
    return observe_all(INSTALLED)


def _observation(server: Server, seen: Mapping[str, Observation]) -> Observation:
    if server.name not in seen:
        pytest.skip(f"{server.name} is not installed beside this interpreter")
    return seen[server.name]


@for_each_server
@pytest.mark.parametrize(
    ("scene", "ability"),
    [
        pytest.param(scene, ability, id=f"{scene.kind}-{ability.name}".replace(" ", "_"))
        for scene in SCENES
        for ability in scene.abilities
    ],
)
def test_a_server_does_what_is_written_down_and_nothing_less_or_more(
    server: Server, scene: Scene, ability: Ability, seen: Mapping[str, Observation]
) -> None:
    words = _observation(server, seen).sights[scene.kind, ability]
    known = deviation(server.name, scene.kind, ability)
    expected = known.does if known is not None else ""
    told = (
        f"{server.name} {server.version}, {scene.kind}: {ability.value}\n"
        f"  expected: {expected or 'yes'}\n"
        f"  seen:     {words or 'yes'}\n"
    )
    if not words:
        told += "It got better: take it out of DEVIATIONS in editor_expectations.py; then "
    else:
        told += "Find out why, say so in DEVIATIONS in editor_expectations.py; then "
    assert words == expected, told + REMAKE


@for_each_server
def test_every_server_ends_when_it_is_told_to(
    server: Server, seen: Mapping[str, Observation]
) -> None:
    assert _observation(server, seen).exit_code == 0


@for_each_server
def test_a_deviation_is_named_once_and_says_why(server: Server) -> None:
    places = [place for known in DEVIATIONS[server.name] for place in known.places()]
    assert len(places) == len(set(places))
    asked = {(scene.kind, ability) for scene in SCENES for ability in scene.abilities}
    assert set(places) <= asked
    assert all(known.does and known.why for known in DEVIATIONS[server.name])


def test_the_page_tells_what_was_seen(seen: Mapping[str, Observation]) -> None:
    if len(seen) < len(SERVERS):
        pytest.skip("the page is about all servers, and not all are installed")
    page = PAGE.read_text(encoding="utf-8")
    assert with_tables(page, tables(seen)) == page, REMAKE
    assert UNEXPLAINED not in page


def test_the_picture_in_the_readme_is_drawn_from_what_the_server_answers() -> None:
    if SERVER.missing:
        pytest.skip("pyright is not installed beside this interpreter")
    answer = ask()
    assert answer.names[:2] == ["user_id=", "username="]
    assert drawn(typed(), answer) == PICTURE.read_text(encoding="utf-8"), (
        "draw it anew: python tests/editors/editor_picture.py"
    )


def test_a_page_without_its_marks_is_refused() -> None:
    assert made_part(with_tables(f"before\n{BEGIN}old{END}after", "new")) == "\nnew\n"
    with pytest.raises(ValueError, match="lacks its marks"):
        with_tables("before\nafter", "new")


def test_the_application_runs_and_its_signals_are_heard() -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "error", "open_store.py"],
        cwd=APPLICATION,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert ran.returncode == 0, ran.stderr
    assert "welcome to aldis ada" in ran.stdout
    assert "mail ok" in ran.stdout


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.kind)
def test_what_is_typed_again_is_in_the_application(scene: Scene) -> None:
    assert scene.source.count(scene.line) == 1
    assert scene.declared_line > 0
    if scene.is_signal:
        assert scene.broken != scene.source


# --- the observer: one who sees nothing amiss may be blind ---


@pytest.mark.parametrize(
    ("offered", "words"),
    [
        ({"username", "active"}, ""),
        (set[str](), "offers no names"),
        ({"active"}, "does not offer username"),
        ({"username", "active", "user_id"}, "offers what is given, too"),
        ({"username", "active", "sender"}, "offers the sender, too"),
        ({"username", "kwargs"}, "does not offer active; offers kwargs, too"),
    ],
)
def test_names_that_are_missing_or_too_many_are_seen(offered: set[str], words: str) -> None:
    assert names_amiss(offered, {"username", "active"}, {"user_id"}) == words


WORK = "status: str, seconds: float = 0, retry: bool = False"
PAYLOAD = "user_id: int, username: str, active: bool = True, note: str | None = None"


@pytest.mark.parametrize(
    ("label", "words"),
    [
        (f"(sender: App, /, *, {PAYLOAD}) -> None", ""),
        (None, "shows no signature"),
        ("(*args: P.args, **kwargs: P.kwargs)", "does not show the payload"),
        (f"(object, /, *, {PAYLOAD})", "does not show the sender"),
        (
            f"(sender: App, *, {PAYLOAD})".replace(" = None", ""),
            "does not show the default of note",
        ),
        (
            f"(sender: App, *, {PAYLOAD})".replace("int", "str"),
            "does not show the type of user_id",
        ),
        (
            "(sender: App, user_id: int, username: str, active: bool =, note: str | None =)",
            "shows no defaults",
        ),
    ],
)
def test_what_a_signature_does_not_show_is_seen(label: str | None, words: str) -> None:
    assert signature_amiss(label, DECLARED) == words


@pytest.mark.parametrize(
    ("active", "wanted", "words"),
    [
        ("username: str", {"username"}, ""),
        ("sender: App", {"username"}, "marks sender instead of it"),
        (None, {"username"}, "does not mark it"),
        (None, None, ""),
        ("sender: App", None, "still marks sender"),
    ],
)
def test_a_mark_at_another_parameter_is_seen(
    active: str | None, wanted: set[str] | None, words: str
) -> None:
    shown = Signature("", (), active)
    assert mark_amiss(shown, wanted, "it", never=frozenset({"sender"})) == words
    assert mark_amiss(None, wanted, "it") == "shows no signature"


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (f"BoundSignal[Processor, (*, {WORK}), None]\n---\nSent when the work is over.", ""),
        ("", "shows nothing"),
        (f"(*, {WORK}) -> None\n---\nSent when the work is over.", "does not show the sender"),
        (f"BoundSignal[Processor, (*, {WORK})]\n---\nA signal.", "does not show its docstring"),
        (
            "def done(self: Processor, *, status, seconds, retry): Sent when the work is over.",
            "does not show the type of status, seconds, retry",
        ),
    ],
)
def test_what_a_hover_does_not_show_is_seen(shown: str, words: str) -> None:
    assert hover_amiss(shown, OF_A_CLASS) == words


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ("def send() -> list[tuple[(...) -> None, None]] Send the signal from this sender", ""),
        ("def send() -> list[Unknown]", "shows no result; shows no docstring"),
        (
            "def send() -> list[tuple[Callable[..., ResultT], ResultT]]",
            "shows no declared result; shows no docstring",
        ),
    ],
)
def test_what_a_hover_on_send_does_not_show_is_seen(shown: str, words: str) -> None:
    assert send_amiss(shown) == words


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([7], ""),
        ([], "finds nothing"),
        ([8], "lands elsewhere"),
        ([7, 8], "names other places, too"),
    ],
)
def test_a_definition_that_is_found_elsewhere_is_seen(lines: list[int], words: str) -> None:
    here = Path("shop.py")
    assert places_amiss([Place(here, line) for line in lines], Place(here, 7)) == words


def _edit_with(script: str, folder: Path) -> None:
    async def edit() -> None:
        async with editing((sys.executable, "-c", script), folder, environment(folder), {}):
            pytest.fail("it is no server")

    asyncio.run(edit())


def test_a_server_that_ends_by_itself_is_an_error_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(EditorError, match="out of order"):
        _edit_with("raise SystemExit('out of order')", tmp_path)


def test_a_server_that_does_not_answer_is_an_error_and_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor_client, "PATIENCE", 0.5)
    # it has to be killed: it reads on when it is told to exit, and when there is no more to read
    endless = "import sys, threading; sys.stdin.read(); threading.Event().wait()"
    with pytest.raises(EditorError, match="no answer within"):
        _edit_with(endless, tmp_path)


@pytest.mark.parametrize(
    ("code", "times", "outcome"),
    [
        (LSPErrorCodes.ServerCancelled, TRIES - 1, "answer"),
        (LSPErrorCodes.ContentModified, TRIES, "put off the answer"),
        (ErrorCodes.InternalError, 1, "cannot answer"),
    ],
)
def test_a_server_that_is_disturbed_is_asked_again_and_one_that_fails_is_not(
    code: int, times: int, outcome: str
) -> None:
    asked = 0

    async def ask() -> str:
        nonlocal asked
        asked += 1
        if asked <= times:
            raise JsonRpcException("not now", code)
        return "answer"

    if outcome == "answer":
        assert asyncio.run(answered(ask)) == outcome
        assert asked == TRIES
    else:
        with pytest.raises(EditorError, match=outcome):
            asyncio.run(answered(ask))
        assert asked == times
