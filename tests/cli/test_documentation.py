"""README and docs say what the program does: commands, fields, quick start."""

from __future__ import annotations

import re

import click
from conftest import ROOT

from pinback import scaffold
from pinback.cli.main import pinback
from pinback.content.describe import described

BEGIN = "<!-- commands: made from the help texts; tests/cli compares them -->\n"
END = "<!-- end of commands -->"


def commands_markdown() -> str:
    """Return the commands with their help texts, as README shows them."""
    parts = []

    def walk(command: click.Command, names: list[str]) -> None:
        if isinstance(command, click.Group):
            for name in sorted(command.commands):
                walk(command.commands[name], [*names, name])
            return
        # NOTE: click keeps a command's help option once it was made, so it must be the one that a real run makes.
        context = click.Context(
            command,
            info_name=" ".join(names),
            max_content_width=100,
            terminal_width=100,
            help_option_names=pinback.context_settings["help_option_names"],
        )
        parts.append(f"```\n{command.get_help(context)}\n```\n")

    walk(pinback, ["pinback"])
    return "\n" + "\n".join(parts) + "\n"


def test_readme_shows_the_help_of_every_command() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = text[text.index(BEGIN) + len(BEGIN) : text.index(END)]
    assert shown == commands_markdown(), "renew with: python -m tests.cli.renew_readme"


def test_fields_are_documented_as_they_are_checked() -> None:
    shown = (ROOT / "docs" / "fields.md").read_text(encoding="utf-8")
    assert shown == described(), "renew with: python -m pinback.content.describe > docs/fields.md"


def test_quick_start_is_two_commands_each_with_its_own_set_up() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    assert len(blocks) == 2
    assert all(block.startswith("python3 -m venv .venv && ") and block.count("\n") == 1 for block in blocks)
    assert "build.py" in blocks[0]
    assert " -m pytest" in blocks[1]


def test_readme_of_a_new_club_names_pages_that_there_are() -> None:
    named = re.findall(r"docs/[a-z]+\.md", scaffold.README)
    assert "docs/handover.md" in named and "docs/publishing.md" in named
    assert all((ROOT / page).is_file() for page in named)
