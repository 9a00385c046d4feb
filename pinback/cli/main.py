"""The commands. Each one reads options, calls ``pipeline`` or ``scaffold``, and says what happened."""

from __future__ import annotations

import os
import shlex
import sys
import webbrowser
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import click

from pinback import __version__, against, deployed, pipeline, scaffold, serve, starting, who_is_who
from pinback.addresses import Addresses
from pinback.awarding import NewAward
from pinback.cli import keys, lifecycle, moving, paper, people, roster
from pinback.cli.doctor import doctor
from pinback.cli.federation import federation
from pinback.cli.log import log
from pinback.cli.online import live
from pinback.cli.options import Day, club_folder, now, secrets
from pinback.cli.schemas import schemas
from pinback.cli.summary import add_summary
from pinback.cli.terminal import answers, bar, counted, say, show_problems
from pinback.cli.verify import verify_command
from pinback.designs.table import STARTERS
from pinback.errors import ContentError, PinbackError, UsageError
from pinback.git import commit_of, earlier_contents, git_text
from pinback.register import Register, RegisterKey
from pinback.sealing_diff import DIFF, sealing_faults

SITE = "site"
NOTHING = "Nothing to seal."


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="pinback")
def pinback() -> None:
    """Publish Open Badges from a folder of Markdown and YAML, as static files that anyone can check."""


@pinback.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--name", help="The club's name.")
@click.option("--base-url", help="The address where the badges will be published.")
@click.option("--url", help="The club's own web site.")
@click.option("--email", help="An address at which a human of the club answers.")
@click.option(
    "--keys",
    type=click.Choice(scaffold.KEEPERS),
    default="paper",
    show_default=True,
    help="Where the code is kept: on paper, sealing by hand; or in a protected environment of the host, where a reviewer lets it seal.",
)
@click.option("--here", is_flag=True, help="Turn this clone of the pinback repository into an empty club.")
@click.option("--yes", is_flag=True, help="With --here: remove the example without asking.")
def init(
    folder: Path | None,
    name: str | None,
    base_url: str | None,
    url: str | None,
    email: str | None,
    keys: str,
    here: bool,
    yes: bool,
) -> None:
    """Make a club's folder: content only. Asks four questions, or takes them as options."""
    if here == (folder is not None):
        raise UsageError("name one folder for the new club, or use --here in a clone")
    target = Path.cwd() if folder is None else folder
    parts = scaffold.example_parts(target) if here else []
    if not here:
        scaffold.refuse_taken(target)
    given = answers({"name": name, "base_url": base_url, "url": url, "email": email})
    if here:
        say(f"These are removed from {target}; git keeps them in its history:\n  " + "\n  ".join(parts))
        if not yes and not sys.stdin.isatty():
            raise UsageError("nobody can be asked whether to remove them; add --yes")
        if not yes:
            click.confirm("Remove them", abort=True, err=True)
        scaffold.empty_example(target)
    for file in scaffold.init(target, given, keys):
        click.echo(str(target / file))
    say("\nThe club is there. Next, in this order:")
    if folder:
        say(f"  cd {shlex.quote(str(folder))}")
    say("  pinback new badge NAME")
    say(f"  pinback key new {scaffold.issuer_of(target)}")


@pinback.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--wheel",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The program itself, as a wheel that goes along; needed where the host cannot install it by name.",
)
def template(folder: Path, wheel: Path | None) -> None:
    """Make the files of a template repository, from which a club starts in the browser.

    Put them into a public repository of a GitHub organisation and tick Template repository in its settings. A club that
    uses it is set up on the page admin/start/ of its own site, without a terminal.
    """
    for file in starting.make_template(folder, wheel):
        click.echo(str(folder / file))


@pinback.group()
def new() -> None:
    """Make something to start from."""


@new.command("badge")
@click.argument("slug", metavar="NAME")
@click.option("--title", help="The badge's name as people read it; otherwise made from NAME.")
@click.option("--description", default="", help="One or two sentences.")
@click.option("--design", default="", metavar="DESIGN", help=f"Begin with a picture: {', '.join(STARTERS)}.")
@club_folder
def new_badge(slug: str, title: str | None, description: str, design: str, root: Path) -> None:
    """Make a badge in badges/NAME: fields, criteria to fill in, a picture out of a few words."""
    for file in scaffold.new_badge(root, slug, title or slug.replace("-", " ").capitalize(), description, design):
        click.echo(file)
    say(
        f"\nOpen badges/{slug}/badge.md and put your own words in place of ours: what somebody has to do, who checks it."
    )
    say(f"Then: pinback key new, if there are no keys yet, and pinback award {slug}")


@pinback.command()
@click.argument("badge")
@click.option(
    "--name", default="", help="The holder's name; it goes into a private named link, not into the repository."
)
@click.option("--public", is_flag=True, help="The holder wants the name in the open instead.")
@click.option("--on", "issued_on", type=Day(), help="The day on which it was earned; otherwise today.")
@click.option("--until", "valid_until", type=Day(), help="The last day on which it is valid.")
@click.option("--handle", default="", help="The handle of a holder who has one already; otherwise one is drawn.")
@click.option("--email", default="", help="An adult's e-mail address; only its salted hash is written.")
@click.option("--minor", is_flag=True, help="The holder is under age.")
@click.option("--guardian-consent", type=Day(), help="The day on which a guardian agreed to the name in the open.")
@click.option("--evidence", multiple=True, metavar="URL", help="Where it can be seen; may be given several times.")
@click.option(
    "--language", default="", metavar="TAG", help="The language in which it is signed; otherwise that of the badge."
)
@club_folder
def award(
    badge: str,
    name: str,
    public: bool,
    issued_on: date | None,
    valid_until: date | None,
    handle: str,
    email: str,
    minor: bool,
    guardian_consent: date | None,
    evidence: tuple[str, ...],
    language: str,
    root: Path,
) -> None:
    """Write an award of BADGE into its records."""
    name = name.strip()
    if public and not name:
        raise UsageError("--public shows a name; give it with --name, or leave --public out")
    if minor and public and guardian_consent is None:
        raise UsageError(
            "the name of a minor is shown with a guardian's consent alone; add --guardian-consent DAY, "
            "or leave --public out"
        )
    if guardian_consent and not (minor and public):
        raise UsageError("--guardian-consent belongs to --minor and --public; leave it out")
    today = now().date()
    for option, day in (("--on", issued_on), ("--guardian-consent", guardian_consent)):
        # East of Greenwich it may be tomorrow already.
        if day and day > today + timedelta(days=1):
            raise UsageError(f'"{option}" lies in the future (found "{day}"); correct the day')
    handle = handle or scaffold.free_handle(root)
    wanted = NewAward(
        award_id="",
        handle=handle,
        issued_on=issued_on or today,
        valid_until=valid_until,
        name=name,
        public=public,
        minor=minor,
        email=email,
        evidence=evidence,
        guardian_consent=guardian_consent,
        language=language,
    )
    file, link = scaffold.add_award(root, badge, wanted)
    click.echo(file)
    if link:
        say(f"\nThe holder's private link, also in {who_is_who.FILE} (keep that file to yourself, git ignores it):")
        say(link.link)
    if not name:
        say(f"no name was given; write down for yourself who {handle} is")


_form = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="For people, or for programs."
)


@pinback.command()
@click.option("--strict", is_flag=True, help="Warnings count as problems.")
@click.option(
    "--against",
    "source",
    metavar="REF|URL|DIR",
    help="Also compare with what was published: a commit, the site's address, or a folder. "
    "Nothing of it may have changed or vanished.",
)
@click.option(
    "--all-signatures", is_flag=True, help="With --against: prove every signature, not those alone that came since."
)
@click.option(
    "--outside", is_flag=True, help="With --against: the change comes from somebody who is no steward of the club."
)
@click.option(
    "--sealing-only", metavar="REF", help="Say instead whether the commits since REF hold a sealing and nothing else."
)
@_form
@club_folder
def check(
    strict: bool,
    source: str | None,
    all_signatures: bool,
    outside: bool,
    sealing_only: str | None,
    form: str,
    root: Path,
) -> None:
    """Find every mistake in the club's files; nothing is written."""
    if (all_signatures or outside) and source is None:
        raise UsageError("--all-signatures and --outside belong to --against; add it")
    if sealing_only is not None:
        commits = (commit_of(root, sealing_only), commit_of(root, "HEAD"))
        if faults := sealing_faults(git_text(root, *DIFF, *commits)):
            raise ContentError(faults)
        return
    if starting.is_not_set_up(root):
        if source is not None:
            against.nothing_lost(root, deployed.earlier(source, root, live()), outside)
        click.echo(starting.words())
        return
    judged = None
    if source is None:
        checked = pipeline.check(root)
    else:
        earlier = deployed.earlier(source, root, live())
        judged = against.check(root, earlier, all_signatures, outside, bar("signatures"))
        checked = judged.checked
    show_problems(checked.warnings, form)
    if strict and checked.warnings:
        sys.exit(1)
    if form == "text":
        club = checked.club
        waiting = pipeline.waiting(checked)
        text = f"{counted(len(club.badges), 'badge')}, {counted(len(club.awards), 'award')}: no problems."
        click.echo(text + (f" {counted(waiting, 'award waits', 'awards wait')} for pinback seal." if waiting else ""))
        for slug in pipeline.unbegun(checked):
            click.echo(f"The keys of issuers/{slug} are there; the next pinback seal begins its register with them.")
        if judged:
            since = f"{counted(judged.lines, 'line stands', 'lines stand')} as in {source}"
            click.echo(f"{since}, {counted(judged.signed, 'signed thing was', 'signed things were')} proved.")


@pinback.command()
@click.option("--issuer", default="", help="Seal for this issuer alone.")
@click.option("--dry-run", is_flag=True, help="Say what would be signed, and stop.")
@click.option("--undo", is_flag=True, help="Take back what was sealed and neither deployed nor pushed.")
@click.option(
    "--deployed",
    "source",
    metavar="REF|URL|DIR",
    help="Where it shows what is online: a commit, the site's address, or a folder; otherwise the branch "
    "deployed of a remote, or the one that this branch follows.",
)
@click.option("--published", is_flag=True, help="The site that is online shows the new keys already.")
@click.option("--or-wait", is_flag=True, help="If it does not, leave the awards for the next run.")
@click.option("--signer", "command", metavar="COMMAND", help="A program that holds the keys, in place of a code.")
@club_folder
def seal(
    issuer: str,
    dry_run: bool,
    undo: bool,
    source: str | None,
    published: bool,
    or_wait: bool,
    command: str | None,
    root: Path,
) -> None:
    """Sign what is new, once and for ever. Asks for the code, or takes it from PINBACK_CODE.

    A new key signs awards only once the site that is online shows it.
    """
    if undo:
        if dry_run or published or or_wait or command:
            raise UsageError("--undo goes with --issuer and --deployed alone; leave the others out")
        _undo(issuer, source, root)
        return
    if starting.is_not_set_up(root):
        click.echo(f"{NOTHING} {starting.words()}")
        return

    seen = cache(lambda place: deployed.earlier(place, root, live()))

    def online(slug: str, register: Register, key: RegisterKey) -> bool:
        place = source or deployed.default_source(root)
        return published or (place is not None and against.shows(seen(place), slug, register, key))

    done = pipeline.seal(
        root,
        now,
        say,
        lambda maker, store, register: keys.signer_of(maker.slug, command)(store, register),
        issuer,
        bar("signing"),
        dry_run,
        online,
        or_wait,
        lambda slug: keys.first_codes(slug, command),
        lambda file: any(True for _ in earlier_contents(root, file)),
        samples="CI" in os.environ,
    )
    if not done:
        click.echo(NOTHING)
    if dry_run:
        return
    for one in done:
        if one.begun:
            click.echo(f"{one.issuer}: began the register with the keys in keys.age.")
        parts = [
            counted(one.awards, "award"),
            counted(one.versions, "badge version"),
            counted(one.revocations, "withdrawal"),
            *one.changes,
        ]
        if told := [part for part in parts if not part.startswith("0 ")]:
            click.echo(f"{one.issuer}: sealed {', '.join(told)}.")
    if done:
        say("Commit the changes (records, register, sealed files) and push them, or build the site and upload it.")


def _undo(issuer: str, source: str | None, root: Path) -> None:
    states = deployed.common_states(root, source)
    if not states:
        raise UsageError(
            "nothing here says what was deployed or pushed; name it: --deployed HEAD~1 (the commit before this one), "
            "or --deployed and a copy of the folder"
        )
    done = against.undo(root, states, issuer)
    for one in done:
        click.echo(f"{one.issuer}: as in {one.state} again; {one.words()} wait again.")
        if deployed.is_committed(root, one.issuer, one.state):
            say(
                f"The sealing is in commits that nobody has. So that they are never pushed: git reset --soft {one.state}, "
                "then git add --all and git commit; then git pull --no-rebase and pinback seal."
            )
    if not done:
        click.echo("Nothing to undo.")


@pinback.command()
@click.option("--out", "site", type=click.Path(path_type=Path), help="Where the site goes; otherwise site/.")
@click.option("--preview", is_flag=True, help="Show waiting awards as pages that say they are not issued yet.")
@click.option(
    "--for", "old", metavar="OLD_URL", default="", help="After a move: the site for the old host; needs --out."
)
@club_folder
def build(site: Path | None, preview: bool, old: str, root: Path) -> None:
    """Make the site from what is sealed: no key, no clock, no network."""
    if old and (site is None or preview):
        raise UsageError("the site for an old host needs a folder of its own, and is no preview; name one with --out")
    target = root / (site or SITE)
    if starting.is_not_set_up(root):
        made = starting.build(root, target)
        click.echo(f"{target}: {counted(made.files, 'file')}, {made.written:,} written, {made.removed:,} removed.")
        say(starting.words())
        return
    published, checked = pipeline.build_forwarding(root, target, old) if old else pipeline.build(root, target, preview)
    show_problems(checked.warnings, "text")
    click.echo(
        f"{target}: {counted(published.files, 'file')}, {published.written:,} written, {published.removed:,} removed."
    )
    if old:
        say(f"Publish this folder at {old}; its documents answer as before, its pages send people on.")
        return
    waiting = pipeline.waiting(checked)
    if preview:
        say(
            f"{target} now holds a preview with {counted(waiting, 'waiting award')}, which is not for publishing; "
            "pinback build makes the site."
        )
    elif waiting:
        say(
            f"{counted(waiting, 'award is', 'awards are')} not sealed yet and not in the site; pinback seal signs them."
        )
    say(f"Open {target / 'index.html'} in a browser, or look at it with: pinback serve")


@pinback.command("serve")
@click.option("-p", "--port", default=8000, show_default=True, help="The port; 0 takes a free one.")
@click.option("-o", "--open", "open_page", is_flag=True, help="Open the browser.")
@click.option(
    "--out", "site", default=".pinback/preview", type=click.Path(path_type=Path), help="Where the preview goes."
)
@club_folder
def serve_command(port: int, open_page: bool, site: Path, root: Path) -> None:
    """Show the site on this computer; builds and reloads on every change. Ctrl-C ends it."""
    target = site if site.is_absolute() else root / site
    _, checked = pipeline.build(root, target, preview=True)
    try:
        server = serve.SiteServer(target, Addresses(checked.club.site.base_url).base_path, port)
    except OSError as error:
        raise UsageError(f"port {port} is in use; choose another with --port") from error
    stop = serve.watch(root, serve.rebuilt(lambda: pipeline.build(root, target, preview=True), server, say))
    click.echo(server.address)
    say("Shows waiting awards too. Ctrl-C ends it.")
    if open_page:
        webbrowser.open(server.address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        stop()
        server.server_close()


pinback.add_command(doctor)
pinback.add_command(federation)
pinback.add_command(schemas)
pinback.add_command(keys.key)
pinback.add_command(keys.reseal)
pinback.add_command(log)
for command in (*lifecycle.COMMANDS, *moving.COMMANDS, *paper.COMMANDS, *people.COMMANDS, *roster.COMMANDS):
    pinback.add_command(command)
pinback.add_command(verify_command(now))


def run(arguments: list[str] | None = None) -> int:
    """Run a command and return the exit code (DESIGN §9)."""
    secrets.take()
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        "".join(arguments).encode("utf-8")
    except UnicodeEncodeError:
        say("pinback: an argument is not UTF-8 text; set the terminal to UTF-8 and type it again")
        return 2
    json_asked = "--format=json" in arguments or ("--format", "json") in pairwise(arguments)
    form = "json" if json_asked else "text"
    try:
        pinback.main(args=arguments, prog_name="pinback", standalone_mode=False)
    except ContentError as error:
        show_problems(error.problems, form)
        add_summary(error.problems, "", os.environ)
        return error.exit_code
    except PinbackError as error:
        say(f"pinback: {error}" if "\n" not in str(error) else str(error))
        add_summary((), str(error), os.environ)
        return error.exit_code
    except click.exceptions.Abort:
        say("stopped; nothing was changed by what was not finished")
        return 1
    except click.ClickException as error:
        error.show()
        return 2
    except SystemExit as error:
        return int(error.code or 0)
    except KeyboardInterrupt:
        return 1
    return 0
