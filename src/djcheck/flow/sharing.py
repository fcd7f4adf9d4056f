"""What the functions of one evaluator share: each result is made once, and found by whoever needs it afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from djcheck.flow.gathering import Gathering

if TYPE_CHECKING:
    from djcheck.flow.lattice.values import Value
    from djcheck.index.project import ProjectIndex

Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept")
Expert = TypeVar("Expert")
ALONE: AbstractContextManager[None] = nullcontext()


class Declaration(NamedTuple):
    """A module constant or class attribute that stands in the file `path`."""

    path: str
    qualname: str
    expression: object


class Table(dict[Key, Kept], Generic[Key, Kept]):
    """Results by what they are of. While one is `made`, what is there of it already is provisional."""

    def __init__(self, deepest: int | None = None) -> None:
        super().__init__()
        self.deepest = deepest
        self.made: Counter[str] = Counter()

    def making(self, key: Key, given: Iterable[Value] = ()) -> AbstractContextManager[None]:
        """Around the evaluation of what `get` did not have. `given` are the values that the key stands for."""
        return ALONE

    def admits(self, key: Key, group: str, most: int, spare: Callable[[], int] = lambda: 0) -> bool:
        """May one more of a group be made? There is a limit for each, whoever comes first.

        `spare` is asked when that is reached: so many more may be made of this kind.
        """
        if self.made[group] >= most and self.made[group] >= most + spare():
            return False
        self.made[group] += 1
        return True

    def has_room(self, inside: int) -> bool:
        """May one more be made inside so many of the table that are being made?"""
        return self.deepest is None or inside <= self.deepest


class Numbers(dict[object, int]):
    """A number for each distinct thing, so that what is large is hashed but once. `things` are in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.things: list[object] = []

    def of(self, thing: object) -> int:
        number = self.setdefault(thing, len(self))
        if number == len(self.things):
            self.things.append(thing)
        return number


class Sharing:
    """Makes an evaluator's tables and what it tells its observations; stands between it and what it asks."""

    def table(self, name: str, deepest: int | None = None, numbers: Numbers | None = None) -> Table[Any, Any]:
        """`deepest`: so many of the table may be made inside one another. `numbers` are of what its keys stand for."""
        return Table(deepest)

    def gathering(self) -> Gathering:
        return Gathering()

    def ask(self, who: str, expert: Any) -> Any:
        """The expert that evaluation is to ask."""
        return expert

    def ask_about(self, index: ProjectIndex, who: str, make: Callable[[ProjectIndex], Expert]) -> Expert:
        """The same, where the expert is made of nothing but the index."""
        return index.expert(make)
