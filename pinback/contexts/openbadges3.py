"""The terms of Open Badges 3.0: context-3.0.3.json and extensions.json of 1EdTech.

Context 3.0.3 in the text that has ``endorsementJwt`` and ``jti``: 1EdTech added the two later under the same URL
(seen from November 2025 on). Documents that use neither mean the same with both texts.
"""

from __future__ import annotations

from pinback.contexts.table import NAMED, Table

PREFIXES = {
    "ob": "https://purl.imsglobal.org/spec/vc/ob/vocab.html#",
    "schema": "https://schema.org/",
    "xs": "https://www.w3.org/2001/XMLSchema#",
}

TERMS = """
OpenBadgeCredential      ob:
AchievementCredential    OpenBadgeCredential
EndorsementCredential    ob:
Criteria                 ob:

Achievement              ob:
  achievementType        ob:
  alignment              ob:                     @set
  creator                ob:
  creditsAvailable       ob:                     xs:float
  criteria               ob:Criteria             @id
  fieldOfStudy           ob:
  humanCode              ob:
  image                  ob:                     @id
  inLanguage             schema:
  otherIdentifier        ob:                     @set
  related                ob:                     @set
  resultDescription      ob:                     @set
  specialization         ob:
  tag                    schema:keywords         @set
  version                ob:

AchievementSubject       ob:
  achievement            ob:
  activityEndDate        ob:                     xs:date
  activityStartDate      ob:                     xs:date
  creditsEarned          ob:                     xs:float
  identifier             ob:                     @set
  image                  ob:                     @id
  licenseNumber          ob:
  result                 ob:                     @set
  role                   ob:
  source                 ob:                     @id
  term                   ob:

Address                  ob:
  addressCountry         schema:
  addressCountryCode     ob:CountryCode
  addressLocality        schema:
  addressRegion          schema:
  geo                    ob:GeoCoordinates
  postOfficeBoxNumber    schema:
  postalCode             schema:
  streetAddress          schema:

Alignment                schema:AlignmentObject
  targetCode             ob:
  targetDescription      schema:
  targetFramework        schema:
  targetName             schema:
  targetType             ob:
  targetUrl              schema:                 xs:anyURI

EndorsementSubject       ob:
  endorsementComment     ob:

Evidence                 ob:
  audience               schema:
  genre                  schema:

GeoCoordinates           ob:
  latitude               schema:
  longitude              schema:

IdentifierEntry          ob:
  identifier             ob:
  identifierType         ob:

IdentityObject           ob:
  hashed                 ob:                     xs:boolean
  identityHash           ob:
  identityType           ob:
  salt                   ob:

Image                    ob:
  caption                schema:

Profile                  ob:
  additionalName         schema:
  address                ob:                     @id
  dateOfBirth            ob:                     xs:date
  email                  schema:
  familyName             schema:
  familyNamePrefix       ob:
  givenName              schema:
  honorificPrefix        schema:
  honorificSuffix        schema:
  image                  ob:                     @id
  official               ob:
  otherIdentifier        ob:                     @set
  parentOrg              ob:                     @id
  patronymicName         ob:
  phone                  ob:

Related                  ob:
  inLanguage             schema:
  version                ob:

Result                   ob:
  achievedLevel          ob:                     xs:anyURI
  resultDescription      ob:                     xs:anyURI
  status                 ob:
  value                  schema:

ResultDescription        ob:
  allowedValue           ob:                     @list
  requiredLevel          ob:                     xs:anyURI
  requiredValue          ob:
  resultType             ob:
  rubricCriterionLevel   ob:                     @set
  valueMax               ob:
  valueMin               ob:

RubricCriterionLevel     ob:
  level                  ob:
  points                 ob:

# properties of more than one class
alignment                ob:                     @set
# NOTE: "xsd" is declared nowhere, so the datatype is the literal text "xsd:dateTime". That is how 1EdTech
# publishes it and what other programs sign and check; do not put it right here.
awardedDate              ob:                     xsd:dateTime
description              schema:
endorsement              ob:                     @set
endorsementJwt           ob:                     @set
image                    ob:                     @id
inLanguage               schema:
jti                      https://www.iana.org/assignments/jwt#jti  @id
name                     schema:
narrative                ob:
url                      schema:                 xs:anyURI
"""

_EXTENSIONS = """
1EdTechJsonSchemaValidator2019  = vccs:
1EdTechRevocationList           = vcrl:
1EdTechCredentialRefresh        = vccr:
"""

CONTEXT_3_0_3 = Table((TERMS,), PREFIXES)
EXTENSIONS = Table(
    (_EXTENSIONS,),
    {part: f"https://purl.imsglobal.org/spec/{part}/v1p0/context.json#" for part in ("vccs", "vcrl", "vccr")},
    outer=NAMED,
)
