"""The order in which Python looks through a class's ancestors."""

from __future__ import annotations

from collections.abc import Sequence


def linearize(name: str, lines: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """C3 over the bases' own lines; depth-first where the bases contradict each other."""
    bases = [line[0] for line in lines]
    queues = [list(line) for line in lines] + [bases]
    order = [name]
    while queues := [queue for queue in queues if queue]:
        tails = {item for queue in queues for item in queue[1:]}
        head = next((queue[0] for queue in queues if queue[0] not in tails), None)
        if head is None:
            return tuple(dict.fromkeys([name, *(item for line in lines for item in line)]))
        if head != name:
            order.append(head)
        queues = [[item for item in queue if item != head] for queue in queues]
    return tuple(order)
