"""Renews the catalogues of the interface: new messages come in, messages that are gone go out, translations stay.

    .venv/bin/python -m tests.pages.catalogues [LANGUAGE …]

Without languages every catalogue in ``theme/locale`` is renewed; a language that has none yet gets an empty one. What is not
translated yet is told at the end. Messages come from the templates, from the rooms that make pages, from the words of the
standards that pages show, and from the table of rules for lists of people.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from babel import Locale  # noqa: E402
from babel.messages.catalog import Catalog  # noqa: E402
from babel.messages.extract import extract  # noqa: E402
from babel.messages.pofile import read_po, write_po  # noqa: E402

from pinback.content.fields import ACHIEVEMENT_TYPES, RESULT_STATUSES  # noqa: E402
from pinback.page_scripts import roster_rules  # noqa: E402
from pinback.pages.badges import words  # noqa: E402

LOCALE = ROOT / "theme" / "locale"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "text": None, "say": None, "plural": (1, 2), "marked": None}
ROOMS = ("pinback/pages", "pinback/assemble", "pinback/certificates")
HEADER = """# The words of the interface. A new language is one file of this kind; renew it with
#   python -m tests.pages.catalogues LANGUAGE"""


def messages() -> Catalog:
    """Return every message of the interface, without translations."""
    found = Catalog(charset="utf-8", fuzzy=False)
    for message in _messages():
        found.add(message)
    return found


def _messages() -> Iterator[str | tuple[str, ...]]:
    for path in sorted((ROOT / "theme").glob("*.html")):
        options = {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}
        yield from _of(path, "jinja2.ext:babel_extract", options)
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield from _of(path, "python", {})
    yield from sorted({words(name) for name in (*ACHIEVEMENT_TYPES, *RESULT_STATUSES)})
    yield from sorted(set(json.loads(roster_rules())["messages"].values()))


def _of(path: Path, method: str, options: dict[str, str]) -> Iterator[str | tuple[str, ...]]:
    with path.open("rb") as file:
        for _, message, _, _ in extract(method, file, keywords=KEYWORDS, options=options):
            yield message


def renewed(tag: str) -> Catalog:
    """Return the catalogue of a language as it should be: old translations, the messages of now, sorted."""
    path = LOCALE / f"{tag}.po"
    locale = Locale.parse(tag)
    old = read_po(BytesIO(path.read_bytes()), locale=locale) if path.exists() else Catalog(locale=locale)
    # NOTE: how a language counts stays as its file says. Babel's table changes with its versions, as when French got a form for millions.
    new = read_po(BytesIO(_head(old)), locale=locale)
    for message in messages():
        # The head, and a space between two texts, which some versions of Babel take for a message.
        if not message.id or message.id == " ":
            continue
        known = old.get(message.id)
        new.add(message.id, known.string if known is not None and not known.fuzzy else None)
    return new


def _head(catalogue: Catalog) -> bytes:
    """Return the beginning of a catalogue's file."""
    return (
        f'{HEADER}\nmsgid ""\nmsgstr ""\n"Language: {catalogue.locale}\\n"\n'
        f'"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    ).encode()


def text_of(catalogue: Catalog) -> bytes:
    """Return a catalogue as a file: sorted, without places and times, so that it changes only with its words."""
    out = BytesIO()
    write_po(out, catalogue, width=120, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return _head(catalogue) + out.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the messages that have no translation, or lack a form."""
    missing = []
    for message in catalogue:
        strings = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        if message.id and not all(strings):
            missing.append(message.id[0] if isinstance(message.id, tuple) else str(message.id))
    return missing


def main(tags: list[str]) -> int:
    """Renew catalogues."""
    LOCALE.mkdir(exist_ok=True)
    for tag in tags or sorted(path.stem for path in LOCALE.glob("*.po")):
        catalogue = renewed(tag)
        (LOCALE / f"{tag}.po").write_bytes(text_of(catalogue))
        for message in untranslated(catalogue):
            print(f"{tag}: {message}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
