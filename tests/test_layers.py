"""Every import is read and compared with the table of layers (docs/decisions/0005-layers.md)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from conftest import ROOT

BOTTOM = {"errors", "limits", "canonical", "leaks", "files", "locks", "demonstration", "cores", "ending", "loading"}
EVERYWHERE = "dataclass"
"""It knows nothing but Python."""
ALLOWED = {
    "dataclass": set(),
    "errors": set(),
    "limits": set(),
    "demonstration": set(),
    "first_files": set(),
    "canonical": {"errors", "limits"},
    "leaks": {"errors"},
    "files": {"errors", "leaks", "limits"},
    "locks": {"errors", "files"},
    "ending": set(),
    "cores": {"errors", "ending"},
    "loading": set(),
    "remembered": {"errors", "leaks", "files", "canonical", "cores"},
    "contexts": {"errors"},
    "model": {"errors", "designs"},
    "addresses": {"model", "errors", "limits"},
    "micro_credential": {"model"},
    "content": {"model", "addresses", "designs", "colours", "remembered"} | BOTTOM,
    "formats": {"model", "addresses", "contexts", "micro_credential"} | BOTTOM,
    "status": {"contexts"} | BOTTOM,
    "proofs": {"contexts"} | BOTTOM,
    "images": {"errors", "designs", "limits"},
    "outputs": {"errors"},
    "colours": set(),
    "designs": {"errors", "colours"},
    "pages": {"model", "addresses", "outputs", "statistics", "micro_credential", "colours", "designs", "first_files"}
    | BOTTOM,
    "register": BOTTOM,
    "tlog": {"proofs"} | BOTTOM,
    "log": {"register", "proofs", "tlog"} | BOTTOM,
    "cosigning": {"register", "log", "tlog"} | BOTTOM,
    "register_proofs": {"register", "log", "proofs"} | BOTTOM,
    "keys": {"proofs", "register"} | BOTTOM,
    "seal": {"model", "addresses", "formats", "status", "images", "proofs", "keys", "register", "outputs"}
    | {"log", "register_proofs", "remembered"}
    | BOTTOM,
    "who_is_who": {"git"} | BOTTOM,
    "calendar": {"errors"},
    "statistics": {"errors"},
    "lifecycle": {"model", "content", "addresses", "awarding", "who_is_who"} | BOTTOM,
    "deployed": {"git", "addresses"} | BOTTOM,
    "git": {"errors", "limits"},
    "guard": {"register", "log"} | BOTTOM,
    "awarding": {"model", "content", "addresses"} | BOTTOM,
    "roster": {"model", "content", "addresses", "awarding", "who_is_who", "page_scripts"} | BOTTOM,
    "publish": {"outputs"} | BOTTOM,
    "sealing_diff": {"errors", "limits"},
    "doctor": {"model", "content", "register"} | BOTTOM,
    "verify_page": {"contexts"} | BOTTOM,
    "certificates": {"pages"} | BOTTOM,
    "page_scripts": BOTTOM,
    "assemble": {
        *("model", "addresses", "formats", "images", "outputs", "pages", "proofs", "publish", "register", "seal"),
        *(
            "log",
            "tlog",
            "cosigning",
            "archive",
            "awarding",
            "calendar",
            "certificates",
            "designs",
            "statistics",
            "verify_page",
            "page_scripts",
        ),
        *BOTTOM,
    },
    "archive": {"proofs", "images", "contexts"} | BOTTOM,
}
ALLOWED["hosts"] = {"addresses", "assemble", "model"} | BOTTOM
ALLOWED["building"] = {
    *("model", "assemble", "publish", "addresses", "calendar", "pages", "register", "remembered")
} | BOTTOM
EVERYTHING_BELOW = set(ALLOWED)
ALLOWED["verify"] = {"proofs", "images", "contexts", "tlog", "status"} | BOTTOM
ALLOWED["elsewhere"] = {"verify", "images", "model"} | BOTTOM
ALLOWED["pipeline"] = EVERYTHING_BELOW | {"elsewhere"}
ALLOWED["sealing"] = EVERYTHING_BELOW | {"pipeline"}
ALLOWED["custody"] = EVERYTHING_BELOW | {"pipeline", "sealing"}
ALLOWED["against"] = EVERYTHING_BELOW | {"pipeline", "sealing"}
ALLOWED["scaffold"] = EVERYTHING_BELOW | {"pipeline"}
ALLOWED["cluster"] = EVERYTHING_BELOW | {"pipeline"}
for beside_the_pipeline in ("federation", "moving", "closing", "archiving", "papers", "importing"):
    ALLOWED[beside_the_pipeline] = EVERYTHING_BELOW | {"pipeline", "sealing"}
ALLOWED["watching"] = EVERYTHING_BELOW
ALLOWED["starting"] = EVERYTHING_BELOW | {"pipeline", "scaffold"}
ALLOWED["holders"] = EVERYTHING_BELOW | {"pipeline", "scaffold"}
ALLOWED["serve"] = {"pipeline"} | BOTTOM
ALLOWED["cli"] = EVERYTHING_BELOW | {
    "pipeline",
    "sealing",
    "cluster",
    "against",
    "custody",
    "federation",
    "scaffold",
    "starting",
    "serve",
    "moving",
    "closing",
    "archiving",
    "papers",
    "importing",
    "watching",
    "verify",
    "elsewhere",
    "holders",
}
ALLOWED["__main__"] = {"cli", "ending"}
ALLOWED["__init__"] = set()


def _modules() -> list[Path]:
    return sorted((ROOT / "pinback").rglob("*.py"))


def _room(path: Path) -> str:
    return path.relative_to(ROOT / "pinback").parts[0].removesuffix(".py")


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            names = (
                [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "pinback" else [node.module]
            )
        found |= {name.split(".")[1] for name in names if name.startswith("pinback.")}
    return found - {"__version__"}


@pytest.mark.parametrize("path", _modules(), ids=lambda path: path.relative_to(ROOT / "pinback").as_posix())
def test_module_imports_downward_only(path: Path) -> None:
    room = _room(path)
    assert room in ALLOWED, f"{room} is not in the table of layers"
    assert _imports(path) - {room, EVERYWHERE} <= ALLOWED[room]


def test_no_room_of_the_table_is_missing() -> None:
    assert {_room(path) for path in _modules()} == set(ALLOWED)


def test_only_the_door_writes_files() -> None:
    """Files that outlive a run are written by ``files``; the site by ``publish``; nothing else opens for writing."""
    writers = {"write_text", "write_bytes", "replace", "rename"}
    for path in _modules():
        if _room(path) in ("files", "publish"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            function = node.func
            if isinstance(function, ast.Name) and function.id == "open":
                raise AssertionError(f"{path}:{node.lineno} opens a file")
            if isinstance(function, ast.Attribute) and function.attr in writers:
                owner = ast.unparse(function.value)
                assert function.attr in ("replace",) and owner != "os", f"{path}:{node.lineno} writes past the door"


def test_no_module_under_the_command_line_prints_or_reads_the_clock() -> None:
    for path in _modules():
        if _room(path) in ("cli", "__main__") or path.name == "describe.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                text = ast.unparse(node.func)
                assert text not in ("print", "datetime.now", "date.today", "time.time", "click.echo"), (
                    f"{path}:{node.lineno}"
                )


def test_no_repetition_of_a_group_is_possessive() -> None:
    """Python 3.11.0 to 3.11.4 forget where such a one began and lose signs: ``(?:ab|c)*+``; ``(?>(?:ab|c)*)`` is the same and sound."""
    possessive = re.compile(r"(?<![\\(])\)(?:[*+?]|\{[0-9,]+\})\+")
    for path in _modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not possessive.search(node.value), f"{path}:{node.lineno}: {node.value}"
