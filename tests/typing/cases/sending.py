"""A send returns each receiver with its result, and the result is that of the declaration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_type

from aldis import Signal


class App: ...


app = App()


@Signal
def saved(sender: App, /, *, path: str) -> None: ...


@Signal
def asked(sender: App, /, *, question: str) -> int:
    raise NotImplementedError


@Signal
def filtered(sender: App, /, text: str) -> str | None:
    raise NotImplementedError


# --- send ---

assert_type(saved.send(app, path="a"), list[tuple[Callable[..., None], None]])
assert_type(asked.send(app, question="?"), list[tuple[Callable[..., int], int]])
assert_type(
    filtered.send(app, "a"), list[tuple[Callable[..., "str | None"], "str | None"]]
)
assert_type(Signal().send(app), list[tuple[Callable[..., Any], Any]])

for receiver, result in asked.send(app, question="?"):
    assert_type(receiver, Callable[..., int])
    assert_type(result, int)
    result.upper()  # E: an int has no `upper`

total = sum(result for _, result in asked.send(app, question="?"))
assert_type(total, int)
answers: list[int] = [result for _, result in asked.send(app, question="?")]
words: list[str] = [result for _, result in asked.send(app, question="?")]  # E: they are ints
answers = asked.send(app, question="?")  # E: each result comes with its receiver
asked.send(app, question="?")[0][1] + "1"  # E: an int and a str
first: tuple[Callable[..., int], int] = asked.send(app, question="?")[0]
wrong: tuple[Callable[..., str], int] = asked.send(app, question="?")[0]  # E: receivers return ints

for _, text in filtered.send(app, "a"):
    text.upper()  # E: it may be None
    if text is not None:
        assert_type(text.upper(), str)


# --- send_robust ---

assert_type(
    saved.send_robust(app, path="a"), list[tuple[Callable[..., None], "None | Exception"]]
)
assert_type(
    asked.send_robust(app, question="?"), list[tuple[Callable[..., int], "int | Exception"]]
)

for robust_receiver, outcome in asked.send_robust(app, question="?"):
    assert_type(robust_receiver, Callable[..., int])
    outcome + 1  # E: it may be an exception
    if isinstance(outcome, Exception):
        assert_type(outcome, Exception)
        assert_type(outcome.args, "tuple[Any, ...]")
    else:
        assert_type(outcome, int)
        assert_type(outcome.bit_length(), int)

sum(result for _, result in asked.send_robust(app, question="?"))  # E: some may be exceptions

asked.send_robust(app, question=1)  # E: the payload's type
asked.send_robust(app)  # E: the payload is missing
asked.send_robust("app", question="?")  # E: the sender's type
asked.send_robust(question="?")  # E: the sender is missing
asked.send_robust(app, question="?", robust=True)  # E: a payload too many
saved.send_robust(app, path="a", weak=False)  # E: options are not sent
filtered.send_robust(app, text="a")
filtered.send_robust(app)  # E: the text is missing


# --- what comes back is not awaited, called or iterated by mistake ---


async def use() -> None:
    await asked.send(app, question="?")  # E: a plain signal is not awaited


asked.send(app, question="?")()  # E: a list cannot be called
asked.send(app, question="?")["question"]  # E: nor looked up by name
