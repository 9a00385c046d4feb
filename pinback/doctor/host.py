"""What the repository's host says: who owns it, what guards the code, how Pages is set up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from pinback.doctor.asking import Host, object_of, objects, page_of
from pinback.doctor.environment import CODE, environment_findings
from pinback.doctor.findings import Finding, Setup
from pinback.doctor.folder import seals_at_host
from pinback.errors import quoted
from pinback.model import Club


def at_host(setup: Setup, club: Club | None, host: Host) -> Iterator[Finding]:
    """Say what the host shows of the repository and its settings."""
    if not setup.repository:
        if setup.remote:
            yield Finding(
                "cannot tell", "the remote is not at GitHub, so the host is not asked", "see docs/publishing.md"
            )
        return
    base = f"repos/{setup.repository}"
    status, answer = host.asked(base)
    if status != 200:
        why = "it is private, or there is none" if status in (401, 403, 404) else "the host did not answer"
        cure = f"set GITHUB_TOKEN and try again, or look at {page_of(setup, 'settings')}"
        yield Finding("cannot tell", f"the repository {setup.repository} cannot be seen ({why})", cure)
        return
    repository = object_of(answer)
    yield from _visibility(setup, club, repository)
    yield from _owners(setup, repository, host)
    if seals_at_host(setup):
        yield from environment_findings(setup, base, host)
        yield from _pushes(setup, base, host)
    yield from _kept(setup, base, host)
    yield from _secrets(setup, base, host)
    yield from _pages(setup, club, base, host)


def _visibility(setup: Setup, club: Club | None, repository: Mapping[str, Any]) -> Iterator[Finding]:
    public = repository.get("private") is False
    wanted = club.site.public_repository if club else public
    said, found = ("public" if wanted else "private"), ("public" if public else "private")
    if club is None:
        yield Finding("ok", f"the repository is {found}")
    elif public == wanted:
        yield Finding("ok", f"the repository is {found}, as site_src/site.yaml says")
    else:
        cure = f"write repository: {found} there, or change it under {page_of(setup, 'settings')}, Danger Zone"
        yield Finding("wrong", f"the repository is {found}, and site_src/site.yaml says {said}", cure)
    if repository.get("default_branch") not in (None, "main"):
        branch = quoted(str(repository["default_branch"]))
        yield Finding(
            "wrong", f"the main branch is called {branch}", f"rename it to main under {page_of(setup, 'branches')}"
        )


def _owners(setup: Setup, repository: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    owner = object_of(repository.get("owner"))
    name = str(owner.get("login") or setup.repository.partition("/")[0])
    if owner.get("type") != "Organization":
        cure = f"make an organisation ({setup.web}/account/organizations/new) and hand the repository to it (Settings, Danger Zone)"
        yield Finding("wrong", f"{name} is one person's account, and would go with that person", cure)
        return
    people = f"{setup.web}/orgs/{name}/people"
    status, answer = host.asked(f"orgs/{name}/members?role=admin&per_page=100")
    owners = len(objects(answer))
    if status == 200 and owners >= 2:
        yield Finding("ok", f"the organisation {name} has {owners} owners")
        return
    # Who is no member sees public members alone, so fewer than two seen says nothing.
    _, membership = host.asked(f"user/memberships/orgs/{name}") if setup.token else (0, None)
    if status == 200 and object_of(membership).get("state") == "active":
        yield Finding("wrong", f"the organisation {name} has one owner alone", f"make a second one at {people}")
    else:
        yield Finding("cannot tell", f"whether {name} has two owners", f"look at {people}")


_BARS = frozenset({"pull_request", "update", "required_status_checks", "required_signatures", "required_deployments"})
"""Rules of a branch that keep the workflow from pushing to it, unless it may bypass them."""


def _rules(base: str, branch: str, host: Host) -> set[str] | None:
    """Return the kinds of rules that a branch has; None where that cannot be told."""
    status, answer = host.asked(f"{base}/rules/branches/{branch}?per_page=100")
    return {str(one.get("type")) for one in objects(answer)} if status == 200 else None


def _pushes(setup: Setup, base: str, host: Host) -> Iterator[Finding]:
    settings = page_of(setup, "settings/rules")
    rules = _rules(base, "main", host)
    if rules is None:
        yield Finding("cannot tell", "whether github-actions may push to main", f"look at {settings}")
    elif bars := sorted(rules & _BARS):
        cure = f"under {settings} let github-actions bypass that rule, or take it away for main"
        yield Finding("wrong", f"a rule of main ({', '.join(bars)}) may keep github-actions from pushing to it", cure)
    else:
        yield Finding("ok", "no rule keeps github-actions from pushing to main")


def _kept(setup: Setup, base: str, host: Host) -> Iterator[Finding]:
    settings = page_of(setup, "settings/rules")
    rules = _rules(base, "deployed", host)
    if rules is None:
        yield Finding("cannot tell", "whether the branch deployed can be deleted", f"look at {settings}")
    elif bars := sorted(rules & (_BARS | {"non_fast_forward"})):
        cure = f"under {settings} take it away; for deployed tick Restrict deletions alone"
        yield Finding("wrong", f"a rule of deployed ({', '.join(bars)}) keeps the workflow from moving it", cure)
    elif "deletion" in rules:
        yield Finding("ok", "the branch deployed cannot be deleted")
    else:
        cure = f"click New branch ruleset under {settings}, for deployed, and tick Restrict deletions"
        yield Finding("wrong", "anybody who may write can delete the branch deployed, the memory of the guard", cure)


def _secrets(setup: Setup, base: str, host: Host) -> Iterator[Finding]:
    settings = page_of(setup, "settings/secrets/actions")
    answers = [host.asked(f"{base}/actions/{kind}?per_page=100") for kind in ("secrets", "organization-secrets")]
    names = {str(one.get("name")) for _, answer in answers for one in objects(object_of(answer).get("secrets"))}
    if CODE in names:
        yield Finding("wrong", f"{CODE} is a secret that every job can read", f"delete it at {settings}")
    elif all(status == 200 for status, _ in answers):
        yield Finding("ok", f"{CODE} is no secret of the whole repository")
    else:
        yield Finding(
            "cannot tell",
            f"whether {CODE} is a secret of the whole repository",
            f"look at {settings}: it must not be there",
        )


def _pages(setup: Setup, club: Club | None, base: str, host: Host) -> Iterator[Finding]:
    settings = page_of(setup, "settings/pages")
    status, answer = host.asked(f"{base}/pages")
    if status != 200:
        cure = f"look at {settings}: Source is GitHub Actions; with another host this does not matter"
        yield Finding("cannot tell", "how GitHub Pages is set up", cure)
        return
    pages = object_of(answer)
    if pages.get("build_type") == "workflow":
        yield Finding("ok", "the source of GitHub Pages is GitHub Actions")
    else:
        yield Finding(
            "wrong", "GitHub Pages takes its files from a branch", f"set Source to GitHub Actions at {settings}"
        )
    address = str(pages.get("html_url") or (f"https://{pages['cname']}/" if pages.get("cname") else ""))
    if club is not None:
        yield from _address(club, address, settings)
    if pages.get("https_enforced") is True:
        yield Finding("ok", "https is enforced")
    else:
        yield Finding("wrong", "https is not enforced", f"tick Enforce HTTPS at {settings}")


def _address(club: Club, address: str, settings: str) -> Iterator[Finding]:
    found, wanted = urlsplit(address), urlsplit(club.site.base_url)
    if (found.netloc.lower(), found.path.rstrip("/")) == (wanted.netloc.lower(), wanted.path.rstrip("/")):
        yield Finding("ok", f"GitHub Pages publishes at {club.site.base_url}")
    else:
        cure = f"set Custom domain at {settings}; once something is signed, base_url stays as it is"
        yield Finding(
            "wrong", f"GitHub Pages publishes at {address or 'no address'}, and base_url is {club.site.base_url}", cure
        )
