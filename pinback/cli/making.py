"""The commands that make something to start from: a club's folder, a template repository, a badge, an award."""

from __future__ import annotations

import shlex
import sys
from datetime import date, timedelta
from pathlib import Path

import click

from pinback import scaffold, starting, who_is_who
from pinback.awarding import NewAward
from pinback.cli.options import Day, HolderName, club_folder, now, one_at_a_time
from pinback.cli.terminal import say, show
from pinback.designs.table import STARTERS
from pinback.errors import UsageError
from pinback.scaffold import QUESTIONS, Answers, Question


@click.command()
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
        scaffold.refuse_taken(target, keys)
    given = answers({"name": name, "base_url": base_url, "url": url, "email": email})
    if here:
        say(f"These are removed from {target}; git keeps them in its history:\n  " + "\n  ".join(parts))
        if not yes and not sys.stdin.isatty():
            raise UsageError("nobody can be asked whether to remove them; add --yes")
        if not yes:
            click.confirm("Remove them", abort=True, err=True)
        scaffold.empty_example(target)
    for file in scaffold.init(target, given, keys):
        show(str(target / file))
    say("\nThe club is there. Next, in this order:")
    if folder:
        say(f"  cd {shlex.quote(str(folder))}")
    say("  pinback new badge NAME")
    say(f"  pinback key new {scaffold.issuer_of(target)}")


@click.command()
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
        show(str(folder / file))


@click.group()
def new() -> None:
    """Make something to start from."""


@new.command("badge")
@click.argument("slug", metavar="NAME")
@click.option("--title", help="The badge's name as people read it; otherwise made from NAME.")
@click.option("--description", default="", help="One or two sentences.")
@click.option("--design", default="", metavar="DESIGN", help=f"Begin with a picture: {', '.join(STARTERS)}.")
@club_folder
@one_at_a_time("new badge")
def new_badge(slug: str, title: str | None, description: str, design: str, root: Path) -> None:
    """Make a badge in badges/NAME: fields, criteria to fill in, a picture out of a few words."""
    for file in scaffold.new_badge(root, slug, title or slug.replace("-", " ").capitalize(), description, design):
        show(file)
    say(
        f"\nOpen badges/{slug}/badge.md and put your own words in place of ours: what somebody has to do, who checks it."
    )
    say(f"Then: pinback key new, if there are no keys yet, and pinback award {slug}")


@click.command()
@click.argument("badge")
@click.option(
    "--name",
    type=HolderName(),
    default="",
    help="The holder's name; it goes into a private named link, not into the repository.",
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
@one_at_a_time("award")
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
    show(file)
    if link:
        say(f"\nThe holder's private link, also in {who_is_who.FILE} (keep that file to yourself, git ignores it):")
        say(link.link)
    if not name:
        say(f"no name was given; write down for yourself who {handle} is")


def answers(given: dict[str, str | None]) -> Answers:
    """Return the answers to the questions of ``init``: options, or what is typed now until it can be used.

    Args:
        given: the options by field; None where one is missing.

    Raises:
        UsageError: an option cannot be used, or one is missing and nobody can be asked.
    """
    found = {field: value.strip() for field, value in given.items() if value is not None}
    faults = [question.fault(found[question.field]) for question in QUESTIONS if question.field in found]
    if any(faults):
        raise UsageError("\n".join(filter(None, faults)))
    for question in QUESTIONS:
        if question.field not in found:
            found[question.field] = _asked(question)
    return Answers(**found)


def _asked(question: Question) -> str:
    if not sys.stdin.isatty():
        raise UsageError(f"{question.words} is missing; give it as an option (pinback init --help lists them)")
    while True:
        typed = str(click.prompt(f"{question.words} (like {question.example})", err=True)).strip()
        fault = question.fault(typed)
        if not fault:
            return typed
        say(fault)
