"""The shop at work: every signal is sent, and heard."""

from __future__ import annotations

from shop import accounts, greetings, jobs, ledger

app = accounts.App("aldis")
accounts.register(app, "ada")
greetings.invite(app, ["bob"])
jobs.work("mail")
ledger.carry_over(app, ["eve"])
