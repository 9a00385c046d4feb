"""The older texts of the Open Badges 3.0 context, as differences from 3.0.3; for reading only.

New badges name context 3.0.3. The un-numbered ``context.json`` and 3.0.1 cannot stand beside credentials/v2: they
define protected terms anew, and a JSON-LD processor refuses that. They belong to badges on the VC 1.1 model.
"""

from __future__ import annotations

from pinback.contexts.openbadges3 import PREFIXES, TERMS
from pinback.contexts.table import BARE, NAMED, Table

_TO_3_0_2 = """
Achievement
  image                  ob:Image                @id
  inLanguage             -
AchievementSubject
  achievement            ob:achievement-0
  image                  ob:Image                @id
Profile
  image                  ob:Image                @id
Related
  inLanguage             -
awardedDate              -
endorsementJwt           -
image                    ob:Image                @id
inLanguage               -
jti                      -
"""

# From here on every property is xsd:string unless it says otherwise, and nothing is protected.
_TO_3_0_1 = """
xsd                      = https://www.w3.org/2001/XMLSchema#
Achievement
  creator                ob:                     -
  tag                    schema:keywords         xs:string                @set
AchievementSubject
  achievement            ob:achievement-0        -
Address
  geo                    ob:GeoCoordinates       -
ResultDescription
  allowedValue           ob:                     xs:string                @set
awardedDate              ob:                     xs:dateTime
image                    ob:                     @id
"""

_TO_UNNUMBERED = """
Achievement
  alignment              ob:                     ob:Alignment             @set
  creator                ob:Profile              -
  image                  -
  otherIdentifier        ob:                     ob:IdentifierEntry       @set
  related                ob:                     ob:Related               @set
  resultDescription      ob:                     ob:ResultDescription     @set
AchievementSubject
  achievement            ob:Achievement          -
  identifier             ob:                     ob:IdentityObject        @set
  image                  -
  result                 ob:                     ob:Result                @set
  source                 ob:                     ob:Profile
Alignment                schema:Alignment
Profile
  address                ob:Address              -
  image                  -
  otherIdentifier        ob:                     ob:IdentifierEntry       @set
  parentOrg              ob:                     xs:string
  phone                  ob:PhoneNumber
ResultDescription
  rubricCriterionLevel   ob:                     ob:RubricCriterionLevel  @set
alignment                ob:                     ob:Alignment             @set
awardedDate              -
endorsement              ob:                     ob:EndorsementCredential @set
image                    ob:                     ob:Image
"""

_SHORT_TYPES = {**PREFIXES, "xs": "xsd:"}

CONTEXT_3_0_2 = Table((TERMS, _TO_3_0_2), PREFIXES)
CONTEXT_3_0_1 = Table((TERMS, _TO_3_0_2, _TO_3_0_1), _SHORT_TYPES, NAMED, BARE, default_type="xs:string")
UNNUMBERED = Table((*CONTEXT_3_0_1.layers, _TO_UNNUMBERED), _SHORT_TYPES, NAMED, BARE, default_type="xs:string")
