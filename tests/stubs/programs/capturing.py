"""Hears every signal of a module on blinker, and reports how each send differs from the stub."""

import importlib
import importlib.metadata
import json
import sys

import blinker
import declared


class Capture:
    """Every send of a module's signals, compared with the declarations of its stub."""

    def __init__(self, module, *, awaited=False):
        assert blinker.Signal.__module__ == "blinker.base", "this is not blinker"
        self.declarations = declared.read(module)
        self.signals = {
            name: value
            for name, value in vars(importlib.import_module(module)).items()
            if isinstance(value, blinker.NamedSignal)
        }
        self.sends = dict.fromkeys(self.signals, 0)
        self.mistakes = {name: [] for name in self.signals}
        self.members = {name: set() for name in self.signals}
        self._receivers = [self._receiver(name, awaited) for name in self.signals]

    def _receiver(self, name, awaited):
        def hear(sender, /, *args, **payload):
            declaration = self.declarations[name]
            self.sends[name] += 1
            self.mistakes[name] += declaration.mistakes(sender, payload)
            self.mistakes[name] += [f"{each!r} by position" for each in args]
            self.members[name] |= declaration.members(sender, payload)

        async def hear_awaited(sender, /, *args, **payload):
            hear(sender, *args, **payload)

        receiver = hear_awaited if awaited else hear
        self.signals[name].connect(receiver, weak=False)
        return receiver

    def report(self, **more):
        """Print all that was heard as the last line."""
        told = {
            "signals": sorted(self.signals),
            "sends": self.sends,
            "mistakes": self.mistakes,
            "unseen": {
                name: sorted(
                    {f"{parameter}: {member}" for parameter, member in declaration.unions()}
                    - self.members.get(name, set())
                )
                for name, declaration in self.declarations.items()
            },
            **more,
        }
        sys.stdout.write("\n" + json.dumps(told) + "\n")
