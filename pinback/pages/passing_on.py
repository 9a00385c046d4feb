"""How an award's page is passed on: links to other sites, LinkedIn's form, letters to the issuer, an embed code.

All of it is made of plain links, which work without a script and ask nothing of anybody before they are followed. They
carry the page's address without a name; a script may put the named link in when the reader asks for it, so the address
stands in them percent-encoded exactly as JavaScript's ``encodeURIComponent`` does.
"""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

from pinback.pages.language import Language


def _encoded(text: str) -> str:
    return quote(text, safe="")


def share_links(address: str, title: str, language: Language) -> list[dict[str, str]]:
    """Return sites that a page can be shared on, each ``name`` and ``url``; a letter comes first.

    Args:
        address: of the page.
        title: what the page is about, such as "Knots, awarded by Test club".
        language: of the page.
    """
    link, words, both = _encoded(address), _encoded(title), _encoded(f"{title}\n{address}")
    return [
        {"name": language.text("E-mail"), "url": f"mailto:?subject={words}&body={both}"},
        # NOTE: Mastodon has many servers; its own share page asks for the reader's, and reads what stands behind the "#".
        {"name": "Mastodon", "url": f"https://share.joinmastodon.org/#text={both}"},
        {"name": "Bluesky", "url": f"https://bsky.app/intent/compose?text={both}"},
        {"name": "LinkedIn", "url": f"https://www.linkedin.com/sharing/share-offsite/?url={link}"},
        {"name": "Facebook", "url": f"https://www.facebook.com/sharer/sharer.php?u={link}"},
        {"name": "WhatsApp", "url": f"https://wa.me/?text={both}"},
        {"name": "Telegram", "url": f"https://t.me/share/url?url={link}&text={words}"},
        {"name": "X", "url": f"https://x.com/intent/post?text={words}&url={link}"},
    ]


def linkedin_form(
    badge: str,
    issuer: str,
    awarded: date,
    valid_until: date | None,
    number: str,
    address: str,
    language: Language,
    texts: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """Return LinkedIn's form for a certificate: ``url`` opens it filled in; ``fields`` are the same to be copied.

    Each field has ``id`` (a word), ``label`` and ``value``. LinkedIn does not always fill its form in from the link.

    Args:
        badge: name.
        issuer: name.
        awarded: day.
        valid_until: day, or None.
        number: of the award.
        address: of its page.
        language: of the page.
        texts: both days in words, where the caller has them; the last may be empty.
    """
    query = {
        "startTask": "CERTIFICATION_NAME",
        "name": badge,
        "organizationName": issuer,
        "issueYear": str(awarded.year),
        "issueMonth": str(awarded.month),
    }
    if valid_until:
        query |= {"expirationYear": str(valid_until.year), "expirationMonth": str(valid_until.month)}
    query |= {"certId": number, "certUrl": address}
    say = language.text
    issued, expires = texts or (language.day(awarded), language.day(valid_until) if valid_until else "")
    fields = [
        ("name", say("Name"), badge),
        ("organisation", say("Issuing organisation"), issuer),
        ("issued", say("Issue date"), issued),
        ("expires", say("Expiry date"), expires),
        ("number", say("Credential ID"), number),
        ("address", say("Credential URL"), address),
    ]
    return {
        "url": f"https://www.linkedin.com/profile/add?{urlencode(query, quote_via=quote, safe='')}",
        "fields": [{"id": id_, "label": label, "value": value} for id_, label, value in fields if value],
    }


def letter(contact: str, subject: str, body: str) -> str:
    """Return a link that opens a letter to the issuer, or the issuer's own form as it is.

    Args:
        contact: ``mailto:`` or https address.
        subject: of the letter.
        body: of the letter; lines end in LF.
    """
    if not contact.startswith("mailto:") or "?" in contact:
        return contact
    return f"{contact}?subject={_encoded(subject)}&body={_encoded(body.replace(chr(10), chr(13) + chr(10)))}"


def embed_code(address: str, picture: str, alt: str) -> str:
    """Return HTML that shows the badge on another page and leads to this one."""
    return (
        f'<a href="{escape(address)}" rel="noopener">'
        f'<img src="{escape(picture)}" alt="{escape(alt)}" width="200" height="200" loading="lazy"></a>'
    )
