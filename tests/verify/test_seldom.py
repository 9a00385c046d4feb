"""What seldom comes: envelopes, key sets, odd attachments, half answers. Each is judged, and never taken for better than it is."""

from __future__ import annotations

import io
import socket
import threading
import time
import zipfile
import zlib
from pathlib import Path
from random import Random
from typing import Any

import pytest
from answers import Answers
from conformance import (
    DID_URL,
    WITH_EXTENSIONS,
    _enveloped,
    _key_set,
    _ob2_endorsed,
    _pdf,
    _plain,
    _plain_list,
    _png,
    _svg,
    _world,
    _zip,
    blank_png,
    good_badge,
    raw,
)
from makers import (
    DID,
    EVIL,
    HOSTED,
    KEY,
    MAIL,
    NOW,
    PROFILE,
    SECRET,
    V2,
    Key,
    _ed,
    as_payload,
    assertion,
    badge,
    did_document,
    endorsement,
    jwt,
    keys,
    learner_record,
    set_in,
    sha,
    signed,
    status_entry,
    status_list,
)
from test_inputs import HTML, PAGE, asker
from test_limits import archive_map, in_archive

from pinback.errors import FetchError
from pinback.verify.asking import Asker
from pinback.verify.exam import Question
from pinback.verify.fetch import Door, SnapshotDoor
from pinback.verify.inputs import judge_bytes, judge_input, read_trust
from pinback.verify.public import addresses_of, public_addresses
from pinback.verify.recipients import is_for, read_link
from pinback.verify.report import Report, as_text
from pinback.verify.trusting import trusts
from pinback.verify.verdict import Verdict

GENUINE, FORGED, CANNOT_TELL, WITHDRAWN, NO_BADGE, EXPIRED = (
    Verdict.GENUINE,
    Verdict.FORGED,
    Verdict.CANNOT_TELL,
    Verdict.WITHDRAWN,
    Verdict.NO_BADGE,
    Verdict.EXPIRED,
)


def judged(data: Any, table: dict[str, Any] | None = None, **question: Any) -> Report:
    asked = Question(NOW, **question)
    return judge_bytes("it", raw(data), Asker(Answers({**_world(), **(table or {})})), asked)


# Envelopes and tokens.


def test_enveloped_credential_is_judged_as_what_lies_in_it() -> None:
    assert judged(_enveloped()).verdict is GENUINE
    spoilt = {**_enveloped(), "id": _enveloped()["id"].replace("vc+jwt,ey", "vc+jwt,eyJ4Ijox")}
    assert not judged(spoilt).ok
    other = judged({**_enveloped(), "id": _enveloped()["id"].replace("data:", "https://x.example/")})
    assert (other.verdict, other.reason) == (
        CANNOT_TELL,
        "the credential lies in an envelope of a kind that is not known here",
    )


def test_older_token_says_issuer_and_id_once() -> None:
    """VC 1.1 lets a JWT say ``iss`` and ``jti`` alone; a credential that says them itself is not written over."""
    document = {name: value for name, value in badge().items() if name not in ("id", "issuer")}
    claims = as_payload(badge())
    payload = {name: claims[name] for name in ("iss", "jti", "sub", "nbf")} | {"vc": document}
    report = judged(jwt(payload, keys()["rsa"]))
    assert (report.issuer, report.facts["id"]) == (DID, claims["jti"])
    assert judged(jwt({**payload, "iss": EVIL}, keys()["rsa"])).verdict is not GENUINE


def test_changed_token_is_told_by_the_key_that_it_brings_where_its_issuer_cannot_be_asked() -> None:
    rsa = keys()["rsa"]
    head = {"alg": "RS256", "typ": "JWT", "kid": rsa.url, "jwk": rsa.jwk}
    silent = {DID_URL: 503}
    assert judged(jwt(as_payload(badge()), rsa, head), silent).verdict is CANNOT_TELL
    assert judged(jwt(as_payload(badge()), rsa, head, b"x" * 256), silent).verdict is FORGED
    none = {**head, "jwk": {"kty": "oct", "k": "eA"}}
    assert judged(jwt(as_payload(badge()), rsa, none, b"x" * 256), silent).verdict is CANNOT_TELL


def test_token_that_names_no_key_is_tried_with_those_that_the_issuer_lists() -> None:
    rsa = keys()["rsa"]
    document = did_document(keys()["ed"], rsa)
    document["assertionMethod"] = [f"{DID}#gone", *document["assertionMethod"]]
    token = jwt(as_payload(badge()), rsa, {"alg": "RS256", "typ": "JWT"})
    without = set_in(badge(), "credentialStatus", ...)
    alone = jwt(as_payload(without), rsa, {"alg": "RS256", "typ": "JWT"})
    assert judged(alone, {DID_URL: document}).verdict == judged(alone).verdict
    assert judged(token, {DID_URL: did_document(keys()["ed"])}).verdict is not GENUINE


@pytest.mark.parametrize("kind", ["JWT", "jwt", "vc+jwt", "VC+JWT", None])
def test_token_of_the_kind_of_credentials_is_judged_by_its_signature(kind: str | None) -> None:
    rsa = keys()["rsa"]
    head = {"alg": "RS256", "kid": rsa.url, "typ": kind}
    token = jwt(as_payload(badge()), rsa, {name: value for name, value in head.items() if value})
    assert judged(token).verdict is GENUINE


@pytest.mark.parametrize("kind", ["at+jwt", "dpop+jwt", "", "kb+jwt", 7, None, ["JWT"], {}])
def test_token_that_was_made_for_something_else_is_no_badge_though_its_signature_holds(kind: object) -> None:
    rsa = keys()["rsa"]
    report = judged(jwt(as_payload(badge()), rsa, {"alg": "RS256", "kid": rsa.url, "typ": kind}))
    assert report.verdict is FORGED
    assert report.reason.startswith("the signed text is of the kind ")


# Keys of issuers.


def test_key_in_base58_alone_is_read() -> None:
    key = keys()["ed"]
    bare = {"id": key.url, "type": "Ed25519VerificationKey2018", "controller": DID}
    document = did_document(key)
    document["verificationMethod"] = [{**bare, "publicKeyBase58": "7" * 43}]
    assert judged(good_badge(), {DID_URL: document}).verdict is FORGED, "it is another key"
    document["verificationMethod"] = [bare]
    assert (
        judged(good_badge(), {DID_URL: document}).reason
        == "the issuer's key is written in a form that is not known here"
    )


@pytest.mark.parametrize("when", ["yesterday", 7])
def test_key_that_was_revoked_at_no_moment_is_revoked(when: object) -> None:
    document = did_document(keys()["ed"])
    document["verificationMethod"][0]["revoked"] = when
    assert judged(good_badge(), {DID_URL: document}).verdict is not GENUINE


@pytest.mark.parametrize(
    "did", ["did:web:", "did:web:club example", "did:web:club.example:..", "did:web:a.example:x%2fy"]
)
def test_did_that_leads_elsewhere_is_asked_nowhere(did: str) -> None:
    report = judged(signed(set_in(badge(), "issuer/id", did), Key(keys()["ed"].private, did)))
    assert not report.ok
    assert not trusts("https://club.example/", did)


def test_key_set_of_a_host_is_read_whatever_else_stands_in_it() -> None:
    token, table = _key_set()
    place = "https://club.example/.well-known/jwks.json"
    [good] = table[place]["keys"]
    odd = [
        7,
        {"kty": "oct", "kid": "k1"},
        {"kty": "RSA"},
        {**keys()["ec"].jwk, "kid": "https://club.example/issuer#k2"},
    ]
    assert judged(token, {**table, place: {"keys": [*odd, good]}}).verdict is GENUINE
    assert not judged(token, {**table, place: {"keys": odd}}).ok
    for answer in (404, b"<html>", {"keys": None}):
        assert not judged(token, {**table, place: answer}).ok
    profile = {**table["https://club.example/issuer"], "id": "https://evil.example/"}
    assert not judged(token, {**table, "https://club.example/issuer": profile}).ok
    assert judged(token, {**table, place: 404}).reason == (
        "the issuer's own document names no keys, and its host publishes none"
    )


# Statuses and dates.


@pytest.mark.parametrize(("purpose", "verdict"), [("message", GENUINE), ("refresh", GENUINE), ("mood", CANNOT_TELL)])
def test_bit_that_is_set_for_another_purpose(purpose: str, verdict: Verdict) -> None:
    url = "https://club.example/other.json"
    entry = status_entry(statusPurpose=purpose, statusListCredential=url, id=f"{url}#1")
    document = signed({**badge(), "credentialStatus": [status_entry(), entry]})
    listed = signed(status_list(int(entry["statusListIndex"]), url=url, purpose=purpose))
    report = judged(document, {url: listed})
    assert report.verdict is verdict, report.reason
    if verdict is CANNOT_TELL:
        assert report.reason == 'the issuer marked it for "mood", which is not known here'


def test_plain_list_that_names_others_withdraws_nothing() -> None:
    document = signed({**badge(), "@context": WITH_EXTENSIONS, "credentialStatus": _plain()})
    others = ["https://club.example/other", {"id": "https://club.example/another"}]
    assert judged(document, _plain_list(others)).verdict is GENUINE
    assert judged(document, _plain_list([{"id": badge()["id"], "revoked": False}])).verdict is GENUINE
    assert judged(document, _plain_list([*others, badge()["id"]])).verdict is WITHDRAWN


def test_hosted_badge_says_until_when_it_is_valid() -> None:
    for end, verdict in (("2026-12-01T00:00:00Z", GENUINE), ("2026-10-01T00:00:00Z", EXPIRED)):
        document = assertion(expires=end)
        report = judged(document, {HOSTED: document})
        assert report.verdict is verdict
        assert f"valid until {end[:10]}" in as_text(report)


def test_signed_badge_may_be_signed_by_a_key_that_stands_in_the_profile() -> None:
    token = jwt(assertion(False), keys()["rsa"], {"alg": "RS256"})
    key = _world()[KEY]
    inside = {**_world()[PROFILE], "publicKey": [7, key]}
    assert judged(token, {PROFILE: inside, KEY: 404}).verdict is GENUINE
    evil = {**key, "publicKeyPem": keys()["evil-rsa"].pem}
    other = {**inside, "publicKey": [evil]}
    assert judged(token, {PROFILE: other, KEY: 404}).verdict is FORGED
    # The one that the badge names is taken, and no other that stands there.
    several = {**inside, "publicKey": [{**evil, "id": f"{KEY}-2"}, key]}
    assert judged(token, {PROFILE: several, KEY: 404}).verdict is GENUINE
    theirs = jwt(assertion(False), keys()["evil-rsa"], {"alg": "RS256"})
    assert judged(theirs, {PROFILE: several, KEY: 404}).verdict is FORGED


def test_endorsement_that_says_nothing_is_no_badge() -> None:
    assert judged({"type": "Endorsement", "id": "https://club.example/e"}).verdict is Verdict.NO_BADGE


# Parts and endorsements.


def test_what_is_no_credential_spoils_a_learner_record() -> None:
    for part in (7, None, {"id": "x"}, {"type": ["EnvelopedVerifiableCredential"], "id": "data:application/vc+jwt,x"}):
        assert not judged(signed(learner_record(signed(badge()), part))).ok
        token = jwt(as_payload(learner_record(signed(badge()), part)), keys()["rsa"])
        assert judged(token).verdict is FORGED
    envelope = {"@context": [V2], "type": ["EnvelopedVerifiableCredential"], "id": "data:application/vc+jwt,a.b.c"}
    assert judged(signed(learner_record(envelope))).verdict is FORGED
    token = jwt({"hello": "world"}, keys()["rsa"]).decode()
    other = judged(signed(learner_record({**envelope, "id": f"data:application/vc+jwt,{token}"})))
    assert (other.verdict, other.reason) == (CANNOT_TELL, "a part of it is no credential")


def test_endorsement_as_a_token_is_judged_like_any_other() -> None:
    friend = Key(_ed("friend"), "did:web:friend.example")

    def endorsed(of: str) -> Report:
        bare = {name: value for name, value in endorsement(friend, of).items() if name != "proof"}
        token = jwt(as_payload(bare), friend).decode()
        return judged(signed(set_in(badge(), "credentialSubject/achievement/endorsementJwt", [token])))

    good = endorsed("https://club.example/badges/knots/")
    assert (good.verdict, good.parts[0].lines[0].words) == (GENUINE, "a signed text (JWT)")
    other = endorsed("https://club.example/badges/bends/")
    assert (other.verdict, other.reason) == (FORGED, "an endorsement in it is of something else")


def test_endorsement_of_an_endorsement_is_not_followed() -> None:
    document, table = _ob2_endorsed()
    address = document["endorsement"][0]
    table[address] = {**table[address], "endorsement": [address]}
    assert judged(document, table).verdict is not FORGED
    [part] = judged(document, table).parts
    assert part.reason.endswith("endorsements of endorsements")
    assert part.source == "endorsement 1"
    many = assertion(endorsement=[address] * 200)
    assert judged(many, {**table, HOSTED: many}).verdict is CANNOT_TELL


# Pictures, PDFs, ZIPs, pages.


def test_badge_in_any_attachment_of_a_pdf_is_found() -> None:
    token = jwt(as_payload(badge()), keys()["rsa"])
    for inner in (_png(None, good_badge()), _svg(None, good_badge()), token, good_badge()):
        assert judged(_pdf(blank_png(), b"just text", inner)).verdict is GENUINE
    both = good_badge().replace(b"Knots", b"Bends")
    for inner in (_png(None, both), _svg(None, both)):
        assert judged(_pdf(inner)).verdict is FORGED
    assert judged(_pdf(blank_png())).verdict is NO_BADGE
    spoilt = _png(None, good_badge())[:-30]
    assert judged(_pdf(spoilt)).verdict in (CANNOT_TELL, FORGED)


def test_parts_of_a_pdf_that_are_no_attachments_are_passed_over() -> None:
    for head in (b"/Type /XObject /Subtype /Image", b"/Filter /DCTDecode"):
        more = b"9 0 obj\n<< " + head + b" /Length 4 >>\nstream\nabcd\nendstream\nendobj\n"
        assert judged(_pdf(good_badge(), more=more)).verdict is GENUINE
    assert judged(_pdf(good_badge(), flate=False, head=b"/Type /XObject /Subtype /Image")).verdict in (
        GENUINE,
        NO_BADGE,
    )


@pytest.mark.parametrize("space", [b"", b"\r\n ", b" " * 90])
def test_badge_in_a_pdf_is_found_though_nothing_says_that_it_is_attached(space: bytes) -> None:
    token = jwt(as_payload(badge()), keys()["rsa"])
    for inner in (token, good_badge()):
        data = space + inner
        more = b"9 0 obj\n<< /Length %d >>\nstream\n" % len(data) + data + b"\nendstream\nendobj\n"
        assert judged(_pdf(blank_png(), more=more)).verdict is GENUINE
    short = b"9 0 obj\n<< /Length 4 >>\nstream\neyJx\nendstream\nendobj\n"
    assert judged(_pdf(blank_png(), more=short)).verdict is NO_BADGE


def test_attachment_of_a_pdf_may_be_long_and_one_without_its_end_is_not_believed() -> None:
    long = set_in(badge(), "credentialSubject/achievement/criteria/narrative", Random(7).randbytes(30_000).hex())
    words = b"9 0 obj\n<< /Length 4 >>\nstream\nabcd\nendstream\nendobj\n"
    assert judged(_pdf(raw(signed(long)), more=words)).verdict is GENUINE
    packed = zlib.compress(good_badge())
    for kept, verdicts in ((len(packed), (GENUINE,)), (len(packed) // 2, (CANNOT_TELL, FORGED))):
        cut = _pdf(packed[:kept], flate=False, head=b"/Type /EmbeddedFile /Filter /FlateDecode")
        assert judged(cut).verdict in verdicts


def test_text_in_a_picture_that_is_no_badge_is_told() -> None:
    report = judged(_png(None, b"hello"))
    assert (report.verdict, report.reason) == (
        FORGED,
        "what lies in a PNG with a badge in it is neither a badge nor its address",
    )


def test_zip_that_says_two_things_or_is_locked_is_told() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = _twice({"a.json": good_badge()})
    assert judged(twice).reason == "the ZIP holds two files of one name; ask for it again"
    locked = bytearray(_zip({"a.json": good_badge()}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + place] |= 1
    [part] = judged(bytes(locked)).parts
    assert part.reason == "this file in the ZIP is locked with a password"


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_zip_packed_in_a_way_that_has_no_bound_is_told(kind: int) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind) as packed:
        packed.writestr("a.json", good_badge())
    [part] = judged(stream.getvalue()).parts
    assert part.reason == "this file in the ZIP is packed in a way that is not read here; pack it anew"


def _twice(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, data in [*members.items(), *members.items()]:
            packed.writestr(name, data)
    return stream.getvalue()


def test_page_whose_badge_is_gone_cannot_be_told() -> None:
    report = judge_input(PAGE, asker(**{PAGE: HTML, f"{PAGE}credential.json": 410}), Question(NOW))
    assert (report.verdict, report.reason) == (
        CANNOT_TELL,
        "the badge of this page is not there; its address answers 410",
    )


# Whom it is for, and who is trusted.


def test_plain_address_and_odd_hashes_of_a_recipient() -> None:
    plain = {"type": "email", "hashed": False, "identity": MAIL}
    assert is_for([plain], [], MAIL.upper())
    assert not is_for([plain], [], "somebody@example.org")
    assert not is_for([{**plain, "hashed": "no"}], [], MAIL)
    for identity in ("sha512$00", "sha256$\udcff", "plain"):
        assert not is_for([{**plain, "hashed": True, "identity": identity}], [], MAIL)
    assert not is_for([{**plain, "hashed": True, "identity": "sha256$00", "salt": 7}], [], MAIL)
    assert not is_for([{**plain, "hashed": True, "identity": "sha256$00", "salt": "\udcff"}], [], MAIL)
    assert is_for([{**plain, "hashed": True, "identity": "sha256$" + sha(MAIL).partition("$")[2].upper()}], [], MAIL)
    assert not is_for([{"type": "email", "hashed": False}], [], " ")
    # As it was signed; in another form of Unicode, with spaces around; as an address to write to.
    for said, asked in (("e\u0301X", "e\u0301X"), ("\xe9X", " e\u0301X "), (f"mailto:{MAIL}", MAIL)):
        assert is_for([], [said], asked)


def test_name_in_a_link_is_read_in_the_form_that_issuers_sign() -> None:
    assert read_link(f"https://club.example/#n=Zoe%CC%88&k={SECRET}").name == "Zo\xeb"


def test_trusted_did_vouches_for_a_profile_only_where_its_document_can_be_asked() -> None:
    document = {**_world()[DID_URL], "alsoKnownAs": [PROFILE]}
    for answer, trusted in ((document, True), (_world()[DID_URL], False), (503, False)):
        assert judged(assertion(), {DID_URL: answer}, trust=(DID,)).trusted is trusted
    assert judged(assertion(), trust=("https://elsewhere.example/",)).trusted is False


def test_issuer_whose_web_site_lies_with_its_keys_is_told_so() -> None:
    home = set_in(badge(), "issuer/url", "https://club.example/about/")
    assert "which is the site of its keys" in as_text(judged(signed(home)))
    silent = judged(good_badge(), {"https://www.club.example/": 503})
    assert "which it names as its web site, does not mention it" in as_text(silent)
    nothing = judged(signed(set_in(badge(), "issuer/url", ...)))
    assert "it names no web site of its own" in as_text(nothing)


def test_trusted_profile_without_keys_is_a_name_alone(tmp_path: Path) -> None:
    file = tmp_path / "issuer.json"
    file.write_bytes(raw(_world()[PROFILE]))
    assert read_trust((str(file),)) == ((PROFILE,), {})


# The network.


def test_look_up_that_hangs_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(20) and [])
    with pytest.raises(FetchError, match=r"takes too long; try again later"):
        addresses_of("slow.example", 443, 0.01)
    over.set()


def test_every_address_of_a_host_must_be_public(monkeypatch: pytest.MonkeyPatch) -> None:
    found = ["93.184.215.14", "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (one, 443)) for one in found])
    assert public_addresses("club.example", 443, 5) == [found[0], found[2]]
    for bad in ("10.0.0.1", "fe80::1%eth0"):
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda *_, bad=bad, **__: [(0, 0, 0, "", (one, 443)) for one in (found[0], bad)]
        )
        with pytest.raises(FetchError, match="lies in a private network"):
            public_addresses("club.example", 443, 5)


def test_no_time_left_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"localhost:{silent.getsockname()[1]}"
        monkeypatch.setattr(time, "monotonic", iter([0.0, *(float(n) * 1_000 for n in range(1, 99))]).__next__)
        with pytest.raises(FetchError, match="took longer than"):
            Door(permitted={place}).get(f"https://{place}/")


def test_saved_copy_that_is_gone_is_told(tmp_path: Path) -> None:
    (tmp_path / "map.tsv").write_text("https://a.example/a\t200\tapplication/json\tgone.json\n")
    with pytest.raises(FetchError, match="cannot be read; save it again"):
        SnapshotDoor(tmp_path).get("https://a.example/a")


def test_archive_holds_no_redirects() -> None:
    assert in_archive(archive_map()).ok
    moved = archive_map().replace(b"did.json\t200", b"did.json\t301")
    assert in_archive(moved).verdict is CANNOT_TELL


def test_archive_that_lacks_a_file_of_its_map_is_told() -> None:
    assert archive_map().count(b"\tdid.json\n") == 1
    report = in_archive(archive_map().replace(b"\tdid.json\n", b"\tgone.json\n"))
    assert report.verdict is CANNOT_TELL
    assert 'did.json" cannot be read from the archive' in report.reason


def test_thing_named_within_the_document_alone_is_not_read() -> None:
    """Two documents may mean different things by the name, and a canonical form forgets it."""
    named = {"id": "_:b0", "type": ["Evidence"], "name": "x"}
    report = judged(signed(set_in(badge(), "evidence", [named])))
    assert report.verdict is CANNOT_TELL
    assert "has a name that holds only within the document (_:)" in report.reason


def test_envelope_with_more_than_is_read_is_told() -> None:
    mark, token = _enveloped()["id"].split(",", 1)
    report = judged({**_enveloped(), "id": f"{mark},{token}{'A' * 1_000_000}"})
    assert (report.verdict, report.reason) == (
        CANNOT_TELL,
        "the signed text has more than 1,000,000 signs, which are not read",
    )


def test_text_that_breaks_off_was_a_badge_or_none() -> None:
    report = judged(good_badge()[:-9])
    assert (report.verdict, report.reason) == (FORGED, "the document is damaged: it is not sound JSON")
    other = judged(b'{"hello": "world"')
    assert (other.verdict, other.reason) == (NO_BADGE, "this is not a badge document")
