"""A badge in the words of schema.org, by which search engines know what a page is about.

Types: ``EducationalOccupationalCredential`` and its properties (schema.org, "EducationalOccupationalCredential"). It says
nothing that the page does not say, and nothing of anybody who holds the badge. The template puts it into the page as a
block of data; a browser runs nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinback import micro_credential
from pinback.model import Alignment, Badge, Duration

_UNITS = {"day": "D", "week": "W", "month": "M", "year": "Y"}


def iso_duration(duration: Duration) -> str:
    """Return a duration as ISO 8601 has it, like ``P2Y``."""
    return f"P{duration.count}{_UNITS[duration.unit]}"


def badge_credential(badge: Badge, kind: str, url: str, image: str, issuer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands in a badge's page.

    Args:
        badge: in the edition of the page.
        kind: the badge's type, in words.
        url: published address of the page.
        image: published address of the picture.
        issuer: values of its issuer; ``page_url`` is the published address of its page, ``logo_url`` of its logo or "".
    """
    organization = {"@type": "Organization", "@id": issuer["did"], "name": issuer["name"], "url": issuer["url"]}
    if issuer["logo_url"]:
        organization["logo"] = issuer["logo_url"]
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "EducationalOccupationalCredential",
        "@id": url,
        "name": badge.name.in_language(badge.language),
        "description": badge.description.in_language(badge.language),
        "url": url,
        "image": image,
        "inLanguage": badge.language,
        "credentialCategory": kind,
        "recognizedBy": organization | {"mainEntityOfPage": issuer["page_url"]},
    }
    micro, levels = badge.micro_credential, micro_credential.alignments(badge)[len(badge.alignment) :]
    outcomes = [micro_credential.text_of(text, badge) for text in micro.learning_outcomes] if micro else []
    if badge.alignment or outcomes:
        found["competencyRequired"] = [*map(_competency, badge.alignment), *outcomes]
    if levels:
        found["educationalLevel"] = [_competency(entry) for entry in levels]
    if micro and micro.hours:
        found["timeRequired"] = f"PT{micro.hours}H"
    if badge.valid_for:
        found["validFor"] = iso_duration(badge.valid_for)
    if badge.tags:
        found["keywords"] = list(badge.tags)
    return found


def _competency(entry: Alignment) -> dict[str, str]:
    """Return a skill as a DefinedTerm."""
    values = {
        "name": entry.name,
        "url": entry.url,
        "termCode": entry.code,
        "description": entry.description,
        "inDefinedTermSet": entry.framework,
    }
    return {"@type": "DefinedTerm", **{name: value for name, value in values.items() if value}}
