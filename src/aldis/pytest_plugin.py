"""The pytest plugin: the fixture `signals`, and options to find leaks, debug and record.

pytest loads it by itself if aldis is installed, otherwise with `-p aldis.pytest_plugin`.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import typing

import pytest

if typing.TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping

    from aldis import (
        AnySender,
        AsyncBoundSignal,
        AsyncEvent,
        AsyncEventMethod,
        AsyncSignal,
        BoundSignal,
        Event,
        EventMethod,
        Signal,
        blinker,
    )
    from aldis._testing._connections import Made
    from aldis._testing._targets import OneSignal, Signals, WholeSignal, WholeSignals
    from aldis._typevars import Q, R, S
    from aldis.testing import AsyncSent, Sends, Sent

__all__ = (
    "SignalsFixture",
    "pytest_addoption",
    "pytest_configure",
    "pytest_load_initial_conftests",
    "signals",
)

# the module whose assertion explains how payloads differ
_REWRITTEN = "aldis._testing._difference"
if _REWRITTEN not in sys.modules:  # otherwise pytest would warn that it is too late
    pytest.register_assert_rewrite(_REWRITTEN)


class SignalsFixture:
    """The fixture `signals`: the blocks of `aldis.testing`, which end with the test.

    Example:
        >>> import contextlib
        >>> from aldis import Signal
        >>> from aldis.pytest_plugin import SignalsFixture
        >>> saved = Signal()
        >>> def test_saving(signals: SignalsFixture) -> None:
        ...     sends = signals.capture(saved)
        ...     saved.send("somebody", path="a")
        ...     assert sends[0].payload == {"path": "a"}
        >>> with contextlib.ExitStack() as stack:   # as pytest does
        ...     test_saving(SignalsFixture(stack))
    """

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self._stack = stack

    if typing.TYPE_CHECKING:

        @typing.overload
        def capture(self, signal: BoundSignal[S, Q, R], /) -> Sends[Sent[S, R]]: ...
        @typing.overload
        def capture(self, signal: AsyncBoundSignal[S, Q, R], /) -> Sends[AsyncSent[S, R]]: ...
        @typing.overload
        def capture(self, signal: Event[Q, R], /) -> Sends[Sent[typing.Any, R]]: ...
        @typing.overload
        def capture(self, signal: AsyncEvent[Q, R], /) -> Sends[AsyncSent[typing.Any, R]]: ...
        @typing.overload
        def capture(
            self, signal: EventMethod[S, Q, R], /, sender: S | AnySender = ...
        ) -> Sends[Sent[S, R]]: ...
        @typing.overload
        def capture(
            self, signal: AsyncEventMethod[S, Q, R], /, sender: S | AnySender = ...
        ) -> Sends[AsyncSent[S, R]]: ...
        @typing.overload
        def capture(
            self, signal: Signal[S, Q, R], /, sender: S | AnySender = ...
        ) -> Sends[Sent[S, R]]: ...
        @typing.overload
        def capture(
            self, signal: AsyncSignal[S, Q, R], /, sender: S | AnySender = ...
        ) -> Sends[AsyncSent[S, R]]: ...
        @typing.overload
        def capture(
            self, signal: blinker.Signal[S, Q], /, sender: S | AnySender = ...
        ) -> Sends[Sent[S, typing.Any]]: ...
        @typing.overload
        def capture(
            self, signal: Iterable[OneSignal] | Mapping[str, WholeSignal], /, sender: object = ...
        ) -> Sends[Sent[typing.Any, typing.Any] | AsyncSent[typing.Any, typing.Any]]: ...
        def capture(self, signal: object, /, sender: object = ...) -> Sends[typing.Any]:
            """Record every send of a signal from now on; see `aldis.testing.capture`."""
            ...
    else:

        def capture(self, signal: object, /, *sender: object, **named: object) -> object:
            """Record every send of a signal from now on; see `aldis.testing.capture`.

            Args:
                signal: A signal, a bound signal or an event; or several of these, or a namespace.
                *sender: The only sender to capture.
                **named: The same, by name.

            Returns:
                The list of sends.

            Raises:
                TypeError: It is not a signal.

            Example:
                >>> import contextlib
                >>> from aldis import Signal
                >>> from aldis.pytest_plugin import SignalsFixture
                >>> saved = Signal(name="saved")
                >>> with contextlib.ExitStack() as stack:
                ...     sends = SignalsFixture(stack).capture(saved)
                ...     _ = saved.send("somebody", path="a")
                >>> sends
                [<Sent saved.send('somebody', path='a')>]
            """
            from aldis import testing  # noqa: PLC0415  # loaded on first use

            return self._stack.enter_context(testing.capture(signal, *sender, **named))

    def mute(self, *signals: Signals) -> None:
        """Mute signals until the end of the test; see `aldis.testing.muted`.

        Args:
            *signals: Signals, bound signals, events, iterables of these, and namespaces.

        Raises:
            TypeError: Something is not a signal.

        Example:
            >>> import contextlib
            >>> from aldis import Signal
            >>> from aldis.pytest_plugin import SignalsFixture
            >>> saved = Signal()
            >>> _ = saved.connect(print)
            >>> with contextlib.ExitStack() as stack:
            ...     SignalsFixture(stack).mute(saved)
            ...     saved.send("nobody hears this")
            []
        """
        from aldis import testing  # noqa: PLC0415  # likewise

        self._stack.enter_context(testing.muted(*signals))

    def isolate(self, *signals: WholeSignals) -> None:
        """Remove all connections until the end of the test; see `aldis.testing.isolated`.

        Args:
            *signals: Signals, events, iterables of these, and namespaces.

        Raises:
            TypeError: Something is not a signal, or belongs to a single sender.

        Example:
            >>> import contextlib
            >>> from aldis import Signal
            >>> from aldis.pytest_plugin import SignalsFixture
            >>> saved = Signal()
            >>> _ = saved.connect(print)
            >>> with contextlib.ExitStack() as stack:
            ...     SignalsFixture(stack).isolate(saved)
            ...     saved.receivers
            ()
            >>> saved.receivers == (print,)
            True
        """
        from aldis import testing  # noqa: PLC0415  # likewise

        self._stack.enter_context(testing.isolated(*signals))


@pytest.fixture
def signals() -> Generator[SignalsFixture, None, None]:
    """Capture, mute and isolate signals of aldis until the end of the test."""
    with contextlib.ExitStack() as stack:
        yield SignalsFixture(stack)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--aldis-strict`, `--aldis-debug` and `--aldis-record`."""
    group = parser.getgroup("aldis")
    group.addoption(
        "--aldis-strict",
        action="store_true",
        help="fail tests that leave new connections behind, and show where they were made",
    )
    group.addoption(
        "--aldis-debug",
        action="store_true",
        help="warn about probable mistakes with signals, like `aldis.debug(True)`",
    )
    group.addoption(
        "--aldis-record",
        metavar="FILE",
        help="record the types that signals send, their senders and receivers, like `aldis record`",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start `--aldis-record`, before a conftest imports blinker."""
    file: str | None = early_config.known_args_namespace.aldis_record
    if file is not None or "PYTEST_XDIST_WORKER" in os.environ:
        from aldis._recording._in_pytest import record  # noqa: PLC0415  # likewise

        record(early_config, file)


def pytest_configure(config: pytest.Config) -> None:
    """Start `--aldis-strict` and `--aldis-debug`."""
    if config.getoption("--aldis-debug"):
        from aldis._debugging._switch import debug, is_on  # noqa: PLC0415  # likewise

        if not is_on():
            debug(on=True)
            config.add_cleanup(lambda: debug(on=False))
    if config.getoption("--aldis-strict"):
        from aldis._testing._connections import Ledger  # noqa: PLC0415  # likewise

        ledger = Ledger()
        ledger.open()
        config.add_cleanup(ledger.close)
        config.pluginmanager.register(_Strict(ledger.made), "aldis-strict")


class _Strict:
    """Fails a test that leaves new connections behind.

    Connections that are made while a fixture of a wider scope is set up, or while a module is
    imported, do not belong to the test, and do not count.
    """

    def __init__(self, made: list[Made]) -> None:
        self._made = made
        self._has_failed = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self) -> Generator[None, typing.Any, typing.Any]:
        self._made.clear()
        self._has_failed = False
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[typing.Any]
    ) -> Generator[None, typing.Any, typing.Any]:
        before = len(self._made)
        try:
            return (yield)
        finally:
            if fixturedef.scope != "function":
                del self._made[before:]

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        # including an expected exception: pytest keeps it, and so its frames, until the next test
        has_raised = call.excinfo is not None and isinstance(call.excinfo.value, Exception)
        self._has_failed = self._has_failed or report.failed or has_raised
        # not earlier: until now, hooks of other plugins may use the values of fixtures
        if call.when == "teardown" and not self._has_failed and self._left():
            _let_go(item)
            gc.collect()  # receivers that are only in a cycle do not count
            left = self._left()
            if left:
                _fail(report, item, _complaint(left))
        return report

    def _left(self) -> list[Made]:
        return [made for made in self._made if made.is_there and not made.while_importing]


def _let_go(item: pytest.Item) -> None:
    """Release the objects that pytest keeps after a test.

    It keeps the values of fixtures until the test is reported, an instance of a test class until
    the end of the run, and log records of the teardown until the next test.
    """
    funcargs: dict[str, object] | None = getattr(item, "funcargs", None)
    if funcargs:
        funcargs.clear()
    if isinstance(item, pytest.Function) and isinstance(item.parent, pytest.Class):
        for name in ("_instance", "_obj"):  # pytest makes them again on access
            vars(item).pop(name, None)
    logging = item.config.pluginmanager.get_plugin("logging-plugin")
    for name in ("caplog_handler", "report_handler"):
        handler = getattr(logging, name, None)
        if handler is not None:
            handler.reset()


def _fail(report: pytest.TestReport, item: pytest.Item, complaint: str) -> None:
    """Turn a report into that of a failed teardown."""
    call = pytest.CallInfo[None].from_call(
        lambda: pytest.fail(complaint, pytrace=False), when="teardown"
    )
    failed = pytest.TestReport.from_item_and_call(item, call)
    report.outcome, report.longrepr = failed.outcome, failed.longrepr


def _complaint(left: list[Made]) -> str:
    number = "a connection" if len(left) == 1 else f"{len(left)} connections"
    told = "\n".join(f"  {made}" for made in left)
    way_out = (
        "disconnect, or connect in a block of `signal.connected_to(...)`, "
        "or after `signals.isolate(...)`"
    )
    return f"the test left {number} behind:\n{told}\n{way_out}"
