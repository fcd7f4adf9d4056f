"""By which mark a finding is known again when the lines around it have moved."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from djcheck.domain.finding import Finding


def stamp(findings: Iterable[Finding], line_of: Callable[[str, int], str]) -> list[Finding]:
    """The findings in order of place, each with its fingerprint.

    A fingerprint is made of what the finding says, not of where: rule, file, symbol, relation, model and the text of
    the primary line (`line_of(path, line)`) without regard to spacing. Twins in one symbol are told apart by counting.
    """
    twins: Counter[tuple[str, ...]] = Counter()
    stamped = []
    for finding in sorted(findings, key=lambda finding: finding.order):
        text = " ".join(line_of(finding.path, finding.line).split())
        mark = (
            finding.rule,
            finding.path,
            finding.symbol or "",
            finding.relation or "",
            finding.model or "",
            text,
        )
        twins[mark] += 1
        digest = hashlib.sha256("\0".join((*mark, str(twins[mark]))).encode(errors="surrogatepass"))
        stamped.append(replace(finding, fingerprint=digest.hexdigest()[:16]))
    return stamped
