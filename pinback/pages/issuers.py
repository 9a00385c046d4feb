"""Issuers on pages: in lists, and the page of an issuer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinback import addresses
from pinback.model import Issuer
from pinback.pages.badges import CardGroup
from pinback.pages.language import Language
from pinback.pages.shared import Pages
from pinback.statistics import Cell, Table


def issuer_values(issuer: Issuer, language: Language, logo: str) -> dict[str, Any]:
    """Return an issuer for a page."""
    return {
        "name": issuer.name.in_language(language.tag),
        "description": issuer.description.in_language(language.tag),
        "url": issuer.url,
        "host": issuer.url.removeprefix("https://").rstrip("/"),
        "contact": issuer.contact,
        "contact_text": issuer.contact.removeprefix("mailto:").removeprefix("https://").rstrip("/"),
        "did": issuer.did,
        "country": language.country(issuer.address.country) if issuer.address else "",
        "logo": logo,
        "page": addresses.issuer_page(issuer.slug),
        "slug": issuer.slug,
    }


def fingerprint(key: str) -> list[str]:
    """Return a key's id in groups of four signs, as people read it to each other."""
    return [key[start : start + 4] for start in range(0, len(key), 4)]


def issuer_page(
    pages: Pages,
    values: Mapping[str, Any],
    groups: Sequence[CardGroup],
    keys: Sequence[Mapping[str, Any]],
    about: Mapping[str, Any],
) -> bytes:
    """Return an issuer's page.

    Args:
        pages: of one language.
        values: of the issuer.
        groups: its badges.
        keys: values of its signing keys.
        about: ``parent``, ``children``, ``how_we_award`` (HTML), ``vouched_by``, ``member_of``, ``groups_endorsed``, and the paths ``statistics``
            and ``closing``, each of them "" where there is none.
    """
    filled = {"issuer": values, "groups": groups, "keys": keys, **about}
    path = addresses.issuer_page(values["slug"])
    return pages.page("issuer.html", path, values["name"], values["description"] or values["name"], filled)


def statistics_page(pages: Pages, values: Mapping[str, Any], table: Table, names: Sequence[tuple[str, str]]) -> bytes:
    """Return the page that says how often each badge of an issuer was awarded, as far as it is shown.

    Args:
        pages: of one language.
        values: of the issuer.
        table: as shown.
        names: name of each badge and the language of that name, in the order of the rows.
    """
    language = pages.language
    path = addresses.statistics_page(values["slug"])
    most = max((cell.number or 0 for cell in table.by_year), default=0)
    cells = [*(cell for row in table.cells for cell in row), *table.by_badge, *table.by_year, table.total]
    filled = {
        "issuer": values,
        "years": [str(year) for year in table.years],
        "rows": [
            {
                "name": name,
                "language": written,
                "path": addresses.badge_page(slug),
                "cells": [_cell(cell, language) for cell in row],
                "total": _cell(total, language),
            }
            for slug, (name, written), row, total in zip(table.badges, names, table.cells, table.by_badge, strict=True)
        ],
        "totals": [_cell(cell, language) for cell in table.by_year],
        "total": _cell(table.total, language),
        "bars": [
            {
                "year": str(year),
                **_cell(cell, language),
                "share": round(100 * (cell.number or 0) / most) if most else 0,
            }
            for year, cell in zip(table.years, table.by_year, strict=True)
        ],
        "some_hidden": any(cell.number is None for cell in cells),
        "csv": addresses.statistics_csv(values["slug"]),
    }
    title = language.text("Awards in numbers")
    description = language.text("How often %(issuer)s awarded each badge, by year", issuer=values["name"])
    return pages.page("statistics.html", path, title, description, filled)


def _cell(cell: Cell, language: Language) -> dict[str, Any]:
    """Return a number as it is shown: ``text``, or "" where ``few`` or ``hidden`` says why there is none."""
    text = "" if cell.number is None else language.number(cell.number)
    return {"text": text, "few": cell.few, "hidden": cell.number is None and not cell.few}
