"""Programs that nobody here wrote judge every document of every site: openbadges 1.1.2 and openbadgeslib."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import HAS_LIBCAIRO, needs_libcairo

from pinback import contexts

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE / "python"))

import sites  # noqa: E402
import venvs  # noqa: E402

FRESH = (
    "root",
    "project-page",
    "second-issuer",
    "several-languages",
    "lived",
    "rotated",
    "resealed",
    "roster",
    "lean",
    "new-name-and-closed",
)
NAMES = ["example", *(pytest.param(name, marks=needs_libcairo) for name in FRESH)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, sites.Site]:
    """Every site by name; without libcairo the example alone, which is sealed."""
    folder = tmp_path_factory.mktemp("foreign")
    found = sites.all_sites(folder) if HAS_LIBCAIRO else [sites.example(folder)]
    return {site.name: site for site in found}


def _judge(verifier: str, site: sites.Site, *more: str) -> dict[str, object]:
    python = venvs.ready(verifier)
    command = [str(python), str(HERE / "python" / f"check_{verifier}.py"), *site.options, *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines, done.stderr[-3000:]
    wrong = [line for line in lines[:-1] if not line["ok"]]
    assert done.returncode == 0 and not wrong, (
        "\n".join(json.dumps(line, ensure_ascii=False) for line in wrong[:10]) + done.stderr[-2000:]
    )
    summary: dict[str, object] = lines[-1]
    assert summary["unexpected"] == []
    return summary


@pytest.fixture(scope="module")
def context_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The OB 2.0 context in a file, for a verifier that would fetch it."""
    path = tmp_path_factory.mktemp("contexts") / "contexts.json"
    path.write_text(json.dumps({contexts.OB2: contexts.context_document(contexts.OB2)}), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", NAMES)
def test_openbadges_accepts_every_document(built: dict[str, sites.Site], name: str, context_file: str) -> None:
    summary = _judge("openbadges", built[name], "--contexts", context_file)
    assert summary["judged"] > 10


@pytest.mark.parametrize("name", NAMES)
def test_openbadgeslib_accepts_every_document(built: dict[str, sites.Site], name: str) -> None:
    summary = _judge("openbadgeslib", built[name])
    assert summary["judged"] > 20


@needs_libcairo
def test_openbadges_refuses_every_changed_value(built: dict[str, sites.Site], context_file: str) -> None:
    assert _judge("openbadges", built["second-issuer"], "--contexts", context_file, "--mutations")["judged"] > 50


@needs_libcairo
def test_openbadgeslib_refuses_every_changed_value(built: dict[str, sites.Site]) -> None:
    assert _judge("openbadgeslib", built["second-issuer"], "--mutations")["judged"] > 100
