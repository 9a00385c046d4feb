"""The lists of a site for programs: ``index.json``, the sitemap, robots.txt, headers and redirects for hosts."""

from __future__ import annotations

from typing import Any

from pinback import addresses
from pinback.assemble.material import Material
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
        "badges": [
            {
                "name": badge.name.in_language(badge.language),
                "description": badge.description.in_language(badge.language),
                "url": material.where.url(addresses.badge_page(badge.slug)),
                "image": material.where.url(material.picture_path(badge)),
                "issuer": material.where.url(addresses.issuer_page(badge.issuer)),
                "tags": list(badge.tags),
                "language": badge.language,
            }
            for badge in material.club.badges.values()
        ],
    }


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
