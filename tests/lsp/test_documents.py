"""Changes of documents, in the units that editor and server agreed on."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types
from pygls.workspace import PositionCodec

from djcheck.lsp.documents import Document

CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
TEXTS = st.text(st.sampled_from("ab é€😀\t\x0c\u2028\x85\n") | st.just("\r"), max_size=40)


def document(text: str, encoding: str = "utf-16") -> Document:
    return Document("file:///shop/views.py", text, position_codec=PositionCodec(encoding))


def position_of(text: str, offset: int, encoding: str) -> types.Position:
    """Where an offset is in the protocol's terms, by its own definition: lines, and code units of an encoding."""
    starts = [0, *(match.end() for match in re.finditer("\r\n|\r|\n", text))]
    line = max(number for number, start in enumerate(starts) if start <= offset)
    codec, width = CODECS[encoding]
    return types.Position(line, len(text[starts[line] : offset].encode(codec)) // width)


@given(TEXTS, TEXTS, st.data(), st.sampled_from(sorted(CODECS)))
def test_a_change_of_a_range(text: str, new: str, data: st.DataObject, encoding: str) -> None:
    # An offset between "\r" and "\n" is in no editor's reach.
    offsets = [at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n"]
    start, end = sorted(data.draw(st.lists(st.sampled_from(offsets), min_size=2, max_size=2)))
    edited = document(text, encoding)
    place = types.Range(position_of(text, start, encoding), position_of(text, end, encoding))
    edited.apply_change(types.TextDocumentContentChangePartial(place, new))
    assert edited.source == text[:start] + new + text[end:]


@pytest.mark.parametrize(
    ("line", "character", "result"),
    [(0, 99, "ab!\ncd"), (1, 99, "ab\ncd!"), (7, 0, "ab\ncd!"), (0, 2, "ab!\ncd")],
)
def test_a_place_behind_an_end_is_that_end(line: int, character: int, result: str) -> None:
    edited = document("ab\ncd")
    at = types.Position(line, character)
    edited.apply_change(types.TextDocumentContentChangePartial(types.Range(at, at), "!"))
    assert edited.source == result


def test_a_place_inside_a_character_is_behind_it() -> None:
    edited = document("😀b")
    edited.apply_change(
        types.TextDocumentContentChangePartial(types.Range(types.Position(0, 1), types.Position(0, 2)), "")
    )
    assert edited.source == "😀b"


def test_a_change_of_everything() -> None:
    edited = document("ab\ncd")
    edited.apply_change(types.TextDocumentContentChangeWholeDocument("new"))
    assert edited.source == "new"
