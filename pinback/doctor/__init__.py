"""Is a club set up well? One finding for each thing that a steward can look at or click.

Files of the club's folder are read here; what git and the host say is given, the host's by ``get``, the network door
of the caller. Nothing is changed anywhere. Answers: the REST API of GitHub, version 2022-11-28.
"""

from pinback.doctor.examining import examine
from pinback.doctor.findings import Finding, Get, Setup, as_markdown, repository_of

__all__ = ["Finding", "Get", "Setup", "as_markdown", "examine", "repository_of"]
