"""The lists of a site for programs: ``index.json``, the sitemap, robots.txt, headers and redirects for hosts."""

from __future__ import annotations

from typing import Any

from pinback import addresses
from pinback.assemble.material import Material
from pinback.model import Badge
from pinback.outputs import json_bytes, xml_text

HEADERS = b"""/*
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
  X-Frame-Options: DENY
/*.json
  Access-Control-Allow-Origin: *
/awards/*.json
  Content-Type: application/ld+json
/badges/*.json
  Content-Type: application/ld+json
/issuers/*.json
  Content-Type: application/ld+json
/issuers/*/log/checkpoint
  Content-Type: text/plain; charset=utf-8
  Access-Control-Allow-Origin: *
/issuers/*/log/checkpoints/*
  Content-Type: text/plain; charset=utf-8
  Access-Control-Allow-Origin: *
/issuers/*/log/tile/*
  Content-Type: application/octet-stream
  Access-Control-Allow-Origin: *
/issuers/*/witness/*
  Content-Type: text/plain; charset=utf-8
  Access-Control-Allow-Origin: *
/*.tlog-proof
  Content-Type: text/plain; charset=utf-8
  Access-Control-Allow-Origin: *
/*.txt
  Content-Type: text/plain; charset=utf-8
  Access-Control-Allow-Origin: *
/*.png
  Access-Control-Allow-Origin: *
/*.svg
  Access-Control-Allow-Origin: *
"""
"""Headers for Netlify and Cloudflare Pages; GitHub Pages sends its own and ignores the file."""


def index(material: Material) -> dict[str, Any]:
    """Return ``index.json``: issuers and badges for programs; awards are listed nowhere."""
    return {
        "title": material.club.site.title.in_language(material.language),
        "url": material.club.site.base_url,
        "issuers": [
            {
                "name": issuer.name.in_language(material.language),
                "url": material.where.url(addresses.issuer_page(issuer.slug)),
                "did": issuer.did,
                "profile": material.where.url(addresses.profile(issuer.slug, newest_profile(material, issuer.slug))),
            }
            for issuer in material.club.issuers.values()
        ],
        "badges": [_badge(material, badge) for badge in material.club.badges.values()],
        # For the guard, which compares with a site: awards from this day on never had all files there.
        **({"lean_since": since.isoformat()} if (since := material.club.site.lean_since) else {}),
    }


def _badge(material: Material, badge: Badge) -> dict[str, Any]:
    """Return one badge of ``index.json``: in its own language, and below ``languages`` as it is written in others."""
    where = material.where
    return {
        **_edition(material, badge, badge.language, where.url(addresses.badge_page(badge.slug))),
        "image": where.url(material.picture_path(badge)),
        "issuer": where.url(addresses.issuer_page(badge.issuer)),
        "issuer_name": material.club.issuers[badge.issuer].name.in_language(material.language),
        "tags": list(badge.tags),
        "skills": [entry.name for entry in badge.alignment],
        "language": badge.language,
        "languages": {
            pages.tag: _edition(material, badge, pages.tag, pages.place(path).url(path))
            for pages in material.faces
            for path in [addresses.badge_page(badge.slug)]
            if pages.tag != badge.language and _is_written_in(badge, pages.tag)
        },
    }


def _edition(material: Material, badge: Badge, tag: str, url: str) -> dict[str, str]:
    return {
        "name": badge.name.in_language(tag),
        "description": badge.description.in_language(tag),
        "category": badge.category.in_language(tag),
        "url": url,
    }


def _is_written_in(badge: Badge, tag: str) -> bool:
    """Tell whether name, description or category of a badge are written in a language."""
    return any(
        written == tag for text in (badge.name, badge.description, badge.category) for written, _ in text.versions
    )


def search_index(material: Material) -> bytes:
    """Return ``index.json`` as a script that sets ``pinbackIndex``, which a page can load from a disk too."""
    return as_script(index_bytes(material))


def as_script(document: bytes) -> bytes:
    """Return a JSON document as a script that sets ``pinbackIndex`` to it.

    NOTE: U+2028 and U+2029 end a line in scripts of older browsers, and may stand in JSON as they are.
    """
    text = document.decode("utf-8").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"window.pinbackIndex={text};\n".encode()


def newest_profile(material: Material, issuer: str) -> int:
    """Return the number of the profile that new awards name."""
    return material.sealed[issuer].register.profiles[-1].number if issuer in material.sealed else 1


def index_bytes(material: Material) -> bytes:
    """Return ``index.json`` as published."""
    return json_bytes(index(material))


def sitemap(material: Material) -> bytes:
    """Return the sitemap: pages that want to be found, so no awards; each with its editions in other languages."""
    paths = [addresses.HOME, addresses.CATALOGUE, addresses.VERIFY]
    paths += [addresses.page(page.slug) for page in material.club.pages if page.slug != "index"]
    paths += [addresses.badge_page(slug) for slug in material.club.badges]
    paths += [addresses.issuer_page(slug) for slug in material.club.issuers]
    paths += [addresses.log_page(slug) for slug in material.sealed]
    paths += [path for slug in material.club.issuers if (path := material.statistics_path(slug))]
    several = len(material.faces) > 1
    entries = []
    for path in paths:
        urls = [(pages.tag, xml_text(pages.place(path).url(path))) for pages in material.faces]
        others = "".join(f'<xhtml:link rel="alternate" hreflang="{tag}" href="{url}"/>' for tag, url in urls)
        entries += [f"<url><loc>{url}</loc>{others if several else ''}</url>\n" for _, url in urls]
    names = ' xmlns:xhtml="http://www.w3.org/1999/xhtml"' if several else ""
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"{names}>\n'
    )
    return f"{head}{''.join(entries)}</urlset>\n".encode()


def robots(material: Material) -> bytes:
    """Return robots.txt, which lets everybody in: award pages carry noindex, which a crawler only reads inside."""
    return f"User-agent: *\nAllow: /\nSitemap: {material.club.site.base_url}{addresses.SITEMAP}\n".encode("ascii")


def redirects(material: Material, base: str) -> bytes:
    """Return the rules by which hosts that can (Netlify) answer 410 Gone at the addresses of erased awards.

    Args:
        base: the path part of the site's address.
    """
    gone = sorted(id_ for sealed in material.sealed.values() for id_ in sealed.register.erased)
    folders = ["", *(f"{pages.folder}/" for pages in material.faces if pages.folder)]
    rules = (
        f"{base}{folder}awards/{id_}/* {base}{folder}{addresses.award_page(id_)} 410!\n"
        for id_ in gone
        for folder in folders
    )
    return "".join(rules).encode("ascii")
