"""JSON documents as bytes, whatever stands in them."""

from __future__ import annotations

from typing import Any

import msgspec


def as_json(document: object) -> bytes:
    """Structs, dictionaries and lists as indented UTF-8 JSON with a final newline."""
    try:
        encoded = msgspec.json.encode(document)
    except UnicodeEncodeError:  # a file name that is no text in the file system's encoding
        encoded = msgspec.json.encode(_printable(msgspec.to_builtins(document)))
    return msgspec.json.format(encoded, indent=2) + b"\n"


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, dict):
        return {_printable(key): _printable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(each) for each in value]
    return value
