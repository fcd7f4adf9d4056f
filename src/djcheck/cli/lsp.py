"""`djcheck lsp`: the language server."""

from __future__ import annotations

import click


@click.command()
def lsp() -> None:
    """Serve an editor on standard input and output, by the Language Server Protocol."""
    from djcheck.cli.check import cores, user_cache
    from djcheck.cli.output import failure

    try:
        from djcheck.lsp.server import serve
    except ModuleNotFoundError as error:
        if error.name not in ("lsprotocol", "pygls"):
            raise
        raise failure(f"the language server needs {error.name}: pip install 'djcheck[lsp]'") from error
    serve(user_cache(), cores())
