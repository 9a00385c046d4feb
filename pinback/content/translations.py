"""What is not written in all languages of a club: told as warnings, because pages then show another language.

Which texts count: ``title`` and ``description`` of the site; ``description`` and ``how_we_award`` of an issuer, and its
``name`` where that is written in several languages (a name in one is taken for its name everywhere); ``name``,
``description``, ``alt``, ``category``, the texts of a micro-credential and the criteria of a badge; own pages. All else is written in one language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pinback.content import micro_credentials
from pinback.errors import Problem, quoted
from pinback.model import Award, Badge, Club, Issuer, LocalText, Site


def missing(club: Club) -> Iterator[Problem]:
    """Yield one warning for each file that lacks texts in some of the site's languages; none where there is one language."""
    languages, first = club.site.languages, club.site.language
    if len(languages) < 2:
        return
    texts = {"title": club.site.title, "description": club.site.description}
    yield from _warning(club.site.origin.file, texts, languages, first)
    for issuer in club.issuers.values():
        yield from _warning(issuer.origin.file, _issuer_texts(issuer), languages, first)
    for badge in club.badges.values():
        others = [tag for tag in languages if tag != badge.language]
        lacking = {tag: names for tag in others if (names := missing_in(badge, tag))}
        whole = set(badge.editions).issuperset(lacking)
        shown = (
            _SHOWN
            if whole
            else "write it too; pages show the whole badge in {} until name, description and criteria are there"
        )
        yield from _line(badge.origin.file, lacking, shown.format(quoted(badge.language)))
    for page in club.pages:
        written = {page.language, *(one.language for one in page.translations)}
        others = [tag for tag in languages if tag not in written]
        files = " and ".join(f"site_src/{page.slug}.{tag}.md" for tag in others)
        cure = f"write {files}; the site shows the page in {quoted(page.language)} until then"
        yield from _line(page.origin.file, dict.fromkeys(others, ()), cure)


_SHOWN = "write it too; pages show it in {} until then"


def _issuer_texts(issuer: Issuer) -> Mapping[str, LocalText]:
    several = [tag for tag, _ in issuer.name.versions if tag]
    named = {"name": issuer.name} if several else {}
    return {**named, "description": issuer.description, "how_we_award": issuer.how_we_award}


def _lacks(text: LocalText, language: str, own: str) -> bool:
    """Tell whether a text is written, and not in *language*; one that names no language is in *own*."""
    names_languages = bool(text.versions) and bool(text.versions[0][0])
    return bool(text.versions) and not text.written_in(language) and (names_languages or language != own)


def _warning(file: str, texts: Mapping[str, LocalText], languages: tuple[str, ...], own: str) -> Iterator[Problem]:
    lacking = {tag: [name for name, text in texts.items() if _lacks(text, tag, own)] for tag in languages}
    shown = {texts[name].language_of(tag) or own for tag, names in lacking.items() for name in names}
    cure = _SHOWN.format(" or ".join(quoted(tag) for tag in sorted(shown)))
    yield from _line(file, {tag: names for tag, names in lacking.items() if names}, cure)


def _line(file: str, lacking: Mapping[str, Sequence[str]], cure: str) -> Iterator[Problem]:
    """Yield one warning over all languages in which something of a file is not written; nothing named: all of it."""
    parts = [quoted(tag) + (f" ({', '.join(names)})" if names else "") for tag, names in lacking.items()]
    if parts:
        yield Problem(file, 0, f"not written in {' and '.join(parts)}", cure, warning=True)


def missing_in(badge: Badge, language: str) -> tuple[str, ...]:
    """Return the names of a badge's texts that are not written in *language*, which is not its own."""
    texts = {"name": badge.name, "description": badge.description, "alt": badge.alt, "category": badge.category}
    texts |= micro_credentials.texts(badge)
    names = [name for name, text in texts.items() if _lacks(text, language, badge.language)]
    if not any(criteria.language == language for criteria in badge.translations):
        names.append("criteria")
    return tuple(names)


def fault_in_language(award: Award, badge: Badge, site: Site) -> tuple[str, str] | None:
    """Say what is wrong and the cure where an award shall be signed in a language that its badge is not written in."""
    language = award.language
    if not language or language in badge.editions:
        return None
    folder = f"badges/{badge.slug}"
    written = ", ".join(badge.editions)
    if language not in site.languages:
        what = f"language is {quoted(language)}, which is not among the languages in site.yaml"
        return what, f"use one in which {folder} is written ({written})"
    what = f"language is {quoted(language)}, and {folder} is not written in it"
    names = [name for name in missing_in(badge, language) if name in ("name", "description")]
    todo = [f"{' and '.join(names)} in {folder}/badge.md"] if names else []
    if "criteria" in missing_in(badge, language):
        todo.append(f"{folder}/criteria.{language}.md")
    return what, f"write {' and '.join(todo)}, or use one in which it is written ({written})"
