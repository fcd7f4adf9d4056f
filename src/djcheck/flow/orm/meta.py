"""`Model._meta`: what a model's options tell of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain.observation import Piece, PieceKind
from djcheck.flow.lattice.values import UNKNOWN, Class, Meta, Method, Sequence, Text, Value

if TYPE_CHECKING:
    from djcheck.domain.source import Span
    from djcheck.flow.frame import Frame

# Fields, and what leads from a field to the names of other models.
META_LISTS = frozenset({"fields", "local_fields", "concrete_fields", "many_to_many", "local_many_to_many"})
META_PARTS = frozenset(
    {"pk", "concrete_model", "auto_field", "remote_field", "related_model", "through", "target_field", "field", "_meta"}
)


def attribute(frame: Frame, value: Meta, name: str, span: Span) -> Value:
    """Names in `_meta` come from the models, not from outside."""
    safe = Text((Piece(PieceKind.SAFE, f"_meta.{name}"),))
    if name in ("db_table", "label", "label_lower", "app_label", "model_name", "object_name", "verbose_name"):
        return safe
    if name in META_LISTS:
        return Sequence(value)
    if name in META_PARTS:
        return Meta(value.model if name in ("pk", "concrete_model", "auto_field") else "")
    if name in ("column", "attname", "name", "db_column", "db_tablespace"):
        return safe
    if name == "model":
        return Class(value.model) if value.model else UNKNOWN
    return Method(value, name)
