"""Writes a large application twice: its parts speak through signals, or through plain calls.

    python benchmarks/_synthetic.py FOLDER [--plain] [--parts N] [--mistakes]

The package `shop` that it writes into the folder has N parts of five modules each:

- `models` says who sends, and what is sent;
- `signals` declares ten signals, eight in the module and two in a class;
- `receivers` has a hundred receivers, ten of each of ten signals, of which three belong to another
  part; half of them are decorated and half connected by a call;
- `desk` and `floor` make a hundred sends each, four in a function.

In the plain program a signal is a function of the same name, annotations and docstring, which calls
its ten receivers by hand: a hundred calls in a part for the hundred connects. A send is a call of
that function. All else is the same text, so both programs have the same modules, classes,
functions, annotations and calls; which module imports which is turned round between `signals` and
`receivers`, since who calls has to know whom.

Both programs run, `python -m shop`, and print how often each receiver was called.

With mistakes, two sends of the last part, one of them of a signal of a class, have a number where a
word should be; so have the two calls of the plain program.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

PARTS = 100  # of the whole application

_SIGNALS, _RECEIVERS, _SENDS = 10, 10, 20  # signals of a part; receivers and sends of a signal
_SENDS_OF_A_FUNCTION = 4
_BY_OTHERS = 3  # the first signals of a part have receivers in another part


class Size(NamedTuple):
    """How much there is to check."""

    modules: int
    signals: int
    connects: int
    sends: int

    @classmethod
    def of(cls, parts: int) -> Size:
        signals = parts * _SIGNALS
        return cls(parts * 5, signals, signals * _RECEIVERS, signals * _SENDS)


class _Shape(NamedTuple):
    """The payload of a signal, and how to send it."""

    name: str
    declared: str  # between the sender and the result
    passed_on: str  # by the plain function, to a receiver that takes it all
    sent: str
    partly: str  # the parameters of a receiver that does not want everything
    result: str = "None"
    of_class: bool = False


_MISTAKEN = ("placed", "begun")

_SHAPES = (
    _Shape(
        "placed",
        "/, *, number: int, title: str",
        "number=number, title=title",
        "number={n}, title=order.title",
        "*, title: str, **_: object",
    ),
    _Shape(
        "paid",
        "/, *, order: {Order}, total: float",
        "order=order, total=total",
        "order=order, total=order.number * 1.5",
        "*, total: float, **_: object",
    ),
    _Shape(
        "returned",
        "/, *, order: {Order}, by: str | None = None",
        "order=order, by=by",
        "order=order",
        "*, order: {Order}, **_: object",
    ),
    _Shape(
        "packed",
        "/, *, paths: list[str], depth: int, dry: bool",
        "paths=paths, depth=depth, dry=dry",
        "paths=[order.title, str({n})], depth={n}, dry=number > {n}",
        "*, paths: list[str], **_: object",
    ),
    _Shape(
        "stored",
        "/, *, key: str, value: object",
        "key=key, value=value",
        "key=f'{n} {{number}}', value=(order, {n})",
        "*, value: object, **_: object",
    ),
    _Shape(
        "counted",
        "/, *, amounts: dict[str, float], currency: str",
        "amounts=amounts, currency=currency",
        "amounts={{order.title: {n}.5}}, currency='EUR'",
        "*, amounts: dict[str, float], **_: object",
    ),
    _Shape("moved", "x: int, y: int, /", "x, y", "{n}, number", "x: int, *_: object"),
    _Shape(
        "priced",
        "/, *, article: str",
        "article=article",
        "article=order.title",
        "**_: object",
        result="int",
    ),
    _Shape(
        "begun",
        "/, *, status: str",
        "status=status",
        "status=order.title",
        "**_: object",
        of_class=True,
    ),
    _Shape(
        "ended",
        "/, *, done: int, total: int | None",
        "done=done, total=total",
        "done={n}, total=number or None",
        "*, done: int, **_: object",
        of_class=True,
    ),
)


def write(folder: Path, *, plain: bool, parts: int = PARTS, mistakes: bool = False) -> Size:
    """Write the application, and return how large it is."""
    shop = folder / "shop"
    shop.mkdir(parents=True)
    (shop / "__init__.py").write_text('"""A shop of many parts."""\n', encoding="utf-8")
    (shop / "tally.py").write_text(_TALLY, encoding="utf-8")
    (shop / "__main__.py").write_text(_main(parts), encoding="utf-8")
    for part in range(parts):
        package = shop / _part(part)
        package.mkdir()
        wrong = mistakes and part == parts - 1
        modules = {
            "__init__": f'"""Part {part} of the shop."""\n',
            "models": _models(part),
            "signals": (_plain_signals if plain else _signals)(part, parts),
            "receivers": _receivers(part, parts, plain=plain),
            "desk": _sends(part, "desk", plain=plain, mistakes=False),
            "floor": _sends(part, "floor", plain=plain, mistakes=wrong),
        }
        for name, text in modules.items():
            (package / f"{name}.py").write_text(text, encoding="utf-8")
    return Size.of(parts)


def _part(part: int) -> str:
    return f"part{part:03}"


def _hearer(part: int, shape: int, parts: int) -> int:
    """Return the part that has the receivers of a signal."""
    return (part + 7 * (shape + 1)) % parts if shape < _BY_OTHERS else part


def _heard(part: int, shape: int, parts: int) -> int:
    """Return the part whose signal a part receives: the inverse of `_hearer`."""
    return (part - 7 * (shape + 1)) % parts if shape < _BY_OTHERS else part


# --- the parts of a program ---

_TALLY = '''"""How often each receiver was called."""

from __future__ import annotations

from collections import Counter

calls: Counter[str] = Counter()


def heard(name: str) -> None:
    """Count a call."""
    calls[name] += 1
'''


def _main(parts: int) -> str:
    packages = [_part(part) for part in range(parts)]

    def imported(module: str) -> list[str]:
        return [f"from shop.{each} import {module} as {each}_{module}" for each in packages]

    return "\n".join(
        [
            '"""Makes every send once, and prints how often each receiver was called."""',
            "",
            "from __future__ import annotations",
            "",
            "import json",
            "",
            *(line for module in ("desk", "floor", "receivers") for line in imported(module)),
            "from shop import tally",
            "",
            "HEARING = (",
            *(f"    {package}_receivers," for package in packages),
            ")",
            "",
            'if __name__ == "__main__":',
            *(f"    {package}_desk.work(3)" for package in packages),
            *(f"    {package}_floor.work(3)" for package in packages),
            "    print(json.dumps(tally.calls, sort_keys=True))",
            "",
        ]
    )


def _models(part: int) -> str:
    return f'''"""Who sends in part {part}, and what is sent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Shop{part:03}:
    """Sends the signals of the module."""

    name: str


@dataclass
class Order{part:03}:
    """What a customer wants."""

    number: int
    title: str


@dataclass
class Worker{part:03}:
    """Whoever does a job."""

    name: str
'''


def _head(part: int, about: str, *imports: str) -> list[str]:
    return [f'"""{about} part {part}."""', "", "from __future__ import annotations", "", *imports]


def _declared(shape: _Shape, part: int) -> str:
    return shape.declared.format(Order=f"Order{part:03}")


def _signals(part: int, parts: int) -> str:
    text = _head(
        part,
        "What can be heard of",
        "from aldis import Signal",
        f"from shop.{_part(part)}.models import Order{part:03}, Shop{part:03}, Worker{part:03}",
    )
    for shape in _SHAPES:
        if shape.of_class:
            continue
        text += [
            "",
            "",
            "@Signal",
            f"def {shape.name}(sender: Shop{part:03}, {_declared(shape, part)}) -> {shape.result}:",
            f'    """Sent when something was {shape.name}."""',
        ]
        if shape.result != "None":
            text.append("    raise NotImplementedError")
    text += _class(part)
    for shape in _SHAPES:
        if shape.of_class:
            text += [
                "",
                "    @Signal.method",
                f"    def {shape.name}(self, {_declared(shape, part)}) -> {shape.result}:",
                f'        """Sent when a job was {shape.name}."""',
            ]
    return "\n".join([*text, ""])


def _plain_signals(part: int, parts: int) -> str:
    hearers = sorted({_hearer(part, place, parts) for place in range(_SIGNALS)})
    text = _head(
        part,
        "What can be called of",
        f"from shop.{_part(part)}.models import Order{part:03}, Shop{part:03}, Worker{part:03}",
        *(f"from shop.{_part(each)} import receivers as receivers_{each:03}" for each in hearers),
    )

    def calls(place: int, sender: str) -> list[str]:
        shape, hearer = _SHAPES[place], _hearer(part, place, parts)
        return [
            f"receivers_{hearer:03}.{name}({sender}, {shape.passed_on})"
            for name in _names(place, part)
        ]

    for place, shape in enumerate(_SHAPES):
        if shape.of_class:
            continue
        result = shape.result if shape.result == "None" else f"list[{shape.result}]"
        text += [
            "",
            "",
            f"def {shape.name}(sender: Shop{part:03}, {_declared(shape, part)}) -> {result}:",
            f'    """Called when something was {shape.name}."""',
        ]
        if shape.result == "None":
            text += [f"    {call}" for call in calls(place, "sender")]
        else:
            text += ["    return [", *(f"        {c}," for c in calls(place, "sender")), "    ]"]
    text += _class(part)
    for place, shape in enumerate(_SHAPES):
        if shape.of_class:
            text += [
                "",
                f"    def {shape.name}(self, {_declared(shape, part)}) -> {shape.result}:",
                f'        """Called when a job was {shape.name}."""',
                *(f"        {call}" for call in calls(place, "self")),
            ]
    return "\n".join([*text, ""])


def _class(part: int) -> list[str]:
    return [
        "",
        "",
        f"class Job{part:03}(Worker{part:03}):",
        '    """Some work that takes its time."""',
    ]


def _names(place: int, part: int) -> list[str]:
    """Return the names of the receivers of a signal."""
    return [f"on_{_SHAPES[place].name}_{part:03}_{number}" for number in range(_RECEIVERS)]


def _receivers(part: int, parts: int, *, plain: bool) -> str:
    heard = sorted({_heard(part, place, parts) for place in range(_SIGNALS)})
    text = _head(
        part,
        "What hears, in",
        *(
            f"from shop.{_part(each)}.models import {', '.join(_used(each, part, parts))}"
            for each in heard
        ),
        *(
            f"from shop.{_part(each)} import signals as signals_{each:03}"
            for each in heard
            if not plain
        ),
        "from shop.tally import heard",
    )
    for place, shape in enumerate(_SHAPES):
        of = _heard(part, place, parts)
        sender = f"{'Worker' if shape.of_class else 'Shop'}{of:03}"
        # the receivers of a class-level signal get it from any instance
        signal = f"signals_{of:03}.{f'Job{of:03}.' if shape.of_class else ''}{shape.name}"
        for number, name in enumerate(_names(place, of)):
            # some receivers want it all and some do not; in the plain program they cost the same
            takes = shape.partly if number % 5 == 1 else shape.declared
            decorated = number % 2 == 0
            text += ["", ""]
            if decorated and not plain:
                text.append(f"@{signal}.connect")
            takes = takes.format(Order=f"Order{of:03}")
            text += [
                f"def {name}(sender: {sender}, {takes}) -> {shape.result}:",
                f'    """Hear it, as number {number}."""',
                f'    heard("{name}")',
            ]
            if shape.result != "None":
                text.append(f"    return {number}")
            if not decorated and not plain:
                text += ["", "", f"{signal}.connect({name})"]
    return "\n".join([*text, ""])


def _used(of: int, part: int, parts: int) -> list[str]:
    """Return the models of one part that the receivers of another name."""
    shapes = [shape for place, shape in enumerate(_SHAPES) if _heard(part, place, parts) == of]
    named = {
        "Order": any("{Order}" in shape.declared for shape in shapes),
        "Shop": any(not shape.of_class for shape in shapes),
        "Worker": any(shape.of_class for shape in shapes),
    }
    return [f"{name}{of:03}" for name, used in named.items() if used]


def _sends(part: int, module: str, *, plain: bool, mistakes: bool) -> str:
    text = _head(
        part,
        f"What happens at the {module} of",
        f"from shop.{_part(part)} import signals",
        f"from shop.{_part(part)}.models import Order{part:03}, Shop{part:03}",
    )
    send = "" if plain else ".send"
    sends = _SIGNALS * _SENDS // 2
    functions = sends // _SENDS_OF_A_FUNCTION
    arguments = f"shop: Shop{part:03}, job: signals.Job{part:03}, order: Order{part:03}"
    for function in range(functions):
        text += [
            "",
            "",
            f"def step_{function}({arguments}, number: int) -> int:",
            f'    """Do step {function}."""',
            "    found = 0",
        ]
        for n in range(function * _SENDS_OF_A_FUNCTION, (function + 1) * _SENDS_OF_A_FUNCTION):
            # one signal after another, so that a function sends several
            shape = _SHAPES[n % _SIGNALS]
            sent = shape.sent.format(n=n)
            if mistakes and n < _SIGNALS and shape.name in _MISTAKEN:
                sent = sent.replace("=order.title", "=7")
            if shape.of_class:
                text.append(f"    job.{shape.name}{send}({sent})")
            elif shape.result == "None":
                text.append(f"    signals.{shape.name}{send}(shop, {sent})")
            else:
                each = "result" if plain else "_, result"
                sending = f"signals.{shape.name}{send}(shop, {sent})"
                text.append(f"    found += sum(result for {each} in {sending})")
        text.append("    return found + number")
    text += [
        "",
        "",
        "def work(number: int) -> int:",
        '    """Do all steps."""',
        f'    shop, order = Shop{part:03}("shop"), Order{part:03}(number, "lamp")',
        f'    job = signals.Job{part:03}("job")',
        *(
            f"    number = step_{function}(shop, job, order, number)"
            for function in range(functions)
        ),
        "    return number",
        "",
    ]
    return "\n".join(text)


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes a large application.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--plain", action="store_true", help="with calls in place of signals")
    parser.add_argument("--parts", type=int, default=PARTS, help="of five modules each")
    parser.add_argument("--mistakes", action="store_true", help="with two sends that are wrong")
    chosen = parser.parse_args()
    size = write(chosen.folder, plain=chosen.plain, parts=chosen.parts, mistakes=chosen.mistakes)
    print(
        f"{size.signals:,} signals, {size.connects:,} connects and {size.sends:,} sends"
        f" in {size.modules:,} modules"
    )


if __name__ == "__main__":
    main()
