"""The places to type at: lines of the application that send, and the expected answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

APPLICATION = Path(__file__).parent / "application"


class Ability(Enum):
    """The abilities of a server at a signal; `|` is the cursor."""

    NAMES = "completion at `send(app, |)` offers exactly the names of the payload"
    NAMES_LEFT = "after one argument, exactly the others: `send(app, user_id=user_id, |)`"
    NAMES_AFTER_NUMBER = "the same after a number: `send(app, user_id=1, |)`"
    NAMES_TYPED = (
        "with a letter typed, with or without a closing bracket: `send(app, user_id=user_id, u|`"
    )
    NAMES_UNCLOSED = "the first two without a closing bracket, nothing typed: `send(app, |`"
    SIGNATURE = "signature help shows sender, names, types and defaults"
    ACTIVE = "and marks the current parameter"
    SIGNATURE_UNCLOSED = "both without a closing bracket: `send(app, |`"
    HOVER = "hover on the signal shows its declaration and its docstring"
    HOVER_SEND = "hover on `send` shows a short result type, and its docstring"
    DEFINITION = "go to definition lands on the declaration"
    RIGHT_LINES = "correct lines are not reported"
    WRONG_LINE = "a wrong receiver in `connect` is reported"
    FIXED = "fixed by an edit, it is no longer reported"
    BROKEN = "broken by an edit, it is reported again"
    ELSEWHERE = "an edit of the declaration is seen in a module that imports it"


@dataclass(frozen=True)
class Parameter:
    """A parameter of the payload, as it is declared."""

    name: str
    type: str
    default: str | None = None


@dataclass(frozen=True)
class Scene:
    """A signal of the application, and the line that sends it."""

    kind: str
    module: str
    call: str  # what is called, up to the bracket
    given: str  # what the line gives in the end
    sender: str | None  # what is given as the sender, if anything is
    sender_type: str  # nothing, where there is no sender
    payload: tuple[Parameter, ...]
    doc: str
    declared_in: str
    declaration: str  # how the line of the declaration begins
    # of a signal: the receiver that the module connects, and that an edit replaces
    receiver: str | None = None

    @property
    def is_signal(self) -> bool:
        return self.receiver is not None

    @property
    def source(self) -> str:
        """The module as its authors wrote it."""
        return (APPLICATION / self.module).read_text(encoding="utf-8")

    @property
    def line(self) -> str:
        sender = f"{self.sender}, " if self.sender else ""
        return f"{self.call}({sender}{self.given})"

    def typing(self, text: str, *, closed: bool = True) -> tuple[str, int]:
        """Return the module while its line is typed again, and where the cursor is."""
        typed = f"{self.call}({text}"
        start = self.source.index(self.line)
        return self.source.replace(self.line, typed + ")" * closed), start + len(typed)

    def arguments(self, *given: str) -> str:
        """Return what is typed after the sender and these arguments, with the comma."""
        return "".join(f"{argument}, " for argument in (self.sender, *given) if argument)

    @property
    def connecting(self) -> str:
        return f".connect({self.receiver})"

    @property
    def broken(self) -> str:
        """The module with a wrong receiver connected."""
        return self.source.replace(self.connecting, ".connect(misread)")

    @property
    def connecting_line(self) -> int:
        """The line that connects the one receiver or the other, from zero."""
        return self.source[: self.source.index(self.connecting)].count("\n")

    @property
    def declared_line(self) -> int:
        """The line of the declaration, from zero."""
        source = (APPLICATION / self.declared_in).read_text(encoding="utf-8")
        return source[: source.index(self.declaration)].count("\n")

    @property
    def abilities(self) -> tuple[Ability, ...]:
        """The abilities to test here."""
        of_signals = {
            Ability.HOVER_SEND,
            Ability.RIGHT_LINES,
            Ability.WRONG_LINE,
            Ability.FIXED,
            Ability.BROKEN,
        }
        imports = self.is_signal and self.declared_in != self.module
        return tuple(
            ability
            for ability in Ability
            if (self.is_signal or ability not in of_signals)
            and (imports or ability is not Ability.ELSEWHERE)
        )


_PAYLOAD = (
    Parameter("user_id", "int"),
    Parameter("username", "str"),
    Parameter("active", "bool", "True"),
    Parameter("note", "str | None", "None"),
)

_WORK = (
    Parameter("status", "str"),
    Parameter("seconds", "float", "0.0"),
    Parameter("retry", "bool", "False"),
)
DECLARED = Scene(
    kind="a signal of this module",
    module="store/accounts.py",
    call="user_created.send",
    sender="app",
    given="user_id=user_id, username=username",
    sender_type="App",
    payload=_PAYLOAD,
    doc="Sent when somebody has got an account.",
    declared_in="store/accounts.py",
    declaration="def user_created(",
    receiver="count",
)
IMPORTED = Scene(
    kind="an imported signal",
    module="store/greetings.py",
    call="user_created.send",
    sender="app",
    given="user_id=user_id, username=guest",
    sender_type="App",
    payload=_PAYLOAD,
    doc="Sent when somebody has got an account.",
    declared_in="store/accounts.py",
    declaration="def user_created(",
    receiver="number",
)
OF_A_CLASS = Scene(
    kind="a signal of a class, through an instance",
    module="store/jobs.py",
    call="processor.done.send",
    sender=None,
    given="status=status, seconds=1.5",
    sender_type="Processor",
    payload=_WORK,
    doc="Sent when the work is over.",
    declared_in="store/jobs.py",
    declaration="    def done(",
    receiver="log",
)
EVENT = Scene(
    kind="an event",
    module="store/visits.py",
    call="visited.send",
    sender=None,
    given="user_id=user_id, username=username",
    sender_type="",
    payload=_PAYLOAD,
    doc="Sent when somebody comes by.",
    declared_in="store/visits.py",
    declaration="def visited(",
    receiver="welcome",
)
EVENT_OF_A_CLASS = Scene(
    kind="an event of an instance",
    module="store/views.py",
    call="view.refreshed.send",
    sender=None,
    given="status=status, seconds=1.5",
    sender_type="",
    payload=_WORK,
    doc="Sent when the view shows the shelf as it is now.",
    declared_in="store/views.py",
    declaration="    def refreshed(",
    receiver="log",
)
ASYNC_EVENT = Scene(
    kind="an async event",
    module="store/deliveries.py",
    call="delivered.send",
    sender=None,
    given="status=status, seconds=1.5",
    sender_type="",
    payload=_WORK,
    doc="Sent when something was brought.",
    declared_in="store/deliveries.py",
    declaration="async def delivered(",
    receiver="log",
)
# no signal at all: what a server does not do here, it does not do because of signals
FUNCTION = Scene(
    kind="a plain function, for comparison",
    module="store/ledger.py",
    call="enter",
    sender="app",
    given="user_id=user_id, username=username",
    sender_type="App",
    payload=_PAYLOAD,
    doc="Enter a new account into the ledger.",
    declared_in="store/ledger.py",
    declaration="def enter(",
)
SCENES = (DECLARED, OF_A_CLASS, IMPORTED, EVENT, EVENT_OF_A_CLASS, ASYNC_EVENT, FUNCTION)
