"""Is what was written read back the same, and are keys known again by what makes them equal?"""

from __future__ import annotations

import msgspec
import pytest

from djcheck.domain.ir import FunctionIR
from djcheck.domain.observation import Loop, LoopKind, Origin, RelationRead, Step, Subject
from djcheck.domain.relation_kind import RelationKind
from djcheck.domain.source import Place, Span
from djcheck.domain.trace import Role
from djcheck.facts.anchors import Anchors
from djcheck.flow.callers import Leftover
from djcheck.flow.frame import Event, Holder
from djcheck.flow.lattice.values import CONTEXT, NOTHING_EAGER, Closure, Const, Context, Formal, Instance, Source
from djcheck.flow.records.writing import Digests, Unwritable, Writer

PLACE = Place("shop/views.py", Span(3, 1, 3, 9))
READ = RelationRead(
    place=PLACE,
    symbol="shop.views.pay",
    loops=(Loop(PLACE, LoopKind.ROWS),),
    trace=(Step(Role.CALL, PLACE, "pays"),),
    doubt="",
    subject=Subject(Origin(PLACE, "shop.views", "shop.Book"), ("author",)),
    relation="author",
    kind=RelationKind.FORWARD_ONE,
    path=("author",),
    nullable=True,
    only_key=False,
    owner="shop.Book",
)
EVENT = Event(READ, frozenset({Formal(0), CONTEXT, Loop(PLACE, LoopKind.DATA)}), Source(Formal(1), ("a",)))


def anchors_of(path: str) -> Anchors:
    return Anchors(None)


@pytest.mark.parametrize(
    "told", [READ, (RelationRead, PLACE, None, ("a",)), (Leftover(EVENT, Holder("f", "x")), Leftover(EVENT))]
)
def test_back_again(told: object) -> None:
    writer = Writer(anchors_of)
    written = msgspec.msgpack.decode(msgspec.msgpack.encode(writer.write(told)))
    assert writer.read(written) == told


def test_what_is_never_told() -> None:
    with pytest.raises(Unwritable):
        Writer(anchors_of).write({"a": 1})


def test_equal_values_have_one_digest() -> None:
    digests = Digests(anchors_of)
    assert digests.of(Const(True)) == digests.of(Const(1)) == digests.of(Const(1.0)) != digests.of(Const(2))
    varies: list[Loop | Formal | Context] = [Loop(PLACE, LoopKind.ROWS), Formal(0), CONTEXT]
    row = Instance("shop.Book", Source(Formal(0)), NOTHING_EAGER, frozenset(varies))
    assert digests.of(row) == Digests(anchors_of).of(
        Instance("shop.Book", Source(Formal(0)), NOTHING_EAGER, frozenset(varies[::-1]))
    )


def test_closures_are_told_apart_by_their_code() -> None:
    digests = Digests(anchors_of)
    first, second = (FunctionIR("<lambda>", (), (), False, False, Span(line, 1, line, 9)) for line in (1, 2))
    one, other = (Closure(body, {}, "shop/views.py", "shop.views", "pay", None) for body in (first, second))
    assert digests.of(one) == digests.of(Closure(first, {"x": Const(1)}, "shop/views.py", "shop.views", "pay", None))
    assert digests.of(one) != digests.of(other)
