"""The command ``schemas``: writes the files by which editors know the fields of a club's files."""

from __future__ import annotations

from pathlib import Path

import click

from pinback import scaffold
from pinback.cli.options import club_folder, one_at_a_time
from pinback.cli.terminal import say, show
from pinback.content.schemas import FOLDER


@click.command()
@club_folder
@one_at_a_time("schemas")
def schemas(root: Path) -> None:
    """Write the schemas of all files into .schemas, for editors that complete and check YAML.

    The first line of each YAML file that pinback makes names its schema. After an update of pinback they are made anew
    with this command; pinback check needs none of them.
    """
    written = scaffold.write_schemas(root)
    for file in written:
        show(file)
    if not written:
        say(f"The files in {FOLDER} are as this version makes them.")
