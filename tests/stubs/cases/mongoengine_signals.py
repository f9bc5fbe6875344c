"""The signals of mongoengine, by each of the ways to import them."""

from __future__ import annotations

from typing import Any

import mongoengine
import mongoengine.signals
from mongoengine import signals
from mongoengine.signals import post_save


class Sailor: ...


class Ship: ...


def of_number(sender: int, **payload: object) -> None: ...


# accepted without the stubs: were this line not an error, nothing here would be checked
post_save.connect(of_number)  # E: the sender


def of_document(sender: type[Any], document: object) -> None: ...
def of_sailor(sender: type[Sailor], document: Sailor, **extra: object) -> None: ...
def of_new_sailor(sender: type[Sailor], document: Sailor, created: bool) -> None: ...
def of_documents(sender: type[Any], documents: list[Sailor], **extra: object) -> None: ...
def of_values(sender: type[Any], document: object, values: dict[str, Any]) -> None: ...
def of_model(sender: type[Sailor], model: Sailor, **extra: object) -> None: ...
def of_text(sender: type[Sailor], document: Sailor, created: str) -> None: ...
def of_instance(sender: Sailor, document: Sailor, **extra: object) -> None: ...


post_save.connect(of_new_sailor, Sailor)
post_save.connect(of_sailor, sender=Sailor)
post_save.connect(of_sailor, Sailor())  # E: its class is the sender
post_save.connect(of_text)  # E
post_save.connect(of_document)  # E: no room for `created`
post_save.connect(of_instance)  # E
mongoengine.signals.post_save.connect(of_sailor)
mongoengine.signals.post_save.connect(of_model)  # E
mongoengine.post_save.connect(of_sailor)
mongoengine.post_save.connect(of_model)  # E
signals.pre_init.connect(of_values)
signals.pre_init.connect(of_document)  # E
signals.post_init.connect(of_document)
signals.post_init.connect(of_model)  # E
signals.pre_save.connect(of_document)
signals.pre_save.connect(of_new_sailor)  # E: nobody knows that yet
signals.pre_save_post_validation.connect(of_new_sailor)
signals.pre_save_post_validation.connect(of_text)  # E
signals.pre_delete.connect(of_document)
signals.pre_delete.connect(of_new_sailor)  # E
signals.post_delete.connect(of_document)
signals.post_delete.connect(of_model)  # E
signals.pre_bulk_insert.connect(of_documents)
signals.pre_bulk_insert.connect(of_sailor)  # E
signals.post_bulk_insert.connect(of_documents)
signals.post_bulk_insert.connect(of_sailor)  # E


@post_save.connect_via(Sailor)
def stored(sender: type[Sailor], document: Sailor, created: bool, **keywords: Any) -> None: ...


@post_save.connect_via(Sailor)  # E
def stored_wrongly(sender: type[Sailor], document: Sailor, craeted: bool) -> None: ...
