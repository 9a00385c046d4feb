"""The contexts are the published ones, come without network, and PyLD accepts them."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from pyld import jsonld

from pinback import contexts
from pinback.contexts.table import BARE, Table
from pinback.errors import ProofError

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT.parent / "shared" / "standards" / "contexts"

# SHA-256 of each document's RFC 8785 form, in hexadecimal, computed on 2026-11-22 from the published files, and the
# name of that file in ../shared/standards/contexts. The comments say where each file was taken from.
PUBLISHED = {
    # github 1EdTech/digital-credentials-public-validator @38254719cf0a, ob-v3p0-3.0.3.json; the bytes are those
    # that pypi openbadgeslib 4.6.3 captured at the URL on 2026-07-03
    contexts.OB3: (
        "04b1136ddc4eda9a8966bc7ef182789f233a26739473140ef75d6968c29a2966",
        "ob-v3p0-context-3.0.3.json",
    ),
    # pypi openbadgeslib 4.6.3, captured at the URL on 2026-07-12
    contexts.OB3_EXTENSIONS: (
        "15f4c347c6fe4380d9b6b93795859e33747ef48d5c55b91a71c52fb51c7bcbd7",
        "ob-v3p0-extensions.json",
    ),
    # github 1EdTech/openbadges-specification @1af145ff2dc6, ob_v2p0/v2/context.json
    contexts.OB2: (
        "5f063cc07234984e99d3fe24abdb084a0de95ac073c30580b4d31f4d9c3e1d94",
        "ob-v2p0-context.json",
    ),
    # github 1EdTech/digital-credentials-public-validator @38254719cf0a, clr-v2p0-2.0.1.json; the bytes are those
    # that pypi openbadgeslib 4.6.3 captured at the URL on 2026-08-01
    contexts.CLR: (
        "7defe702c102faf14108579b7d65ef39ecf4c3bbef925b803e15bd77cd6e3394",
        "clr-v2p0-context-2.0.1.json",
    ),
    # github 1EdTech/digital-credentials-public-validator @38254719cf0a, clr-v2p0.json
    contexts.CLR_UNNUMBERED: (
        "a2dd0c0c07434663b7b54a51dd8a3363f6d5c420efa87e3d97b4ef8661596d44",
        "clr-v2p0-context-unnumbered.json",
    ),
    # github w3c/vc-data-integrity @570d764182aa; for multikey, jwk and data-integrity/v2 the files have the
    # digests printed in the W3C Recommendation "Verifiable Credential Data Integrity 1.0"
    contexts.MULTIKEY: (
        "be20c3ee6af6e9c4102e66a85c26617831218e32216bdf050f870e389e737cdc",
        "w3id-security-multikey-v1.jsonld",
    ),
    contexts.JWK: (
        "38dd329a9a011facda06afc4ba43a121980eaedbd1f974268026d157926bc086",
        "w3id-security-jwk-v1.jsonld",
    ),
    contexts.DATA_INTEGRITY_V2: (
        "7ba3c50acf2689d5e07927267343eb353249c7c22a9f2d00307cc970e855e305",
        "w3id-security-data-integrity-v2.jsonld",
    ),
    contexts.DATA_INTEGRITY_V1: (
        "9505bf85338a4c2121ad03992ac90061bc85d43bcfa34d9d47b779381cf08b5f",
        "w3id-security-data-integrity-v1.jsonld",
    ),
    # github w3c/cid @2b962ac29e13, context/v1.jsonld; the file has the digest printed in the Recommendation
    contexts.CID: (
        "9fc257da5b37784ca2b07c3ad666f5ff9beea846a360ddd229fd0b44972015c8",
        "w3c-cid-v1.jsonld",
    ),
    # github w3c/vc-bitstring-status-list @74fcae11e5b3, contexts/v1.jsonld
    contexts.STATUS_LIST: (
        "b2fcebfbaf4e6beae2be370fda8a5f9f99c28540c798a75a8cdccc0fb1a12492",
        "w3c-vc-bitstring-status-list-v1.jsonld",
    ),
    # github 1EdTech/openbadges-specification @1af145ff2dc6, ob_v3p0/context-3.0.2.json
    contexts.OB3_0_2: (
        "bdd1d11a55a660322f24660862a1d430ee80cce584465f750909daa43684357c",
        "ob-v3p0-context-3.0.2.json",
    ),
    # pypi openbadgeslib 4.6.3; equal as JSON to the specification's repository
    contexts.OB3_0_1: (
        "8bb2354552b70cbdf2066f6d3e24bc5c2be2619145737580ad2aebdc366e77d5",
        "ob-v3p0-context-3.0.1.json",
    ),
    # github 1EdTech/openbadges-specification @1af145ff2dc6, ob_v3p0/context.json
    contexts.OB3_UNNUMBERED: (
        "2c54acaa1cffda2420be32ab61f0a2082051211131c6337686f36f2537aa859b",
        "ob-v3p0-context-unnumbered.json",
    ),
    # These four come from PyLD's package; the digests are of W3C's own files, so that a new PyLD with another
    # text is noticed before it signs. github w3c/vc-data-model @979c4af1cfe2 (v2's file has the digest printed in
    # VCDM 2.0), w3c/did @13626ba6aac9, npm ed25519-signature-2020-context 1.1.0
    contexts.CREDENTIALS_V2: (
        "b463c8d6a066214123ddd9827b135e1b50e1fc73322cc52a9b12a4f1fc7d86cf",
        "w3c-credentials-v2.jsonld",
    ),
    contexts.CREDENTIALS_V1: (
        "b01e671e873981f19a9102a9a57f666dbcaeb31b99e3e124378d143e71549247",
        "w3c-credentials-v1.jsonld",
    ),
    contexts.DID: (
        "a7e146c40fcec005d3f0f14ae745665f446da58d7914a9d8f733746686fad82b",
        "w3c-did-v1.jsonld",
    ),
    contexts.ED25519_2020: (
        "fb517f09d990829aed734c9bad8cbbb2ac3d5063b865c7e3d81f246074bf5691",
        "w3id-security-suites-ed25519-2020-v1.jsonld",
    ),
}


def digest(document):
    """SHA-256 of the RFC 8785 form.

    These documents hold strings, booleans, null, objects and the number 1.1 (``@version``) only, and member names
    in ASCII: for those, sorted compact JSON in UTF-8 is the RFC 8785 form.
    """
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def run_apart(code):
    """Run *code* in a Python of its own, from the repository's root, and return what it printed."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_known_url_has_a_published_digest():
    assert set(PUBLISHED) == contexts.KNOWN


@pytest.mark.parametrize("url", sorted(PUBLISHED))
def test_document_has_the_digest_of_the_published_file(url):
    assert digest(contexts.context_document(url)) == PUBLISHED[url][0]


@pytest.mark.parametrize("url", sorted(PUBLISHED))
def test_document_equals_the_reference_file_as_data(url):
    reference = REFERENCE / PUBLISHED[url][1]
    if not reference.is_file():
        pytest.skip(f"not compared: ../shared/standards/contexts/{reference.name} does not lie beside this checkout")
    assert contexts.context_document(url) == json.loads(reference.read_text(encoding="utf-8"))


def test_documents_hold_only_what_the_digest_here_can_measure():
    def check(value):
        assert value is None or value == 1.1 or isinstance(value, (str, bool, dict))
        if isinstance(value, dict):
            assert all(name.isascii() for name in value)
            for inner in value.values():
                check(inner)

    for url in contexts.KNOWN:
        check(contexts.context_document(url))


def test_unknown_url_raises_a_proof_error_that_names_it():
    with pytest.raises(contexts.UnknownContext) as raised:
        contexts.context_document("https://club.example.org/own-terms.json")
    assert isinstance(raised.value, ProofError)
    assert raised.value.url == "https://club.example.org/own-terms.json"
    assert str(raised.value) == (
        'the JSON-LD context "https://club.example.org/own-terms.json" is not among those known here, and none is '
        "fetched from the network; use the contexts that the badge standards name"
    )


@pytest.mark.parametrize("url", ["", contexts.OB3 + "#", contexts.OB3.replace("https", "http"), contexts.OB2 + "/"])
def test_url_that_differs_in_one_letter_is_unknown(url):
    with pytest.raises(contexts.UnknownContext):
        contexts.load(url)


def test_unknown_url_cannot_put_control_characters_on_the_screen():
    with pytest.raises(contexts.UnknownContext) as raised:
        contexts.context_document("https://example.org/\x1b[2J\u202e")
    assert str(raised.value).isprintable()


def test_load_answers_in_the_shape_pyld_asks_for():
    assert contexts.load(contexts.MULTIKEY, {"headers": {}}) == {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": contexts.MULTIKEY,
        "document": contexts.context_document(contexts.MULTIKEY),
    }


def test_document_is_made_once():
    assert contexts.context_document(contexts.OB3) is contexts.context_document(contexts.OB3)


def test_document_that_pyld_keeps_elsewhere_is_asked_of_pyld(monkeypatch):
    wanted = contexts.context_document(contexts.DID)
    monkeypatch.setitem(contexts._FROM_PYLD, contexts.DID, "moved.jsonld")
    assert contexts._bundled(contexts.DID) == wanted


def test_importing_contexts_imports_neither_pyld_nor_the_network():
    code = (
        "import sys; before = set(sys.modules)\n"  # whoever measures which lines are met has imported some
        "from pinback import contexts\n"
        "for url in contexts._FROM_TABLES: contexts.load(url)\n"
        "watched = {'pyld', 'socket', 'ssl', 'http.client', 'urllib.request', 'requests', 'aiohttp'}\n"
        "print(sorted(watched & set(sys.modules) - before))"
    )
    assert run_apart(code).strip() == "[]"


def test_no_known_context_opens_a_socket():
    code = (
        "import sys\n"
        "def refuse(event, arguments):\n"
        "    if event.startswith(('socket.', 'urllib.', 'http.')): raise SystemExit(event)\n"
        "sys.addaudithook(refuse)\n"
        "from pinback import contexts\n"
        "print(len([contexts.load(url) for url in contexts.KNOWN]) == len(contexts.KNOWN))"
    )
    assert run_apart(code).strip() == "True"


def expand(document):
    """Return what PyLD expands *document* to, and the properties it dropped."""
    dropped = []
    return jsonld.expand(document, {"documentLoader": contexts.load}, on_property_dropped=dropped.append), dropped


BADGE = {
    "@context": [contexts.CREDENTIALS_V2, contexts.OB3, contexts.OB3_EXTENSIONS],
    "id": "urn:uuid:5a1c8f0e-0000-4000-8000-000000000001",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Safe coxing",
    "awardedDate": "2026-05-17T00:00:00Z",
    "credentialStatus": {"id": "https://club.example.org/revoked.json", "type": "1EdTechRevocationList"},
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://club.example.org/badges/safe-coxing",
            "type": ["Achievement"],
            "tag": ["rowing"],
        },
    },
}


def test_pyld_expands_a_badge_and_drops_nothing():
    (badge,), dropped = expand(BADGE)
    assert dropped == []
    assert expand({**BADGE, "isued": "x"})[1] == ["isued"]
    assert badge["@type"][1] == "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"
    # The datatype is literal text because 1EdTech's context declares no such prefix.
    (awarded,) = badge["https://purl.imsglobal.org/spec/vc/ob/vocab.html#awardedDate"]
    assert awarded["@type"] == "xsd:dateTime"


def test_pyld_leaves_the_shared_documents_as_they_were():
    expand(BADGE)
    for url in BADGE["@context"]:
        assert digest(contexts.context_document(url)) == PUBLISHED[url][0]


@pytest.mark.parametrize("url", [contexts.OB3_0_1, contexts.OB3_UNNUMBERED])
def test_early_open_badges_context_cannot_follow_credentials_v2(url):
    with pytest.raises(jsonld.JsonLdError) as raised:
        expand({"@context": [contexts.CREDENTIALS_V2, url], "type": "OpenBadgeCredential"})
    assert raised.value.code == "protected term redefinition"
    expand({"@context": [contexts.CREDENTIALS_V1, url], "type": "OpenBadgeCredential"})


def test_unknown_context_in_a_document_is_the_cause_of_pylds_error():
    with pytest.raises(jsonld.JsonLdError) as raised:
        expand({"@context": "https://club.example.org/own-terms.json"})
    assert isinstance(raised.value.__cause__, contexts.UnknownContext)


def test_table_notation_makes_each_form_of_definition():
    table = """
    # a remark
    Thing       v:
      label     = v:
      size      v:Extent    x:float    @set
    """
    assert Table((table,), {"v": "https://example.org/vocabulary#"}, outer=BARE).document() == {
        "@context": {
            "Thing": {
                "@id": "https://example.org/vocabulary#Thing",
                "@context": {
                    "@protected": True,
                    "id": "@id",
                    "type": "@type",
                    "label": "https://example.org/vocabulary#label",
                    "size": {
                        "@id": "https://example.org/vocabulary#Extent",
                        "@type": "x:float",
                        "@container": "@set",
                    },
                },
            }
        }
    }


def test_layer_replaces_adds_and_takes_away_rows():
    newer = """
    Thing       v:
      label     v:
      size      v:
    old         v:
    """
    older = """
    Thing
      label     v:Label
      part      v:          -
      size      -
    old         -
    """
    table = Table((newer, older), {"v": "https://example.org/#"}, outer=BARE, inner=BARE, default_type="x:string")
    assert table.document() == {
        "@context": {
            "Thing": {
                "@id": "https://example.org/#Thing",
                "@context": {
                    "label": {"@id": "https://example.org/#Label", "@type": "x:string"},
                    "part": {"@id": "https://example.org/#part"},
                },
            }
        }
    }


def test_layer_that_takes_away_a_row_nobody_has_is_a_mistake():
    with pytest.raises(KeyError):
        Table(("term  v:", "trem  -"), {}).document()
