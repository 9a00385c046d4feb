"""The terms of W3C's keys, proofs and status lists, where PyLD does not bring them along.

Verifiable Credential Data Integrity 1.0, "Contexts and Vocabularies" (Multikey, JsonWebKey, data-integrity/v1 and
v2); Controlled Identifiers 1.0 (cid/v1); Bitstring Status List 1.0 (credentials/status/v1).
"""

from __future__ import annotations

from textwrap import indent

from pinback.contexts.table import Table

_PREFIXES = {
    "sec": "https://w3id.org/security#",
    "xs": "http://www.w3.org/2001/XMLSchema#",
    "dc": "http://purl.org/dc/terms/",
    "did": "https://www.w3.org/ns/did#",
    "as": "https://www.w3.org/ns/activitystreams#",
}

_KEY = """
  controller              sec:                               @id
  expires                 sec:expiration                     xs:dateTime
  revoked                 sec:                               xs:dateTime
"""

_MULTIKEY = f"""
Multikey                  sec:
{_KEY}
  publicKeyMultibase      sec:                               sec:multibase
  secretKeyMultibase      sec:                               sec:multibase
"""

_JSON_WEB_KEY = f"""
JsonWebKey                sec:
{_KEY}
  publicKeyJwk            sec:                               @json
  secretKeyJwk            sec:                               @json
"""

_PURPOSES = """
assertionMethod           sec:                               @id          @set
authentication            sec:authenticationMethod           @id          @set
capabilityDelegation      sec:capabilityDelegationMethod     @id          @set
capabilityInvocation      sec:capabilityInvocationMethod     @id          @set
keyAgreement              sec:keyAgreementMethod             @id          @set
"""

_PROOF = f"""
proof                     sec:                               @id          @graph
DataIntegrityProof        sec:
  challenge               = sec:
  created                 dc:                                xs:dateTime
  cryptosuite             sec:                               sec:cryptosuiteString
  domain                  = sec:
  expires                 sec:expiration                     xs:dateTime
  nonce                   = sec:
  previousProof           sec:                               @id
  proofPurpose            sec:                               @vocab
{indent(_PURPOSES, "    ")}
  proofValue              sec:                               sec:multibase
  verificationMethod      sec:                               @id
"""

_TO_PROOF_V1 = """
DataIntegrityProof
  cryptosuite             = sec:
  previousProof           -
"""

_CONTROLLED_IDENTIFIER = """
alsoKnownAs               as:                                @id
controller                sec:                               @id
service                   did:                               @id
  serviceEndpoint         did:                               @id
verificationMethod        sec:                               @id
"""

_STATUS_LIST = """
BitstringStatusListCredential  = status:

BitstringStatusList       status:
  encodedList             status:                            sec:multibase
  statusPurpose           = status:
  ttl                     = status:

BitstringStatusListEntry  status:
  statusListCredential    status:                            @id
  statusListIndex         = status:
  statusMessage           status:
    message               = status:
    status                = status:
  statusPurpose           = status:
  statusReference         status:                            @id
  statusSize              status:                            xs:integer
"""

MULTIKEY = Table((_MULTIKEY,), _PREFIXES)
JSON_WEB_KEY = Table((_JSON_WEB_KEY,), _PREFIXES)
DATA_INTEGRITY_V2 = Table((_PROOF,), _PREFIXES)
DATA_INTEGRITY_V1 = Table((_PROOF, _TO_PROOF_V1), _PREFIXES)
CONTROLLED_IDENTIFIER = Table((_CONTROLLED_IDENTIFIER, _PURPOSES, _MULTIKEY, _JSON_WEB_KEY), _PREFIXES)
STATUS_LIST = Table(
    (_STATUS_LIST,),
    {
        **_PREFIXES,
        "status": "https://www.w3.org/ns/credentials/status#",
        # NOTE: with https, unlike the contexts above.
        "xs": "https://www.w3.org/2001/XMLSchema#",
    },
)
