"""The terms of the Comprehensive Learner Record 2.0: context-2.0.1.json of 1EdTech, and its older, un-numbered text."""

from __future__ import annotations

from pinback.contexts.table import BARE, NAMED, Table

_PREFIXES = {"clr": "https://purl.imsglobal.org/spec/vc/clr/vocab.html#"}

# NOTE: "xsd" is declared nowhere, as in Open Badges 3.0.3: its datatypes stay literal text.
_TERMS = """
ClrCredential             clr:
  id                      = @id
  type                    = @type
  partial                 clr:                xsd:boolean

ClrSubject                clr:
  id                      = @id
  type                    = @type
  cred                    = https://www.w3.org/2018/credentials#
  obi                     = https://purl.imsglobal.org/spec/vc/ob/vocab.html#
  achievement             clr:                obi:Achievement            @set
  association             clr:                clr:Association            @set
  identifier              clr:identifier-1    obi:Identifier             @set
  verifiableCredential    clr:                cred:verifiableCredential  @set

Association               clr:
  associationType         clr:AssociationType
  sourceId                clr:                xsd:anyURI
  targetId                clr:                xsd:anyURI
"""

_TO_UNNUMBERED = """
ClrCredential
  partial                 -
ClrSubject
  obi                     = https://purl.imsglobal.org/spec/ob/v3p0/vocab.html#
  identifier              -
"""

CONTEXT_2_0_1 = Table((_TERMS,), _PREFIXES, outer=NAMED, inner=BARE)
UNNUMBERED = Table((_TERMS, _TO_UNNUMBERED), _PREFIXES, outer=NAMED, inner=BARE)
