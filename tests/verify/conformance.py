"""The conformance cases of the checker: each a badge, the world around it, what must come out, and one sentence why.

After sigstore-conformance: a case that must fail is one change away from one that must pass. ``CASES`` is made in code,
because a folder of two hundred signed files would hide the one change that each is about.
"""

from __future__ import annotations

import base64
import copy
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from answers import Answers
from conftest import ROOT
from cryptography.hazmat.primitives import serialization
from makers import (
    BADGE,
    CLR,
    DID,
    EVIL,
    HOSTED,
    INDEX,
    KEY,
    LIST,
    MAIL,
    NAME,
    NOW,
    OB2,
    OB3,
    PLAIN_LIST,
    PROFILE,
    REVOKED,
    SALT,
    SECRET,
    SIGNED,
    SUSPENSIONS,
    V1,
    V2,
    Document,
    Key,
    as_payload,
    assertion,
    b64,
    badge,
    bits,
    did_document,
    endorsement,
    jwt,
    keys,
    learner_record,
    packed,
    proof_for,
    set_in,
    sha,
    signed,
    status_entry,
    status_list,
    world,
)

from pinback.images.png import bake_png
from pinback.images.svg import bake_svg
from pinback.verify.asking import Asker
from pinback.verify.exam import Question
from pinback.verify.inputs import judge_bytes
from pinback.verify.recipients import Link, read_link
from pinback.verify.report import Report
from pinback.verify.verdict import Verdict

GENUINE, EXPIRED, WITHDRAWN = Verdict.GENUINE, Verdict.EXPIRED, Verdict.WITHDRAWN
FORGED, NO_BADGE, CANNOT_TELL = Verdict.FORGED, Verdict.NO_BADGE, Verdict.CANNOT_TELL
DID_URL = "https://club.example/.well-known/did.json"
LINK = f"https://club.example/awards/otter/#n={NAME}&k={SECRET}"


@dataclass(frozen=True)
class Case:
    """One badge in one world.

    Attributes:
        name: unique.
        why: one sentence.
        verdict: what must come out.
        ok: whether the command may end with 0.
        data: the file.
        table: what addresses answer otherwise than in the good world.
        question: what is asked.
        says: words that must be told.
    """

    name: str
    why: str
    verdict: Verdict
    ok: bool
    data: bytes
    table: Document = field(default_factory=dict)
    question: Question = field(default_factory=lambda: Question(NOW))
    says: str = ""

    def report(self) -> Report:
        """Run the checker."""
        return judge_bytes("badge", self.data, Asker(Answers({**_world(), **self.table})), self.question)

    def fault(self) -> str:
        """Say what came out otherwise than it must, or return ""."""
        report = self.report()
        told = json.dumps(report.values(), ensure_ascii=False)
        if (report.verdict, report.ok) != (self.verdict, self.ok):
            return f"{self.name}: {report.verdict} (ok: {report.ok}), must be {self.verdict}: {report.sentence}"
        if self.says not in told:
            return f"{self.name}: does not say {self.says!r}: {told}"
        if report.verdict in (FORGED, NO_BADGE) and report.facts:
            return f"{self.name}: shows {report.facts}"
        return ""


@cache
def _world() -> Document:
    return world()


def raw(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()


def good(name: str, why: str, data: Any, table: Document | None = None, **more: Any) -> Case:
    return Case(name, why, GENUINE, True, raw(data), table or {}, **more)


def bad(name: str, why: str, verdict: Verdict, data: Any, table: Document | None = None, **more: Any) -> Case:
    return Case(name, why, verdict, False, raw(data), table or {}, **more)


@cache
def good_badge() -> bytes:
    return raw(signed(badge()))


def _sign(**more: Any) -> Document:
    return signed({name: value for name, value in {**badge(), **more}.items() if value is not ...})


def _changed(path: str, value: Any) -> Document:
    """Return a badge that was signed with this change: sound, but not acceptable."""
    return signed(set_in(badge(), path, value))


def _leaves(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            if name not in ("proof", "@context"):
                yield from _leaves(member, f"{path}/{name}" if path else name)
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from _leaves(member, f"{path}/{number}")
    else:
        yield path


def _at(value: Any, path: str) -> Any:
    for step in path.split("/"):
        value = value[int(step) if step.isdecimal() else step]
    return value


def good_cases() -> Iterator[Case]:
    """What must pass."""
    used = keys()
    yield good("ob3", "an Open Badge 3.0 as it should be", good_badge(), says="links back")
    yield good(
        "ob3-key-told",
        "an unknown issuer is named by its key",
        good_badge(),
        says=f"with the key {used['ed'].multikey}",
    )
    yield good("ob3-jwt-rs256", "the same as VC-JWT with RS256", jwt(as_payload(badge()), used["rsa"]))
    yield good("ob3-jwt-es256", "with ES256", jwt(as_payload(badge()), used["ec"]))
    yield good("ob3-jwt-eddsa", "with EdDSA", jwt(as_payload(badge()), used["ed"]))
    yield good("ob3-ecdsa", "with ecdsa-rdfc-2019", signed(badge(), used["ec"]))
    yield good("ob3-jcs", "with eddsa-jcs-2022", signed(badge(), proof=proof_for(used["ed"], "eddsa-jcs-2022")))
    yield good(
        "vc11-2020",
        "VC 1.1 with Ed25519Signature2020",
        signed(_vc11(), proof=proof_for(used["ed"], "Ed25519Signature2020")),
    )
    yield good(
        "ob3-retired-key", "a retired key stays in the document, its badges stay genuine", signed(badge(), used["old"])
    )
    yield good(
        "ob3-no-status",
        "a badge may name no status, which is said",
        _sign(credentialStatus=...),
        says="names no status",
    )
    yield good("ob3-not-yet-expired", "valid until a day to come", _sign(validUntil="2027-01-01T00:00:00Z"))
    yield good("ob3-two-proofs", "two signatures that both hold", _two_proofs())
    yield good(
        "ob3-trusted", "trusted by DID", good_badge(), question=Question(NOW, (DID,)), says="you trust this issuer"
    )
    yield good("ob3-trusted-url", "trusted by address", good_badge(), question=Question(NOW, ("https://club.example",)))
    yield good(
        "ob3-recipient",
        "for the e-mail address asked about",
        good_badge(),
        question=Question(NOW, recipient=f" {MAIL.upper()} "),
    )
    yield good(
        "ob3-named",
        "for the name in the link",
        good_badge(),
        question=Question(NOW, named=read_link(LINK)),
        says="the name that the issuer signed",
    )
    yield good(
        "ob3-holder-did",
        "for the id of its holder",
        good_badge(),
        question=Question(NOW, recipient=badge()["credentialSubject"]["id"]),
    )
    yield good("ob3-did-key", "an issuer that is a key", *_did_key())
    document, table = _did_key()
    yield good(
        "ob3-did-key-not-linked",
        "a key has no host, so a link that has none either is none to it",
        document,
        {**table, "https://www.club.example/": b'<html><a href="mailto:badges@club.example">Write to us</a></html>'},
        says="does not mention it",
    )
    yield good("ob3-https-issuer", "an issuer that is an address, with its own document", *_https_issuer())
    yield good("ob3-key-set", "an issuer whose host publishes a key set", *_key_set())
    yield good(
        "ob3-jwt-without-kid",
        "a JWT that names no key, made by one that the issuer lists",
        jwt(as_payload(badge()), used["rsa"], {"alg": "RS256"}),
    )
    yield good(
        "ob3-jwt-own-jwk",
        "a JWT that brings the issuer's own key",
        jwt(as_payload(badge()), used["rsa"], {"alg": "RS256", "jwk": used["rsa"].jwk}),
    )
    yield good("ob3-jwt-around-proof", "a JWT around a signed badge", jwt(as_payload(signed(badge())), used["rsa"]))
    yield good(
        "ob3-jwt-own-jwk-around-proof",
        "the same, with the JWT's own key brought along: the proof in it has another",
        jwt(as_payload(signed(badge())), used["rsa"], {"alg": "RS256", "jwk": used["rsa"].jwk}),
    )
    yield good("vc11-jwt", "VC 1.1 in a JWT", jwt({"vc": _vc11(), "iss": DID, "nbf": 1778976000}, used["rsa"]))
    yield good(
        "ob3-plain-list",
        "the older plain list on the issuer's own site",
        _sign(**{"@context": WITH_EXTENSIONS, "credentialStatus": _plain()}),
        _plain_list([]),
    )
    yield good("ob3-endorsed", "an endorsement that holds", _endorsed(endorsement()), says="1 of 1 endorsements")
    strange = {**endorsement(), "@context": [V2, OB3, "https://evil.example/context"]}
    yield good(
        "ob3-endorsement-context",
        "nor does an unknown vocabulary of an endorsement",
        jwt(as_payload(set_in(badge(), "credentialSubject/achievement/endorsement", [strange])), used["rsa"]),
        says="0 of 1 endorsements",
    )
    with_words = endorsement(of=badge()["id"])
    without = signed(set_in(with_words, "credentialSubject/endorsementComment", ...), used["friend"])
    for name, itself in (("itself", with_words), ("itself-in-no-words", without)):
        yield good(
            f"ob3-endorsed-{name}",
            "an endorsement of the badge itself, whose id is in it again",
            _sign(endorsement=[itself]),
            says="1 of 1 endorsements",
        )
    yield good(
        "ob3-endorser-away",
        "an endorser who does not answer spoils nothing",
        _endorsed(endorsement()),
        {"https://friend.example/.well-known/did.json": 500},
        says="0 of 1 endorsements",
    )
    yield good("endorsement", "an endorsement by itself", endorsement())
    yield good(
        "clr", "a learner record whose parts hold", signed(learner_record(signed(badge()))), says="1 of 1 parts hold"
    )
    yield good("clr-jwt-part", "a learner record with a JWT in it", signed(learner_record(_enveloped())))
    yield good(
        "ob3-suspension-clear",
        "the suspension list beside ours is clear",
        good_badge(),
        _suspended(8),
        says="not suspended",
    )
    yield good("ob3-list-jwt", "the status list as a JWT", good_badge(), {LIST: jwt(status_list(7), used["rsa"])})
    yield good("vc", "any credential of the VC 2.0 model", signed(_plain_vc()))
    yield good("ob2-hosted", "a hosted Open Badge 2.0", assertion())
    yield good(
        "ob2-signed",
        "a signed Open Badge 2.0",
        jwt(assertion(False), used["rsa"], {"alg": "RS256"}),
        says="with the key ",
    )
    yield _demonstration("credential.json", "a badge of the example club says that it is a demonstration")
    yield _demonstration("credential.jwt.txt", "as a JWT too")
    yield good(
        "ob2-recipient", "for the e-mail address asked about", assertion(), question=Question(NOW, recipient=MAIL)
    )
    yield good("ob2-endorsement", "an endorsement of OB 2.0", _ob2_endorsement(), {HOSTED: _ob2_endorsement()})
    signed_one = {**_ob2_endorsement(), "id": SIGNED, "verification": {"type": "SignedBadge", "creator": KEY}}
    yield good("ob2-endorsement-signed", "a signed one", jwt(signed_one, used["rsa"], {"alg": "RS256"}))
    yield good("ob2-endorsed", "an endorsement of OB 2.0 that holds", *_ob2_endorsed(), says="1 of 1 endorsements")
    decoded = Link("https://club.example/awards/otter/", NAME, SECRET, LINK)
    hashed = {
        "type": "url",
        "hashed": True,
        "identity": sha(f"{decoded.page}#n=Zo%C3%AB%20%C3%85ngstr%C3%B6m&k={SECRET}"),
    }
    yield good(
        "ob2-named",
        "for the named link, as a browser shows it",
        assertion(recipient=hashed),
        {HOSTED: assertion(recipient=hashed)},
        question=Question(NOW, named=decoded),
    )
    yield good(
        "png-mark",
        "the document in a picture begins with a byte order mark",
        _png(None, b"\xef\xbb\xbf" + good_badge()),
    )
    yield good("png-both", "a picture with both standards", _png(raw(assertion()), good_badge()))
    yield good(
        "svg-both",
        "a drawing with both standards",
        _svg(jwt(assertion(False), used["rsa"], {"alg": "RS256"}), good_badge()),
    )
    yield good(
        "png-address", "an old picture with the address of its badge", bake_png(blank_png(), {"openbadges": HOSTED})
    )
    also = {DID_URL: {**_world()[DID_URL], "alsoKnownAs": [PROFILE]}}
    yield good(
        "png-both-trusted",
        "both documents of an issuer trusted by DID",
        _png(raw(assertion()), good_badge()),
        also,
        question=Question(NOW, (DID,)),
        says="Both documents in this picture say so.",
    )
    yield good("png-moved", "a club whose badges moved to another host than its DID's", *_moved())
    yield good("pdf", "a PDF with the badge attached", _pdf(good_badge()))
    yield good("pdf-plain", "a PDF with the badge attached unpacked", _pdf(good_badge(), flate=False))
    yield good("zip", "a ZIP of badges", _zip({"a.json": good_badge(), "b.png": _png(raw(assertion()), good_badge())}))
    yield good("ob3-1000-years", "dates far away are dates", _sign(validFrom="1026-05-17T00:00:00Z"))
    yield good("ob3-zone", "a date with a zone of its own", _sign(validFrom="2026-11-01T01:30:00+02:00"))


def _demonstration(name: str, why: str) -> Case:
    """Return a case from the example club of this repository, with its own did.json made from its register."""
    folder = ROOT / "issuers" / "riverside"
    lines = [json.loads(line) for line in (folder / "register.jsonl").read_bytes().splitlines()]
    changed = {line.get("id") for line in lines if line["event"] not in ("award", "issuer")}
    chosen = next(line["id"] for line in lines if line["event"] == "award" and line["id"] not in changed)
    award = folder / "sealed" / "awards" / chosen
    made = [
        Key(
            _Public(serialization.load_der_public_key(base64.b64decode(lines[0]["keys"][role]["public"]))),
            lines[0]["did"],
            name=lines[0]["keys"][role]["id"],
        )
        for role in ("ed25519", "rsa")
    ]
    listed = "https://badges.example.org/issuers/riverside/status/revocation-1.json"
    table = {
        "https://badges.example.org/.well-known/did.json": did_document(*made),
        listed: (folder / "sealed" / "status" / "revocation-1.json").read_bytes(),
        listed.replace("revocation", "suspension"): 404,
    }
    later = Question(datetime(2027, 1, 1, tzinfo=UTC))
    return good(
        f"demonstration-{name}",
        why,
        (award / name).read_bytes(),
        table,
        question=later,
        says="this is a demonstration: anyone",
    )


class _Public:
    """Only the public half of a key."""

    def __init__(self, public: Any) -> None:
        self._public = public

    def public_key(self) -> Any:
        return self._public


def _vc11() -> Document:
    document = set_in(set_in(badge(), "credentialSubject/identifier", ...), "credentialStatus", ...)
    older = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"
    contexts = [V1, older, "https://w3id.org/security/suites/ed25519-2020/v1"]
    return {**set_in(document, "validFrom", ...), "@context": contexts, "issuanceDate": "2026-05-17T00:00:00Z"}


def _two_proofs() -> Document:
    first = signed(badge())
    second = signed(badge(), keys()["ec"])
    return {**first, "proof": [*first["proof"], *second["proof"]]}


def _ob2_endorsed(**more: Any) -> tuple[Document, Document]:
    """Return a hosted badge with an endorsement of its badge class, and the answers there."""
    address = "https://club.example/endorsements/1.json"
    one = {**_ob2_endorsement(), "id": address, **more}
    badge_2 = assertion(endorsement=[address])
    return badge_2, {HOSTED: badge_2, address: one}


def _moved() -> tuple[bytes, Document]:
    """Return a picture whose OB 2.0 side lies at a new host, beside the credential, and the answers there."""

    def there(value: Any) -> Any:
        return json.loads(json.dumps(value).replace("https://club.example/", "https://new.example/"))

    names = (HOSTED, PROFILE, BADGE, KEY, REVOKED)
    table = {there(name): there(_world()[name]) for name in names}
    table[DID_URL] = {**_world()[DID_URL], "alsoKnownAs": [PROFILE, there(PROFILE)]}
    credential = signed(set_in(badge(), "id", "https://new.example/awards/otter/credential.json"))
    return _png(raw(there(assertion())), raw(credential)), table


def _did_key() -> tuple[Document, Document]:
    key = Key(keys()["ed"].private, f"did:key:{keys()['ed'].multikey}")
    document = set_in(badge(), "issuer/id", key.did)
    return signed(document, key), {LIST: signed(status_list(7, issuer=key.did), key)}


def _https_issuer() -> tuple[Document, Document]:
    key = Key(keys()["ed"].private, "https://club.example/issuer")
    document = set_in(badge(), "issuer/id", key.did)
    return signed(document, key), {key.did: did_document(key), LIST: signed(status_list(7, issuer=key.did), key)}


def _key_set() -> tuple[bytes, Document]:
    key = Key(keys()["rsa"].private, "https://club.example/issuer", "k1")
    document = {**set_in(badge(), "issuer/id", key.did), "credentialStatus": None}
    del document["credentialStatus"]
    profile = {"id": key.did, "type": ["Profile"], "name": "Test club"}
    key_set = {"keys": [{**key.jwk, "kid": "k1"}]}
    return jwt(as_payload(document), key), {key.did: profile, "https://club.example/.well-known/jwks.json": key_set}


def _plain() -> Document:
    return {"id": PLAIN_LIST, "type": "1EdTechRevocationList"}


def _plain_list(revoked: list[Any], **more: Any) -> Document:
    return {PLAIN_LIST: {"id": PLAIN_LIST, "issuer": DID, "revokedCredential": revoked, **more}}


def _endorsed(*found: Any, name: str = "endorsement") -> Document:
    return signed(set_in(badge(), f"credentialSubject/achievement/{name}", list(found)))


def _enveloped() -> Document:
    text = jwt(as_payload(badge()), keys()["rsa"]).decode()
    return {"@context": [V2], "type": ["EnvelopedVerifiableCredential"], "id": f"data:application/vc+jwt,{text}"}


def _suspended(*indexes: int, **more: Any) -> Document:
    return {SUSPENSIONS: signed(status_list(*indexes, url=SUSPENSIONS, purpose="suspension", **more))}


def _plain_vc() -> Document:
    return {
        "@context": [V2],
        "id": "urn:uuid:11111111-2222-4333-8444-555555555555",
        "type": ["VerifiableCredential"],
        "issuer": DID,
        "validFrom": "2026-05-17T00:00:00Z",
        "credentialSubject": {"id": "did:example:holder"},
    }


def _ob2_endorsement() -> Document:
    return {
        "@context": OB2,
        "type": "Endorsement",
        "id": HOSTED,
        "claim": {"id": BADGE, "endorsementComment": "Good knots."},
        "issuer": PROFILE,
        "issuedOn": "2026-05-17T00:00:00Z",
        "verification": {"type": "HostedBadge"},
    }


@cache
def blank_png() -> bytes:
    return base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )


WITH_EXTENSIONS = [V2, OB3, "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>'


def _png(ob2: bytes | None, ob3: bytes | None) -> bytes:
    texts = {"openbadges": ob2, "openbadgecredential": ob3}
    return bake_png(blank_png(), {name: text.decode() for name, text in texts.items() if text is not None})


def _svg(ob2: bytes | None, ob3: bytes) -> bytes:
    return bake_svg(SVG, ob2.decode() if ob2 else None, ob3.decode())


def _pdf(*attached: bytes, flate: bool = True, head: bytes = b"/Type /EmbeddedFile", more: bytes = b"") -> bytes:
    parts = [b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + more]
    for number, data in enumerate(attached, 5):
        body = zlib.compress(data) if flate else data
        filters = b"/Filter /FlateDecode " if flate else b""
        parts.append(
            b"%d 0 obj\n<< %s %s/Length %d >>\nstream\n%s\nendstream\nendobj\n"
            % (number, head, filters, len(body), body)
        )
    return b"".join(parts) + b"%%EOF\n"


def _zip(members: dict[str, bytes], **more: Any) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, **more) as packed_file:
        for name, data in members.items():
            packed_file.writestr(name, data)
    return stream.getvalue()


def tampered_cases() -> Iterator[Case]:
    """Every single value of a signed badge changed after signing, taken out, or added; in three forms."""
    document = json.loads(good_badge())
    for path in _leaves(document):
        value = _at(document, path)
        other = (not value) if isinstance(value, bool) else f"{value}x"
        if path in ("type/0", "type/1", "credentialStatus/type", "validFrom", "credentialSubject/identifier/0/hashed"):
            continue
        yield bad(f"changed-{path}", f"{path} was changed after signing", FORGED, set_in(document, path, other))
    for path in (
        "name",
        "credentialSubject/achievement/tag",
        "credentialSubject/identifier",
        "credentialStatus",
        "issuer/name",
    ):
        yield bad(f"removed-{path}", f"{path} was taken out after signing", FORGED, set_in(document, path, ...))
    for path, value in (
        ("validUntil", "2099-01-01T00:00:00Z"),
        ("credentialSubject/narrative", "With honours."),
        ("credentialSubject/role", "Captain"),
        ("awardedDate", "2020-01-01T00:00:00Z"),
        ("description", "More."),
    ):
        yield bad(f"added-{path}", f"{path} was added after signing", FORGED, set_in(document, path, value))
    for name, suite, key in (("jcs", "eddsa-jcs-2022", "ed"), ("ecdsa", "", "ec")):
        other = signed(badge(), keys()[key], proof_for(keys()[key], suite))
        yield bad(
            f"changed-{name}", f"a badge with {name} was changed after signing", FORGED, set_in(other, "name", "Other")
        )
    old = signed(_vc11(), proof=proof_for(keys()["ed"], "Ed25519Signature2020"))
    yield bad("changed-2020", "a badge with Ed25519Signature2020 was changed", FORGED, set_in(old, "name", "Other"))
    for key in ("rsa", "ec", "ed"):
        token = jwt(as_payload(badge()), keys()[key])
        head, _, signature = token.split(b".")
        other = b64(json.dumps(as_payload({**badge(), "name": "Other"})).encode()).encode()
        yield bad(f"changed-jwt-{key}", "a JWT was changed after signing", FORGED, b".".join([head, other, signature]))
        yield bad(
            f"jwt-no-signature-{key}", "a JWT lost its signature", FORGED, b".".join([head, token.split(b".")[1], b""])
        )


def uncovered_cases() -> Iterator[Case]:
    """What no signature covers must not be shown as if one did."""
    document = json.loads(good_badge())
    for path, value, why in (
        ("grade", "A+", "a word that no context defines is dropped by the signature"),
        ("credentialSubject/grade", "A+", "such a word about the holder"),
        ("credentialSubject/achievement/level", "9", "such a word about the achievement"),
        ("issuer/accredited", "yes", "such a word about the issuer"),
        ("issuer/image", None, "null is not signed"),
        ("evidence", [], "an empty list is not signed"),
        (
            "credentialSubject/achievement/related",
            [{"id": "relative", "type": ["Related"]}],
            "a relative address is not signed",
        ),
        ("https://schema.org/name", "Other", "a whole address as a name hides a member from readers"),
        ("name", {"@value": "Knots", "@language": "en"}, "a text with a language is another text"),
        ("@graph", [], "a keyword is no member of a badge"),
        ("name", "Knots\x01", "verifiers disagree about control characters"),
    ):
        yield bad(f"uncovered-{path}-{value}", why, CANNOT_TELL, set_in(document, path, value))
    for where, context, why in (
        ("before", {"name": "https://schema.org/description"}, "a vocabulary written into the badge turns words round"),
        ("unknown", "https://evil.example/context.json", "an unknown vocabulary is not fetched"),
        (
            "undefined",
            "https://www.w3.org/ns/credentials/undefined-terms/v2",
            "a vocabulary that defines everything defines nothing",
        ),
    ):
        yield bad(f"context-{where}", why, CANNOT_TELL, {**document, "@context": [V2, OB3, context]})
        payload = as_payload({**badge(), "@context": [V2, OB3, context]})
        yield bad(f"context-{where}-jwt", why + " (JWT)", CANNOT_TELL, jwt(payload, keys()["rsa"]))
        one = {**badge(), "@context": [V2, OB3, context]}
        yield bad(
            f"context-{where}-jcs",
            why + " (JCS)",
            CANNOT_TELL,
            signed(one, proof=proof_for(keys()["ed"], "eddsa-jcs-2022")),
        )
    jcs = signed(badge(), proof=proof_for(keys()["ed"], "eddsa-jcs-2022"))
    yield bad(
        "context-added-jcs",
        "a further context that the proof does not name",
        CANNOT_TELL,
        {**jcs, "@context": [V2, OB3, CLR]},
    )
    moved = json.loads(raw(signed(set_in(badge(), "evidence", [{"id": badge()["id"], "type": ["Evidence"]}]))))
    moved["evidence"][0]["credentialStatus"] = moved.pop("credentialStatus")
    yield bad(
        "status-moved",
        "the status was moved to something with the same id; the signature still fits",
        CANNOT_TELL,
        moved,
    )
    yield bad(
        "own-id-within",
        "something within bears the id of the whole",
        CANNOT_TELL,
        signed(set_in(badge(), "evidence", [{"id": badge()["id"], "type": ["Evidence"], "name": "x"}])),
    )


def shape_cases() -> Iterator[Case]:
    """Signed by the right key, and still not acceptable."""
    for name, path, value, why in (
        ("no-issuer-type", "issuer/type", ["Organization"], "the issuer is no Profile"),
        ("no-subject-type", "credentialSubject/type", ["Person"], "the subject is no AchievementSubject"),
        ("no-achievement", "credentialSubject/achievement", ..., "it does not say what was achieved"),
        (
            "no-achievement-type",
            "credentialSubject/achievement/type",
            ["Course"],
            "what was achieved is no Achievement",
        ),
        ("no-achievement-name", "credentialSubject/achievement/name", ..., "the achievement has no name"),
        ("no-achievement-id", "credentialSubject/achievement/id", ..., "the achievement has no id"),
        ("no-description", "credentialSubject/achievement/description", ..., "the achievement has no description"),
        ("no-criteria", "credentialSubject/achievement/criteria", ..., "the achievement has no criteria"),
        ("no-id", "id", ..., "the badge has no id"),
        ("no-valid-from", "validFrom", ..., "the badge does not say from when it is valid"),
        (
            "identity-not-hashed",
            "credentialSubject/identifier/0/hashed",
            ...,
            "the holder's identity does not say whether it is hashed",
        ),
        ("result-type", "credentialSubject/result", [{"type": ["Evidence"], "name": "x"}], "a result is no Result"),
        (
            "source-type",
            "credentialSubject/source",
            {"id": "https://a.example/", "type": ["Address"]},
            "a source is no Profile",
        ),
        ("bad-date", "validFrom", "2026-13-01T00:00:00Z", "no calendar has its date"),
        ("date-only", "validFrom", "2026-05-17", "its date has no time and zone"),
        ("ends-before", "validUntil", "2026-05-16T00:00:00Z", "it ends before it begins"),
        ("future", "validFrom", "2026-11-02T00:00:00Z", "it is valid only from tomorrow"),
    ):
        yield bad(f"shape-{name}", why, FORGED, signed(set_in(badge(), path, value)))
    yield bad(
        "shape-no-subject",
        "it speaks about nothing",
        FORGED,
        _jwt_of(set_in(badge(), "credentialSubject", "did:example:x")),
    )
    yield bad(
        "shape-no-holder",
        "nobody is named",
        FORGED,
        signed(set_in(set_in(badge(), "credentialSubject/id", ...), "credentialSubject/identifier", ...)),
    )
    yield bad("shape-id-not-uri", "its id is no address", FORGED, _jwt_of(set_in(badge(), "id", "number one")))
    yield bad(
        "shape-no-ob-context", "the Open Badges context is missing", FORGED, _jwt_of({**badge(), "@context": [V2]})
    )
    yield bad(
        "shape-clr-context",
        "the context of learner records is missing",
        FORGED,
        _jwt_of({**learner_record(signed(badge())), "@context": [V2, OB3]}),
    )
    yield bad(
        "shape-context-order",
        "the standard's own context does not come first",
        FORGED,
        _jwt_of({**badge(), "@context": [OB3, V2]}),
    )
    yield bad("shape-no-context", "there is no context", FORGED, _jwt_of({**badge(), "@context": []}))
    yield bad(
        "shape-schema",
        "it follows a schema that is not known",
        CANNOT_TELL,
        _sign(
            **{
                "@context": [V2, OB3, "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"],
                "credentialSchema": [{"id": "https://a.example/s.json", "type": "1EdTechJsonSchemaValidator2019"}],
            }
        ),
    )
    yield bad("expired", "it was valid until yesterday", EXPIRED, _sign(validUntil="2026-10-31T23:59:59Z"))
    yield bad(
        "expired-vc11",
        "VC 1.1 has another word for the end",
        EXPIRED,
        signed(
            {**_vc11(), "expirationDate": "2026-10-31T00:00:00Z"}, proof=proof_for(keys()["ed"], "Ed25519Signature2020")
        ),
    )
    yield bad(
        "expired-offline-status",
        "expired is told also where the status cannot be asked",
        EXPIRED,
        _sign(validUntil="2026-10-31T23:59:59Z"),
        {LIST: 500},
    )
    yield bad(
        "endorsement-of-nothing",
        "an endorsement that names nothing",
        FORGED,
        signed(set_in(json.loads(raw(endorsement())), "credentialSubject/id", ...), keys()["friend"]),
    )
    yield bad(
        "other-type",
        "a type that is none of a credential",
        FORGED,
        {**json.loads(good_badge()), "type": ["OtherCredential"]},
    )


def _jwt_of(document: Document, **more: Any) -> bytes:
    return jwt({**document, "iss": DID, **more}, keys()["rsa"])


def key_cases() -> Iterator[Case]:
    """Whose key is it?"""
    used = keys()
    good_did = _world()[DID_URL]
    ed = used["ed"]
    yield bad("evil-key", "signed by somebody else, in the club's name", FORGED, signed(badge(), used["evil"]))
    yield bad(
        "evil-key-renamed",
        "somebody else's key under a name of the club's",
        FORGED,
        signed(badge(), Key(used["evil"].private)),
    )
    yield bad(
        "evil-key-names-itself",
        "a key whose name spells it is not the club's for that",
        FORGED,
        signed(badge(), Key(used["evil"].private, DID)),
    )
    yield bad(
        "evil-issuer-name",
        "the club's name over another issuer's id is genuine, but not trusted",
        GENUINE,
        signed(set_in(set_in(badge(), "issuer/id", EVIL), "credentialStatus", ...), used["evil"]),
        question=Question(NOW, (DID,)),
    )
    yield bad(
        "trust-prefix",
        "a longer host name is another host",
        GENUINE,
        signed(set_in(set_in(badge(), "issuer/id", EVIL), "credentialStatus", ...), used["evil"]),
        question=Question(NOW, ("https://evil",)),
    )
    yield bad(
        "not-listed",
        "the issuer's document does not list the key",
        FORGED,
        good_badge(),
        {DID_URL: did_document(used["rsa"])},
    )
    yield bad(
        "not-for-statements",
        "the key is listed, but not for statements",
        FORGED,
        good_badge(),
        {
            DID_URL: {**good_did, "assertionMethod": [used["rsa"].url]},
            LIST: jwt(status_list(7), used["rsa"]),
        },
    )
    yield bad(
        "key-of-another",
        "the document lists the key as another's",
        FORGED,
        good_badge(),
        {DID_URL: _with_method(controller=EVIL)},
    )
    yield bad(
        "key-without-holder",
        "the document does not say whose the key is",
        FORGED,
        good_badge(),
        {DID_URL: _with_method(controller=...)},
    )
    yield bad(
        "key-revoked",
        "the key was revoked",
        FORGED,
        good_badge(),
        {DID_URL: _with_method(revoked="2026-10-01T00:00:00Z")},
    )
    yield bad(
        "key-revoked-later",
        "the key was revoked after the signature, which the thief can date back",
        FORGED,
        good_badge(),
        {DID_URL: _with_method(revoked="2026-10-31T00:00:00Z")},
    )
    yield bad(
        "key-ended",
        "the key has ended",
        CANNOT_TELL,
        good_badge(),
        {DID_URL: _with_method(expires="2026-10-01T00:00:00Z")},
    )
    yield good(
        "key-ends-now",
        "the last moment of a key",
        good_badge(),
        {DID_URL: _with_method(expires="2026-11-01T00:00:00Z")},
    )
    yield bad(
        "key-small-order",
        "a key under which any text fits",
        FORGED,
        good_badge(),
        {DID_URL: _with_method(publicKeyMultibase=_multikey(bytes(32)))},
        says="the key or signature is one that fits any text",
    )
    yield bad(
        "key-small-order-2",
        "another such key",
        FORGED,
        good_badge(),
        {DID_URL: _with_method(publicKeyMultibase=_multikey(b"\x01" + bytes(31)))},
    )
    yield bad(
        "key-not-canonical",
        "a key in another spelling than its one right one",
        FORGED,
        good_badge(),
        {DID_URL: _with_method(publicKeyMultibase=_multikey((2**255 - 19 + 9).to_bytes(32, "little")))},
    )
    yield bad(
        "key-private",
        "the document publishes the private key",
        FORGED,
        jwt(as_payload(badge()), used["rsa"]),
        {DID_URL: _rsa_jwk(d="AQAB")},
    )
    yield bad(
        "key-short",
        "an RSA key of 1024 bits",
        FORGED,
        jwt(as_payload(badge()), used["rsa"]),
        {DID_URL: _rsa_jwk(n=b64(b"\xc3" * 128))},
        says="an RSA key has 1024 bits or an odd exponent",
    )
    yield bad(
        "key-exponent-1",
        "an RSA key with exponent 1, under which anyone signs",
        FORGED,
        jwt(as_payload(badge()), used["rsa"]),
        {DID_URL: _rsa_jwk(e="AQ")},
    )
    yield bad(
        "key-encrypts",
        "a key published for encryption",
        FORGED,
        jwt(as_payload(badge()), used["rsa"]),
        {DID_URL: _rsa_jwk(use="enc")},
    )
    yield bad(
        "key-other-alg",
        "a key published for another algorithm",
        FORGED,
        jwt(as_payload(badge()), used["rsa"]),
        {DID_URL: _rsa_jwk(alg="RS512")},
    )
    yield bad(
        "key-not-on-curve",
        "a key that is no point of its curve",
        FORGED,
        jwt(as_payload(badge()), used["ec"]),
        {
            DID_URL: did_document(used["ed"])
            | {
                "verificationMethod": [
                    ed.method,
                    {
                        "id": used["ec"].url,
                        "type": "JsonWebKey",
                        "controller": DID,
                        "publicKeyJwk": {**used["ec"].jwk, "y": b64(bytes(32))},
                    },
                ],
                "assertionMethod": [ed.url, used["ec"].url],
            }
        },
    )
    yield bad(
        "did-of-another",
        "the document speaks for another DID",
        CANNOT_TELL,
        good_badge(),
        {DID_URL: {**good_did, "id": EVIL}},
    )
    yield bad(
        "did-two-alike",
        "the document names two keys alike",
        CANNOT_TELL,
        good_badge(),
        {
            DID_URL: {
                **good_did,
                "verificationMethod": [
                    *good_did["verificationMethod"],
                    {**ed.method, "publicKeyMultibase": used["evil"].multikey},
                ],
            }
        },
    )
    yield bad("did-away", "the issuer's document is not there", CANNOT_TELL, good_badge(), {DID_URL: 404})
    yield bad("did-html", "a page lies where the document should", CANNOT_TELL, good_badge(), {DID_URL: b"<html>"})
    yield bad(
        "did-double",
        "the issuer's document says things twice",
        CANNOT_TELL,
        good_badge(),
        {DID_URL: raw(good_did)[:-1] + b',"id":"did:web:club.example"}'},
    )
    yield bad(
        "did-unknown-way",
        "a kind of DID that is not asked",
        CANNOT_TELL,
        signed(set_in(badge(), "issuer/id", "did:ion:abc"), Key(ed.private, "did:ion:abc")),
    )
    yield bad(
        "issuer-http",
        "an issuer without https",
        CANNOT_TELL,
        signed(set_in(badge(), "issuer/id", "http://club.example/i"), Key(ed.private, "http://club.example/i")),
    )
    yield bad(
        "issuer-none", "no issuer at all", FORGED, signed(set_in(badge(), "issuer", {"type": ["Profile"], "name": "x"}))
    )
    yield bad(
        "https-key-in-name",
        "an address with a key for a fragment proves nothing",
        CANNOT_TELL,
        signed(set_in(badge(), "issuer/id", "https://club.example/i"), Key(ed.private, "https://club.example/i")),
    )
    yield bad("unsigned", "nobody signed it", FORGED, badge())
    yield bad("empty-proofs", "a list of no signatures", FORGED, {**badge(), "proof": []})
    yield bad(
        "purpose",
        "a signature for logging in",
        FORGED,
        signed(badge(), proof=proof_for(ed, proofPurpose="authentication")),
    )
    yield bad(
        "unknown-suite",
        "a kind of signature that is not known",
        CANNOT_TELL,
        signed(badge(), proof=proof_for(ed, "eddsa-rdfc-2099")),
    )
    yield bad("one-of-two", "one of two signatures does not hold", FORGED, _one_of_two())
    yield bad("proof-chain", "signatures that build on one another", CANNOT_TELL, _chain())
    yield bad("proof-value-short", "a signature that is cut off", FORGED, _proof_value("z2"))
    yield bad("proof-value-s", "a signature with a value beyond its order", FORGED, _high_s())
    yield bad(
        "proof-created-changed",
        "the moment of the signature was changed",
        FORGED,
        _proof_value(None, created="2020-01-01T00:00:00Z"),
    )
    yield bad(
        "proof-future",
        "a signature from tomorrow",
        FORGED,
        signed(badge(), proof=proof_for(ed, created="2026-11-02T00:00:00Z")),
    )
    yield bad(
        "proof-ended",
        "a signature for a time that is over",
        EXPIRED,
        signed(badge(), proof=proof_for(ed, expires="2026-10-01T00:00:00Z")),
    )
    yield bad(
        "wrong-kind-of-key",
        "an Ed25519 suite with a P-256 key",
        FORGED,
        signed(badge(), used["ec"], proof_for(used["ec"], "eddsa-rdfc-2022")),
    )


def _multikey(raw_key: bytes) -> str:
    from pinback.proofs.multibase import base58

    return base58(b"\xed\x01" + raw_key)


def _with_method(**more: Any) -> Document:
    document = copy.deepcopy(_world()[DID_URL])
    first = {**document["verificationMethod"][0], **more}
    document["verificationMethod"][0] = {name: value for name, value in first.items() if value is not ...}
    return document


def _rsa_jwk(**more: Any) -> Document:
    rsa = keys()["rsa"]
    document = copy.deepcopy(_world()[DID_URL])
    for method in document["verificationMethod"]:
        if method["id"] == rsa.url:
            method["publicKeyJwk"] = {**rsa.jwk, **more}
    return document


def _one_of_two() -> Document:
    both = _two_proofs()
    other = signed({**badge(), "name": "Other"}, keys()["ec"])
    return {**both, "proof": [both["proof"][0], other["proof"][0]]}


def _chain() -> Document:
    ed = keys()["ed"]
    return signed({**badge(), "@context": [V2, OB3]}, proof=proof_for(ed, previousProof="urn:uuid:1"))


def _proof_value(value: str | None, **more: Any) -> Document:
    document = json.loads(good_badge())
    document["proof"][0].update(more | ({"proofValue": value} if value else {}))
    return document


def _high_s() -> Document:
    from pinback.proofs.multibase import base58, base58_bytes

    document = json.loads(good_badge())
    data = base58_bytes(document["proof"][0]["proofValue"])
    order = 2**252 + 27742317777372353535851937790883648493
    beyond = int.from_bytes(data[32:], "little") + order
    document["proof"][0]["proofValue"] = base58(data[:32] + beyond.to_bytes(32, "little"))
    return document


def token_cases() -> Iterator[Case]:
    """JWTs that try what JWTs are known for."""
    used = keys()
    payload = as_payload(badge())
    rsa, evil = used["rsa"], used["evil-rsa"]
    head = {"alg": "RS256", "typ": "JWT", "kid": rsa.url}
    for name, header, why in (
        ("none", {"alg": "none"}, "the algorithm none"),
        ("none-kid", {**head, "alg": "none"}, "the algorithm none with the club's key"),
        ("None", {**head, "alg": "None"}, "the algorithm none in other letters"),
        ("hs256", {**head, "alg": "HS256"}, "a shared secret in place of a signature"),
        ("rs512", {**head, "alg": "RS512"}, "an algorithm that is not used here"),
        ("ps256", {**head, "alg": "PS256"}, "another algorithm with the same key"),
        ("es256", {**head, "alg": "ES256"}, "an algorithm of another kind of key"),
        ("eddsa", {**head, "alg": "EdDSA"}, "another algorithm of another kind of key"),
        ("no-alg", {"kid": rsa.url}, "no algorithm"),
        ("alg-list", {**head, "alg": ["RS256"]}, "a list of algorithms"),
        ("crit", {**head, "crit": ["exp"]}, "an order that is not followed"),
        ("b64", {**head, "b64": False, "crit": ["b64"]}, "a payload in another form"),
        ("jku", {**head, "jku": "https://evil.example/jwks.json"}, "an address of keys"),
        ("x5u", {**head, "x5u": "https://evil.example/x.pem"}, "an address of certificates"),
        ("x5c", {**head, "x5c": ["AAAA"]}, "certificates brought along"),
        ("zip", {**head, "zip": "DEF"}, "a packed payload"),
        ("typ", {**head, "typ": "at+jwt"}, "a token made for logging in"),
        ("kid-empty", {**head, "kid": ""}, "a key without a name"),
        ("kid-path", {**head, "kid": "../../evil"}, "a path for a name of a key"),
        ("kid-number", {**head, "kid": 7}, "a number for a name of a key"),
        ("kid-other", {**head, "kid": f"{DID}#other"}, "a key that the issuer does not list"),
    ):
        yield bad(f"jwt-{name}", why, FORGED, jwt(payload, rsa, header))
    secret = _hmac(payload, {**head, "alg": "HS256"}, rsa.pem.encode())
    yield bad("jwt-rs-hs", "the public key taken for a shared secret", FORGED, secret)
    yield bad(
        "jwt-own-jwk",
        "a key of the forger's brought along",
        FORGED,
        jwt(payload, evil, {"alg": "RS256", "jwk": evil.jwk}),
    )
    yield bad(
        "jwt-own-jwk-kid",
        "the forger's key beside the name of the club's",
        FORGED,
        jwt(payload, rsa, {**head, "jwk": evil.jwk}),
    )
    yield bad(
        "jwt-jwk-of-proof",
        "the key of the proof within, brought along by the JWT",
        FORGED,
        jwt(as_payload(signed(badge())), rsa, {**head, "jwk": used["ed"].jwk}),
    )
    yield bad("jwt-jwk-damaged", "a key that is none, brought along", FORGED, jwt(payload, rsa, {**head, "jwk": "x"}))
    yield bad("jwt-evil", "signed with the forger's key under its own name", FORGED, jwt(payload, evil))
    yield bad(
        "jwt-evil-as-club", "signed with the forger's key under the club's name", FORGED, jwt(payload, evil, head)
    )
    yield bad("jwt-evil-no-kid", "signed with a key that nobody lists", FORGED, jwt(payload, evil, {"alg": "RS256"}))
    yield bad(
        "jwt-es256-zero",
        "a signature of zeros, which careless programs take",
        FORGED,
        jwt(payload, used["ec"], signature=bytes(64)),
    )
    yield bad("jwt-es256-der", "a signature in another form", FORGED, jwt(payload, used["ec"], signature=b"\x30" * 70))
    yield bad("jwt-eddsa-zero", "a signature of zeros", FORGED, jwt(payload, used["ed"], signature=bytes(64)))
    for claim, value, why in (
        ("iss", EVIL, "two issuers"),
        ("jti", "https://club.example/other", "two ids"),
        ("sub", "did:example:other", "two holders"),
        ("nbf", 1, "two beginnings"),
        ("exp", 4_102_444_800, "two ends"),
        ("nbf", True, "a beginning that is no moment"),
        ("iat", 1 - 2**41, "a moment that no calendar has"),
        ("iat", 4_102_444_800, "signed in the future"),
    ):
        document = {**badge(), "validUntil": "2027-01-01T00:00:00Z"} if claim == "exp" else badge()
        yield bad(f"jwt-claim-{claim}-{value}", why, FORGED, jwt(as_payload(document, **{claim: value}), rsa))
    nameless = set_in(_plain_vc(), "issuer", ...)
    yield bad("jwt-no-issuer", "no issuer and no key named", FORGED, jwt(nameless, rsa, {"alg": "RS256"}))
    yield bad(
        "jwt-nbf-alone",
        "valid only from a day to come, as its claim says",
        FORGED,
        jwt(_no_dates(nbf=4_102_444_800), rsa),
    )
    yield bad("jwt-exp-alone", "ended, as its claim says", EXPIRED, jwt(_no_dates(exp=1_600_000_000), rsa))
    yield bad("jwt-exp-true", "an end that is no moment", FORGED, jwt(_no_dates(exp=True), rsa))
    now, seconds = "2026-11-01T00:00:00Z", int(NOW.timestamp())
    moments = {"nbf": seconds, "exp": seconds, "iat": seconds}
    document = {**badge(), "validFrom": now, "validUntil": now}
    yield good("jwt-of-this-moment", "first and last moment are in force", jwt(as_payload(document, **moments), rsa))
    yield good("jwt-of-this-moment-alone", "as its claims say", jwt(_no_dates(**moments), rsa))
    proof = proof_for(used["ed"], created=now, expires=now)
    yield good("proof-of-this-moment", "as the proof says", signed(badge(), proof=proof))
    for name, verdict, dates in (
        ("ends", EXPIRED, {"validUntil": "2099-01-01T00:00:00Z", "expirationDate": "2026-10-01T00:00:00Z"}),
        ("ends-turned", EXPIRED, {"validUntil": "2026-10-01T00:00:00Z", "expirationDate": "2099-01-01T00:00:00Z"}),
        ("beginnings", FORGED, {"issuanceDate": "2026-12-01T00:00:00Z"}),
        ("end-first", FORGED, {"validUntil": "2099-01-01T00:00:00Z", "expirationDate": "2026-05-01T00:00:00Z"}),
        ("end-between", FORGED, {"issuanceDate": "2026-07-01T00:00:00Z", "validUntil": "2026-06-01T00:00:00Z"}),
    ):
        why = "dates of both versions of the standard count"
        yield bad(f"jwt-dates-{name}", why, verdict, _jwt_of({**badge(), **dates}))
    both = {"validUntil": "2099-01-01T00:00:00Z", "expirationDate": "2027-01-01T00:00:00Z"}
    yield good("jwt-dates-to-come", "the earlier end is told", _jwt_of({**badge(), **both}), says="until 2027-01-01")
    for name, text in (("west", "2026-11-01T00:00:00-01:00"), ("fraction", "2026-11-01T00:00:00.000001Z")):
        data = _jwt_of({**badge(), "validFrom": text})
        yield bad(f"jwt-moment-{name}", "a moment to come, by its zone or a little", FORGED, data, says="not come")
    east = _jwt_of({**badge(), "validFrom": "2026-11-01T00:30:00+00:30"})
    yield good("jwt-moment-half-hour", "a zone with half an hour", east)
    short = {"validFrom": "2026-05-17T00:00:00.400000Z", "validUntil": "2026-05-17T00:00:00.5Z"}
    yield bad("jwt-moment-tenth", "half a second is more than four tenths", EXPIRED, _jwt_of({**badge(), **short}))
    two = [{"id": "did:example:a"}, {"id": "did:example:b"}]
    yield good(
        "jwt-two-holders",
        "a claim names one holder, and it is of two",
        _jwt_of({**_plain_vc(), "credentialSubject": two}, sub="did:example:b"),
    )
    yield bad("jwt-two-credentials", "two credentials in one token", FORGED, jwt({**payload, "vc": _vc11()}, rsa))
    for claim, value, what in (("iss", EVIL, "issuers"), ("jti", "https://club.example/other", "ids")):
        older = jwt({"vc": _vc11(), "iss": DID, claim: value}, rsa)
        why = "what a credential says itself is not written over by its token"
        yield bad(f"vc11-jwt-two-{what}", why, FORGED, older, says=f"names two different {what}")
    yield bad("jwt-vc-not-object", "a credential that is a text", FORGED, jwt({"vc": "x", "iss": DID}, rsa))
    yield bad(
        "jwt-double-header",
        "a header that says things twice",
        FORGED,
        jwt(payload, rsa, b'{"alg":"RS256","alg":"none"}'),
    )  # type: ignore[arg-type]
    yield bad(
        "jwt-double-payload",
        "a payload that says things twice",
        FORGED,
        jwt(json.dumps(payload).encode()[:-1] + b',"name":"Other"}', rsa),
    )
    yield bad("jwt-padded", "base64 in another spelling", FORGED, _respelled())
    inner = as_payload(signed(badge()))
    yield bad(
        "jwt-inner-changed",
        "a JWT around a badge whose own signature does not hold",
        FORGED,
        jwt({**inner, "name": "Other"}, rsa),
    )
    yield bad(
        "jwt-inner-evil",
        "a JWT around a badge that somebody else signed",
        FORGED,
        jwt(as_payload(signed(badge(), used["evil"])), rsa),
    )
    yield bad("jwt-not-badge", "a token that is no badge", NO_BADGE, jwt({"sub": "x"}, rsa))
    yield bad("jwt-five-parts", "an encrypted token", NO_BADGE, b"a.b.c.d.e")


def _hmac(payload: Document, header: Document, secret: bytes) -> bytes:
    import hashlib
    import hmac

    text = ".".join(b64(json.dumps(part).encode()) for part in (header, payload))
    return f"{text}.{b64(hmac.new(secret, text.encode(), hashlib.sha256).digest())}".encode()


def _no_dates(**claims: Any) -> Document:
    return {**set_in(_plain_vc(), "validFrom", ...), "iss": DID, **claims}


def _respelled() -> bytes:
    head, body, signature = jwt(as_payload(badge()), keys()["rsa"]).split(b".")
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = letters.index(signature[-1:])
    return b".".join([head, body, signature[:-1] + letters[last ^ 1 : (last ^ 1) + 1]])


def status_cases() -> Iterator[Case]:
    """Status lists: set, missing, forged, of another, too short, too large."""
    yield bad("revoked", "its bit is set", WITHDRAWN, good_badge(), {LIST: signed(status_list(INDEX))}, says="withdrew")
    yield bad(
        "revoked-expired",
        "withdrawn counts before expired",
        WITHDRAWN,
        _sign(validUntil="2026-10-01T00:00:00Z"),
        {LIST: signed(status_list(INDEX))},
    )
    yield bad(
        "revoked-jwt",
        "the same of a JWT",
        WITHDRAWN,
        jwt(as_payload(badge()), keys()["rsa"]),
        {LIST: signed(status_list(INDEX))},
    )
    yield bad(
        "revoked-number",
        "a position written as a number",
        WITHDRAWN,
        _sign(credentialStatus=status_entry(statusListIndex=INDEX)),
        {LIST: signed(status_list(INDEX))},
    )
    yield bad(
        "suspended",
        "its bit is set in the suspension list beside",
        WITHDRAWN,
        good_badge(),
        _suspended(INDEX),
        says="Suspended by its issuer",
    )
    yield bad(
        "suspended-named",
        "a suspension list that the badge names",
        WITHDRAWN,
        _sign(credentialStatus=status_entry(statusPurpose="suspension")),
        {LIST: signed(status_list(INDEX, purpose="suspension"))},
        says="Suspended",
    )
    yield bad(
        "suspensions-away", "the suspension list beside cannot be asked", CANNOT_TELL, good_badge(), {SUSPENSIONS: 500}
    )
    yield bad(
        "suspensions-forged",
        "the suspension list beside is another's",
        CANNOT_TELL,
        good_badge(),
        {SUSPENSIONS: signed(status_list(url=SUSPENSIONS, purpose="suspension", issuer=EVIL), keys()["evil"])},
    )
    for name, answer, why in (
        ("404", 404, "the list is not there"),
        ("500", 500, "the list's host is ill"),
        ("html", b"<html>not found</html>", "a page lies where the list should"),
        ("empty", b"", "nothing lies there"),
        ("unsigned", status_list(), "nobody signed the list"),
        (
            "changed",
            set_in(signed(status_list(7)), "credentialSubject/encodedList", packed(bits())),
            "the list was changed",
        ),
        ("of-another", signed(status_list(issuer=EVIL), keys()["evil"]), "the list is another issuer's"),
        ("evil-key", signed(status_list(), keys()["evil"]), "the list is signed by somebody else in the club's name"),
        ("purpose", signed(status_list(purpose="message")), "the list is for another purpose"),
        ("not-a-list", signed({**_plain_vc(), "id": LIST}), "another credential of the issuer's"),
        (
            "another-thing",
            jwt(set_in(status_list(7), "credentialSubject/type", "Other"), keys()["rsa"]),
            "the right members of another thing",
        ),
        (
            "other-address",
            signed(status_list(url="https://club.example/status/old.json")),
            "the list of another address",
        ),
        ("from-tomorrow", signed(status_list(validFrom="2026-11-02T00:00:00Z")), "a list from tomorrow"),
        ("stale", signed(status_list(validUntil="2026-10-01T00:00:00Z")), "a list that has ended"),
        ("short", _list_of(packed(bits(size=1_000))), "a list shorter than the standard allows"),
        ("not-gzip", _list_of("uAAAA"), "bits that cannot be unpacked"),
        ("no-multibase", _list_of(packed(bits())[1:]), "bits in another spelling"),
        ("cut-off", _list_of(packed(bits(1, 9, 4000))[:-8]), "bits that break off"),
        ("no-list", _list_of(""), "no bits"),
        (
            "context",
            signed(status_list()) | {"@context": [V2, "https://evil.example/c"]},
            "a list with an unknown vocabulary",
        ),
    ):
        yield bad(f"list-{name}", why, CANNOT_TELL, good_badge(), {LIST: answer})
    for name, entry, why in (
        ("outside", status_entry(statusListIndex="131072"), "a position outside the list"),
        ("negative", status_entry(statusListIndex="-1"), "a position before the list"),
        ("word", status_entry(statusListIndex="x"), "a position that is none"),
        ("zeros", status_entry(statusListIndex="007"), "a position in another spelling"),
        (
            "no-index",
            {name: value for name, value in status_entry().items() if name != "statusListIndex"},
            "no position",
        ),
        ("size", status_entry(statusSize=2), "an entry of two bits"),
        (
            "no-list",
            {name: value for name, value in status_entry().items() if name != "statusListCredential"},
            "no list",
        ),
        (
            "other-kind",
            {"id": "https://club.example/s", "type": "1EdTechCredentialRefresh"},
            "a kind of status that is not known",
        ),
    ):
        contexts = WITH_EXTENSIONS if name == "other-kind" else [V2, OB3]
        yield bad(f"entry-{name}", why, CANNOT_TELL, _sign(**{"@context": contexts, "credentialStatus": entry}))
    yield bad("entry-text", "a status that is a text", CANNOT_TELL, _jwt_of({**badge(), "credentialStatus": "x"}))
    two = [
        status_entry(),
        status_entry(id=f"{LIST}#8", statusListIndex="8", statusListCredential="https://club.example/status/2.json"),
    ]
    yield bad("two-lists-one-away", "one of two lists cannot be asked", CANNOT_TELL, _sign(credentialStatus=two))
    extensions = {"@context": WITH_EXTENSIONS}
    plain = signed({**badge(), **extensions, "credentialStatus": _plain()})
    yield bad("plain-revoked", "named in the plain list", WITHDRAWN, plain, _plain_list([{"id": badge()["id"]}]))
    yield bad("plain-revoked-text", "named in the plain list as a text", WITHDRAWN, plain, _plain_list([badge()["id"]]))
    yield bad("plain-away", "the plain list cannot be asked", CANNOT_TELL, plain)
    yield bad(
        "plain-of-another", "the plain list is another issuer's", CANNOT_TELL, plain, _plain_list([], issuer=EVIL)
    )
    elsewhere = {"id": "https://evil.example/r.json", "type": "1EdTechRevocationList"}
    yield bad(
        "plain-elsewhere",
        "an unsigned list on another site",
        CANNOT_TELL,
        signed({**badge(), **extensions, "credentialStatus": elsewhere}),
        {"https://evil.example/r.json": {"issuer": DID, "revokedCredential": []}},
    )


def _list_of(encoded: str) -> Document:
    return signed(set_in(status_list(), "credentialSubject/encodedList", encoded))


def ob2_cases() -> Iterator[Case]:
    """Open Badges 2.0."""
    used = keys()
    head = {"alg": "RS256", "typ": "JWT"}
    one = jwt(assertion(False), used["rsa"], head)
    both = lambda **more: (assertion(**more), {HOSTED: assertion(**more)})  # noqa: E731
    profile, key, kind = _world()[PROFILE], _world()[KEY], _world()[BADGE]
    yield bad(
        "ob2-changed", "the file says otherwise than its address", FORGED, assertion(issuedOn="2026-05-18T00:00:00Z")
    )
    yield bad("ob2-added", "the file says more than its address", FORGED, assertion(narrative="With honours."))
    links = [{"id": "https://club.example/1"}, {"id": "https://club.example/2"}]
    for name, value, other in (
        ("recipient", {**assertion()["recipient"], "x": 1}, assertion()["recipient"]),
        ("evidence", links, links[:1]),
        ("kind-in-evidence", links, [one["id"] for one in links]),
        ("list-of-narrative", ["x"], "x"),
    ):
        said = [assertion(**{name.rpartition("-")[2]: one}) for one in (value, other)]
        for way, (here, there) in (("", said), ("-turned", reversed(said))):
            yield bad(f"ob2-within-{name}{way}", "they differ within", FORGED, here, {HOSTED: there}, says="otherwise")
    yield bad("ob2-away", "its address does not answer", CANNOT_TELL, assertion(), {HOSTED: 404})
    yield bad("ob2-gone", "its address says that it is gone", WITHDRAWN, assertion(), {HOSTED: 410})
    yield bad(
        "ob2-bare-revoked",
        "its address says only that it was withdrawn",
        WITHDRAWN,
        assertion(),
        {HOSTED: {"id": HOSTED, "revoked": True}},
    )

    yield bad(
        "ob2-revoked",
        "its address says that it was withdrawn",
        WITHDRAWN,
        assertion(),
        {HOSTED: assertion(revoked=True, revocationReason="mistake")},
        says="mistake",
    )
    yield bad(
        "ob2-listed",
        "the issuer's list names it",
        WITHDRAWN,
        assertion(),
        {REVOKED: {**_world()[REVOKED], "revokedAssertions": [HOSTED]}},
    )
    yield bad(
        "ob2-signed-listed",
        "the issuer's list names the signed one",
        WITHDRAWN,
        one,
        {REVOKED: {**_world()[REVOKED], "revokedAssertions": [{"id": SIGNED}]}},
    )
    yield bad("ob2-list-away", "the issuer's list does not answer", CANNOT_TELL, one, {REVOKED: 404})
    revoked = _world()[REVOKED]
    for name, other in (
        ("other", {"issuer": "https://evil.example/"}),
        ("another", {"issuer": "https://another.example/"}),
        ("of-other-id", {"id": "https://evil.example/revoked.json"}),
        ("of-another-id", {"id": "https://another.example/revoked.json"}),
        ("of-other-type", {"type": "Profile"}),
    ):
        why = "a list that is another's, lies elsewhere, or is none"
        yield bad(f"ob2-list-{name}", why, CANNOT_TELL, one, {REVOKED: {**revoked, **other}})
    for name, data, table, says in (
        ("list", one, {}, "not withdrawn, says the issuer's list"),
        ("address", assertion(), {PROFILE: set_in(profile, "revocationList", ...)}, "still says that it holds"),
        ("nothing", one, {PROFILE: set_in(profile, "revocationList", ...)}, "the issuer names no list of withdrawn"),
    ):
        yield good(f"ob2-not-withdrawn-by-{name}", "it is told what says that it holds", data, table, says=says)
    yield bad("ob2-list-none", "another document in place of the list", CANNOT_TELL, one, {REVOKED: profile})
    yield bad("ob2-http", "an address without https", CANNOT_TELL, *both(id="http://club.example/a.json"))
    yield bad(
        "ob2-elsewhere",
        "hosted where the issuer has no badges",
        FORGED,
        assertion(id="https://evil.example/a.json"),
        {"https://evil.example/a.json": assertion(id="https://evil.example/a.json")},
    )
    no_rules = {PROFILE: {name: value for name, value in profile.items() if name != "verification"}}
    yield good(
        "ob2-no-rules", "an issuer who says nothing of where its badges lie: its own host", assertion(), no_rules
    )
    yield bad(
        "ob2-elsewhere-no-rules",
        "on another host than such an issuer",
        FORGED,
        assertion(id="https://evil.example/a.json"),
        {"https://evil.example/a.json": assertion(id="https://evil.example/a.json"), **no_rules},
        says="does not lie where its issuer says",
    )
    yield bad(
        "ob2-starts-with",
        "hosted beside the issuer's own folder",
        FORGED,
        assertion(),
        {PROFILE: {**profile, "verification": {"startsWith": ["https://club.example/other/"]}}},
    )
    yield bad(
        "ob2-starts-with-nothing",
        "an issuer whose badges lie nowhere",
        FORGED,
        assertion(),
        {PROFILE: {**profile, "verification": {"startsWith": []}}},
    )
    yield bad(
        "ob2-elsewhere-in-list",
        "where the issuer's badges lie, written as a list of one",
        FORGED,
        assertion(),
        {PROFILE: {**profile, "verification": [{"startsWith": "https://club.example/other/"}]}},
    )
    in_list = {PROFILE: {**profile, "revocationList": [REVOKED]}}
    yield good("ob2-revocation-list-in-list", "a list of one", assertion(), in_list)
    yield bad(
        "ob2-revoked-list-in-list",
        "a list of one that names it",
        WITHDRAWN,
        assertion(),
        {**in_list, REVOKED: {**revoked, "revokedAssertions": HOSTED}},
    )
    yield bad(
        "ob2-revocation-list-nameless",
        "a list that is named without an address",
        CANNOT_TELL,
        assertion(),
        {PROFILE: {**profile, "revocationList": {"type": "RevocationList"}}},
    )
    for name, value in (("uid", [{"uid": "otter"}]), ("number", 0), ("null", None)):
        yield bad(
            f"ob2-revoked-by-{name}",
            "a list that does not say which badges were withdrawn",
            CANNOT_TELL,
            assertion(),
            {REVOKED: {**revoked, "revokedAssertions": value}},
            says="what lies at the address of the list of withdrawn badges is none",
        )
    for dots in ("..", "%2e%2E", "x/..%2f..", "%252e%252E", "..;x"):
        address = f"https://club.example/awards/{dots}/neighbour/a.json"
        yield bad(
            f"ob2-starts-with-{dots}",
            "its address begins with the issuer's folder and leads out of it",
            CANNOT_TELL,
            assertion(id=address),
            {
                address: assertion(id=address),
                PROFILE: {**profile, "verification": {"startsWith": ["https://club.example/awards/"]}},
            },
            says="leads elsewhere by its dots",
        )
    first = "https://club.example/%2e%2e/a.json"
    yield bad(
        "ob2-dots-first",
        "dots right behind the host",
        CANNOT_TELL,
        assertion(id=first),
        {first: assertion(id=first)},
        says="leads elsewhere by its dots",
    )
    yield bad(
        "ob2-origins",
        "hosted on a host that the issuer does not name",
        FORGED,
        assertion(),
        {PROFILE: {**profile, "verification": {"allowedOrigins": ["other.example"]}}},
    )
    yield bad("ob2-expired", "it has ended", EXPIRED, *both(expires="2026-10-01T00:00:00Z"))
    yield bad("ob2-ends-before", "it ends before it was given", FORGED, *both(expires="2026-05-01T00:00:00Z"))
    yield bad("ob2-future", "given tomorrow", FORGED, *both(issuedOn="2026-11-02T00:00:00Z"))
    yield bad("ob2-no-date", "no day", FORGED, *both(issuedOn=""))
    yield bad("ob2-no-issued-on", "no day at all", FORGED, _ob2_without("issuedOn"), {HOSTED: _ob2_without("issuedOn")})
    yield bad("ob2-data-image", "a picture written into it", FORGED, *both(image="data:image/png;base64,AAAA"))
    yield bad("ob2-no-holder", "a holder who is not described", FORGED, *both(recipient={"identity": "x"}))
    yield bad(
        "ob2-not-for", "for somebody else", GENUINE, assertion(), question=Question(NOW, recipient="other@example.org")
    )
    yield bad(
        "ob2-context", "an unknown vocabulary", CANNOT_TELL, *both(**{"@context": [OB2, "https://evil.example/c"]})
    )
    yield bad(
        "ob2-context-within",
        "an unknown vocabulary within",
        CANNOT_TELL,
        *both(extra={"@context": "https://evil.example/c", "a": 1}),
    )
    yield bad("ob2-no-context", "no vocabulary", FORGED, *both(**{"@context": []}))
    yield bad("ob2-older", "an older standard", CANNOT_TELL, *both(**{"@context": "https://w3id.org/openbadges/v1"}))
    yield bad("ob2-no-proof", "neither hosted nor signed", FORGED, *both(verification={"type": "Other"}))
    yield bad("ob2-signed-unsigned", "says that it is signed, and is not", FORGED, assertion(False))
    yield bad("ob2-hosted-in-jws", "says that it is hosted, and is signed", FORGED, jwt(assertion(), used["rsa"], head))
    yield bad("ob2-no-badge", "no badge named", FORGED, *both(badge=7))
    yield bad("ob2-badge-away", "the badge does not answer", CANNOT_TELL, assertion(), {BADGE: 404})
    yield bad("ob2-badge-type", "the badge is another thing", FORGED, assertion(), {BADGE: {**kind, "type": "Course"}})
    yield bad("ob2-badge-name", "the badge has no name", FORGED, assertion(), {BADGE: {**kind, "name": ""}})
    yield bad("ob2-badge-criteria", "the badge has no criteria", FORGED, assertion(), {BADGE: {**kind, "criteria": {}}})
    yield bad("ob2-badge-issuer", "the badge has no issuer", FORGED, assertion(), {BADGE: {**kind, "issuer": ""}})
    yield bad(
        "ob2-issuer-urn",
        "an issuer without an address",
        CANNOT_TELL,
        assertion(),
        {BADGE: {**kind, "issuer": "urn:uuid:1"}},
    )
    yield bad("ob2-issuer-away", "the issuer does not answer", CANNOT_TELL, assertion(), {PROFILE: 404})
    yield bad(
        "ob2-issuer-id",
        "the profile calls itself another's",
        CANNOT_TELL,
        assertion(),
        {PROFILE: {**profile, "id": "https://other.example/issuer.json"}},
    )
    yield bad(
        "ob2-issuer-type", "the issuer is another thing", FORGED, assertion(), {PROFILE: {**profile, "type": "Person"}}
    )
    yield bad("ob2-issuer-name", "the issuer has no name", FORGED, assertion(), {PROFILE: {**profile, "name": ""}})
    yield bad(
        "ob2-not-trusted",
        "an issuer whom the asker does not trust",
        GENUINE,
        assertion(),
        question=Question(NOW, (EVIL,)),
    )
    yield bad("ob2-evil-key", "signed with the forger's key", FORGED, jwt(assertion(False), used["evil-rsa"], head))
    yield bad("ob2-none", "the algorithm none", FORGED, jwt(assertion(False), used["rsa"], {"alg": "none"}))
    yield bad(
        "ob2-crit", "an order that is not followed", FORGED, jwt(assertion(False), used["rsa"], {**head, "crit": ["x"]})
    )
    yield bad("ob2-key-owner", "the key is another's", FORGED, one, {KEY: {**key, "owner": "https://evil.example/i"}})
    evil_key = "https://evil.example/key.json"
    forged_by = {**assertion(False), "verification": {"type": "SignedBadge", "creator": evil_key}}
    yield bad(
        "ob2-key-not-listed",
        "a key that the issuer does not list",
        FORGED,
        jwt(forged_by, used["evil-rsa"], head),
        {evil_key: {**key, "id": evil_key, "publicKeyPem": used["evil-rsa"].pem}},
    )
    yield bad("ob2-key-revoked", "the key was revoked", FORGED, one, {KEY: {**key, "revoked": "2026-10-01T00:00:00Z"}})
    yield bad("ob2-key-away", "the key does not answer", CANNOT_TELL, one, {KEY: 404})
    yield bad(
        "ob2-key-id", "the key calls itself another", CANNOT_TELL, one, {KEY: {**key, "id": "https://club.example/k"}}
    )
    yield bad("ob2-key-none", "the key is none", FORGED, one, {KEY: {**key, "publicKeyPem": "x"}})
    yield bad(
        "ob2-no-key",
        "no key named at all",
        FORGED,
        jwt({**assertion(False), "verification": {"type": "SignedBadge"}}, used["rsa"], head),
        {PROFILE: {**profile, "publicKey": []}},
    )
    yield bad("ob2-type", "a type that is none", FORGED, *both(type="OtherAssertion"))
    yield bad("ob2-badge-class", "the description of a badge", NO_BADGE, kind)
    yield bad("ob2-profile", "the description of an issuer", NO_BADGE, profile)
    yield bad(
        "ob2-endorsed-other",
        "an endorsement of something else",
        FORGED,
        *_ob2_endorsed(claim={"id": "https://other.example/"}),
    )
    yield bad(
        "ob2-endorsed-forged", "an endorsement that is none", FORGED, *_ob2_endorsed(issuedOn="2026-11-02T00:00:00Z")
    )

    yield bad(
        "ob2-endorsement-of-nothing",
        "an endorsement that names nothing",
        FORGED,
        {**_ob2_endorsement(), "claim": {"x": 1}},
        {HOSTED: {**_ob2_endorsement(), "claim": {"x": 1}}},
    )


def _ob2_without(name: str) -> Document:
    return {key: value for key, value in assertion().items() if key != name}


def reading_cases() -> Iterator[Case]:
    """What two languages read differently, if nobody sees to it."""
    rsa = keys()["rsa"]
    for name, space in (("85", "\x85"), ("1c", "\x1c"), ("feff", "\ufeff")):
        yield bad(
            f"space-{name}-in-id",
            "white space to one language alone",
            FORGED,
            _jwt_of(set_in(badge(), "id", f"urn:x:{space}y")),
            says="Its id is no address",
        )
    yield bad(
        "space-85-signed",
        "an address with it is none",
        CANNOT_TELL,
        signed(set_in(badge(), "credentialSubject/id", "urn:x:\x85")),
    )
    prototype = raw(assertion())[:-1] + b', "__proto__": {}}'
    yield bad("prototype-in-file", "a member that every object of JavaScript has", FORGED, prototype)
    yield bad("prototype-at-host", "the same in the hosted copy", FORGED, assertion(), {HOSTED: prototype})
    yield good("prototype-in-both", "and in both", prototype, {HOSTED: prototype})
    one = {**assertion()["recipient"], "hashed": 1}
    yield bad("one-for-true", "1 is true to Python alone", FORGED, assertion(recipient=one))
    twins = [{**rsa.method, "x": 1}, {**rsa.method, "x": True}]
    yield bad(
        "one-for-true-in-keys",
        "two entries of one key that differ in this",
        CANNOT_TELL,
        jwt(as_payload(badge()), rsa),
        {DID_URL: {**_world()[DID_URL], "verificationMethod": twins}},
    )
    yield good(
        "twins-in-keys",
        "two entries of one key that say the same",
        jwt(as_payload(badge()), rsa),
        {DID_URL: set_in(_world()[DID_URL], "verificationMethod/1", rsa.method)},
    )
    for name, size, verdict in (("true", True, CANNOT_TELL), ("1.0", 1.0, GENUINE), ("2", 2, CANNOT_TELL)):
        made = good if verdict is GENUINE else partial(bad, verdict=verdict)
        data = _jwt_of(set_in(badge(), "credentialStatus", status_entry(statusSize=size)))
        yield made(f"size-{name}", "entries of one bit are read", data=data)
    for name, index, verdict in (
        ("94567.0", 94567.0, GENUINE),
        ("7.0", 7.0, WITHDRAWN),
        ("0.5", 0.5, CANNOT_TELL),
        ("true", True, CANNOT_TELL),
    ):
        made = good if verdict is GENUINE else partial(bad, verdict=verdict)
        data = _jwt_of(set_in(badge(), "credentialStatus", status_entry(statusListIndex=index)))
        yield made(f"index-{name}", "whole numbers are positions, however they are written", data=data)
    zipped = gzip.compress(bits(), mtime=0)
    for name, flag, check, made in (
        ("checked", 2, lambda head: zlib.crc32(head) & 0xFFFF, partial(bad, verdict=CANNOT_TELL)),
        ("checked-wrongly", 2, lambda head: 0, partial(bad, verdict=CANNOT_TELL)),
        ("text", 1, None, good),
    ):
        head = zipped[:3] + bytes([flag]) + zipped[4:10]
        if check is not None:
            head += check(head).to_bytes(2, "little")
        listed = set_in(status_list(), "credentialSubject/encodedList", "u" + b64(head + zipped[10:]))
        why = "a packed list is read with any head but one with a checksum over itself"
        yield made(f"list-head-{name}", why, data=good_badge(), table={LIST: jwt(listed, rsa)})
    for name, context in (
        ("unknown", "https://evil.example/context"),
        ("own", {"name": "https://evil.example/name"}),
        ("null", None),
    ):
        deep = set_in(badge(), "credentialSubject/achievement/@context", context)
        yield bad(f"context-deep-{name}", "words within a JWT that could mean anything", CANNOT_TELL, _jwt_of(deep))
        suite = proof_for(keys()["ed"], "eddsa-jcs-2022")
        yield bad(f"context-deep-{name}-jcs", "the same under JCS", CANNOT_TELL, signed(deep, proof=suite))
    deep = set_in(badge(), "credentialStatus/@context", "https://evil.example/context")
    yield bad("context-in-status", "where the status is named", CANNOT_TELL, _jwt_of(deep))
    yield bad(
        "year-of-before",
        "a moment before the first year, once its zone is counted",
        FORGED,
        _jwt_of(set_in(badge(), "validFrom", "0001-01-01T00:00:00+14:00")),
    )
    for name, text in (("nbsp", "\xa0"), ("space", "\u3000")):
        yield bad(
            f"baked-behind-{name}",
            "a document in a picture begins with its first sign",
            FORGED,
            _svg(None, text.encode() + good_badge()),
        )


def holder_cases() -> Iterator[Case]:
    """For whom."""
    for name, question in (
        ("other-mail", Question(NOW, recipient="other@example.org")),
        ("hash-itself", Question(NOW, recipient=sha(MAIL))),
        ("other-name", Question(NOW, named=Link("https://club.example/", "Zoe", SECRET, LINK))),
        ("other-secret", Question(NOW, named=Link("https://club.example/", NAME, "x", LINK))),
        # The hash is over name and secret one behind the other, and these two are the same text, parted elsewhere.
        ("name-cut", Question(NOW, named=Link("https://club.example/", NAME[:3], NAME[3:] + SECRET, LINK))),
        ("secret-cut", Question(NOW, named=Link("https://club.example/", NAME + SECRET[:4], SECRET[4:], LINK))),
        ("name-and-other-mail", Question(NOW, recipient="other@example.org", named=read_link(LINK))),
        ("name-as-recipient", Question(NOW, recipient=NAME)),
    ):
        yield bad(
            f"holder-{name}",
            "genuine, but not for the person asked about",
            GENUINE,
            good_badge(),
            question=question,
            says="not for the person",
        )
    named = Question(NOW, named=read_link(LINK))
    for name, said in (
        ("plain", {"identityType": "name", "hashed": False, "identityHash": sha(NAME + SECRET)}),
        ("mail", {"identityType": "emailAddress", "hashed": True, "identityHash": sha(NAME + SECRET)}),
    ):
        data = _changed("credentialSubject/identifier", [{"type": "IdentityObject", **said}])
        yield bad(f"named-{name}", "the digest of the link, and no hashed name", GENUINE, data, question=named)
    for name, said in (("plain", {"type": "url", "hashed": False}), ("mail", {"type": "email", "hashed": True})):
        one = assertion(recipient={**said, "identity": sha(LINK)})
        why = "the digest of the link, and no hashed address"
        yield bad(f"ob2-named-{name}", why, GENUINE, one, {HOSTED: one}, question=named)
    yield bad(
        "not-trusted",
        "genuine, but its issuer is not trusted",
        GENUINE,
        good_badge(),
        question=Question(NOW, (EVIL,)),
        says="not among those",
    )
    neighbour = "did:web:club.example:groups:%2E%2e:neighbour"
    key = Key(keys()["evil"].private, neighbour)
    yield bad(
        "not-trusted-dots",
        "its DID begins with the folder that the asker trusts and leads out of it",
        CANNOT_TELL,
        signed(
            set_in({**badge(), "credentialStatus": []}, "issuer/id", neighbour), key, proof_for(key, "eddsa-jcs-2022")
        ),
        {"https://club.example/groups/%2E%2e/neighbour/did.json": did_document(key)},
        question=Question(NOW, ("https://club.example/groups/",)),
        says="is not a did:web that can be asked",
    )
    yield bad(
        "not-trusted-below",
        "an address below the issuer's is another",
        GENUINE,
        good_badge(),
        question=Question(NOW, ("https://club.example/issuers/",)),
    )


def container_cases() -> Iterator[Case]:
    """Pictures, endorsements, learner records, ZIPs and PDFs."""
    used = keys()
    changed = raw(set_in(json.loads(good_badge()), "name", "Other"))
    for name, ob2, ob3, verdict, why in (
        ("ob3-changed", raw(assertion()), changed, FORGED, "a good OB 2.0 does not save a changed OB 3.0"),
        (
            "ob2-changed",
            raw(assertion(narrative="x")),
            good_badge(),
            FORGED,
            "a good OB 3.0 does not save a changed OB 2.0",
        ),
        (
            "badge",
            raw(assertion()),
            raw(signed(set_in(badge(), "credentialSubject/achievement/name", "Other"))),
            FORGED,
            "the two name different badges",
        ),
        ("day", raw(assertion()), raw(_sign(validFrom="2026-05-16T00:00:00Z")), FORGED, "the two name different days"),
        ("end", raw(assertion()), raw(_sign(validUntil="2027-01-01T00:00:00Z")), FORGED, "the two name different ends"),
        (
            "site",
            raw(assertion()),
            raw(signed(set_in(set_in(badge(), "issuer/id", EVIL), "credentialStatus", ...), used["evil"])),
            FORGED,
            "the two come from different issuers",
        ),
        ("unsigned", raw(assertion()), raw(badge()), FORGED, "one of the two is not signed"),
    ):
        yield bad(f"pair-{name}", why, verdict, _png(ob2, ob3))
    heron = "https://club.example/awards/heron/assertion.json"
    theirs = {**assertion(), "id": heron, "recipient": {**assertion()["recipient"], "identity": sha("eve" + SALT)}}
    yield bad(
        "pair-award",
        "the two are of two awards of one badge and day",
        FORGED,
        _png(raw(theirs), good_badge()),
        {heron: theirs},
        says="of two awards",
    )
    alone = "https://club.example/assertions/1"
    elsewhere = {**theirs, "id": alone}
    yield good(
        "pair-recipient",
        "one of the two, not in a folder of awards, names the person asked about",
        _png(raw(elsewhere), good_badge()),
        {alone: elsewhere},
        question=Question(NOW, recipient="eve"),
        says="Both documents in this picture say so; whether club.example/issuers/club/issuer.json, which issued it, can be",
    )
    apart = signed(set_in(badge(), "id", "urn:uuid:11111111-2222-4333-8444-555555555555"))
    here = assertion(id=alone)
    yield good("pair-apart", "neither in a folder of awards", _png(raw(here), raw(apart)), {alone: here})
    picture, answers = _moved()
    yield bad(
        "pair-moved-unclaimed",
        "another host that the DID does not name",
        FORGED,
        picture,
        {**answers, DID_URL: _world()[DID_URL]},
    )
    yield bad(
        "pair-trusted-elsewhere",
        "the OB 2.0 side is not one that the trusted DID names",
        GENUINE,
        _png(raw(assertion()), good_badge()),
        question=Question(NOW, (DID,)),
        says="Both documents in this picture say so; its issuer is not among those whom you trust.",
    )
    yield bad(
        "pair-one-away",
        "one of the two cannot be asked",
        CANNOT_TELL,
        _png(raw(assertion()), good_badge()),
        {HOSTED: 500},
    )
    yield bad(
        "pair-withdrawn",
        "one of the two was withdrawn",
        WITHDRAWN,
        _png(raw(assertion()), good_badge()),
        {HOSTED: assertion(revoked=True)},
    )
    yield bad(
        "png-address-gone",
        "an old picture with an address, which answers that it is gone",
        WITHDRAWN,
        bake_png(blank_png(), {"openbadges": HOSTED}),
        {HOSTED: 410},
    )
    yield bad(
        "sd-jwt", "a text that shows parts of itself only", CANNOT_TELL, jwt(as_payload(badge()), used["rsa"]) + b"~"
    )
    yield bad("png-none", "a picture without a badge", NO_BADGE, blank_png(), says="ask for the link")
    yield bad("svg-none", "a drawing without a badge", NO_BADGE, SVG)
    yield bad("svg-changed", "a drawing with a changed badge", FORGED, _svg(None, changed))
    yield bad("jpeg", "a photograph", NO_BADGE, b"\xff\xd8\xff\xe0" + bytes(100))
    yield bad("text", "some text", NO_BADGE, b"Hello")
    yield bad("empty", "nothing", NO_BADGE, b" \n")
    yield bad("page", "a web page", NO_BADGE, b"<!DOCTYPE html><html></html>")
    yield bad("json-other", "other JSON", NO_BADGE, {"a": 1})
    yield bad("json-list", "a JSON list", NO_BADGE, b"[1]")
    yield bad("list-itself", "a status list is no badge", NO_BADGE, signed(status_list()))
    yield bad("list-itself-jwt", "nor is one in a JWT", NO_BADGE, jwt(status_list(), used["rsa"]))
    older = jwt({"vc": status_list(), "iss": DID}, used["rsa"])
    yield bad("list-itself-vc11-jwt", "nor one in the claim of an older JWT", NO_BADGE, older)
    yield bad(
        "presentation",
        "a presentation by its holder",
        CANNOT_TELL,
        {"type": ["VerifiablePresentation"], "verifiableCredential": []},
    )
    yield bad("json-cut", "a badge that breaks off", FORGED, good_badge()[:-40])
    yield bad("json-double", "a badge that says things twice", FORGED, good_badge()[:-1] + b',"name":"Other"}')
    yield bad("json-nan", "a badge with a number that is none", FORGED, good_badge()[:-1] + b',"x":NaN}')
    yield bad("json-latin", "a badge in another encoding", FORGED, raw(_sign(name="Zoë")).decode().encode("latin-1"))
    yield bad("json-half", "a badge with half of a sign", FORGED, good_badge().replace(b'"Knots"', b'"Kn\\ud800ts"'))
    yield bad("zip-one-bad", "one bad badge in a ZIP", FORGED, _zip({"a.json": good_badge(), "b.json": changed}))
    yield bad("zip-none", "a ZIP with something else", NO_BADGE, _zip({"a.txt": b"Hello"}))
    yield bad("zip-empty", "a ZIP with nothing", NO_BADGE, _zip({}))
    yield bad("zip-cut", "a ZIP that breaks off", CANNOT_TELL, _zip({"a.json": good_badge()})[:-30])
    yield bad("zip-zip", "a ZIP in a ZIP", CANNOT_TELL, _zip({"a.zip": _zip({"a.json": good_badge()})}))
    yield bad("pdf-none", "a PDF without a badge", NO_BADGE, _pdf(b"Hello"))
    yield bad("pdf-changed", "a PDF with a changed badge", FORGED, _pdf(changed))
    yield bad("pdf-two", "a PDF with a good and a changed badge", FORGED, _pdf(good_badge(), changed))
    yield bad(
        "pdf-hidden",
        "a changed badge left behind by an update of the PDF",
        FORGED,
        _pdf(good_badge(), changed, head=b""),
    )
    yield bad("pdf-locked", "an encrypted PDF", CANNOT_TELL, _pdf(good_badge(), more=b"trailer << /Encrypt 9 0 R >>\n"))
    yield bad(
        "pdf-packed",
        "an attachment packed in another way",
        CANNOT_TELL,
        _pdf(good_badge(), flate=False, head=b"/Type /EmbeddedFile /Filter /LZWDecode"),
    )
    evil_endorsement = endorsement(used["evil"])
    yield bad(
        "endorsement-evil", "an endorsement by somebody else in a friend's name", FORGED, _endorsed(evil_endorsement)
    )
    yield bad(
        "endorsement-other",
        "an endorsement of something else",
        FORGED,
        _endorsed(endorsement(of="https://other.example/")),
    )
    yield bad(
        "endorsement-not-one",
        "a badge in the place of an endorsement",
        FORGED,
        _endorsed(signed(set_in(badge(), "id", "https://club.example/other"))),
    )
    yield bad(
        "endorsement-changed",
        "an endorsement that was changed",
        FORGED,
        _endorsed(set_in(endorsement(), "credentialSubject/endorsementComment", "Bad knots.")),
    )
    yield bad(
        "endorsement-jwt",
        "an endorsement as a JWT by somebody else",
        FORGED,
        jwt(
            as_payload(set_in(badge(), "endorsementJwt", [jwt(as_payload(endorsement()), used["evil-rsa"]).decode()])),
            used["rsa"],
        ),
    )
    part = signed(badge())
    yield bad(
        "clr-part-changed",
        "a learner record with a changed part",
        FORGED,
        signed(learner_record(set_in(part, "name", "Other"))),
    )
    yield bad("clr-part-unsigned", "a learner record with an unsigned part", FORGED, signed(learner_record(badge())))
    yield bad(
        "clr-part-expired",
        "a learner record with an expired part",
        EXPIRED,
        signed(learner_record(_sign(validUntil="2026-10-01T00:00:00Z"))),
    )
    yield bad(
        "clr-part-withdrawn",
        "a learner record with a withdrawn part",
        WITHDRAWN,
        signed(learner_record(part)),
        {LIST: signed(status_list(INDEX))},
    )
    yield bad(
        "clr-part-away",
        "a learner record with a part that cannot be asked",
        CANNOT_TELL,
        signed(learner_record(part)),
        {LIST: 500},
    )
    yield bad(
        "clr-changed", "a learner record that was changed", FORGED, {**signed(learner_record(part)), "name": "Other"}
    )
    yield bad("clr-unsigned", "a learner record that nobody signed, with a good part", FORGED, learner_record(part))
    yield bad("clr-empty", "a learner record without a part", FORGED, _jwt_of(learner_record()))
    yield bad(
        "clr-subject",
        "a learner record about another kind of subject",
        FORGED,
        signed(set_in(learner_record(part), "credentialSubject/type", ["AchievementSubject"])),
    )


GROUPS: tuple[Callable[[], Iterator[Case]], ...] = (
    good_cases,
    tampered_cases,
    uncovered_cases,
    shape_cases,
    key_cases,
    token_cases,
    status_cases,
    ob2_cases,
    reading_cases,
    holder_cases,
    container_cases,
)


@cache
def cases() -> tuple[Case, ...]:
    """Return all cases."""
    return tuple(case for group in GROUPS for case in group())
