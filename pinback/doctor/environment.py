"""The environment ``seal`` at the host: who reviews, which branch may use it, whether it has the code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pinback.doctor.asking import Host, object_of, objects, page_of
from pinback.doctor.findings import Finding, Setup, State
from pinback.errors import quoted

CODE = "PINBACK_CODE"
"""The name of the secret."""


def environment_findings(setup: Setup, base: str, host: Host) -> Iterator[Finding]:
    """Say how the environment ``seal`` is set up."""
    settings = f"{page_of(setup, 'settings/environments')}"
    status, answer = host.asked(f"{base}/environments/seal")
    if status != 200:
        made = "there is no environment seal that can be seen"
        state: State = "wrong" if status == 404 and setup.token else "cannot tell"
        yield Finding(state, made, f"look at {settings}; where it is missing, click New environment and name it seal")
        return
    environment = object_of(answer)
    rules = objects(environment.get("protection_rules"))
    if any(rule.get("type") == "required_reviewers" and rule.get("reviewers") for rule in rules):
        yield Finding("ok", "the environment seal waits for a reviewer")
    else:
        yield Finding(
            "wrong", "the environment seal has no reviewer", f"tick Required reviewers under {settings}, seal"
        )
    if environment.get("can_admins_bypass") is True:
        cure = f"take the tick from Allow administrators to bypass under {settings}, seal"
        yield Finding("wrong", "administrators can pass by the reviewer of the environment seal", cure)
    yield from _branches(environment, base, settings, host)
    yield from _code_there(base, settings, host)


def _code_there(base: str, settings: str, host: Host) -> Iterator[Finding]:
    status, answer = host.asked(f"{base}/environments/seal/secrets?per_page=100")
    names = {str(one.get("name")) for one in objects(object_of(answer).get("secrets"))}
    cure = f"under {settings}, seal, add the environment secret {CODE} with the code from the sheet"
    if status != 200:
        yield Finding("cannot tell", "whether the environment seal has the code", cure)
    elif CODE in names:
        yield Finding("ok", "the environment seal has the code")
    else:
        yield Finding("wrong", "the environment seal has no code", cure)


def _branches(environment: Mapping[str, Any], base: str, settings: str, host: Host) -> Iterator[Finding]:
    cure = f"under {settings}, seal, choose Selected branches and tags, and add main alone"
    policy = object_of(environment.get("deployment_branch_policy"))
    if not policy.get("custom_branch_policies"):
        found = "protected branches" if policy.get("protected_branches") else "any branch"
        yield Finding("wrong", f"{found} may use the environment seal", cure)
        return
    status, answer = host.asked(f"{base}/environments/seal/deployment-branch-policies?per_page=100")
    policies = objects(object_of(answer).get("branch_policies"))
    names = sorted(str(one.get("name")) for one in policies)
    if status != 200:
        yield Finding("cannot tell", "which branches may use the environment seal", cure)
    elif names == ["main"] and policies[0].get("type", "branch") == "branch":
        yield Finding("ok", "only the branch main may use the environment seal")
    else:
        yield Finding(
            "wrong", f"the environment seal may be used by {', '.join(map(quoted, names)) or 'nothing'}", cure
        )
