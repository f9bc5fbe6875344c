"""Chooses the declaration among several places that make the same signal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aldis._migrate._model import Use

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aldis._migrate._made import Made
    from aldis._migrate._model import Declaration, Program
    from aldis._migrate._resolving import Resolver
    from aldis._migrate._source import Module

Site = tuple["Module", "Declaration", "Made"]

_LASTING = ("module", "class")


def settle(program: Program, sites: Iterable[Site], resolver: Resolver) -> None:
    """Separate declarations from look-ups by name.

    Args:
        program: The program to fill in.
        sites: The places that make signals.
        resolver: Gets the symbols of the signals.
    """
    groups: dict[object, list[Site]] = {}
    for site in sites:
        _, declaration, _ = site
        key: object = site[2].call
        if declaration.namespace is not None and declaration.name is not None:
            key = (declaration.namespace, declaration.name)
        groups.setdefault(key, []).append(site)
    for key, group in groups.items():
        _settle_group(program, key, group, resolver)
    for declaration in program.declarations:
        if declaration.owner is not None:
            resolver.attributes.setdefault(declaration.target, []).append(declaration.symbol)
    resolver.values.targets.update(each.target for each in program.declarations)
    resolver.values.forget()


def _settle_group(program: Program, key: object, group: Sequence[Site], resolver: Resolver) -> None:
    """Settle the places of one signal."""
    lasting = [each for _, each, _ in group if each.form in _LASTING and each.target]
    declaring = lasting or [each for _, each, _ in group[:1]]
    first = declaring[0]
    if isinstance(key, tuple):
        resolver.values.named[key] = first.symbol
    for _, declaration, made in group:
        symbol = declaration.symbol if declaration in declaring else first.symbol
        resolver.values.signals[made.call] = symbol
        if declaration not in declaring:
            sentence = f"it is looked up by its name, {declaration.name!r}"
            program.uses.append(Use(symbol, declaration.made, "M11", sentence))
        elif len(declaring) > 1 and declaration.obstacle is None:
            others = ", ".join(
                f"{each.statement.path.name}:{each.statement.line}"
                for each in declaring
                if each is not declaration
            )
            sentence = f"the same name is also declared in {others}"
            program.declarations.append(replace(declaration, obstacle=("M15", sentence)))
        else:
            program.declarations.append(declaration)
