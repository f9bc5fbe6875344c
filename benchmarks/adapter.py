"""How long `aldis.blinker` takes for what blinker does: the same program, on both.

python benchmarks/adapter.py [--quick] [--json PATH]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from _measure import Candidate, Case, Effort, Outcome, measure, timer, timer_of_await
from _peers import Adapter, Blinker
from _results import script
from _way import Kind, Sender

if TYPE_CHECKING:
    from collections.abc import Iterator

REFERENCES = ("blinker",)
LIBRARIES = (Blinker, Adapter)

_VARIED = """\
send(sender, user_id=1, username="x", active=True)
        send(sender, path="a", size=1, old=None)
        send(sender, key="k", value=2, time=3)
        send(sender, name="n", first=True, last=False)"""


def sends(count: int, kind: Kind) -> Case:
    candidates: list[Candidate] = []
    for each in LIBRARIES:
        way = each()
        way.fill(count, kind)
        candidates.append(way.candidate())
    return Case(f"{count} {kind}{'' if count == 1 else 's'}", candidates, REFERENCES)


def varied(count: int) -> Case:
    """Four sends, of other names each."""

    def wide() -> Any:
        def hear(sender: object, **payload: object) -> None: ...

        return hear

    candidates: list[Candidate] = []
    for each in LIBRARIES:
        way = each()
        way.kept += [wide() for _ in range(count)]
        for receiver in way.kept:
            way.connect(receiver)
        run = timer(_VARIED, send=way.signal.send, sender=way.sender, way=way)
        candidates.append(Candidate(way.name, run))
    return Case(f"{count} functions, names vary", candidates, REFERENCES)


def awaited(count: int) -> Case:
    """Coroutine functions, which are awaited."""

    def coroutine_function() -> Any:
        async def hear(sender: object, *, user_id: int, username: str, active: bool) -> None: ...

        return hear

    candidates: list[Candidate] = []
    for each in LIBRARIES:
        way = each()
        way.kept += [coroutine_function() for _ in range(count)]
        for receiver in way.kept:
            way.connect(receiver)
        text = way.statement("await signal.send_async(sender, {keywords})")
        candidates.append(Candidate(way.name, timer_of_await(text, **way.known())))
    return Case(f"{count} coroutine functions", candidates, REFERENCES)


def connections(
    what: str, kind: Kind, connect: str, disconnect: str, sender: object = None
) -> Case:
    """Connect and disconnect again."""
    candidates: list[Candidate] = []
    for each in LIBRARIES:
        way = each(sender=sender)
        receiver = way.receiver(kind)
        known = {**way.known(), "receiver": receiver, "new": Sender}
        known["listener"] = getattr(receiver, "__self__", None)
        candidates.append(Candidate(way.name, timer(f"{connect}; {disconnect}", **known)))
    return Case(f"connect and disconnect, {what}", candidates, REFERENCES)


def send_cases() -> Iterator[Case]:
    for count in (0, 1, 3, 10, 100):
        yield sends(count, "function")
    for count in (1, 3, 10, 100):
        yield sends(count, "method")
    for count in (3, 10, 100):
        yield varied(count)
    for count in (3, 10):
        yield awaited(count)


def connect_cases() -> Iterator[Case]:
    one = "signal.connect(receiver, sender)", "signal.disconnect(receiver, sender)"
    yield connections(
        "every sender", "function", "signal.connect(receiver)", "signal.disconnect(receiver)"
    )
    yield connections("one sender", "function", *one)
    yield connections("a str", "function", *one, sender="a sender")
    yield connections("a new sender", "function", f"sender = new(); {one[0]}", one[1])
    yield connections(
        "a method",
        "method",
        "signal.connect(listener.hear)",
        "signal.disconnect(listener.hear)",
    )
    yield connections(
        "strongly",
        "function",
        "signal.connect(receiver, weak=False)",
        "signal.disconnect(receiver)",
    )


def cases() -> Iterator[Case]:
    yield from send_cases()
    yield from connect_cases()


def outcomes(effort: Effort) -> list[Outcome]:
    return measure(cases(), effort)


if __name__ == "__main__":
    script(__doc__, outcomes, distributions=("aldis", "blinker"), rounds=100)
