"""Starting without a terminal: the template repository, and the site of a club that is not set up yet.

A template holds what no club has to write: workflows, git's rules, a README. It names no club, so nothing in it has to be
replaced: whoever uses it answers five questions on the page ``admin/start/`` of the site that the first run publishes, and
commits the new files that the page makes. Until ``site_src/site.yaml`` is among them, the folder counts as not set up.
"""

from __future__ import annotations

from pathlib import Path

from pinback import addresses, first_files, scaffold
from pinback.assemble.start import start_files
from pinback.content.schemas import schema_files
from pinback.errors import UsageError
from pinback.files import FileProblem, read_regular, write_file
from pinback.limits import MAX_WHEEL
from pinback.publish import Published, finish_interrupted, publish

_PUBLISH = ".github/workflows/publish.yml"
_OURS = b"PINBACK_VERSION:"
_CLUBS = ("issuers/*/register.jsonl", "issuers/*/sealed/*", "badges/*/badge.md")
"""What a folder holds that was a club once: it has lost a file, and is not new."""
START = addresses.ADMIN_START.removesuffix("index.html")


def is_not_set_up(root: Path) -> bool:
    """Tell whether a folder comes from the template and no club was set up in it yet."""
    if (root / first_files.SITE_FILE).exists() or any(next(root.glob(pattern), None) for pattern in _CLUBS):
        return False
    try:
        return _OURS in read_regular(root / _PUBLISH)
    except FileProblem:
        return False


def words() -> str:
    """Say that the club is not set up, and where that is done."""
    return f"This club is not set up yet; open the page {START} of its site, which the workflow Publish makes."


def build(root: Path, site: Path) -> Published:
    """Build the site of a folder in which no club was set up yet: the page that sets it up, and what leads there."""
    finish_interrupted(site)
    return publish(site, start_files(root))


def make_template(folder: Path, wheel: Path | None = None) -> list[str]:
    """Write the files of a template repository, and return their names.

    Args:
        folder: where they go; it may hold a git repository, what a run that was cut off has written, and nothing else.
        wheel: the program, put beside the list of what it needs.

    Raises:
        UsageError: the folder holds something, or the wheel is not this version's.
    """
    files = {
        "README.md": TEMPLATE_README.encode("utf-8"),
        ".gitignore": scaffold.GITIGNORE.encode("utf-8"),
        ".gitattributes": scaffold.GITATTRIBUTES.encode("utf-8"),
        **{file: data for file, data in scaffold.hosting_files("environment").items() if file.startswith(".github/")},
        **schema_files(),
        **_wheel_file(wheel),
    }
    if folder.exists() and not (folder.is_dir() and scaffold.is_begun(folder, files)):
        raise UsageError(f"{folder}: this is no empty folder; choose another name")
    for name, data in files.items():
        write_file(folder / name, data)
    return list(files)


def _wheel_file(wheel: Path | None) -> dict[str, bytes]:
    if wheel is None:
        return {}
    wanted = scaffold.wheel_prefix()
    if not (wheel.name.startswith(wanted) and wheel.name.endswith(".whl")):
        raise UsageError(f"{wheel}: this is not the wheel of this version; make it with pip wheel (it begins {wanted})")
    return {f".github/{wheel.name}": read_regular(wheel, MAX_WHEEL)}


TEMPLATE_README = """\
# Badges of a club

This repository becomes the badge site of your club: signed Open Badges that anyone can check, without a bill and without a
server. You need a web browser, a printer, and half an hour. Nothing is installed.

## Set it up

1. **An organisation.** On github.com: *+*, *New organization*, the free plan. Under *People*, *Invite member*, invite a second
   person and make them an *Owner* too. A club whose one owner leaves can never change anything again.
2. **Your own copy.** On the page of this repository: *Use this template*, *Create a new repository*. Owner: the organisation. Visibility: *Public*.
   The name becomes a part of the web address of every badge, for ever: `badges` is a good one.
3. **The site.** In your copy: *Settings*, *Pages*, *Source*: **GitHub Actions**. Tick *Enforce HTTPS*. If you have a web address of your own for the
   badges, such as badges.your-club.org, set it there now, as *Custom domain*: it cannot be changed later without care.
4. **Somebody looks before anything is signed.** *Settings*, *Environments*, *New environment*, name: `seal`. Tick *Required reviewers* and
   name yourself and the second owner. Take the tick from *Allow administrators to bypass configured protection rules*. Under *Deployment branches and
   tags* choose *Selected branches and tags* and add `main`.
5. **Two rules.** *Settings*, *Rules*, *New branch ruleset*: for the branch `deployed`, and another for `main`; tick *Restrict deletions* in both, and
   *Block force pushes* for `main`. Do not require pull requests for `main`: what is signed is pushed there by the workflow, as github-actions.
6. **The first run.** *Actions*, *Publish*, *Run workflow*. (A run that began by itself before step 3 is red; that does not matter.) When it is green, open the address that *Settings*, *Pages* shows. The page there leads
   to the rest: five questions, the keys, and a sheet of paper to keep. It gives you four files; each opens here filled in, and you click *Commit changes*.
7. **The code.** The same page gives you a code. Put it into *Settings*, *Environments*, `seal`, *Add environment secret*, with the name
   `PINBACK_CODE`. Nowhere else on the web.
8. **The first signing.** After the last file, *Actions* shows a run of *Publish* that waits. Open it, *Review deployments*, tick `seal`, *Approve and
   deploy*. From now on the site is yours.

The summary of each run says what is still to be set up, and what to click.

## What to know

- Commit no names and no addresses of people here: everybody can read this repository, and its history keeps everything.
- Your list of names, `who-is-who.csv`, stays on your computer. Git is told to leave it out.
- What was signed never changes. Never rename a folder, and never change `base_url`.
- The handbook of Pinback, docs/handbook in its repository, goes through everything step by step, with pictures.
"""
