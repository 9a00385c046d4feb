"""The command ``serve``."""

from __future__ import annotations

import threading
import webbrowser
from pathlib import Path

import click

from pinback import pipeline, serve
from pinback.addresses import Addresses
from pinback.cli.options import club_folder
from pinback.cli.terminal import say
from pinback.errors import UsageError
from pinback.files import refuse_linked


@click.command("serve")
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65_535),
    default=8000,
    show_default=True,
    help="The port; 0 takes a free one.",
)
@click.option("-o", "--open", "open_page", is_flag=True, help="Open the browser.")
@click.option(
    "--out", "site", default=".pinback/preview", type=click.Path(path_type=Path), help="Where the preview goes."
)
@club_folder
def serve_command(port: int, open_page: bool, site: Path, root: Path) -> None:
    """Show the site on this computer; builds and reloads on every change. Ctrl-C ends it."""
    target = site if site.is_absolute() else root / site

    def look() -> pipeline.Checked:
        refuse_linked(root, target)
        return pipeline.build(root, target, preview=True)[1]

    checked = look()
    try:
        server = serve.SiteServer(target, Addresses(checked.club.site.base_url).base_path, port, say)
    except OSError as error:
        raise UsageError(f"port {port} is in use; choose another with --port") from error
    watch = serve.Watch(root, serve.rebuilt(look, server, say))
    # Browsers are answered beside this thread, which builds: in it alone a template can be stopped.
    answering = threading.Thread(target=server.serve_forever, name="answering", daemon=True)
    answering.start()
    click.echo(server.address)
    say("Shows waiting awards too. Ctrl-C ends it.")
    if open_page:
        webbrowser.open(server.address)
    try:
        watch.run()
    except KeyboardInterrupt:
        pass  # a build that it cuts off is finished by the next one
    finally:
        server.shutdown()
        server.server_close()
