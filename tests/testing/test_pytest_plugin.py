"""`aldis.pytest_plugin`: its fixture, and `--aldis-strict`, in runs of pytest of their own.

Most runs are made twice: in this process, and in one of its own, where nothing is imported yet.
"""

from __future__ import annotations

import re
import runpy
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from textwrap import dedent
from typing import TypeAlias

import pytest

import aldis.pytest_plugin
from aldis._core import Registry
from aldis._debugging._switch import debug, is_on
from aldis._testing import _difference

pytest_plugins = ["pytester"]
Run: TypeAlias = Callable[..., pytest.RunResult]

PLUGIN = Path(aldis.pytest_plugin.__file__)

APPLICATION = """
    from aldis import AsyncSignal, Signal

    @Signal
    def saved(sender: object, /, *, path: str, size: int = 0) -> object: ...

    @AsyncSignal
    async def stored(sender: object, /, *, key: str) -> object: ...

    @saved.connect
    def on_saved(sender: object, *, path: str, size: int) -> object:
        return (path, size)
"""


@pytest.fixture(params=["here", "apart"])
def run(
    request: pytest.FixtureRequest, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Run pytest over the files that are given, with the plugin and those that are named."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    # here the plugin is loaded already, of which older versions of pytest warn
    known = "ignore:Module already imported so cannot be rewritten. aldis.pytest_plugin"
    filters = f"error\n    {known}" if request.param == "here" else "error"
    pytester.makeini(f"[pytest]\nfilterwarnings =\n    {filters}\n")
    # a name of its own: in this process, another application may be loaded
    pytester.makepyfile(application=dedent(APPLICATION))

    def runs(*arguments: str, **files: str) -> pytest.RunResult:
        pytester.makepyfile(**{name: dedent(text) for name, text in files.items()})
        runner = (
            pytester.runpytest_inprocess
            if request.param == "here"
            else pytester.runpytest_subprocess
        )
        return runner("-p", "aldis.pytest_plugin", *arguments)

    return runs


apart = pytest.mark.parametrize("run", ["apart"], indirect=True)
without_logging = pytest.mark.parametrize("options", [(), ("-p", "no:logging")])


# -- the fixture


def test_captures_mutes_and_isolations_end_with_the_test(run: Run) -> None:
    ran = run(
        test_application="""
            from application import on_saved, saved

            def inside(sender, **payload): ...

            def test_capture(signals):
                sends = signals.capture(saved, sender="me")
                assert saved.send("me", path="a") == [(on_saved, ("a", 0))]
                saved.send("you", path="b")
                assert [(sent.payload, sent.results) for sent in sends] == [
                    ({"path": "a", "size": 0}, [(on_saved, ("a", 0))])
                ]
                global kept
                kept = sends

            def test_mute(signals):
                saved.send("me", path="after")
                assert len(kept) == 1
                signals.mute(saved)
                assert saved.send("me", path="a") == []

            def test_isolate(signals):
                assert saved.send("me", path="a") == [(on_saved, ("a", 0))]
                signals.isolate(saved)
                saved.connect(inside)
                assert saved.receivers == (inside,)

            def test_after():
                assert saved.receivers == (on_saved,)
        """
    )
    ran.assert_outcomes(passed=4)


def test_the_blocks_end_too_where_the_test_fails(run: Run) -> None:
    ran = run(
        test_application="""
            from application import on_saved, saved

            def test_that_fails(signals):
                signals.isolate(saved)
                signals.mute(saved)
                assert False

            def test_after():
                assert saved.send("me", path="a") == [(on_saved, ("a", 0))]
        """
    )
    ran.assert_outcomes(passed=1, failed=1)


def test_a_payload_that_differs_is_explained_by_pytest(run: Run) -> None:
    ran = run(
        "-vv",
        test_application="""
            from aldis.testing import assert_sent
            from application import saved

            def test_sent(signals):
                signals.capture(saved)
                saved.send("me", path="/one/two/three", size=7)
                assert_sent(saved, path="/one/zwei/three", size=7)
        """,
    )
    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(
        [
            "E*signal saved was sent once, but not as expected",
            "E*expected: send(ANY, path='/one/zwei/three', size=7)",
            "E*nearest:  send('me', path='/one/two/three', size=7)",
        ]
    )
    # the line of the test is shown, and none of aldis
    assert ">       assert_sent(saved, path=" in ran.stdout.str()
    assert "_assertions.py" not in ran.stdout.str()


def test_a_mistake_of_the_test_is_shown_where_it_is_made(run: Run) -> None:
    ran = run(
        test_application="""
            from aldis.testing import assert_sent
            from application import saved

            def test_name(signals):
                signals.capture(saved)
                assert_sent(saved, pth="a")

            def test_not_captured():
                assert_sent(saved)

            def test_no_signal():
                assert_sent(42)
        """
    )
    ran.assert_outcomes(failed=3)
    ran.stdout.fnmatch_lines(
        [
            "E*PayloadNameError: the payload of signal saved has no 'pth'; did you mean 'path'?",
            "E*NotCapturedError: signal saved is not captured: *",
            "E*TypeError: expected a signal, an event or the result *got 42",
        ]
    )
    assert "_assertions.py" not in ran.stdout.str()


def test_in_a_process_of_its_own_the_explanation_is_that_of_an_assertion(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(application=dedent(APPLICATION))
    pytester.makepyfile(
        dedent(
            """
            from aldis.testing import assert_sent
            from application import saved

            def test_sent(signals):
                signals.capture(saved)
                saved.send("me", path="one two three", size=7)
                assert_sent(saved, path="one zwei three", size=7)
            """
        )
    )
    ran = pytester.runpytest_subprocess("-p", "aldis.pytest_plugin", "-vv")
    ran.stdout.fnmatch_lines(
        [
            "E*path: assert 'one two three' == 'one zwei three'",
            "E*- one zwei three",
            "E*+ one two three",
        ]
    )
    assert "size: " not in ran.stdout.str()


# -- strict


STRICT_LEAK = """
    from application import saved

    def late(sender, *, path, size): ...

    def test_that_leaves_nothing():
        with saved.connected_to(late):
            saved.send(None, path="a")
        saved.connect(late)
        saved.disconnect(late)
        saved.connect(lambda *_, **__: None, weak=False, once=True)
        saved.send(None, path="a")

    def test_that_leaves_some():
        saved.connect(late)
        saved.connect(late)  # the same
        saved.connect_via("me")(late)

    def test_that_is_not_to_blame():
        saved.connect(late)
        assert len(saved.receivers) == 2
"""


def test_without_the_option_nothing_is_watched(run: Run) -> None:
    before = Registry.connect
    run(test_application=STRICT_LEAK).assert_outcomes(passed=3)
    assert Registry.connect is before


def test_a_test_that_leaves_connections_behind_fails_and_is_told_who_made_them(
    run: Run, pytester: pytest.Pytester
) -> None:
    before = Registry.connect
    ran = run("--aldis-strict", test_application=STRICT_LEAK)
    ran.assert_outcomes(passed=3, errors=1)
    here = re.escape(str(pytester.path / "test_application.py"))
    assert re.search(
        rf"""ERROR at teardown of test_that_leaves_some .*
the test left 2 connections behind:
  receiver 'late' \({here}:3\) of signal saved for every sender
    was connected at {here}:14 in test_that_leaves_some
  receiver 'late' \({here}:3\) of signal saved for sender 'me'
    was connected at {here}:16 in test_that_leaves_some
disconnect, or connect in a block of `signal.connected_to\(...\)`, or after `signals.isolate""",
        ran.stdout.str(),
    )
    assert Registry.connect is before


def test_what_dies_with_the_test_was_not_left_behind(run: Run) -> None:
    ran = run(
        "--aldis-strict",
        test_application="""
            import gc
            from aldis import Signal
            from application import saved

            def test_local_receivers():
                def receiver(sender, *, path, size): ...
                receiver.itself = receiver  # only the collector can take it
                saved.connect(receiver)
                del receiver
                gc.disable()

            def test_local_signals():
                gc.enable()
                signal = Signal()
                signal.connect(print)

            def test_blocks_of_the_fixture(signals):
                signals.isolate(saved)
                saved.connect(lambda sender, **_: None, weak=False)

            def test_where_a_traceback_keeps_them():
                receiver = lambda sender, **_: None
                saved.connect(receiver)
                assert not saved.receivers_for(None)
        """,
    )
    ran.assert_outcomes(passed=3, failed=1)


KEPT_BY_PYTEST = """
    import logging
    import unittest
    import pytest
    from aldis import Signal
    from application import saved

    class Recorder:
        def listen(self, sender, *, path, size): ...

    def connected():
        recorder = Recorder()
        saved.connect(recorder.listen)
        return recorder

    @pytest.fixture
    def given():
        return connected()

    @pytest.fixture(params=[1, 2])
    def held(request):
        recorder = connected()
        request.addfinalizer(lambda: recorder)
        yield [recorder]

    @pytest.fixture
    def logged():
        recorder = connected()
        yield recorder
        logging.getLogger("test").warning("end of %s", recorder)

    @pytest.fixture
    def signal():
        return Signal()

    @pytest.fixture(autouse=True)
    def later(monkeypatch):
        monkeypatch.setattr(Recorder, "last", connected(), raising=False)

    def test_returned(given): ...

    def test_yielded(held, given): ...

    @pytest.mark.usefixtures("given", "held")
    def test_used(): ...

    def test_asked_for(request):
        request.getfixturevalue("given")

    def test_logged(logged, caplog):
        logging.getLogger("test").warning("during %s", logged)

    def test_of_its_own_signal(signal, given):
        signal.connect(print)
        given.itself = given

    class TestPlain:
        def setup_method(self):
            self.recorder = connected()
            saved.connect(self.listen)

        def listen(self, sender, *, path, size): ...

        def test_one(self, given): ...

        @pytest.mark.parametrize("n", [1, 2])
        def test_two(self, n): ...

    class TestUnit(unittest.TestCase):
        def setUp(self):
            self.recorder = connected()
            saved.connect(self.listen)

        def listen(self, sender, *, path, size): ...

        def test_one(self): ...

    @pytest.mark.xfail
    def test_expected(given):
        recorder = connected()
        raise AssertionError

    def test_skipped(given):
        recorder = connected()
        pytest.skip("half-way")
"""


@apart  # in this process, pytester and the pytest around it keep more
@without_logging
def test_what_only_pytest_keeps_dies_with_the_test(run: Run, options: tuple[str, ...]) -> None:
    text = KEPT_BY_PYTEST.replace(", caplog", "") if options else KEPT_BY_PYTEST
    ran = run("--aldis-strict", *options, test_application=text)
    ran.assert_outcomes(passed=12, skipped=1, xfailed=1)
    plain = run(*options, test_application=text)
    plain.assert_outcomes(passed=12, skipped=1, xfailed=1)


@without_logging
def test_what_something_else_keeps_is_left_behind_wherever_it_is_from(
    run: Run, options: tuple[str, ...]
) -> None:
    ran = run(
        "--aldis-strict",
        *options,
        test_application="""
            import pytest
            from aldis import Signal
            from application import saved

            kept = []

            class Recorder:
                def listen(self, sender, *, path, size): ...

            @pytest.fixture
            def recorder():
                recorder = Recorder()
                saved.connect(recorder.listen)
                return recorder

            @pytest.fixture(scope="module")
            def of_module():
                return Recorder()

            def test_kept(recorder):
                kept.append(recorder)

            def test_strong(recorder):
                saved.connect(Recorder().listen, weak=False)

            def test_wider(of_module):
                saved.connect(of_module.listen)

            class TestPlain:
                def test_kept(self):
                    saved.connect(self.listen)
                    kept.append(self)

                def listen(self, sender, *, path, size): ...

            def test_that_is_not_to_blame(recorder): ...
        """,
    )
    ran.assert_outcomes(passed=5, errors=4)
    # in CI the summary repeats it
    told = [line for line in ran.outlines if not line.startswith("ERROR")]
    assert sum("the test left a connection behind:" in line for line in told) == 4
    ran.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_kept*",
            "*in recorder",
            "*ERROR at teardown of test_strong*",
            "*in test_strong",
            "*ERROR at teardown of test_wider*",
            "*ERROR at teardown of TestPlain.test_kept*",
        ]
    )


def test_hooks_of_others_see_what_fixtures_gave_until_the_test_is_reported(run: Run) -> None:
    ran = run(
        "--aldis-strict",
        conftest="""
            import pytest

            @pytest.hookimpl(wrapper=True)
            def pytest_runtest_makereport(item, call):
                report = yield
                assert item.funcargs["recorder"] is item.instance.recorder
                return report
        """,
        test_application="""
            import pytest
            from application import saved

            class TestRecorder:
                @pytest.fixture(autouse=True)
                def recorder(self):
                    def listen(sender, *, path, size): ...
                    saved.connect(listen)
                    self.recorder = listen
                    return listen

                def test_it(self): ...
        """,
    )
    ran.assert_outcomes(passed=1)


def test_what_fixtures_of_a_wider_scope_and_modules_connect_is_theirs(run: Run) -> None:
    ran = run(
        "--aldis-strict",
        lazily_imported="""
            from application import saved

            @saved.connect
            def at_import(sender, *, path, size): ...
        """,
        test_application="""
            import pytest
            from application import saved

            def of_module(sender, *, path, size): ...
            def of_test(sender, *, path, size): ...

            @pytest.fixture(scope="module")
            def connected():
                saved.connect(of_module)
                yield
                saved.disconnect(of_module)

            @pytest.fixture
            def connected_for_a_test():
                saved.connect(of_test)
                yield
                saved.disconnect(of_test)

            @pytest.fixture
            def leaking():
                saved.connect(of_test)

            def test_one(connected, connected_for_a_test):
                import lazily_imported
                assert lazily_imported.at_import in saved.receivers

            def test_two(connected): ...

            def test_three(leaking): ...
        """,
    )
    ran.assert_outcomes(passed=3, errors=1)
    ran.stdout.fnmatch_lines(
        ["*ERROR at teardown of test_three*", "the test left a connection behind:", "*in leaking"]
    )


def test_connections_of_every_kind_are_watched(run: Run) -> None:
    ran = run(
        "--aldis-strict",
        test_application="""
            import threading
            from aldis import Signal, blinker
            from application import saved, stored

            changed = blinker.Signal()
            blocks = []

            class Door:
                @Signal.method
                def opened(self): ...

                def on(self, sender): ...

            door = Door()

            def hear(sender, **payload): ...

            def test_kinds():
                stored.connect(hear)
                changed.connect(hear, door)
                door.opened.connect(door.on)
                blocks.append(saved.connected_to(hear))
                blocks[0].__enter__()
                thread = threading.Thread(target=saved.connect, args=(hear, 7))
                thread.start()
                thread.join()
        """,
    )
    ran.assert_outcomes(passed=1, errors=1)
    text = ran.stdout.str()
    assert "the test left 5 connections behind" in text
    for told in (
        "of signal stored for every sender",
        "of signal Signal for sender <test_application.Door object",
        "receiver 'Door.on'",
        "of signal Door.opened for sender <test_application.Door object",
        "of signal saved for every sender",
        "of signal saved for sender 7",
    ):
        assert told in text
    # in CI pytest says an error twice: its summary is not cut there
    assert len({line for line in ran.outlines if line.endswith(" in test_kinds")}) == 4
    assert "threading.py" in text


# -- beside other plugins


@apart
def test_it_works_in_the_workers_of_xdist(run: Run) -> None:
    pytest.importorskip("xdist")
    options = ("-p", "xdist.plugin", "--numprocesses=2", "--dist=loadfile")
    ran = run("--aldis-strict", *options, test_application=STRICT_LEAK)
    ran.assert_outcomes(passed=3, errors=1)
    ran.stdout.fnmatch_lines(["*the test left 2 connections behind:"])


ASYNC = """
    import pytest
    from aldis.testing import assert_sent
    from application import saved, stored

    {mark}

    @pytest.fixture
    async def prepared(signals):
        signals.isolate(saved)

    async def test_sent(signals, prepared):
        sends = signals.capture([saved, stored])
        await stored.send("me", key="k")
        saved.send("me", path="a")
        await stored.gather("me", key="g")
        assert [sent.name for sent in sends] == ["stored", "saved", "stored"]
        assert_sent(stored, times=1, key="g")
        assert saved.receivers == ()

    async def test_after():
        assert len(saved.receivers) == 1

    @stored.connect
    async def late(sender, *, key): ...

    class Recorder:
        async def listen(self, sender, *, key): ...

    @pytest.fixture
    async def recorder():
        recorder = Recorder()
        stored.connect(recorder.listen)
        return recorder

    @pytest.fixture
    async def yielded(recorder):
        recorder = Recorder()
        stored.connect(recorder.listen)
        yield recorder

    async def test_that_leaves_nothing(recorder, yielded):
        assert len(stored.receivers) > 1

    async def test_that_leaves_some(request):
        stored.connect(late, request.node.name)
"""


@apart
@pytest.mark.parametrize("mode", ["auto", "strict"])
def test_it_works_with_pytest_asyncio(run: Run, mode: str) -> None:
    pytest.importorskip("pytest_asyncio")
    text = ASYNC.format(mark="pytestmark = pytest.mark.asyncio")
    if mode == "strict":
        text = text.replace("@pytest.fixture", "@pytest_asyncio.fixture")
        text = f"    import pytest_asyncio\n{text}"
    options = {"asyncio_mode": mode, "asyncio_default_fixture_loop_scope": "function"}
    given = [f"--override-ini={name}={value}" for name, value in options.items()]
    ran = run("--aldis-strict", "-p", "pytest_asyncio.plugin", *given, test_application=text)
    ran.assert_outcomes(passed=4, errors=1)
    ran.stdout.fnmatch_lines(
        ["*signal stored for sender 'test_that_*'", "*in test_that_leaves_some"]
    )


@apart
def test_it_works_with_the_plugin_of_anyio(run: Run) -> None:
    text = ASYNC.format(mark="pytestmark = pytest.mark.anyio")
    ran = run("--aldis-strict", "-p", "anyio.pytest_plugin", test_application=text)
    ran.assert_outcomes(passed=8, errors=2)  # on asyncio, and on trio


# -- the plugin itself


def test_pytest_finds_it_by_its_entry_point() -> None:
    found = {each.name: each.value for each in entry_points(group="pytest11")}
    assert found["aldis"] == "aldis.pytest_plugin"


@pytest.mark.parametrize("is_loaded", [True, False])
def test_an_assertion_that_is_loaded_already_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, is_loaded: bool
) -> None:
    registered: list[str] = []
    monkeypatch.setattr(pytest, "register_assert_rewrite", registered.append)
    if not is_loaded:
        monkeypatch.delitem(sys.modules, _difference.__name__)
    runpy.run_path(str(PLUGIN))
    assert registered == ([] if is_loaded else [_difference.__name__])


def test_loading_it_loads_no_testing_tools(pytester: pytest.Pytester) -> None:
    ran = pytester.runpython_c(
        "import sys, pytest, aldis.pytest_plugin;"
        "print([name for name in sys.modules if name.startswith('aldis') and 'testing' in name])"
    )
    assert ran.stdout.str().strip() == "[]"


DEBUG = ("--aldis-debug", "-W", "default::aldis.AldisWarning")
MISTAKE = """
    from functools import partial
    from aldis import Event

    event = Event(name="renamed")

    def test_it():
        event.connect(partial(print))
"""


def test_the_development_mode_is_on_while_the_tests_run(run: Run) -> None:
    result = run(*DEBUG, test_it=MISTAKE)
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*AldisWarning: partial of receiver *garbage-collected before*"])
    assert not is_on()


def test_without_the_option_it_is_off(run: Run) -> None:
    run(test_it=MISTAKE).assert_outcomes(passed=1, warnings=0)


def test_the_option_leaves_it_on_where_it_was(run: Run) -> None:
    debug(on=True)
    try:
        run(*DEBUG, test_it=MISTAKE).assert_outcomes(passed=1, warnings=1)
        assert is_on()
    finally:
        debug(on=False)
