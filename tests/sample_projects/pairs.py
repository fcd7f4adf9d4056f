"""What is run in a sample project: a faulty place and its clean twin, as plain data."""

from dataclasses import dataclass
from typing import Literal

Action = Literal["call", "get", "command"]
Proof = Literal["rows", "bounded", "work", "sql", "placeholder"]

SMALL, LARGE = 3, 9
BENIGN = "rent"
INJECTED = "rent' OR 'inj3ct'='inj3ct"
TOKEN = "inj3ct"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to run. `{value}` in a target or argument stands for the value given from outside."""

    action: Action
    target: str
    args: tuple[object, ...] = ()
    user: str = ""

    def with_value(self, value: str) -> "Step":
        args = tuple(arg.replace("{value}", value) if isinstance(arg, str) else arg for arg in self.args)
        return Step(self.action, self.target, args, self.user)


@dataclass(frozen=True, slots=True)
class Pair:
    """`proof` says what must tell the two apart.

    rows     the faulty one asks more often as rows are added, the clean one does not
    bounded  the faulty one asks more often than the clean one, both however many rows there are
    work     the faulty one leaves to Python what the clean one asks of the database
    sql      a value from outside becomes SQL text in the faulty one only
    placeholder  the faulty one quotes its placeholder, so that the parameter never reaches it
    """

    name: str
    proof: Proof
    faulty: Step
    clean: Step
    same_result: bool = True
    benign: str = BENIGN
    injected: str = INJECTED


@dataclass(frozen=True, slots=True)
class Trap:
    """A clean place without a faulty twin: it looks faulty, and asks no more often as rows are added."""

    name: str
    clean: Step


def calls(module: str, *names: str, proof: Proof = "rows", args: tuple[object, ...] = ()) -> list[Pair]:
    """Functions whose faulty version is called as the clean one with `_slow` behind it."""
    return [
        Pair(
            f"{module}.{name}",
            proof,
            Step("call", f"{module}.{name}_slow", args),
            Step("call", f"{module}.{name}", args),
        )
        for name in names
    ]


def gets(
    *paths: str,
    proof: Proof = "rows",
    args: tuple[object, ...] = (),
    same_result: bool = True,
    benign: str = BENIGN,
    injected: str = INJECTED,
) -> list[Pair]:
    """Pages whose faulty version lives one step below the clean one, under `slow/`; arguments are key, value, …"""
    return [
        Pair(path, proof, Step("get", f"{path}slow/", args), Step("get", path, args), same_result, benign, injected)
        for path in paths
    ]


def traps(module: str, *names: str, args: tuple[object, ...] = ()) -> list[Trap]:
    return [Trap(f"{module}.{name}", Step("call", f"{module}.{name}", args)) for name in names]
