"""Judges the Open Badges 3.0 and 2.0 documents of a published folder with `openbadgeslib` 4.6 (luisgf), offline.

    python check_openbadgeslib.py --site site --base-url https://club.example/ [--status bit|skip] [--mutations]

Runs inside the virtual environment of `requirements-openbadgeslib.txt`, not in pinback's. Prints one JSON object per
document: {"file", "valid", "errors", "warnings", "expected", "ok"}, then a summary line; exit code 0 when everything
came out as the site itself says (valid, expired, revoked or suspended). The library raises at the first fault, so a
refused document has one error. Contexts and DID documents: the library carries the first, the folder answers for the
second.

What the library cannot do, and what is done about it:

- it verifies the proof of a status list only where the list is a JWT. Ours carry an embedded proof, so the bit is
  read by the library with its `verify_status_list=False`, and the list's proof is verified on its own by the
  library's `verify_data_integrity_proof`. `--status skip` leaves the bits out;
- its model of VC-JWT and did:web never compares the DID document's `id` with the DID, nor reads `assertionMethod`:
  the harness does, in the line of the DID document;
- it takes `nbf` and `exp` that differ from `validFrom` and `validUntil`, and leaves the proofs of embedded endorsements
  alone: the harness does not.

`--mutations` changes single values of three awards instead; all of those must be refused.
"""

from __future__ import annotations

import base64
import gzip
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from folder_site import FolderSite, Report, Verdict, arguments, judge_erased, no_network, only_says_revoked, open_site
from jwt import PyJWT
from jwt.algorithms import RSAAlgorithm
from mutations import another, broken_hosted, broken_links, changed_values, decoded, encoded, forged_tokens, with_value
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob2 import OB2Verifier
from openbadgeslib.ob3 import OB3LdpVerifier, OB3Verifier
from openbadgeslib.ob3.did import multikey_from_pem, resolve_verification_method
from openbadgeslib.ob3.ldp import verify_data_integrity_proof

VERIFIER = "openbadgeslib 4.6"
NOTES_BIT = (
    "status: the bit is read with verify_status_list=False, since openbadgeslib verifies only JWT-signed lists; "
    "the embedded proof of each list is verified on its own line",
)
NOTES_SKIP = ("status: skipped, so a revoked or suspended credential counts as valid here",)
SIGNS = {
    "expired": ("has expired",),
    "revoked": ("has been revoked", "status 'revocation' is set"),
    "suspended": ("status 'suspension' is set",),
}
# Changes that this library does not look at in OB2 documents (openbadges 1.1.2 refuses them).
NOT_LOOKED_AT = {"hash cut short", "hashed turned round", "issued on a day without time"}

Check = Callable[[], object]
DOCUMENTS = ("credential.json", "credential.jwt.txt", "assertion.json", "assertion.jws.txt")
CARRIERS = (*DOCUMENTS, "badge.png", "badge.svg")
CRASH = "harness: the verifier crashed"


class Refusal(Exception):
    """What the harness itself finds wrong."""


class Judge:
    """The library's verifiers, with every request answered from the folder."""

    def __init__(self, site: FolderSite, with_status: bool) -> None:
        self.site = site
        self.with_status = with_status
        self.bits: dict[str, bytes] = {}

    def download(self, url: str, *_: object, **__: object) -> bytes:
        answer = self.site.answer(url)
        if answer.status != 200:
            raise Refusal(f"{url} was asked for and is not in the site")
        return answer.body

    def verdict(self, name: str, check: Check) -> Verdict:
        try:
            check()
        except LibOpenBadgesException as problem:
            return Verdict(name, False, [f"{type(problem).__name__}: {problem}"])
        except Refusal as problem:
            return Verdict(name, False, [f"harness: {problem}"])
        except Exception as problem:  # a finding too, but never the right answer to a forgery
            return Verdict(name, False, [f"{CRASH}: {type(problem).__name__}: {problem}"])
        return Verdict(name, True)

    # The four carriers' texts, each judged by the class that is made for it.

    def embedded(self, text: str) -> None:
        credential = json.loads(text)
        verifier = OB3LdpVerifier.for_issuer_did(issuer_of(credential))
        verifier.verify(text, check_status=self.with_status, verify_status_list=False, download=self.download)
        for endorsement in endorsements_in(credential):
            self.proof_alone(endorsement)

    def token(self, text: str) -> None:
        claims = decoded(text.split(".")[1])
        verifier = OB3Verifier.for_issuer_did(issuer_of(claims), download=self.download)
        verifier.verify(text, check_status=self.with_status, verify_status_list=False, download=self.download)
        for claim, member in (("nbf", "validFrom"), ("exp", "validUntil")):
            if claims.get(claim) != seconds(claims.get(member)):
                raise Refusal(f"{claim} is {claims.get(claim)}, {member} is {claims.get(member)}")

    def hosted(self, text: str) -> None:
        OB2Verifier(download=self.download).verify_hosted(text, check_revocation=True)

    def signed(self, text: str) -> None:
        verification = decoded(text.split(".")[1]).get("verification", {})
        if verification.get("type") != "SignedBadge":  # the library would ask the host instead of the signature
            raise Refusal(f"verification of a signed assertion is {verification}")
        OB2Verifier(download=self.download).verify(text, check_revocation=True)

    def proof_alone(self, document: dict[str, Any]) -> None:
        """Verifies an embedded proof where the library has no class for the document: lists and endorsements."""
        proofs = document["proof"]
        method = (proofs[0] if isinstance(proofs, list) else proofs)["verificationMethod"]
        if method.split("#")[0] != issuer_of(document):
            raise Refusal(f"the proof names {method}, the issuer is {issuer_of(document)}")
        verify_data_integrity_proof(document, resolve_verification_method(method, download=self.download))

    def bit(self, entry: dict[str, Any]) -> bool:
        """Reads one bit of a status list with nothing but the standard library (Bitstring Status List, §3.2).

        A list that is not there says nothing here: the library's own verdict will.
        """
        url, index = entry["statusListCredential"], int(entry["statusListIndex"])
        if url not in self.bits:
            answer = self.site.answer(url)
            text = json.loads(answer.body)["credentialSubject"]["encodedList"] if answer.status == 200 else "u"
            packed = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
            self.bits[url] = gzip.decompress(packed) if packed else b""
        byte = self.bits[url][index // 8 : index // 8 + 1]
        return bool(byte and byte[0] & 0x80 >> index % 8)


def once(check: Callable[[str], object]) -> Callable[[str], None]:
    """Returns a check that judges the same text once and says the same again: pictures carry the very text of a file."""
    said: dict[str, Exception | None] = {}

    def asked(text: str) -> None:
        if text not in said:
            said[text] = None
            try:
                check(text)
            except Exception as problem:
                said[text] = problem
        if (problem := said[text]) is not None:
            raise problem

    return asked


def issuer_of(document: dict[str, Any]) -> str:
    issuer = document.get("issuer")
    found = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not found:
        raise Refusal("the document names no issuer")
    return found


def endorsements_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yields the endorsements that a credential carries, at any depth; the library leaves their proofs alone."""
    if isinstance(value, list):
        for item in value:
            yield from endorsements_in(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "endorsement":
                yield from item if isinstance(item, list) else [item]
            yield from endorsements_in(item)


def seconds(moment: str | None) -> int | None:
    return None if moment is None else int(datetime.fromisoformat(moment).timestamp())


# --- what the site itself says ---------------------------------------------------------------------------------------


def _past(moment: str | None) -> bool:
    return moment is not None and datetime.fromisoformat(moment) < datetime.now(UTC)


def standing_of_credential(judge: Judge, credential: dict[str, Any]) -> list[str]:
    entries = credential.get("credentialStatus", [])
    purposes = {
        entry["statusPurpose"]
        for entry in (entries if isinstance(entries, list) else [entries])
        if judge.with_status and entry["type"] == "BitstringStatusListEntry" and judge.bit(entry)
    }
    found = {"revoked": "revocation" in purposes, "suspended": "suspension" in purposes}
    return [name for name in found if found[name]] + ["expired"] * _past(credential.get("validUntil"))


def standing_of_assertion(assertion: dict[str, Any], revoked: set[str]) -> list[str]:
    return ["revoked"] * (assertion["id"] in revoked) + ["expired"] * _past(assertion.get("expires"))


def settle(found: Verdict, standing: list[str]) -> Verdict:
    found.expected = standing[0] if standing else "valid"
    return found.settled(*(sign for name in standing for sign in SIGNS[name]))


def revoked_ids(site: FolderSite) -> set[str]:
    lists = [json.loads(file.read_bytes()) for file in site.files("issuers/*/*.json")]
    entries = [entry for document in lists for entry in document.get("revokedAssertions", [])]
    return {entry if isinstance(entry, str) else entry["id"] for entry in entries}


# --- judging ---------------------------------------------------------------------------------------------------------


def did_at(url: str) -> str:
    """Returns the did:web whose document lies at an address."""
    address = url.removeprefix("https://").removesuffix("/did.json").removesuffix("/.well-known")
    host, _, path = address.partition("/")
    return ":".join(["did:web", host.replace(":", "%3A"), *path.split("/")]).rstrip(":")


def judge_did(site: FolderSite, file: Path) -> Verdict:
    """Compares a DID document with the address it lies at; the library reads only `verificationMethod`."""
    document = json.loads(file.read_bytes())
    dids = [did_at(url) for url in site.urls_of(file)]
    did = document["id"] if document["id"] in dids else dids[0]
    found = Verdict(file.relative_to(site.folder).as_posix(), True)
    methods = {method["id"] for method in document["verificationMethod"]}
    problems = {
        f"id is {document['id']}, its address is that of {did}": document["id"] != did,
        "controller differs from id": any(m["controller"] != did for m in document["verificationMethod"]),
        "a method is not of this DID": any(not name.startswith(did + "#") for name in methods),
        "assertionMethod names a method that is not listed": not methods >= set(document["assertionMethod"]),
    }
    found.errors = [f"harness: {problem}" for problem, holds in problems.items() if holds]
    found.valid = not found.errors
    return found.settled()


def judge_award(judge: Judge, folder: Path, revoked: set[str]) -> Iterator[Verdict]:
    """Judges all carriers of one award: four documents, and what the PNG and the SVG carry of them."""
    site = judge.site

    def name(file: str) -> str:
        return (folder / file).relative_to(site.folder).as_posix()

    left_out = site.left_out(folder)
    missing = [name(file) for file in CARRIERS if file not in left_out and not (folder / file).is_file()]
    yield from (Verdict(file, False, ["harness: this file is missing"]) for file in missing)
    if missing:
        return
    texts = {file: (folder / file).read_bytes().decode() for file in DOCUMENTS if file not in left_out}
    embedded, token, hosted, signed = DOCUMENTS
    credential, assertion = json.loads(texts[embedded]), json.loads(texts[hosted])
    payload = decoded(texts[signed].split(".")[1])
    claims = decoded(texts[token].split(".")[1]) if token in texts else credential
    checks: dict[str, tuple[Callable[[str], None], list[str]]] = {
        embedded: (once(judge.embedded), standing_of_credential(judge, credential)),
        token: (once(judge.token), standing_of_credential(judge, claims)),
        hosted: (once(judge.hosted), standing_of_assertion(assertion, revoked)),
        signed: (once(judge.signed), standing_of_assertion(payload, revoked)),
    }
    for file, (check, standing) in checks.items():
        if file in texts:
            yield settle(judge.verdict(name(file), lambda c=check, f=file: c(texts[f])), standing)

    png = (folder / "badge.png").read_bytes()
    svg = b"" if "badge.svg" in left_out else (folder / "badge.svg").read_bytes()
    carried = (
        ("badge.png (OB3)", embedded, lambda: OB3Verifier.extract_token_from_png(png), credential),
        ("badge.png (OB2)", hosted, lambda: OB2Verifier.extract_token_from_png(png), assertion),
        ("badge.svg (OB3)", embedded, lambda: OB3Verifier.extract_token_from_svg(svg), credential),
        ("badge.svg (OB2)", signed, lambda: OB2Verifier.extract_token_from_svg(svg), None),
    )
    for label, file, extract, document in carried:
        if label.partition(" ")[0] in left_out:
            continue
        check, standing = checks[file]

        def carried_right(c=check, f=file, e=extract, d=document) -> None:
            text = e()
            same = text == texts[f] if d is None else json.loads(text) == d
            if not same:
                raise Refusal(f"the picture does not carry {f}")
            c(text)

        yield settle(judge.verdict(name(label), carried_right), standing)


def award_folders(site: FolderSite) -> list[Path]:
    folders = sorted({file.parent for carrier in CARRIERS for file in site.files(f"awards/*/{carrier}")})
    return [folder for folder in folders if not only_says_revoked(folder)]


def judge_site(judge: Judge, report: Report) -> None:
    site, revoked = judge.site, revoked_ids(judge.site)
    for file in site.files("did.json", ".well-known/did.json", "issuers/*/did.json"):
        report.add(judge_did(site, file))
    for file in site.files("issuers/*/status/*.json"):
        document = json.loads(file.read_bytes())
        name = file.relative_to(site.folder).as_posix()
        report.add(judge.verdict(name, lambda d=document: judge.proof_alone(d)).settled())
    for folder in award_folders(site):
        report.add_all(folder.relative_to(site.folder).as_posix(), judge_award(judge, folder, revoked))
    for folder in sorted(file.parent for file in site.files("awards/*/assertion.json")):
        if only_says_revoked(folder):
            report.add(judge_erased(site, folder, revoked))


# --- mutations -------------------------------------------------------------------------------------------------------


def three_valid_awards(judge: Judge) -> list[Path]:
    """Picks the first, a middle and the last award that the site holds valid."""
    good = []
    for folder in award_folders(judge.site):
        credential = json.loads((folder / "credential.json").read_bytes())
        if not standing_of_credential(judge, credential):
            good.append(folder)
    return sorted({good[0], good[len(good) // 2], good[-1]}) if good else []


def public_pem(key: rsa.RSAPrivateKey | Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def strangers_tokens(token: str) -> Iterator[tuple[str, str]]:
    """Signs the payload of a JWS with a key that the issuer never published."""
    header, payload = (decoded(part) for part in token.split(".")[:2])
    stranger = rsa.generate_private_key(65537, 2048)
    for what, claims in (("", payload), (", another issuer", payload | {"iss": "did:web:elsewhere.example"})):
        if not what or "iss" in payload:
            yield f"signed by a stranger{what}", PyJWT().encode(claims, stranger, "RS256", headers=header)


def forged_headers(token: str) -> Iterator[tuple[str, str]]:
    header, body, signature = token.split(".")
    for what, changed in changed_values(decoded(header)):
        yield f"header {what}", ".".join((encoded(json.dumps(changed).encode()), body, signature))


def broken_dids(site: FolderSite, did_url: str) -> Iterator[tuple[str, dict[str, bytes | None]]]:
    """Breaks the DID document: gone, no JSON, and each key with another value."""
    document = json.loads(site.answer(did_url).body)
    methods = document["verificationMethod"]

    def put(others: list[dict[str, Any]]) -> dict[str, bytes | None]:
        return {did_url: json.dumps(document | {"verificationMethod": others}).encode()}

    def strangers_keys(method: dict[str, Any]) -> dict[str, Any]:
        if "publicKeyJwk" in method:
            stranger = rsa.generate_private_key(65537, 2048).public_key()
            return method | {"publicKeyJwk": json.loads(RSAAlgorithm.to_jwk(stranger))}
        return method | {"publicKeyMultibase": multikey_from_pem(public_pem(Ed25519PrivateKey.generate()))}

    yield "DID document gone", {did_url: None}
    yield "DID document is no JSON", {did_url: b"<!doctype html>"}
    yield "DID document without keys", put([])
    renamed = [with_value(method, ("id",), another) for method in methods]
    yield "DID document with other key names", put(renamed)
    yield "DID document of a stranger's keys", put([strangers_keys(method) for method in methods])


def did_url_of(did: str) -> str:
    host, *path = did.removeprefix("did:web:").split(":")
    return f"https://{host.replace('%3A', ':')}/{'/'.join(path or ['.well-known'])}/did.json"


def judge_mutations(judge: Judge, report: Report) -> None:
    site = judge.site
    other_pem = public_pem(rsa.generate_private_key(65537, 2048))

    def refused(name: str, check: Check) -> None:
        found = judge.verdict(name, check)
        found.expected = "refused"
        found.ok = not found.valid and not any(error.startswith(CRASH) for error in found.errors)
        report.add(found)

    def refused_all(file: str, check: Callable[[str], None], forgeries: Iterable[tuple[str, str]]) -> None:
        for what, forged in forgeries:
            refused(f"{file}: {what}", lambda text=forged: check(text))

    for folder in three_valid_awards(judge):
        names = {carrier: (folder / carrier).relative_to(site.folder).as_posix() for carrier in DOCUMENTS}
        texts = {carrier: (folder / carrier).read_bytes().decode() for carrier in DOCUMENTS}
        embedded, token, hosted, signed = DOCUMENTS
        credential = json.loads(texts[embedded])

        changed = ((what, json.dumps(document)) for what, document in changed_values(credential))
        refused_all(names[embedded], judge.embedded, changed)
        refused_all(names[token], judge.token, forged_tokens(texts[token]))
        refused_all(names[token], judge.token, forged_headers(texts[token]))
        refused_all(names[token], judge.token, strangers_tokens(texts[token]))
        refused_all(names[signed], judge.signed, forged_tokens(texts[signed]))
        refused_all(names[signed], judge.signed, strangers_tokens(texts[signed]))

        for what, replaced in broken_dids(site, did_url_of(issuer_of(credential))):
            with site.with_changed(replaced):
                refused_all(names[embedded], judge.embedded, [(what, texts[embedded])])
                refused_all(names[token], judge.token, [(what, texts[token])])
        for what, replaced in broken_links(site, decoded(texts[signed].split(".")[1]), other_pem):
            with site.with_changed(replaced):
                refused_all(names[signed], judge.signed, [(what, texts[signed])])
        url = site.url_of(folder / hosted)
        for what, replaced in broken_hosted(site, url, json.loads(texts[hosted])):
            with site.with_changed(replaced):
                if what not in NOT_LOOKED_AT:
                    refused(f"{names[hosted]}: {what}", lambda u=url: judge.hosted(judge.download(u).decode()))


def main() -> int:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--status", choices=("bit", "skip"), default="bit", help="read status bits, or leave them out")
    options = parser.parse_args()
    no_network()
    with_status = options.status == "bit"
    judge = Judge(open_site(options, {}), with_status)
    report = Report(VERIFIER, NOTES_BIT if with_status else NOTES_SKIP)
    (judge_mutations if options.mutations else judge_site)(judge, report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
