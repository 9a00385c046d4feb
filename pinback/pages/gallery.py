"""The gallery: one page with every piece of the theme in every state, for people who change the theme.

It is in previews only (``serve``, ``build --preview``). Its headings are English, for the person at work; the pieces speak the language of
the page. Award values are made by the same function as on real pages, from a credential that nobody signed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pinback import addresses
from pinback.micro_credential import Row
from pinback.pages.awards import Fate, award_values
from pinback.pages.badges import BadgeCard, micro_credential_rows
from pinback.pages.shared import Pages

_DAY = date(2026, 5, 17)
_SAMPLE: Mapping[str, Any] = {
    "id": "https://badges.example.org/awards/aaaaaaaaaaaaaaaa/credential.json",
    "awardedDate": "2026-05-17T00:00:00Z",
    "validUntil": "2028-05-17T23:59:59Z",
    "issuer": {"name": "Example club", "id": "did:web:badges.example.org"},
    "credentialSubject": {
        "achievement": {
            "image": {"caption": "A sample."},
            "inLanguage": "en",
            "resultDescription": [{"id": "urn:time", "name": "Time"}],
            "alignment": [
                {"targetName": "Ropework", "targetUrl": "https://union.example.org/rope", "targetCode": "R1"}
            ],
            "tag": ["rope", "węzły", "عقد", "结"],
        },
        "result": [{"resultDescription": "urn:time", "value": "82"}],
        "role": "Umpire",
        "term": "Spring 2026",
    },
    "evidence": [{"id": "https://club.example.org/log", "name": "Log book", "genre": "text", "description": "Page 3."}],
    "proof": [{"verificationMethod": "did:web:badges.example.org#z6Mk", "created": "2026-06-01T12:00:00Z"}],
}
_BADGE = {"name": "Knots", "description": "Ties six knots that hold.", "criteria": {"narrative": "Tie **six knots**."}}
_FATES: Mapping[str, Fate] = {
    "in force, a name in the open": Fate(name="Zoë Ångström"),
    "in force, no name": Fate(),
    "of a young holder": Fate(minor=True),
    "withdrawn": Fate(name="Max Muster", withdrawn=("no-longer-met", _DAY)),
    "replaced": Fate(withdrawn=("replaced", _DAY), replaced_by=addresses.HOME),
    "suspended": Fate(suspended=_DAY),
    "signed with a stolen key": Fate(dead=True),
}
TOKENS = (
    "bg",
    "stage",
    "card",
    "line",
    "edge",
    "fg",
    "mut",
    "acc",
    "fill",
    "ok",
    "ok-bg",
    "bad",
    "bad-bg",
    "warn",
    "warn-bg",
)
"""The colours of the style sheet, by their names there."""
_MICRO_CREDENTIAL = (
    Row("Learning outcomes", ("Plans a lesson for beginners.", "Keeps a group of six boats safe.")),
    Row("Workload", ("50 hours (notional), 2 ECTS",)),
)
TONES = (
    ("good", "Genuine and in force."),
    ("warn", "Genuine, but expired."),
    ("bad", "Changed or forged: do not rely on it."),
    ("unsure", "Cannot tell whether it is genuine and in force."),
)


def gallery_page(pages: Pages, cards: Sequence[BadgeCard], issuers: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the gallery.

    Args:
        pages: of one language.
        cards: badges of the club, of which the first few are shown.
        issuers: values of its issuers.
    """
    language = pages.language
    awards = [
        (name, award_values(_SAMPLE, _BADGE, fate, lambda markdown: f"<p>{markdown}</p>", language))
        for name, fate in _FATES.items()
    ]
    values = {
        "gallery_style": addresses.GALLERY_STYLE,
        "awards": awards,
        "cards": cards[:4],
        "issuers": issuers,
        "micro_credential": micro_credential_rows(_MICRO_CREDENTIAL),
        "country": language.country("GB"),
        "tokens": TOKENS,
        "tones": [(tone, language.text(sentence)) for tone, sentence in TONES],
        "day": _DAY,
        "day_text": language.day(_DAY),
    }
    return pages.page("gallery.html", addresses.GALLERY, "Gallery", "Every piece of the theme", values, noindex=True)
