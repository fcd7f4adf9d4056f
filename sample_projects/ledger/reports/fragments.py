"""Pieces of SQL that several reports share."""

ENTRIES = "SELECT id, text, cents FROM journal_entry"
COLUMNS = ("id", "text", "cents")

ORDERINGS = {
    "size": "cents DESC, id",
    "text": "text, id",
}


def text_is(text):
    return f"text = '{text}'"


def entries_where(condition):
    return " ".join([ENTRIES, "WHERE", condition])


def text_is_param():
    return "text = %s"


def placeholders(values):
    return ", ".join(["%s"] * len(values))
