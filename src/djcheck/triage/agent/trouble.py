"""What keeps the agent from its work and the user can mend."""

from __future__ import annotations


class EscalationError(Exception):
    """An agent file, the tiers' models, the environment or stored verdicts cannot be used; the message says what."""
