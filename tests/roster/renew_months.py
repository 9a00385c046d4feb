"""Write the names of months of the CLDR into the table of rules: ``python -m tests.roster.renew_months`` in the root.

A name that means different months in two of the languages is left out of both.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

from babel.dates import get_month_names

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


if __name__ == "__main__":
    lines = [
        f"    {json.dumps(language)}: {json.dumps(months, ensure_ascii=False)}" for language, months in table().items()
    ]
    text = RULES.read_text(encoding="utf-8")
    made = '  "months": {\n' + ",\n".join(lines) + "\n  },\n"
    RULES.write_text(re.sub(r'  "months": \{.*?\},\n', lambda _: made, text, count=1, flags=re.S), encoding="utf-8")
