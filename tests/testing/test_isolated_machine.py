"""Random operations on a signal that is isolated now and then, compared with the naive model."""

from __future__ import annotations

from hypothesis import settings
from hypothesis.stateful import rule

from aldis.testing import isolated
from helpers import untyped
from test_state_machine import Block, Connection, Machine, Owned


class IsolatingMachine(Machine):
    """A block puts the model aside, and puts back what is still to be there."""

    def __init__(self) -> None:
        super().__init__()
        # what each open block took out; the model itself is what is connected now
        self.aside: list[dict[tuple[int, object], Connection]] = []

    @rule(target=Machine.blocks)
    def enter_isolated(self) -> Block:
        block = isolated(self.signal)
        block.__enter__()
        taken, self.model = self.model, {}
        self.aside.append(taken)

        def leave() -> None:
            place = next(n for n, each in enumerate(self.aside) if each is taken)
            del self.aside[place]
            # what a later block took out was connected inside this one
            later = self.aside[place] if place < len(self.aside) else self.model
            later.clear()
            later.update((key, each) for key, each in taken.items() if self.comes_back(key, each))

        return (block, leave)

    def comes_back(self, key: tuple[int, object], connection: Connection) -> bool:
        if connection.scoped and not connection.holds:
            return False
        return not isinstance(key[1], Owned) or key[1].number in self.owners

    def living(self) -> None:
        every = [self.model, *self.aside]
        kept = {key[0] for model in every for key, each in model.items() if each.keeps}
        for model in every:
            for key in [*model]:
                if key[0] not in kept and not self.held(key[0]):
                    del model[key]


TestIsolatingMachine = untyped(IsolatingMachine).TestCase  # hypothesis leaves its type open
TestIsolatingMachine.settings = settings(stateful_step_count=60)
