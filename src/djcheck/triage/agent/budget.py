"""How much may be asked: a number of tokens or of calls for the whole run."""

from __future__ import annotations

import asyncio
import re

from msgspec import Struct

MOST_TOKENS = 120_000  # of one question, look-ups included
MOST_CALLS = 12  # of one question
UNITS = {"": 1, "k": 1_000, "m": 1_000_000}


class Allowance(Struct, frozen=True):
    """What the user allows; None means no bound of that kind."""

    tokens: int | None = None
    calls: int | None = None


def allowance(text: str) -> Allowance:
    """`200k` or `200000` tokens, `40calls`. Raises ValueError."""
    match = re.fullmatch(r"(\d+)\s*([km]?)\s*(tokens|calls)?", text.strip(), re.IGNORECASE)
    if match is None:
        raise ValueError(f"{text!r} is neither a number of tokens (200k) nor of calls (40calls)")
    number = int(match[1]) * UNITS[match[2].lower()]
    return Allowance(calls=number) if (match[3] or "").lower() == "calls" else Allowance(tokens=number)


class Share(Struct, frozen=True):
    """What one question may take at most."""

    tokens: int
    calls: int


class Budget:
    """What is left of an allowance while several questions are under way; `tokens` and `calls` were spent."""

    def __init__(self, allowed: Allowance) -> None:
        self._allowed = allowed
        self._shares: list[Share] = []
        self._settled = asyncio.Condition()
        self.tokens = 0
        self.calls = 0

    async def share(self, tokens: int) -> Share | None:
        """Set aside a share for a question that takes about so many tokens; None where too little is left.

        Where too little is left only because of what others have set aside, it waits for these.
        """
        async with self._settled:
            while True:
                left = self._left()
                if left.tokens >= tokens and left.calls > 0:
                    self._shares.append(left)
                    return left
                if not self._shares:
                    return None
                await self._settled.wait()

    async def settle(self, share: Share, tokens: int, calls: int) -> None:
        """Put what a question took in the place of what was set aside for it."""
        async with self._settled:
            self._shares.remove(share)
            self.tokens += tokens
            self.calls += calls
            self._settled.notify_all()

    def _left(self) -> Share:
        """As much as one question may have of what is left."""
        tokens, calls = MOST_TOKENS, MOST_CALLS
        if self._allowed.tokens is not None:
            tokens = min(tokens, self._allowed.tokens - self.tokens - sum(share.tokens for share in self._shares))
        if self._allowed.calls is not None:
            calls = min(calls, self._allowed.calls - self.calls - sum(share.calls for share in self._shares))
        return Share(tokens, calls)
