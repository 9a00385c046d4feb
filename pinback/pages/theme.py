"""Templates and style sheet: the club's own ``theme/`` first, then the default theme.

The default theme lies inside the installed package, or beside it in a checkout. Template names and their
variables are an interface, described in ``theme/README.md``.
"""

from __future__ import annotations

from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, TemplateError

from pinback.errors import PinbackError
from pinback.files import FileProblem, read_regular

STYLE = "style.css"


class ThemeProblem(PinbackError):
    """A template of the club's own theme cannot be used."""

    exit_code = 1


def default_theme() -> Path:
    """Return the folder of the default theme."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "theme"
    return inside if inside.is_dir() else package.parent / "theme"


class Theme:
    """The templates of one club."""

    def __init__(self, own: Path | None) -> None:
        """Look in *own* first, where a club has such a folder."""
        folders = [folder for folder in (own, default_theme()) if folder is not None and folder.is_dir()]
        self._folders = folders
        self._environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(folder, followlinks=False) for folder in folders]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def render(self, name: str, values: dict[str, object]) -> bytes:
        """Return a page.

        Raises:
            ThemeProblem: the template has a mistake.
        """
        try:
            return self._environment.get_template(name).render(values).encode("utf-8")
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            raise ThemeProblem(
                f"theme/{getattr(error, 'name', None) or name}{f':{line}' if line else ''}: this template cannot be used "
                f"({error.message}); compare it with the default theme"
            ) from error

    def asset(self, name: str) -> bytes:
        """Return a file of the theme as it is."""
        for folder in self._folders:
            if (folder / name).is_file():
                return read_regular(folder / name, 1_000_000)
        raise FileProblem(f"theme/{name}: this file is missing; install pinback again")
