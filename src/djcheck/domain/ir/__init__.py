"""The intermediate representation: what a function, template or declaration does, without a syntax tree.

Everything that is analysed (Python functions through libcst, class-level and module-level declarations through
the survey, Django and Jinja2 templates) is lowered to these nodes, so that the evaluator knows one language.
Nodes are immutable, hold no syntax tree and can be written as MessagePack.
"""

from djcheck.domain.ir.expressions import *  # noqa: F403 - the two are one language
from djcheck.domain.ir.statements import *  # noqa: F403 - the two are one language
