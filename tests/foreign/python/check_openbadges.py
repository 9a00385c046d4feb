"""Judges the Open Badges 2.0 documents of a published folder with `openbadges` 1.1.2 (IMS Global), offline.

    python check_openbadges.py --site site --base-url https://club.example/ --contexts contexts.json [--mutations]

Runs inside the virtual environment of `requirements-openbadges.txt`, not in pinback's. Prints one JSON object per
document: {"file", "valid", "errors", "warnings", "expected", "ok"}, then a summary line; exit code 0 when everything
came out as the site itself says (valid, expired or revoked).

What the verifier leaves out is added here, each such error starting with "harness:":

- it never looks at `revoked` in a hosted Assertion, and reads the RevocationList for signed ones only;
- it takes a picture that cannot be fetched for a good one, so every address asked for in vain is an error;
- it does not compare the key's `owner` with the profile;
- a check that never ran is no error to it: here it is one;
- its own rules for `type`, `email` and `verificationProperty` are written down but never queued: here they are.

`--mutations` changes single values of three awards instead; all of those must be refused.
"""

from __future__ import annotations

import collections
import collections.abc
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from folder_site import (
    OB2_CONTEXT,
    FolderSite,
    Report,
    Verdict,
    arguments,
    judge_erased,
    no_network,
    only_says_revoked,
    open_site,
    read_contexts,
)
from mutations import another, broken_hosted, broken_links, forged_tokens, with_value

# The libraries of 2017 find these names in `collections`; Python 3.10 took them away.
for _name in collections.abc.__all__:
    if not hasattr(collections, _name):
        setattr(collections, _name, getattr(collections.abc, _name))
warnings.simplefilter("ignore")

import requests  # noqa: E402  the names above must be back first
import requests_cache  # noqa: E402
from Crypto.PublicKey import RSA  # noqa: E402
from jose import jws  # noqa: E402
from openbadges.verifier import verifier  # noqa: E402
from openbadges.verifier.actions.tasks import add_task  # noqa: E402
from openbadges.verifier.state import get_node_by_path  # noqa: E402
from openbadges.verifier.tasks import task_types, validation  # noqa: E402
from openbadges_bakery import unbake  # noqa: E402

VERIFIER = "openbadges 1.1.2"
NOTES = ("hosted revocation is read by the harness: openbadges 1.1.2 has no check for it",)
JUDGED_TYPES = {"Issuer", "Profile", "BadgeClass", "CryptographicKey", "RevocationList", "Endorsement"}
CARRIERS = ("assertion.json", "assertion.jws.txt", "badge.png", "badge.svg")
REVOKED, EXPIRED = "has been revoked", "expired on"
SIGNED_CHECKS = ("VERIFY_JWS", "VERIFY_KEY_OWNERSHIP")
HOSTED_CHECKS = ("HOSTED_ID_IN_VERIFICATION_SCOPE",)
OTHER_ID = "declared its id as"
OPTIONS = {"use_cache": False}


# --- the verifier, taken off the network -----------------------------------------------------------------------------


def session_for(site: FolderSite) -> type[requests.Session]:
    """Returns a session class whose every answer comes from the folder."""

    class FolderSession(requests.Session):
        def __init__(self, *_: object, **__: object) -> None:
            super().__init__()

        def request(self, method: str, url: str, *_: object, **__: object) -> requests.Response:
            answer = site.answer(url)
            response = requests.Response()
            response.url, response.status_code, response._content = url, answer.status, answer.body
            response.headers["Content-Type"] = answer.media_type
            response.encoding = "utf-8" if "image/" not in answer.media_type else None
            return response

    return FolderSession


def unplug(site: FolderSite) -> None:
    """Lets every request of the verifier end at `site`, and its log nowhere."""
    no_network()
    requests.Session = requests_cache.CachedSession = session_for(site)  # type: ignore[misc]
    logging.getLogger("openbadges.verifier").setLevel(logging.CRITICAL + 1)


def queue_forgotten_rules() -> None:
    """Makes the verifier run its own rules for types and e-mail, which a slip in its table lookup leaves out."""
    original = validation._get_validation_actions
    forgotten = {validation.ValueTypes.EMAIL, validation.ValueTypes.COMPACT_IRI}

    def with_forgotten(node_class: Any, node_id: Any = None, node_path: Any = None) -> list[dict[str, Any]]:
        actions: list[dict[str, Any]] = original(node_class, node_id, node_path)
        where = {"node_id": node_id} if node_id else {"node_path": node_path}
        for rule in validation.ClassValidators(node_class).validators:
            kind = rule.get("prop_type")
            if kind == validation.ValueTypes.RDF_TYPE:
                actions.append(add_task(task_types.VALIDATE_RDF_TYPE_PROPERTY, **rule, **where))
            elif kind in forgotten:
                actions.append(add_task(task_types.VALIDATE_PROPERTY, **rule, **where))
        return actions

    validation._get_validation_actions = with_forgotten


# --- judging ---------------------------------------------------------------------------------------------------------


def judge(
    site: FolderSite, name: str, subject: str | bytes, checks: tuple[str, ...] = (), aliases: tuple[str, ...] = ()
) -> Verdict:
    """Gives one document to the verifier.

    Args:
        site: where the verifier's requests end.
        name: what the printed line calls the document.
        subject: its URL, or the compact JWS itself.
        checks: tasks that must have run with success, whatever the rest says.
        aliases: starts of the ids that a copy at another address may declare without a warning.
    """
    site.missed.clear()
    options = verifier._get_options(OPTIONS)
    store = verifier.verification_store(subject, options=options)
    report = verifier.generate_report(store, options)["report"]
    state = store.get_state()
    found = Verdict(name, report["valid"])
    for message in report["messages"]:
        text = f"{message['name']}: {message['result']}"
        if message["messageLevel"] == "ERROR":
            found.errors.append(text)
        elif message["messageLevel"] == "WARNING":
            copied = OTHER_ID in text and text.split(OTHER_ID, 1)[1].strip().startswith(aliases or "\0")
            (found.excused if copied else found.warnings).append(text)
    found.errors += [f"harness: {url} was asked for and is not in the site" for url in site.missed]
    found.errors += [f"harness: {task['name']} never ran" for task in state["tasks"] if not task["complete"]]
    done = {task["name"] for task in state["tasks"] if task.get("success")}
    found.errors += [f"harness: {check} did not succeed" for check in checks if check not in done]
    if checks == SIGNED_CHECKS:
        found.errors += _owner_problem(state)
    found.valid = found.valid and not found.errors
    return found


def _owner_problem(state: dict[str, Any]) -> list[str]:
    assertion = next((node["id"] for node in state["graph"] if node.get("type") == "Assertion"), "")
    try:
        owner = get_node_by_path(state, [assertion, "verification", "creator"]).get("owner")
        issuer = get_node_by_path(state, [assertion, "badge", "issuer"])["id"]
    except (IndexError, KeyError, TypeError, AttributeError):
        return ["harness: key and profile could not be compared"]
    return [] if owner == issuer else [f"harness: owner of the key is {owner}, profile is {issuer}"]


def revoked_ids(site: FolderSite) -> set[str]:
    """Collects what the issuers' RevocationLists name."""
    entries = [
        entry
        for file in site.files("issuers/*/*.json")
        for entry in json.loads(file.read_bytes()).get("revokedAssertions", [])
    ]
    return {entry if isinstance(entry, str) else entry["id"] for entry in entries}


def settle(found: Verdict, assertion: dict[str, Any], revoked: set[str]) -> Verdict:
    """Says what the site itself holds of an assertion, and whether the verdict agrees."""
    signs = []
    if assertion["id"] in revoked:
        found.expected = "revoked"
        signs.append(REVOKED)
    if "expires" in assertion and datetime.fromisoformat(assertion["expires"]) < datetime.now(UTC):
        found.expected = found.expected if signs else "expired"
        signs.append(EXPIRED)
    return found.settled(*signs)


def read_hosted_revocation(found: Verdict, assertion: dict[str, Any], revoked: set[str]) -> None:
    """Adds the check that OB 2.0 asks of hosted badges and the verifier does not make."""
    says, listed = assertion.get("revoked") is True, assertion["id"] in revoked
    if says:
        found.errors.append("harness: has been revoked, says the hosted document")
    if says != listed:
        found.errors.append(f"harness: revoked is {says} in the document and {listed} in the RevocationList")
    found.valid = found.valid and not found.errors


def judge_award(site: FolderSite, folder: Path, revoked: set[str]) -> Iterator[Verdict]:
    """Judges the four OB2 carriers of one award: hosted, signed, PNG and SVG."""
    hosted_file, signed_file = folder / "assertion.json", folder / "assertion.jws.txt"
    hosted_name, signed_name = (f.relative_to(site.folder).as_posix() for f in (hosted_file, signed_file))
    left_out = site.left_out(folder)
    missing = [folder / name for name in CARRIERS if name not in left_out and not (folder / name).is_file()]
    for file in missing:
        yield Verdict(file.relative_to(site.folder).as_posix(), False, ["harness: this file is missing"])
    if missing:
        return
    hosted, signed = json.loads(hosted_file.read_bytes()), signed_file.read_bytes().decode("ascii")
    payload = json.loads(jws.get_unverified_claims(signed.strip()))

    found = judge(site, hosted_name, site.url_of(hosted_file), HOSTED_CHECKS)
    read_hosted_revocation(found, hosted, revoked)
    yield settle(found, hosted, revoked)
    of_signed = judge(site, signed_name, signed, SIGNED_CHECKS)
    yield settle(replace(of_signed), payload, revoked)

    for picture in (folder / name for name in ("badge.png", "badge.svg") if name not in left_out):
        name = picture.relative_to(site.folder).as_posix()
        with picture.open("rb") as file:
            baked = unbake(file)
        if not baked:
            yield Verdict(name, False, [f"harness: openbadges_bakery finds nothing in it: {baked!r}"])
        elif picture.suffix == ".png":
            found = judge(site, name, baked, HOSTED_CHECKS)
            if baked != (folder / "assertion.json").read_text(encoding="utf-8"):
                found.errors.append("harness: the picture does not carry assertion.json")
            read_hosted_revocation(found, hosted, revoked)
            yield settle(found, hosted, revoked)
        else:
            # The very text that was judged a moment ago; of another one it says so.
            text = baked.decode() if isinstance(baked, bytes) else baked
            found = replace(of_signed, file=name)
            if text != signed:
                found = judge(site, name, text, SIGNED_CHECKS)
                found.errors.append("harness: `verify` in the picture is not assertion.jws.txt")
                found.valid = False
            yield settle(found, payload, revoked)


def judge_site(site: FolderSite, report: Report) -> None:
    revoked = revoked_ids(site)
    for file in site.files("issuers/**/*.json", "badges/**/*.json"):
        document = json.loads(file.read_bytes())
        if document.get("@context") == OB2_CONTEXT and document.get("type") in JUDGED_TYPES:
            name = file.relative_to(site.folder).as_posix()
            own_folders = tuple(url + "/" for url in site.urls_of(file.parent))
            report.add(judge(site, name, site.url_of(file), aliases=own_folders).settled())
    for folder in award_folders(site):
        report.add_all(folder.relative_to(site.folder).as_posix(), judge_award(site, folder, revoked))
    for folder in sorted(file.parent for file in site.files("awards/*/assertion.json")):
        if only_says_revoked(folder):
            report.add(judge_erased(site, folder, revoked))


def award_folders(site: FolderSite) -> list[Path]:
    folders = sorted({file.parent for carrier in CARRIERS for file in site.files(f"awards/*/{carrier}")})
    return [folder for folder in folders if not only_says_revoked(folder)]


# --- mutations -------------------------------------------------------------------------------------------------------


def three_valid_awards(site: FolderSite) -> list[Path]:
    """Picks the first, a middle and the last award that the site holds valid."""
    revoked = revoked_ids(site)
    good = []
    for folder in award_folders(site):
        assertion = json.loads((folder / "assertion.json").read_bytes())
        if settle(Verdict("", True), assertion, revoked).expected == "valid":
            good.append(folder)
    return sorted({good[0], good[len(good) // 2], good[-1]}) if good else []


def strangers_tokens(payload: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Signs the payload with a key that the issuer never published."""
    stranger = RSA.generate(2048).export_key().decode()
    yield "signed by a stranger's key", jws.sign(payload, stranger, algorithm="RS256")
    own_key = with_value(payload, ("verification", "creator"), another)
    yield "a stranger's key at a stranger's address", jws.sign(own_key, stranger, algorithm="RS256")


def judge_mutations(site: FolderSite, report: Report) -> None:
    other_pem = RSA.generate(2048).public_key().export_key().decode()

    def refused(found: Verdict) -> None:
        found.expected, found.ok = "refused", not found.valid and bool(found.errors)
        report.add(found)

    for folder in three_valid_awards(site):
        hosted_file, signed_file = folder / "assertion.json", folder / "assertion.jws.txt"
        hosted_name, signed_name = (f.relative_to(site.folder).as_posix() for f in (hosted_file, signed_file))
        hosted, signed = json.loads(hosted_file.read_bytes()), signed_file.read_bytes().decode("ascii")
        payload = json.loads(jws.get_unverified_claims(signed))
        for what, token in (*forged_tokens(signed), *strangers_tokens(payload)):
            refused(judge(site, f"{signed_name}: {what}", token, SIGNED_CHECKS))
        for what, replaced in broken_links(site, payload, other_pem):
            with site.with_changed(replaced):
                refused(judge(site, f"{signed_name}: {what}", signed, SIGNED_CHECKS))
        url = site.url_of(hosted_file)
        for what, replaced in broken_hosted(site, url, hosted):
            with site.with_changed(replaced):
                refused(judge(site, f"{hosted_name}: {what}", url, HOSTED_CHECKS))


def main() -> int:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--contexts", type=Path, required=True, help="JSON {URL: context}, or the OB2 context itself")
    options = parser.parse_args()
    site = open_site(options, read_contexts(options.contexts))
    unplug(site)
    queue_forgotten_rules()
    report = Report(VERIFIER, NOTES)
    (judge_mutations if options.mutations else judge_site)(site, report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
