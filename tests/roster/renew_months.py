"""Write names of months and days of the week of the CLDR into the table of rules: ``python -m tests.roster.renew_months`` in the root.

A name that means different months in two of the languages is left out of both. Days of the week are single words, because they are only
left out where they stand beside a day.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

from babel.dates import get_day_names, get_month_names

RULES = Path(__file__).resolve().parent.parent.parent / "pinback/page_scripts/source/roster/rules.json"
LANGUAGES = ("en", "de", "fr", "es", "pl", "nl", "it", "pt", "cy", "ar", "zh")


def names(language: str) -> list[set[str]]:
    """Return the names of the twelve months, full and short, in small letters, without points; numbers are none."""
    found: list[set[str]] = [set() for _ in range(12)]
    for width in ("wide", "abbreviated"):
        for context in ("format", "stand-alone"):
            for month, name in get_month_names(width, context, language).items():
                plain = unicodedata.normalize("NFC", name.lower().replace(".", "").strip())
                if not any(sign.isdigit() for sign in plain):
                    found[month - 1].add(plain)
    return found


def weekdays(language: str) -> str:
    """Return the words of the names of the days of the week, with ``|`` between them."""
    found = set()
    for width in ("wide", "abbreviated"):
        for name in get_day_names(width, "format", language).values():
            found |= set(re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", name.lower())))
    return "|".join(sorted(found))


def table() -> dict[str, list[str]]:
    """Return the names by language, twelve texts each with ``|`` between the names of one month."""
    by_language = {language: names(language) for language in LANGUAGES}
    meant = defaultdict(set)
    for months in by_language.values():
        for number, month in enumerate(months):
            for name in month:
                meant[name].add(number)
    return {
        language: ["|".join(sorted(name for name in month if len(meant[name]) == 1)) for month in months]
        for language, months in by_language.items()
    }


def section(name: str, lines: dict[str, object]) -> str:
    """Return a member of the table of rules, one language a line."""
    shown = [
        f"    {json.dumps(language)}: {json.dumps(value, ensure_ascii=False)}" for language, value in lines.items()
    ]
    return f'  "{name}": {{\n' + ",\n".join(shown) + "\n  },\n"


if __name__ == "__main__":
    text = RULES.read_text(encoding="utf-8")
    made = {"months": table(), "weekdays": {language: weekdays(language) for language in LANGUAGES}}
    for member, values in made.items():
        text = re.sub(rf'  "{member}": \{{.*?\}},\n', lambda _: section(member, values), text, count=1, flags=re.S)  # noqa: B023
    RULES.write_text(text, encoding="utf-8")
