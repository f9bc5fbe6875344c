"""Programs that use blinker in the ways that real code does, and record what is delivered.

Each is one module with a `main()`. It declares signals, connects receivers and sends; every call of
a receiver goes into `LOG`, with the number of the send. What is sent is annotated, so that its
types can be told without running it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from hypothesis import strategies as st

Form: TypeAlias = Literal["namespace", "global", "class", "class lookup", "instance"]
Docs: TypeAlias = Literal["none", "argument", "comment", "string"]
Sender: TypeAlias = Literal["OWNER", "OTHER", "None", "'text'", ""]
How: TypeAlias = Literal["call", "decorator", "via", "block", "strong", "to sender"]
Kind: TypeAlias = Literal["keywords", "spread", "defaults", "method", "lambda", "object", "partial"]

PAYLOADS = {
    "count": ("int", ["0", "7"]),
    "title": ("str", ["'a'", "'b'"]),
    "flag": ("bool", ["True", "False"]),
    "ratio": ("float", ["0.5", "2.5"]),
    "items": ("list[int]", ["[1]", "[2, 3]"]),
}

HEAD = '''\
"""A program that records what it delivers."""

{future}from functools import partial

from blinker import Namespace, Signal, signal

LOG: list[tuple[int, str, str, str]] = []
SENDS = [0]
_signals = Namespace()


def note(receiver: str, sender: object, **payload: object) -> None:
    LOG.append((SENDS[0], receiver, repr(sender), repr(sorted(payload.items()))))


def begin() -> None:
    SENDS[0] += 1  # what follows belongs to the next send
'''


@dataclass(frozen=True)
class Declared:
    """A signal, and what is always sent with it."""

    name: str
    form: Form
    docs: Docs
    annotated: bool
    payload: tuple[str, ...]

    @property
    def made(self) -> str:
        call = {
            "namespace": "_signals.signal",
            "class lookup": "_signals.signal",
            "global": "signal",
            "class": "Signal",
            "instance": "Signal",
        }[self.form]
        given = [] if call == "Signal" else [f'"{self.name.replace("_", "-")}"']
        given += [f'doc="{self.sentence}"'] if self.docs == "argument" else []
        return f"{call}({', '.join(given)})"

    @property
    def sentence(self) -> str:
        return f"Sent with {' and '.join(self.payload) or 'nothing'}."

    @property
    def reached(self) -> str:
        """How everybody else calls it."""
        if self.form == "instance":
            return f"OWNER.{self.name}"
        return f"Owner.{self.name}" if self.form.startswith("class") else self.name

    @property
    def lines(self) -> list[str]:
        target = f"self.{self.name}" if self.form == "instance" else self.name
        # a name is looked up in a namespace, which gives a `NamedSignal`
        annotation = ": Signal" if self.annotated and "Signal" in self.made else ""
        lines = [f"{target}{annotation} = {self.made}"]
        if self.docs == "comment":
            return [f"# {self.sentence}", *lines]
        return [*lines, f'"""{self.sentence}"""'] if self.docs == "string" else lines


@dataclass(frozen=True)
class Received:
    """A receiver, and how it is connected."""

    name: str
    kind: Kind
    how: How
    signal: Declared

    @property
    def parameters(self) -> str:
        if self.kind in {"spread", "lambda"}:
            return "**payload: object"
        typed = [f"{each}: {PAYLOADS[each][0]}" for each in self.signal.payload]
        return ", ".join(["*", *typed] if typed else [])

    @property
    def noted(self) -> str:
        given = [f"{each}={each}" for each in self.signal.payload]
        return ", ".join(["**payload"] if self.kind in {"spread", "lambda"} else given)

    @property
    def is_decorated(self) -> bool:
        return self.how in {"decorator", "via"} and self.kind in {"keywords", "spread", "defaults"}

    @property
    def lines(self) -> list[str]:
        """Its definition, and the decorator if there is one."""
        extra = ["extra: int = 0"] if self.kind == "defaults" else []
        star = [] if self.signal.payload or not extra else ["*"]
        parameters = ", ".join(filter(None, [self.parameters, *star, *extra]))
        called = f'note("{self.name}", sender, {self.noted})'.replace(", )", ")")
        if self.kind == "lambda":
            return []
        if self.kind in {"method", "object"}:
            method = "__call__" if self.kind == "object" else "hear"
            signature = ", ".join(filter(None, ["self, sender: object", parameters]))
            return [
                f"class {self.name.title()}:",
                f"    def {method}({signature}) -> None:",
                f"        {called}",
                "",
                "",
                f"{self.name} = {self.name.title()}()",
            ]
        first = ["prefix: str"] if self.kind == "partial" else []
        signature = ", ".join(filter(None, [*first, "sender: object", parameters]))
        decorator = {"decorator": "connect", "via": "connect_via(OWNER)"}.get(self.how)
        decorators = [f"@{self.signal.reached}.{decorator}"] if self.is_decorated else []
        return [*decorators, f"def {self.name}({signature}) -> None:", f"    {called}"]

    @property
    def value(self) -> str:
        """What is connected."""
        return {
            "method": f"{self.name}.hear",
            "partial": f'partial({self.name}, "p")',
            "lambda": f'lambda sender, **payload: note("{self.name}", sender, **payload)',
        }.get(self.kind, self.name)

    @property
    def connected(self) -> str | None:
        """The statement that connects it, if no decorator and no block does."""
        if self.is_decorated or self.how == "block":
            return None
        weak = ", weak=False" if self.kind in {"partial", "lambda"} or self.how == "strong" else ""
        sender = ", sender=OWNER" if self.how == "to sender" else ""
        return f"{self.signal.reached}.connect({self.value}{sender}{weak})"


@dataclass(frozen=True)
class Sent:
    """A send."""

    signal: Declared
    sender: Sender
    values: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        given = zip(self.signal.payload, self.values, strict=True)
        arguments = ", ".join([*filter(None, [self.sender]), *(f"{k}={v}" for k, v in given)])
        return ["begin()", f"{self.signal.reached}.send({arguments})"]


@dataclass(frozen=True)
class Program:
    """A module."""

    future: bool
    signals: tuple[Declared, ...]
    receivers: tuple[Received, ...]
    sends: tuple[Sent, ...]

    def __str__(self) -> str:
        future = "from __future__ import annotations\n\n" if self.future else ""
        blocks = [HEAD.format(future=future).rstrip().splitlines()]
        blocks += [each.lines for each in self.signals if each.form in {"namespace", "global"}]
        blocks += [self._owner, ["OWNER = Owner()", "OTHER = Other()"]]
        blocks += [each.lines for each in self.receivers]
        blocks += [[each.connected] for each in self.receivers if each.connected is not None]
        blocks += [self._main]
        return "\n\n\n".join("\n".join(block) for block in blocks if block) + "\n"

    @property
    def _owner(self) -> list[str]:
        shared = [each for each in self.signals if each.form.startswith("class")]
        own = [each for each in self.signals if each.form == "instance"]
        return [
            "class Owner:",
            *[f"    {line}" for each in shared for line in each.lines],
            *([""] if shared else []),
            "    def __init__(self) -> None:",
            '        self.label = "owner"',
            *[f"        {line}" for each in own for line in each.lines],
            "",
            "    def __repr__(self) -> str:",
            "        return self.label",
            "",
            "",
            "class Other(Owner):",
            "    def __repr__(self) -> str:",
            '        return "other"',
        ]

    @property
    def _main(self) -> list[str]:
        lines = ["def main() -> None:"]
        blocks = [each for each in self.receivers if each.how == "block"]
        indent = "    "
        for each in blocks:
            lines.append(f"{indent}with {each.signal.reached}.connected_to({each.value}):")
            indent += "    "
        return [*lines, *[f"{indent}{line}" for each in self.sends for line in each.lines]]


_payloads = st.lists(st.sampled_from(sorted(PAYLOADS)), unique=True, max_size=3).map(tuple)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Draw a program, with names that are unique in it."""
    forms: list[Form] = ["namespace", "global", "class", "class lookup", "instance"]
    docs: list[Docs] = ["none", "argument", "comment", "string"]
    signals = [
        Declared(
            f"signal_{number}",
            draw(st.sampled_from(forms)),
            draw(st.sampled_from(docs)),
            draw(st.booleans()),
            draw(_payloads),
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    kinds: list[Kind]
    kinds = ["keywords", "spread", "defaults", "method", "lambda", "object", "partial"]
    hows: list[How] = ["call", "decorator", "via", "block", "strong", "to sender"]
    receivers = [
        Received(
            f"receiver_{number}",
            draw(st.sampled_from(kinds)),
            draw(st.sampled_from(hows)),
            draw(st.sampled_from(signals)),
        )
        for number in range(draw(st.integers(1, 4)))
    ]
    sends = [draw(_sends(draw(st.sampled_from(signals)))) for _ in range(draw(st.integers(1, 4)))]
    # a signal that nobody sends stays as it is: that would test nothing
    sends += [draw(_sends(each)) for each in signals if each not in {sent.signal for sent in sends}]
    return Program(draw(st.booleans()), tuple(signals), tuple(receivers), tuple(sends))


def _sends(signal: Declared) -> st.SearchStrategy[Sent]:
    if signal.form == "instance":
        senders: list[Sender] = ["OWNER"]
    else:
        senders = ["OWNER", "OTHER", "None", "'text'", ""]
    values = st.tuples(*(st.sampled_from(PAYLOADS[each][1]) for each in signal.payload))
    return st.builds(Sent, st.just(signal), st.sampled_from(senders), values)
