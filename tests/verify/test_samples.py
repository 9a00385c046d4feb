"""The official samples get the verdict that their index says; each disagreement stands in docs/decisions/0010.

Left out, and said so, where ../shared/standards does not lie beside the checkout. Nothing of it is copied here.
"""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from answers import Answers
from conftest import ROOT, STANDARDS

from pinback.verify.asking import Asker
from pinback.verify.exam import Question
from pinback.verify.inputs import judge_bytes
from pinback.verify.reading import documents_in
from pinback.verify.report import Report

SAMPLES = STANDARDS / "samples"
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the official samples (../shared/standards) do not lie beside the checkout"
)

GENUINE, FORGED, WITHDRAWN, CANNOT_TELL, NO_BADGE = "genuine", "forged", "withdrawn", "cannot-tell", "no-badge"
AGREED = {
    "ob30/simple.json": GENUINE,
    "ob30/simple-did-web-method.json": GENUINE,
    "ob30/simple-context-alias.json": GENUINE,
    "ob30/simple_v1.json": GENUINE,
    "ob30/simple-json.png": GENUINE,
    "ob30/simple-jwt.svg": GENUINE,
    "ob30/simple-jwt_v1.png": GENUINE,
    "ob30/endorsement-valid.json": GENUINE,
    "ob30/simple-noproof.json": FORGED,
    "ob30/simple-err-context.json": FORGED,
    "ob30/simple-err-credential-subject-type.json": FORGED,
    "ob30/simple-err-credential-subject-result-type.json": FORGED,
    "ob30/simple-err-credential-subject-profile-type.json": FORGED,
    "ob30/simple-err-issuer-type.json": FORGED,
    "ob30/simple-err-issuer-otheridentifier-type.json": FORGED,
    "ob30/simple-err-issued.json": FORGED,
    "ob30/simple-err-proof-method.json": FORGED,
    "ob30/simple-err-proof-method-unknown-scheme.json": FORGED,
    "ob30/simple-err-proof-value.json": FORGED,
    "ob30/bit-string-list/credential-status-revoked.json": WITHDRAWN,
    "clr20/simple.json": GENUINE,
    "clr20/simple-noproof.json": FORGED,
    "ob20/basic-assertion.json": GENUINE,
    "ob20/simple.jwt": GENUINE,
    "ob20/simple-revoked.jwt": WITHDRAWN,
    "ob20/assertion-with-data-image.json": FORGED,
    "ob20/basic-assertion-expired-before-issued.json": FORGED,
    "ob20/basic-assertion-in-future.json": FORGED,
    "ob20/basic-assertion-invalid-type.json": FORGED,
    "ob20/basic-assertion-with-allowed-origins.json": GENUINE,
    "ob20/basic-assertion-with-allowed-origins-invalid-multiple-starts-with.json": FORGED,
}
DISAGREED = {
    # index: valid; the other way round is our rule (0010)
    "ob20/basic-assertion-with-allowed-origins-valid-starts-with.json": CANNOT_TELL,
    "ob20/assertion-with-extension-node-basic.json": CANNOT_TELL,
    "ob20/warning-issuer-non-http.json": CANNOT_TELL,
    "clr20/simple_v1.json": CANNOT_TELL,
    # index: valid or invalid as documents; they are no awards
    "ob20/assets/badgeclass-with-complex-image.json": NO_BADGE,
    "ob20/badge-class-with-language.json": NO_BADGE,
    "ob20/issuer-compact-iri-validation.json": NO_BADGE,
    "ob20/rdf-validation/badge-class-invalid-issuer-type.json": NO_BADGE,
    "ob20/rdf-validation/invalid-empty-type.json": NO_BADGE,
    "ob20/rdf-validation/valid-alignment-object.json": NO_BADGE,
    "ob20/rdf-validation/valid-cool-class.json": NO_BADGE,
    # index: invalid, or parses only
    "ob30/complete.json": CANNOT_TELL,
    "ob30/simple.jwt": CANNOT_TELL,
}
NOW = datetime(2026, 11, 24, tzinfo=UTC)
LIST = (
    "https://raw.githubusercontent.com/1EdTech/digital-credentials-public-validator/refs/heads/main/"
    "inspector-vc/src/test/resources/ob30/bit-string-list/testlist"
)
LIST_KEY = ("https://1edtech.edu/issuers/565049", "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi")


def hosts() -> dict[str, Any]:
    """Return what the samples' own index says about their addresses."""
    table: dict[str, Any] = {LIST: (STANDARDS / "vectors/bitstring/1edtech-status-list-credential.json").read_bytes()}
    for path in (SAMPLES / "ob20" / "assets").iterdir():
        for base in ("https://www.example.org/", "https://example.org/", "http://example.org/"):
            table[base + path.name] = path.read_bytes()
    return table


def issuers(data: bytes) -> dict[str, Any]:
    """Return the documents with which the samples' issuers would list the keys that their badges name."""
    named = {
        (base.decode(), key.decode()) for base, key in re.findall(rb'"verificationMethod": *"([^"#]+)#([^"]+)"', data)
    }
    table: dict[str, Any] = {}
    for issuer, key in sorted({*named, LIST_KEY}):
        one = {"id": f"{issuer}#{key}", "type": "Multikey", "controller": issuer, "publicKeyMultibase": key}
        found = table.setdefault(issuer, {"id": issuer, "verificationMethod": [], "assertionMethod": []})
        found["verificationMethod"].append(one)
        found["assertionMethod"].append(one["id"])
    return table


def key_of_token(data: bytes) -> dict[str, Any]:
    """Return the document of the issuer of a JWT that brings its key along."""
    found = [one for one in documents_in(data) if one.form == "jws"]
    if not found:
        return {}
    header, payload = (json.loads(base64.urlsafe_b64decode(part + b"==")) for part in found[0].data.split(b".")[:2])
    if "jwk" not in header:
        return {}
    issuer = payload["iss"]
    one = {"id": f"{issuer}#key", "type": "JsonWebKey", "controller": issuer, "publicKeyJwk": header["jwk"]}
    return {issuer: {"id": issuer, "verificationMethod": [one], "assertionMethod": [one["id"]]}}


def judged(name: str, table: dict[str, Any]) -> Report:
    data = (SAMPLES / name).read_bytes()
    if name.startswith("ob20/") and name.endswith(".json"):
        # A hosted badge lies at its own address.
        table = {json.loads(data).get("id", ""): data, **table}
    return judge_bytes(name, data, Asker(Answers(table)), Question(NOW))


@pytest.mark.parametrize("name", [*AGREED, *DISAGREED])
def test_sample_gets_its_verdict(name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    table = {**hosts(), **issuers(data), **(key_of_token(data) if name.startswith("ob30/") else {})}
    report = judged(name, table)
    assert report.verdict.value == {**AGREED, **DISAGREED}[name], report.sentence


@pytest.mark.parametrize("name", [name for name in AGREED if name.startswith(("ob30/", "clr20/"))])
def test_sample_whose_issuer_does_not_answer_is_never_good(name: str) -> None:
    report = judged(name, hosts())
    assert report.verdict.value in (CANNOT_TELL, FORGED)
    assert not report.facts


def test_every_sample_of_the_index_is_tried() -> None:
    index = re.findall(r"^\| `([^`]+)`", (SAMPLES / "INDEX.md").read_text(encoding="utf-8"), re.M)
    assert set(index) == set(AGREED) | set(DISAGREED)


def test_every_disagreement_is_written_down() -> None:
    text = (ROOT / "docs" / "decisions" / "0010-what-the-checker-believes.md").read_text(encoding="utf-8")
    assert [name for name in DISAGREED if Path(name).name not in text] == []
