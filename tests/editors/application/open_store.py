"""The store at work: every signal is sent, and heard."""

from __future__ import annotations

import asyncio

from store import accounts, deliveries, greetings, jobs, ledger, views, visits

app = accounts.App("aldis")
accounts.register(app, "ada")
greetings.invite(app, ["bob"])
jobs.work("mail")
ledger.carry_over(app, ["eve"])
visits.visit(3, "kim")
views.refresh(views.View())
asyncio.run(deliveries.deliver("brought"))
