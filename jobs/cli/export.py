"""`holdfast export`: files of profiles for another system."""

import json
from typing import Annotated

import typer

from holdfast.jobs.cli.options import Debug, Env, Root, Set, handle_errors


@handle_errors
def export(
    destination: Annotated[
        str, typer.Argument(help="klaviyo, braze, csv, or a file of your own in export.folder.")
    ],
    out: Annotated[str, typer.Option("--out", help="Folder that the files are written to.")],
    full: Annotated[
        bool, typer.Option("--full", help="Every profile, not only what changed since the last.")
    ] = False,
    env: Env = "local",
    root: Root = "",
    set_: Set = None,
    debug: Debug = False,
) -> None:
    """Write files of profiles for another system: scores and ids of who allows it.

    Each export gets a folder of its own, `OUT/klaviyo-0001` and so on, with only the profiles that
    changed since the last one to that destination; `ops.sent_profiles` remembers them. Consent is
    checked at that moment, by the last published run: load newer unsubscriptions first, with
    `holdfast run ingest standardise resolve_identity`. E-mail addresses come from the vault and
    stand nowhere else: the folder is yours alone, send it on and delete it.

    `holdfast export csv --out outgoing --root ROOT`

    An export that dies is made again by the same command and loses nothing. docs/destinations.md
    lists the destinations, what they are sent, and how one is written.
    """
    from holdfast.jobs.cli import bootstrap
    from holdfast.jobs.runtime.config import settings
    from holdfast.jobs.stages.exports.destinations import read_destination

    asked = {"destination": destination, "out": out, "full": full}
    overrides = [*(set_ or []), *(f"export.{key}={json.dumps(v)}" for key, v in asked.items())]
    read_destination(destination, settings.load(env, overrides).values.export.folder)
    bootstrap.start_standalone("export", env, root, overrides)
