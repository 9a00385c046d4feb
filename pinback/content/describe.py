"""The table of fields as Markdown: ``python -m pinback.content.describe > docs/fields.md``."""

from __future__ import annotations

from collections.abc import Iterator

from pinback.content.fields import TABLES, Table
from pinback.content.kinds import Either, Kind, ListOf


def described() -> str:
    """Return ``docs/fields.md``."""
    lines = [
        "# Fields",
        "",
        "Every field of every file, made from the table by which Pinback checks them. *Required* fields are marked with a star.",
        "A field that reaches the signed documents is marked *signed*: after sealing it cannot change.",
    ]
    for file, table in TABLES.items():
        lines += ["", f"## `{file}`", "", *_rows(table)]
        for name, inner in _inner_tables(table):
            lines += ["", f"### `{name}`", "", *_rows(inner)]
    return "\n".join(lines) + "\n"


def _rows(table: Table) -> Iterator[str]:
    yield "| field | meaning | like | standard |"
    yield "|---|---|---|---|"
    for field in table.fields:
        star = "*" if field.required else ""
        signed = ", *signed*" if field.documented and table.subject == "an award" else ""
        example = field.kind.example.replace("|", "\\|")
        yield f"| `{field.name}`{star} | {field.meaning}{signed} | `{example}` | {field.standard} |"


def _inner_tables(table: Table) -> Iterator[tuple[str, Table]]:
    for field in table.fields:
        inner = _table_in(field.kind)
        if inner is not None:
            yield field.name, inner


def _table_in(kind: Kind) -> Table | None:
    if isinstance(kind, ListOf):
        return _table_in(kind.kind)
    if isinstance(kind, Either):
        return _table_in(kind.long)
    return kind if isinstance(kind, Table) else None


if __name__ == "__main__":
    print(described(), end="")
