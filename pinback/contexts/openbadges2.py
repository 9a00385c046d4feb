"""The terms of Open Badges 2.0: the context https://w3id.org/openbadges/v2.

NOTE: 1EdTech's validator loads another text under the same URL, in which ``targetFramework`` is
``schema:targetFramework``; this is the specification's own.
"""

from __future__ import annotations

from pinback.contexts.table import NAMED, Table

_TERMS = """
# prefixes that the context declares itself; the rows below keep them as they are
extensions            = https://w3id.org/openbadges/extensions#
obi                   = https://w3id.org/openbadges#
cred                  = https://w3id.org/credentials#
dc                    = http://purl.org/dc/terms/
schema                = http://schema.org/
sec                   = https://w3id.org/security#
xsd                   = http://www.w3.org/2001/XMLSchema#

# classes, and the two words that were once written for them
AlignmentObject       = schema:
Assertion             = obi:
BadgeClass            = obi:
Criteria              = obi:
CryptographicKey      = sec:Key
Endorsement           = cred:Credential
Evidence              = obi:
Extension             = obi:
FrameValidation       = obi:
HostedBadge           = obi:
hosted                = obi:HostedBadge
IdentityObject        = obi:
Image                 = obi:
Issuer                = obi:
Profile               = obi:
RevocationList        = obi:
SignedBadge           = obi:
signed                = obi:SignedBadge
TypeValidation        = obi:
VerificationObject    = obi:

# properties
alignment             obi:                         @id
allowedOrigins        obi:
audience              obi:
author                schema:                      @id
badge                 obi:                         @id
caption               schema:
claim                 cred:                        @id
created               dc:                          xsd:dateTime
creator               dc:                          @id
criteria              obi:                         @id
description           schema:
email                 schema:
endorsement           cred:credential              @id
endorsementComment    obi:
evidence              obi:                         @id
expires               sec:expiration               xsd:dateTime
genre                 schema:
hashed                obi:                         xsd:boolean
identity              obi:identityHash
image                 schema:                      @id
issuedOn              obi:issueDate                xsd:dateTime
issuer                obi:                         @id
name                  schema:
narrative             obi:
owner                 sec:                         @id
publicKey             sec:                         @id
publicKeyPem          sec:
recipient             obi:                         @id
related               dc:relation                  @id
revocationList        obi:                         @id
revocationReason      obi:
revoked               obi:                         xsd:boolean
revokedAssertions     obi:revoked
salt                  obi:
startsWith            http://purl.org/dqm-vocabulary/v1/dqm#startsWith
tags                  schema:keywords
targetCode            obi:
targetDescription     schema:
targetFramework       schema:educationalFramework
targetName            schema:
targetUrl             schema:
telephone             schema:
uid                   obi:
url                   schema:                      @id
validatesType         = obi:
validation            = obi:
validationFrame       = obi:
validationSchema      = obi:
verification          obi:verify                   @id
verificationProperty  obi:
verify                = verification
version               schema:
"""

OPEN_BADGES_2 = Table((_TERMS,), prefixes={}, outer=NAMED)
